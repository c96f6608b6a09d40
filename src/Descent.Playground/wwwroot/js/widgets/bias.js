// W18: Adam with and without the correction of its averages for their start at zero.
import { chart } from "../draw/chart.js";
import { extent } from "../draw/scale.js";
import { styles } from "../draw/styles.js";
import { exact, number, vector } from "../format.js";
import { codesOf, gridOf, held, landscapeFields, placeOf, pointAt, raceOf, runsTable, startField } from "../model.js";
import { mapPane } from "../panes.js";
import { streamFields, streamOf } from "../streams.js";

/** @typedef {import("../model.js").Run} Run */
/** @typedef {{ runs: Run[], streams: Run[], grid: import("../model.js").Grid, requests: any[], updates: number, ratio: Float64Array, sizes: Float64Array[], peak: number, below: number | null }} Model `sizes` are the lengths of the steps on the stream, `below` the step from which on the ratio stays under 2 */

/** @type {[string, string, string][]} what is left out, and what is then corrected */
const variants = [["none", "Both", "Uncorrected"], ["square", "Only m's", "m uncorrected"], ["mean", "Only v's", "v uncorrected"]];

/** @type {import("../widget.js").Widget} */
export default {
  id: "bias",
  title: "Bias correction on and off",
  lead: "Adam's averages start at zero and are too small at first, v by more than m. Without the correction the early steps are therefore too long: see by how much, and for how long.",

  fields: catalog => [
    { key: "off", label: "Switch off the correction of", kind: "choice", as: "segments", initial: "none", choices: variants.map(([value, label]) => [value, label]) },
    { key: "b1", label: "β₁", kind: "number", initial: 0.9, low: 0, high: 0.99 },
    { key: "b2", label: "β₂", kind: "number", initial: 0.999, low: 0.9, high: 0.9999 },
    ...streamFields("constant"),
    ...landscapeFields(catalog, "kappabowl"),
    { key: "lr", label: "Learning rate η", kind: "number", initial: 0.1, low: 1e-3, high: 1, log: true },
    startField(catalog),
    { key: "n", label: "Steps", kind: "whole", initial: 1000, low: 10, high: 20000, log: true },
  ],

  async compute({ state, catalog }) {
    const place = placeOf(state, catalog);
    const { stream, noise } = streamOf(state);
    const adam = `adam(beta1=${exact(state.b1)}, beta2=${exact(state.b2)})`;
    const optimizers = [{ optimizer: adam, label: "Corrected" }, { optimizer: adam, label: variants.find(([value]) => value === state.off)?.[2] ?? "", correction: state.off }];
    const common = { learning_rate: state.lr, steps: state.n, optimizers, internals: false };
    const requests = [{ ...common, landscape: place, start: state.p0 }, { ...common, ...noise, landscape: { stream } }];
    const [grid, { runs }, { runs: streams }] = await Promise.all([gridOf(place), raceOf(requests[0], "bias"), raceOf(requests[1], "bias-stream")]);
    const sizes = streams.map(run => Float64Array.from(run.theta, (_, t) => t === 0 ? NaN : run.stepLength(t)));
    const ratio = sizes[1].map((size, t) => sizes[0][t] > 0 ? size / sizes[0][t] : NaN);
    const last = ratio.findLastIndex(value => value >= 2);
    const styled = (/** @type {Run[]} */ all) => all.map((run, i) => ({ ...run, style: i === 0 ? catalog.styles.adam : styles[1] }));
    return /** @type {Model} */ ({
      runs: styled(runs), streams: styled(streams), grid, requests, updates: Math.max(...runs.map(run => run.updates), streams[0].updates), ratio, sizes,
      peak: ratio.reduce((best, value, t) => value > (ratio[best] || -Infinity) ? t : best, 1), below: last + 1 < ratio.length ? Math.max(1, last + 1) : null,
    });
  },

  last: (/** @type {Model} */ { updates }) => updates,
  first: (/** @type {Model} */ { updates }) => updates,

  views: [
    {
      id: "ratio", title: "How many times as long the step is", height: 0.42,
      note: (/** @type {Model} */ { streams }) => `${streams[1].label} over corrected, logarithmic steps`,
      draw: (pen, /** @type {Model} */ model, step) => chart(pen, {
        curves: [{ name: "ratio", style: model.streams[1].style, values: model.ratio.subarray(1), x: ramp(model.ratio.length) }], at: Math.max(0, step - 1), xLog: true, yLabel: "ratio", low: 0,
        levels: [{ value: 1, text: "as long" }, ...(model.ratio[model.peak] > 2 ? [{ value: 2, text: "twice as long" }, { value: model.ratio[model.peak], text: `${number(model.ratio[model.peak])} at step ${model.peak}` }] : [])],
        high: Math.max(1.2, ...[model.ratio[model.peak]].filter(Number.isFinite)) * 1.06,
      }),
      describe: (/** @type {Model} */ model, step) => `Ratio of the steps over ${model.updates} steps of the stream: ${number(model.ratio[1])} at step 1, most at step ${model.peak} with ${number(model.ratio[model.peak])}, ${number(model.ratio[Math.max(1, step)])} at step ${Math.max(1, step)}.`,
      pick: (x, _, context) => context.to(Math.round(x)),
    },
    mapPane({ id: "map", title: "Both on the landscape", height: 0.9, half: true, runs: (/** @type {Model} */ { runs }) => runs, when: (_, /** @type {Model} */ { runs }) => runs[0].dimension === 2 }),
    {
      id: "loss", title: "Loss on the landscape", height: 0.9, half: true,
      draw: (pen, /** @type {Model} */ { runs }, step, { lit }) => chart(pen, { curves: runs.map(run => ({ name: run.label, style: run.style, values: run.loss.subarray(1), x: ramp(run.loss.length), faint: lit !== null && lit !== run.label, bold: lit === run.label })), at: Math.max(0, step - 1), legend: true, log: runs.every(run => run.loss.every(loss => loss >= 0)), xLog: true, yLabel: "loss" }),
      describe: (/** @type {Model} */ { runs }, step) => `Loss at step ${step}: ${runs.map(run => `${run.label} ${number(run.loss[held(run, step)])}`).join(", ")}.`,
      pick: (x, _, context) => context.to(Math.round(x)),
    },
  ],

  readout: (/** @type {Model} */ model, step) => [
    ["Step", String(step)], ["Status", model.runs[1].status.at(held(model.runs[1], step))],
    ["Ratio of the steps", shown(model.ratio[step])], ["Longest", `${shown(model.ratio[model.peak])} at step ${model.peak}`],
    ["Below 2 from step", model.below === null ? `not in ${model.updates}` : String(model.below)],
    ...model.streams.flatMap((run, i) => /** @type {[string, any][]} */ ([[`${run.label}: step`, shown(model.sizes[i][step])]])),
    ...model.runs.flatMap(run => /** @type {[string, any][]} */ ([[`${run.label}: θ`, pointAt(run, held(run, step))], [`${run.label}: loss`, run.loss[held(run, step)]]])),
    ["Learning rate", model.runs[0].learningRate[0]],
  ],

  caption: (/** @type {Model} */ model, step) => ({ text: sentence(model, step) }),

  tables(/** @type {Model} */ model, step) {
    const marks = [1, 5, 12, 50, 100, 288, 1000, 4000, step].filter((t, i, all) => t >= 1 && t < model.ratio.length && all.indexOf(t) === i).sort((a, b) => a - b);
    return [
      { title: "The step on the stream", columns: ["Step", ...model.streams.map(run => run.label), "Ratio"], rows: marks.map(t => [String(t), ...model.sizes.map(size => size[t]), Number.isFinite(model.ratio[t]) ? model.ratio[t] : "no step"]) },
      {
        title: `On the landscape after ${step} steps`, columns: ["Adam", "θ", "Loss", "Farthest from the start", "Lowest loss", "Status"],
        rows: model.runs.map(run => [run.label, vector(pointAt(run, held(run, step))), run.loss[held(run, step)], farthest(run, held(run, step)), extent([run.loss.subarray(0, held(run, step) + 1)])[0], run.status.at(held(run, step))]),
        runs: model.runs.map(({ label, style }) => ({ label, style })),
      },
    ];
  },

  table(/** @type {Model} */ model) {
    const table = runsTable("Every step on the landscape, and the ratio of the steps on the stream", model.runs);
    return { ...table, columns: [...table.columns, "stream_ratio"], rows: table.rows.map(row => [...row, Number.isFinite(model.ratio[Number(row[1])]) ? model.ratio[Number(row[1])] : ""]) };
  },
  request: (/** @type {Model} */ { requests }) => ({ landscape: requests[0], stream: requests[1] }),
  code: (/** @type {Model} */ { requests }) => codesOf(requests),
};

