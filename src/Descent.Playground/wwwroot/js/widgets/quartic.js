// W03: a ball on x⁴ − 3x³ + 2: rate, start and method decide between the minimum, a stall on the flat point, and a blow-up.
import { chart } from "../draw/chart.js";
import { ball, curveGround } from "../draw/curve.js";
import { colourOf } from "../draw/plot.js";
import { exact, number } from "../format.js";
import { codeOf, gridOf, neat, raceOf, runTable } from "../model.js";

/** @typedef {import("../model.js").Run} Run */
/** @typedef {{ run: Run, grid: import("../model.js").Grid, request: any, minimum: number, flat: number }} Model */

const methods = [["sgd", "SGD"], ["momentum", "Momentum"], ["nesterov", "Nesterov"], ["adam", "Adam"]];

/** @type {import("../widget.js").Widget} */
export default {
  id: "quartic",
  title: "Ball on x⁴ − 3x³ + 2",
  lead: "A curve with one minimum, and a flat point on the way to it where the slope is zero. Whether the ball gets past is decided by the rate, the start, and the method.",

  fields: () => [
    { key: "o", label: "Method", kind: "choice", as: "segments", initial: "sgd", choices: /** @type {[string, string][]} */ (methods) },
    { key: "lr", label: "Learning rate η", kind: "number", initial: 0.01, low: 0.001, high: 0.15, log: true },
    { key: "b", label: "Momentum β", kind: "number", initial: 0.9, low: 0.01, high: 0.99, when: state => state.o === "momentum" || state.o === "nesterov" },
    { key: "x0", label: "Start", kind: "number", initial: -0.8, low: -1.5, high: 3.5 },
    { key: "n", label: "Steps", kind: "whole", initial: 500, low: 1, high: 5000, log: true },
    { key: "drop", label: "Drop the ball", kind: "action", act: context => context.play() },
  ],

  async compute({ state }) {
    const place = { id: "quartic1d" };
    const method = state.o === "momentum" ? `sgd(momentum=${exact(state.b)})` : state.o === "nesterov" ? `sgd(momentum=${exact(state.b)}, nesterov=true)` : state.o;
    const request = { landscape: place, start: [state.x0], learning_rate: state.lr, steps: state.n, optimizers: [{ optimizer: method, label: methods.find(([id]) => id === state.o)?.[1] }] };
    const [grid, { runs: [run] }] = await Promise.all([gridOf(place), raceOf(request, "quartic")]);
    return /** @type {Model} */ ({ run, grid, request, minimum: grid.known[0].point[0], flat: grid.known[1].point[0] });
  },

  last: (/** @type {Model} */ { run }) => run.updates,
  first: (/** @type {Model} */ { run }) => run.updates,

  views: [
    {
      id: "curve", title: "Curve, ball and tangent", height: 0.58,
      note: () => "f(x) = x⁴ − 3x³ + 2",
      draw(pen, /** @type {Model} */ { run, grid }, step) {
        const frame = curveGround(pen, grid);
        const { x, y, place } = frame;
        pen.clip(place, () => {
          const from = Math.max(0, step - 200);
          const trace = Array.from({ length: step - from + 1 }, (_, i) => [x.at(run.theta[from + i]), y.at(run.loss[from + i])]);
          pen.path(trace.flat(), { stroke: colourOf(run.style), width: 1.1, opacity: 0.6 });
          for (const [px, py] of trace.slice(0, -1)) if (Number.isFinite(px + py)) pen.circle(px, py, 2.6, { fill: colourOf(run.style), opacity: 0.7 });
        });
        ball(pen, frame, run.theta[step], run.loss[step], run.style, { slope: run.gradient[step] });
        return frame;
      },
      describe: (/** @type {Model} */ { run, minimum, flat }, step) => `Curve with a flat point at ${flat} and a minimum at ${minimum}. The ball is at x = ${number(run.theta[step])} with loss ${number(run.loss[step])} after ${step} of ${run.updates} steps.`,
      pick: (x, _, context) => context.set({ x0: Math.max(-1.5, Math.min(3.5, neat(x))) }),
      move: (dx, _, context) => context.set({ x0: Math.max(-1.5, Math.min(3.5, neat(context.state.x0 + 0.025 * dx))) }),
    },
    {
      id: "x", title: "x, step by step", height: 0.62, half: true,
      draw: (pen, /** @type {Model} */ { run, minimum, flat }, step) => chart(pen, {
        curves: [{ name: run.label, style: run.style, values: run.theta }], at: step, yLabel: "x", levels: [{ value: minimum, text: "minimum" }, { value: flat, text: "flat point" }],
        ...(run.status.at(run.updates) === "diverged" ? { low: -1.5, high: 3.5 } : {}),
      }),
      describe: (/** @type {Model} */ { run }, step) => `x over ${run.updates} steps: ${number(run.theta[0])} at the start, ${number(run.theta[step])} at step ${step}.`,
      pick: (x, _, context) => context.to(x),
    },
    {
      id: "loss", title: "Loss", height: 0.62, half: true,
      draw: (pen, /** @type {Model} */ { run, grid }, step) => chart(pen, { curves: [{ name: run.label, style: run.style, values: run.loss }], at: step, yLabel: "loss", levels: grid.known.map(({ value, kind }) => ({ value, text: `${kind}: ${number(value)}` })), low: -8, high: Math.max(6, Math.min(40, run.loss[0] * 1.1)) }),
      describe: (/** @type {Model} */ { run }, step) => `Loss over ${run.updates} steps: ${number(run.loss[0])} at the start, ${number(run.loss[step])} at step ${step}.`,
      pick: (x, _, context) => context.to(x),
    },
  ],

  readout: (/** @type {Model} */ { run }, step) => [
    ["Step", String(step)], ["Status", run.status.at(step)], ["x", run.theta[step]], ["Loss", run.loss[step]], ["Gradient", run.gradient[step]], ["Step length", run.stepLength(step)], ["Learning rate", run.learningRate[step]],
    ...run.state.filter(({ name }) => name.length < 3).map(({ symbol, values }) => /** @type {[string, any]} */ ([symbol === "x" ? "Nesterov's own x" : symbol, values[step]])),
    ["Stable below, at the minimum", run.stability?.largest_rate ?? "not known"], ["Gradient evaluations", String(step * run.evaluationsPerUpdate)],
  ],

  caption: (/** @type {Model} */ model, step) => sentence(model, step),
  table: (/** @type {Model} */ { run }) => runTable("Every step", run, ["x"]),
  request: (/** @type {Model} */ { request }) => request,
  code: (/** @type {Model} */ { request }) => codeOf(request),
};

