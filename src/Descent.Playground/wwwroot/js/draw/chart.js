// Curves over steps.
import { palette } from "../theme.js";
import { area, axes, colourOf, marker } from "./plot.js";
import { extent, linear, logarithmic } from "./scale.js";

/** @typedef {import("./plot.js").Style} Style */
/** @typedef {{ name: string, style: Style, values: ArrayLike<number>, x?: ArrayLike<number>, faint?: boolean, bold?: boolean }} Curve */

/** @typedef {{ curves: Curve[], at?: number, log?: boolean, xLabel?: string, yLabel?: string, xLog?: boolean, xFirst?: number, xLast?: number, low?: number, high?: number, levels?: { value: number, text: string }[], margins?: object, legend?: boolean }} Chart */
/** @typedef {{ x: import("./scale.js").Scale, y: import("./scale.js").Scale, place: import("./pen.js").Rectangle }} Frame */

/** Axes, curves, and where they are now.
 * @param {import("./pen.js").Pen} pen @param {Chart} options @returns {Frame} */
export function chart(pen, options) {
  chartGround(pen, options);
  return chartNow(pen, options);
}

/** @param {import("./pen.js").Pen} pen @param {Chart} options */
function frameOf(pen, { curves, log = false, yLabel = "", xLog = false, xFirst, xLast, low, high, margins = {}, legend = false }) {
  const place = area(pen, { left: 58, top: yLabel || legend ? 24 : 12, ...margins });
  const xs = curves.map(curve => curve.x ?? ramp(curve.values.length));
  let [first, last] = extent(xs, value => Number.isFinite(value) && (!xLog || value > 0));
  [first, last] = [xFirst ?? first, xLast ?? last];
  let [bottom, top] = extent(curves.map(curve => curve.values), value => Number.isFinite(value) && (!log || value > 0) && Math.abs(value) < 1e300);
  bottom = low ?? bottom;
  top = high ?? top;
  if (log) [bottom, top] = [Math.max(bottom, top * 1e-30) * 0.8, top * 1.25];
  else if (bottom === top) [bottom, top] = [bottom - 1, top + 1];
  else [bottom, top] = [low ?? bottom - 0.05 * (top - bottom), high ?? top + 0.05 * (top - bottom)];
  const about = Math.max(3, Math.round(place.width / 90));
  const x = xLog ? logarithmic(first, last, place.x, place.x + place.width, about) : linear(first, last, place.x, place.x + place.width, about);
  // Between whole steps there is nothing to read off.
  if (!xLog && last - first < 12 && xs.every(each => Array.from(each).every(Number.isInteger))) x.ticks = x.ticks.filter(Number.isInteger);
  const y = log ? logarithmic(bottom, top, place.y + place.height, place.y, Math.max(3, Math.round(place.height / 55))) : linear(bottom, top, place.y + place.height, place.y, Math.max(3, Math.round(place.height / 55)));
  return { frame: { x, y, place }, xs };
}

/** What does not change with the step: a view's ground.
 * @param {import("./pen.js").Pen} pen @param {Chart} options */
export function chartGround(pen, options) {
  const { frame: { x, y, place }, xs } = frameOf(pen, options);
  const { curves, xLabel = "step", yLabel = "", levels = [], legend = false } = options;
  axes(pen, place, x, y, { x: xLabel, y: yLabel });
  const colours = palette();
  if (legend) names(pen, curves, yLabel);
  pen.clip({ x: place.x, y: place.y - 4, width: place.width + 4, height: place.height + 8 }, () => {
    for (const { value, text } of levels.filter(level => level.value >= y.domain[0] && level.value <= y.domain[1])) {
      pen.path([place.x, y.at(value), place.x + place.width, y.at(value)], { stroke: colours.soft, dash: [3, 4] });
      pen.text(place.x + place.width - 4, y.at(value) - 3, text, { size: 11, anchor: "end", baseline: "bottom", fill: colours.soft, halo: colours.sheet });
    }
    curves.forEach((curve, which) => {
      pen.path(polyline(xs[which], curve.values, x, y, place), { stroke: colourOf(curve.style), width: curve.bold ? 3 : 2, dash: curve.style.dash, opacity: curve.faint ? 0.25 : 1 });
    });
  });
}

/** Where the curves are now.
 * @param {import("./pen.js").Pen} pen @param {Chart} options @returns {Frame} */
