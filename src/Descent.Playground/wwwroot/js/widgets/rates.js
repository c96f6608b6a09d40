// W13: from the condition number to contraction per step, the map of rate and momentum, and the function that no method can beat.
import { chart, ramp } from "../draw/chart.js";
import { mapGround, startMark, trail } from "../draw/map.js";
import { marker } from "../draw/plot.js";
import { cellMap } from "../draw/heat.js";
import { styles as series } from "../draw/styles.js";
import { exact, number, vector } from "../format.js";
import { ask, askOnce } from "../library.js";
import { codeOf, gridOf, pointAt, raceOf, runTable } from "../model.js";
import { oklch, palette } from "../theme.js";

/** @typedef {import("../model.js").Run} Run */
/** @typedef {{ name: string, formula: string, learning_rate: number, momentum: number, contraction: number, steps: number }} Method */
/** @typedef {{ k: number, n: number, gradient_descent: number, nesterov: number, bound_gradient_descent: number, bound_nesterov: number, lower_bound: number }} Worst */
/** @typedef {{ methods: Method[], radius: number, region: string, stableBelow: number, steps: number | null, side: number, radii: Float64Array, regions: Float64Array, kappa: number, rate: number, momentum: number, kind: string, run: Run, grid: import("../model.js").Grid, worst: Worst[] | null, request: any, ratesRequest: any }} Model */

const regions = ["real", "mixed", "complex", "divergent"];
/** Hue of each region; what diverges is grey. */
const hues = [195, 275, 60, 0];

/** @type {import("../draw/plot.js").Style[]} */
const bounds = [{ ...series[5], dash: [6, 4] }, { ...series[1], dash: [2, 3] }, { light: "#1c1f1e", dark: "#eceeec", dash: [], marker: "cross" }];

