// W25: every schedule over the same updates.
import { chart } from "../draw/chart.js";
import { exact, list, number, whole } from "../format.js";
import { ask } from "../library.js";

/** @typedef {import("../draw/plot.js").Style} Style */
/** @typedef {{ peak: number, low: number, warmup: number, rest: number, total: number, rise: string }} Parts */
/** @typedef {{ id: string, title: string, text: (parts: Parts) => string }} Kind */
/** @typedef {{ id: string, title: string, style: Style, text: string, values: Float64Array, area: number, quarters: number[] | null }} Curve */
/** @typedef {{ curves: Curve[], total: number, crossings: { first: string, second: string, step: number }[], request: any, warmup: number }} Model */

/** What is written for the library; it knows what the words mean.
 * @type {Kind[]} */
export const kinds = [
  { id: "constant", title: "Constant", text: ({ rise, peak }) => `${rise}constant(${peak})` },
  { id: "step", title: "Step", text: ({ rise, peak, rest }) => `${rise}step(${peak}, ${Math.max(1, Math.floor(rest / 3))}, 0.1)` },
  { id: "multistep", title: "Multi-step", text: ({ rise, peak, rest }) => `${rise}multi-step(${peak}, 0.2, ${[0.3, 0.6, 0.8].map(share => Math.max(1, Math.round(rest * share))).filter((step, i, all) => all.indexOf(step) === i).join(", ")})` },
  { id: "exponential", title: "Exponential", text: ({ rise, peak, low, rest }) => `${rise}exponential(${peak}, ${(Math.max(low / peak, 0.01) ** (1 / rest)).toPrecision(15)})` },
  { id: "linear", title: "Linear", text: ({ rise, peak, low, rest }) => `${rise}linear(${peak}..${low}, ${rest})` },
  { id: "polynomial", title: "Polynomial, power 2", text: ({ rise, peak, low, rest }) => `${rise}polynomial(${peak}..${low}, ${rest}, power 2)` },
  { id: "cosine", title: "Cosine", text: ({ rise, peak, low, rest }) => `${rise}cosine(${peak}..${low}, ${rest})` },
  { id: "restarts", title: "Cosine with restarts", text: ({ rise, peak, low, rest }) => `${rise}warm-restarts(${peak}..${low}, ${Math.max(1, Math.round(rest / 7))}, multiplier 2)` },
  { id: "invsqrt", title: "Inverse square root", text: ({ rise, peak, warmup, rest }) => `${rise}inverse-square-root(${peak}, ${Math.max(1, warmup || Math.round(rest / 10))})` },
  { id: "noam", title: "Inverse square root, raw", text: ({ warmup, rest }) => `noam(1, ${Math.max(1, warmup || Math.round(rest / 10))})` },
  { id: "wsd", title: "Warmup, stable, decay", text: ({ rise, peak, low, total, warmup }) => `${rise}constant(${peak}) for ${Math.max(1, Math.round(0.8 * total) - warmup)} then linear(${peak}..${low}, ${Math.max(1, total - Math.max(warmup + 1, Math.round(0.8 * total)))})` },
  { id: "triangular", title: "Cyclical, triangular", text: ({ peak, low, total }) => `cyclical(${low}..${peak}, ${Math.max(1, Math.round(total / 8))})` },
  { id: "triangular2", title: "Cyclical, halving", text: ({ peak, low, total }) => `cyclical(${low}..${peak}, ${Math.max(1, Math.round(total / 8))}, halving)` },
  { id: "onecycle", title: "One-cycle", text: ({ peak, low, total, warmup }) => `one-cycle(${exact(peak / 25)}..${peak}..${low}, ${total}, warmup ${exact(Math.min(0.9, Math.max(warmup, 1) / total))})` },
  { id: "plateau", title: "On a plateau", text: ({ rise, peak, rest, warmup }) => `${rise}plateau(${peak}, factor 0.1, ${[0.4, 0.7, 0.9].map((share, i) => `${Math.max(i + 1, Math.round(rest * share))}: ${exact(Number((peak * 0.1 ** (i + 1)).toPrecision(12)))}`).join(", ")})`.replace("  ", " ") + (warmup ? "" : "") },
];

