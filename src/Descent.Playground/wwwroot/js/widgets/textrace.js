// W30: the race that one of the texts prints, as printed and with each method at its best rate.
import { chart } from "../draw/chart.js";
import { mapGround, startMark, trail } from "../draw/map.js";
import { el } from "../dom.js";
import { exact, list, number, vector } from "../format.js";
import { codeOf, gridOf, pointAt, raceOf, runsTable } from "../model.js";
import { listings } from "./textrace-listings.js";

/** @typedef {import("../model.js").Run} Run */
/** @typedef {{ runs: Run[], rates: number[], grid: import("../model.js").Grid, request: any, best: boolean }} Model */

const entrants = [
  { optimizer: "sgd", label: "SGD", printed: 0.04 },
  { optimizer: "sgd(momentum=0.9)", label: "Momentum", printed: 0.018 },
  { optimizer: "adam", label: "Adam", printed: 0.6 },
];

/** @type {import("../widget.js").Widget} */
export default {
  id: "textrace",
  title: "A race reproduced",
  lead: "Text 000 runs three methods for 100 steps on ½(x² + 20y²) and reads a ranking of the methods off the result. The losses it prints are right; the ranking belongs to the rates it chose.",

  fields: () => [
    { key: "mode", label: "Learning rates", kind: "choice", as: "segments", initial: "printed", choices: [["printed", "As printed"], ["best", "Each at its best"]], hint: "At its best: for SGD the rate of theory, 2/(1 + 20); for the others the best of 200 rates." },
    { key: "n", label: "Steps", kind: "whole", initial: 100, low: 10, high: 500 },
    { key: "play", label: "Run the race", kind: "action", act: context => context.play() },
  ],

  async compute({ state }) {
    const place = { id: "kappabowl" };
    const request = { landscape: place, start: [-9, -4], steps: state.n, internals: false };
    const best = state.mode === "best";
    const rates = best ? [2 / 21, await bestRate(request, entrants[1].optimizer, 0.01, 1), await bestRate(request, entrants[2].optimizer, 0.001, 10)] : entrants.map(each => each.printed);
    const full = { ...request, optimizers: entrants.map(({ optimizer, label }, i) => ({ optimizer, label, learning_rate: rates[i] })) };
    const [race, grid] = await Promise.all([raceOf(full, "textrace"), gridOf(place)]);
    return /** @type {Model} */ ({ runs: race.runs, rates, grid, request: full, best });
  },

  last: (/** @type {Model} */ { runs }) => Math.max(...runs.map(run => run.updates)),
  first: (/** @type {Model} */ { runs }) => Math.max(...runs.map(run => run.updates)),

  views: [
    {
      id: "map", title: "The three paths", height: 0.56,
      note: () => "f(x, y) = ½(x² + 20y²), from (−9, −4)",
      ground: (pen, /** @type {Model} */ { grid }) => { mapGround(pen, grid); },
      draw(pen, /** @type {Model} */ { runs, grid }, step, { lit }) {
        const frame = mapGround.frame(pen, grid.box);
        for (const run of runs) trail(pen, frame, run.theta, step, run.style, { faint: lit !== null && lit !== run.label, bold: lit === run.label, dots: true });
        startMark(pen, frame, [-9, -4]);
        return frame;
      },
      describe: (/** @type {Model} */ { runs }, step) => `Contour map with three paths. At step ${step}: ${runs.map(run => `${run.label} at ${vector(pointAt(run, step))}`).join("; ")}.`,
    },
    {
      id: "curves", title: "Loss", height: 0.4, note: () => "logarithmic; press to move through the race",
      draw: (pen, /** @type {Model} */ { runs }, step, { lit }) => chart(pen, { curves: runs.map(run => ({ name: run.label, style: run.style, values: run.loss, faint: lit !== null && lit !== run.label, bold: lit === run.label })), at: step, log: true, yLabel: "loss" }),
      describe: (/** @type {Model} */ { runs }, step) => `Losses at step ${step}: ${runs.map(run => `${run.label} ${number(run.loss[step])}`).join(", ")}.`,
      pick: (x, _, context) => context.to(x),
      hover: (x, y, context, /** @type {Model} */ { runs }) => {
        const at = Math.max(0, Math.min(runs[0].updates, Math.round(x)));
        const gap = (/** @type {Run} */ run) => Math.abs(Math.log(run.loss[at] / y));
        context.light(Number.isFinite(x) && y > 0 ? [...runs].sort((a, b) => gap(a) - gap(b))[0].label : null);
      },
    },
  ],

  content: () => {
    const element = el("details", { class: "listings" }, el("summary", {}, "The race in Python, Julia and Rust"));
    let shown = "";
    return {
      element, below: true,
      update(/** @type {Model} */ { rates, request }) {
        const key = JSON.stringify([rates, request.steps]);
        if (key === shown) return;
        shown = key;
        element.replaceChildren(element.firstElementChild ?? "", ...listings(rates.map(exact), request.steps).map(({ language, text }) => el("section", {}, el("h3", {}, language), el("pre", { tabindex: 0, "aria-label": `The race in ${language}` }, text))));
      },
    };
  },

  readout: (/** @type {Model} */ { runs }, step, { lit }) => {
    const run = runs.find(each => each.label === lit) ?? runs[0];
    return [
      ["Step", String(step)], ["Optimizer", run.label], ["Status", run.status.at(step)], ["θ", pointAt(run, step)], ["Loss", run.loss[step]], ["‖g‖", run.gradientNorm[step]], ["Learning rate", run.learningRate[step]],
      ...runs.map(each => /** @type {[string, any]} */ ([`Loss of ${each.label}`, each.loss[step]])),
    ];
  },

  caption: (/** @type {Model} */ model) => ({ text: verdict(model) }),

  tables: (/** @type {Model} */ { runs, rates }, step) => [{
    title: "What each does to the two axes", columns: ["Optimizer", "Rate", "Loss now", "Final loss", "First factor of x", "First factor of y", "y changes sign", "Farthest overshoot in y"],
    rows: runs.map((run, i) => [run.label, rates[i], run.loss[step], run.loss[run.updates], factor(run, 0), factor(run, 1), String(crossings(run, 1)), overshoot(run)]),
    runs: runs.map(({ label, style }) => ({ label, style })),
  }],

  table: (/** @type {Model} */ { runs }) => runsTable("Every step of the three", runs),
  request: (/** @type {Model} */ { request }) => request,
  code: (/** @type {Model} */ { request }) => codeOf(request),
};

