// W32: who leaves a saddle first: plain descent on the left, momentum on the right, others beside them.
import { chart } from "../draw/chart.js";
import { mapGround, startMark, trail } from "../draw/map.js";
import { exact, list, number, vector, whole } from "../format.js";
import { codeOf, formOf, gridOf, pointAt, raceOf, runsTable } from "../model.js";

/** @typedef {import("../model.js").Run} Run */
/** @typedef {{ runs: Run[], leaves: (number | null)[], drawn: Float64Array[], longest: number, grid: import("../model.js").Grid, request: any, noise: number, y0: number }} Model */

/** @type {[string, string][]} */
const methods = [["sgd", "SGD"], ["sgd(momentum=0.9)", "Momentum"], ["sgd(momentum=0.9,nesterov=true)", "Nesterov"], ["rmsprop(smoothing=0.9)", "RMSProp"], ["adam", "Adam"], ["adagrad", "AdaGrad"], ["lion", "Lion"]];
const keyOf = (/** @type {string} */ method) => formOf(method);

/** @type {import("../widget.js").Widget} */
export default {
  id: "saddles",
  title: "Saddle side by side",
  lead: "On x² − y² the way out is along y. A hair beside the axis everyone leaves, each in its own time; exactly on it, the gradient along y is exactly zero, and so is everything that any method makes of it.",

  fields: catalog => [
    { key: "y0", label: "Start beside the axis, y₀", kind: "choice", as: "segments", initial: "1e-6", choices: [["0", "0"], ["1e-6", "0.000001"], ["1e-3", "0.001"]] },
    { key: "noise", label: "Gradient noise σ", kind: "number", initial: 0, low: 0, high: 1 },
    { key: "seed", label: "Seed", kind: "whole", initial: 1, low: 0, high: 9999, when: state => state.noise > 0 },
    { key: "lr", label: "Learning rate η", kind: "number", initial: 0.01, low: 0.001, high: 0.1, log: true },
    { key: "o", label: "Methods", kind: "set", initial: ["sgd", "momentum"], choices: methods.map(([method, title]) => [keyOf(method), title]), style: value => catalog.styleOf(methods.find(([method]) => keyOf(method) === value)?.[0] ?? "sgd") },
    { key: "n", label: "Steps", kind: "whole", initial: 1500, low: 50, high: 3000, log: true },
    { key: "play", label: "Let them go", kind: "action", act: context => context.play() },
  ],

  async compute({ state }) {
    const place = { id: "saddle" };
    const y0 = Number(state.y0);
    const chosen = methods.filter(([method]) => state.o.includes(keyOf(method)));
    const request = {
      landscape: place, start: [-2, y0], steps: state.n, learning_rate: state.lr, seed: state.seed, internals: false,
      optimizers: chosen.map(([optimizer, label]) => ({ optimizer, label })), ...(state.noise > 0 ? { noise: { sigma: state.noise } } : {}),
    };
    const [race, grid] = await Promise.all([chosen.length > 0 ? raceOf(request, "saddles") : { runs: [] }, gridOf(place)]);
    const runs = /** @type {Run[]} */ (race.runs);
    const drawn = runs.map(run => run.loss.map((_, k) => Math.abs(run.theta[2 * k + 1])));
    const leaves = drawn.map(distance => { const k = distance.findIndex(value => value >= 1); return k < 0 ? null : k; });
    return /** @type {Model} */ ({ runs, leaves, drawn, longest: Math.max(0, ...runs.map(run => run.updates)), grid, request, noise: state.noise, y0 });
  },

  last: (/** @type {Model} */ { longest }) => longest,
  first: (/** @type {Model} */ { leaves, longest }) => Math.min(longest, ...leaves.filter(step => step !== null && step > 0).map(Number)),

  views: [
    ...methods.map(([method, title]) => /** @type {import("../widget.js").View} */ ({
      id: keyOf(method), title, height: 0.8, half: true,
      when: ({ state }) => state.o.includes(keyOf(method)),
      note: (/** @type {Model} */ { runs, leaves }) => { const i = runs.findIndex(run => run.label === title); return i < 0 ? "" : leaves[i] === null ? "never leaves" : `leaves at step ${leaves[i]}`; },
      ground: (pen, /** @type {Model} */ { grid }) => { mapGround(pen, grid); },
      draw(pen, /** @type {Model} */ { runs, grid, request }, step, { lit }) {
        const frame = mapGround.frame(pen, grid.box);
        const run = runs.find(each => each.label === title);
        if (run) trail(pen, frame, run.theta, Math.min(step, run.updates), run.style, { bold: lit === title });
        startMark(pen, frame, request.start);
        return frame;
      },
      describe: (/** @type {Model} */ { runs, leaves }, step) => {
        const i = runs.findIndex(run => run.label === title);
        return i < 0 ? `${title} does not run.` : `Contour map of the saddle with the path of ${title}. At step ${step} it is at ${vector(pointAt(runs[i], Math.min(step, runs[i].updates)))}; it ${leaves[i] === null ? "never leaves" : `leaves at step ${leaves[i]}`}.`;
      },
    })),
    {
      id: "away", title: "Distance from the axis, |y|", height: 0.36, note: () => "logarithmic; whoever reaches 1 has left",
      draw: (pen, /** @type {Model} */ { runs, drawn }, step, { lit }) => chart(pen, { curves: runs.map((run, i) => ({ name: run.label, style: run.style, values: drawn[i], faint: lit !== null && lit !== run.label, bold: lit === run.label })), at: step, log: true, low: 1e-9, high: 3, yLabel: "|y|", levels: [{ value: 1, text: "left" }] }),
      describe: (/** @type {Model} */ { runs, drawn }, step) => `Distance from the axis at step ${step}: ${runs.map((run, i) => `${run.label} ${number(drawn[i][Math.min(step, run.updates)])}`).join(", ")}.`,
      pick: (x, _, context) => context.to(x),
    },
  ],

  readout: (/** @type {Model} */ { runs, drawn, request }, step, { lit }) => {
    const i = Math.max(0, runs.findIndex(run => run.label === lit));
    const run = runs[i];
    if (!run) return [["Step", String(step)], ["Status", "nobody runs"]];
    const k = Math.min(step, run.updates);
    return [
      ["Step", String(step)], ["Optimizer", run.label], ["Status", run.status.at(k)], ["θ", pointAt(run, k)], ["Loss", run.loss[k]], ["‖g‖", run.gradientNorm[k]], ["Learning rate", run.learningRate[k]], ["Seed", String(request.seed)],
      ...runs.map((each, j) => /** @type {[string, any]} */ ([`|y| of ${each.label}`, drawn[j][Math.min(step, each.updates)]])),
    ];
  },

  caption: (/** @type {Model} */ model) => sentence(model),

  tables: (/** @type {Model} */ { runs, leaves, y0 }, step) => [{
    title: `Leaving the saddle from y₀ = ${exact(y0)}`, columns: ["Optimizer", "|y| reaches 1 at step", "Now", "Final y"],
    rows: runs.map((run, i) => {
      const gone = leaves[i];
      const still = run.theta.every((value, at) => at % 2 === 0 || value === 0);
      return [run.label, gone === null ? `not in ${whole(run.updates)}` : String(gone), gone !== null && gone <= step ? "left" : still ? "stalled on the axis" : "on its way", run.theta[2 * run.updates + 1]];
    }),
    runs: runs.map(({ label, style }) => ({ label, style })),
  }],

  table: (/** @type {Model} */ { runs }) => runsTable("Every step of every method", runs),
  request: (/** @type {Model} */ { request }) => request,
  code: (/** @type {Model} */ { request }) => codeOf(request),

  keys(key, { state, set }) {
    const method = /^[1-7]$/.test(key) ? keyOf(methods[Number(key) - 1][0]) : undefined;
    if (!method) return false;
    set({ o: state.o.includes(method) ? state.o.filter((/** @type {string} */ each) => each !== method) : methods.map(([each]) => keyOf(each)).filter(each => each === method || state.o.includes(each)) });
    return true;
  },
};

