// Examples and what a network makes of them: answers over the plane with the points, and digits with their guesses.
import { oklch, palette } from "../theme.js";
import { at } from "../training.js";
import { contours } from "./contour.js";
import { largest, twoWays } from "./heat.js";
import { area, axes, colourOf, marker } from "./plot.js";
import { linear } from "./scale.js";

/** @typedef {import("./pen.js").Pen} Pen */
/** @typedef {import("../training.js").Training} Training */

/** The two classes; colour and shape.
 * @type {import("./plot.js").Style[]} */
const classes = [{ light: "#b3400c", dark: "#ffa267", dash: [], marker: "circle" }, { light: "#1a56c4", dark: "#7db6ff", dash: [], marker: "square" }];

/** @param {Pen} pen @param {Training} training @param {number} frame */
export function answersOver(pen, training, frame) {
  const { side, halfWidth, inputs, labels, trainCount } = training;
  const colours = palette();
  const place = area(pen, { left: 40, right: 12, top: 10, bottom: 30 });
  const x = linear(-halfWidth, halfWidth, place.x, place.x + place.width, 5);
  const y = linear(-halfWidth, halfWidth, place.y + place.height, place.y, 5);
  const answers = at(training, "answers", frame);
  const isClasses = training.classes > 0;
  const high = isClasses ? 1 : Math.max(1, largest(answers));
  // Cells lie around the points of the grid.
  const [dx, dy] = [place.width / (side - 1) / 2, place.height / (side - 1) / 2];
  pen.clip(place, () => {
    pen.cells({ x: place.x - dx, y: place.y - dy, width: place.width + 2 * dx, height: place.height + 2 * dy }, side, side, i => twoWays(isClasses ? 1.4 * (answers[i] - 0.5) : answers[i] / high), true);
    const middle = isClasses ? 0.5 : 0;
    for (const { rings } of contours({ columns: side, rows: side, box: [-halfWidth, halfWidth, -halfWidth, halfWidth], values: { values: answers }, levels: [middle] })) {
      // What lies on the picture's edge is no boundary.
      for (const ring of rings) pen.path(Array.from(ring, (value, i) => i % 2 ? y.at(value) : x.at(value)).map((pixel, i, all) => onEdge(ring, i - i % 2, halfWidth) ? NaN : pixel + 0 * all.length), { stroke: colours.ink, width: 1.4, opacity: 0.75 });
    }
    for (let i = labels.length - 1; i >= 0; i--) {
      const [px, py] = [x.at(inputs[2 * i]), y.at(inputs[2 * i + 1])];
      if (!isClasses) {
        pen.circle(px, py, 3, { fill: i < trainCount ? twoWays(labels[i] / high) : colours.sheet, stroke: i < trainCount ? colours.sheet : twoWays(labels[i] / high), width: 1.2 });
        continue;
      }
      const style = classes[labels[i]];
      if (i < trainCount) marker(pen, px, py, style, 3);
      else if (labels[i] === 0) pen.circle(px, py, 2.6, { stroke: colourOf(style), width: 1.3, fill: colours.sheet, opacity: 0.8 });
      else pen.rectangle({ x: px - 2.4, y: py - 2.4, width: 4.8, height: 4.8 }, { stroke: colourOf(style), width: 1.3, fill: colours.sheet, opacity: 0.8 });
    }
  });
  axes(pen, place, x, y, { grid: false });
  return { x, y, place };
}

/** @param {Float64Array} ring @param {number} i @param {number} half */
const onEdge = (ring, i, half) => Math.abs(ring[i]) > half * 0.999 || Math.abs(ring[i + 1]) > half * 0.999;

/** @param {Pen} pen @param {Training} training @param {number} frame */
export function digits(pen, training, frame) {
  const colours = palette();
  const { inputs, labels, trainCount } = training;
  const guesses = at(training, "guess", frame);
  const sureness = at(training, "sureness", frame);
  const columns = Math.max(4, Math.floor(pen.width / 62));
  const [width, height] = [pen.width / columns, 76];
  const side = 46;
  const shown = Math.min(guesses.length, columns * Math.floor(pen.height / height));
  for (let k = 0; k < shown; k++) {
    const place = { x: k % columns * width + (width - side) / 2, y: Math.floor(k / columns) * height + 6, width: side, height: side };
    const from = (trainCount + k) * 64;
    pen.cells(place, 8, 8, i => ink(inputs[from + (7 - Math.floor(i / 8)) * 8 + i % 8], colours.dark));
    const isRight = guesses[k] === labels[trainCount + k];
    pen.rectangle(place, { stroke: isRight ? colours.line : colours.warn, width: isRight ? 1 : 2.5 });
    pen.text(place.x + side / 2, place.y + side + 11, `${isRight ? "" : "✗ "}${guesses[k]} · ${Math.round(100 * sureness[k])} %`, { size: 11, anchor: "middle", weight: isRight ? 400 : 650, fill: isRight ? colours.soft : colours.warn });
  }
}

/** @param {number} value @param {boolean} dark */
function ink(value, dark) {
  const t = Math.round(16 * Math.max(0, Math.min(1, value))) / 16;
  return dark ? oklch(0.22 + 0.66 * t, 0.01, 180) : oklch(0.99 - 0.76 * t, 0.01, 180);
}
