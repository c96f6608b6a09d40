// The library's answers as the widgets use them, and what several widgets share.
import { ask, askOnce } from "./library.js";
import { methodName } from "./state.js";

/** @typedef {import("./draw/plot.js").Style} Style */
/** @typedef {import("./state.js").Field} Field */
/** @typedef {{ id: string, title: string, formula: string, shows: string, dimension: number, box: number[], start: number[], known: { point: number[], value: number, kind: string }[], constants: { name: string, meaning: string, default: number, low: number, high: number, is_logarithmic: boolean }[] }} Landscape */
/** @typedef {{ columns: number, rows: number, box: import("./draw/contour.js").Box, losses: Float64Array, levels: number[], bands: import("./draw/contour.js").Band[], known: { point: number[], value: number, kind: string }[], critical: { point: number[], value: number, kind: string, eigenvalues: number[] }[] }} Grid */

/** What a run is doing: the word at a step, and the first step at which a word holds, −1 where it never does.
 * @typedef {{ at: (step: number) => string, first: (word: string) => number }} Status */

/** One optimizer's run: row k of everything is after k updates.
 * @typedef {object} Run
 * @property {string} label
 * @property {string} method as text that the library reads
 * @property {Style} style
 * @property {number} dimension
 * @property {number} updates
 * @property {Float64Array} theta point after point
 * @property {Float64Array} loss
 * @property {Float64Array} gradient
 * @property {Float64Array} gradientNorm
 * @property {Float64Array} learningRate
 * @property {Status} status
 * @property {{ name: string, symbol: string, values: Float64Array }[]} state
 * @property {number} evaluationsPerUpdate
 * @property {number | null} arrival the first step at the threshold
 * @property {number} pathLength
 * @property {Stability | null} stability where a limit is known
 * @property {(step: number) => number[]} examples of the batch that the next update uses, counted from 0; none where all are used
 * @property {(step: number) => number} stepLength */

/** The learning rate times the curvature, against the limit.
 * @typedef {{ curvature: number, product: number, limit: number, is_stable: boolean, largest_rate: number, text: string }} Stability */
/** Names as the papers write them, where that of the library's record is spelled otherwise. */
const fieldNames = {
  sgd: "SGD", asgd: "ASGD", sign_sgd: "signSGD", sgd_ema: "SGD-EMA", sgdw: "SGDW", qhm: "QHM", sgdp: "SGDP", adagrad: "AdaGrad", rmsprop: "RMSProp", adadelta: "Adadelta", rmsprop_tensorflow: "RMSProp (TensorFlow)", ftrl: "FTRL",
  amsgrad: "AMSGrad", qhadam: "QHAdam", adabound: "AdaBound", diffgrad: "diffGrad", madgrad: "MADGRAD", nadamw: "NAdamW", stable_adamw: "StableAdamW", adopt: "ADOPT", ademamix: "AdEMAMix", adam_mini: "Adam-mini", mars: "MARS",
  sm3: "SM3", came: "CAME", lars: "LARS", larc: "LARC", novograd: "NovoGrad", lamb: "LAMB", adahessian: "AdaHessian", sophia_g: "Sophia-G", dadapt_sgd: "D-Adapt SGD", dadapt_adam: "D-Adapt Adam", dog: "DoG", dowg: "DoWG",
  schedule_free_sgd: "Schedule-Free SGD", schedule_free_adamw: "Schedule-Free AdamW", schedule_free_radam: "Schedule-Free RAdam", gradient_centralization: "Gradient centralization",
};

/** Prepares the catalogue for look-ups.
 * @param {any} raw */
export function catalogue(raw) {
  const own = { id: "custom", title: "Your own formula", formula: "", shows: "what you write below", dimension: 2, box: [-5, 5, -5, 5], start: [1, 1], known: [], constants: [] };
  const landscapes = new Map(/** @type {Landscape[]} */ ([...raw.landscapes, own]).map(landscape => [landscape.id, landscape]));
  const methods = /** @type {any[]} */ (raw.optimizers);
  const titles = /** @type {Record<string, string>} */ ({ ...Object.fromEntries(methods.map(method => [method.name, method.type])), momentum: "Momentum", nesterov: "Nesterov", ...fieldNames });
  const styles = /** @type {Record<string, Style>} */ ({ ...raw.forms, ...Object.fromEntries(methods.map(method => [method.name, method.style])) });
  statuses = raw.statuses;
  return {
    ...raw, landscapes, methods, titles, styles,
    landscape: (/** @type {import("./state.js").State} */ state) => landscapeOf(/** @type {Landscape} */ (landscapes.get(state.ls)), state),
    styleOf: (/** @type {string} */ method) => styles[formOf(method)] ?? styles.sgd,
    titleOf: (/** @type {string} */ method) => titles[formOf(method)] ?? methodName(method),
  };
}

