// W05: four points, one slope: the hand calculation of a full batch and of small ones, live.
import { chart } from "../draw/chart.js";
import { numberLine } from "../draw/numberline.js";
import { area, axes, colourOf } from "../draw/plot.js";
import { extent, linear } from "../draw/scale.js";
import { styles } from "../draw/styles.js";
import { number, parse, six, vector } from "../format.js";
import { ask } from "../library.js";
import { codesOf, gridOf, held, raceOf, runsTable } from "../model.js";
import { component } from "../panes.js";
import { palette } from "../theme.js";

/** @typedef {import("../model.js").Run} Run */
/** @typedef {{ mini: Run, full: Run, fresh: Run, points: number[][], epoch: number, epochs: number, gradients: Float64Array, gradientsAt: (step: number) => Float64Array, best: number, requests: any[], byEpochs: boolean, stale: boolean, spread: [number, number] | null }} Model */

const [small, large] = styles;
const seeds = 30;

/** @type {import("../widget.js").Widget} */
export default {
  id: "fourpoints",
  title: "Four-point table",
  lead: "Fit y = θx to four points, once with the gradient of all four and once with two batches of two. Every number of the hand calculation is here, and moves.",

  fields: () => [
    { key: "t0", label: "Start θ₀", kind: "number", initial: 1, low: 0, high: 3 },
    { key: "lr", label: "Learning rate η", kind: "number", initial: 0.01, low: 0.001, high: 0.1, log: true },
    { key: "m", label: "Batches", kind: "choice", as: "segments", initial: "hand", choices: [["hand", "By hand"], ["shuffled", "Shuffled"]] },
    { key: "b", label: "Points of each batch", kind: "text", initial: "1,3;2,4", when: state => state.m === "hand", hint: "The points by number, 1 to 4; commas within a batch, a semicolon between batches." },
    { key: "bs", label: "Batch size", kind: "whole", initial: 2, low: 1, high: 4, when: state => state.m === "shuffled" },
    { key: "seed", label: "Seed", kind: "whole", initial: 1, low: 0, high: 9999, when: state => state.m === "shuffled" },
    { key: "e", label: "Passes over the data", kind: "whole", initial: 1, low: 1, high: 100, log: true },
    { key: "budget", label: "Equal", kind: "choice", as: "segments", initial: "updates", choices: [["updates", "Updates"], ["epochs", "Passes"]], hint: "In one pass the full batch makes one update, and small batches make several." },
    { key: "y", label: "Values y at x = 1, 2, 3, 4", kind: "numbers", initial: [2, 4, 5, 8], low: -100, high: 100, size: 4 },
    { key: "stale", label: "Common mistake: stale gradients", kind: "toggle", initial: false, hint: "Takes every gradient of a pass where the pass began, as a text does that prints 1.27." },
  ],

  async compute({ state, later }) {
    const points = state.y.map((/** @type {number} */ y, /** @type {number} */ i) => [i + 1, y]);
    const place = { id: "data1", points, box: [0, 3] };
    const rows = state.m === "hand" ? rowsOf(state.b) : null;
    const epoch = rows ? rows.length : Math.ceil(points.length / state.bs);
    const base = { landscape: place, start: [state.t0], learning_rate: state.lr, steps: epoch * state.e, internals: false };
    const drawn = rows ? { rows } : { size: state.bs };
    const request = { ...base, seed: rows ? 0 : state.seed, batches: drawn, optimizers: [{ optimizer: "sgd", label: "Small batches" }] };
    const requests = [{ ...request, batches: { ...drawn, stale_gradients: state.stale } }, { ...base, optimizers: [{ optimizer: "sgd", label: "Full batch" }] }];
    const [[mini], [full], [fresh], grid] = await Promise.all([raceOf(requests[0], "four-mini").then(race => race.runs), raceOf(requests[1], "four-full").then(race => race.runs), raceOf(request, "four-fresh").then(race => race.runs), gridOf(place)]);
    const { gradients } = await ask("example_gradients", { landscape: place, points: Array.from(mini.theta, theta => [theta]) }, "four-gradients");
    const best = (grid.critical.find(each => each.kind === "minimum") ?? grid.known[0])?.point[0] ?? NaN;
    const model = /** @type {Model} */ ({
      mini: { ...mini, style: small }, full: { ...full, style: large }, fresh, points, epoch, epochs: state.e, best, requests, byEpochs: state.budget === "epochs", stale: state.stale, spread: null,
      gradients: gradients.values, gradientsAt: step => gradients.values.subarray(points.length * step, points.length * (step + 1)),
    });
    if (!rows) later(spreadOf(request, model));
    return model;
  },

  last: (/** @type {Model} */ { mini }) => mini.updates,
  first: (/** @type {Model} */ { mini }) => mini.updates,

  views: [
    {
      id: "points", title: "Points and lines", height: 0.8, half: true,
      note: (/** @type {Model} */ { best }) => `least squares: θ = ${number(best)}`,
      draw: (pen, /** @type {Model} */ model, step) => drawPoints(pen, model, step),
      describe: (/** @type {Model} */ model, step) => `Four points, (${model.points.map(([x, y]) => `${x}, ${number(y)}`).join("), (")}), and two lines through the origin after ${step} updates: slope ${number(model.mini.theta[step])} with small batches, ${number(fullAt(model, step).theta)} with the full batch.`,
    },
    {
      id: "path", title: "θ, update by update", height: 0.8, half: true,
      note: (/** @type {Model} */ { byEpochs }) => byEpochs ? "the full batch moves once a pass" : "both move at every update",
      draw: (pen, /** @type {Model} */ model, step) => chart(pen, {
        curves: [{ name: model.mini.label, style: small, values: model.mini.theta }, { name: model.full.label, style: large, values: Float64Array.from(model.mini.theta, (_, k) => fullAt(model, k).theta) }],
        at: step, legend: true, xLabel: "update", yLabel: "θ", levels: [{ value: model.best, text: `least squares ${number(model.best)}` }],
        high: Math.max(model.best, ...limits(model)) + 0.06 * (limits(model)[1] - limits(model)[0] || 1),
      }),
      describe: (/** @type {Model} */ model, step) => `θ over ${model.mini.updates} updates; at update ${step} it is ${number(model.mini.theta[step])} with small batches and ${number(fullAt(model, step).theta)} with the full batch.`,
      pick: (x, _, context) => context.to(x),
    },
    {
      id: "line", title: "On the number line", height: 0.4,
      draw(pen, /** @type {Model} */ model, step) {
        const [low, high] = limits(model);
        const room = 0.08 * (high - low || 1);
        const { updates, theta } = fullAt(model, step);
        return numberLine(pen, {
          low: low - room, high: high + room, label: "θ", marks: [{ value: model.best, text: `least squares ${number(model.best)}` }],
          lanes: [{ name: `Small batches, ${many(step)}: θ = ${six(model.mini.theta[step])}`, style: small, values: model.mini.theta, at: step }, { name: `Full batch, ${many(updates)}: θ = ${six(theta)}`, style: large, values: component(model.full, 0), at: updates }],
        });
      },
      describe: (/** @type {Model} */ model, step) => `Number line with the hops of both: small batches at ${number(model.mini.theta[step])}, full batch at ${number(fullAt(model, step).theta)}, least squares at ${number(model.best)}.`,
    },
  ],

  readout(/** @type {Model} */ model, step) {
    const { mini, full, spread } = model;
    const now = fullAt(model, step);
    return [
      ["Step", String(step)], ["Status", mini.status.at(step)],
      ["θ, small batches", mini.theta[step]], ["θ, full batch", now.theta], [`θ, full, ${many(held(full, step))}`, full.theta[held(full, step)]],
      ...(step < mini.updates || step === 0 ? [["Next batch", names(mini.examples(step))], ["Its gradient", mini.gradient[step]]] : [["Last batch", names(mini.examples(step - 1))], ["Its gradient", mini.gradient[step - 1]]]),
      ["Full gradient", mean(model.gradientsAt(step))], ["Loss, small batches", mini.loss[step]], ["Loss, full batch", full.loss[now.updates]], ["Learning rate", mini.learningRate[step]],
      ["Examples seen", `${seen(mini, step)} and ${now.updates * model.points.length}`], ["Gradient evaluations", `${step} and ${now.updates}`],
      ...(spread ? [[`End, ${seeds} seeds`, `${number(spread[0])} to ${number(spread[1])}`]] : []),
    ].map(row => /** @type {[string, any]} */ (row));
  },

  caption: (/** @type {Model} */ model, step) => sentence(model, step),

  tables(/** @type {Model} */ model, step) {
    const { mini, full, points, stale } = model;
    const from = Math.max(0, Math.min(step - 6, mini.updates - 12));
    const shown = Array.from({ length: Math.min(12, mini.updates - from) }, (_, i) => from + i);
    return [
      {
        title: `Every point at θ = ${number(mini.theta[step])}, after ${many(step)}`, columns: ["Point", "x", "y", "Prediction θx", "Error θx − y", "Gradient 2x(θx − y)"],
        rows: points.map(([x, y], i) => [String(i + 1), x, y, mini.theta[step] * x, mini.theta[step] * x - y, model.gradientsAt(step)[i]]),
      },
      {
        title: `Update by update${stale ? ", with the mistake" : ""}`, columns: ["Update", "Batch", "At θ", "Its gradient", "New θ", ...(stale ? ["Right"] : []), "Full gradient", "New θ, full"],
        rows: shown.map(k => [String(k + 1), names(mini.examples(k)), stale ? mini.theta[k - k % model.epoch] : mini.theta[k], mini.gradient[k], mini.theta[k + 1], ...(stale ? [model.fresh.theta[k + 1]] : []), full.gradient[k] ?? "", full.theta[k + 1] ?? ""]),
      },
    ];
  },

  table: (/** @type {Model} */ { mini, full }) => runsTable("Every update", [mini, full]),
  request: (/** @type {Model} */ { requests }) => ({ small_batches: requests[0], full_batch: requests[1] }),
  code: (/** @type {Model} */ { requests }) => codesOf(requests),
};

