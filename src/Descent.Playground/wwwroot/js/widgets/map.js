// W34: what a run comes to over two of its parameters, and the run behind any cell.
import { chart } from "../draw/chart.js";
import { cellAt, cellMap, key, oneWay } from "../draw/heat.js";
import { mapGround, startMark, trail } from "../draw/map.js";
import { exact, number, vector, whole } from "../format.js";
import { ask } from "../library.js";
import { codeOf, gridOf, landscapeFields, placeOf, pointAt, raceOf, startField } from "../model.js";
import { palette } from "../theme.js";

/** @typedef {import("../model.js").Run} Run */
/** @typedef {{ xs: number[], ys: number[], values: Float64Array, rows: number }} Cells `rows` are there by now */
/** @typedef {{ cells: Cells, side: number, option: Option, run: Run, column: number, row: number, chosen: boolean, grid: import("../model.js").Grid, landscape: import("../model.js").Landscape, request: any, measure: string }} Model */
/** @typedef {{ name: string, title: string, low: number, high: number, log: boolean }} Option */

/** What may vary beside the rate; the library knows which of them a method has.
 * @type {Option[]} */
const options = [
  { name: "momentum", title: "momentum β", low: 0, high: 0.99, log: false }, { name: "beta1", title: "β₁", low: 0, high: 0.99, log: false }, { name: "beta2", title: "β₂", low: 0.5, high: 0.9999, log: false },
  { name: "smoothing", title: "smoothing ρ", low: 0.5, high: 0.999, log: false }, { name: "epsilon", title: "ε", low: 1e-8, high: 1, log: true }, { name: "weight_decay", title: "weight decay λ", low: 1e-4, high: 1, log: true },
  { name: "warmup", title: "warmup, updates", low: 0, high: 50, log: false }, { name: "batch_size", title: "batch size", low: 1, high: 3, log: false },
];

/** The map that was made last: choosing a cell of it needs no new one.
 * @type {{ key: string, cells: Cells } | null} */
let kept = null;
let plays = false;

