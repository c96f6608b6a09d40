// W28 and W29: any optimizers on any landscape with equal budgets; the map and the curves share one step and one highlight.
import { chart, chartGround, chartNow, ramp } from "../draw/chart.js";
import { mapGround, startMark, trail } from "../draw/map.js";
import { marker } from "../draw/plot.js";
import { reliefGround, reliefTrail, sceneOf } from "../draw/relief.js";
import { formula, number, vector, whole } from "../format.js";
import { ask, Superseded } from "../library.js";
import { codeOf, formOf, gridOf, held as at, landscapeFields, nearestMinimum, neat, placeOf, pointAt, raceOf, runsTable, startField } from "../model.js";

/** @typedef {import("../model.js").Run} Run */
/** @typedef {import("../model.js").Grid} Grid */
/** @typedef {import("../model.js").Landscape} Landscape */
/** @typedef {{ runs: Run[], order: number[], captions: string[], statistics: any[], grid: Grid, landscape: Landscape, request: any, threshold: number, longest: number, highest: number, drawn: Map<string, Float64Array>, internals: Map<Run, Promise<void>> }} Model */

const usual = ["sgd", "sgd(momentum=0.9)", "sgd(momentum=0.9,nesterov=true)", "adagrad", "rmsprop", "adam", "adamw", "lion", "nadam"];

/** @type {[string, string][]} */
const quantities = [["loss", "Loss"], ["distance", "Distance to the minimum"], ["gradient", "Gradient norm"], ["rate", "Learning rate"]];

/** @param {import("../state.js").State} state */
const camera = state => ({ azimuth: state.turn, height: 38, zoom: 1 });