export function chartNow(pen, options) {
  const { frame: { x, y, place }, xs } = frameOf(pen, options);
  const { curves, at } = options;
  const colours = palette();
  if (at !== undefined) {
    const longest = xs.reduce((all, each) => each.length > all.length ? each : all, xs[0] ?? []);
    const column = x.at(longest[Math.min(at, longest.length - 1)] ?? at);
    pen.path([column, place.y, column, place.y + place.height], { stroke: colours.ink, width: 1, opacity: 0.55 });
    curves.forEach((curve, which) => {
      const value = curve.values[Math.min(at, curve.values.length - 1)];
      if (at < curve.values.length && !curve.faint) marker(pen, x.at(xs[which][at]), Math.max(place.y, Math.min(place.y + place.height, y.at(value))), curve.style, 4);
    });
  }
  return { x, y, place };
}

/** The curves' names above the picture, from the right; those that find no room are left out.
 * @param {import("./pen.js").Pen} pen @param {Curve[]} curves @param {string} yLabel */
function names(pen, curves, yLabel) {
  let right = pen.width - 14;
  for (const { name, style } of [...curves].reverse()) {
    const width = name.length * 6.6 + 34;
    if (right - width < 20 + 7 * yLabel.length) return;
    pen.text(right, 12, name, { size: 11, anchor: "end", fill: palette().ink });
    pen.path([right - width + 2, 12, right - width + 22, 12], { stroke: colourOf(style), width: 2, dash: style.dash });
    marker(pen, right - width + 12, 12, style, 3.4);
    right -= width + 10;
  }
}

/** @type {Float64Array} */
let steps = new Float64Array(0);

/** 0, 1, 2, …: the steps of a curve; one array for all.
 * @param {number} count */
export function ramp(count) {
  if (steps.length < count) steps = Float64Array.from({ length: 2 * count }, (_, i) => i);
  return steps.subarray(0, count);
}

/** How far, in pixels, a drawn line may be from what it stands for. */
const tolerance = 0.2;

/** The line in pixels; where many steps share a column only the first, lowest, highest and last of them are drawn, and points between two others on one line are left out.
 * @param {ArrayLike<number>} xs @param {ArrayLike<number>} values @param {import("./scale.js").Scale} x @param {import("./scale.js").Scale} y @param {import("./pen.js").Rectangle} place */
export function polyline(xs, values, x, y, place) {
  /** @type {number[]} */
  const points = [];
  const limit = (/** @type {number} */ pixel) => Math.max(place.y - 50, Math.min(place.y + place.height + 50, pixel));
  if (values.length < place.width * 1.5) {
    for (let i = 0; i < values.length; i++) points.push(x.at(xs[i]), limit(y.at(values[i])));
    return points;
  }
  let column = NaN, low = 0, high = 0, first = 0, last = 0;
  const leave = () => {
    if (low < Math.min(first, last) - tolerance || high > Math.max(first, last) + tolerance) points.push(column, low, column, high);
    if (!(Math.abs(last - first) < 1)) points.push(column, last);
  };
  for (let i = 0; i < values.length; i++) {
    const [px, py] = [Math.round(x.at(xs[i])), limit(y.at(values[i]))];
    if (px !== column) {
      if (Number.isFinite(column)) leave();
      points.push(px, py);
      [column, low, high, first, last] = [px, py, py, py, py];
    } else {
      last = py;
      if (py < low) low = py;
      if (py > high) high = py;
    }
  }
  if (Number.isFinite(column)) leave();
  points.push(column, last);
  return straightened(points);
}

/** Without the points that are on the line between two others: from each point that stays, the line may go on within the cone of directions that passes all it leaves out.
 * @param {number[]} points x and y in turn; where x does not grow, or a number is missing, all stay */
function straightened(points) {
  const kept = points.slice(0, 2);
  let [anchor, low, high] = [0, -Infinity, Infinity];
  for (let i = 2; i < points.length; i += 2) {
    let [dx, dy] = [points[i] - points[anchor], points[i + 1] - points[anchor + 1]];
    if (i - 2 > anchor && !(dx > 0 && dy / dx >= low && dy / dx <= high)) {
      anchor = i - 2;
      kept.push(points[anchor], points[anchor + 1]);
      [dx, dy, low, high] = [points[i] - points[anchor], points[i + 1] - points[anchor + 1], -Infinity, Infinity];
    }
    [low, high] = dx > 0 ? [Math.max(low, (dy - tolerance) / dx), Math.min(high, (dy + tolerance) / dx)] : [Infinity, -Infinity];
  }
  kept.push(...points.slice(-2));
  return kept;
}