/** @type {import("../widget.js").Widget} */
export default {
  id: "map",
  title: "Hyper-parameter map",
  lead: "One run per cell: where a method works, where it is best, and where it blows up. Press a cell to play the run behind it.",

  fields: catalog => [
    ...landscapeFields(catalog, "kappabowl"),
    { key: "o", label: "Optimizer", kind: "choice", initial: "sgd", choices: catalog.methods.map((/** @type {any} */ method) => [method.name, catalog.titles[method.name]]) },
    { key: "y", label: "Learning rate against", kind: "choice", initial: "momentum", adapt: state => ({ choices: choicesOf(catalog, state), initial: choicesOf(catalog, state)[0][0] }) },
    { key: "m", label: "A cell says", kind: "choice", as: "segments", initial: "final_loss", choices: [["final_loss", "Final loss"], ["steps_to_threshold", "Steps to a loss"]] },
    { key: "th", label: "Arrived at a loss of", kind: "number", initial: 1e-3, low: 1e-12, high: 1e3, log: true, when: state => state.m === "steps_to_threshold" },
    { key: "n", label: "Steps of a run", kind: "whole", initial: 100, low: 10, high: 2000, log: true },
    { key: "low", label: "Lowest rate", kind: "number", initial: 0.001, low: 1e-6, high: 1, log: true },
    { key: "high", label: "Highest rate", kind: "number", initial: 1, low: 1e-3, high: 100, log: true },
    { key: "side", label: "Cells along each side", kind: "whole", initial: 32, low: 4, high: 64 },
    startField(catalog),
    { key: "noise", label: "Gradient noise σ", kind: "number", initial: 0, low: 0, high: 4 },
    { key: "seed", label: "Seed", kind: "whole", initial: 1, low: 0, high: 9999, when: state => state.noise > 0 },
    { key: "cx", label: "Cell shown, along the rates", kind: "whole", initial: 0, low: 0, high: 64, hint: "0 for the best cell; or press one." },
    { key: "cy", label: "Cell shown, upwards", kind: "whole", initial: 0, low: 0, high: 64 },
  ],

  async compute(context) {
    const { state, catalog } = context;
    const place = placeOf(state, catalog);
    const option = optionOf(state);
    if (!(state.low < state.high)) throw new Error(`The lowest rate must be below the highest, but they are ${number(state.low)} and ${number(state.high)}.`);
    const run = {
      landscape: place, start: state.p0, steps: state.n, budget: "updates", internals: false, seed: state.seed, optimizers: [{ optimizer: state.o }],
      ...(state.noise > 0 ? { noise: { sigma: state.noise } } : {}), ...(state.m === "steps_to_threshold" ? { threshold: state.th } : {}),
      ...(option.name === "batch_size" ? { batches: { size: 1 } } : {}),
    };
    const request = { run, measure: state.m, x: { option: "learning_rate", low: state.low, high: state.high, count: state.side, is_logarithmic: true }, y: { option: option.name, low: option.low, high: option.high, count: state.side, is_logarithmic: option.log } };
    const grid = await gridOf(place);
    const cells = kept?.key === JSON.stringify(request) ? kept.cells : await firstRow(request, state.side);
    const isChosen = state.cx > 0 && state.cy > 0;
    const [column, row] = isChosen ? [Math.min(state.cx, state.side) - 1, Math.min(state.cy, state.side) - 1] : best(cells);
    const model = /** @type {Model} */ ({ cells, side: state.side, option, column, row, chosen: isChosen, grid, landscape: catalog.landscape(state), request, measure: state.m, run: await runOf(request, cells, option, column, row) });
    if (cells.rows < state.side) context.long(rest(model));
    else kept = { key: JSON.stringify(request), cells };
    if (plays) setTimeout(context.play);
    plays = false;
    return model;
  },

  last: (/** @type {Model} */ { run }) => run.updates,
  first: (/** @type {Model} */ { run }) => run.updates,

  views: [
    {
      id: "map", title: "One run per cell", height: 0.62,
      note: (/** @type {Model} */ model) => model.measure === "final_loss" ? "loss after the last step; rose: above the start" : "steps to the loss; rose: never",
      draw(pen, /** @type {Model} */ model, step, { lit }) {
        const colours = palette();
        const { cells, option } = model;
        const [low, high] = span(model);
        const frame = cellMap(pen, { xs: cells.xs, ys: cells.ys, xLog: true, yLog: option.log, xLabel: "learning rate η", yLabel: option.title, colour: i => i >= cells.rows * model.side ? colours.sheet : oneWay(shareOf(cells.values[i], low, high)), margins: { top: 34 } });
        const [bx, by] = best(cells);
        mark(pen, frame, cells, bx, by, colours.ink, "best");
        if (model.chosen) mark(pen, frame, cells, model.column, model.row, colours.accent, "shown");
        const spot = /^cell (\d+) (\d+)$/.exec(lit ?? "");
        if (spot) mark(pen, frame, cells, Number(spot[1]), Number(spot[2]), colours.soft, "");
        const width = Math.min(160, frame.place.width * 0.3);
        key(pen, { x: frame.place.x + frame.place.width - width - 40, y: 8, width, height: 10 }, oneWay, number(low), number(high));
        return frame;
      },
      describe: (/** @type {Model} */ model) => `Map of ${model.side} by ${model.side} runs over learning rates from ${number(model.cells.xs[0])} to ${number(model.cells.xs[model.side - 1])} and ${model.option.title} from ${number(model.option.low)} to ${number(model.option.high)}. ${bestSentence(model)}`,
      pick: (x, y, context, /** @type {Model} */ model) => {
        const [cx, cy] = [cellAt(model.cells.xs, true, x) + 1, cellAt(model.cells.ys, model.option.log, y) + 1];
        if (cx === context.state.cx && cy === context.state.cy) return;
        plays = true;
        context.set({ cx, cy });
      },
      hover: (x, y, context, /** @type {Model} */ model) => context.light(Number.isFinite(x) ? `cell ${cellAt(model.cells.xs, true, x)} ${cellAt(model.cells.ys, model.option.log, y)}` : null),
      move: (dx, dy, context, /** @type {Model} */ model) => context.set({ cx: within(model.column + 1 + dx, model.side), cy: within(model.row + 1 + dy, model.side) }),
    },
    {
      id: "path", title: "The run of the cell", height: 0.72, half: true,
      when: (_, /** @type {Model} */ { landscape }) => landscape.dimension === 2,
      ground: (pen, /** @type {Model} */ { grid }) => { mapGround(pen, grid); },
      draw(pen, /** @type {Model} */ { run, grid }, step, { state }) {
        const frame = mapGround.frame(pen, grid.box);
        startMark(pen, frame, state.p0);
        trail(pen, frame, run.theta, step, run.style, { dots: true });
        return frame;
      },
      describe: (/** @type {Model} */ { run, landscape }, step) => `Contour map of ${landscape.title} with the path of the run; at step ${step} it is at ${vector(pointAt(run, step))}.`,
    },
    {
      id: "loss", title: "Its loss", height: 0.72, half: true,
      draw: (pen, /** @type {Model} */ { run }, step) => chart(pen, { curves: [{ name: run.label, style: run.style, values: run.loss }], at: step, log: run.loss.every(loss => !(loss <= 0)), yLabel: "loss" }),
      describe: (/** @type {Model} */ { run }, step) => `Loss of the run: ${number(run.loss[0])} at the start, ${number(run.loss[step])} at step ${step}.`,
      pick: (x, _, context) => context.to(x),
    },
  ],

  readout(/** @type {Model} */ model, step, { lit }) {
    const { cells, run, option, side } = model;
    const [bx, by] = best(cells);
    const spot = /^cell (\d+) (\d+)$/.exec(lit ?? "");
    const [column, row] = spot ? [Number(spot[1]), Number(spot[2])] : [model.column, model.row];
    return [
      ["Step", String(step)], ["Status", run.status.at(step)], ["Learning rate", cells.xs[column]], [option.title, cells.ys[row]], ["Cell", said(model, cells.values[row * side + column])],
      ["Loss", run.loss[step]], ["Best rate", cells.xs[bx]], [`Best ${option.title}`, cells.ys[by]], ["Best cell", said(model, cells.values[by * side + bx])], ["Start", run.loss[0]], ["Runs made", `${whole(cells.rows * side)} of ${whole(side * side)}`],
    ];
  },

  caption: (/** @type {Model} */ model) => ({ text: bestSentence(model) }),
  table: (/** @type {Model} */ { cells, side, option, measure }) => ({
    title: "Every cell", columns: ["learning_rate", option.name, measure],
    rows: Array.from({ length: cells.rows * side }, (_, i) => [cells.xs[i % side], cells.ys[Math.floor(i / side)], Number.isFinite(cells.values[i]) ? cells.values[i] : "Infinity"]),
  }),
  request: (/** @type {Model} */ { request }) => request,
  code: (/** @type {Model} */ model) => codeOf(requestOf(model.request, model.cells, model.option, model.column, model.row)),
};

