// W15: the rate that AdaGrad and RMSProp divide to, over as many as a million steps of the same gradients.
import { chart } from "../draw/chart.js";
import { extent } from "../draw/scale.js";
import { exact, number, whole } from "../format.js";
import { ask, cancel } from "../library.js";
import { streamFields, streamOf } from "../streams.js";

/** @typedef {{ label: string, style: import("../draw/plot.js").Style, sum: Float64Array, rate: Float64Array, step: Float64Array }} Trace what it divides by, η over it, and the length of the step
 * @typedef {{ traces: Trace[], updates: Float64Array, gradient: Float64Array, request: any, rows: number, eta: number, repeats: number }} Model */

const rows = 2000;
const tail = 16;
const long = 50_000;
let isLong = false;
/** @type {any} the newest request */
let asked = null;

/** @type {import("../widget.js").Widget} */
export default {
  id: "effective",
  title: "Effective rate over time",
  lead: "The same gradients go into both. AdaGrad's sum only grows, so its rate only falls; RMSProp's mean settles, and so does its rate.",

  fields: () => [
    ...streamFields("text"),
    { key: "lr", label: "Learning rate η", kind: "number", initial: 0.1, low: 1e-4, high: 1, log: true },
    { key: "rho", label: "RMSProp's memory ρ", kind: "number", initial: 0.9, low: 0.5, high: 0.999 },
    { key: "n", label: "Steps", kind: "whole", initial: 200, low: 10, high: 1e6, log: true, hint: "All of them are made; of many, some are shown. A million takes several seconds." },
    { key: "xlog", label: "Logarithmic steps", kind: "toggle", initial: false, adapt: state => ({ initial: state.n > rows }) },
    { key: "ylog", label: "Logarithmic values", kind: "toggle", initial: true },
  ],

  async compute({ state }) {
    const { stream, noise } = streamOf(state);
    const request = {
      rows, run: {
        landscape: { stream }, ...noise, learning_rate: state.lr, steps: state.n,
        optimizers: [{ optimizer: "adagrad(epsilon=1e-8)", label: "AdaGrad" }, { optimizer: `rmsprop(smoothing=${exact(state.rho)}, epsilon=1e-8)`, label: "RMSProp" }],
      },
    };
    // What was asked before and takes seconds is not waited for.
    if (isLong) cancel();
    asked = request;
    isLong = state.n > long;
    const answer = await ask("trace", request, "effective").finally(() => { isLong &&= asked !== request; });
    const traces = answer.entries.map((/** @type {any} */ entry) => {
      const column = (/** @type {string} */ name) => /** @type {Float64Array} */ (entry.columns.find((/** @type {any} */ each) => each.name === name).values);
      const [sum, direction, eta] = [entry.columns.find((/** @type {any} */ each) => each.kind === "state").values, column("d"), column("learning_rate")];
      return { label: entry.label, style: entry.style, sum, rate: column("effective_rate").map((value, k) => sum[k] > 0 ? value : NaN), step: direction.map((value, k) => k === 0 ? NaN : Math.abs(eta[k] * value)) };
    });
    return /** @type {Model} */ ({ traces, updates: answer.updates.values, gradient: answer.entries[0].columns.find((/** @type {any} */ each) => each.name === "gradient").values, request, rows: answer.updates.length, eta: state.lr, repeats: stream.length });
  },

  last: (/** @type {Model} */ model) => model.rows - 1,
  first: (/** @type {Model} */ model) => model.rows - 1,

  views: [
    picture("rate", "Effective rate", trace => trace.rate, 0.46, false),
    picture("sum", "What they divide by: G", trace => trace.sum, 0.7, true),
    picture("step", "Length of the step", trace => trace.step, 0.7, true),
  ],

  readout: (/** @type {Model} */ model, row) => [
    ["Step", exact(model.updates[row])], ["Next gradient", model.gradient[row]],
    ...model.traces.flatMap(trace => /** @type {[string, any][]} */ ([[`${trace.label}: G`, trace.sum[row]], [`${trace.label}: rate`, shown(trace.rate[row])], [`${trace.label}: step`, shown(trace.step[row])]])),
    [`RMSProp's G, last ${lastOf(model, row)} steps`, between(model, row)], ["Learning rate", model.eta],
  ],

  caption: (/** @type {Model} */ model, row) => ({ text: sentence(model, row) }),

  tables: (/** @type {Model} */ model, row) => [{
    title: `After ${whole(model.updates[row])} steps`, columns: ["Optimizer", "G", "√G", "Effective rate", "Length of the step"],
    rows: model.traces.map(trace => [trace.label, trace.sum[row], Math.sqrt(trace.sum[row]), shown(trace.rate[row]), shown(trace.step[row])]),
    runs: model.traces.map(({ label, style }) => ({ label, style })),
  }, {
    title: "The first steps", columns: ["Step", "Gradient", ...model.traces.flatMap(({ label }) => [`${label}: G`, `${label}: rate`, `${label}: step`])],
    rows: Array.from({ length: Math.min(8, model.rows - 1) }, (_, k) => [String(k + 1), model.gradient[k], ...model.traces.flatMap(trace => [trace.sum[k + 1], shown(trace.rate[k + 1]), shown(trace.step[k + 1])])]),
  }],

  table: (/** @type {Model} */ model) => ({
    title: "Every kept step", columns: ["step", "next_gradient", ...model.traces.flatMap(({ label }) => ["sum", "effective_rate", "step_length"].map(name => `${label.toLowerCase()}_${name}`))],
    rows: Array.from({ length: model.rows }, (_, k) => [model.updates[k], model.gradient[k], ...model.traces.flatMap(trace => [trace.sum[k], orNone(trace.rate[k]), orNone(trace.step[k])])]),
  }),
  request: (/** @type {Model} */ { request }) => request,
  code: async (/** @type {Model} */ { request }) => (await ask("code", request.run)).code.replace("var result = Runner.Run(new RunRequest", "var run = ThinnedRun.Of(new RunRequest").replace(/\}\);\r?\n\r?\nforeach[\s\S]*/, `}, rows: ${rows});

foreach (var (label, _, trajectory) in run.Entries)
{
    foreach (var column in trajectory.State)
    {
        Console.WriteLine($"{label}, {column.Name} after {run.Updates[^1]} updates: {column.Values[^1]}");
    }
}
`),
};

