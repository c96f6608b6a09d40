// Networks that the library trains, as widgets use them: frames come in slices, and are shown as they come.
import { ask } from "./library.js";

/** @typedef {import("./draw/plot.js").Style} Style */
/** Frame f of everything is after `update(f)` updates.
 * @typedef {object} Training
 * @property {any} network what was asked
 * @property {string} optimizer as text
 * @property {Style} style
 * @property {number} frames how many there are by now
 * @property {number} total how many there will be
 * @property {string} status training, finished or diverged
 * @property {number[]} sizes units per layer, inputs and outputs included
 * @property {number} classes 0 where a number is learnt
 * @property {number} trainCount
 * @property {number} side
 * @property {number} unitSide
 * @property {number} halfWidth
 * @property {Float64Array} inputs
 * @property {Float64Array} labels or targets
 * @property {Record<string, { width: number, values: Float64Array }>} columns */

const perUpdate = ["batch_loss", "learning_rate"];

/** The first frames of a training.
 * @param {any} network @param {string} key @returns {Promise<Training>} */
export async function begin(network, key) {
  const answer = await ask("train", { network, frame_count: 2 }, key);
  const [inputs, labels] = answer.data.map((/** @type {any} */ column) => column.values);
  const training = /** @type {Training} */ ({
    network, optimizer: answer.optimizer, style: answer.style, frames: 0, total: answer.total_frames, status: "", sizes: answer.sizes, classes: answer.classes, trainCount: answer.train_count,
    side: answer.side, unitSide: answer.unit_side, halfWidth: answer.half_width, inputs, labels, columns: {},
  });
  add(training, answer);
  return training;
}

/** The other frames, a tenth of a second of work at a time.
 * @param {Training[]} trainings @param {string} key @returns {AsyncGenerator<number>} */
export async function* goOn(trainings, key) {
  const counts = trainings.map(() => 4);
  while (trainings.some(isUnderWay)) {
    for (const [i, training] of trainings.entries()) {
      if (!isUnderWay(training)) continue;
      const started = performance.now();
      add(training, await ask("train", { network: training.network, first_frame: training.frames, frame_count: counts[i] }, key));
      counts[i] = Math.max(1, Math.min(40, Math.round(counts[i] * 110 / (performance.now() - started))));
    }
    yield trainings.reduce((sum, { frames, total }) => sum + frames / total, 0) / trainings.length;
  }
}

/** @param {Training} training */
const isUnderWay = ({ status }) => status === "training";

/** @param {Training} training @param {any} answer */
function add(training, answer) {
  for (const { name, width, values } of answer.columns) {
    const isPerUpdate = perUpdate.includes(name);
    const column = training.columns[name] ??= { width, values: new Float64Array(isPerUpdate ? training.network.steps : width * training.total) };
    column.values.set(values, isPerUpdate ? Math.max(0, training.frames - 1) * answer.stride : training.frames * width);
  }
  training.frames += answer.frames;
  training.status = answer.status;
}

/** The numbers of a column at a frame; the last one where the training ended before.
 * @param {Training} training @param {string} name @param {number} frame @returns {Float64Array} */
export function at({ columns, frames }, name, frame) {
  const { width, values } = columns[name] ?? { width: 0, values: new Float64Array(0) };
  const k = Math.min(frame, frames - 1);
  return values.subarray(k * width, (k + 1) * width);
}

/** One number per frame, of those that are there.
 * @param {Training} training @param {string} name @param {number} [which] @returns {Float64Array} */
export function along({ columns, frames }, name, which = 0) {
  const { width, values } = columns[name] ?? { width: 1, values: new Float64Array(0) };
  return width === 1 ? values.subarray(0, frames) : Float64Array.from({ length: frames }, (_, k) => values[k * width + which]);
}

/** @param {Training} training @param {number} frame */
export const updatesAt = (training, frame) => at(training, "update", frame)[0];

/** The learning rate of the update that leads to a frame.
 * @param {Training} training @param {number} frame */
export const rateAt = (training, frame) => training.columns.learning_rate?.values[Math.max(0, updatesAt(training, frame) - 1)] ?? NaN;

/** Whether all units of every hidden layer have the same weights: what starts alike stays alike.
 * @param {Training} training @param {number} frame */
export function unitsAreAlike(training, frame) {
  const { sizes } = training;
  const weights = at(training, "weights", frame);
  let from = 0;
  for (let layer = 0; layer + 2 < sizes.length; layer++) {
    const [inputs, units] = [sizes[layer], sizes[layer + 1]];
    for (let i = 0; i < inputs * units; i++) if (weights[from + i] !== weights[from + i % inputs]) return false;
    for (let j = 0; j < units; j++) if (weights[from + inputs * units + j] !== weights[from + inputs * units]) return false;
    from += units * (inputs + 1);
  }
  return sizes.slice(1, -1).some(units => units > 1);
}

/** What a parameter is: which layer, which unit, which input.
 * @param {number[]} sizes @param {number} index */
export function nameOfWeight(sizes, index) {
  let rest = index;
  for (let layer = 0; layer + 1 < sizes.length; layer++) {
    const [inputs, units] = [sizes[layer], sizes[layer + 1]];
    const where = layer + 2 === sizes.length ? "the output" : `layer ${layer + 1}`;
    if (rest < inputs * units) return `${where}, unit ${Math.floor(rest / inputs) + 1}, input ${rest % inputs + 1}`;
    rest -= inputs * units;
    if (rest < units) return `${where}, unit ${rest + 1}, bias`;
    rest -= units;
  }
  return "";
}
