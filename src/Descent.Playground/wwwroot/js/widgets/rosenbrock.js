// W31: Rosenbrock's valley: quickly into it, slowly along it.
import { chart } from "../draw/chart.js";
import { mapGround, startMark, trail } from "../draw/map.js";
import { exact, number, vector, whole } from "../format.js";
import { codeOf, formOf, gridOf, headings, neat, pointAt, raceOf, runTable } from "../model.js";

/** @typedef {import("../model.js").Run} Run */
/** @typedef {{ run: Run, grid: import("../model.js").Grid, request: any, start: number[], floor: number, above: Float64Array, along: Float64Array }} Model */

const forms = /** @type {Record<string, string>} */ ({ momentum: "sgd(momentum=0.9)", nesterov: "sgd(momentum=0.9,nesterov=true)" });
const rates = /** @type {Record<string, number>} */ ({ sgd: 0.001, momentum: 2e-4, nesterov: 2e-4, adam: 0.01 });

/** How far from y = x² counts as on the floor of the valley. */
const near = 0.1;

/** @type {import("../widget.js").Widget} */
export default {
  id: "rosenbrock",
  title: "Rosenbrock's path",
  lead: "A narrow valley that bends along y = x². Every method drops into it within a few steps; nearly all of its time goes into following it to (1, 1).",

  fields: catalog => [
    { key: "m", label: "Method", kind: "choice", initial: "sgd", choices: [["sgd", "SGD"], ["momentum", "Momentum"], ["nesterov", "Nesterov"], ...catalog.methods.filter((/** @type {any} */ each) => each.name !== "sgd").map((/** @type {any} */ each) => /** @type {[string, string]} */ ([each.name, catalog.titles[each.name]]))] },
    { key: "lr", label: "Learning rate η", kind: "number", initial: 0.001, low: 1e-5, high: 1, log: true, adapt: state => ({ initial: rates[state.m] ?? 0.01 }) },
    { key: "b", label: "Steepness b of the walls", kind: "number", initial: 100, low: 1, high: 100, log: true },
    { key: "p0", label: "Start", kind: "numbers", initial: [-1.2, 1], size: 2, low: -1e3, high: 1e3, hint: "Or press and drag in the picture; with the picture focused, the arrow keys." },
    { key: "n", label: "Steps", kind: "whole", initial: 2000, low: 10, high: 20000, log: true },
    { key: "play", label: "Run", kind: "action", act: context => context.play() },
  ],

  async compute({ state, catalog }) {
    const place = { id: "rosenbrock", constants: { b: state.b } };
    const optimizer = forms[state.m] ?? state.m;
    const request = { landscape: place, start: state.p0, steps: state.n, learning_rate: state.lr, optimizers: [{ optimizer, label: catalog.titleOf(optimizer) }] };
    const [race, grid] = await Promise.all([raceOf(request, "rosenbrock"), gridOf(place)]);
    const run = race.runs[0];
    const above = run.loss.map((_, k) => Math.abs(run.theta[2 * k + 1] - run.theta[2 * k] ** 2));
    return /** @type {Model} */ ({ run, grid, request, start: state.p0, above, along: run.loss.map((_, k) => run.theta[2 * k]), floor: above.findIndex(distance => distance < near) });
  },

  last: (/** @type {Model} */ { run }) => run.updates,
  first: (/** @type {Model} */ { run }) => run.updates,

  views: [
    {
      id: "map", title: "The path", height: 0.62, note: (_, { state }) => `f(x, y) = (1 − x)² + ${exact(state.b)}(y − x²)²`,
      ground: (pen, /** @type {Model} */ { grid }) => { mapGround(pen, grid); },
      draw(pen, /** @type {Model} */ { run, grid, start }, step) {
        const frame = mapGround.frame(pen, grid.box);
        trail(pen, frame, run.theta, step, run.style, { dots: step <= 60 });
        startMark(pen, frame, start);
        return frame;
      },
      describe: (/** @type {Model} */ { run }, step) => `Contour map of Rosenbrock's valley. After ${step} of ${run.updates} steps ${run.label} is at ${vector(pointAt(run, step))} with loss ${number(run.loss[step])}.`,
      pick: (x, y, context) => context.set({ p0: [neat(x), neat(y)] }),
      move: (dx, dy, context, /** @type {Model} */ { grid }) => context.set({ p0: [neat(context.state.p0[0] + dx * (grid.box.right - grid.box.left) / 200), neat(context.state.p0[1] + dy * (grid.box.top - grid.box.bottom) / 200)] }),
    },
    {
      id: "loss", title: "Loss", height: 0.36, half: true, note: () => "logarithmic",
      draw: (pen, /** @type {Model} */ { run }, step) => chart(pen, { curves: [{ name: run.label, style: run.style, values: run.loss }], at: step, log: true, yLabel: "loss" }),
      describe: (/** @type {Model} */ { run }, step) => `Loss over ${run.updates} steps: ${number(run.loss[0])} at the start, ${number(run.loss[step])} at step ${step}.`,
      pick: (x, _, context) => context.to(x),
    },
    {
      id: "floor", title: "Distance from the floor", height: 0.36, half: true, note: () => "|y − x²|",
      draw: (pen, /** @type {Model} */ { run, above }, step) => chart(pen, { curves: [{ name: "distance from the floor", style: run.style, values: above }], at: step, log: true, yLabel: "|y − x²|", levels: [{ value: near, text: `on the floor: ${near}` }] }),
      describe: (/** @type {Model} */ { above }, step) => `Distance from the valley's floor: ${number(above[0])} at the start, ${number(above[step])} at step ${step}.`,
      pick: (x, _, context) => context.to(x),
    },
  ],

  readout: (/** @type {Model} */ { run, above }, step) => [
    ["Step", String(step)], ["Optimizer", run.label], ["Status", run.status.at(step)], ["θ", pointAt(run, step)], ["Loss", run.loss[step]], ["Gradient", run.gradient.subarray(2 * step, 2 * step + 2)], ["‖g‖", run.gradientNorm[step]],
    ["Step length", run.stepLength(step)], ["Learning rate", run.learningRate[step]], ["Distance from the floor", above[step]],
    ...run.state.map(({ symbol, values }) => /** @type {[string, any]} */ ([symbol, values.subarray(2 * step, 2 * step + 2)])), ["Gradient evaluations", String(step * run.evaluationsPerUpdate)],
  ],

  caption(/** @type {Model} */ { run, floor, along }, step) {
    const lost = run.status.first("diverged");
    if (lost >= 0 && lost <= step) return { text: `${run.label} at η = ${exact(run.learningRate[0])} diverges: from ${number(run.loss[0])} its loss has grown to ${number(run.loss[lost])} by step ${lost}.`, tone: "warn" };
    if (floor < 0 || floor > step) return { text: `After ${whole(step)} steps ${run.label} is still on the wall, with a loss of ${number(run.loss[step])}.` };
    return { text: `${run.label} is on the valley's floor (within ${near}) ${floor === 0 ? "from the start" : `from step ${floor}`}, at a loss of ${number(run.loss[floor])}; the next ${whole(step - floor)} steps follow the bend from x = ${number(along[floor])} to ${number(along[step])} and bring it to ${number(run.loss[step])}.` };
  },

  tables: (/** @type {Model} */ { run, above }) => [{
    title: "On the way", columns: ["Step", "x", "y", "Loss", "Distance from the floor", "‖g‖"],
    rows: [0, 1, 2, 10, 100, 1000, run.updates].filter((k, i, all) => k <= run.updates && all.indexOf(k) === i).map(k => [String(k), run.theta[2 * k], run.theta[2 * k + 1], run.loss[k], above[k], run.gradientNorm[k]]),
  }],

  table: (/** @type {Model} */ { run }) => runTable("Every step in Rosenbrock's valley", run, headings(run)),
  request: (/** @type {Model} */ { request }) => request,
  code: (/** @type {Model} */ { request }) => codeOf(request),

  keys(key, { state, set }) {
    const method = /^[1-4]$/.test(key) ? ["sgd", "momentum", "nesterov", "adam"][Number(key) - 1] : undefined;
    if (!method || formOf(forms[state.m] ?? state.m) === method) return false;
    set({ m: method });
    return true;
  },
};
