// A landscape from above: bands of equal loss, stationary points, trails.
import { edge, palette, shade } from "../theme.js";
import { area, axes, colourOf, marker } from "./plot.js";
import { linear } from "./scale.js";

/** @typedef {import("./pen.js").Pen} Pen */
/** @typedef {import("./contour.js").Band} Band */
/** @typedef {import("./contour.js").Box} Box */
/** @typedef {import("./plot.js").Style} Style */
/** @typedef {{ x: import("./scale.js").Scale, y: import("./scale.js").Scale, place: import("./pen.js").Rectangle }} Frame */

/** The place and the scales of a map.
 * @param {Pen} pen @param {Box} box @returns {Frame} */
function frameOf(pen, box) {
  const place = area(pen, { left: 46, right: 14, top: 10, bottom: 34 });
  return {
    place,
    x: linear(box.left, box.right, place.x, place.x + place.width, Math.max(3, Math.round(place.width / 80))),
    y: linear(box.bottom, box.top, place.y + place.height, place.y, Math.max(3, Math.round(place.height / 60))),
  };
}

/** What does not change with the step.
 * @param {Pen} pen @param {{ box: Box, bands: Band[], critical?: { point: ArrayLike<number>, kind: string }[] }} grid @returns {Frame} */
export function mapGround(pen, { box, bands, critical = [] }) {
  const frame = frameOf(pen, box);
  const { place, x, y } = frame;
  const colours = palette();
  pen.clip(place, () => {
    pen.rectangle(place, { fill: shade(0, colours.dark) });
    bands.forEach(({ rings }, i) => {
      const placed = rings.map(ring => ring.map((value, j) => j % 2 ? y.at(value) : x.at(value)));
      pen.rings(placed, { fill: shade((i + 1) / bands.length, colours.dark), stroke: edge(i / bands.length, colours.dark), width: 0.8 });
    });
    for (const { point, kind } of critical) {
      const [px, py] = [x.at(point[0]), y.at(point[1])];
      if (kind === "minimum") {
        pen.path([px - 5, py, px + 5, py], { stroke: colours.ink, width: 1.6 });
        pen.path([px, py - 5, px, py + 5], { stroke: colours.ink, width: 1.6 });
      } else {
        pen.circle(px, py, 3.5, { stroke: colours.ink, width: 1.4, fill: colours.sheet });
      }
    }
  });
  axes(pen, place, x, y, { grid: false });
  return frame;
}

/** The place and the scales of a map's ground, for what is drawn on it. */
mapGround.frame = frameOf;

/** A path up to a step, and where it is now.
 * @param {Pen} pen @param {Frame} frame @param {ArrayLike<number>} points x and y in turn @param {number} step @param {Style} style @param {{ faint?: boolean, bold?: boolean, dots?: boolean }} [how] */
export function trail(pen, { x, y, place }, points, step, style, { faint = false, bold = false, dots = false } = {}) {
  const last = Math.min(step, points.length / 2 - 1);
  /** @type {number[]} */
  const line = [];
  const far = 4 * (place.width + place.height);
  for (let i = 0; i <= last; i++) {
    const [px, py] = [x.at(points[2 * i]), y.at(points[2 * i + 1])];
    const n = line.length;
    if (!(Math.abs(px) < far && Math.abs(py) < far)) line.push(NaN, NaN);
    // Steps of less than half a pixel would be drawn and not seen.
    else if (i === last || n === 0 || !(Math.abs(px - line[n - 2]) + Math.abs(py - line[n - 1]) < 0.5)) line.push(px, py);
  }
  const colour = colourOf(style);
  pen.clip(place, () => {
    pen.path(line, { stroke: palette().sheet, width: bold ? 6 : 4.5, opacity: faint ? 0.1 : 0.55 });
    pen.path(line, { stroke: colour, width: bold ? 3.2 : 2.1, dash: style.dash, opacity: faint ? 0.3 : 1 });
    if (dots && line.length <= 400) for (let i = 0; i + 2 < line.length; i += 2) if (Number.isFinite(line[i])) pen.circle(line[i], line[i + 1], 2.2, { fill: colour, opacity: faint ? 0.3 : 1 });
    if (!faint) marker(pen, line[line.length - 2], line[line.length - 1], style, bold ? 7 : 6);
  });
}

/** Where the runs start.
 * @param {Pen} pen @param {Frame} frame @param {ArrayLike<number>} point */
export function startMark(pen, { x, y, place }, point) {
  const colours = palette();
  pen.clip(place, () => {
    pen.circle(x.at(point[0]), y.at(point[1]), 6.5, { stroke: colours.sheet, width: 4 });
    pen.circle(x.at(point[0]), y.at(point[1]), 6.5, { stroke: colours.ink, width: 1.8 });
  });
}
