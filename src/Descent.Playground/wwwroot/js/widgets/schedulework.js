// W26: the same optimizer under each schedule, on a noisy bowl or on a network: what the schedule is worth.
import { chart, ramp } from "../draw/chart.js";
import { exact, list, number, whole } from "../format.js";
import { ask } from "../library.js";
import { raceOf, codeOf } from "../model.js";
import { along, at, begin, goOn, updatesAt } from "../training.js";
import { kinds, styleOfSchedule } from "./schedules.js";

/** @typedef {import("../training.js").Training} Training */
/** @typedef {{ title: string, style: import("../draw/plot.js").Style, text: string, values: Float64Array, steps: Float64Array, rates: Float64Array, median: number, low: number, high: number }} Row values and rates at `steps` */
/** @typedef {{ rows: Row[], trainings: Training[], total: number, seeds: number, request: any }} Model */

/** @type {import("../widget.js").Widget} */
export default {
  id: "schedulework",
  title: "Schedule at work",
  lead: "One optimizer, one start, the same noise or the same batches: only the schedule differs. Where gradients are noisy, what comes down at the end is worth more than what went up at the start.",

  fields: catalog => [
    { key: "on", label: "On", kind: "choice", as: "segments", initial: "bowl", choices: [["bowl", "A noisy bowl"], ["network", "A network (spiral)"]] },
    { key: "s", label: "Schedules", kind: "set", initial: ["constant", "step", "linear", "cosine", "invsqrt"], choices: kinds.filter(({ id }) => id !== "noam").map(({ id, title }) => [id, title]), style: styleOfSchedule },
    { key: "o", label: "Optimizer", kind: "choice", initial: "sgd", adapt: state => ({ initial: state.on === "network" ? "adam" : "sgd" }), choices: catalog.methods.map((/** @type {any} */ method) => [method.name, catalog.titles[method.name]]) },
    { key: "lr", label: "Peak learning rate", kind: "number", initial: 0.1, low: 1e-4, high: 1, log: true, adapt: state => ({ initial: state.on === "network" ? 0.03 : 0.1 }) },
    { key: "n", label: "Updates", kind: "whole", initial: 1000, low: 20, high: 3000, log: true },
    { key: "wu", label: "Warmup, % of the updates", kind: "number", initial: 0, low: 0, high: 20 },
    { key: "noise", label: "Gradient noise σ", kind: "number", initial: 1, low: 0, high: 4, when: state => state.on === "bowl" },
    { key: "seeds", label: "Seeds", kind: "whole", initial: 50, low: 1, high: 200, when: state => state.on === "bowl" },
    { key: "seed", label: "First seed", kind: "whole", initial: 1, low: 0, high: 9999 },
  ],

  async compute(context) {
    const { state } = context;
    const chosen = kinds.filter(({ id }) => state.s.includes(id));
    if (chosen.length === 0) throw new Error("Choose a schedule.");
    const warmup = Math.round(state.n * state.wu / 100);
    const parts = { peak: state.lr, low: 0, warmup, rest: Math.max(1, state.n - warmup), total: state.n, rise: warmup > 0 ? `warmup(${warmup}) then ` : "" };
    const texts = chosen.map(kind => kind.text(parts));
    const rates = await ask("schedule", { schedules: texts, steps: state.n }, "schedulework");
    const model = /** @type {Model} */ ({ rows: [], trainings: [], total: state.n, seeds: state.seeds, request: null });
    const row = (/** @type {number} */ i) => ({ title: chosen[i].title, style: styleOfSchedule(chosen[i].id), text: texts[i], rates: rates.schedules[i].values.values, median: NaN, low: NaN, high: NaN });
    if (state.on === "bowl") {
      model.request = {
        landscape: { id: "bowl" }, start: [-4, 3], steps: state.n, budget: "updates", seed: state.seed, internals: false, learning_rate: state.lr, ...(state.noise > 0 ? { noise: { sigma: state.noise } } : {}),
        optimizers: texts.map((schedule, i) => ({ optimizer: state.o, label: chosen[i].title, schedule })),
      };
      const { runs } = await raceOf(model.request, "schedulework");
      model.rows = runs.map((run, i) => ({ ...row(i), values: run.loss, steps: ramp(run.loss.length) }));
      context.later(statistics(model));
    } else {
      const networks = texts.map(schedule => ({ data: "spiral", layers: [16, 16], optimizer: state.o, learning_rate: state.lr, schedule, steps: state.n, seed: state.seed }));
      model.request = { networks };
      for (const network of networks) model.trainings.push(await begin(network, "schedulework"));
      model.rows = model.trainings.map((_, i) => ({ ...row(i), values: new Float64Array(0), steps: new Float64Array(0) }));
      refresh(model);
      context.long(train(model));
    }
    return model;
  },

  last: (/** @type {Model} */ { rows }) => Math.max(...rows.map(({ steps }) => steps.length)) - 1,
  first: (/** @type {Model} */ { rows }) => Math.max(...rows.map(({ steps }) => steps.length)) - 1,

  views: [
    {
      id: "loss", title: "Loss", height: 0.5,
      note: (/** @type {Model} */ { trainings, request }) => trainings.length > 0 ? "on all training examples" : `first seed, ${request.seed}`,
      draw: (pen, /** @type {Model} */ { rows }, step, { lit }) => chart(pen, { curves: rows.map(({ title, style, values, steps }) => ({ name: title, style, values, x: steps, faint: lit !== null && lit !== title, bold: lit === title })), at: step, log: rows.every(({ values }) => values.every(value => !(value <= 0))), xLabel: "update", yLabel: "loss" }),
      describe: (/** @type {Model} */ { rows }, step) => `Losses: ${rows.map(({ title, values }) => `${title} ${number(values[Math.min(step, values.length - 1)])}`).join(", ")}.`,
      pick: (x, _, context, /** @type {Model} */ { rows }) => context.to(x / Math.max(1, rows[0].steps[1])),
    },
    {
      id: "rates", title: "Learning rate", height: 0.3,
      draw: (pen, /** @type {Model} */ { rows, total }, step, { lit }) => chart(pen, { curves: rows.map(({ title, style, rates }) => ({ name: title, style, values: rates, faint: lit !== null && lit !== title, bold: lit === title })), at: Math.min(total, Math.round(rows[0].steps[Math.min(step, rows[0].steps.length - 1)])), xLabel: "update", yLabel: "η", low: 0 }),
      describe: (/** @type {Model} */ { rows }, step) => `Learning rates: ${rows.map(({ title, rates, steps }) => `${title} ${number(rates[Math.round(steps[Math.min(step, steps.length - 1)])])}`).join(", ")}.`,
      pick: (x, _, context, /** @type {Model} */ { rows }) => context.to(x / Math.max(1, rows[0].steps[1])),
    },
  ],

  readout: (/** @type {Model} */ { rows }, step) => [
    ["Update", String(Math.round(rows[0].steps[Math.min(step, rows[0].steps.length - 1)]))],
    ...rows.map(({ title, values }) => /** @type {[string, any]} */ ([title, values[Math.min(step, values.length - 1)]])),
    ...rows.filter(({ median }) => Number.isFinite(median)).map(({ title, median }) => /** @type {[string, any]} */ ([`${title}, median`, median])),
  ],

  caption: (/** @type {Model} */ model) => ({ text: verdict(model) }),

  tables: (/** @type {Model} */ { rows, trainings, seeds }) => [{
    title: trainings.length > 0 ? "At the end of training" : `Final losses of ${whole(seeds)} seeds`,
    columns: trainings.length > 0 ? ["Schedule", "Train loss", "Train accuracy", "Validation accuracy"] : ["Schedule", "Median", "Lowest", "Highest", "First seed"],
    rows: rows.map((row, i) => trainings.length > 0
      ? [row.title, row.values[row.values.length - 1], at(trainings[i], "train_accuracy", trainings[i].frames - 1)[0], at(trainings[i], "validation_accuracy", trainings[i].frames - 1)[0]]
      : [row.title, ...[row.median, row.low, row.high].map(value => Number.isFinite(value) ? value : "…"), row.values[row.values.length - 1]]),
    runs: rows.map(({ title, style }) => ({ label: title, style })),
  }],

  table: (/** @type {Model} */ { rows }) => ({
    title: "Losses", columns: ["update", ...rows.map(({ title }) => title)],
    rows: Array.from(rows[0].steps, (update, k) => [update, ...rows.map(({ values }) => values[Math.min(k, values.length - 1)])]),
  }),
  request: (/** @type {Model} */ { request }) => request,
  code: async (/** @type {Model} */ { request, trainings }) => trainings.length === 0 ? codeOf(request) : [
    "using Descent.Landscapes.Networks;", "",
    ...request.networks.map((/** @type {any} */ network) => `Train("${network.schedule}");`), "",
    "static void Train(string schedule)", "{",
    `    var training = new NetworkTraining(new() { Data = NetworkData.Spiral, Layers = [16, 16], Optimizer = "${request.networks[0].optimizer}", LearningRate = ${exact(request.networks[0].learning_rate)}, Schedule = schedule, Steps = ${request.networks[0].steps}, Seed = ${request.networks[0].seed} });`,
    "    while (training.Updates < training.Request.Steps && !training.IsLost)", "    {", "        training.Step();", "    }", "",
    "    Console.WriteLine($\"{schedule}: {training.Network.Evaluate(training.Set, 0, training.Set.TrainCount).Loss}\");", "}", ""].join("\n"),
};