/** A formula of x alone is a curve.
 * @param {Landscape} landscape @param {import("./state.js").State} state @returns {Landscape} */
function landscapeOf(landscape, state) {
  if (landscape.id !== "custom") return landscape;
  const dimension = /(?<![a-z])y(?![a-z])/i.test(state.f ?? "") ? 2 : 1;
  return { ...landscape, formula: state.f ?? "", dimension, box: landscape.box.slice(0, 2 * dimension), start: landscape.start.slice(0, dimension) };
}

/** What is asked of the library for the landscape that the controls say.
 * @param {import("./state.js").State} state @param {any} catalog */
export function placeOf(state, catalog) {
  if (state.ls === "custom") return { formula: state.f };
  const constants = catalog.landscape(state).constants.map((/** @type {{ name: string }} */ { name }, /** @type {number} */ i) => [name, state[constantKeys[i]]]);
  return constants.length > 0 && constants.some((/** @type {[string, number]} */ [, value], /** @type {number} */ i) => value !== catalog.landscape(state).constants[i].default)
    ? { id: state.ls, constants: Object.fromEntries(constants) } : { id: state.ls };
}

/** The words for a run's status, by their numbers.
 * @type {string[]} */
let statuses = [];

/** sgd with momentum is drawn and named as momentum, or as Nesterov's.
 * @param {string} method */
export function formOf(method) {
  if (methodName(method) !== "sgd") return methodName(method);
  const options = method.replace(/\s/g, "").toLowerCase();
  const momentum = /momentum=([^,)]+)/.exec(options)?.[1];
  return momentum === undefined || Number(momentum) === 0 ? "sgd" : options.includes("nesterov=true") ? "nesterov" : "momentum";
}

/** Runs; of requests with the same key the newest is answered.
 * @param {any} request @param {string} key @returns {Promise<{ runs: Run[], order: number[], captions: string[], request: any }>} */
export async function raceOf(request, key) {
  const answer = await ask("run", request, key);
  return { request, order: answer.order, captions: answer.captions, runs: answer.entries.map((/** @type {any} */ entry) => runOf(entry, answer.dimension)) };
}

/** @param {any} raw @param {number} dimension @returns {Run} */
function runOf(raw, dimension) {
  const column = (/** @type {string} */ name) => raw.columns.find((/** @type {any} */ each) => each.name === name).values;
  const theta = column("theta");
  const examples = raw.columns.find((/** @type {any} */ each) => each.name === "examples");
  return {
    label: raw.label, method: raw.optimizer, style: raw.style, dimension, updates: raw.updates, theta,
    loss: column("loss"), gradient: column("gradient"), gradientNorm: column("gradient_norm"), learningRate: column("learning_rate"),
    status: { at: step => statuses[column("status")[step]], first: word => column("status").indexOf(statuses.indexOf(word)) }, state: raw.columns.filter((/** @type {any} */ each) => each.kind !== "trace" && each.values.length === theta.length),
    evaluationsPerUpdate: raw.gradient_evaluations_per_update, arrival: raw.arrival, pathLength: Number(raw.path_length), stability: raw.stability,
    examples: step => examples ? Array.from(/** @type {Float64Array} */ (examples.values).subarray(step * examples.width, (step + 1) * examples.width)).filter(example => example >= 0) : [],
    stepLength: step => step === 0 ? 0 : Math.hypot(...Array.from({ length: dimension }, (_, i) => theta[step * dimension + i] - theta[(step - 1) * dimension + i])),
  };
}

/** A landscape's losses, contour bands and stationary points; kept.
 * @param {any} landscape @param {number} [side] @returns {Promise<Grid>} */
export async function gridOf(landscape, side = 121) {
  const raw = await askOnce("grid", { landscape, columns: side, rows: side, levels: 16, stationary_points: true });
  const [left, right, bottom, top] = raw.box;
  return { columns: raw.columns, rows: raw.rows, box: { left, right, bottom: bottom ?? 0, top: top ?? 0 }, losses: raw.values.values, levels: raw.levels, bands: raw.bands ?? [], known: raw.known, critical: raw.stationary_points };
}

/** C# that makes the same run.
 * @param {any} request @returns {Promise<string>} */
export const codeOf = async request => (await ask("code", request)).code;

/** @param {Run} run @param {number} step */
export const pointAt = ({ theta, dimension }, step) => theta.subarray(step * dimension, (step + 1) * dimension);

/** The minimum that is nearest to a point: of those that are known, or else of those that were found.
 * @param {Grid} grid @param {ArrayLike<number>} point */