/** Of 200 rates, evenly apart on a logarithmic scale, the one that ends lowest; found once.
 * @param {any} request @param {string} optimizer @param {number} low @param {number} high @returns {Promise<number>} */
async function bestRate(request, optimizer, low, high) {
  const key = `${optimizer} ${request.steps}`;
  const known = found.get(key);
  if (known) return known;
  const rates = Array.from({ length: 200 }, (_, k) => low * (high / low) ** (k / 199));
  let [best, lowest] = [rates[0], Infinity];
  for (let from = 0; from < rates.length; from += 16) {
    const some = rates.slice(from, from + 16);
    const { runs } = await raceOf({ ...request, optimizers: some.map(rate => ({ optimizer, learning_rate: rate })) }, "textrace");
    runs.forEach((run, i) => { if (run.loss[run.updates] < lowest) [best, lowest] = [some[i], run.loss[run.updates]]; });
  }
  found.set(key, best);
  return best;
}

/** @type {Map<string, number>} */
const found = new Map();

/** What the first step multiplies a coordinate by.
 * @param {Run} run @param {number} axis */
const factor = (run, axis) => run.theta[2 + axis] / run.theta[axis];

/** @param {Run} run @param {number} axis */
function crossings({ theta, updates }, axis) {
  let count = 0;
  for (let k = 1; k <= updates; k++) if (theta[2 * k + axis] * theta[2 * k - 2 + axis] < 0) count++;
  return count;
}

/** How far beyond y = 0 the path gets, starting below it.
 * @param {Run} run */
function overshoot({ theta, updates }) {
  let highest = 0;
  for (let k = 0; k <= updates; k++) highest = Math.max(highest, theta[2 * k + 1]);
  return highest;
}

/** @param {Model} model */
function verdict({ runs, rates, best }) {
  const ranked = [...runs].sort((a, b) => a.loss[a.updates] - b.loss[b.updates]);
  const order = list(ranked.map(run => `${run.label} (${number(run.loss[run.updates])})`));
  const [sgd, , adam] = runs;
  const turns = crossings(sgd, 1);
  const axes = `At a rate of ${number(rates[0])} SGD multiplies x by ${number(factor(sgd, 0))} and y by ${number(factor(sgd, 1))} in every step${turns > 0 ? `, so y changes sign ${turns} times` : ": the steep wall is gone at once, and the crawl is along x"}.`;
  const over = ` Adam overshoots y = 0 by ${number(overshoot(adam))}.`;
  return `${best ? "Each at its best rate" : "As printed"}, from the lowest final loss: ${order}. ${axes}${best ? "" : over}`;
}