/** One of the three quantities, of both.
 * @param {string} id @param {string} title @param {(trace: Trace) => Float64Array} valuesOf @param {number} height @param {boolean} half @returns {import("../widget.js").View} */
function picture(id, title, valuesOf, height, half) {
  return {
    id, title, height, half,
    note: (/** @type {Model} */ model) => half ? "" : `${whole(model.updates[model.rows - 1])} steps${model.rows < model.updates[model.rows - 1] ? `, ${model.rows} of them shown` : ""}`,
    draw(pen, /** @type {Model} */ { traces, updates }, row, { state, lit }) {
      const from = state.xlog ? 1 : 0;
      return chart(pen, {
        curves: traces.map(trace => ({ name: trace.label, style: trace.style, values: valuesOf(trace).subarray(from), x: updates.subarray(from), faint: lit !== null && lit !== trace.label, bold: lit === trace.label })),
        at: Math.max(0, row - from), legend: true, log: state.ylog, xLog: state.xlog, low: state.ylog ? undefined : 0,
      });
    },
    describe: (/** @type {Model} */ { traces, updates }, row) => `${title} over ${updates[updates.length - 1]} steps; at step ${updates[row]}: ${traces.map(trace => `${trace.label} ${shown(valuesOf(trace)[row])}`).join(", ")}.`,
    pick: (x, _, context, /** @type {Model} */ { updates }) => context.to(nearest(updates, x)),
  };
}

/** @param {number} value */
const shown = value => Number.isFinite(value) ? number(value) : "no history";

/** @param {number} value */
const orNone = value => Number.isFinite(value) ? value : "";

/** @param {Float64Array} updates @param {number} x */
const nearest = (updates, x) => updates.reduce((best, value, i) => Math.abs(value - x) < Math.abs(updates[best] - x) ? i : best, 0);

/** How many rows up to this one follow each other without a gap, at most the tail that is kept whole.
 * @param {Model} model @param {number} row */
function lastOf({ updates }, row) {
  let count = Math.min(1, row);
  while (count > 0 && count < tail && row - count > 0 && updates[row - count] === updates[row] - count) count++;
  return count;
}

/** @param {Model} model @param {number} row */
function between(model, row) {
  const count = lastOf(model, row);
  if (count === 0) return "no history";
  const [low, high] = extent([model.traces[1].sum.subarray(row - count + 1, row + 1)]);
  return low === high ? number(low) : `${low.toPrecision(3)} to ${high.toPrecision(3)}`;
}

/** @param {Model} model @param {number} row */
function sentence(model, row) {
  const [ada, rms] = model.traces;
  const step = model.updates[row];
  if (row === 0) return "No history yet: neither has a rate before the first gradient.";
  if (Number.isNaN(ada.rate[row])) return `After ${whole(step)} steps there was no gradient other than 0, and neither has a rate.`;
  const first = ada.rate.find(Number.isFinite) ?? NaN;
  return `After ${whole(step)} steps AdaGrad divides by the root of ${number(ada.sum[row])}: its rate has gone from ${number(first)} to ${number(ada.rate[row])}. RMSProp's mean of squares is ${between(model, row)}${lastOf(model, row) > 1 ? ` over the last ${lastOf(model, row)} steps` : ""}, and its rate ${number(rms.rate[row])}, ${number(rms.rate[row] / ada.rate[row])} times AdaGrad's.`;
}