/** What many seeds come to. @param {Model} model */
async function statistics({ rows, seeds, request }) {
  const answer = await ask("statistics", { run: request, count: seeds, keep_start: true }, "schedulework");
  answer.rows.forEach((/** @type {any} */ each, /** @type {number} */ i) => Object.assign(rows[i], { median: Number(each.median_final_loss), low: Number(each.lowest_final_loss), high: Number(each.highest_final_loss) }));
}

/** @param {Model} model @returns {AsyncGenerator<number>} */
async function* train(model) {
  for await (const share of goOn(model.trainings, "schedulework")) {
    refresh(model);
    yield share;
  }
}

/** @param {Model} model */
function refresh({ rows, trainings }) {
  trainings.forEach((training, i) => Object.assign(rows[i], { values: along(training, "train_loss"), steps: along(training, "update") }));
}

/** @param {Model} model */
function verdict({ rows, trainings, seeds }) {
  const end = (/** @type {Row} */ row) => trainings.length > 0 ? row.values[row.values.length - 1] : row.median;
  if (!rows.every(row => Number.isFinite(end(row)))) return trainings.length > 0 ? `Not all end with a number: ${list(rows.filter(row => !Number.isFinite(end(row))).map(({ title }) => title))} diverged.` : "The first seed is drawn; the others are on their way.";
  const ranked = [...rows].sort((a, b) => end(a) - end(b));
  const [best, worst] = [ranked[0], ranked[ranked.length - 1]];
  const what = trainings.length > 0 ? `After ${whole(updatesAt(trainings[0], trainings[0].frames))} updates` : `Over ${whole(seeds)} seeds`;
  return rows.length === 1 ? `${what} ${best.title} ends at ${number(end(best))}.`
    : `${what} ${best.title} ends lowest, at ${number(end(best))}; ${worst.title} highest, at ${number(end(worst))}, ${number(end(worst) / end(best))} times as much.`;
}
