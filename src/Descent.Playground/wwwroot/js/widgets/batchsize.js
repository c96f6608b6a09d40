// W08: from one example to all of them: noise, updates, time and rates.
import { chart } from "../draw/chart.js";
import { number, whole } from "../format.js";
import { ask } from "../library.js";

/** @typedef {{ batch: number, updates: number, seconds_per_update: number, noise: number, linear_rate: number, square_root_rate: number }} Row */
/** @typedef {{ rows: Row[], chosen: Row, full: number, n: number, steps: number, rate: number, foundFor: number, rule: string, request: any }} Model */

const styles = {
  noise: { light: "#1f6feb", dark: "#6cb0ff", dash: [], marker: "circle" }, time: { light: "#d9480f", dark: "#ff9a5c", dash: [7, 3], marker: "square" }, rate: { light: "#0b7a4b", dark: "#4fd29a", dash: [2, 3], marker: "diamond" },
};

/** @type {import("../widget.js").Widget} */
export default {
  id: "batchsize",
  title: "Batch-size spectrum",
  lead: "A larger batch makes the gradient quieter by the root of its size and dearer by its size. What that does to the number of updates, to time and to the learning rate stands side by side.",

  fields: () => [
    { key: "n", label: "Examples N", kind: "whole", initial: 1_200_000, low: 1000, high: 1_200_000, log: true },
    { key: "b", label: "Batch size B", kind: "whole", initial: 32, low: 1, high: 1_200_000, log: true, adapt: state => ({ high: state.n ?? 1_200_000 }) },
    { key: "ms", label: "Milliseconds per example", kind: "number", initial: 10, low: 0.01, high: 1000, log: true },
    { key: "steps", label: "Updates to compare", kind: "whole", initial: 100_000, low: 100, high: 1_000_000, log: true },
    { key: "rule", label: "Learning rate follows", kind: "choice", as: "segments", initial: "linear", choices: [["none", "nothing"], ["linear", "B"], ["root", "√B"]] },
    { key: "lr", label: "Rate that was found", kind: "number", initial: 0.1, low: 1e-5, high: 1, log: true, when: state => state.rule !== "none" },
    { key: "b0", label: "… for a batch of", kind: "whole", initial: 32, low: 1, high: 65536, log: true, when: state => state.rule !== "none" },
  ],

  async compute({ state }) {
    const chosen = Math.min(state.b, state.n);
    const batches = [...new Set([...Array.from({ length: 41 }, (_, i) => Math.round(state.n ** (i / 40))), chosen])].sort((a, b) => a - b);
    const request = { examples: state.n, batches, milliseconds: state.ms, learning_rate: state.lr, found_for: state.b0 };
    const reply = await ask("batch_sizes", request, "batchsize");
    const rows = /** @type {Row[]} */ (reply.rows);
    return /** @type {Model} */ ({ rows, chosen: rows.find(row => row.batch === chosen), full: reply.seconds_per_full_update, n: state.n, steps: state.steps, rate: state.lr, foundFor: state.b0, rule: state.rule, request });
  },

  views: [
    {
      id: "noise", title: "Noise of the gradient", height: 0.36, half: true, note: () => "as a share of one example's; both axes logarithmic",
      draw: (pen, /** @type {Model} */ { rows, chosen }) => curve(pen, rows, chosen, row => row.noise, "noise", styles.noise),
      describe: (/** @type {Model} */ { chosen }) => `Noise of the gradient over batch sizes: ${number(chosen.noise)} of that of one example at ${whole(chosen.batch)}.`,
      pick: (x, _, context) => context.set({ b: Math.max(1, Math.min(context.state.n, Math.round(x))) }),
    },
    {
      id: "time", title: "Time for one update", height: 0.36, half: true, note: () => "in seconds, one example after the other",
      draw: (pen, /** @type {Model} */ { rows, chosen }) => curve(pen, rows, chosen, row => row.seconds_per_update, "seconds", styles.time),
      describe: (/** @type {Model} */ { chosen }) => `Seconds per update over batch sizes: ${number(chosen.seconds_per_update)} at ${whole(chosen.batch)}.`,
      pick: (x, _, context) => context.set({ b: Math.max(1, Math.min(context.state.n, Math.round(x))) }),
    },
    {
      id: "rate", title: "Learning rate by the rule", height: 0.34,
      note: (/** @type {Model} */ { rule }) => rule === "none" ? "the same for all" : rule === "linear" ? "in proportion to B" : "in proportion to √B",
      draw: (pen, /** @type {Model} */ model) => curve(pen, model.rows, model.chosen, row => rateOf(model, row), "learning rate", styles.rate),
      describe: (/** @type {Model} */ model) => `Learning rate over batch sizes: ${number(rateOf(model, model.chosen))} at ${whole(model.chosen.batch)}.`,
    },
  ],

  readout: (/** @type {Model} */ model) => [
    ["Batch size", whole(model.chosen.batch)], ["Updates per pass", whole(model.chosen.updates)], ["Time for one update", time(model.chosen.seconds_per_update)], ["Time for a full-batch update", time(model.full)],
    [`${whole(model.steps)} updates`, time(model.steps * model.chosen.seconds_per_update)], [`${whole(model.steps)} full-batch updates`, time(model.steps * model.full)],
    ["Noise of the gradient", model.chosen.noise], ["Learning rate", rateOf(model, model.chosen)], ["Rate against the found one", rateOf(model, model.chosen) / model.rate],
  ],

  caption: (/** @type {Model} */ model) => ({ text: `With ${whole(model.chosen.batch)} of ${whole(model.n)} examples an update takes ${time(model.chosen.seconds_per_update)} instead of ${time(model.full)}: ${whole(model.chosen.updates)} updates in the time of one on all. Its gradient is ${model.chosen.noise === 0 ? "exact" : `${number(1 / model.chosen.noise)} times quieter than that of one example`}.` }),

  tables: (/** @type {Model} */ model) => [{
    title: "Along the spectrum", columns: ["Batch", "Updates per pass", "Time for one update", "Noise", "Learning rate"],
    rows: model.rows.filter((row, i, all) => i % 5 === 0 || row === model.chosen || i === all.length - 1).map(row => [whole(row.batch), whole(row.updates), time(row.seconds_per_update), row.noise, rateOf(model, row)]),
  }],

  table: (/** @type {Model} */ { rows }) => ({ title: "Batch sizes", columns: ["batch", "updates_per_pass", "seconds_per_update", "noise", "linear_rate", "square_root_rate"], rows: rows.map(row => [row.batch, row.updates, row.seconds_per_update, row.noise, row.linear_rate, row.square_root_rate]) }),
  request: (/** @type {Model} */ { request }) => request,
};

/** @param {Model} model @param {Row} row */
const rateOf = ({ rule, rate }, row) => rule === "none" ? rate : rule === "linear" ? row.linear_rate : row.square_root_rate;

/** @param {import("../draw/pen.js").Pen} pen @param {Row[]} rows @param {Row} chosen @param {(row: Row) => number} value @param {string} yLabel @param {any} style */
const curve = (pen, rows, chosen, value, yLabel, style) => chart(pen, { curves: [{ name: yLabel, style, values: rows.map(value), x: rows.map(row => row.batch) }], at: rows.indexOf(chosen), log: true, xLog: true, xLabel: "batch size", yLabel });

/** @param {number} seconds */
function time(seconds) {
  const [size, name] = /** @type {[number, string]} */ ([[365.25 * 86400, "years"], [86400, "days"], [3600, "h"], [60, "min"]].find(([each]) => seconds >= Number(each) * 2) ?? [1, "s"]);
  return `${number(seconds / size)} ${name}`;
}
