// The library's answers as the widgets use them, and what several widgets share.
import { ask, askOnce } from "./library.js";
import { methodName } from "./state.js";

/** @typedef {import("./draw/plot.js").Style} Style */
/** @typedef {import("./state.js").Field} Field */
/** @typedef {{ id: string, title: string, formula: string, shows: string, dimension: number, box: number[], start: number[], known: { point: number[], value: number, kind: string }[], constants: { name: string, meaning: string, default: number, low: number, high: number, is_logarithmic: boolean }[] }} Landscape */
/** @typedef {{ columns: number, rows: number, box: import("./draw/contour.js").Box, losses: Float64Array, levels: number[], bands: import("./draw/contour.js").Band[], critical: { point: number[], value: number, kind: string, eigenvalues: number[] }[] }} Grid */

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
 * @property {string[]} statuses
 * @property {{ name: string, symbol: string, values: Float64Array }[]} state
 * @property {number} evaluationsPerUpdate
 * @property {number | null} arrival the first step at the threshold
 * @property {number} pathLength
 * @property {(step: number) => number} stepLength */

/** Prepares the catalogue for look-ups.
 * @param {any} raw */
export function catalogue(raw) {
  const landscapes = new Map(/** @type {Landscape[]} */ (raw.landscapes).map(landscape => [landscape.id, landscape]));
  const methods = /** @type {any[]} */ (raw.optimizers);
  const titles = /** @type {Record<string, string>} */ ({ ...Object.fromEntries(methods.map(method => [method.name, method.type])), sgd: "SGD", momentum: "Momentum", nesterov: "Nesterov", adagrad: "AdaGrad", rmsprop: "RMSProp" });
  const styles = /** @type {Record<string, Style>} */ ({ ...raw.forms, ...Object.fromEntries(methods.map(method => [method.name, method.style])) });
  statuses = raw.statuses;
  return {
    ...raw, landscapes, methods, titles, styles,
    landscape: (/** @type {string} */ id) => /** @type {Landscape} */ (landscapes.get(id)),
    styleOf: (/** @type {string} */ method) => styles[formOf(method)] ?? styles.sgd,
    titleOf: (/** @type {string} */ method) => titles[formOf(method)] ?? methodName(method),
  };
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
  return {
    label: raw.label, method: raw.optimizer, style: raw.style, dimension, updates: raw.updates, theta,
    loss: column("loss"), gradient: column("gradient"), gradientNorm: column("gradient_norm"), learningRate: column("learning_rate"),
    statuses: Array.from(column("status"), (/** @type {number} */ status) => statuses[status]), state: raw.columns.filter((/** @type {any} */ each) => each.kind !== "trace"),
    evaluationsPerUpdate: raw.gradient_evaluations_per_update, arrival: raw.arrival, pathLength: Number(raw.path_length),
    stepLength: step => step === 0 ? 0 : Math.hypot(...Array.from({ length: dimension }, (_, i) => theta[step * dimension + i] - theta[(step - 1) * dimension + i])),
  };
}

/** A landscape's losses, contour bands and stationary points; kept.
 * @param {any} landscape @param {number} [side] @returns {Promise<Grid>} */
export async function gridOf(landscape, side = 121) {
  const raw = await askOnce("grid", { landscape, columns: side, rows: side, levels: 16, stationary_points: true });
  const [left, right, bottom, top] = raw.box;
  return { columns: raw.columns, rows: raw.rows, box: { left, right, bottom: bottom ?? 0, top: top ?? 0 }, losses: raw.values.values, levels: raw.levels, bands: raw.bands ?? [], critical: raw.stationary_points };
}

/** C# that makes the same run.
 * @param {any} request @returns {Promise<string>} */
export const codeOf = async request => (await ask("code", request)).code;

/** @param {Run} run @param {number} step */
export const pointAt = ({ theta, dimension }, step) => theta.subarray(step * dimension, (step + 1) * dimension);

/** The known minimum that is nearest to a point.
 * @param {Landscape} landscape @param {ArrayLike<number>} point */
export function nearestMinimum(landscape, point) {
  const distance = (/** @type {{ point: number[] }} */ known) => Math.hypot(...known.point.map((value, i) => value - point[i]));
  return landscape.known.filter(known => known.kind === "minimum").sort((a, b) => distance(a) - distance(b))[0] ?? null;
}

/** @param {any} catalog @param {string} initial @returns {Field} */
export const landscapeField = (catalog, initial) => ({
  key: "ls", label: "Landscape", kind: "choice", initial, choices: [...catalog.landscapes.values()].map((/** @type {Landscape} */ landscape) => [landscape.id, landscape.title]),
  adapt: state => ({ hint: state.ls ? `Shows ${catalog.landscape(state.ls).shows}.` : "" }),
});

/** The start, on the landscape's own place until it is moved.
 * @param {any} catalog @returns {Field} */
export const startField = catalog => ({
  key: "p0", label: "Start", kind: "numbers", initial: [0], low: -1e6, high: 1e6,
  adapt: state => {
    const { start, dimension } = catalog.landscape(state.ls);
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
      k, ...pointAt(run, k), run.loss[k], ...run.gradient.subarray(k * run.dimension, (k + 1) * run.dimension), run.gradientNorm[k], run.learningRate[k], run.statuses[k],
      ...buffers.map(({ values, i }) => values[k * run.dimension + i])]),
  };
}
