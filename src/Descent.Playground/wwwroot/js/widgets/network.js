// W37: a multilayer perceptron that the library trains while one watches, and a second one beside it.
import { histogram } from "../draw/histogram.js";
import { chart } from "../draw/chart.js";
import { mapGround, trail } from "../draw/map.js";
import { diagram, nearestWeight } from "../draw/network.js";
import { answersOver, digits } from "../draw/examples.js";
import { styles as series } from "../draw/styles.js";
import { list, number, whole } from "../format.js";
import { ask } from "../library.js";
import { along, at, begin, goOn, nameOfWeight, rateAt, unitsAreAlike, updatesAt } from "../training.js";
import { listing, networkFields, networkOf } from "./networkfields.js";

/** @typedef {import("../training.js").Training} Training */
/** @typedef {import("../widget.js").Context} Context */
/** @typedef {{ trainings: Training[], names: string[], slice: any, first: number }} Model */

/** Network B where it would look like A.
 * @type {import("../draw/plot.js").Style} */
const second = { light: "#7a2e8f", dark: "#d7a3ea", dash: [], marker: "square" };

/** @type {import("../draw/network.js").Line[]} */
let lines = [];

/** @type {import("../widget.js").Widget} */
export default {
  id: "network",
  title: "Live network",
  lead: "A real network learns in your browser, trained by the library: its answers over the plane, what every unit sees, and what reaches each layer. Add a second optimizer to race it from the same start on the same batches.",

  fields: networkFields,

  async compute(context) {
    const { state } = context;
    const requests = networkOf(state);
    const model = /** @type {Model} */ ({ trainings: [], names: requests.map((/** @type {any} */ request) => context.titleOf(request.optimizer)), slice: null, first: 0 });
    if (requests.length === 0) throw new Error("Nobody trains: add an optimizer.");
    if (model.names.length > 1 && model.names[0] === model.names[1]) model.names = model.names.map((name, i) => `${name} ${"AB"[i]}`);
    for (const request of requests) model.trainings.push(await begin(request, "network"));
    if (model.trainings[1]) model.trainings[1].style = model.trainings[1].style.light === model.trainings[0].style.light ? second : model.trainings[1].style;
    context.long(train(model, state));
    return model;
  },

  last: (/** @type {Model} */ { trainings }) => Math.max(...trainings.map(training => training.frames)) - 1,
  first: (/** @type {Model} */ { trainings }) => Math.max(...trainings.map(training => training.frames)) - 1,

  views: [
    ...[0, 1].map(which => /** @type {import("../widget.js").View} */ ({
      id: `answers${"AB"[which]}`, title: which === 0 ? "Answers" : "Answers of B", height: 0.86, half: true,
      when: (_, /** @type {Model} */ { trainings }) => trainings[which]?.sizes[0] === 2,
      note: (/** @type {Model} */ { trainings, names }) => trainings.length > 1 ? names[which] : trainings[0].classes > 0 ? "filled: trained on" : "blue high, orange low",
      draw: (pen, /** @type {Model} */ { trainings }, frame) => answersOver(pen, trainings[which], frame),
      describe: (/** @type {Model} */ { trainings, names }, frame) => `Answers of the network of ${names[which]} over the plane after ${updatesAt(trainings[which], frame)} updates: ${score(trainings[which], frame)}.`,
    })),
    {
      id: "digits", title: "New digits", height: 0.86, half: true,
      when: (_, /** @type {Model} */ { trainings }) => trainings[0].sizes[0] > 2,
      note: () => "what it takes each for",
      draw: (pen, /** @type {Model} */ { trainings }, frame) => digits(pen, trainings[0], frame),
      describe: (/** @type {Model} */ { trainings }, frame) => `Validation digits with the class that the network gives them: ${score(trainings[0], frame)}.`,
    },
    curves("loss", "Loss", "loss", true, "train_loss", "validation_loss"),
    curves("accuracy", "Accuracy", "share right", false, "train_accuracy", "validation_accuracy"),
    {
      id: "histogram", title: "Weights", height: 0.6, half: true,
      note: (/** @type {Model} */ { trainings }) => `${whole(at(trainings[0], "weights", 0).length)} numbers${trainings.length > 1 ? "; B as outline" : ""}`,
      draw: (pen, /** @type {Model} */ { trainings }, frame) => histogram(pen, trainings.map(training => ({ style: training.style, values: at(training, "weights", frame) })), { xLabel: "weight" }),
      describe: (/** @type {Model} */ { trainings }, frame) => `Histogram of ${at(trainings[0], "weights", frame).length} weights after ${updatesAt(trainings[0], frame)} updates.`,
    },
    {
      id: "network", title: "The network", height: 0.46,
      note: (/** @type {Model} */ model, { lit, state }) => `weight of ${nameOfWeight(model.trainings[0].sizes, lookedAt(model, lit, state))}; point at a line for others`,
      draw(pen, /** @type {Model} */ model, frame, { lit, state }) {
        const { sizes, side, unitSide, classes } = model.trainings[0];
        const pixels = sizes[0] > 2;
        const drawn = diagram(pen, {
          sizes, weights: at(model.trainings[0], "weights", frame), side: unitSide, answerSide: side, pixels, middle: classes > 0 ? 0.5 : 0,
          units: pixels ? null : at(model.trainings[0], "units", frame), answers: pixels ? null : at(model.trainings[0], "answers", frame),
        }, lookedAt(model, lit, state));
        lines = drawn.lines;
        return drawn;
      },
      describe: (/** @type {Model} */ { trainings }, frame) => `The network with ${list(trainings[0].sizes.map(String))} units per layer after ${updatesAt(trainings[0], frame)} updates; every unit is a picture of its answers, every weight a line, dashed where it is negative.`,
      hover: (x, y, context) => {
        const index = Number.isFinite(x) ? nearestWeight(lines, x, y) : -1;
        context.light(index < 0 ? null : `weight ${index}`);
      },
      move: (dx, dy, context, /** @type {Model} */ { trainings }) => context.set({ wt: Math.max(1, Math.min(at(trainings[0], "weights", 0).length, context.state.wt + dx - dy)) }),
    },
    layers("norms", "Gradient norms", "norm", "gradient_norm"),
    layers("ratios", "Update / weights", "‖Δw‖ / ‖w‖", "update_ratio"),
    {
      id: "slice", title: "Loss around the end", height: 0.6, half: true,
      when: (_, /** @type {Model} */ { slice }) => slice !== null,
      note: (/** @type {Model} */ { slice }) => `${(100 * slice.share).toPrecision(3)} % of the path lies here`,
      ground: (pen, /** @type {Model} */ { slice }) => { mapGround(pen, slice); },
      draw(pen, /** @type {Model} */ { slice, trainings }, frame) {
        const placed = mapGround.frame(pen, slice.box);
        const points = slice.path.length / 2 - 1;
        trail(pen, placed, slice.path, Math.round(points * updatesAt(trainings[0], frame) / trainings[0].network.steps), trainings[0].style, { dots: true });
        return placed;
      },
      describe: (/** @type {Model} */ { slice }) => `Contour map of the training loss on a plane through the trained weights, from ${number(slice.lowest)} to ${number(slice.highest)}, with the path of training projected on it.`,
    },
  ],

  readout(/** @type {Model} */ model, frame, { lit, state }) {
    const index = lookedAt(model, lit, state);
    const { network, sizes, status } = model.trainings[0];
    const both = (/** @type {string} */ name) => model.trainings.map(training => at(training, name, frame)[0]);
    const ratio = at(model.trainings[0], "ratio", frame)[index];
    return [
      ["Update", String(updatesAt(model.trainings[0], frame))], ["Status", status],
      ["Train loss", both("train_loss")], ["Validation loss", both("validation_loss")], ["Train accuracy", both("train_accuracy")], ["Validation accuracy", both("validation_accuracy")],
      ["Learning rate", Float64Array.from(model.trainings, training => rateAt(training, frame))],
      ["‖g‖ per layer", known(at(model.trainings[0], "gradient_norm", frame))], ["Update / weights", known(at(model.trainings[0], "update_ratio", frame))],
      ["Examples seen", whole(updatesAt(model.trainings[0], frame) * network.batch_size * network.accumulation)],
      ["Weight of", nameOfWeight(sizes, index)], ["Weight", at(model.trainings[0], "weights", frame)[index]], ["m̂ / √v̂", Number.isFinite(ratio) ? ratio : "not kept here"],
      ["Seed", String(network.seed)],
    ];
  },

  caption: (/** @type {Model} */ model, frame) => verdict(model, frame),

  table(/** @type {Model} */ { trainings, names }) {
    const columns = ["update", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy"];
    const { sizes } = trainings[0];
    const wide = ["gradient_norm", "update_ratio"].flatMap(name => sizes.slice(1).map((_, layer) => /** @type {[string, number]} */ ([name, layer])));
    const count = at(trainings[0], "weights", 0).length;
    const weights = count > 300 ? [] : Array.from({ length: count }, (_, i) => i);
    return {
      title: "Every frame of every network",
      columns: ["network", ...columns, "learning_rate", ...wide.map(([name, layer]) => `${name}_${layer + 1}`), ...weights.map(i => `weight_${i + 1}`)],
      rows: trainings.flatMap((training, which) => Array.from({ length: training.frames }, (_, frame) => [
        names[which], ...columns.map(name => at(training, name, frame)[0]), rateAt(training, frame), ...wide.map(([name, layer]) => blank(at(training, name, frame)[layer])), ...weights.map(i => at(training, "weights", frame)[i])])),
    };
  },
  request: (/** @type {Model} */ { trainings }) => ({ networks: trainings.map(({ network }) => network) }),
  code: async (/** @type {Model} */ { trainings }) => listing(trainings.map(({ network }) => network)),
};

/** The frames that follow, then the slice.
 * @param {Model} model @param {import("../state.js").State} state @returns {AsyncGenerator<number>} */
async function* train(model, state) {
  yield* goOn(model.trainings, "network");
  if (state.slice === "none" || model.trainings[0].status !== "finished") return;
  const raw = await ask("netslice", { plane: { network: model.trainings[0].network, directions: state.slice, seed: state.seed }, side: 31 }, "network");
  const [left, right, bottom, top] = raw.box;
  model.slice = { box: { left, right, bottom, top }, bands: raw.bands, path: raw.path.values, share: raw.path_share, lowest: raw.lowest, highest: raw.highest };
  yield 1;
}

/** A curve of the training set and one of the validation set per network.
 * @param {string} id @param {string} title @param {string} yLabel @param {boolean} log @param {string} train @param {string} validation @returns {import("../widget.js").View} */
function curves(id, title, yLabel, log, train, validation) {
  return {
    id, title, height: log ? 0.86 : 0.6, half: true,
    note: () => "dotted: validation",
    draw: (pen, /** @type {Model} */ { trainings, names }, frame) => chart(pen, {
      curves: trainings.flatMap((training, i) => [
        { name: names[i], style: { ...training.style, dash: [] }, values: along(training, train), x: along(training, "update") },
        { name: `${names[i]} validation`, style: { ...training.style, dash: [2, 4] }, values: along(training, validation), x: along(training, "update") },
      ]),
      at: frame, log, xLabel: "update", yLabel: trainings[0].classes === 0 && !log ? "variance explained" : yLabel, ...(log ? {} : { high: 1 }),
    }),
    describe: (/** @type {Model} */ { trainings, names }, frame) => `${title} over ${updatesAt(trainings[0], trainings[0].frames)} updates. ${trainings.map((training, i) => `${names[i]}: training ${number(at(training, train, frame)[0])}, validation ${number(at(training, validation, frame)[0])}`).join("; ")}.`,
    pick: (x, _, context, /** @type {Model} */ { trainings }) => context.to(x / Math.max(1, updatesAt(trainings[0], 1))),
  };
}

/** A curve per layer.
 * @param {string} id @param {string} title @param {string} yLabel @param {string} column @returns {import("../widget.js").View} */
function layers(id, title, yLabel, column) {
  return {
    id, title, height: 0.6, half: true,
    note: (/** @type {Model} */ { trainings, names }) => `${trainings.length > 1 ? `${names[0]}; ` : ""}● first layer`,
    draw: (pen, /** @type {Model} */ { trainings: [training] }, frame) => chart(pen, {
      curves: training.sizes.slice(1).map((_, layer) => ({ name: `layer ${layer + 1}`, style: series[layer % series.length], values: along(training, column, layer), x: along(training, "update") })),
      at: frame, log: training.sizes.slice(1).every((_, layer) => along(training, column, layer).every(value => !(value <= 0))), xLabel: "update", yLabel,
    }),
    describe: (/** @type {Model} */ { trainings: [training] }, frame) => `${title}, from the first to the last: ${known(at(training, column, frame)) instanceof Float64Array ? list(Array.from(at(training, column, frame), value => number(value))) : "none yet"}.`,
    pick: (x, _, context, /** @type {Model} */ { trainings }) => context.to(x / Math.max(1, updatesAt(trainings[0], 1))),
  };
}

/** The weight that the pointer, or else the control, is at.
 * @param {Model} model @param {string | null} lit @param {import("../state.js").State} state */
const lookedAt = (model, lit, state) => lit?.startsWith("weight ") ? Number(lit.slice(7)) : Math.min(state.wt, at(model.trainings[0], "weights", 0).length) - 1;

/** @param {Float64Array} values */
const known = values => values.some(Number.isFinite) ? values : "none yet";

/** @param {number} value */
const blank = value => Number.isFinite(value) ? value : "";

/** @param {number} share */
const percent = share => `${Number((100 * share).toFixed(1))} %`;

/** @param {Training} training @param {number} frame */
const score = (training, frame) => training.classes > 0 ? `${percent(at(training, "train_accuracy", frame)[0])} of the ${training.trainCount} training examples and ${percent(at(training, "validation_accuracy", frame)[0])} of the ${training.labels.length - training.trainCount} others right`
  : `${percent(at(training, "train_accuracy", frame)[0])} of the training targets' variance and ${percent(at(training, "validation_accuracy", frame)[0])} of the others' explained`;

/** @param {Model} model @param {number} frame @returns {{ text: string, tone?: "warn" }} */
function verdict({ trainings, names }, frame) {
  const [first, other] = trainings;
  const lost = trainings.findIndex(training => training.status === "diverged" && frame >= training.frames - 1);
  if (lost >= 0) return { text: `${names[lost]} diverged after ${updatesAt(trainings[lost], frame)} updates: the loss is no longer a number. A lower rate, smaller start or clipping would help.`, tone: "warn" };
  const parts = trainings.map((training, i) => `After ${whole(updatesAt(training, frame))} updates of ${whole(training.network.batch_size * training.network.accumulation)} examples ${names[i]} has ${score(training, frame)}; its training loss went from ${number(at(training, "train_loss", 0)[0])} to ${number(at(training, "train_loss", frame)[0])}.`);
  if (other) {
    const [a, b] = [at(first, "train_loss", frame)[0], at(other, "train_loss", frame)[0]];
    parts.push(a === b ? "Both have the same loss." : `${names[a < b ? 0 : 1]} is ahead, ${number(Math.max(a, b) / Math.min(a, b))} times lower.`);
  }
  if (unitsAreAlike(first, frame)) return { text: `All units of each hidden layer are identical: they started alike and get the same gradients, so that a layer can do no more than one unit. ${parts.join(" ")}`, tone: "warn" };
  return { text: parts.join(" ") };
}
