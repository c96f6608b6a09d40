// W20: weight decay through the gradient and beside it, in Adam and in SGD.
import { chart } from "../draw/chart.js";
import { styles } from "../draw/styles.js";
import { exact, number, six } from "../format.js";
import { codesOf, held, raceOf, runsTable, stateAt } from "../model.js";
import { component } from "../panes.js";

/** @typedef {import("../model.js").Run} Run */
/** @typedef {import("../draw/chart.js").Curve} Curve */
/** @typedef {{ l2: Run, decoupled: Run, sgd: Run[], pure: Run, factors: number[], card: Run[], scales: number[], requests: any[], updates: number, decayAt: Curve[], frozen: boolean, state: import("../state.js").State }} Model `card` is one step: L2 with and without decay, then decoupled with and without */

/** @type {import("../widget.js").Widget} */
export default {
  id: "decay",
  title: "Adam with L2 against AdamW",
  lead: "L2 adds λθ to the gradient, and Adam then divides it by the size of the gradients like everything else: quiet weights shrink fast, busy ones hardly. AdamW shrinks every weight by ηλ.",

  fields: () => [
    { key: "lam", label: "Weight decay λ", kind: "number", initial: 0.1, low: 0, high: 1 },
    { key: "lr", label: "Learning rate η", kind: "number", initial: 1e-3, low: 1e-4, high: 1e-2, log: true },
    { key: "s1", label: "Size of the first weight's gradients", kind: "number", initial: 0.1, low: 1e-3, high: 1e3, log: true },
    { key: "s2", label: "Size of the second weight's gradients", kind: "number", initial: 10, low: 1e-3, high: 1e3, log: true },
    { key: "w0", label: "Both weights start at", kind: "number", initial: 5, low: 0.1, high: 10, hint: "Their gradients change sign at every step, so that only decay moves them for long." },
    { key: "n", label: "Steps", kind: "whole", initial: 3000, low: 10, high: 20000, log: true },
    { key: "late", label: "One late step: v", kind: "choice", as: "segments", initial: "frozen", choices: [["frozen", "frozen"], ["own", "self-consistent"]], hint: "Held at the number below, or the square of the gradient that Adam really sees, L2 and all (D20)." },
    { key: "g", label: "Its gradient", kind: "number", initial: 2, low: 0.1, high: 10 },
    { key: "v0", label: "Its v", kind: "number", initial: 4, low: 0.01, high: 100, log: true, when: state => state.late === "frozen" },
  ],

  async compute({ state }) {
    const decay = `weight_decay=${exact(state.lam)}`;
    const run = { learning_rate: state.lr, steps: state.n, internals: false };
    const alternating = { stream: [[state.s1, state.s2], [-state.s1, -state.s2]] };
    const [coupled, decoupled] = [`sgd(${decay})`, `sgdw(momentum=0, ${decay})`];
    const frozen = state.late === "frozen";
    const late = `beta1=0, beta2=${frozen ? "0.9999999999999999" : "0"}, epsilon=0, bias_correction=false`;
    const remembers = frozen ? { state: { v: [state.v0] } } : {};
    const requests = [
      { ...run, landscape: alternating, start: [state.w0, state.w0], optimizers: [{ optimizer: `adam(${decay})`, label: "Adam + L2" }, { optimizer: `adamw(${decay})`, label: "AdamW" }, { optimizer: coupled, label: "SGD + L2" }, { optimizer: decoupled, label: "SGDW" }] },
      { ...run, landscape: { stream: [[0]] }, start: [state.w0], optimizers: [{ optimizer: `adamw(${decay})`, label: "Pure decay" }, { optimizer: coupled, label: "SGD + L2" }, { optimizer: decoupled, label: "SGDW" }] },
      { ...run, internals: true, steps: 1, landscape: { stream: [[state.g]] }, start: [state.w0], optimizers: ["adam", "adamw"].flatMap(method => [decay, "weight_decay=0"].map(each => ({ optimizer: `${method}(${late}, ${each})`, label: `${method === "adam" ? "Adam + L2" : "AdamW"}${each === decay ? "" : " without decay"}`, ...remembers }))) },
    ];
    const [main, still, card] = await Promise.all(requests.map((request, i) => raceOf(request, `decay-${i}`).then(race => race.runs)));
    const [l2, adamw, ...sgd] = main;
    return /** @type {Model} */ ({
      l2, decoupled: adamw, sgd, pure: still[0], factors: still.slice(1).map(each => each.theta[1] / each.theta[0]), card, scales: [state.s1, state.s2], requests, updates: state.n, frozen, state: { ...state },
      decayAt: main.flatMap(each => [0, 1].map(i => curve(each, i, state, shrinking(component(each, i))))),
    });
  },

  last: (/** @type {Model} */ { updates }) => updates,
  first: (/** @type {Model} */ { updates }) => updates,

  views: [
    {
      id: "weights", title: "The two weights", height: 0.5,
      note: () => "solid: first weight; dashed: second; dotted: pure decay",
      draw: (pen, /** @type {Model} */ model, step, { lit }) => chart(pen, {
        curves: [{ name: "Pure decay", style: { ...styles[7], dash: [2, 4] }, values: model.pure.theta, faint: lit !== null }, ...[model.l2, model.decoupled].flatMap(run => [0, 1].map(i => ({ ...curve(run, i, model.state, component(run, i)), faint: lit !== null && lit !== run.label })))],
        at: step, legend: true, yLabel: "weight", low: 0,
      }),
      describe: (/** @type {Model} */ model, step) => `Weights over ${model.updates} steps. At step ${step}: ${ends(model, step)}; pure decay ${number(model.pure.theta[step])}.`,
      pick: (x, _, context) => context.to(x),
    },
    {
      id: "share", title: "Decay per step, in %", height: 0.72, half: true,
      note: () => "measured over pairs of steps",
      draw: (pen, /** @type {Model} */ { decayAt }, step, { lit }) => chart(pen, { curves: decayAt.slice(0, 4).map(each => ({ ...each, faint: lit !== null && !each.name.startsWith(lit) })), at: step, low: 0 }),
      describe: (/** @type {Model} */ { decayAt }, step) => `Decay per step at step ${step}: ${decayAt.slice(0, 4).map(({ name, values }) => `${name} ${number(values[step])} %`).join(", ")}.`,
      pick: (x, _, context) => context.to(x),
    },
    {
      id: "sgd", title: "SGD: both ways are one", height: 0.72, half: true,
      note: (/** @type {Model} */ { sgd }) => `largest difference ${number(apart(sgd))}`,
      draw: (pen, /** @type {Model} */ { sgd, state }, step) => chart(pen, { curves: sgd.flatMap(run => [0, 1].map(i => curve(run, i, state, component(run, i)))), at: step, yLabel: "weight" }),
      describe: (/** @type {Model} */ { sgd }, step) => `The same weights under SGD with L2 and with decoupled decay; at step ${step} ${sgd.map(run => `${run.label} ${number(run.theta[2 * held(run, step)])} and ${number(run.theta[2 * held(run, step) + 1])}`).join(", ")}; they differ by at most ${number(apart(sgd))}.`,
      pick: (x, _, context) => context.to(x),
    },
  ],

  readout: (/** @type {Model} */ model, step) => [
    ["Step", String(step)],
    ...[model.l2, model.decoupled, ...model.sgd].flatMap(run => [0, 1].map(i => /** @type {[string, any]} */ ([`${run.label}, gradients ±${number(model.scales[i])}`, run.theta[2 * held(run, step) + i]]))),
    ["Pure decay", model.pure.theta[step]], ["SGD's factor per step, L2", model.factors[0]], ["SGD's factor, decoupled", model.factors[1]], ["SGD: largest difference", apart(model.sgd)], ["Learning rate", model.l2.learningRate[0]],
  ],

  caption: (/** @type {Model} */ model, step) => ({ text: sentence(model, step) }),

  tables: (/** @type {Model} */ model, step) => [
    {
      title: `One late step, v ${model.frozen ? `held at ${number(model.state.v0)}` : "self-consistent"}`, columns: ["Method", "Gradient that Adam sees", "v", "Adam's part", "Decay's part", "Decay", "New θ"],
      rows: [0, 1].map(i => {
        const [before, withDecay, without] = [model.card[2 * i].theta[0], model.card[2 * i].theta[1], model.card[2 * i + 1].theta[1]];
        // With β₁ = 0 the mean gradient is the one that Adam sees.
        return [model.card[2 * i].label, stateAt(model.card[2 * i], "m", 1), stateAt(model.card[2 * i], "v", 1), tidy(before - without), tidy(without - withDecay), `${number(tidy(100 * (without - withDecay) / before))} %`, six(withDecay)];
      }),
    },
    {
      title: `After ${step} steps`, columns: ["Method", ...model.scales.flatMap(scale => [`Gradients ±${number(scale)}`, "Decay per step"]), "Pure decay"],
      rows: [model.l2, model.decoupled, ...model.sgd].map((run, j) => [run.label, ...[0, 1].flatMap(i => [run.theta[2 * held(run, step) + i], `${number(model.decayAt[2 * j + i].values[Math.max(2, step)])} %`]), model.pure.theta[step]]),
      runs: [model.l2, model.decoupled, ...model.sgd].map(({ label, style }) => ({ label, style })),
    },
  ],

  table: (/** @type {Model} */ { l2, decoupled, sgd }) => runsTable("Every step", [l2, decoupled, ...sgd]),
  request: (/** @type {Model} */ { requests }) => ({ runs: requests[0], pure_decay: requests[1], one_step: requests[2] }),
  code: (/** @type {Model} */ { requests }) => codesOf(requests),
};