export function nearestMinimum({ known, critical }, point) {
  const distance = (/** @type {{ point: number[] }} */ each) => Math.hypot(...each.point.map((value, i) => value - point[i]));
  const minima = (/** @type {{ point: number[], value: number, kind: string }[]} */ points) => points.filter(each => each.kind === "minimum").sort((a, b) => distance(a) - distance(b));
  return minima(known)[0] ?? minima(critical)[0] ?? null;
}

const constantKeys = ["ca", "cb"];

/** What to descend on and where to begin: a landscape with its constants, or a formula; the start is the landscape's own until it is moved.
 * @param {any} catalog @param {string} initial @returns {Field[]} */
export const landscapeFields = (catalog, initial) => [
  {
    key: "ls", label: "Landscape", kind: "choice", initial, choices: [...catalog.landscapes.values()].map((/** @type {Landscape} */ landscape) => [landscape.id, landscape.title]),
    adapt: state => ({ hint: state.ls ? `Shows ${catalog.landscape(state).shows}.` : "" }),
  },
  { key: "f", label: "Formula", kind: "text", initial: "x^2 + 3y^2 + sin(3x)", when: state => state.ls === "custom", hint: "In x, or in x and y: + − * / ^, sin cos tan exp log sqrt abs tanh pow min max, pi, e." },
  ...constantKeys.map((key, i) => /** @type {Field} */ ({
    key, label: "", kind: "number", initial: 1, low: 0.01, high: 1000, log: true, when: state => catalog.landscape(state).constants.length > i,
    adapt: state => {
      const constant = catalog.landscape(state).constants[i];
      return constant ? { label: `${constant.name}, ${constant.meaning}`, initial: constant.default, low: constant.low, high: constant.high, log: constant.is_logarithmic } : {};
    },
  })),
];

/** @param {any} catalog @returns {Field} */
export const startField = catalog => ({
  key: "p0", label: "Start", kind: "numbers", initial: [0], low: -1e6, high: 1e6,
  adapt: state => {
    const { start, dimension } = catalog.landscape(state);
    return { initial: [...start], size: dimension, hint: "Or press and drag in the picture; with the picture focused, the arrow keys." };
  },
});

/** What a run's table has for columns, beside those that all have.
 * @param {Run} run */
export const headings = run => run.dimension === 1 ? ["x"] : run.dimension === 2 ? ["x", "y"] : Array.from({ length: run.dimension }, (_, i) => `theta${i + 1}`);

/** One row per step: point, loss, gradient, rate, and everything that the method keeps.
 * @param {string} title @param {Run} run @param {string[]} names @returns {import("./widget.js").Table} */
export function runTable(title, run, names) {
  const buffers = run.state.flatMap(({ name, values }) => names.map((each, i) => ({ name: run.dimension === 1 ? name : `${name}_${each}`, values, i })));
  return {
    title,
    columns: ["step", ...names, "loss", ...names.map(name => `gradient_${name}`), "gradient_norm", "learning_rate", "status", ...buffers.map(buffer => buffer.name)],
    rows: Array.from({ length: run.updates + 1 }, (_, k) => [
      k, ...pointAt(run, k), run.loss[k], ...run.gradient.subarray(k * run.dimension, (k + 1) * run.dimension), run.gradientNorm[k], run.learningRate[k], run.status.at(k),
      ...buffers.map(({ values, i }) => values[k * run.dimension + i])]),
  };
}

/** All steps of several runs in one table, with a column that says whose they are.
 * @param {string} title @param {Run[]} runs @returns {import("./widget.js").Table} */
export function runsTable(title, runs) {
  const tables = runs.map(run => ({ run, ...runTable(run.label, run, headings(run)) }));
  const columns = ["optimizer", ...new Set(tables.flatMap(table => table.columns))];
  return { title, columns, rows: tables.flatMap(table => table.rows.map(row => columns.map(column => column === "optimizer" ? table.run.label : row[table.columns.indexOf(column)] ?? ""))) };
}

/** What a method keeps or names, by its name; NaN where it has none of it.
 * @param {Run} run @param {string} name @param {number} step @param {number} [i] which parameter */
export const stateAt = (run, name, step, i = 0) => run.state.find(each => each.name === name)?.values[step * run.dimension + i] ?? NaN;

/** C# for several requests, one after the other.
 * @param {any[]} requests @returns {Promise<string>} */
export const codesOf = async requests => (await Promise.all(requests.map(codeOf))).map((code, i) => i === 0 ? code : code.replace("using Descent.Landscapes.Runs;", "").trimStart().replaceAll("result", `result${i + 1}`)).join("\n");

/** A run that was lost early stays at its last step.
 * @param {Run} run @param {number} step */
export const held = (run, step) => Math.min(step, run.updates);

/** @param {number} value */
export const neat = value => Number(value.toPrecision(4));