/** @param {any} catalog @param {import("../state.js").State} state @returns {[string, string][]} */
function choicesOf(catalog, state) {
  const known = catalog.methods.find((/** @type {any} */ method) => method.name === state.o)?.options ?? [];
  return options.filter(({ name }) => known.includes(name) || name === "warmup" || (name === "batch_size" && state.ls?.startsWith("data"))).map(({ name, title }) => [name, title]);
}

/** @param {import("../state.js").State} state */
function optionOf(state) {
  const option = /** @type {Option} */ (options.find(({ name }) => name === state.y));
  return option.name === "warmup" ? { ...option, high: Math.max(1, Math.round(state.n / 2)) } : option;
}

/** @param {any} request @param {number} side @returns {Promise<Cells>} */
async function firstRow(request, side) {
  const answer = await ask("map", { ...request, first_row: 0, row_count: 1 }, "map");
  const values = new Float64Array(side * side).fill(NaN);
  values.set(answer.values.values);
  return { xs: answer.x, ys: answer.y, values, rows: 1 };
}

/** The other rows, and at the end the run of the best cell.
 * @param {Model} model @returns {AsyncGenerator<number>} */
async function* rest(model) {
  const { cells, request, side } = model;
  for (let count = 1; cells.rows < side;) {
    const started = performance.now();
    const answer = await ask("map", { ...request, first_row: cells.rows, row_count: Math.min(count, side - cells.rows) }, "map");
    cells.values.set(answer.values.values, cells.rows * side);
    cells.rows += answer.rows;
    count = Math.max(1, Math.min(8, Math.round(count * 110 / (performance.now() - started))));
    yield cells.rows / side;
  }
  kept = { key: JSON.stringify(request), cells };
  if (model.chosen) return;
  [model.column, model.row] = best(cells);
  model.run = await runOf(request, cells, model.option, model.column, model.row);
  yield 1;
}

