// A landscape of one variable: its curve, its critical points, and balls on it.
import { palette } from "../theme.js";
import { area, axes, marker } from "./plot.js";
import { linear } from "./scale.js";

/** @typedef {import("../model.js").Grid} Grid */
/** @typedef {import("../widget.js").Frame} Frame */

/** The place and the scales of a curve.
 * @param {import("./pen.js").Pen} pen @param {Grid} grid @returns {Frame} */
function frameOf(pen, grid) {
  const place = area(pen, { left: 52, bottom: 34 });
  const { left, right } = grid.box;
  const low = grid.losses.reduce((a, b) => Math.min(a, b), Infinity), high = grid.losses.reduce((a, b) => Math.max(a, b), -Infinity);
  const x = linear(left, right, place.x, place.x + place.width, Math.max(3, Math.round(place.width / 80)));
  const y = linear(low - 0.14 * (high - low), high + 0.04 * (high - low), place.y + place.height, place.y, Math.max(3, Math.round(place.height / 50)));
  return { x, y, place };
}

/** @param {import("./pen.js").Pen} pen @param {Grid} grid @param {{ marks?: boolean }} [how] @returns {Frame} */
export function curveGround(pen, grid, { marks = true } = {}) {
  const { x, y, place } = frameOf(pen, grid);
  const colours = palette();
  const { left, right } = grid.box;
  axes(pen, place, x, y, { x: "x" });
  pen.clip(place, () => {
    pen.path(Float64Array.from({ length: 2 * grid.columns }, (_, i) => i % 2 ? y.at(grid.losses[i >> 1]) : x.at(left + (i >> 1) / (grid.columns - 1) * (right - left))), { stroke: colours.soft, width: 2 });
    for (const known of !marks ? [] : grid.known.length > 0 ? grid.known : grid.critical) {
      pen.path([x.at(known.point[0]), y.at(known.value) + 5, x.at(known.point[0]), y.at(known.value) + 13], { stroke: colours.ink, width: 1.5 });
      pen.text(x.at(known.point[0]), y.at(known.value) + 21, known.kind, { size: 11, anchor: "middle", fill: colours.soft, halo: colours.sheet });
    }
  });
  return { x, y, place };
}

/** The place and the scales of a curve's ground, for what is drawn on it. */
curveGround.frame = frameOf;

/** A ball on the curve, with its tangent where a slope is given.
 * @param {import("./pen.js").Pen} pen @param {Frame} frame @param {number} at @param {number} loss @param {import("./plot.js").Style} style @param {{ size?: number, slope?: number }} [how] */
export function ball(pen, { x, y, place }, at, loss, style, { size = 8, slope = NaN } = {}) {
  pen.clip(place, () => {
    if (Number.isFinite(slope)) {
      const [low, high] = y.domain, [left, right] = x.domain;
      const reach = (right - left) * 0.16 * Math.min(1, (high - low) * 0.4 / Math.max(1e-300, Math.abs(slope) * (right - left) * 0.16));
      pen.path([x.at(at - reach), y.at(loss - slope * reach), x.at(at + reach), y.at(loss + slope * reach)], { stroke: palette().ink, width: 1.5, dash: [5, 4] });
    }
    marker(pen, x.at(at), y.at(loss), style, size);
  });
}
