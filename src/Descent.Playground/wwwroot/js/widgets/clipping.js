// W39: gradient clipping: what it does to one gradient, to a spike, and to a product that explodes.
import { chart } from "../draw/chart.js";
import { area, arrow, axes, colourOf } from "../draw/plot.js";
import { linear } from "../draw/scale.js";
import { styles } from "../draw/styles.js";
import { number, vector } from "../format.js";
import { codesOf, held, raceOf, runsTable } from "../model.js";
import { palette } from "../theme.js";

/** @typedef {import("../model.js").Run} Run */
/** @typedef {{ gradient: number[], clipped: Float64Array, spiky: Run, calm: Run, wild: Run, tamed: Run, limit: number, byNorm: boolean, updates: number, requests: any[] }} Model */

const [raw, cut] = [styles[1], styles[0]];

/** @type {import("../widget.js").Widget} */
export default {
  id: "clipping",
  title: "Gradient clipping",
  lead: "A gradient longer than the limit is shortened, and keeps its direction; clipping by value cuts each number by itself and may turn it. Small gradients pass as they are.",

  fields: () => [
    { key: "c", label: "Limit c", kind: "number", initial: 1, low: 0.1, high: 10, log: true },
    { key: "by", label: "Clip", kind: "choice", as: "segments", initial: "norm", choices: [["norm", "by norm"], ["value", "by value"]] },
    { key: "g", label: "Gradient", kind: "numbers", initial: [3, 4], low: -100, high: 100, size: 2 },
    { key: "spike", label: "Size of the spike", kind: "number", initial: 30, low: 1, high: 1e4, log: true },
    { key: "sigma", label: "Noise σ", kind: "number", initial: 0.4, low: 0, high: 4 },
    { key: "seed", label: "Seed", kind: "whole", initial: 1, low: 0, high: 9999 },
    { key: "w0", label: "Recurrent weight at the start", kind: "number", initial: 1.2, low: 0.5, high: 1.5, hint: "A recurrent product wᵀ is to become 1; its slope is T·wᵀ⁻¹." },
    { key: "T", label: "Steps of the recurrence T", kind: "whole", initial: 50, low: 2, high: 200, log: true },
    { key: "n", label: "Steps", kind: "whole", initial: 60, low: 5, high: 1000, log: true },
  ],

  async compute({ state }) {
    const clip = state.by === "norm" ? { clip_norm: state.c } : { clip_value: state.c };
    const half = Math.floor(state.n / 2);
    const stream = { landscape: { stream: Array.from({ length: state.n }, (_, t) => t === half ? [0.8 * state.spike, 0.6 * state.spike] : [0.6, 0.3]) }, noise: { sigma: state.sigma }, seed: state.seed, learning_rate: 1, steps: state.n, internals: false };
    const deep = { landscape: { formula: "(x^T - 1)^2", constants: { T: state.T } }, start: [state.w0], learning_rate: 0.01, steps: state.n, internals: false };
    const named = (/** @type {string} */ label) => ({ optimizers: [{ optimizer: "sgd", label }] });
    const requests = [
      { landscape: { stream: [state.g] }, learning_rate: 1, steps: 1, internals: false, ...named("One step"), ...clip },
      { ...stream, ...named("Not clipped") }, { ...stream, ...named("Clipped"), ...clip },
      { ...deep, ...named("Not clipped") }, { ...deep, ...named("Clipped"), ...clip },
    ];
    const [one, spiky, calm, wild, tamed] = await Promise.all(requests.map((request, i) => raceOf(request, `clipping-${i}`).then(race => race.runs[0])));
    const styled = (/** @type {Run} */ run) => ({ ...run, style: run.label === "Clipped" ? cut : raw });
    // From 0 with a rate of 1, a step is the gradient that was used.
    return /** @type {Model} */ ({ gradient: state.g, clipped: one.theta.slice(2, 4).map(value => 0 - value), spiky: styled(spiky), calm: styled(calm), wild: styled(wild), tamed: styled(tamed), limit: state.c, byNorm: state.by === "norm", updates: state.n, requests });
  },

  last: (/** @type {Model} */ { updates }) => updates,
  first: (/** @type {Model} */ { updates }) => updates,

  views: [
    {
      id: "vector", title: "One gradient", height: 0.9, half: true,
      note: (/** @type {Model} */ { byNorm, limit }) => byNorm ? `circle: length ${number(limit)}` : `square: ±${number(limit)} each`,
      draw: (pen, /** @type {Model} */ model) => drawVector(pen, model),
      describe: (/** @type {Model} */ { gradient, clipped, limit, byNorm }) => `The gradient ${vector(gradient)}, clipped ${byNorm ? "by norm" : "by value"} at ${number(limit)}, is ${vector(clipped)}.`,
      pick: (x, y, context) => context.set({ g: [Number(x.toPrecision(3)), Number(y.toPrecision(3))] }),
      move: (dx, dy, context) => context.set({ g: [Number((context.state.g[0] + 0.1 * dx).toPrecision(3)), Number((context.state.g[1] + 0.1 * dy).toPrecision(3))] }),
    },
    {
      id: "norms", title: "Length of the steps, with a spike", height: 0.9, half: true,
      draw: (pen, /** @type {Model} */ model, step) => chart(pen, { curves: [model.spiky, model.calm].map(run => ({ name: run.label, style: run.style, values: lengths(run) })), at: step, log: true, legend: true, levels: model.byNorm ? [{ value: model.limit, text: `c = ${number(model.limit)}` }] : [] }),
      describe: (/** @type {Model} */ { spiky, calm }) => `Length of the steps, logarithmic, with a spike in the middle: up to ${number(Math.max(...lengths(spiky).slice(1)))} without clipping, up to ${number(Math.max(...lengths(calm).slice(1)))} with it.`,
      pick: (x, _, context) => context.to(x),
    },
    {
      id: "deep", title: "A recurrent product wᵀ, to become 1", height: 0.4,
      note: (/** @type {Model} */ { wild }) => `first gradient ${number(wild.gradient[0])}`,
      draw: (pen, /** @type {Model} */ { wild, tamed }, step) => chart(pen, { curves: [wild, tamed].map(run => ({ name: run.label, style: run.style, values: run.theta.map(value => Math.abs(value) < 1e6 ? value : NaN) })), at: step, legend: true, yLabel: "w" }),
      describe: (/** @type {Model} */ { wild, tamed }) => `The recurrent weight: without clipping ${outcome(wild)}, with clipping ${outcome(tamed)}.`,
      pick: (x, _, context) => context.to(x),
    },
  ],

  readout: (/** @type {Model} */ { gradient, clipped, spiky, calm, wild, tamed }, step) => [
    ["Step", String(step)], ["Gradient", gradient], ["Clipped", clipped], ["Length", Math.hypot(...gradient)], ["Length, clipped", Math.hypot(...clipped)],
    ["Step, not clipped", spiky.stepLength(held(spiky, step))], ["Step, clipped", calm.stepLength(held(calm, step))],
    ["w, not clipped", wild.theta[held(wild, step)]], ["Loss, not clipped", wild.loss[held(wild, step)]], ["Status, not clipped", wild.status.at(held(wild, step))],
    ["w, clipped", tamed.theta[held(tamed, step)]], ["Loss, clipped", tamed.loss[held(tamed, step)]], ["Status", tamed.status.at(held(tamed, step))], ["Learning rate", tamed.learningRate[0]],
  ],

  caption(/** @type {Model} */ { gradient, clipped, wild, tamed, limit }) {
    const same = gradient.every((value, i) => value === clipped[i]);
    const first = same ? `The gradient ${vector(gradient)} is within the limit ${number(limit)} and passes as it is.` : `The gradient ${vector(gradient)} becomes ${vector(clipped)}.`;
    return { text: `${first} In the recurrence the first gradient is ${number(wild.gradient[0])} long: without clipping ${outcome(wild)}; with clipping ${outcome(tamed)}.` };
  },

  tables: (/** @type {Model} */ { spiky, calm, wild, tamed }, step) => [{
    title: `Up to step ${step}`, columns: ["Gradients", "Longest step", "w", "Loss", "Status"],
    rows: [[spiky, wild], [calm, tamed]].map(([run, deep]) => [run.label, Math.max(0, ...lengths(run).slice(1, step + 1)), deep.theta[held(deep, step)], deep.loss[held(deep, step)], deep.status.at(held(deep, step))]),
    runs: [spiky, calm].map(({ label, style }) => ({ label, style })),
  }],

  table: (/** @type {Model} */ { spiky, calm }) => runsTable("Every step of the stream with a spike", [spiky, calm]),
  request: (/** @type {Model} */ { requests }) => ({ one_step: requests[0], spike: requests.slice(1, 3), recurrence: requests.slice(3) }),
  code: (/** @type {Model} */ { requests }) => codesOf(requests),
};

