// W41: what standardising features does to the ellipse of the loss, to the condition number, and to the largest stable rate.
import { chart } from "../draw/chart.js";
import { mapGround, startMark, trail } from "../draw/map.js";
import { exact, number, vector, whole } from "../format.js";
import { ask } from "../library.js";
import { codeOf, gridOf, pointAt, raceOf, runTable } from "../model.js";

/** @typedef {{ features: number[][], hessian: number[], eigenvalues: number[], condition: number, stable_below: number, slice: number[] }} Fit */
/** @typedef {{ raw: Fit, standardised: Fit, shown: Fit, isRaw: boolean, run: import("../model.js").Run, grid: import("../model.js").Grid, request: any, scalingRequest: any }} Model */

/** @type {import("../widget.js").Widget} */
export default {
  id: "scaling",
  title: "Feature scaling",
  lead: "A linear fit of two features, such as age in years and income in dollars. As they are, one weight's direction is millions of times steeper than the other's, and gradient descent can only take steps that the steep one bears.",

  fields: () => [
    { key: "as", label: "Features", kind: "choice", as: "segments", initial: "raw", choices: [["raw", "As they are"], ["scaled", "Standardised"]] },
    { key: "a", label: "First feature, age", kind: "numbers", initial: [25, 32, 47, 51, 62, 38], low: -1e9, high: 1e9, hint: "One number per example, with commas between." },
    { key: "b", label: "Second feature, income", kind: "numbers", initial: [30000, 48000, 80000, 62000, 95000, 55000], low: -1e9, high: 1e9 },
    { key: "share", label: "Learning rate, as a share of the largest stable one", kind: "number", initial: 0.9, low: 0.05, high: 1.2 },
    { key: "n", label: "Steps", kind: "whole", initial: 100, low: 1, high: 2000, log: true },
  ],

  async compute({ state }) {
    if (state.a.length !== state.b.length) throw new Error(`Both features must have a number per example, but there are ${state.a.length} and ${state.b.length}.`);
    const scalingRequest = { features: state.a.map((/** @type {number} */ value, /** @type {number} */ i) => [value, state.b[i]]) };
    const { raw, standardised } = await ask("scaling", scalingRequest, "scaling");
    const isRaw = state.as === "raw";
    const shown = isRaw ? raw : standardised;
    const [p, q, , r] = shown.slice;
    const place = { formula: `0.5*(${exact(p)}*x^2+2*${exact(q)}*x*y+${exact(r)}*y^2)`.replaceAll("+2*-", "-2*"), box: [-1.5, 1.5, -1.5, 1.5] };
    const request = { landscape: place, start: [1, 1], learning_rate: state.share * shown.stable_below, steps: state.n, budget: "updates", internals: false, optimizers: [{ optimizer: "sgd", label: "Gradient descent" }] };
    const grid = await gridOf(place);
    const { runs: [run] } = await raceOf(request, "scaling");
    return /** @type {Model} */ ({ raw, standardised, shown, isRaw, run, grid, request, scalingRequest });
  },

  last: (/** @type {Model} */ { run }) => run.updates,
  first: (/** @type {Model} */ { run }) => run.updates,

  views: [
    {
      id: "ellipse", title: "Loss over the two weights", height: 0.86, half: true,
      note: (/** @type {Model} */ { isRaw }) => `${isRaw ? "as they are" : "standardised"}; 0 is best`,
      ground: (pen, /** @type {Model} */ { grid }) => { mapGround(pen, grid); },
      draw(pen, /** @type {Model} */ { run, grid }, step) {
        const frame = mapGround.frame(pen, grid.box);
        startMark(pen, frame, [1, 1]);
        trail(pen, frame, run.theta, step, run.style, { dots: true });
        return frame;
      },
      describe: (/** @type {Model} */ { run, shown }, step) => `Contour map of the loss over both weights, condition number ${number(shown.condition)}. At step ${step} the weights are ${vector(pointAt(run, step))} away from the best.`,
    },
    {
      id: "loss", title: "Its loss", height: 0.86, half: true,
      note: (/** @type {Model} */ { request }) => `η = ${number(request.learning_rate)}`,
      draw: (pen, /** @type {Model} */ { run }, step) => chart(pen, { curves: [{ name: run.label, style: run.style, values: run.loss }], at: step, log: run.loss.every(loss => loss > 0), yLabel: "loss" }),
      describe: (/** @type {Model} */ { run }, step) => `Loss over ${run.updates} steps: ${number(run.loss[0])} at the start, ${number(run.loss[step])} at step ${step}.`,
      pick: (x, _, context) => context.to(x),
    },
  ],

  readout: (/** @type {Model} */ { run, shown, request }, step) => [
    ["Step", String(step)], ["Status", run.status.at(step)], ["Weights from best", pointAt(run, step)], ["Loss", run.loss[step]], ["Eigenvalues", shown.eigenvalues], ["Condition number", shown.condition], ["Stable below", shown.stable_below], ["Learning rate", request.learning_rate],
  ],

  caption(/** @type {Model} */ { raw, standardised, run, isRaw, request }, step) {
    const [first, second] = pointAt(run, step);
    return { text: `Standardising takes the condition number from ${number(raw.condition)} to ${number(standardised.condition)} and the largest stable rate from ${number(raw.stable_below)} to ${number(standardised.stable_below)}. ${isRaw ? "As they are" : "Standardised"}, ${whole(step)} steps at ${number(request.learning_rate)} leave ${number(Math.abs(first))} of the first weight's distance and ${number(Math.abs(second))} of the second's. What is left of the condition number is the features' correlation.` };
  },

  tables: (/** @type {Model} */ { raw, standardised }) => [{
    title: "The fit with its bias", columns: ["Features", "Condition number", "Largest stable rate", "Smallest eigenvalue", "Middle", "Largest"],
    rows: /** @type {[string, Fit][]} */ ([["as they are", raw], ["standardised", standardised]]).map(([name, fit]) => [name, fit.condition, fit.stable_below, ...fit.eigenvalues]),
  }],
  table: (/** @type {Model} */ { run }) => runTable("Every step", run, ["weight_1", "weight_2"]),
  request: (/** @type {Model} */ { request, scalingRequest }) => ({ scaling: scalingRequest, run: request }),
  code: (/** @type {Model} */ { request }) => codeOf(request),
};