/** "1,3;2,4" as rows of examples counted from 0.
 * @param {string} text @returns {number[][]} */
function rowsOf(text) {
  const rows = text.split(";").map(row => row.split(",").map(parse));
  if (rows.length > 12 || rows.some(row => row.length > 8 || row.some(point => point === null || !Number.isInteger(point) || point < 1 || point > 4))) {
    throw new Error(`The batches must be points from 1 to 4, as in 1,3;2,4 with at most 12 batches of 8, but were '${text.slice(0, 40)}'.`);
  }
  return rows.map(row => row.map(point => Number(point) - 1));
}

/** Where runs with other seeds end: asked of the library one after the other, after the picture is shown.
 * @param {any} request @param {Model} model */
async function spreadOf(request, model) {
  const ends = [];
  for (let seed = 0; seed < seeds; seed++) {
    const { runs: [run] } = await raceOf({ ...request, seed }, "four-seeds");
    ends.push(run.theta[run.updates]);
  }
  model.spread = extent([ends]);
}

/** @param {number} count */
const many = count => `${count} ${count === 1 ? "update" : "updates"}`;

/** @param {number[]} examples */
const names = examples => examples.map(example => example + 1).sort().join(", ");

/** @param {Float64Array} values */
const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length;

/** @param {Run} run @param {number} step */
const seen = (run, step) => Array.from({ length: step }, (_, k) => run.examples(k).length).reduce((sum, count) => sum + count, 0);

