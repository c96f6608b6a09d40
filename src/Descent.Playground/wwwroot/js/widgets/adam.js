// W17: Adam from the inside: gradients in, and everything that one step makes of them.
import { area, axes, colourOf, marker } from "../draw/plot.js";
import { extent, linear } from "../draw/scale.js";
import { styles } from "../draw/styles.js";
import { exact, number } from "../format.js";
import { codeOf, raceOf, runTable } from "../model.js";
import { palette } from "../theme.js";

/** @typedef {import("../model.js").Run} Run */
/** One parameter's numbers; row t is of update t, from 1 on.
 * @typedef {{ g: Float64Array, m: Float64Array, v: Float64Array, mHat: Float64Array, vHat: Float64Array, update: Float64Array }} Inside */
/** @typedef {{ run: Run, inside: Inside[], updates: number, request: any, beta1: number, beta2: number, epsilon: number, rate: number, scales: number[] }} Model */

/** What the later parameters' gradients are multiplied by. */
const scales = [1, 0.1, 10, 0.01, 100, -1, 1e-3, 1e3];

/** @type {[keyof Inside, string, string][]} */
const strips = [
  ["g", "g", "gradient"], ["m", "m", "running mean of gradients"], ["v", "v", "running mean of squares"], ["mHat", "m̂ and √v̂", "both corrected for their start at zero"], ["update", "update", "what the step takes from θ"],
];

/** @type {import("../widget.js").Widget} */
export default {
  id: "adam",
  title: "Adam from the inside",
  lead: "Give it gradients, and see what each step makes of them: a running mean, a running square, both corrected, and the update that is nearly the learning rate whatever the gradient's size.",

  fields: () => [
    { key: "g", label: "Gradients, one per step", kind: "numbers", initial: [4, -1, 3], low: -1e9, high: 1e9, hint: "Numbers with commas between; they start again from the first." },
    { key: "n", label: "Steps", kind: "whole", initial: 3, low: 1, high: 200, log: true },
    { key: "p", label: "Parameters", kind: "whole", initial: 1, low: 1, high: 8, hint: "Each further one gets the same gradients times 0.1, 10, 0.01, 100, −1, 0.001, 1000." },
    { key: "i", label: "Shown in the formula", kind: "whole", initial: 1, low: 1, high: 8, when: state => state.p > 1, adapt: state => ({ high: state.p ?? 8 }) },
    { key: "lr", label: "Learning rate η", kind: "number", initial: 0.001, low: 1e-5, high: 1, log: true },
    { key: "b1", label: "β₁", kind: "number", initial: 0.9, low: 0, high: 0.99 },
    { key: "b2", label: "β₂", kind: "number", initial: 0.999, low: 0.9, high: 0.9999 },
    { key: "eps", label: "ε", kind: "number", initial: 1e-8, low: 1e-10, high: 1, log: true },
  ],

  async compute({ state }) {
    const scaled = scales.slice(0, state.p);
    const rows = state.g.map((/** @type {number} */ gradient) => scaled.map(scale => gradient * scale));
    const request = {
      landscape: { stream: rows }, start: scaled.map(() => 0), steps: state.n, learning_rate: state.lr,
      optimizers: [{ optimizer: `adam(beta1=${exact(state.b1)}, beta2=${exact(state.b2)}, epsilon=${exact(state.eps)})`, label: "Adam" }],
    };
    const { runs: [run] } = await raceOf(request, "adam");
    const column = (/** @type {string} */ name) => /** @type {Float64Array} */ (run.state.find(each => each.name === name)?.values);
    const of = (/** @type {Float64Array} */ values, /** @type {number} */ i, /** @type {number} */ shift) => Float64Array.from({ length: run.updates + 1 }, (_, t) => t === 0 ? NaN : values[(t - shift) * run.dimension + i]);
    return /** @type {Model} */ ({
      run, request, updates: run.updates, beta1: state.b1, beta2: state.b2, epsilon: state.eps, rate: state.lr, scales: scaled,
      inside: scaled.map((_, i) => ({
        g: of(run.gradient, i, 1), m: of(column("m"), i, 0), v: of(column("v"), i, 0), mHat: of(column("m_hat"), i, 0), vHat: of(column("v_hat"), i, 0),
        update: Float64Array.from({ length: run.updates + 1 }, (_, t) => t === 0 ? NaN : run.theta[(t - 1) * run.dimension + i] - run.theta[t * run.dimension + i]),
      })),
    });
  },

  last: (/** @type {Model} */ { updates }) => updates,
  first: (/** @type {Model} */ { updates }) => updates,

  views: [{
    id: "strips", title: "Five strips, one clock", height: 0.85,
    note: (/** @type {Model} */ { scales }) => scales.length > 1 ? `${scales.length} parameters, each with gradients of its own size` : "one parameter",
    draw(pen, /** @type {Model} */ model, step) {
      const height = pen.height / strips.length;
      let frame;
      strips.forEach(([name, symbol, meaning], i) => {
        pen.within({ x: 0, y: i * height, width: pen.width, height }, () => {
          frame = strip(pen, model, name, `${symbol} · ${meaning}`, step, i === strips.length - 1);
        });
      });
      return /** @type {any} */ (frame);
    },
    describe: (/** @type {Model} */ model, step) => `Five strips over ${model.updates} steps. ${model.inside.map((each, i) => `Parameter ${i + 1} at step ${step}: gradient ${number(each.g[step])}, m ${number(each.m[step])}, v ${number(each.v[step])}, update ${number(each.update[step])}`).join(". ")}.`,
    pick: (x, _, context) => context.to(Math.max(1, Math.round(x))),
  }],

  readout(/** @type {Model} */ model, step, { state }) {
    const t = Math.max(1, step);
    const each = model.inside[Math.min(state.i, model.inside.length) - 1];
    return [
      ["Step", String(step)], ["g", each.g[t]], ["m", each.m[t]], ["v", each.v[t]], ["m̂", each.mHat[t]], ["v̂", each.vHat[t]], ["Update", each.update[t]],
      ["Update over η", each.update[t] / model.rate], ["θ", model.run.theta[step * model.run.dimension + Math.min(state.i, model.inside.length) - 1]],
    ];
  },

  caption(/** @type {Model} */ model, step) {
    const t = Math.max(1, step);
    const shares = model.inside.map(each => Math.abs(each.update[t]) / model.rate);
    const [low, high] = [Math.min(...shares), Math.max(...shares)];
    const sizes = model.inside.map(each => Math.abs(each.g[t]));
    return { text: model.inside.length === 1
      ? `At step ${t} a gradient of ${number(model.inside[0].g[t])} becomes an update of ${number(model.inside[0].update[t])}, which is ${number(shares[0])} times the learning rate.`
      : `At step ${t} gradients from ${number(Math.min(...sizes))} to ${number(Math.max(...sizes))} become updates from ${number(low)} to ${number(high)} times the learning rate.` };
  },

  tables(/** @type {Model} */ model, step, { state }) {
    const t = Math.max(1, step);
    const each = model.inside[Math.min(state.i, model.inside.length) - 1];
    const { beta1, beta2, epsilon, rate } = model;
    const n = (/** @type {number} */ value) => number(value);
    const before = (/** @type {Float64Array} */ values) => t === 1 ? 0 : values[t - 1];
    return [{
      title: `Step ${t} with its numbers`, columns: ["Equation", "With the numbers", "Is"],
      rows: [
        ["m ← β₁m + (1 − β₁)g", `${n(beta1)} · ${n(before(each.m))} + ${n(1 - beta1)} · ${n(each.g[t])}`, each.m[t]],
        ["v ← β₂v + (1 − β₂)g²", `${n(beta2)} · ${n(before(each.v))} + ${n(1 - beta2)} · ${n(each.g[t])}²`, each.v[t]],
        ["m̂ = m / (1 − β₁ᵗ)", `${n(each.m[t])} / (1 − ${n(beta1)}^${t})`, each.mHat[t]],
        ["v̂ = v / (1 − β₂ᵗ)", `${n(each.v[t])} / (1 − ${n(beta2)}^${t})`, each.vHat[t]],
        ["θ ← θ − η m̂ / (√v̂ + ε)", `${n(rate)} · ${n(each.mHat[t])} / (√${n(each.vHat[t])} + ${n(epsilon)})`, each.update[t]],
      ],
    }];
  },

  table: (/** @type {Model} */ { run }) => runTable("Every step", run, Array.from({ length: run.dimension }, (_, i) => `theta${i + 1}`)),
  request: (/** @type {Model} */ { request }) => request,
  code: (/** @type {Model} */ { request }) => codeOf(request),
};