/** @type {import("../widget.js").Widget} */
export default {
  id: "arena",
  title: "Optimizer arena",
  lead: "Same start, same budget, and no hidden rates. Choose who runs and where; the order of arrival is measured.",

  fields: catalog => [
    ...landscapeFields(catalog, "ravine"),
    { key: "o", label: "Optimizers", kind: "methods", initial: [usual[0], usual[1], usual[2], "rmsprop", "adam", "lion"], choices: catalog.methods.map((/** @type {any} */ method) => [method.name, catalog.titles[method.name]]), hint: "Options as in momentum=0.9. The keys 1 to 9 switch the usual nine." },
    { key: "mode", label: "Learning rates", kind: "choice", as: "segments", initial: "shared", choices: [["shared", "One for all"], ["own", "Each its own"], ["best", "Each its best"]], hint: "“Its own” is the method's default, or learning_rate=… among its options; “its best” is searched for among 16 rates from 0.0001 to 1." },
    { key: "lr", label: "Learning rate η", kind: "number", initial: 0.01, low: 1e-4, high: 1, log: true, when: state => state.mode === "shared" },
    startField(catalog),
    { key: "n", label: "Budget", kind: "whole", initial: 500, low: 10, high: 20000, log: true },
    { key: "budget", label: "Counted in", kind: "choice", initial: "gradient_evaluations", choices: [["gradient_evaluations", "gradient evaluations"], ["updates", "updates"]] },
    { key: "th", label: "Arrived at a loss of", kind: "number", initial: 1e-3, low: 1e-12, high: 1e3, log: true },
    { key: "noise", label: "Gradient noise σ", kind: "number", initial: 0, low: 0, high: 4 },
    { key: "seed", label: "Seed", kind: "whole", initial: 1, low: 0, high: 9999, when: state => state.noise > 0 },
    { key: "starts", label: "Statistics over 10 random starts", kind: "toggle", initial: false },
    { key: "view", label: "View", kind: "choice", as: "segments", initial: "map", choices: [["map", "Contours"], ["relief", "Relief"]], look: true, when: state => catalog.landscape(state).dimension === 2 },
    { key: "turn", label: "Turn", kind: "number", initial: 35, low: -180, high: 180, look: true, when: state => state.view === "relief" },
    { key: "q", label: "Curves show", kind: "choice", initial: "loss", choices: quantities, look: true },
    { key: "ylog", label: "Logarithmic values", kind: "toggle", initial: true, look: true },
    { key: "xlog", label: "Logarithmic steps", kind: "toggle", initial: false, look: true },
    { key: "smooth", label: "Smoothing", kind: "number", initial: 0, low: 0, high: 0.99, look: true },
  ],

  async compute({ state, catalog }) {
    newest = null;
    const landscape = catalog.landscape(state);
    const place = placeOf(state, catalog);
    const request = {
      landscape: place, start: state.p0, steps: state.n, budget: state.budget, threshold: state.th, seed: state.seed,
      optimizers: entrants(state.o, catalog.titleOf),
      ...(state.mode === "shared" ? { learning_rate: state.lr } : {}),
      ...(state.noise > 0 ? { noise: { sigma: state.noise } } : {}),
    };
    const grid = await gridOf(place);
    if (state.mode === "best") await findRates(request);
    const { runs, order, captions } = state.o.length > 0 ? await raceOf({ ...request, internals: false }, "arena") : { runs: [], order: [], captions: ["Nobody runs: add an optimizer."] };
    const statistics = state.starts && runs.length > 0 ? (await ask("statistics", { run: { ...request, internals: false }, count: 10 }, "arena")).rows : [];
    return newest = { runs, order, captions, statistics, grid, landscape, request, threshold: state.th, longest: Math.max(0, ...runs.map(run => run.updates)), highest: highestOf(runs), drawn: new Map(), internals: new Map() };
  },

  last: (/** @type {Model} */ { longest }) => longest,
  first: (/** @type {Model} */ { longest }) => longest,

  views: [
    {
      id: "map", title: "The race", height: 0.62,
      when: ({ state }, /** @type {Model} */ { landscape }) => state.view === "map" && landscape.dimension === 2,
      note: (/** @type {Model} */ { landscape }) => `f(x, y) = ${formula(landscape.formula)}`,
      groundFor: (_, /** @type {Model} */ { grid }) => [grid.losses],
      ground: (pen, /** @type {Model} */ { grid }) => { mapGround(pen, grid); },
      draw(pen, /** @type {Model} */ { runs, grid }, step, { state, lit }) {
        const frame = mapGround.frame(pen, grid.box);
        for (const run of inOrder(runs, lit)) trail(pen, frame, run.theta, step, run.style, { faint: lit !== null && lit !== run.label, bold: lit === run.label });
        startMark(pen, frame, state.p0);
        return frame;
      },
      describe: (/** @type {Model} */ model, step) => `Contour map of ${model.landscape.title} with ${model.runs.length} paths from ${vector(model.request.start)}. ${places(model, step)}`,
      pick: (x, y, context) => context.set({ p0: [neat(x), neat(y)] }),
      hover: (x, y, context, /** @type {Model} */ model) => context.light(nearestTrail(model, x, y)),
      move: (dx, dy, context, /** @type {Model} */ { grid }) => context.set({ p0: [neat(context.state.p0[0] + dx * (grid.box.right - grid.box.left) / 200), neat(context.state.p0[1] + dy * (grid.box.top - grid.box.bottom) / 200)] }),
    },
    {
      id: "relief", title: "The race in relief", height: 0.62,
      when: ({ state }, /** @type {Model} */ { landscape }) => state.view === "relief" && landscape.dimension === 2,
      note: () => "drag turns it; height follows the contour lines",
      groundFor: ({ state }, /** @type {Model} */ { grid }) => [grid.losses, state.turn],
      ground: (pen, /** @type {Model} */ { grid }, { state }) => reliefGround(pen, grid, camera(state)),
      draw(pen, /** @type {Model} */ { runs, grid }, step, { state, lit }) {
        const scene = sceneOf(pen, grid, camera(state));
        for (const run of inOrder(runs, lit)) reliefTrail(pen, scene, { points: run.theta, losses: run.loss }, step, run.style, grid.box);
      },
      describe: (/** @type {Model} */ model, step) => `Relief of ${model.landscape.title} with ${model.runs.length} paths. ${places(model, step)}`,
      drag: (dx, _, context) => context.set({ turn: (Math.round(context.state.turn + dx * 0.6) + 540) % 360 - 180 }),
      move: (dx, _, context) => context.set({ turn: (context.state.turn + 3 * dx + 540) % 360 - 180 }),
      home: context => context.set({ turn: 35 }),
    },
    {
      id: "line", title: "The race", height: 0.4,
      when: (_, /** @type {Model} */ { landscape }) => landscape.dimension === 1,
      note: (/** @type {Model} */ { landscape }) => `f(x) = ${formula(landscape.formula)}`,
      draw(pen, /** @type {Model} */ { runs, grid, landscape }, step) {
        const ground = { light: "#8a918e", dark: "#7d8783", dash: [], marker: "circle" };
        const frame = chart(pen, { curves: [{ name: landscape.title, style: ground, values: grid.losses, x: Float64Array.from(grid.losses, (_, i) => grid.box.left + i / (grid.columns - 1) * (grid.box.right - grid.box.left)) }], xLabel: "x", yLabel: "loss" });
        for (const run of runs) marker(pen, frame.x.at(run.theta[at(run, step)]), frame.y.at(run.loss[at(run, step)]), run.style, 7);
        return frame;
      },
      describe: (/** @type {Model} */ model, step) => `Curve of ${model.landscape.title} with ${model.runs.length} balls. ${places(model, step)}`,
      pick: (x, _, context) => context.set({ p0: [neat(x)] }),
    },
    {
      id: "curves", title: "Curves", height: 0.42,
      note: (_, { state }) => `${quantities.find(([id]) => id === state.q)?.[1]}; press or drag to move through the race`,
      groundFor: ({ lit, state }, model) => [model, lit, state.q, state.ylog, state.xlog, state.smooth],
      ground: (pen, /** @type {Model} */ model, context) => chartGround(pen, curvesOf(model, context)),
      draw: (pen, /** @type {Model} */ model, step, context) => chartNow(pen, { ...curvesOf(model, context), at: context.state.xlog ? Math.max(0, step - 1) : step }),
      describe: (/** @type {Model} */ model, step, { state }) => `${quantities.find(([id]) => id === state.q)?.[1]} of ${model.runs.length} optimizers over ${model.longest} steps. ${model.runs.map(run => `${run.label} ${number(quantity(model, run, state.q)[at(run, step)])}`).join(", ")} at step ${step}.`,
      pick: (x, _, context) => context.to(x),
      hover: (x, y, context, /** @type {Model} */ model) => context.light(nearestCurve(model, x, y, context.state)),
      move: (dx, _, context, /** @type {Model} */ { longest }) => context.to(stepOf(context) + dx * Math.max(1, Math.round(longest / 100))),
    },
  ],

  readout(/** @type {Model} */ model, step, context) {
    const { lit, state } = context;
    stepNow = step;
    const run = model.runs.find(each => each.label === lit) ?? ranked(model)[0];
    if (!run) return [["Step", String(step)], ["Status", "nobody runs"]];
    const k = at(run, step);
    if (!model.internals.has(run)) context.later(internals(model, [run]));
    return [
      ["Optimizer", run.label], ["Step", String(k)], ["Status", run.status.at(k)], [run.dimension === 1 ? "x" : "θ", pointAt(run, k)],
      ["Loss", run.loss[k]], ["Gradient", run.gradient.subarray(k * run.dimension, (k + 1) * run.dimension)], ["‖g‖", run.gradientNorm[k]], ["Step length", run.stepLength(k)], ["Learning rate", run.learningRate[k]],
      ...run.state.map(({ symbol, values }) => /** @type {[string, any]} */ ([symbol, values.subarray(k * run.dimension, (k + 1) * run.dimension)])),
      ["Gradient evaluations", String(k * run.evaluationsPerUpdate)], ["Seed", String(state.seed)],
    ];
  },

  caption: (/** @type {Model} */ { captions }) => ({ text: captions.join(" ") }),

  tables: (/** @type {Model} */ model, step) => [{
    title: `Order of arrival at a loss of ${number(model.threshold)}`,
    columns: ["Optimizer", "Arrived at step", "Final loss", "Rate at the start", "End", "Status", "Path length", "Gradient evaluations"],
    rows: ranked(model).map(run => [run.label, run.arrival ?? `not in ${whole(run.updates)}`, run.loss[run.updates], run.learningRate[0], vector(pointAt(run, run.updates)), run.status.at(at(run, step)), run.pathLength, run.updates * run.evaluationsPerUpdate]),
    runs: ranked(model).map(({ label, style }) => ({ label, style })),
  }, ...(model.statistics.length > 0 ? [{
    title: "From 10 random starts, the same for all",
    columns: ["Optimizer", "Arrived", "Diverged", "Median step of arrival", "Median final loss", "Lowest", "Highest"],
    rows: model.statistics.map(row => [row.label, `${row.arrived} of ${row.runs}`, String(row.diverged), row.median_arrival ?? "", Number(row.median_final_loss), Number(row.lowest_final_loss), Number(row.highest_final_loss)]),
    runs: model.statistics.map(row => model.runs.find(run => run.label === row.label)).filter(run => run !== undefined).map(({ label, style }) => ({ label, style })),
  }] : [])],

  complete: (/** @type {Model} */ model) => internals(model, model.runs),
  table: (/** @type {Model} */ { runs, landscape }) => runsTable(`Every step of every optimizer on ${landscape.title}`, runs),
  request: (/** @type {Model} */ { request }) => request,
  code: (/** @type {Model} */ { request }) => codeOf(request),

  keys(key, { state, set }) {
    const method = /^[1-9]$/.test(key) ? usual[Number(key) - 1] : undefined;
    if (!method) return false;
    const runs = /** @type {string[]} */ (state.o);
    set({ o: runs.some(each => formOf(each) === formOf(method)) ? runs.filter(each => formOf(each) !== formOf(method)) : [...runs, method] });
    return true;
  },
};

