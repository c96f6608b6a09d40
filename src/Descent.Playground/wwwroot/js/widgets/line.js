// W21: a line through points: prediction, error, loss, gradients and update, one step at a time.
import { area, axes, colourOf } from "../draw/plot.js";
import { chart } from "../draw/chart.js";
import { extent, linear } from "../draw/scale.js";
import { number, vector } from "../format.js";
import { ask } from "../library.js";
import { codeOf, gridOf, held, neat, pointAt, raceOf, runTable } from "../model.js";
import { mapPane } from "../panes.js";
import { palette } from "../theme.js";

/** @typedef {import("../model.js").Run} Run */
/** @typedef {{ run: Run, points: number[][], half: boolean, grid: import("../model.js").Grid, gradients: Float64Array, request: any }} Model */

/** @type {import("../widget.js").Widget} */
export default {
  id: "line",
  title: "Line fit y = wx + b",
  lead: "Predict, compare, take the gradient, step. The line on the left and the point on the right are the same thing: one step moves both. Drag the points to change the problem.",

  fields: () => [
    { key: "p0", label: "Start, w and b", kind: "numbers", initial: [0.5, 0.1], low: -10, high: 10, size: 2, axis: "w,b", hint: "Or press and drag in the contour map." },
    { key: "lr", label: "Learning rate α", kind: "number", initial: 0.01, low: 0.001, high: 0.2, log: true },
    { key: "loss", label: "Loss", kind: "choice", as: "segments", initial: "mse", choices: [["mse", "Mean square"], ["half", "Half of it"]], hint: "Texts use both; half of it has gradients half as large." },
    { key: "xs", label: "x of the points", kind: "numbers", initial: [1, 2, 3], low: -100, high: 100 },
    { key: "ys", label: "y of the points", kind: "numbers", initial: [2, 4, 6], low: -100, high: 100 },
    { key: "n", label: "Steps", kind: "whole", initial: 50, low: 1, high: 2000, log: true },
  ],

  async compute({ state }) {
    if (state.xs.length !== state.ys.length) throw new Error(`There must be as many x as y, but there are ${state.xs.length} and ${state.ys.length}.`);
    const points = state.xs.map((/** @type {number} */ x, /** @type {number} */ i) => [x, state.ys[i]]);
    const place = { id: "data2", points, ...(state.loss === "half" ? { constants: { factor: 0.5 } } : {}) };
    const request = { landscape: place, start: state.p0, learning_rate: state.lr, steps: state.n, internals: false, optimizers: [{ optimizer: "sgd", label: "Gradient descent" }] };
    const [grid, { runs: [run] }] = await Promise.all([gridOf(place), raceOf(request, "line")]);
    const { gradients } = await ask("example_gradients", { landscape: place, points: Array.from({ length: run.updates + 1 }, (_, k) => Array.from(pointAt(run, k))) }, "line-gradients");
    return /** @type {Model} */ ({ run, points, half: state.loss === "half", grid, gradients: gradients.values, request });
  },

  last: (/** @type {Model} */ { run }) => run.updates,
  first: () => 0,

  views: [
    {
      id: "points", title: "Points, line and errors", height: 0.86, half: true,
      note: () => "drag a point up or down",
      draw: (pen, /** @type {Model} */ model, step) => drawPoints(pen, model, step),
      describe: (/** @type {Model} */ { points, run }, step) => `${points.length} points and the line y = ${number(pointAt(run, step)[0])}·x + ${number(pointAt(run, step)[1])} after ${step} steps.`,
      pick: (x, y, context, /** @type {Model} */ { points }) => {
        const nearest = points.reduce((best, [px], i) => Math.abs(px - x) < Math.abs(points[best][0] - x) ? i : best, 0);
        context.set({ ys: points.map(([, py], i) => i === nearest ? Number(y.toPrecision(3)) : py) });
      },
      move: (dx, dy, context) => context.set({ ys: context.state.ys.map((/** @type {number} */ y, /** @type {number} */ i, /** @type {number[]} */ all) => i === all.length - 1 ? neat(y + 0.1 * (dx + dy)) : y) }),
    },
    mapPane({ id: "map", title: "Loss over w and b, with the path", height: 0.86, half: true, runs: (/** @type {Model} */ { run }) => [run], note: () => "x is w, y is b" }),
    {
      id: "loss", title: "Loss", height: 0.36,
      draw: (pen, /** @type {Model} */ { run }, step) => chart(pen, { curves: [{ name: run.label, style: run.style, values: run.loss }], at: step, log: run.loss.every(loss => loss > 0), yLabel: "loss" }),
      describe: (/** @type {Model} */ { run }, step) => `Loss over ${run.updates} steps: ${number(run.loss[0])} at the start, ${number(run.loss[step])} at step ${step}.`,
      pick: (x, _, context) => context.to(x),
    },
  ],

  readout: (/** @type {Model} */ { run }, step) => [
    ["Step", String(step)], ["Status", run.status.at(step)], ["w", pointAt(run, step)[0]], ["b", pointAt(run, step)[1]], ["Loss", run.loss[step]],
    ["Gradient of w", run.gradient[2 * step]], ["Gradient of b", run.gradient[2 * step + 1]], ["‖g‖", run.gradientNorm[step]], ["Step length", run.stepLength(step)], ["Learning rate", run.learningRate[step]],
    ["Stable below", run.stability?.largest_rate ?? "not known"], ["Gradient evaluations", String(step)],
  ],

  caption(/** @type {Model} */ { run }, step) {
    const [w, b] = pointAt(run, step);
    if (run.status.at(step) === "diverged") return { text: `Diverged at step ${run.status.first("diverged")}: ${run.stability?.text ?? "the steps are too long"}.`, tone: "warn" };
    if (step === 0) return { text: `At w = ${number(w)}, b = ${number(b)} the loss is ${number(run.loss[0])} and the gradient ${vector(run.gradient.subarray(0, 2))}; the step goes against it.` };
    return { text: `Step ${step}: the gradient ${vector(run.gradient.subarray(2 * step - 2, 2 * step))} moved w to ${number(w)} and b to ${number(b)}, and the loss went from ${number(run.loss[step - 1])} to ${number(run.loss[step])}.` };
  },

  tables(/** @type {Model} */ model, step) {
    const { run, points, gradients, half } = model;
    const k = Math.max(0, held(run, step) - 1);
    const [w, b] = pointAt(run, k);
    const count = points.length;
    const of = (/** @type {number} */ i, /** @type {number} */ which) => gradients[2 * (k * count + i) + which];
    return [
      {
        title: `Update ${k + 1}: every point at w = ${number(w)}, b = ${number(b)}`, columns: ["Point", "x", "y", "Prediction", "Error", "Squared", `${half ? "" : "2·"}error·x`, `${half ? "" : "2·"}error`],
        rows: points.map(([x, y], i) => [String(i + 1), x, y, w * x + b, w * x + b - y, (w * x + b - y) ** 2, of(i, 0), of(i, 1)]),
      },
      {
        title: "Loss, gradients and update", columns: ["", "Loss", "Gradient of w", "Gradient of b", "New w", "New b", "New loss"],
        rows: [["Means, and the step", run.loss[k], run.gradient[2 * k], run.gradient[2 * k + 1], run.theta[2 * k + 2] ?? "", run.theta[2 * k + 3] ?? "", run.loss[k + 1] ?? ""]],
      },
    ];
  },

  table: (/** @type {Model} */ { run }) => runTable("Every step", run, ["w", "b"]),
  request: (/** @type {Model} */ { request }) => request,
  code: (/** @type {Model} */ { request }) => codeOf(request),
};