/** One strip: a line per parameter, a bar from zero where there is one parameter and few steps.
 * @param {import("../draw/pen.js").Pen} pen @param {Model} model @param {keyof Inside} name @param {string} label @param {number} step @param {boolean} isLast */
function strip(pen, model, name, label, step, isLast) {
  const colours = palette();
  const place = area(pen, { left: 66, top: 22, bottom: isLast ? 34 : 16 });
  const series = model.inside.map(each => name === "mHat" ? [each.mHat, each.vHat.map(Math.sqrt)] : [each[name]]);
  const [low, high] = extent(series.flat());
  const room = 0.1 * (Math.max(high, 0) - Math.min(low, 0) || 1);
  const x = linear(0.5, model.updates + 0.5, place.x, place.x + place.width, Math.min(model.updates, Math.max(3, Math.round(place.width / 70))));
  x.ticks = x.ticks.filter(tick => Number.isInteger(tick));
  const y = linear(Math.min(low, 0) - room, Math.max(high, 0) + room, place.y + place.height, place.y, 3);
  if (!isLast) x.label = () => "";
  axes(pen, place, x, y, isLast ? { x: "step" } : {});
  pen.text(place.x, 11, label, { size: 12, weight: 600, fill: colours.ink });
  pen.path([place.x, y.at(0), place.x + place.width, y.at(0)], { stroke: colours.soft });
  pen.clip(place, () => {
    series.forEach((lines, i) => lines.forEach((values, which) => {
      const style = styles[which === 1 ? (i + 1) % styles.length : i];
      const bars = model.inside.length === 1 && model.updates <= 40;
      if (bars) {
        const width = Math.min(34, place.width / model.updates / (2 * lines.length));
        for (let t = 1; t <= model.updates; t++) {
          const [from, to] = [y.at(0), y.at(values[t])];
          pen.rectangle({ x: x.at(t) - width * lines.length / 2 + which * width, y: Math.min(from, to), width, height: Math.max(1, Math.abs(to - from)) }, { fill: colourOf(style), opacity: t <= step ? 0.85 : 0.25 });
        }
      } else {
        pen.path(Array.from(values, (value, t) => [x.at(t), y.at(value)]).slice(1).flat(), { stroke: colourOf(style), width: 2, dash: style.dash });
      }
      if (step >= 1) marker(pen, x.at(step), y.at(values[step]), style, 4.5);
    }));
    pen.path([x.at(step), place.y, x.at(step), place.y + place.height], { stroke: colours.ink, opacity: 0.4 });
  });
  return { x, y, place };
}
