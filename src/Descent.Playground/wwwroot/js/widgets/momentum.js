// W09: gradient descent with and without memory, side by side in the same ravine.
import { chart } from "../draw/chart.js";
import { exact, list, number, vector } from "../format.js";
import { codeOf, gridOf, held, landscapeFields, pointAt, raceOf, runsTable, startField, stateAt, placeOf } from "../model.js";
import { component, mapPane } from "../panes.js";

/** @typedef {import("../model.js").Run} Run */
/** @typedef {import("../model.js").Grid} Grid */
/** @typedef {{ runs: Run[], twin: Run | null, arrivals: (number | null)[], threshold: number, grid: Grid, request: any, longest: number }} Model */

const names = ["SGD", "Momentum", "Nesterov"];
const searched = 5000;

/** @type {import("../widget.js").Widget} */
export default {
  id: "momentum",
  title: "SGD and momentum side by side",
  lead: "The same ravine, the same learning rate, the same number of steps. Across the ravine the gradients alternate and cancel in the velocity; along it they agree and add up.",

  fields: catalog => [
    ...landscapeFields(catalog, "ravine"),
    { key: "form", label: "Velocity", kind: "choice", as: "segments", initial: "accumulating", choices: [["accumulating", "v ← βv + g"], ["averaging", "v ← βv + (1 − β)g"]], hint: "The second is an average: for the same steps it needs a rate 1/(1 − β) times as large (D14)." },
    { key: "lr", label: "Learning rate η", kind: "number", initial: 0.02, low: 0.001, high: 0.05, log: true, adapt: state => ({ high: state.form === "averaging" ? 0.5 : 0.05 }) },
    { key: "b", label: "Momentum β", kind: "number", initial: 0.9, low: 0, high: 0.99 },
    { key: "nest", label: "Third picture: Nesterov", kind: "toggle", initial: false },
    startField(catalog),
    { key: "n", label: "Steps", kind: "whole", initial: 60, low: 1, high: 2000, log: true },
    { key: "th", label: "Arrived at a loss of", kind: "number", initial: 1e-3, low: 1e-12, high: 1e3, log: true },
  ],

  async compute({ state, catalog, later }) {
    const place = placeOf(state, catalog);
    const b = exact(state.b);
    const averages = state.form === "averaging";
    const velocity = averages ? `sgd_ema(momentum=${b})` : `sgd(momentum=${b})`;
    const request = {
      landscape: place, start: state.p0, learning_rate: state.lr, steps: state.n, threshold: state.th,
      optimizers: [{ optimizer: "sgd", label: names[0] }, { optimizer: velocity, label: names[1] }, ...(state.nest ? [{ optimizer: state.b > 0 ? `sgd(momentum=${b}, nesterov=true)` : "sgd", label: names[2] }] : [])],
    };
    const [grid, { runs }, twin] = await Promise.all([
      gridOf(place), raceOf(request, "momentum"),
      averages ? raceOf({ ...request, learning_rate: Number((state.lr * (1 - state.b)).toPrecision(15)), optimizers: [{ optimizer: `sgd(momentum=${b})`, label: "accumulating" }] }, "momentum-twin") : null,
    ]);
    const styled = runs.map(run => ({ ...run, style: catalog.styles[run.label.toLowerCase()] }));
    const model = /** @type {Model} */ ({ runs: styled, twin: twin?.runs[0] ?? null, arrivals: runs.map(run => run.arrival), threshold: state.th, grid, request, longest: Math.max(...runs.map(run => run.updates)) });
    later(search(model));
    return model;
  },

  last: (/** @type {Model} */ { longest }) => longest,
  first: (/** @type {Model} */ { longest }) => longest,

  views: [
    ...names.map((name, i) => mapPane({
      id: name.toLowerCase(), title: name, half: true, height: 0.9,
      runs: (/** @type {Model} */ { runs }) => runs.slice(i, i + 1),
      when: (context, /** @type {Model} */ { runs }) => i < runs.length && context.catalog.landscape(context.state).dimension === 2,
      note: (/** @type {Model} */ { runs }) => runs[i].stability && !runs[i].stability.is_stable ? runs[i].stability.text : i === 0 ? "" : "arrow: the next step",
      arrowOf: (/** @type {Model} */ _, run, step) => i === 0 || step >= run.updates ? null : Array.from(pointAt(run, step + 1), (value, j) => value - run.theta[step * run.dimension + j]),
    })),
    ...["x", "y"].map((name, i) => /** @type {import("../widget.js").View} */ ({
      id: `axis-${name}`, title: `${name}, step by step`, height: 0.75, half: true,
      when: (_, /** @type {Model} */ { runs }) => i < runs[0].dimension,
      draw: (pen, /** @type {Model} */ model, step, { lit }) => chart(pen, { curves: curvesOf(model, run => component(run, i), lit), at: step, legend: true, yLabel: name, ...limits(model, i) }),
      describe: (/** @type {Model} */ model, step) => `${name} over ${model.longest} steps: ${model.runs.map(run => `${run.label} ${number(component(run, i)[held(run, step)])}`).join(", ")} at step ${step}.`,
      pick: (x, _, context) => context.to(x),
    })),
    lossView("loss", false), lossView("loss-beside", true),
  ],

  readout: (/** @type {Model} */ model, step) => [
    ["Step", String(step)],
    ...model.runs.flatMap(run => {
      const k = held(run, step);
      return /** @type {[string, any][]} */ ([
        [`${run.label}: θ`, pointAt(run, k)], [`${run.label}: loss`, run.loss[k]],
        ...(run.label === names[0] ? [] : [[`${run.label}: velocity`, velocity(run, k)]]), [`${run.label}: status`, run.status.at(k)],
        ...(run.stability ? [[`${run.label}: stability`, run.stability.text]] : []),
      ]);
    }),
    ...(model.twin ? [/** @type {[string, any]} */ ([`Largest difference from v ← βv + g at η = ${number(model.twin.learningRate[0])}`, difference(model.runs[1], model.twin)])] : []),
    ["Learning rate", model.runs[0].learningRate[0]], ["Gradient evaluations", String(step)],
  ],

  caption: (/** @type {Model} */ model, step) => sentence(model, step),

  tables: (/** @type {Model} */ model, step) => [{
    title: `After ${step} steps`, columns: ["Optimizer", "θ", "Loss", `Loss ${number(model.threshold)} after`, "Sign changes in x", "Status", "ηλ", "Stable below ηλ"],
    rows: model.runs.map((run, i) => [run.label, vector(pointAt(run, held(run, step))), run.loss[held(run, step)], model.arrivals[i] === null ? `not in ${searched} steps` : `${model.arrivals[i]} steps`, String(turns(run, held(run, step))), run.status.at(held(run, step)), run.stability?.product ?? "", run.stability?.limit ?? ""]),
    runs: model.runs.map(({ label, style }) => ({ label, style })),
  }],

  table: (/** @type {Model} */ { runs }) => runsTable("Every step", runs),
  request: (/** @type {Model} */ { request }) => request,
  code: (/** @type {Model} */ { request }) => codeOf(request),
};

