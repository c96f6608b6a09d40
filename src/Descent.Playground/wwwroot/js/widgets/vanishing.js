// W42: what is left of the gradient when it has passed through many layers.
import { chart, ramp } from "../draw/chart.js";
import { styles } from "../draw/styles.js";
import { number, whole } from "../format.js";
import { ask } from "../library.js";

/** @typedef {{ gradients: number[], signals: number[], ratio: number, label: string }} Flow */
/** @typedef {{ flow: Flow, others: Flow[], request: any }} Model */

/** Three that everybody should have seen, beside what is chosen. */
const known = [
  { label: "sigmoid, Xavier", activation: "sigmoid", start: "xavier", residual: false, batch_norm: false },
  { label: "ReLU, He", activation: "relu", start: "he", residual: false, batch_norm: false },
  { label: "ReLU, He, residual", activation: "relu", start: "he", residual: true, batch_norm: false },
];

/** @type {[string, string][]} */
const activations = [["tanh", "tanh"], ["relu", "ReLU"], ["sigmoid", "sigmoid"], ["linear", "none"]];
/** @type {[string, string][]} */
const starts = [["xavier", "Xavier"], ["he", "He"], ["too_large", "ten times too large"]];

/** @type {import("../widget.js").Widget} */
export default {
  id: "vanishing",
  title: "Vanishing and exploding gradients",
  lead: "A deep network before its first update: one pass forward, one back, and the size of the gradient at every layer. Activation, start, residual connections and batch norm decide whether the first layers hear anything.",

  fields: () => [
    { key: "depth", label: "Layers", kind: "whole", initial: 20, low: 1, high: 50 },
    { key: "width", label: "Units per layer", kind: "whole", initial: 64, low: 1, high: 128 },
    { key: "act", label: "Activation", kind: "choice", initial: "sigmoid", choices: activations },
    { key: "init", label: "Start of the weights", kind: "choice", initial: "xavier", choices: starts },
    { key: "res", label: "Residual connections", kind: "toggle", initial: false },
    { key: "bn", label: "Batch norm", kind: "toggle", initial: false },
    { key: "cmp", label: "Beside three that are known", kind: "toggle", initial: true },
    { key: "seed", label: "Seed", kind: "whole", initial: 1, low: 0, high: 9999 },
  ],

  async compute(context) {
    const { state } = context;
    const label = `${activations.find(([id]) => id === state.act)?.[1]}, ${starts.find(([id]) => id === state.init)?.[1]}${state.res ? ", residual" : ""}${state.bn ? ", batch norm" : ""}`;
    const request = { depth: state.depth, width: state.width, activation: state.act, start: state.init, residual: state.res, batch_norm: state.bn, seed: state.seed };
    const model = /** @type {Model} */ ({ flow: await flowOf(request, label), others: [], request });
    if (state.cmp) context.later(beside(model, label));
    return model;
  },

  last: (/** @type {Model} */ { flow }) => flow.gradients.length - 1,
  first: () => 0,

  views: [
    {
      id: "gradients", title: "Gradient per layer", height: 0.5,
      note: () => "the last layer is at the right; the gradient comes from there",
      draw: (pen, /** @type {Model} */ model, layer) => drawn(pen, model, "gradients", "norm of the gradient", layer),
      pick: (x, _, context) => context.to(x - 1),
      describe: (/** @type {Model} */ { flow }) => `Norms of gradients over ${flow.gradients.length} layers, on a logarithmic axis: ${number(flow.gradients[0])} at the first, ${number(flow.gradients[flow.gradients.length - 1])} at the last.`,
    },
    {
      id: "signals", title: "Signal per layer", height: 0.32,
      note: () => "root mean square of each layer's output",
      draw: (pen, /** @type {Model} */ model, layer) => drawn(pen, model, "signals", "size of the signal", layer),
      pick: (x, _, context) => context.to(x - 1),
      describe: (/** @type {Model} */ { flow }) => `Sizes of signals: ${number(flow.signals[0])} after the first layer, ${number(flow.signals[flow.signals.length - 1])} after the last.`,
    },
  ],

  readout: (/** @type {Model} */ { flow, request }, layer) => [
    ["Layer", String(layer + 1)], ["Gradient there", flow.gradients[layer]], ["Signal there", flow.signals[layer]], ["First layer", flow.gradients[0]], ["Last layer", flow.gradients[flow.gradients.length - 1]], ["First over last", flow.ratio], ["Signal, first", flow.signals[0]], ["Signal, last", flow.signals[flow.signals.length - 1]], ["Seed", String(request.seed)],
  ],

  caption(/** @type {Model} */ { flow }) {
    const { ratio, gradients, label } = flow;
    const depth = whole(gradients.length);
    if (!(ratio > 0) || !Number.isFinite(ratio)) return { text: `With ${label} over ${depth} layers the gradient is ${gradients.every(value => value === 0) ? "0 everywhere" : "not a finite number in all layers"}.`, tone: "warn" };
    return ratio < 1e-3 ? { text: `With ${label} the gradient vanishes: over ${depth} layers ${number(ratio)} of it is left at the first. Those layers learn nothing.`, tone: "warn" }
      : ratio > 1e3 ? { text: `With ${label} the gradient explodes: over ${depth} layers it grows ${number(ratio)} times on its way to the first.`, tone: "warn" }
      : { text: `With ${label} the gradient passes: at the first of ${depth} layers it is ${number(ratio)} times what it is at the last.` };
  },

  tables: (/** @type {Model} */ { flow, others }) => [{ title: "First layer against last", columns: ["Network", "First", "Last", "First over last"], rows: [flow, ...others].map(({ label, gradients, ratio }) => [label, gradients[0], gradients[gradients.length - 1], ratio]), runs: [flow, ...others].map(({ label }, i) => ({ label, style: styles[i] })) }],
  table: (/** @type {Model} */ { flow, others }) => ({ title: "Every layer", columns: ["layer", ...[flow, ...others].flatMap(({ label }) => [`gradient, ${label}`, `signal, ${label}`])], rows: flow.gradients.map((_, i) => [i + 1, ...[flow, ...others].flatMap(({ gradients, signals }) => [gradients[i], signals[i]])]) }),
  request: (/** @type {Model} */ { request }) => request,
  code: async (/** @type {Model} */ { request }) => ["using Descent.Landscapes.Networks;", "", "var flow = GradientFlow.Of(new()", "{",
    `    Depth = ${request.depth}, Width = ${request.width}, Activation = Activation.${pascal(request.activation)}, Start = WeightStart.${pascal(request.start)}, Residual = ${request.residual}, BatchNorm = ${request.batch_norm}, Seed = ${request.seed},`,
    "});", "Console.WriteLine($\"{flow.Ratio}: {string.Join(\", \", flow.Gradients)}\");", ""].join("\n"),
};

