// Bands of equal loss, as rings in the units of the data. Made in the worker, drawn by map.js.
import { contours as d3contours } from "../../lib/d3-contour.js";

/** @typedef {{ level: number, rings: Float64Array[] }} Band */
/** @typedef {{ left: number, right: number, bottom: number, top: number }} Box */

/** @param {{ columns: number, rows: number, box: number[], values: { values: Float64Array }, levels: ArrayLike<number> }} grid values by row from the bottom
 * @returns {Band[]} what lies above each level, the lowest first */
export function contours({ columns, rows, box: [left, right, bottom, top], values: { values: losses }, levels }) {
  const make = d3contours().size([columns, rows]);
  const finite = Float64Array.from(losses, loss => Number.isFinite(loss) ? loss : Number.MAX_VALUE);
  const x = (/** @type {number} */ place) => left + (place - 0.5) / (columns - 1) * (right - left);
  const y = (/** @type {number} */ place) => bottom + (place - 0.5) / (rows - 1) * (top - bottom);
  return Array.from(levels, level => ({
    level,
    rings: make.contour(finite, level).coordinates.flat().map(ring => Float64Array.from(ring.flatMap(([px, py]) => [x(px), y(py)]))),
  }));
}