/** @param {Run} run */
const lengths = run => Float64Array.from({ length: run.updates + 1 }, (_, k) => k === 0 ? NaN : run.stepLength(k));

/** @param {Run} run */
function outcome(run) {
  const end = run.updates;
  if (run.status.at(end) !== "diverged") return `w is ${number(run.theta[end])} after ${end} steps, with loss ${number(run.loss[end])}`;
  return `w is ${number(run.theta[end])} after ${end} ${end === 1 ? "step" : "steps"}, and the loss ${Number.isFinite(run.loss[end]) ? number(run.loss[end]) : "no number any more"}`;
}

/** @param {import("../draw/pen.js").Pen} pen @param {Model} model */
function drawVector(pen, { gradient, clipped, limit, byNorm }) {
  const place = area(pen, { left: 44, bottom: 34 });
  const reach = 1.25 * Math.max(limit, 0.5, ...gradient.map(Math.abs));
  // Equal units in both directions, so that the circle is one.
  const unit = Math.min(place.width, place.height) / 2 / reach;
  const [wide, tall] = [place.width / 2 / unit, place.height / 2 / unit];
  const x = linear(-wide, wide, place.x, place.x + place.width, 6), y = linear(-tall, tall, place.y + place.height, place.y, 6);
  axes(pen, place, x, y);
  pen.clip(place, () => {
    if (byNorm) pen.circle(x.at(0), y.at(0), limit * unit, { stroke: palette().ink, width: 1.4, dash: [5, 4] });
    else pen.path([x.at(-limit), y.at(-limit), x.at(limit), y.at(-limit), x.at(limit), y.at(limit), x.at(-limit), y.at(limit)], { stroke: palette().ink, width: 1.4, dash: [5, 4] }, true);
    arrow(pen, x.at(0), y.at(0), gradient[0] * unit, -gradient[1] * unit, colourOf(raw), 2);
    arrow(pen, x.at(0), y.at(0), clipped[0] * unit, -clipped[1] * unit, colourOf(cut), 4);
    pen.text(place.x + 8, place.y + 13, `gradient ${vector(gradient)}`, { size: 11.5, weight: 600, fill: colourOf(raw), halo: palette().sheet });
    pen.text(place.x + 8, place.y + 30, `clipped ${vector(clipped)}`, { size: 11.5, weight: 600, fill: colourOf(cut), halo: palette().sheet });
  });
  return { x, y, place };
}