let stepNow = 0;
/** @param {import("../widget.js").Context} _ */
const stepOf = _ => stepNow;

/** @type {Model | null} */
let newest = null;

/** What methods keep takes longer than the race itself: it is asked for once the race stands still, for the run that the readout is about, or for all that a file has.
 * @param {Model} model @param {Run[]} runs */
async function internals(model, runs) {
  const missing = runs.filter(run => !model.internals.has(run));
  const answer = missing.length > 0 ? fetch(missing) : Promise.resolve();
  missing.forEach(run => model.internals.set(run, answer));
  await Promise.all(runs.map(run => model.internals.get(run)));

  async function fetch(/** @type {Run[]} */ some) {
    await new Promise(done => setTimeout(done, 150));
    if (model !== newest) throw new Superseded();
    const { optimizers, ...request } = model.request;
    const full = await raceOf({ ...request, optimizers: some.map(run => optimizers[model.runs.indexOf(run)]) }, `arena, ${some.map(run => run.label)}`);
    some.forEach((run, i) => { run.state = full.runs[i].state; });
  }
}

/** @param {Model} model @param {import("../widget.js").Context} context @returns {import("../draw/chart.js").Chart} */
function curvesOf(model, { state, lit }) {
  return {
    curves: model.runs.map(run => {
      const values = quantity(model, run, state.q, state.smooth);
      const from = state.xlog ? 1 : 0;
      return { name: run.label, style: run.style, values: values.subarray(from), x: ramp(values.length).subarray(from), faint: lit !== null && lit !== run.label, bold: lit === run.label };
    }),
    log: state.ylog, xLog: state.xlog, yLabel: quantities.find(([id]) => id === state.q)?.[1].toLowerCase(),
    levels: state.q === "loss" && state.ylog ? [{ value: model.threshold, text: `arrived: ${number(model.threshold)}` }] : [],
    ...limits(model, state),
  };
}

