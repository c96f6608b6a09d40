// W11: momentum by hand: a few steps on the parabola beside plain gradient descent and both ways of writing Nesterov's method.
import { chart } from "../draw/chart.js";
import { numberLine } from "../draw/numberline.js";
import { extent } from "../draw/scale.js";
import { styles } from "../draw/styles.js";
import { exact, number } from "../format.js";
import { codesOf, gridOf, held, raceOf, runsTable, stateAt } from "../model.js";

/** @typedef {import("../model.js").Run} Run */
/** @typedef {{ sgd: Run, momentum: Run, nesterov: Run, ahead: Float64Array, rates: Run[], minimum: number, updates: number, requests: any[] }} Model */

const longSteps = 200;

/** @type {import("../widget.js").Widget} */
export default {
  id: "momentumtable",
  title: "Momentum by hand",
  lead: "Five steps on the parabola (x − 3)², as one writes them on paper: the velocity keeps nine tenths of itself and adds the gradient, and x goes against it.",

  fields: () => [
    { key: "x0", label: "Start", kind: "number", initial: 0, low: -4, high: 10 },
    { key: "lr", label: "Learning rate η", kind: "number", initial: 0.01, low: 0.001, high: 2, log: true },
    { key: "b", label: "Momentum β", kind: "number", initial: 0.9, low: 0.01, high: 0.99 },
    { key: "n", label: "Steps", kind: "whole", initial: 5, low: 1, high: 200, log: true },
  ],

  async compute({ state, catalog }) {
    const place = { id: "parabola1d" };
    const heavy = `sgd(momentum=${exact(state.b)})`;
    const request = {
      landscape: place, start: [state.x0], learning_rate: state.lr, steps: state.n,
      optimizers: [{ optimizer: "sgd", label: "SGD" }, { optimizer: heavy, label: "Momentum" }, { optimizer: `sgd(momentum=${exact(state.b)}, nesterov=true)`, label: "Nesterov" }],
    };
    const faster = Number((10 * state.lr).toPrecision(12));
    const long = { landscape: place, start: [state.x0], steps: longSteps, optimizers: [state.lr, faster].map(rate => ({ optimizer: heavy, label: `η = ${exact(rate)}`, learning_rate: rate })) };
    const [{ runs }, { runs: rates }, grid] = await Promise.all([raceOf(request, "momentumtable"), raceOf(long, "momentumtable-long"), gridOf(place)]);
    const [sgd, momentum, nesterov] = runs.map((run, i) => ({ ...run, style: catalog.styles[["sgd", "momentum", "nesterov"][i]] }));
    return /** @type {Model} */ ({ sgd, momentum, nesterov, ahead: nesterov.state.find(each => each.name === "x")?.values ?? nesterov.theta, rates, minimum: grid.known[0].point[0], updates: Math.max(...runs.map(run => run.updates)), requests: [request, long] });
  },

  last: (/** @type {Model} */ { updates }) => updates,
  first: (/** @type {Model} */ { updates }) => updates,

  views: [
    {
      id: "line", title: "On the number line", height: 0.46,
      draw(pen, /** @type {Model} */ model, step) {
        const [low, high] = extent([model.sgd.theta, model.momentum.theta, model.ahead, [model.minimum]], near);
        const room = 0.07 * (high - low || 1);
        return numberLine(pen, {
          low: low - room, high: high + room, label: "x", marks: [{ value: model.minimum, text: `minimum ${number(model.minimum)}` }],
          lanes: lanes(model).map(({ name, style, values }) => ({ name: `${name}: x = ${number(values[Math.min(step, values.length - 1)])}`, style, values, at: step })),
        });
      },
      describe: (/** @type {Model} */ model, step) => `Number line with hops towards the minimum at ${number(model.minimum)}. After ${step} steps: ${lanes(model).map(({ name, values }) => `${name} at ${number(values[Math.min(step, values.length - 1)])}`).join(", ")}.`,
    },
    {
      id: "steps", title: "x, step by step", height: 0.66, half: true,
      draw: (pen, /** @type {Model} */ model, step) => chart(pen, { curves: lanes(model), at: step, legend: true, yLabel: "x", ...(lanes(model).some(({ values }) => Math.abs(values[values.length - 1]) > 50) ? { low: -20, high: 26 } : {}) }),
      describe: (/** @type {Model} */ model, step) => `x over ${model.updates} steps with SGD, momentum and Nesterov; at step ${step} ${lanes(model).map(({ name, values }) => `${name} ${number(values[Math.min(step, values.length - 1)])}`).join(", ")}.`,
      pick: (x, _, context) => context.to(x),
    },
    {
      id: "rates", title: "At ten times the rate", height: 0.66, half: true,
      note: () => `${longSteps} steps with momentum`,
      draw(pen, /** @type {Model} */ { rates, minimum, momentum }) {
        const [slow, fast] = rates;
        const wild = !near(fast.theta[fast.updates]) || Math.abs(fast.theta[fast.updates]) > 50;
        return chart(pen, {
          curves: [{ name: slow.label, style: momentum.style, values: slow.theta }, { name: fast.label, style: styles[2], values: fast.theta }], legend: true, yLabel: "x",
          levels: [{ value: minimum, text: "minimum" }, ...(wild ? [] : [{ value: highest(fast), text: `${fast.label} reaches ${number(highest(fast))}` }])], ...(wild ? { low: -20, high: 26 } : {}),
        });
      },
      describe: (/** @type {Model} */ { rates, minimum }) => `x over ${longSteps} steps: ${rates.map(run => `with ${run.label} up to ${number(highest(run))}, in the end ${number(run.theta[run.updates])}`).join("; ")}; the minimum is ${number(minimum)}.`,
    },
  ],

  readout: (/** @type {Model} */ model, step) => [
    ["Step", String(step)], ["Status", model.momentum.status.at(held(model.momentum, step))],
    ["SGD", at(model.sgd.theta, step)], ["Momentum", at(model.momentum.theta, step)], ["Nesterov", at(model.ahead, step)], ["Nesterov, PyTorch's form", at(model.nesterov.theta, step)],
    ["Gradient", at(model.momentum.gradient, step)], ["Velocity", stateAt(model.momentum, "b", held(model.momentum, step))], ["Step length", model.momentum.stepLength(held(model.momentum, step))],
    ["Momentum over SGD", ratio(model, step)], ["Loss", at(model.momentum.loss, step)], ["Learning rate", model.momentum.learningRate[0]],
    ["Momentum is stable below η", model.momentum.stability?.largest_rate ?? "not known"],
  ],

  caption: (/** @type {Model} */ model, step) => sentence(model, step),

  tables(/** @type {Model} */ model, step) {
    const from = Math.max(0, Math.min(step - 8, model.updates - 15));
    return [
      {
        title: "v ← βv + g, x ← x − ηv, step by step", columns: ["Step", "SGD", "Gradient", "v", "Momentum", "Nesterov", "PyTorch's form"],
        rows: Array.from({ length: Math.min(16, model.updates + 1 - from) }, (_, i) => from + i).map(k => [String(k), at(model.sgd.theta, k), k === 0 ? "" : at(model.momentum.gradient, k - 1), stateAt(model.momentum, "b", held(model.momentum, k)), at(model.momentum.theta, k), at(model.ahead, k), at(model.nesterov.theta, k)]),
      },
      {
        title: `Momentum over ${longSteps} steps at two rates`, columns: ["Rate", "What happens", "Highest x", `x after ${longSteps}`, "ηλ against its limit"],
        rows: model.rates.map(run => [run.label, verdict(run, model.minimum), highest(run), run.theta[run.updates], run.stability?.text ?? ""]),
      },
    ];
  },

  table: (/** @type {Model} */ { sgd, momentum, nesterov }) => runsTable("Every step", [sgd, momentum, nesterov]),
  request: (/** @type {Model} */ { requests }) => ({ steps: requests[0], rates: requests[1] }),
  code: (/** @type {Model} */ { requests }) => codesOf(requests),
};