/** @param {Model} model @param {number} step @returns {{ text: string, tone?: "warn" }} */
function sentence({ run, minimum, flat }, step) {
  const status = run.status.at(step);
  const limit = run.stability ? ` ${run.label} is stable below η = ${number(run.stability.largest_rate)} here; this run uses ${exact(run.learningRate[0])}.` : "";
  const past = run.theta[0] < flat ? run.theta.subarray(0, step + 1).findIndex(x => x > flat) : -1;
  const passed = past > 0 ? ` It passed the flat point at step ${past}.` : "";
  switch (status) {
    case "diverged": return { text: `Diverged at step ${run.status.first("diverged")}: x is ${number(run.theta[step])}.${limit}`, tone: "warn" };
    case "converged": return { text: `At rest in the minimum, x = ${number(run.theta[step])}, from step ${run.status.first("converged")} on.${passed}` };
    case "oscillating": return step > 1
      ? { text: `Oscillating between x = ${number(Math.min(run.theta[step], run.theta[step - 1]))} and ${number(Math.max(run.theta[step], run.theta[step - 1]))}, on both sides of ${number(Math.abs(run.theta[step] - minimum) < Math.abs(run.theta[step] - flat) ? minimum : flat)}.${limit}` }
      : { text: `Oscillating at x = ${number(run.theta[step])}.${limit}` };
    case "crawling": return { text: `Crawling at x = ${number(run.theta[step])} towards ${Math.abs(run.theta[step] - flat) < Math.abs(run.theta[step] - minimum) ? `the flat point ${number(flat)}` : `the minimum ${number(minimum)}`}: the last 50 steps changed the loss by less than 0.1 %, and it is still ${number(run.loss[step])}.`, tone: "warn" };
    default: return { text: `${status[0].toUpperCase()}${status.slice(1)}: x = ${number(run.theta[step])} after ${step} steps, with loss ${number(run.loss[step])} and slope ${number(run.gradient[step])}.${passed}` };
  }
}
