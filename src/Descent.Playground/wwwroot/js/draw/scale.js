// Scales and their ticks.
import { number } from "../format.js";

/** @typedef {object} Scale
 * @property {(value: number) => number} at from data to pixels
 * @property {(pixel: number) => number} back from pixels to data
 * @property {number[]} ticks
 * @property {(tick: number) => string} label
 * @property {boolean} log
 * @property {[number, number]} domain */

/** @param {number} low @param {number} high @param {number} from pixel of low @param {number} to pixel of high @param {number} [about] ticks wanted
 * @returns {Scale} */
export function linear(low, high, from, to, about = 6) {
  if (!(high > low)) [low, high] = [low - 1, low + 1];
  const step = niceStep((high - low) / about);
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) ticks.push(Number((i * step).toPrecision(12)));
  return {
    at: value => from + (value - low) / (high - low) * (to - from),
    back: pixel => low + (pixel - from) / (to - from) * (high - low),
    ticks, label: tick => number(tick), log: false, domain: [low, high],
  };
}

/** @param {number} low above zero @param {number} high @param {number} from @param {number} to @param {number} [about]
 * @returns {Scale} */
export function logarithmic(low, high, from, to, about = 6) {
  if (!(high > low)) [low, high] = [low / 10, low * 10];
  const [a, b] = [Math.log10(low), Math.log10(high)];
  const step = Math.max(1, Math.ceil((b - a) / about));
  let ticks = [];
  for (let power = Math.ceil(a - 1e-9); power <= b + 1e-9; power += step) ticks.push(Number(`1e${power}`));
  if (ticks.length < 2) ticks = linear(low, high, from, to, 4).ticks.filter(tick => tick > 0);
  return {
    at: value => value > 0 ? from + (Math.log10(value) - a) / (b - a) * (to - from) : value === 0 ? from : NaN,
    back: pixel => 10 ** (a + (pixel - from) / (to - from) * (b - a)),
    ticks, label: tick => { const power = Math.log10(tick); return Number.isInteger(power) && Math.abs(power) > 2 ? `1e${power}` : number(tick); }, log: true, domain: [low, high],
  };
}

/** @param {number} rough */
function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  const lead = rough / power;
  return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
}

/** The least and greatest finite value, of several series.
 * @param {ArrayLike<number>[]} series @param {(value: number) => boolean} [keep] @returns {[number, number]} */
export function extent(series, keep = Number.isFinite) {
  let [low, high] = [Infinity, -Infinity];
  for (const values of series) {
    for (let i = 0; i < values.length; i++) {
      if (keep(values[i])) {
        if (values[i] < low) low = values[i];
        if (values[i] > high) high = values[i];
      }
    }
  }
  return low <= high ? [low, high] : [0, 1];
}
