// W27: the learning-rate range test: rates grow, the loss falls and blows up, and the steepest fall is where to begin.
import { chart } from "../draw/chart.js";
import { colourOf, marker } from "../draw/plot.js";
import { exact, number, whole } from "../format.js";
import { ask } from "../library.js";
import { landscapeFields, placeOf } from "../model.js";
import { palette } from "../theme.js";
import { dataKinds } from "./networkfields.js";

/** @typedef {import("../draw/plot.js").Style} Style */
/** @typedef {{ rates: Float64Array, losses: Float64Array, smoothed: Float64Array, steepest: number, lowest: number, blowUp: number | null, suggestion: number, stableBelow: number | null, trialRates: number[], trialLosses: number[], style: Style, target: string, request: any }} Model */

/** @type {Style} */
const quiet = { light: "#9aa19d", dark: "#7d8783", dash: [], marker: "circle" };

/** @type {import("../widget.js").Widget} */
export default {
  id: "rangetest",
  title: "Learning-rate range test",
  lead: "Let the rate grow by equal factors and watch the loss: nothing happens, it falls, it blows up. Begin where it falls fastest.",

  fields: catalog => [
    { key: "on", label: "Done on", kind: "choice", as: "segments", initial: "landscape", choices: [["landscape", "A landscape"], ["network", "A network"]] },
    ...landscapeFields(catalog, "kappabowl").map(field => ({ ...field, when: (/** @type {any} */ state) => state.on === "landscape" && (field.when?.(state) ?? true) })),
    { key: "d", label: "Data", kind: "choice", initial: "circle", choices: dataKinds, when: state => state.on === "network" },
    { key: "o", label: "Optimizer", kind: "choice", initial: "sgd", adapt: state => ({ initial: state.on === "network" ? "adam" : "sgd" }), choices: catalog.methods.map((/** @type {any} */ method) => [method.name, catalog.titles[method.name]]) },
    { key: "low", label: "First rate", kind: "number", initial: 1e-4, low: 1e-7, high: 1, log: true },
    { key: "high", label: "Last rate", kind: "number", initial: 1, low: 1e-3, high: 100, log: true },
    { key: "n", label: "Rates", kind: "whole", initial: 200, low: 10, high: 2000, log: true },
    { key: "each", label: "Steps with each rate, from the start", kind: "whole", initial: 200, low: 0, high: 200, when: state => state.on === "landscape", hint: "0 for one run that goes on from rate to rate, as on a network. Without noise such a run has shrunk the steep directions to nothing before their limit, and passes it unseen." },
    { key: "smooth", label: "Smoothing", kind: "number", initial: 0, low: 0, high: 0.99, adapt: state => ({ initial: state.on === "network" ? 0.9 : 0 }) },
    { key: "seed", label: "Seed", kind: "whole", initial: 1, low: 0, high: 9999, when: state => state.on === "network" },
  ],

  async compute({ state, catalog }) {
    const isNetwork = state.on === "network";
    const request = {
      ...(isNetwork ? { network: { data: state.d, optimizer: state.o, seed: state.seed } } : { run: { landscape: placeOf(state, catalog), optimizers: [{ optimizer: state.o }] }, ...(state.each > 0 ? { steps_per_rate: state.each } : {}) }),
      low: state.low, high: state.high, count: state.n, smoothing: state.smooth, trials: 12,
    };
    const answer = await ask("rangetest", request, "rangetest");
    const numbers = (/** @type {(number | string)[]} */ values) => Float64Array.from(values, Number);
    return /** @type {Model} */ ({
      rates: numbers(answer.rates), losses: numbers(answer.losses), smoothed: numbers(answer.smoothed), steepest: answer.steepest, lowest: answer.lowest, blowUp: answer.blow_up, suggestion: answer.suggestion, stableBelow: answer.stable_below,
      trialRates: answer.trial_rates, trialLosses: answer.trial_losses.map(Number), style: catalog.styleOf(state.o), request,
      target: isNetwork ? `a network on ${(dataKinds.find(([id]) => id === state.d)?.[1] ?? "").toLowerCase()} with ${catalog.titleOf(state.o)}` : `${catalog.landscape(state).title} with ${catalog.titleOf(state.o)}`,
    });
  },

  last: (/** @type {Model} */ { rates }) => rates.length - 1,
  first: (/** @type {Model} */ { rates }) => rates.length - 1,

  views: [
    {
      id: "sweep", title: "Loss as the rate grows", height: 0.5,
      note: (/** @type {Model} */ { target }) => target,
      draw(pen, /** @type {Model} */ model, step) {
        const colours = palette();
        const log = positive(model);
        const cap = ceiling(model);
        const shown = (/** @type {Float64Array} */ values) => values.subarray(0, step + 1);
        const curves = [
          { name: "loss", style: quiet, values: shown(model.losses), x: shown(model.rates) },
          { name: "smoothed", style: model.style, values: shown(model.smoothed), x: shown(model.rates), bold: true },
        ];
        const frame = chart(pen, { curves, at: step, log, xLog: true, xFirst: model.rates[0], xLast: model.request.high, xLabel: "learning rate η", yLabel: "loss", low: lowestOf(model), high: cap });
        const line = (/** @type {number | null} */ rate, /** @type {string} */ text, /** @type {string} */ colour, /** @type {number[]} */ dash, /** @type {number} */ height) => {
          if (rate === null || rate > model.rates[step]) return;
          const x = frame.x.at(rate);
          const onLeft = x > frame.place.x + frame.place.width * 0.6;
          pen.path([x, frame.place.y, x, frame.place.y + frame.place.height], { stroke: colour, width: 1.6, dash });
          pen.text(x + (onLeft ? -5 : 5), frame.place.y + height, `${text} ${number(rate)}`, { size: 12, weight: 600, anchor: onLeft ? "end" : "start", fill: colour, halo: colours.sheet });
        };
        line(model.suggestion, "begin with", colours.accent, [], 12);
        line(model.stableBelow, "stable below", colours.soft, [2, 3], 30);
        line(model.blowUp, "blew up at", colours.warn, [6, 4], 48);
        return frame;
      },
      describe: (/** @type {Model} */ model, step) => `Loss against a rate that grows from ${number(model.rates[0])}: ${number(model.smoothed[step])} at ${number(model.rates[step])}. ${sentence(model)}`,
      pick: (x, _, context, /** @type {Model} */ { rates }) => context.to(Math.log(x / rates[0]) / Math.log(rates[1] / rates[0])),
    },
    {
      id: "trials", title: "Twelve rates, tried in full", height: 0.3,
      note: (/** @type {Model} */ { request }) => `final loss after ${whole(request.count)} steps with a constant rate`,
      draw(pen, /** @type {Model} */ model) {
        const values = Float64Array.from(model.trialLosses);
        const finite = values.filter(Number.isFinite);
        const log = finite.every(value => value > 0);
        const worst = Math.max(...finite.filter(value => value <= 10 * model.losses[0]));
        const frame = chart(pen, { curves: [{ name: "final loss", style: model.style, values, x: model.trialRates }], log, xLog: true, xLabel: "learning rate η", yLabel: "final loss", high: Number.isFinite(worst) ? worst * (log ? 2 : 1.05) : undefined });
        values.forEach((value, i) => marker(pen, frame.x.at(model.trialRates[i]), Math.max(frame.place.y, frame.y.at(value)), model.style, 4));
        pen.path([frame.x.at(model.suggestion), frame.place.y, frame.x.at(model.suggestion), frame.place.y + frame.place.height], { stroke: palette().accent, width: 1.6 });
        pen.text(frame.x.at(model.suggestion) + 5, frame.place.y + 10, "suggestion", { size: 11, fill: colourOf(model.style), halo: palette().sheet });
        return frame;
      },
      describe: (/** @type {Model} */ model) => `Final losses of twelve rates; the best is ${number(bestTrial(model))}.`,
    },
  ],

  readout: (/** @type {Model} */ model, step) => [
    ["Rate number", String(step + 1)], ["Learning rate", model.rates[step]], ["Loss", model.losses[step]], ["Smoothed", model.smoothed[step]],
    ["Steepest fall", model.steepest], ["Lowest", model.lowest], ["Blew up at", model.blowUp ?? "not in this range"], ["Suggestion", model.suggestion],
    ...(model.stableBelow === null ? [] : /** @type {[string, any][]} */ ([["Stable below", model.stableBelow]])), ["Best of twelve", bestTrial(model)],
  ],

  caption: (/** @type {Model} */ model) => ({ text: sentence(model) }),
  tables: (/** @type {Model} */ model) => [{ title: "Twelve rates, tried in full", columns: ["Learning rate", "Final loss"], rows: model.trialRates.map((rate, i) => [rate, Number.isFinite(model.trialLosses[i]) ? model.trialLosses[i] : "diverged"]) }],
  table: (/** @type {Model} */ { rates, losses, smoothed }) => ({ title: "Every rate", columns: ["learning_rate", "loss", "smoothed"], rows: Array.from(rates, (rate, i) => [rate, losses[i], smoothed[i]]) }),
  request: (/** @type {Model} */ { request }) => request,
  code: async (/** @type {Model} */ { request }) => [
    "using Descent.Landscapes.Networks;", "using Descent.Landscapes.Runs;", "", "var result = RangeTest.Of(new RangeTestRequest", "{",
    request.network ? `    Network = new() { Data = NetworkData.${request.network.data[0].toUpperCase()}${request.network.data.slice(1)}, Optimizer = "${request.network.optimizer}", Seed = ${request.network.seed} },`
      : `    Run = new() { Landscape = new() { ${request.run.landscape.formula ? `Formula = "${request.run.landscape.formula}"` : `Id = "${request.run.landscape.id}"`}${request.run.landscape.constants ? `, Constants = new() { ${Object.entries(request.run.landscape.constants).map(([name, value]) => `["${name}"] = ${value}`).join(", ")} }` : ""} }, Optimizers = [new() { Optimizer = "${request.run.optimizers[0].optimizer}" }] },`,
    `    Low = ${exact(request.low)}, High = ${exact(request.high)}, Count = ${request.count}, Smoothing = ${exact(request.smoothing)}, Trials = ${request.trials},${request.steps_per_rate ? ` StepsPerRate = ${request.steps_per_rate},` : ""}`,
    "});", "Console.WriteLine($\"begin with {result.Suggestion}; lowest at {result.Lowest}, blew up at {result.BlowUp}\");", ""].join("\n"),
};