/** @param {number} value */
const near = value => Math.abs(value) < 1e4;

/** @param {Float64Array} values @param {number} step */
const at = (values, step) => values[Math.min(step, values.length - 1)];

/** @param {Model} model */
const lanes = ({ sgd, momentum, nesterov, ahead }) => [{ name: "SGD", style: sgd.style, values: sgd.theta }, { name: "Momentum", style: momentum.style, values: momentum.theta }, { name: "Nesterov", style: nesterov.style, values: ahead }];

/** @param {Run} run */
const highest = run => extent([run.theta])[1];

/** How far momentum has come for each unit that SGD has.
 * @param {Model} model @param {number} step */
const ratio = ({ sgd, momentum }, step) => step === 0 ? 1 : (at(momentum.theta, step) - momentum.theta[0]) / (at(sgd.theta, step) - sgd.theta[0]);

/** In the end, by what was measured: nearer to the minimum than at any time in the first tenth, or farther.
 * @param {Run} run @param {number} minimum */
function verdict(run, minimum) {
  const distance = (/** @type {number} */ k) => Math.abs(run.theta[k] - minimum);
  const tenth = Math.floor(run.updates / 10);
  const nearEnd = Math.max(...Array.from({ length: tenth + 1 }, (_, i) => distance(run.updates - i)));
  const early = Math.max(...Array.from({ length: tenth + 1 }, (_, i) => distance(i)));
  const over = run.theta[0] < minimum && highest(run) > minimum ? `, overshoots to ${highest(run).toFixed(2)}` : "";
  return nearEnd < early ? `converges${over}` : "diverges";
}

/** @param {Model} model @param {number} step @returns {{ text: string, tone?: "warn" }} */
function sentence(model, step) {
  const { momentum, rates, minimum } = model;
  const fast = rates[1];
  const text = step === 0
    ? `Both start at x = ${number(momentum.theta[0])} with a gradient of ${number(momentum.gradient[0])} and no velocity.`
    : `After ${step} ${step === 1 ? "step" : "steps"} SGD is at ${number(at(model.sgd.theta, step))} and momentum at ${number(at(momentum.theta, step))}: it has come ${number(ratio(model, step))} times as far. Nesterov is at ${number(at(model.ahead, step))}.`;
  const end = verdict(fast, minimum);
  return { text: `${text} At ${fast.label} momentum ${end}${end === "diverges" ? "" : " (D12)"}: ${fast.stability?.text ?? ""}.`, ...(end === "diverges" || verdict(rates[0], minimum) === "diverges" ? { tone: "warn" } : {}) };
}
