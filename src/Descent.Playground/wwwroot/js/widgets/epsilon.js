// W19: epsilon, from an adaptive step to a plain one.
import { chart } from "../draw/chart.js";
import { marker } from "../draw/plot.js";
import { exact, number, vector } from "../format.js";
import { codesOf, gridOf, held, landscapeFields, placeOf, pointAt, raceOf, runsTable, startField } from "../model.js";
import { mapPane } from "../panes.js";
import { styles } from "../draw/styles.js";
import { palette } from "../theme.js";

/** @typedef {import("../model.js").Run} Run */
/** @typedef {{ runs: Run[], epsilons: Float64Array, first: Float64Array, step: number, gradient: number, epsilon: number, eta: number, grid: import("../model.js").Grid, requests: any[], updates: number, marks: number }} Model */

/** Those of the worked example first, then what fills the axis. */
const marks = [1e-8, 0.1, 1, 10, 100];
const between = [1e-10, 1e-9, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.03, 0.3, 3];
const plain = 1e-8;

/** @type {import("../widget.js").Widget} */
export default {
  id: "epsilon",
  title: "Epsilon",
  lead: "ε is added to the root that Adam divides by. As long as it is small against the gradients every step is about η long; when it is large, Adam is plain momentum at the rate η/ε.",

  fields: catalog => [
    { key: "eps", label: "ε", kind: "number", initial: 1e-8, low: 1e-10, high: 100, log: true },
    { key: "g", label: "First gradient", kind: "number", initial: 2, low: 1e-6, high: 1e6, log: true },
    { key: "lr", label: "Its learning rate η", kind: "number", initial: 1e-3, low: 1e-5, high: 1, log: true },
    ...landscapeFields(catalog, "kappabowl"),
    { key: "lr2", label: "Learning rate on the landscape", kind: "number", initial: 0.1, low: 1e-3, high: 10, log: true },
    startField(catalog),
    { key: "n", label: "Steps", kind: "whole", initial: 200, low: 1, high: 5000, log: true },
  ],

  async compute({ state, catalog }) {
    const place = placeOf(state, catalog);
    const adam = (/** @type {number} */ epsilon) => `adam(epsilon=${exact(epsilon)})`;
    const all = [...marks, ...between];
    const stream = { landscape: { stream: [[state.g]] }, learning_rate: state.lr, steps: 1, internals: false };
    const requests = [
      { ...stream, optimizers: [{ optimizer: adam(state.eps), label: `ε = ${exact(state.eps)}` }] },
      { ...stream, optimizers: all.map(epsilon => ({ optimizer: adam(epsilon), label: exact(epsilon) })) },
      { landscape: place, start: state.p0, learning_rate: state.lr2, steps: state.n, internals: false, optimizers: [{ optimizer: adam(plain), label: `ε = ${exact(plain)}` }, { optimizer: adam(state.eps), label: state.eps === plain ? "the same" : `ε = ${exact(state.eps)}` }] },
    ];
    const [[now], sweep, runs, grid] = await Promise.all([...requests.map((request, i) => raceOf(request, `epsilon-${i}`).then(race => race.runs)), gridOf(place)].map(each => /** @type {Promise<any>} */ (each)));
    const order = all.map((_, i) => i).sort((a, b) => all[a] - all[b]);
    return /** @type {Model} */ ({
      runs: runs.map((/** @type {Run} */ run, /** @type {number} */ i) => ({ ...run, style: i === 0 ? catalog.styles.adam : styles[1] })), grid, requests, epsilon: state.eps, gradient: state.g, eta: state.lr, step: now.stepLength(1),
      epsilons: Float64Array.from(order, i => all[i]), first: Float64Array.from(order, i => sweep[i].stepLength(1)), updates: Math.max(...runs.map((/** @type {Run} */ run) => run.updates)), marks: marks.length,
    });
  },

  last: (/** @type {Model} */ { updates }) => updates,
  first: (/** @type {Model} */ { updates }) => updates,

  views: [
    {
      id: "first", title: "The first step over ε", height: 0.42,
      note: (/** @type {Model} */ { gradient }) => `gradient ${number(gradient)}; both axes logarithmic`,
      draw(pen, /** @type {Model} */ { epsilons, first, epsilon, step, eta }, _, { styleOf }) {
        // The axis is of the exponents: one of ε itself would begin at 1.
        const frame = chart(pen, {
          curves: [{ name: "first step", style: styleOf("adam"), values: first, x: epsilons.map(Math.log10) }],
          log: true, xLabel: "ε, as a power of ten", levels: [{ value: eta, text: "η" }], high: eta * 1.6,
        });
        const [x, y] = [frame.x.at(Math.log10(epsilon)), frame.y.at(step)];
        pen.path([x, frame.place.y, x, frame.place.y + frame.place.height], { stroke: palette().ink, opacity: 0.5 });
        marker(pen, x, y, styles[1], 7);
        return frame;
      },
      describe: (/** @type {Model} */ { epsilons, first, gradient }) => `First step for a gradient of ${number(gradient)}: ${Array.from(epsilons, (epsilon, i) => `${exact(epsilon)}: ${number(first[i])}`).join(", ")}.`,
      pick: (x, _, context) => context.set({ eps: Number(Math.max(1e-10, Math.min(100, 10 ** x)).toPrecision(2)) }),
    },
    mapPane({ id: "map", title: "On the landscape", height: 0.85, half: true, runs: (/** @type {Model} */ { runs }) => runs, when: (_, /** @type {Model} */ { runs }) => runs[0].dimension === 2 }),
    {
      id: "loss", title: "Loss", height: 0.85, half: true,
      draw: (pen, /** @type {Model} */ { runs }, step, { lit }) => chart(pen, { curves: runs.map(run => ({ name: run.label, style: run.style, values: run.loss, faint: lit !== null && lit !== run.label, bold: lit === run.label })), at: step, legend: true, log: runs.every(run => run.loss.every(loss => loss > 0)), yLabel: "loss" }),
      describe: (/** @type {Model} */ { runs }, step) => `Loss at step ${step}: ${runs.map(run => `${run.label}: ${number(run.loss[held(run, step)])}`).join(", ")}.`,
      pick: (x, _, context) => context.to(x),
    },
  ],

  readout: (/** @type {Model} */ { runs, step: length, eta, epsilon, gradient }, step) => [
    ["Step", String(step)], ["Status", runs[1].status.at(held(runs[1], step))], ["First step", length], ["First step over η", length / eta], ["ε over the gradient", epsilon / gradient],
    ...runs.flatMap(run => /** @type {[string, any][]} */ ([[`${run.label}: θ`, pointAt(run, held(run, step))], [`${run.label}: loss`, run.loss[held(run, step)]]])),
    ["Learning rate", runs[0].learningRate[0]],
  ],

  caption(/** @type {Model} */ { runs, step: length, eta, epsilon, gradient }, step) {
    const share = length / eta;
    const word = share > 0.99 ? "the step is adaptive: as long as for any other gradient" : share < 0.1 ? "the step is nearly plain: in proportion to the gradient" : "the step is between adaptive and plain";
    return { text: `With ε = ${exact(epsilon)} a first gradient of ${number(gradient)} makes a step of ${number(length)}, ${number(share)} times η: ${word}. On the landscape the loss after ${step} steps is ${number(runs[1].loss[held(runs[1], step)])}, and ${number(runs[0].loss[held(runs[0], step)])} with ε = ${exact(plain)}.` };
  },

  tables: (/** @type {Model} */ { epsilons, first, eta, runs }, step) => [
    { title: "The first step", columns: ["ε", "First step", "Over η"], rows: Array.from(epsilons, (epsilon, i) => ({ epsilon, length: first[i] })).filter(({ epsilon }) => marks.includes(epsilon)).map(({ epsilon, length }) => [exact(epsilon), length, length / eta]) },
    {
      title: `On the landscape after ${step} steps`, columns: ["Adam", "θ", "Loss", "Status"],
      rows: runs.map(run => [run.label, vector(pointAt(run, held(run, step))), run.loss[held(run, step)], run.status.at(held(run, step))]), runs: runs.map(({ label, style }) => ({ label, style })),
    },
  ],

  table: (/** @type {Model} */ { runs }) => runsTable("Every step on the landscape", runs),
  request: (/** @type {Model} */ { requests }) => ({ first_step: requests[0], sweep: requests[1], landscape: requests[2] }),
  code: (/** @type {Model} */ { requests }) => codesOf(requests),
};