/** @param {Model} model */
const positive = ({ losses, smoothed }) => [...losses, ...smoothed].every(value => !(value <= 0));

/** The lowest loss that is drawn: twelve decades are enough. @param {Model} model */
const lowestOf = model => positive(model) ? undefined : Math.min(...model.losses);

/** What blows up does not squeeze the rest. @param {Model} model */
const ceiling = ({ losses }) => losses[0] > 0 ? losses[0] * 4 : undefined;

/** @param {Model} model */
const bestTrial = ({ trialRates, trialLosses }) => trialRates[trialLosses.reduce((best, value, i) => value < trialLosses[best] ? i : best, 0)];

/** @param {Model} model */
function sentence(model) {
  const { suggestion, blowUp, stableBelow, target, steepest } = model;
  const best = bestTrial(model);
  const times = suggestion > best ? suggestion / best : best / suggestion;
  return `On ${target} the loss falls fastest at η = ${number(steepest)}${blowUp === null ? " and does not blow up in this range" : ` and blows up at ${number(blowUp)}`}. Begin with ${number(suggestion)}${stableBelow === null ? "" : `, which is ${suggestion < stableBelow ? "below" : "above"} the true limit of ${number(stableBelow)}`}; of twelve rates tried in full the best is ${number(best)}, ${times < 1.05 ? "the same" : `${number(times)} times ${suggestion > best ? "lower" : "higher"}`}.`;
}
