// W14: AdaGrad and RMSProp on an elliptical bowl: two paths, and the rates and sums behind them.
import { bars } from "../draw/bars.js";
import { chart } from "../draw/chart.js";
import { extent } from "../draw/scale.js";
import { exact, number, vector } from "../format.js";
import { codeOf, gridOf, headings, held, landscapeFields, placeOf, pointAt, raceOf, runsTable, startField, stateAt } from "../model.js";
import { mapPane } from "../panes.js";

/** @typedef {import("../model.js").Run} Run */
/** @typedef {{ runs: Run[], grid: import("../model.js").Grid, request: any, updates: number, inside: boolean }} Model */

const window = 50;

/** @type {import("../widget.js").Widget} */
export default {
  id: "perparameter",
  title: "AdaGrad and RMSProp on an elliptical bowl",
  lead: "Both divide each parameter's step by the root of its squared gradients. AdaGrad adds the squares up for ever, RMSProp forgets: look at the rates behind the two paths.",

  fields: catalog => [
    ...landscapeFields(catalog, "kappabowl"),
    { key: "lr", label: "Learning rate η", kind: "number", initial: 0.1, low: 0.01, high: 1, log: true },
    { key: "rho", label: "RMSProp's memory ρ", kind: "number", initial: 0.9, low: 0.5, high: 0.999 },
    { key: "eps", label: "ε", kind: "number", initial: 1e-8, low: 1e-10, high: 1, log: true },
    { key: "pos", label: "Place of ε", kind: "choice", as: "segments", initial: "outside", choices: [["outside", "√G + ε"], ["inside", "√(G + ε)"]], hint: "Texts write both; inside, 1e-8 keeps the root above 1e-4 (D17)." },
    startField(catalog),
    { key: "n", label: "Steps", kind: "whole", initial: 200, low: 1, high: 5000, log: true },
  ],

  async compute({ state, catalog }) {
    const place = placeOf(state, catalog);
    const epsilon = state.pos === "inside" ? `epsilon=0, epsilon_inside_root=${exact(state.eps)}` : `epsilon=${exact(state.eps)}`;
    const request = {
      landscape: place, start: state.p0, learning_rate: state.lr, steps: state.n,
      optimizers: [{ optimizer: `adagrad(${epsilon})`, label: "AdaGrad" }, { optimizer: `rmsprop(smoothing=${exact(state.rho)}, ${epsilon})`, label: "RMSProp" }],
    };
    const [grid, { runs }] = await Promise.all([gridOf(place), raceOf(request, "perparameter")]);
    return /** @type {Model} */ ({ runs, grid, request, updates: Math.max(...runs.map(run => run.updates)), inside: state.pos === "inside" });
  },

  last: (/** @type {Model} */ { updates }) => updates,
  first: (/** @type {Model} */ { updates }) => updates,

  views: [
    mapPane({
      id: "map", title: "Two paths", height: 0.6, runs: (/** @type {Model} */ { runs }) => [...runs].reverse(),
      when: (_, /** @type {Model} */ { runs }) => runs[0].dimension === 2,
      note: (/** @type {Model} */ { runs }) => `${runs.map(run => run.label).join(" and ")}, η = ${number(runs[0].learningRate[0])}`,
    }),
    {
      id: "rates", title: "Effective rate per axis", height: 0.7, half: true,
      note: (/** @type {Model} */ { inside }) => inside ? "η / √(G + ε), logarithmic" : "η / (√G + ε), logarithmic",
      draw: (pen, /** @type {Model} */ model, step) => bars(pen, { bars: barsOf(model, step, rateOf), ...rangeOf(model, rateOf), log: true, label: "effective rate" }),
      describe: (/** @type {Model} */ model, step) => `Effective rates at step ${step}: ${barsOf(model, step, rateOf).map(bar => `${bar.label} ${bar.value === null ? bar.text : number(bar.value)}`).join(", ")}.`,
    },
    {
      id: "sums", title: "G per axis", height: 0.7, half: true,
      note: () => "sum of squares, or their running mean",
      draw: (pen, /** @type {Model} */ model, step) => bars(pen, { bars: barsOf(model, step, sumOf), ...rangeOf(model, sumOf), log: true, label: "G" }),
      describe: (/** @type {Model} */ model, step) => `G at step ${step}: ${barsOf(model, step, sumOf).map(bar => `${bar.label} ${bar.value === null ? bar.text : number(bar.value)}`).join(", ")}.`,
    },
    {
      id: "loss", title: "Loss", height: 0.42,
      draw: (pen, /** @type {Model} */ { runs }, step, { lit }) => chart(pen, { curves: runs.map(run => ({ name: run.label, style: run.style, values: run.loss, faint: lit !== null && lit !== run.label, bold: lit === run.label })), at: step, legend: true, log: runs.every(run => run.loss.every(loss => loss > 0)), yLabel: "loss" }),
      describe: (/** @type {Model} */ { runs }, step) => `Loss at step ${step}: ${runs.map(run => `${run.label} ${number(run.loss[held(run, step)])}`).join(", ")}.`,
      pick: (x, _, context) => context.to(x),
    },
  ],

  readout: (/** @type {Model} */ { runs }, step) => [
    ["Step", String(step)],
    ...runs.flatMap(run => {
      const k = held(run, step);
      const rates = Array.from({ length: run.dimension }, (_, i) => rateOf(run, k, i));
      return /** @type {[string, any][]} */ ([
        [`${run.label}: θ`, pointAt(run, k)], [`${run.label}: loss`, run.loss[k]], [`${run.label}: gradient`, run.gradient.subarray(k * run.dimension, (k + 1) * run.dimension)],
        [`${run.label}: G`, Float64Array.from({ length: run.dimension }, (_, i) => stateAt(run, run.state[0].name, k, i))],
        [`${run.label}: rate`, rates.some(rate => rate === null) ? rates.map(rate => rate === null ? "no history" : number(rate)).join(", ") : rates], [`${run.label}: step length`, run.stepLength(k)], [`${run.label}: status`, run.status.at(k)],
      ]);
    }),
    ["Learning rate", runs[0].learningRate[0]], ["Gradient evaluations", String(step)],
  ],

  caption: (/** @type {Model} */ model, step) => ({ text: sentence(model, step) }),

  tables: (/** @type {Model} */ { runs }, step) => [{
    title: `After ${step} steps`, columns: ["Optimizer", "θ", "Loss", ...headings(runs[0]).flatMap(name => [`G of ${name}`, `Rate of ${name}`]), "Step length", "Status"],
    rows: runs.map(run => {
      const k = held(run, step);
      return [run.label, vector(pointAt(run, k)), run.loss[k], ...headings(run).flatMap((_, i) => [stateAt(run, run.state[0].name, k, i), rateOf(run, k, i) ?? "no history"]), run.stepLength(k), run.status.at(k)];
    }),
    runs: runs.map(({ label, style }) => ({ label, style })),
  }],

  table: (/** @type {Model} */ { runs }) => runsTable("Every step", runs),
  request: (/** @type {Model} */ { request }) => request,
  code: (/** @type {Model} */ { request }) => codeOf(request),
};