/** Steps from 1 on.
 * @param {number} length */
const ramp = length => Float64Array.from({ length: length - 1 }, (_, i) => i + 1);

/** @param {number} value */
const shown = value => Number.isFinite(value) ? number(value) : "no step";

/** @param {Run} run @param {number} step */
const farthest = (run, step) => Math.max(...Array.from({ length: step + 1 }, (_, k) => Math.hypot(...Array.from(pointAt(run, k), (value, i) => value - run.theta[i]))));

/** @param {Model} model @param {number} step */
function sentence(model, step) {
  const { ratio, peak, below, runs, streams } = model;
  const t = Math.max(1, step);
  if (!Number.isFinite(ratio[peak])) return "These gradients lead to no step at all.";
  const name = streams[1].label.toLowerCase();
  const longer = ratio[peak] >= 1.001 ? `The ${name === "uncorrected" ? "uncorrected step" : `step with ${name}`} is ${number(ratio[1])} times as long at step 1 and most at step ${peak}, ${number(ratio[peak])} times; ${below === null ? `in ${model.updates} steps it does not stay below twice` : `from step ${below} on it is less than twice`} as long.` : `The step with ${name} is never longer: ${number(ratio[1])} of the corrected one at step 1.`;
  return `${longer} At step ${t} the ratio is ${shown(ratio[t])}. On the landscape the loss after ${step} steps is ${number(runs[0].loss[held(runs[0], step)])} corrected and ${number(runs[1].loss[held(runs[1], step)])} not.`;
}