/** Where the full batch is when the small ones have made so many updates: as many, or one a pass.
 * @param {Model} model @param {number} step */
function fullAt({ full, epoch, byEpochs }, step) {
  const updates = held(full, byEpochs ? Math.floor(step / epoch) : step);
  return { updates, theta: full.theta[updates] };
}

/** @param {Model} model */
const limits = ({ mini, full, best }) => extent([mini.theta, full.theta, [best]], value => Math.abs(value) < 100);

/** @param {import("../draw/pen.js").Pen} pen @param {Model} model @param {number} step */
function drawPoints(pen, model, step) {
  const place = area(pen, { left: 44, bottom: 36, top: 14 });
  const colours = palette();
  const [low, high] = extent([model.points.map(([, y]) => y), [0]]);
  const x = linear(0, 4.6, place.x, place.x + place.width, 5);
  const y = linear(low - 0.06 * (high - low), high * 1.12 || 1, place.y + place.height, place.y, 5);
  axes(pen, place, x, y, { x: "x" });
  const batch = model.mini.examples(Math.min(step, Math.max(0, model.mini.updates - 1)));
  const slope = model.mini.theta[step];
  pen.clip(place, () => {
    pen.path([x.at(0), y.at(0), x.at(4.6), y.at(4.6 * model.best)], { stroke: colours.soft, width: 1.2, dash: [2, 4] });
    pen.path([x.at(0), y.at(0), x.at(4.6), y.at(4.6 * fullAt(model, step).theta)], { stroke: colourOf(large), width: 2.2, dash: large.dash });
    pen.path([x.at(0), y.at(0), x.at(4.6), y.at(4.6 * slope)], { stroke: colourOf(small), width: 2.2 });
    model.points.forEach(([px, py], i) => {
      const chosen = batch.includes(i);
      pen.path([x.at(px), y.at(py), x.at(px), y.at(px * slope)], { stroke: colours.ink, width: chosen ? 3.5 : 1.2, opacity: chosen ? 0.85 : 0.4 });
      pen.circle(x.at(px), y.at(py), chosen ? 7 : 5, { fill: chosen ? colours.ink : colours.sheet, stroke: colours.ink, width: 1.8 });
      pen.text(x.at(px) - 11, y.at(py) - 11, String(i + 1), { size: 11.5, anchor: "middle", weight: 620, fill: colours.ink, halo: colours.sheet });
    });
    pen.text(place.x + 10, place.y + 14, `— small batches, θ = ${number(slope)}`, { size: 11.5, fill: colourOf(small), weight: 600, halo: colours.sheet });
    pen.text(place.x + 10, place.y + 31, `- - full batch, θ = ${number(fullAt(model, step).theta)}`, { size: 11.5, fill: colourOf(large), weight: 600, halo: colours.sheet });
  });
  return { x, y, place };
}