/** @param {Model} model @returns {{ text: string, tone?: "warn" }} */
function sentence({ runs, leaves, noise, y0 }) {
  if (runs.length === 0) return { text: "Choose who runs." };
  const gone = runs.map((run, i) => ({ name: run.label, step: leaves[i] ?? Infinity })).filter(each => each.step < Infinity).sort((a, b) => a.step - b.step);
  const left = runs.filter((_, i) => leaves[i] === null).map(run => run.label);
  if (gone.length === 0 && y0 === 0 && noise === 0) return { text: `No method can leave the axis without noise: with y exactly 0 the gradient along y is exactly 0, and after ${whole(runs[0].updates)} steps ${list(left)} ${left.length === 1 ? "is" : "are"} still on it.`, tone: "warn" };
  const by = noise > 0 ? ` with noise of ${exact(noise)}` : ` from y₀ = ${exact(y0)}`;
  if (gone.length === 0) return { text: `Nobody has left${by} within ${whole(runs[0].updates)} steps.` };
  const ratio = gone.length > 1 ? ` That is ${number(gone[gone.length - 1].step / gone[0].step)} times as long for the last as for the first.` : "";
  return { text: `${gone[0].name} leaves first${by}, at step ${gone[0].step}${gone.length > 1 ? `; then ${list(gone.slice(1).map(each => `${each.name} (${each.step})`))}` : ""}.${ratio}${left.length > 0 ? ` ${list(left)} ${left.length === 1 ? "does" : "do"} not leave within ${whole(runs[0].updates)} steps.` : ""}` };
}