/** @param {any} request @param {Cells} cells @param {Option} option @param {number} column @param {number} row */
function requestOf({ run }, cells, option, column, row) {
  const value = cells.ys[row];
  return {
    ...run, learning_rate: cells.xs[column],
    ...(option.name === "batch_size" ? { batches: { size: Math.round(value) } } : option.name === "warmup" ? (Math.round(value) >= 1 ? { schedule: `warmup(${Math.round(value)}) then constant` } : {})
      : { optimizers: [{ optimizer: `${run.optimizers[0].optimizer}(${option.name}=${exact(value)})` }] }),
  };
}

/** @param {any} request @param {Cells} cells @param {Option} option @param {number} column @param {number} row @returns {Promise<Run>} */
const runOf = async (request, cells, option, column, row) => (await raceOf(requestOf(request, cells, option, column, row), "map")).runs[0];

/** Column and row of the lowest value.
 * @param {Cells} cells @returns {[number, number]} */
function best({ values, xs }) {
  let at = 0;
  for (let i = 1; i < values.length; i++) if (values[i] < values[at] || Number.isNaN(values[at])) at = i;
  return [at % xs.length, Math.floor(at / xs.length)];
}

/** The ends of the colours: the best cell, and the loss at the start or all the steps.
 * @param {Model} model @returns {[number, number]} */
function span({ cells, run, measure, request }) {
  const [bx, by] = best(cells);
  const low = cells.values[by * cells.xs.length + bx];
  return measure === "final_loss" ? [low, Math.max(run.loss[0], low)] : [Number.isFinite(low) ? low : 0, request.run.steps];
}

/** Logarithmic where it can be.
 * @param {number} value @param {number} low @param {number} high */
function shareOf(value, low, high) {
  if (!(value <= high)) return NaN;
  if (low <= 0) return high > low ? (value - low) / (high - low) : 0;
  const floor = Math.max(low, high * 1e-40);
  return high > floor ? Math.log(Math.max(value, floor) / floor) / Math.log(high / floor) : 0;
}

/** @param {import("../draw/pen.js").Pen} pen @param {import("../widget.js").Frame} frame @param {Cells} cells @param {number} column @param {number} row @param {string} colour @param {string} text */
function mark(pen, { place }, { xs, ys }, column, row, colour, text) {
  const [width, height] = [place.width / xs.length, place.height / ys.length];
  const [x, y] = [place.x + column * width, place.y + place.height - (row + 1) * height];
  pen.rectangle({ x: x - 1, y: y - 1, width: width + 2, height: height + 2 }, { stroke: palette().sheet, width: 4 });
  pen.rectangle({ x: x - 1, y: y - 1, width: width + 2, height: height + 2 }, { stroke: colour, width: 2 });
  if (text) pen.text(column > xs.length * 0.8 ? x - 5 : x + width + 5, y + height / 2, text, { size: 12, weight: 600, anchor: column > xs.length * 0.8 ? "end" : "start", fill: colour, halo: palette().sheet });
}

/** @param {number} value @param {number} side */
const within = (value, side) => Math.max(1, Math.min(side, value));

/** @param {Model} model @param {number} value */
const said = ({ measure }, value) => Number.isNaN(value) ? "not made yet" : Number.isFinite(value) ? (measure === "final_loss" ? value : `${value} steps`) : measure === "final_loss" ? "diverged" : "never";

/** @param {Model} model */
function bestSentence(model) {
  const { cells, option, side, run, landscape, measure } = model;
  const [bx, by] = best(cells);
  const value = cells.values[by * side + bx];
  const made = cells.values.subarray(0, cells.rows * side);
  const worse = made.reduce((count, each) => count + (each <= run.loss[0] ? 0 : 1), 0);
  if (!Number.isFinite(value)) return `On ${landscape.title} no cell arrives.`;
  return `On ${landscape.title} the best of ${whole(made.length)} cells is η = ${number(cells.xs[bx])} with ${option.title} = ${number(cells.ys[by])}: ${measure === "final_loss" ? `a loss of ${number(value)} after ${whole(model.request.run.steps)} steps; ${whole(worse)} cells end above the start's ${number(run.loss[0])}` : `${number(value)} steps`}.`;
}
