// W40: gradient accumulation: several small batches make the update of a large one.
import { bars } from "../draw/bars.js";
import { chart } from "../draw/chart.js";
import { styles } from "../draw/styles.js";
import { number, vector } from "../format.js";
import { askOnce } from "../library.js";
import { codesOf, gridOf, held, pointAt, raceOf, runsTable } from "../model.js";
import { mapPane } from "../panes.js";

/** @typedef {import("../model.js").Run} Run */
/** @typedef {{ large: Run, small: Run, mistaken: Run | null, grid: import("../model.js").Grid, micro: number, times: number, examples: number, requests: any[], updates: number }} Model */

/** The library's limit for points. */
const most = 1000;

/** @type {import("../widget.js").Widget} */
export default {
  id: "accumulation",
  title: "Gradient accumulation",
  lead: "A batch too large for the memory is cut into small ones: their gradients are added up, weighted by their sizes, and divided once. The update is the same to the last digits; the memory is that of a small batch.",

  fields: () => [
    { key: "times", label: "Small batches per update", kind: "whole", initial: 8, low: 1, high: 64, log: true },
    { key: "B", label: "Examples in each", kind: "whole", initial: 32, low: 1, high: 128, log: true },
    { key: "lr", label: "Learning rate η", kind: "number", initial: 0.05, low: 1e-3, high: 0.5, log: true },
    { key: "bad", label: "Common mistake: not divided", kind: "toggle", initial: false, hint: "Adds the means of the small batches and steps with their sum." },
    { key: "p0", label: "Start", kind: "numbers", initial: [0.5, 0.1], low: -10, high: 10, size: 2, axis: "w,b" },
    { key: "seed", label: "Seed", kind: "whole", initial: 1, low: 0, high: 9999 },
    { key: "n", label: "Updates", kind: "whole", initial: 40, low: 1, high: 500, log: true },
  ],

  async compute({ state, catalog }) {
    const size = Math.max(1, Math.min(state.B, Math.floor(most / state.times)));
    const examples = Math.max(2, size * state.times);
    const { points } = await askOnce("line_points", { count: examples, slope: 2, intercept: 0, noise: 1, seed: 1 });
    const place = { id: "data2", points };
    const run = { landscape: place, start: state.p0, learning_rate: state.lr, steps: state.n, seed: state.seed, budget: "updates", internals: false };
    const batches = { size, accumulate: state.times };
    const requests = [
      { ...run, batches: { size: size * state.times }, optimizers: [{ optimizer: "sgd", label: "One large batch" }] },
      { ...run, batches, optimizers: [{ optimizer: "sgd", label: "Accumulated" }] },
      ...(state.bad ? [{ ...run, batches: { ...batches, undivided: true }, optimizers: [{ optimizer: "sgd", label: "Not divided" }] }] : []),
    ];
    const [grid, ...runs] = await Promise.all([gridOf(place), ...requests.map((request, i) => raceOf(request, `accumulation-${i}`).then(race => race.runs[0]))].map(each => /** @type {Promise<any>} */ (each)));
    const [large, small, mistaken] = runs.map((each, i) => ({ ...each, style: [catalog.styles.sgd, styles[1], styles[4]][i] }));
    return /** @type {Model} */ ({ large, small, mistaken: mistaken ?? null, grid, micro: size, times: state.times, examples: size * state.times, requests, updates: Math.max(large.updates, small.updates) });
  },

  last: (/** @type {Model} */ { updates }) => updates,
  first: (/** @type {Model} */ { updates }) => updates,

  views: [
    mapPane({ id: "map", title: "Paths over w and b", height: 0.85, half: true, runs: (/** @type {Model} */ model) => all(model), note: () => "x is w, y is b" }),
    {
      id: "loss", title: "Loss", height: 0.85, half: true,
      draw: (pen, /** @type {Model} */ model, step) => chart(pen, { curves: all(model).map(run => ({ name: run.label, style: run.style, values: run.loss })), at: step, legend: true, log: true, high: 3 * model.large.loss[0] }),
      describe: (/** @type {Model} */ model, step) => `Loss at update ${step}, logarithmic: ${all(model).map(run => `${run.label} ${number(run.loss[held(run, step)])}`).join(", ")}.`,
      pick: (x, _, context) => context.to(x),
    },
    {
      id: "steps", title: "Length of the first update", height: 0.3,
      draw: (pen, /** @type {Model} */ model) => bars(pen, { bars: all(model).map(run => ({ label: run.label, style: run.style, value: run.stepLength(1) })), low: 0, high: 1.1 * Math.max(...all(model).map(run => run.stepLength(1))), label: "step length" }),
      describe: (/** @type {Model} */ model) => `Length of the first update: ${all(model).map(run => `${run.label} ${number(run.stepLength(1))}`).join(", ")}.`,
    },
  ],

  readout: (/** @type {Model} */ model, step) => [
    ["Step", String(step)], ["Status", model.small.status.at(held(model.small, step))],
    ...all(model).flatMap(run => /** @type {[string, any][]} */ ([[`${run.label}: θ`, pointAt(run, held(run, step))], [`${run.label}: loss`, run.loss[held(run, step)]]])),
    ["Largest difference so far", apart(model.large, model.small, step)], ["Mistaken over right, first step", model.mistaken ? model.mistaken.stepLength(1) / model.large.stepLength(1) : "switched off"],
    ["Examples per update", String(model.examples)], ["Examples in memory", `${model.micro} instead of ${model.examples}`], ["Gradient evaluations", `${step * model.times} of ${model.micro}, or ${step} of ${model.examples}`], ["Learning rate", model.large.learningRate[0]],
  ],

  caption(/** @type {Model} */ model, step) {
    const { large, small, mistaken, times, micro, examples } = model;
    const same = `${times} batches of ${micro}, added up and divided once, make the update of ${examples} examples: after ${step} ${step === 1 ? "update" : "updates"} the two differ by at most ${number(apart(large, small, step))}.`;
    if (!mistaken) return { text: same };
    return { text: `${same} Not divided, the first step is ${number(mistaken.stepLength(1) / large.stepLength(1))} times as long: a mistake; after ${held(mistaken, step)} updates its loss is ${number(mistaken.loss[held(mistaken, step)])}.`, tone: "warn" };
  },

  tables: (/** @type {Model} */ model, step) => [
    {
      title: `After ${step} updates`, columns: ["Way", "θ", "Loss", "First step", "Status"],
      rows: all(model).map(run => [run.label, vector(pointAt(run, held(run, step))), run.loss[held(run, step)], run.stepLength(1), run.status.at(held(run, step))]), runs: all(model).map(({ label, style }) => ({ label, style })),
    },
    {
      title: "What is the same, and what is not", columns: ["Part", `${model.times} × ${model.micro} against ${model.examples}`],
      rows: [["Gradient of a mean loss", "the same, if divided once by all weights"], ["Updates, schedule, momentum", "the same: they count updates, not small batches"], ["Batch normalization", `not the same: means and variances are of ${model.micro} examples, not of ${model.examples}`], ["Memory for activations", `that of ${model.micro} examples`], ["Clipping by norm", "the same, if clipped after the division"]],
    },
  ],

  table: (/** @type {Model} */ model) => runsTable("Every update", all(model)),
  request: (/** @type {Model} */ { requests }) => ({ large: requests[0], accumulated: requests[1], not_divided: requests[2] ?? null }),
  code: (/** @type {Model} */ { requests }) => codesOf(requests),
};

/** @param {Model} model */
const all = ({ large, small, mistaken }) => mistaken ? [large, small, mistaken] : [large, small];

/** @param {Run} a @param {Run} b @param {number} step */
const apart = (a, b, step) => a.theta.subarray(0, 2 * (step + 1)).reduce((most, value, i) => i < b.theta.length ? Math.max(most, Math.abs(value - b.theta[i])) : most, 0);