/** @type {import("../widget.js").Widget} */
export default {
  id: "rates",
  title: "Rate calculator",
  lead: "How steep against how flat: the condition number κ decides how fast any of these methods can be. Drag the point over learning rate and momentum and play the run that follows from it.",

  fields: () => [
    { key: "tab", label: "Show", kind: "choice", as: "segments", initial: "map", choices: [["map", "Rate and momentum"], ["worst", "Worst function"]] },
    { key: "kappa", label: "Condition number κ", kind: "number", initial: 20, low: 1, high: 1e5, log: true },
    { key: "kind", label: "Momentum", kind: "choice", as: "segments", initial: "heavy_ball", choices: [["heavy_ball", "Heavy ball"], ["nesterov", "Nesterov"]] },
    { key: "lr", label: "Learning rate η", kind: "number", initial: 2 / 21, low: 1e-6, high: 4, log: true, adapt: state => ({ initial: state.kappa === undefined ? 2 / 21 : Number((2 / (1 + state.kappa)).toPrecision(12)) }) },
    { key: "b", label: "Momentum β", kind: "number", initial: 0, low: 0, high: 0.999 },
    { key: "n", label: "Steps", kind: "whole", initial: 60, low: 1, high: 2000, log: true },
  ],

  async compute({ state }) {
    const ratesRequest = { condition: state.kappa, kind: state.kind, learning_rate: state.lr, momentum: state.b, side: 81 };
    const place = { formula: `0.5*(x^2+${exact(state.kappa)}*y^2)`, box: [-10, 10, -6, 6] };
    const request = {
      landscape: place, start: [-9, -4], steps: state.n, budget: "updates", internals: false, learning_rate: state.lr,
      optimizers: [{ optimizer: `sgd(momentum=${exact(state.b)}${state.kind === "nesterov" && state.b > 0 ? ", nesterov=true" : ""})`, label: "The point" }],
    };
    const answer = await ask("rates", ratesRequest, "rates");
    const grid = await gridOf(place);
    const { runs: [run] } = await raceOf(request, "rates");
    const worst = state.tab === "worst" ? (await askOnce("worstfunction", {})).rows : null;
    return /** @type {Model} */ ({
      methods: answer.rows, radius: answer.radius, region: answer.region, stableBelow: answer.stable_below, steps: answer.steps, side: answer.side, radii: answer.radii.values, regions: answer.regions.values,
      kappa: state.kappa, rate: state.lr, momentum: state.b, kind: state.kind, run, grid, worst, request, ratesRequest,
    });
  },

  last: (/** @type {Model} */ { run }) => run.updates,
  first: (/** @type {Model} */ { run }) => run.updates,

  views: [
    {
      id: "map", title: "Spectral radius", height: 0.56,
      when: ({ state }) => state.tab === "map",
      note: () => "dark is fast; ◇ the methods' choices",
      draw(pen, /** @type {Model} */ model) {
        const colours = palette();
        const { side, radii, kappa } = model;
        const xs = Array.from({ length: side }, (_, i) => 4 / kappa * (i + 0.5) / side);
        const ys = Array.from({ length: side }, (_, i) => (i + 0.5) / side);
        const frame = cellMap(pen, { xs, ys, xLabel: "learning rate η", yLabel: "momentum β", colour: i => colour(model.regions[i], radii[i], colours.dark) });
        model.methods.forEach(({ name, learning_rate, momentum }, i) => {
          if (name.startsWith("Nesterov") !== (model.kind === "nesterov") && momentum > 0) return;
          marker(pen, frame.x.at(learning_rate), frame.y.at(momentum), { ...series[i], light: colours.ink, dark: colours.ink, marker: "diamond" }, 5);
          pen.text(frame.x.at(learning_rate) + 10, frame.y.at(momentum) - 8, name, { size: 12, fill: colours.ink, halo: colours.sheet });
        });
        marker(pen, frame.x.at(model.rate), frame.y.at(model.momentum), { light: colours.accent, dark: colours.accent, dash: [], marker: "circle" }, 7);
        regions.forEach((name, i) => {
          const x = frame.place.x + frame.place.width - 76;
          pen.rectangle({ x, y: frame.place.y + 8 + 18 * i, width: 12, height: 12 }, { fill: colour(i, 0.7, colours.dark), stroke: colours.line });
          pen.text(x + 17, frame.place.y + 14 + 18 * i, name, { size: 11, fill: colours.ink, halo: colours.sheet });
        });
        return frame;
      },
      describe: (/** @type {Model} */ { rate, momentum, radius, region, kappa }) => `Map of the spectral radius over learning rates from 0 to ${number(4 / kappa)} and momentum from 0 to 1. The point at ${number(rate)} and ${number(momentum)} is in the ${region} region with radius ${number(radius)}.`,
      pick: (x, y, context) => context.set({ lr: Math.max(1e-6, Math.min(4, Number(x.toPrecision(4)))), b: Math.max(0, Math.min(0.999, Number(y.toFixed(3)))) }),
      move: (dx, dy, context, /** @type {Model} */ { kappa }) => context.set({ lr: Math.max(1e-6, Math.min(4, Number((context.state.lr + dx * 0.02 / kappa).toPrecision(6)))), b: Math.max(0, Math.min(0.999, Number((context.state.b + dy * 0.01).toFixed(3)))) }),
    },
    {
      id: "worst", title: "Gap to the minimum after k steps", height: 0.5,
      when: (_, /** @type {Model} */ { worst }) => worst !== null,
      note: () => "on Nesterov's chain of 2k + 1 variables",
      draw: (pen, /** @type {Model} */ { worst }) => {
        const rows = worst ?? [];
        const of = (/** @type {keyof Worst} */ name) => Float64Array.from(rows, each => each[name]);
        const x = of("k");
        const frame = chart(pen, {
          curves: [
            { name: "gradient descent", style: series[5], values: of("gradient_descent"), x }, { name: "Nesterov", style: series[1], values: of("nesterov"), x },
            { name: "bound of gradient descent", style: bounds[0], values: of("bound_gradient_descent"), x }, { name: "bound of Nesterov", style: bounds[1], values: of("bound_nesterov"), x }, { name: "no method can be below", style: bounds[2], values: of("lower_bound"), x },
          ],
          log: true, xLog: true, xLabel: "steps k", yLabel: "f − f*",
        });
        ["gradient descent", "Nesterov", "its bound", "Nesterov's bound", "lower bound"].forEach((text, i) => pen.text(frame.place.x + 10 + (i > 1 ? 150 : 0), frame.place.y + frame.place.height - 14 - 17 * (i > 1 ? 4 - i : 1 - i), `${["▬", "▬", "┅", "┄", "▬"][i]} ${text}`, { size: 12, weight: 600, fill: palette().dark ? [series[5], series[1], ...bounds][i].dark : [series[5], series[1], ...bounds][i].light, halo: palette().sheet }));
        return frame;
      },
      describe: (/** @type {Model} */ { worst }) => `Gaps to the minimum of gradient descent and Nesterov's method after ${(worst ?? []).map(({ k }) => k).join(", ")} steps, each between the lower bound of all first-order methods and its own upper bound.`,
    },
    {
      id: "path", title: "The run of the point", height: 0.72, half: true,
      when: ({ state }) => state.tab === "map",
      ground: (pen, /** @type {Model} */ { grid }) => { mapGround(pen, grid); },
      draw(pen, /** @type {Model} */ { run, grid }, step) {
        const frame = mapGround.frame(pen, grid.box);
        startMark(pen, frame, pointAt(run, 0));
        trail(pen, frame, run.theta, step, run.style, { dots: true });
        return frame;
      },
      describe: (/** @type {Model} */ { run }, step) => `Contour map of the bowl with the path; at step ${step} it is at ${vector(pointAt(run, step))}.`,
    },
    {
      id: "distance", title: "Its distance", height: 0.72, half: true,
      when: ({ state }) => state.tab === "map",
      note: () => "dashed: as the radius promises",
      draw: (pen, /** @type {Model} */ { run, radius }, step) => {
        const distance = Float64Array.from({ length: run.updates + 1 }, (_, k) => Math.hypot(...pointAt(run, k)));
        return chart(pen, { curves: [{ name: "distance", style: run.style, values: distance }, { name: "promised", style: { light: "#1c1f1e", dark: "#eceeec", dash: [6, 4], marker: "ring" }, values: ramp(distance.length).map(k => distance[0] * radius ** k) }], at: step, log: distance.every(value => value > 0), yLabel: "distance" });
      },
      describe: (/** @type {Model} */ { run }, step) => `Distance to the minimum: ${number(Math.hypot(...pointAt(run, 0)))} at the start, ${number(Math.hypot(...pointAt(run, step)))} at step ${step}.`,
      pick: (x, _, context) => context.to(x),
    },
  ],

  readout: (/** @type {Model} */ { run, radius, region, stableBelow, steps, rate, momentum, kappa }, step) => [
    ["Step", String(step)], ["Status", run.status.at(step)], ["κ", kappa], ["Learning rate", rate], ["Momentum", momentum], ["Spectral radius", radius], ["Region", region], ["Stable below", stableBelow],
    ["Steps to 1e-6", steps ?? "never"], ["Measured ratio", said(ratioAt(run, step))], ["θ", pointAt(run, step)], ["Loss", run.loss[step]],
  ],

  caption: (/** @type {Model} */ model, step) => ({ text: model.worst ? worstSentence(model.worst) : sentence(model, step), tone: !model.worst && model.radius >= 1 ? "warn" : undefined }),

  tables: (/** @type {Model} */ { methods, worst, kappa }) => [
    { title: `Methods at κ = ${number(kappa)}`, columns: ["Method", "Contraction", "κ's formula", "η", "β", "Steps to 1e-6"], rows: methods.map(row => [row.name, row.contraction, row.formula, row.learning_rate, row.momentum, row.steps]) },
    ...(worst ? [{ title: "Gap on the worst function", columns: ["k", "variables", "lower bound", "Nesterov", "its bound", "gradient descent", "its bound "], rows: worst.map(row => [String(row.k), String(row.n), row.lower_bound, row.nesterov, row.bound_nesterov, row.gradient_descent, row.bound_gradient_descent]) }] : []),
  ],

  table: (/** @type {Model} */ { run }) => runTable("Every step of the point's run", run, ["x", "y"]),
  request: (/** @type {Model} */ { request, ratesRequest }) => ({ rates: ratesRequest, run: request }),
  code: (/** @type {Model} */ { request }) => codeOf(request),
};

