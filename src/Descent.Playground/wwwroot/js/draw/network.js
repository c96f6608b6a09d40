// A network as people draw it: units as small pictures of what they answer over the plane, weights as lines.
import { palette } from "../theme.js";
import { largest, thumbnail, twoWays } from "./heat.js";
import { linear } from "./scale.js";

/** @typedef {import("./pen.js").Pen} Pen */
/** A weight's line, for the pointer.
 * @typedef {{ index: number, x0: number, y0: number, x1: number, y1: number }} Line */
/** @typedef {{ sizes: number[], weights: ArrayLike<number>, side: number, units: ArrayLike<number> | null, answers: ArrayLike<number> | null, answerSide: number, pixels: boolean, middle: number }} Network
 * `units` are pictures one after the other; without them first-layer weights are pictures of pixels; `middle` is the answer that is neither */

/** Where the weights of a layer begin among all parameters.
 * @param {number[]} sizes @param {number} layer */
export function weightsFrom(sizes, layer) {
  let at = 0;
  for (let i = 0; i < layer; i++) at += sizes[i + 1] * (sizes[i] + 1);
  return at;
}

/** @param {Pen} pen @param {Network} network @param {number} lit the weight that is looked at, −1 for none
 * @returns {{ x: import("./scale.js").Scale, y: import("./scale.js").Scale, place: import("./pen.js").Rectangle, lines: Line[] }} */
export function diagram(pen, network, lit) {
  const colours = palette();
  const { sizes, weights } = network;
  const place = { x: 12, y: 24, width: pen.width - 24, height: pen.height - 30 };
  const shown = sizes.map(size => size > 64 ? 0 : size);
  if (network.pixels) shown[0] = 1;
  const most = Math.max(...shown, 1);
  const size = Math.max(6, Math.min(46, place.height / most - 4, place.width / sizes.length * 0.62));
  const at = (/** @type {number} */ layer, /** @type {number} */ unit) => {
    const gap = Math.min(size + 14, place.height / shown[layer]);
    return [place.x + size / 2 + (place.width - size) * (sizes.length === 1 ? 0.5 : layer / (sizes.length - 1)), place.y + place.height / 2 + (unit - (shown[layer] - 1) / 2) * gap];
  };
  const [answerLayer, outputs] = [sizes.length - 1, sizes[sizes.length - 1]];
  /** @type {Line[]} */
  const lines = [];
  for (let layer = 0; layer + 1 < sizes.length; layer++) {
    const [inputs, units] = [sizes[layer], sizes[layer + 1]];
    const from = weightsFrom(sizes, layer);
    const high = largest(Array.from({ length: inputs * units }, (_, i) => weights[from + i])) || 1;
    for (let j = 0; j < units; j++) {
      for (let i = 0; i < (layer === 0 && network.pixels ? 1 : inputs); i++) {
        const index = from + j * inputs + i;
        const value = layer === 0 && network.pixels ? NaN : weights[index] / high;
        const [[x0, y0], [x1, y1]] = [at(layer, i), at(layer + 1, j)];
        const bend = (x1 - x0) * 0.4;
        lines.push({ index, x0: x0 + size / 2, y0, x1: x1 - size / 2, y1 });
        const ink = Number.isNaN(value) ? { stroke: colours.line, width: 1 } : { stroke: index === lit ? colours.ink : twoWays(Math.sign(value) * 0.9), width: index === lit ? 3 : 0.5 + 3 * Math.abs(value), opacity: index === lit ? 1 : 0.25 + 0.65 * Math.abs(value), dash: value < 0 ? [5, 3] : [] };
        pen.path(curve(x0 + size / 2, y0, x1 - size / 2, y1, bend), ink);
      }
    }
  }
  const box = (/** @type {number[]} */ [x, y]) => ({ x: x - size / 2, y: y - size / 2, width: size, height: size });
  let unit = 0;
  const cells = network.side * network.side;
  for (let layer = 0; layer < sizes.length; layer++) {
    const title = layer === 0 ? "input" : layer === answerLayer ? (outputs > 2 ? "10 classes" : "answer") : `layer ${layer}`;
    pen.text(at(layer, 0)[0], 11, title, { size: 11, anchor: layer === 0 ? "start" : layer === answerLayer ? "end" : "middle", fill: colours.soft });
    for (let j = 0; j < shown[layer]; j++) {
      const where = box(at(layer, j));
      if (layer === 0 && network.pixels) {
        pen.rectangle(where, { fill: colours.sheet, stroke: colours.line });
        pen.text(at(layer, j)[0], at(layer, j)[1], "8 × 8", { size: 11, anchor: "middle", fill: colours.soft });
      } else if (layer === 0) {
        thumbnail(pen, where, 9, Array.from({ length: 81 }, (_, i) => (j === 0 ? i % 9 : Math.floor(i / 9)) - 4), 4);
        pen.text(where.x + size / 2, where.y + size / 2, j === 0 ? "x" : "y", { size: Math.min(13, size * 0.6), anchor: "middle", weight: 600, fill: colours.ink, halo: colours.sheet });
      } else if (layer === answerLayer) {
        if (network.answers) {
          const values = Float64Array.from(network.answers, value => value - network.middle);
          thumbnail(pen, where, network.answerSide, outputs === 2 && j === 0 ? values.map(value => -value) : values, largest(values));
        } else {
          pen.rectangle(where, { fill: colours.sheet, stroke: colours.line });
          pen.text(where.x + size / 2, where.y + size / 2, String(j), { size: Math.min(13, size * 0.7), anchor: "middle", fill: colours.ink });
        }
      } else {
        const values = network.units
          ? Array.prototype.slice.call(network.units, unit * cells, (unit + 1) * cells)
          // The first row of pixels is drawn at the top.
          : layer === 1 && network.pixels ? Array.from({ length: 64 }, (_, i) => weights[j * 64 + (7 - Math.floor(i / 8)) * 8 + i % 8]) : null;
        if (values) thumbnail(pen, where, Math.sqrt(values.length), values, largest(values));
        else pen.rectangle(where, { fill: colours.sheet, stroke: colours.line });
        unit++;
      }
    }
  }
  const whole = { x: 0, y: 0, width: pen.width, height: pen.height };
  return { x: linear(0, pen.width, 0, pen.width), y: linear(0, pen.height, 0, pen.height), place: whole, lines };
}

/** A line that leaves and arrives level.
 * @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 @param {number} bend */
function curve(x0, y0, x1, y1, bend) {
  const points = [];
  for (let i = 0; i <= 12; i++) {
    const t = i / 12, u = 1 - t;
    points.push(u ** 3 * x0 + 3 * u * u * t * (x0 + bend) + 3 * u * t * t * (x1 - bend) + t ** 3 * x1, u ** 3 * y0 + 3 * u * u * t * y0 + 3 * u * t * t * y1 + t ** 3 * y1);
  }
  return points;
}

/** The weight whose line is nearest to a point; −1 where none is near.
 * @param {Line[]} lines @param {number} x @param {number} y */
export function nearestWeight(lines, x, y) {
  let [best, index] = [8, -1];
  for (const line of lines) {
    if (x < line.x0 || x > line.x1) continue;
    const t = (x - line.x0) / (line.x1 - line.x0);
    const distance = Math.abs(line.y0 + (line.y1 - line.y0) * t * t * (3 - 2 * t) - y);
    if (distance < best) [best, index] = [distance, line.index];
  }
  return index;
}
