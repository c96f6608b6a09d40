// The frame of a picture: margins, axes, ticks, labels; markers and trails.
import { palette } from "../theme.js";

/** @typedef {import("./pen.js").Pen} Pen */
/** @typedef {import("./pen.js").Rectangle} Rectangle */
/** @typedef {import("./scale.js").Scale} Scale */
/** @typedef {{ light: string, dark: string, dash: number[], marker: string, name?: string }} Style how one optimizer looks everywhere */

/** @param {Pen} pen @param {{ left?: number, right?: number, top?: number, bottom?: number }} [margins] @returns {Rectangle} where the data goes */
export function area(pen, { left = 52, right = 14, top = 12, bottom = 36 } = {}) {
  return { x: left, y: top, width: Math.max(20, pen.width - left - right), height: Math.max(20, pen.height - top - bottom) };
}

/** Grid, ticks, and what the axes mean.
 * @param {Pen} pen @param {Rectangle} place @param {Scale} x @param {Scale} y @param {{ x?: string, y?: string, grid?: boolean }} [labels] */
export function axes(pen, place, x, y, labels = {}) {
  const colours = palette();
  const letters = /** @type {import("./pen.js").Letters} */ ({ size: 11, fill: colours.soft });
  const bottom = place.y + place.height;
  let last = -Infinity;
  for (const tick of x.ticks) {
    const at = x.at(tick);
    if (at < place.x - 0.5 || at > place.x + place.width + 0.5) continue;
    if (labels.grid !== false) pen.path([at, place.y, at, bottom], { stroke: colours.grid });
    if (at - last < 34) continue;
    last = at;
    pen.text(Math.min(at, pen.width - 2 - 3.3 * x.label(tick).length), bottom + 7, x.label(tick), { ...letters, anchor: "middle", baseline: "top" });
  }
  for (const tick of y.ticks) {
    const at = y.at(tick);
    if (at < place.y - 0.5 || at > bottom + 0.5) continue;
    if (labels.grid !== false) pen.path([place.x, at, place.x + place.width, at], { stroke: colours.grid });
    pen.text(place.x - 7, at, y.label(tick), { ...letters, anchor: "end" });
  }
  pen.rectangle(place, { stroke: colours.line });
  if (labels.x) pen.text(place.x + place.width, pen.height - 4, labels.x, { ...letters, anchor: "end", baseline: "bottom" });
  if (labels.y) pen.text(10, 11, labels.y, letters);
}

const plus = [-1, -3, 1, -3, 1, -1, 3, -1, 3, 1, 1, 1, 1, 3, -1, 3, -1, 1, -3, 1, -3, -1, -1, -1];

/** @param {Style} style */
export const colourOf = style => palette().dark ? style.dark : style.light;

/** @param {Pen} pen @param {number} x @param {number} y @param {Style} style @param {number} [size] */
export function marker(pen, x, y, style, size = 5) {
  if (!Number.isFinite(x) || !Number.isFinite(y)) return;
  const ink = { fill: colourOf(style), stroke: palette().sheet, width: 1.5 };
  const around = (/** @type {number[]} */ angles, /** @type {number} */ radius) => pen.path(angles.flatMap(angle => [x + radius * Math.sin(angle * Math.PI / 180), y - radius * Math.cos(angle * Math.PI / 180)]), ink, true);
  switch (style.marker) {
    case "square": return around([45, 135, 225, 315], size * 1.3);
    case "diamond": return around([0, 90, 180, 270], size * 1.35);
    case "triangle": return around([0, 120, 240], size * 1.4);
    case "star": return pen.path(Array.from({ length: 10 }, (_, i) => [x + (i % 2 ? 0.55 : 1.5) * size * Math.sin(i * Math.PI / 5), y - (i % 2 ? 0.55 : 1.5) * size * Math.cos(i * Math.PI / 5)]).flat(), ink, true);
    case "plus": return pen.path(plus.map((value, i) => (i % 2 ? y : x) + value * size * 0.45), ink, true);
    case "cross": return pen.path(plus.map((value, i, all) => i % 2 ? y + (value + all[i - 1]) * size * 0.32 : x + (value - all[i + 1]) * size * 0.32), ink, true);
    case "ring": return pen.circle(x, y, size, { fill: palette().sheet, stroke: ink.fill, width: size * 0.55 });
    default: return pen.circle(x, y, size, ink);
  }
}

/** An arrow from a point along a vector in pixels.
 * @param {Pen} pen @param {number} x @param {number} y @param {number} dx @param {number} dy @param {string} colour @param {number} [width] */
export function arrow(pen, x, y, dx, dy, colour, width = 2) {
  const length = Math.hypot(dx, dy);
  if (!(length > 2)) return;
  const [ux, uy] = [dx / length, dy / length];
  const head = Math.min(9, length * 0.5);
  pen.path([x, y, x + dx - ux * head * 0.7, y + dy - uy * head * 0.7], { stroke: colour, width });
  pen.path([x + dx, y + dy, x + dx - ux * head - uy * head * 0.5, y + dy - uy * head + ux * head * 0.5, x + dx - ux * head + uy * head * 0.5, y + dy - uy * head - ux * head * 0.5], { fill: colour }, true);
}