/** Gives every optimizer the rate, of sixteen from 0.0001 to 1, at which it arrives first, or else ends lowest.
 * @param {any} request */
async function findRates(request) {
  const rates = Array.from({ length: 16 }, (_, i) => Number((10 ** (-4 + 4 * i / 15)).toPrecision(3)));
  for (const entrant of request.optimizers) {
    const { runs, order } = await raceOf({ ...request, internals: false, optimizers: rates.map(rate => ({ optimizer: entrant.optimizer, learning_rate: rate })) }, "arena");
    const best = order.find(i => Number.isFinite(runs[i].loss[runs[i].updates])) ?? order[0];
    entrant.learning_rate = rates[best];
  }
}

/** Names for tables; where two have the same, their options tell them apart.
 * @param {string[]} methods @param {(method: string) => string} titleOf */
function entrants(methods, titleOf) {
  const titles = methods.map(titleOf);
  return methods.map((optimizer, i) => ({ optimizer, label: titles.filter(title => title === titles[i]).length > 1 ? `${titles[i]} ${optimizer.includes("(") ? optimizer.slice(optimizer.indexOf("(")) : "(defaults)"}` : titles[i] }));
}

/** The one that is looked at is drawn last.
 * @param {Run[]} runs @param {string | null} lit */
const inOrder = (runs, lit) => [...runs].sort((a, b) => Number(a.label === lit) - Number(b.label === lit));

