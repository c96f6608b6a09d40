// W10: what momentum remembers: the weights of past gradients, and how signals pass.
import { chart } from "../draw/chart.js";
import { area, axes, colourOf } from "../draw/plot.js";
import { linear } from "../draw/scale.js";
import { styles } from "../draw/styles.js";
import { exact, number } from "../format.js";
import { codesOf, raceOf, stateAt } from "../model.js";
import { palette } from "../theme.js";

/** @typedef {import("../model.js").Run} Run */
/** `weights` is the velocity after a single gradient of 1; `limits` is that of a constant and of an alternating gradient.
 * @typedef {{ weights: Float64Array, signal: Float64Array, velocity: Float64Array, limits: Run, updates: number, beta: number, requests: any[], name: string }} Model */

/** @type {[string, string][]} */
const signals = [["constant", "constant: 1, 1, 1"], ["alternating", "alternating: 1, −1, 1"], ["step", "a step: 0, then 1"], ["noisy", "noisy around 0.5"]];

/** @type {import("../widget.js").Widget} */
export default {
  id: "memory",
  title: "Memory of momentum",
  lead: "The velocity is a sum of all gradients so far, each weighed down by β for every step since. What agrees adds up to 1/(1 − β) times one gradient; what alternates nearly cancels.",

  fields: () => [
    { key: "b", label: "Momentum β", kind: "number", initial: 0.9, low: 0, high: 0.999 },
    { key: "s", label: "Gradients", kind: "choice", initial: "constant", choices: signals },
    { key: "sigma", label: "Noise σ", kind: "number", initial: 1, low: 0, high: 4, when: state => state.s === "noisy" },
    { key: "seed", label: "Seed", kind: "whole", initial: 1, low: 0, high: 9999, when: state => state.s === "noisy" },
    { key: "n", label: "Steps", kind: "whole", initial: 60, low: 10, high: 10000, log: true },
  ],

  async compute({ state }) {
    const n = state.n;
    const run = { learning_rate: 0.01, steps: n + 1, optimizers: [{ optimizer: `sgd(momentum=${exact(state.b)})`, label: "Momentum" }] };
    const quarter = Math.floor(n / 4);
    const rows = state.s === "alternating" ? [[1], [-1]] : state.s === "step" ? Array.from({ length: n + 2 }, (_, t) => [t < quarter ? 0 : 1]) : state.s === "noisy" ? [[0.5]] : [[1]];
    const requests = [
      { ...run, landscape: { stream: Array.from({ length: n + 2 }, (_, t) => [t === 0 ? 1 : 0]) } },
      { ...run, landscape: { stream: rows }, ...(state.s === "noisy" ? { noise: { sigma: state.sigma }, seed: state.seed } : {}) },
      { ...run, landscape: { stream: [[1, 1], [1, -1]] } },
    ];
    const [[pulse], [chosen], [limits]] = await Promise.all(requests.map((request, i) => raceOf(request, `memory-${i}`).then(race => race.runs)));
    // Without momentum there is no velocity but the gradient itself.
    const velocity = (/** @type {Run} */ each) => Float64Array.from({ length: n + 2 }, (_, t) => state.b > 0 ? stateAt(each, "b", t) : t === 0 ? 0 : each.gradient[t - 1]);
    return /** @type {Model} */ ({ weights: velocity(pulse).slice(1), signal: chosen.gradient.slice(0, n + 1), velocity: velocity(chosen).slice(1), limits, updates: n, beta: state.b, requests, name: signals.find(([id]) => id === state.s)?.[1] ?? "" });
  },

  last: (/** @type {Model} */ { updates }) => updates,
  first: (/** @type {Model} */ { updates }) => Math.min(10, updates),

  views: [
    {
      id: "weights", title: "Weight of a gradient that is k steps old", height: 0.46,
      note: (/** @type {Model} */ { beta }) => `window 1/(1 − β) = ${number(1 / (1 - beta))}`,
      draw: (pen, /** @type {Model} */ model, step, { styleOf }) => drawWeights(pen, model, step, styleOf("sgd(momentum=0.9)")),
      describe: (/** @type {Model} */ { weights, beta }, step) => `Bars of the weights βᵏ for β = ${number(beta)}: ${number(weights[step])} for a gradient ${step} steps old; the window is ${number(1 / (1 - beta))} steps.`,
      pick: (x, _, context) => context.to(Math.round(x)),
    },
    {
      id: "response", title: "Gradients in, velocity out", height: 0.46,
      note: (/** @type {Model} */ { name }) => name,
      draw: (pen, /** @type {Model} */ { signal, velocity }, step, { styleOf }) => chart(pen, { curves: [{ name: "gradient", style: styles[7], values: signal }, { name: "velocity", style: styleOf("sgd(momentum=0.9)"), values: velocity }], at: step, legend: true }),
      describe: (/** @type {Model} */ { signal, velocity, name }, step) => `Gradients, ${name}, and the velocity that they make: at step ${step} the gradient is ${number(signal[step])} and the velocity ${number(velocity[step])}.`,
      pick: (x, _, context) => context.to(Math.round(x)),
    },
  ],

  readout: (/** @type {Model} */ model, step) => [
    ["Step", String(step)], [`Weight after ${step} steps`, model.weights[step]], ["Window 1/(1 − β)", 1 / (1 - model.beta)], ["Gradient", model.signal[step]], ["Velocity", model.velocity[step]],
    ["Constant signal: velocity", limit(model, 0, step)], ["Alternating: velocity", limit(model, 1, step)], ["Ratio of the two", limit(model, 0, step) / limit(model, 1, step)], ["Sum of all weights", limit(model, 0, model.updates)],
  ],

  caption(/** @type {Model} */ model, step) {
    const [steady, flipping] = [0, 1].map(i => limit(model, i, model.updates));
    return { text: `A gradient that is ${step} ${step === 1 ? "step" : "steps"} old still counts ${number(model.weights[step])}. After ${model.updates} steps a constant gradient of 1 has become a velocity of ${number(steady)}, an alternating one ${number(flipping)}: ${number(steady / flipping)} to 1, so what alternates shrinks, but not to nothing (D09).` };
  },

  tables: (/** @type {Model} */ model) => [{
    title: "Weights", columns: ["Steps old", "Weight", "Constant signal: velocity", "Alternating: velocity", "Ratio"],
    rows: [0, 1, 2, 5, 10, 20, 50, 100, 1000].filter(k => k <= model.updates).map(k => [String(k), model.weights[k], limit(model, 0, k), limit(model, 1, k), limit(model, 0, k) / limit(model, 1, k)]),
  }],

  table: (/** @type {Model} */ model) => ({
    title: "Every step", columns: ["step", "weight", "gradient", "velocity", "constant_velocity", "alternating_velocity"],
    rows: Array.from({ length: model.updates + 1 }, (_, k) => [k, model.weights[k], model.signal[k], model.velocity[k], limit(model, 0, k), limit(model, 1, k)]),
  }),
  request: (/** @type {Model} */ { requests }) => ({ single_gradient: requests[0], signal: requests[1], constant_and_alternating: requests[2] }),
  code: (/** @type {Model} */ { requests }) => codesOf(requests.slice(1)),
};