/** @param {Model} model @param {number} step @returns {{ text: string, tone?: "warn" }} */
function sentence(model, step) {
  const { mini, full, fresh, best, byEpochs, stale, spread, epoch } = model;
  const now = fullAt(model, step);
  if (mini.status.at(step) === "diverged") return { text: `Diverged: after ${many(step)} small batches stand at ${six(mini.theta[step])}.`, tone: "warn" };
  if (stale) {
    const k = Math.max(step, Math.min(2, mini.updates));
    const batch = names(mini.examples(k - 1));
    return mini.theta[k] === fresh.theta[k]
      ? { text: `With the mistake switched on nothing is wrong yet: update ${k} begins a pass, and its gradient is taken where θ is.`, tone: "warn" }
      : { text: `A mistake (D05): the gradient of batch ${batch} is ${number(mini.gradient[k - 1])} because it was taken at the old θ = ${six(mini.theta[k - 1 - (k - 1) % epoch])}. Done right, update ${k} takes it at θ = ${six(fresh.theta[k - 1])}, where it is ${number(fresh.gradient[k - 1])}, and θ becomes ${six(fresh.theta[k])}, not ${six(mini.theta[k])}.`, tone: "warn" };
  }
  if (step === 0) return { text: `At θ = ${six(mini.theta[0])} the four gradients are ${vector(model.gradientsAt(0))}; their mean, ${number(full.gradient[0])}, is the full gradient, and batch ${names(mini.examples(0))} has ${number(mini.gradient[0])}.` };
  const apart = [mini.theta[step], now.theta].map(theta => Math.abs(theta - best));
  const nearer = Math.abs(apart[0] - apart[1]) < 1e-9 ? "both are equally far from" : apart[0] < apart[1] ? "small batches are nearer to" : "the full batch is nearer to";
  const level = byEpochs && now.updates < step ? ` With as many updates the full batch would be at ${six(full.theta[held(full, step)])}: a pass gives small batches more of them (D07).` : "";
  const ends = spread ? ` Over ${seeds} seeds the end lies between ${number(spread[0])} and ${number(spread[1])}.` : "";
  return { text: `After ${many(step)} small batches stand at θ = ${six(mini.theta[step])}; the full batch, after ${many(now.updates)}, at ${six(now.theta)}: ${nearer} the least-squares slope ${number(best)}.${level}${ends}` };
}