/** The first to arrive first.
 * @param {Model} model @returns {Run[]} */
const ranked = ({ runs, order }) => order.map(i => runs[i]);

/** @param {Model} model @param {number} step */
const places = ({ runs }, step) => `At step ${step}: ${runs.map(run => `${run.label} at ${vector(pointAt(run, at(run, step)))}, loss ${number(run.loss[at(run, step)])}`).join("; ")}.`;

/** What the curves show of a run; computed once.
 * @param {Model} model @param {Run} run @param {string} which @param {number} [smoothing] @returns {Float64Array} */
function quantity({ grid, drawn }, run, which, smoothing = 0) {
  const key = `${run.label} ${which} ${smoothing}`;
  let values = drawn.get(key);
  if (!values) drawn.set(key, values = smoothed(which === "gradient" ? run.gradientNorm : which === "rate" ? run.learningRate : which === "loss" ? run.loss : distances(run, nearestMinimum(grid, pointAt(run, run.updates))?.point), smoothing));
  return values;
}

/** @param {Run} run @param {number[] | undefined} minimum */
const distances = (run, minimum) => Float64Array.from(run.loss, (_, k) => minimum ? Math.hypot(...minimum.map((value, i) => value - run.theta[k * run.dimension + i])) : NaN);

/** An exponential average of what is drawn; it starts at the first value.
 * @param {Float64Array} values @param {number} share */
function smoothed(values, share) {
  if (share === 0) return values;
  let average = values[0];
  return values.map(value => average = Number.isFinite(value) ? share * average + (1 - share) * value : average);
}

/** What diverges does not squeeze the others.
 * @param {Model} model @param {import("../state.js").State} state */
function limits({ highest }, { q, ylog }) {
  return q !== "loss" || highest === 0 ? {} : { high: highest * (ylog ? 3 : 1.05) };
}

/** The largest loss of those that did not diverge, and of the start.
 * @param {Run[]} runs */
function highestOf(runs) {
  let highest = runs[0]?.loss[0] ?? 0;
  for (const run of runs.filter(each => each.status.at(each.updates) !== "diverged")) for (const loss of run.loss) if (loss > highest && Number.isFinite(loss)) highest = loss;
  return highest;
}

/** @param {Model} model @param {number} x @param {number} y @returns {string | null} */
function nearestTrail({ runs, grid }, x, y) {
  const { left, right, bottom, top } = grid.box;
  let [best, name] = [0.0009, /** @type {string | null} */ (null)];
  for (const run of runs) {
    for (let k = 0; k <= run.updates; k++) {
      const distance = ((run.theta[2 * k] - x) / (right - left)) ** 2 + ((run.theta[2 * k + 1] - y) / (top - bottom)) ** 2;
      if (distance < best) [best, name] = [distance, run.label];
    }
  }
  return name;
}

/** @param {Model} model @param {number} x @param {number} y @param {import("../state.js").State} state @returns {string | null} */
function nearestCurve(model, x, y, state) {
  if (!Number.isFinite(x)) return null;
  const size = (/** @type {number} */ value) => state.ylog ? Math.log10(Math.max(1e-300, value)) : value;
  /** @type {{ name: string | null, distance: number }} */
  let best = { name: null, distance: Infinity };
  for (const run of model.runs) {
    const value = quantity(model, run, state.q)[at(run, Math.max(0, Math.round(x)))];
    const distance = Math.abs(size(value) - size(y));
    if (distance < best.distance) best = { name: run.label, distance };
  }
  return best.name;
}