/** The size of the velocity under a constant (0) and an alternating (1) gradient, when k more have come after the first.
 * @param {Model} model @param {number} which @param {number} k */
const limit = ({ limits, beta }, which, k) => Math.abs(beta > 0 ? stateAt(limits, "b", k + 1, which) : limits.gradient[2 * k + which]);

/** @param {import("../draw/pen.js").Pen} pen @param {Model} model @param {number} step @param {import("../draw/plot.js").Style} style */
function drawWeights(pen, { weights, updates, beta }, step, style) {
  const place = area(pen, { left: 46, bottom: 34, top: 24 });
  const colours = palette();
  const x = linear(-0.5, updates + 0.5, place.x, place.x + place.width, Math.max(3, Math.round(place.width / 80)));
  const y = linear(0, 1.05, place.y + place.height, place.y, 5);
  axes(pen, place, x, y, { x: "k" });
  const width = Math.max(1, Math.min(26, place.width / (updates + 1) * 0.72));
  const window = 1 / (1 - beta);
  pen.clip(place, () => {
    for (let k = 0; k <= updates; k += Math.max(1, Math.round(updates / place.width))) {
      pen.rectangle({ x: x.at(k) - width / 2, y: y.at(weights[k]), width, height: Math.max(0.5, y.at(0) - y.at(weights[k])) }, { fill: k === step ? colours.ink : colourOf(style), opacity: k === step ? 1 : k < window ? 0.85 : 0.4 });
    }
    if (window <= updates) pen.path([x.at(window), place.y, x.at(window), place.y + place.height], { stroke: colours.ink, dash: [4, 4] });
    if (window <= updates) pen.text(x.at(window) + 6, place.y + 12, `window ${number(window)}`, { size: 11.5, fill: colours.ink, halo: colours.sheet });
    pen.text(Math.min(place.x + place.width - 6, x.at(step) + 4), y.at(weights[step]) - 9, number(weights[step]), { size: 11.5, weight: 620, anchor: x.at(step) > place.x + place.width * 0.8 ? "end" : "start", fill: colours.ink, halo: colours.sheet });
  });
  return { x, y, place };
}