/** @param {number} region @param {number} radius @param {boolean} dark */
function colour(region, radius, dark) {
  if (region === 3) return dark ? "#2b2624" : "#e9dcd6";
  const t = Math.round(16 * Math.max(0, Math.min(1, radius)) ** 2) / 16;
  return dark ? oklch(0.66 - 0.40 * t, 0.09 - 0.05 * t, hues[region]) : oklch(0.58 + 0.38 * t, 0.10 - 0.06 * t, hues[region]);
}

/** By what the last step multiplied the distance.
 * @param {Run} run @param {number} step */
const ratioAt = (run, step) => step > 0 ? Math.hypot(...pointAt(run, step)) / Math.hypot(...pointAt(run, step - 1)) : NaN;

/** @param {number} ratio */
const said = ratio => Number.isFinite(ratio) ? ratio : "none";

/** @param {Model} model @param {number} step */
function sentence({ methods, radius, region, steps, kappa, run, stableBelow }, step) {
  const fastest = [...methods].sort((a, b) => a.contraction - b.contraction)[0];
  const here = radius >= 1 ? `diverges: the rate must be below ${number(stableBelow)}` : `shrinks the distance by ${number(radius)} per step (${region} roots), ${number(steps ?? 0)} steps to a millionth`;
  return `At κ = ${number(kappa)} the point ${here}${radius < 1 && Number.isFinite(ratioAt(run, step)) ? `; the last step measured ${number(ratioAt(run, step))}` : ""}. The fastest of the four is ${fastest.name.toLowerCase().replace("nesterov", "Nesterov")}, ${number(fastest.contraction)} and ${number(fastest.steps)} steps, against ${number(methods[0].contraction)} and ${number(methods[0].steps)} of gradient descent.`;
}

/** @param {Worst[]} worst */
function worstSentence(worst) {
  const last = worst[worst.length - 1];
  const holds = worst.filter(row => row.lower_bound <= row.nesterov && row.nesterov <= row.bound_nesterov && row.lower_bound <= row.gradient_descent && row.gradient_descent <= row.bound_gradient_descent).length;
  return `On ${holds} of ${worst.length} rows both gaps lie between the lower bound and their own. After ${last.k} steps Nesterov's gap is ${number(last.nesterov)}, ${number(last.nesterov / last.lower_bound)} times the bound that no first-order method can be below; gradient descent's is ${number(last.gradient_descent)}.`;
}