/** The rate that the library's rule divided to; null where there were only gradients of 0, or none yet.
 * @param {Run} run @param {number} step @param {number} i @returns {number | null} */
function rateOf(run, step, i) {
  const rate = sumOf(run, step, i) === null ? NaN : stateAt(run, "effective_rate", step, i);
  return Number.isFinite(rate) ? rate : null;
}

/** @param {Run} run @param {number} step @param {number} i @returns {number | null} */
function sumOf(run, step, i) {
  const sum = stateAt(run, run.state[0].name, step, i);
  return sum > 0 && Number.isFinite(sum) ? sum : null;
}

/** Axis by axis, so that the two methods stand beside each other.
 * @param {Model} model @param {number} step @param {typeof rateOf} valueOf @returns {import("../draw/bars.js").Bar[]} */
const barsOf = ({ runs }, step, valueOf) => headings(runs[0]).flatMap((name, i) => runs.map(run => ({ label: `${name}, ${run.label}`, style: run.style, value: valueOf(run, held(run, step), i), text: valueOf(run, held(run, step), i) === null ? "no history" : undefined })));

/** The same range at every step, so that bars move and axes do not.
 * @param {Model} model @param {typeof rateOf} valueOf */
function rangeOf({ runs }, valueOf) {
  const values = runs.flatMap(run => Array.from({ length: run.dimension * (run.updates + 1) }, (_, j) => valueOf(run, Math.floor(j / run.dimension), j % run.dimension) ?? NaN));
  const [low, high] = extent([values], value => Number.isFinite(value) && value > 0);
  return { low: low * 0.5 || 1e-3, high: high * 2 };
}

/** @param {Model} model @param {number} step */
function sentence({ runs }, step) {
  if (step === 0) return `No history yet: both start at ${vector(pointAt(runs[0], 0))} with a gradient of ${vector(runs[0].gradient.subarray(0, runs[0].dimension))}, and no rate is defined before the first square is in.`;
  const [ada, rms] = runs;
  const shown = runs.map(run => `${run.label} ${number(run.loss[held(run, step)])}`).join(", ");
  const first = rateOf(ada, 1, 0), now = rateOf(ada, held(ada, step), 0);
  const shrunk = first !== null && now !== null && step > 1 ? ` AdaGrad's rate along x has gone from ${number(first)} to ${number(now)}: its sum only grows.` : "";
  const k = held(rms, step);
  const [low, high] = extent([rms.loss.subarray(Math.max(0, k - window), k + 1)]);
  const hovers = k >= 2 * window && high < 100 * low && rms.status.at(k) !== "converged" && rms.stepLength(k) > 0.1 * rms.learningRate[0]
    ? ` RMSProp hovers: over the last ${window} steps its loss stayed between ${number(low)} and ${number(high)}, with steps still ${number(rms.stepLength(k))} long.` : "";
  return `After ${step} ${step === 1 ? "step" : "steps"} the loss is: ${shown}.${shrunk}${hovers}`;
}
