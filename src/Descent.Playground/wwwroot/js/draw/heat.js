// Colours of cells: one way from nothing to much, or two ways from the middle; heat maps and small pictures made of them.
import { oklch, palette } from "../theme.js";
import { area, axes } from "./plot.js";
import { linear, logarithmic } from "./scale.js";

/** @typedef {import("./pen.js").Pen} Pen */
/** @typedef {import("./pen.js").Rectangle} Rectangle */
/** @typedef {import("./plot.js").Style} Style */

const steps = 48;
/** @type {Map<string, string[]>} */
const made = new Map();

/** Two ways from a quiet middle: −1 is orange, 1 is blue; both are as dark.
 * @param {number} value from −1 to 1 */
export function twoWays(value) {
  const { dark } = palette();
  const colours = table(`two${dark}`, share => {
    const t = 2 * share - 1;
    const size = Math.abs(t) ** 0.85;
    const [lightness, chroma] = dark ? [0.24 + 0.34 * size, 0.125 * size] : [0.975 - 0.32 * size, 0.135 * size];
    return oklch(lightness, chroma, t < 0 ? 50 : 255);
  });
  return Number.isFinite(value) ? colours[Math.round((Math.max(-1, Math.min(1, value)) + 1) / 2 * steps)] : palette().grid;
}

/** One way: 0 is the best, 1 the worst; what is not finite is hatched by nobody, but grey.
 * @param {number} share from 0 to 1 */
export function oneWay(share) {
  const { dark } = palette();
  const colours = table(`one${dark}`, t => dark ? oklch(0.82 - 0.60 * t, 0.11 - 0.06 * t, 185 + 70 * t) : oklch(0.36 + 0.60 * t, 0.095 - 0.07 * t, 185 + 60 * t));
  return Number.isFinite(share) ? colours[Math.round(Math.max(0, Math.min(1, share)) * steps)] : dark ? "#3a2f2b" : "#e9dcd6";
}

/** @param {string} name @param {(share: number) => string} colour */
function table(name, colour) {
  let colours = made.get(name);
  if (!colours) made.set(name, colours = Array.from({ length: steps + 1 }, (_, i) => colour(i / steps)));
  return colours;
}

/** A small picture of values over the plane, from −high to high.
 * @param {Pen} pen @param {Rectangle} place @param {number} side @param {ArrayLike<number>} values @param {number} high */
export function thumbnail(pen, place, side, values, high) {
  pen.cells(place, side, side, i => twoWays(values[i] / (high || 1)), true);
  pen.rectangle(place, { stroke: palette().line });
}

/** The largest size of what is finite.
 * @param {ArrayLike<number>} values */
export function largest(values) {
  let high = 0;
  for (let i = 0; i < values.length; i++) if (Math.abs(values[i]) > high && Number.isFinite(values[i])) high = Math.abs(values[i]);
  return high;
}

/** What colours mean: a strip with its ends named.
 * @param {Pen} pen @param {Rectangle} place @param {(share: number) => string} colour @param {string} low @param {string} high */
export function key(pen, place, colour, low, high) {
  const { soft, line } = palette();
  pen.cells(place, 40, 1, i => colour(i / 39));
  pen.rectangle(place, { stroke: line });
  pen.text(place.x - 5, place.y + place.height / 2, low, { size: 11, anchor: "end", fill: soft });
  pen.text(place.x + place.width + 5, place.y + place.height / 2, high, { size: 11, fill: soft });
}

/** A map of cells over two axes, which may be logarithmic; cells lie around their values.
 * @param {Pen} pen @param {{ xs: ArrayLike<number>, ys: ArrayLike<number>, xLog?: boolean, yLog?: boolean, xLabel: string, yLabel: string, colour: (index: number) => string, margins?: object }} map row by row from the lowest y */
export function cellMap(pen, { xs, ys, xLog = false, yLog = false, xLabel, yLabel, colour, margins = {} }) {
  const place = area(pen, { left: 58, top: 24, ...margins });
  const x = around(xs, xLog, place.x, place.x + place.width, Math.max(3, Math.round(place.width / 80)));
  const y = around(ys, yLog, place.y + place.height, place.y, Math.max(3, Math.round(place.height / 55)));
  pen.clip(place, () => pen.cells(place, xs.length, ys.length, colour));
  axes(pen, place, x, y, { x: xLabel, y: yLabel, grid: false });
  return { x, y, place };
}

/** @param {ArrayLike<number>} values @param {boolean} log @param {number} from @param {number} to @param {number} about */
function around(values, log, from, to, about) {
  const [low, high, count] = [values[0], values[values.length - 1], values.length];
  const half = log ? Math.sqrt((high / low) ** (1 / (count - 1))) : (high - low) / (count - 1) / 2;
  return log ? logarithmic(low / half, high * half, from, to, about) : linear(low - half, high + half, from, to, about);
}

/** The cell at a place, as column and row.
 * @param {ArrayLike<number>} values @param {boolean} log @param {number} at */
export function cellAt(values, log, at) {
  const [low, high, last] = [values[0], values[values.length - 1], values.length - 1];
  const share = log ? Math.log(at / low) / Math.log(high / low) : (at - low) / (high - low);
  return Math.max(0, Math.min(last, Math.round(share * last)));
}