/** @param {string} name */
const pascal = name => name.split("_").map(word => word[0].toUpperCase() + word.slice(1)).join("");

/** @param {any} request @param {string} label @returns {Promise<Flow>} */
async function flowOf(request, label) {
  const answer = await ask("gradientflow", request, "vanishing");
  return { gradients: answer.gradients.map(Number), signals: answer.signals.map(Number), ratio: Number(answer.ratio), label };
}

/** @param {Model} model @param {string} label */
async function beside(model, label) {
  for (const { label: other, ...changes } of known) if (other !== label) model.others.push(await flowOf({ ...model.request, ...changes }, other));
}

/** @param {import("../draw/pen.js").Pen} pen @param {Model} model @param {"gradients" | "signals"} what @param {string} yLabel @param {number} at */
function drawn(pen, { flow, others }, what, yLabel, at) {
  const layers = ramp(flow.gradients.length + 1).subarray(1);
  const all = [...others.map((each, i) => ({ ...each, style: styles[i + 1], faint: true })), { ...flow, style: styles[0], faint: false }];
  return chart(pen, { curves: all.map(each => ({ name: each.label, style: each.style, values: each[what], x: layers, bold: !each.faint })), log: all.every(each => each[what].every(value => !(value <= 0))), at, xLabel: "layer", yLabel });
}