/** @param {import("../draw/pen.js").Pen} pen @param {Model} model @param {number} step */
function drawPoints(pen, { points, run }, step) {
  const place = area(pen, { left: 44, bottom: 36, top: 14 });
  const colours = palette();
  const [left, right] = extent([points.map(([x]) => x), [0]]), [low, high] = extent([points.map(([, y]) => y), [0]]);
  const [wide, tall] = [right - left || 1, high - low || 1];
  const x = linear(left - 0.08 * wide, right + 0.15 * wide, place.x, place.x + place.width, 5);
  const y = linear(low - 0.15 * tall, high + 0.2 * tall, place.y + place.height, place.y, 5);
  axes(pen, place, x, y, { x: "x" });
  const [w, b] = pointAt(run, step);
  pen.clip(place, () => {
    points.forEach(([px, py]) => pen.path([x.at(px), y.at(py), x.at(px), y.at(w * px + b)], { stroke: colours.ink, width: 2.5, opacity: 0.6 }));
    const [from, to] = x.domain;
    pen.path([x.at(from), y.at(w * from + b), x.at(to), y.at(w * to + b)], { stroke: colourOf(run.style), width: 2.6 });
    points.forEach(([px, py]) => pen.circle(x.at(px), y.at(py), 6.5, { fill: colours.sheet, stroke: colours.ink, width: 2 }));
    pen.text(place.x + 10, place.y + 14, `y = ${number(w)}·x ${b < 0 ? "−" : "+"} ${number(Math.abs(b))}`, { size: 12, weight: 600, fill: colourOf(run.style), halo: colours.sheet });
  });
  return { x, y, place };
}