/** The first weight solid, the second dashed, in the method's colour.
 * @param {Run} run @param {number} i @param {import("../state.js").State} state @param {Float64Array} values @returns {Curve} */
const curve = (run, i, state, values) => ({ name: `${run.label}, ±${number(i === 0 ? state.s1 : state.s2)}`, style: { ...run.style, dash: i === 0 ? [] : [7, 4], marker: i === 0 ? "circle" : "square" }, values });

/** By how many per cent the weight shrinks in a step: measured over two, in which the alternating gradients cancel.
 * @param {Float64Array} values */
const shrinking = values => values.map((value, t) => t < 2 || value / values[t - 2] <= 0 ? NaN : 100 * (1 - Math.sqrt(value / values[t - 2])));

/** What is left of a difference of weights when its rounding is taken off.
 * @param {number} value */
const tidy = value => Math.abs(value) < 1e-15 * 10 ? 0 : Number(value.toPrecision(10));

/** @param {Run[]} runs */
const apart = ([a, b]) => a.theta.reduce((most, value, i) => Math.max(most, Math.abs(value - b.theta[i])), 0);

/** @param {Model} model @param {number} step */
const ends = ({ l2, decoupled, scales }, step) => [l2, decoupled].map(run => `${run.label} ${[0, 1].map(i => `${number(run.theta[2 * held(run, step) + i])} with gradients of ±${number(scales[i])}`).join(" and ")}`).join("; ");

/** @param {Model} model @param {number} step */
function sentence(model, step) {
  const { card, pure, sgd } = model;
  const [coupled, decoupled] = [0, 2].map(i => number(tidy(100 * (card[i + 1].theta[1] - card[i].theta[1]) / card[i].theta[0])));
  const late = `One late step with v ${model.frozen ? `held at ${number(model.state.v0)}` : "self-consistent"}: L2 decays by ${coupled} %, AdamW by ${decoupled} %${coupled === "0" && model.state.lam > 0 ? "; L2's decay has vanished (D20)" : ""}.`;
  if (step === 0) return `Both weights start at ${number(pure.theta[0])}. ${late}`;
  return `After ${step} steps: ${ends(model, step)}; decay alone would leave ${number(pure.theta[step])}. ${late} Under SGD both ways differ by at most ${number(apart(sgd))}.`;
}
