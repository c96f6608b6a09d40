// W24: what the state of an optimizer weighs.
import { area, axes, colourOf } from "../draw/plot.js";
import { linear } from "../draw/scale.js";
import { number, whole } from "../format.js";
import { ask } from "../library.js";
import { palette } from "../theme.js";

/** @typedef {import("../draw/plot.js").Style} Style */
/** @typedef {{ optimizer: string, title: string, style: Style, parts: { symbol: string, numbers: number }[], numbers: number, per_parameter: number, bytes: number }} Row */
/** @typedef {{ rows: Row[], parameterBytes: number, matrix: number, parameters: number, request: any }} Model */

/** @type {import("../widget.js").Widget} */
export default {
  id: "state",
  title: "Memory calculator",
  lead: "Beside the parameters and their gradients an optimizer keeps numbers of its own: none for plain SGD, two per parameter for Adam, a row and a column for Adafactor. Here is what that weighs.",

  fields: catalog => [
    { key: "n", label: "Parameters", kind: "whole", initial: 175e9, low: 1e3, high: 1e12, log: true },
    { key: "b", label: "Numbers of state are kept in", kind: "choice", as: "segments", initial: "4", choices: [["4", "32 bits"], ["2", "16 bits"], ["1", "8 bits"]] },
    { key: "o", label: "Optimizers", kind: "methods", initial: ["sgd", "sgd(momentum=0.9)", "adagrad", "adam", "amsgrad", "lion", "adafactor", "sm3", "came", "adam_mini"], choices: catalog.methods.map((/** @type {any} */ method) => [method.name, catalog.titles[method.name]]) },
    { key: "r", label: "Rows of its matrices", kind: "whole", initial: 4096, low: 1, high: 65536, log: true, hint: "For methods that keep rows and columns instead of whole matrices." },
    { key: "c", label: "Columns of its matrices", kind: "whole", initial: 4096, low: 1, high: 65536, log: true },
  ],

  async compute({ state, styleOf, titleOf }) {
    const request = { optimizers: state.o, parameters: state.n, bytes: Number(state.b), rows: state.r, columns: state.c };
    const reply = state.o.length > 0 ? await ask("memory", request, "state") : { rows: [], parameter_bytes: state.n * Number(state.b), matrix_numbers: state.r * state.c };
    return /** @type {Model} */ ({
      rows: reply.rows.map((/** @type {any} */ row) => ({ ...row, title: titleOf(row.optimizer), style: styleOf(row.optimizer) })),
      parameterBytes: reply.parameter_bytes, matrix: reply.matrix_numbers, parameters: state.n, request,
    });
  },

  views: [{
    id: "bars", title: "State beside the parameters", height: 0.62,
    note: (/** @type {Model} */ { parameterBytes }) => `the dashed line is the parameters themselves: ${bytes(parameterBytes)}`,
    draw(pen, /** @type {Model} */ { rows, parameterBytes }, _, { lit }) {
      const colours = palette();
      const place = area(pen, { left: Math.min(150, pen.width * 0.34), right: 84, top: 10, bottom: 34 });
      const unit = unitOf(Math.max(parameterBytes, ...rows.map(row => row.bytes)));
      const x = linear(0, Math.max(parameterBytes, ...rows.map(row => row.bytes)) / unit.size * 1.02, place.x, place.x + place.width, Math.max(2, Math.round(place.width / 90)));
      const y = linear(0, Math.max(1, rows.length), place.y, place.y + place.height, 1);
      y.ticks = [];
      axes(pen, place, x, y, { x: unit.name });
      rows.forEach((row, i) => {
        const [top, height] = [y.at(i + 0.18), y.at(i + 0.82) - y.at(i + 0.18)];
        pen.rectangle({ x: place.x, y: top, width: Math.max(1.5, x.at(row.bytes / unit.size) - place.x), height }, { fill: colourOf(row.style), opacity: lit !== null && lit !== row.title ? 0.35 : 0.9 });
        pen.text(place.x - 8, top + height / 2, row.title, { size: 12, anchor: "end", fill: colours.ink });
        pen.text(x.at(row.bytes / unit.size) + 6, top + height / 2, bytes(row.bytes), { size: 11.5, fill: colours.soft, halo: colours.sheet });
      });
      const line = x.at(parameterBytes / unit.size);
      pen.path([line, place.y, line, place.y + place.height], { stroke: colours.ink, width: 1.5, dash: [5, 4] });
      return { x, y, place };
    },
    describe: (/** @type {Model} */ { rows, parameterBytes }) => `Bars of the state's size. Parameters: ${bytes(parameterBytes)}. ${rows.map(row => `${row.title} ${bytes(row.bytes)}`).join(", ")}.`,
  }],

  readout: (/** @type {Model} */ { rows, parameterBytes, parameters, matrix }) => [
    ["Parameters", whole(parameters)], ["They weigh", bytes(parameterBytes)], ["One matrix has", `${whole(matrix)} numbers`],
    ...rows.map(row => /** @type {[string, any]} */ ([row.title, bytes(row.bytes)])),
  ],

  caption(/** @type {Model} */ { rows, parameterBytes }) {
    if (rows.length === 0) return { text: "Choose an optimizer." };
    const ranked = [...rows].sort((a, b) => b.bytes - a.bytes);
    const [most, least] = [ranked[0], ranked[ranked.length - 1]];
    return { text: `${most.title} keeps most: ${bytes(most.bytes)}, ${number(most.bytes / parameterBytes)} times the parameters themselves. ${rows.length > 1 ? `${least.title} keeps least: ${bytes(least.bytes)}${least.bytes > 0 ? `, ${number(most.bytes / least.bytes)} times less` : ""}.` : ""}` };
  },

  tables: (/** @type {Model} */ { rows, matrix, parameterBytes }) => [{
    title: "What each keeps", columns: ["Optimizer", "For one matrix", "Numbers for it", "Times less than the matrix", "Per parameter", "In all", "In binary units", "With parameters and gradients"],
    rows: rows.map(row => [row.title, row.parts.length === 0 ? "nothing" : row.parts.map(part => `${part.symbol}: ${whole(part.numbers)}`).join(", "), whole(row.numbers), row.numbers > 0 ? matrix / row.numbers : "", row.per_parameter, bytes(row.bytes), binary(row.bytes), bytes(row.bytes + 2 * parameterBytes)]),
    runs: rows.map(row => ({ label: row.title, style: row.style })),
  }],

  table: (/** @type {Model} */ { rows }) => ({ title: "State of optimizers", columns: ["optimizer", "parts", "numbers_for_a_matrix", "per_parameter", "bytes"], rows: rows.map(row => [row.optimizer, row.parts.map(part => `${part.symbol}=${part.numbers}`).join(" "), row.numbers, row.per_parameter, row.bytes]) }),
  request: (/** @type {Model} */ { request }) => request,
};

const units = ["B", "kB", "MB", "GB", "TB", "PB"];

/** @param {number} size */
function unitOf(size) {
  const power = Math.max(0, Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, size)) / 3 + 1e-9)));
  return { size: 1000 ** power, name: units[power] };
}

/** @param {number} size */
function bytes(size) {
  const unit = unitOf(size);
  return `${number(size / unit.size)} ${unit.name}`;
}

/** @param {number} size */
function binary(size) {
  const power = Math.max(0, Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, size)) / 10 + 1e-9)));
  return `${number(size / 1024 ** power)} ${power === 0 ? "B" : `${units[power][0].toUpperCase()}iB`}`;
}