/** When they arrive, however long it takes: looked for after the picture is shown.
 * @param {Model} model */
async function search(model) {
  const { runs } = await raceOf({ ...model.request, steps: searched, internals: false }, "momentum-long");
  model.arrivals = runs.map(run => run.arrival);
}

/** The loss, below the others or, where Nesterov's picture leaves room, beside them.
 * @param {string} id @param {boolean} half @returns {import("../widget.js").View} */
function lossView(id, half) {
  return {
    id, title: "Loss", height: half ? 0.75 : 0.42, half,
    when: (_, /** @type {Model} */ { runs }) => half === (runs.length === 3 && runs[0].dimension === 2),
    draw: (pen, /** @type {Model} */ model, step, { lit }) => chart(pen, { curves: curvesOf(model, run => run.loss, lit), at: step, legend: true, log: true, yLabel: "loss", high: Math.max(...model.runs.map(run => run.loss[0])) * 100, levels: [{ value: model.threshold, text: `arrived: ${number(model.threshold)}` }] }),
    describe: (/** @type {Model} */ model, step) => `Loss over ${model.longest} steps, logarithmic: ${model.runs.map(run => `${run.label} ${number(run.loss[held(run, step)])}`).join(", ")} at step ${step}.`,
    pick: (x, _, context) => context.to(x),
  };
}

/** @param {Model} model @param {(run: Run) => Float64Array} values @param {string | null} lit */
const curvesOf = ({ runs }, values, lit) => runs.map(run => ({ name: run.label, style: run.style, values: values(run), faint: lit !== null && lit !== run.label, bold: lit === run.label }));

/** What the method keeps; with the library's letters, b for the sum and m for the average.
 * @param {Run} run @param {number} step */
const velocity = (run, step) => Float64Array.from({ length: run.dimension }, (_, i) => run.state.length === 0 ? run.gradient[step * run.dimension + i] : stateAt(run, run.state[0].name, step, i));

/** @param {Run} a @param {Run} b */
const difference = (a, b) => a.theta.reduce((most, value, i) => i < b.theta.length ? Math.max(most, Math.abs(value - b.theta[i])) : most, 0);

/** How often x changed its sign.
 * @param {Run} run @param {number} step */
const turns = (run, step) => component(run, 0).subarray(0, step + 1).reduce((count, value, k, all) => count + (k > 0 && value * all[k - 1] < 0 ? 1 : 0), 0);

/** What diverges does not squeeze the others.
 * @param {Model} model @param {number} axis */
function limits({ grid: { box }, runs }, axis) {
  return !runs.some(run => run.status.at(run.updates) === "diverged") ? {} : axis === 0 ? { low: box.left, high: box.right } : { low: box.bottom, high: box.top };
}

/** @param {Model} model @param {number} step @returns {{ text: string, tone?: "warn" }} */
function sentence({ runs, arrivals, threshold, twin }, step) {
  const lost = runs.filter(run => run.status.at(held(run, step)) === "diverged");
  const reasons = lost.map(run => `${run.label} diverged at step ${run.status.first("diverged")}${run.stability && !run.stability.is_stable ? `: ${run.stability.text}` : ""}`);
  const alive = runs.filter(run => !lost.includes(run));
  const parts = [];
  if (alive.length > 0) parts.push(`After ${step} steps the loss is ${list(alive.map(run => `${number(run.loss[held(run, step)])} with ${run.label}`))}.`);
  if (reasons.length > 0) parts.push(`${reasons.join("; ")}.`);
  const there = runs.map((run, i) => ({ run, arrival: arrivals[i] })).filter(each => each.arrival !== null).sort((a, b) => Number(a.arrival) - Number(b.arrival));
  if (there.length > 0) parts.push(`A loss of ${number(threshold)} takes ${list(there.map(({ run, arrival }) => `${run.label} ${arrival} steps`))}.`);
  if (twin) parts.push(`The averaging form at η = ${exact(runs[1].learningRate[0])} moves as the accumulating one at ${number(twin.learningRate[0])}: they differ by at most ${number(difference(runs[1], twin))}.`);
  return { text: parts.join(" "), ...(lost.length > 0 ? { tone: "warn" } : {}) };
}