const colours = [["#1f6feb", "#6cb0ff"], ["#d9480f", "#ff9a5c"], ["#0b7a4b", "#4fd29a"], ["#a61e8f", "#f08be0"], ["#8a6d00", "#e3c14a"], ["#0e7c86", "#56d3dc"], ["#c2255c", "#ff85a8"], ["#5f3dc4", "#b197fc"], ["#4d5c6a", "#b3c0cc"], ["#7a4419", "#d9a57a"], ["#44770f", "#a6d861"], ["#b3261e", "#ff9188"]];
const dashes = [[], [7, 3], [2, 3], [9, 3, 2, 3]];
const markers = ["circle", "square", "diamond", "triangle", "cross", "star", "plus", "ring"];

/** @param {string} id @returns {Style} */
export function styleOfSchedule(id) {
  const i = Math.max(0, kinds.findIndex(kind => kind.id === id));
  const [light, dark] = colours[i % colours.length];
  return { light, dark, dash: dashes[i % dashes.length], marker: markers[i % markers.length] };
}

/** @type {import("../widget.js").Widget} */
export default {
  id: "schedules",
  title: "Schedule visualiser",
  lead: "How the learning rate changes over training. Overlay schedules, read any step, and see where each of them does its decay.",

  fields: () => [
    { key: "s", label: "Schedules", kind: "set", initial: ["cosine", "linear", "invsqrt", "wsd"], choices: kinds.map(({ id, title }) => [id, title]), style: styleOfSchedule, hint: "“On a plateau” shows what three stalls at 40, 70 and 90 % do; when they come depends on the metric." },
    { key: "n", label: "Updates", kind: "whole", initial: 1000, low: 10, high: 1e6, log: true },
    { key: "wu", label: "Warmup, % of the updates", kind: "number", initial: 10, low: 0, high: 20 },
    { key: "lr", label: "Peak learning rate", kind: "number", initial: 0.001, low: 1e-6, high: 10, log: true },
    { key: "min", label: "Lowest as a share of the peak", kind: "number", initial: 0, low: 0, high: 1 },
    { key: "ylog", label: "Logarithmic rate", kind: "toggle", initial: false },
  ],

  async compute({ state }) {
    const total = state.n;
    const warmup = Math.round(total * state.wu / 100);
    const peak = state.lr;
    const parts = { peak, low: Number((peak * state.min).toPrecision(12)), warmup, rest: Math.max(1, total - warmup), total, rise: warmup > 0 ? `warmup(${warmup}) then ` : "" };
    const chosen = kinds.filter(kind => state.s.includes(kind.id));
    const request = { schedules: chosen.map(kind => kind.text(parts)), steps: total };
    const answer = chosen.length > 0 ? await ask("schedule", request, "schedules") : { schedules: [], crossings: [] };
    return /** @type {Model} */ ({
      request, total, warmup,
      curves: answer.schedules.map((/** @type {any} */ each, /** @type {number} */ i) => ({ id: chosen[i].id, title: chosen[i].title, style: styleOfSchedule(chosen[i].id), text: each.text, area: each.area, quarters: each.quarters, values: each.values.values })),
      crossings: answer.crossings.map((/** @type {any} */ each) => ({ first: chosen[each.first].title, second: chosen[each.second].title, step: each.step })),
    });
  },

  last: (/** @type {Model} */ { total }) => total,

  views: [{
    id: "curves", title: "Learning rate", height: 0.52,
    note: (/** @type {Model} */ { warmup, total }) => `${whole(warmup)} updates of warmup, ${whole(total - warmup)} after it`,
    draw(pen, /** @type {Model} */ model, step, { state, lit }) {
      return chart(pen, {
        curves: model.curves.map(({ title, style, values }) => ({ name: title, style, values, faint: lit !== null && lit !== title, bold: lit === title })),
        at: step, log: state.ylog, xLabel: "update", yLabel: "learning rate", low: state.ylog ? undefined : 0,
      });
    },
    describe: (/** @type {Model} */ { curves, total }, step) => `Learning rates over ${total} updates. At update ${step}: ${curves.map(curve => `${curve.title} ${number(curve.values[step])}`).join(", ")}.`,
    pick: (x, _, context) => context.to(x),
    hover: (x, y, context, /** @type {Model} */ { curves }) => {
      const at = Math.round(x);
      const nearest = [...curves].sort((a, b) => Math.abs(a.values[at] - y) - Math.abs(b.values[at] - y))[0];
      context.light(Number.isFinite(x) && nearest ? nearest.title : null);
    },
  }],

  readout: (/** @type {Model} */ { curves, total, warmup }, step) => [
    ["Update", String(step)], ["Share of all updates", total > 0 ? step / total : 0],
    ["Share of the part after warmup", Math.max(0, step - warmup) / Math.max(1, total - warmup)],
    ...curves.map(({ title, values }) => /** @type {[string, any]} */ ([title, values[step]])),
  ],

  caption: (/** @type {Model} */ model) => ({ text: verdict(model) }),

  tables: (/** @type {Model} */ { curves, crossings }) => [
    {
      title: "Area and where the decay happens",
      columns: ["Schedule", "Highest", "Area (sum of rates)", "Decay in quarter 1", "2", "3", "4"],
      rows: curves.map(({ title, values, area, quarters }) => [title, values.reduce((a, b) => Math.max(a, b), 0), area, ...(quarters ? quarters.map(share => `${(100 * share).toFixed(1)} %`) : ["no decay", "", "", ""])]),
      runs: curves.map(({ title, style }) => ({ label: title, style })),
    },
    ...(crossings.length > 0 ? [{ title: "Crossings after the warmup", columns: ["Schedules", "At update"], rows: crossings.map(({ first, second, step }) => [`${first} and ${second}`, String(step)]) }] : []),
  ],

  table: (/** @type {Model} */ { curves, total }) => ({
    title: "Learning rate at every update", columns: ["update", ...curves.map(({ title }) => title)],
    rows: Array.from({ length: total + 1 }, (_, t) => [t, ...curves.map(({ values }) => values[t])]),
  }),
  request: (/** @type {Model} */ { request }) => request,
  code: async (/** @type {Model} */ { curves, total }) => [
    "using Descent.Schedules;", "",
    ...curves.map(({ text, title }) => `// ${title}\nShow(Schedule.Parse("${text}"));\n`),
    `static void Show(Schedule schedule)\n{\n    for (var update = 0; update <= ${total}; update += ${Math.max(1, Math.round(total / 10))})\n    {\n        Console.WriteLine($"{update}: {schedule.At(update)}");\n    }\n}`, ""].join("\n"),
};

/** @param {Model} model */
function verdict({ curves, crossings }) {
  if (curves.length === 0) return "Choose a schedule.";
  const ranked = [...curves].sort((a, b) => b.area - a.area);
  const [most, least] = [ranked[0], ranked[ranked.length - 1]];
  const parts = [curves.length === 1
    ? `${most.title}: the sum of all rates is ${number(most.area)}.`
    : `${most.title} covers the most ground, with a sum of rates of ${number(most.area)}; ${least.title} the least, with ${number(least.area)}.`];
  if (curves.length === 1 && most.quarters) parts.push(`Of its decay ${list(most.quarters.map(share => `${(100 * share).toFixed(1)} %`))} happen in the four quarters after the warmup.`);
  if (crossings.length > 0) parts.push(`${crossings[0].first} and ${crossings[0].second} cross at update ${whole(crossings[0].step)}.`);
  return parts.join(" ");
}
