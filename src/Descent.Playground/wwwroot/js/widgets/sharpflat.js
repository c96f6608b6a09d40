// W07: noise leaves a sharp pit and stays in a flat basin; flat minima bear a jitter of the weights.
import { chart } from "../draw/chart.js";
import { area, axes, colourOf } from "../draw/plot.js";
import { linear } from "../draw/scale.js";
import { styles } from "../draw/styles.js";
import { number, whole } from "../format.js";
import { ask } from "../library.js";
import { gridOf } from "../model.js";
import { palette } from "../theme.js";

/** @typedef {{ minima: number[], curvatures: number[], barriers: number[], steps: Float64Array, points: Float64Array, shares: Float64Array, jitter: Float64Array, jittered: Float64Array, runs: number, grid: import("../model.js").Grid, request: any }} Model */

const names = ["flat basin", "sharp pit"];
/** What lies left is flat, what lies right is sharp. */
const looks = [styles[5], styles[1]];

/** @type {import("../widget.js").Widget} */
export default {
  id: "sharpflat",
  title: "Sharp against flat minima",
  lead: "Many runs on one curve with a deep narrow pit and a wide basin. Small noise holds every run where it starts; enough of it throws runs out of the pit, but hardly out of the basin.",

  fields: () => [
    { key: "noise", label: "Gradient noise σ", kind: "number", initial: 4, low: 0, high: 8, hint: "Small batches are noisy: a quarter of the batch doubles σ." },
    { key: "lr", label: "Learning rate η", kind: "number", initial: 0.03, low: 0.005, high: 0.04 },
    { key: "from", label: "Start", kind: "choice", as: "segments", initial: "sharp", choices: [["sharp", "In the sharp pit"], ["flat", "In the flat basin"]] },
    { key: "sam", label: "Sharpness-aware: look ρ uphill first", kind: "toggle", initial: false },
    { key: "rho", label: "ρ", kind: "number", initial: 0.3, low: 0.01, high: 1, when: state => state.sam },
    { key: "runs", label: "Runs", kind: "whole", initial: 200, low: 1, high: 2000, log: true },
    { key: "n", label: "Steps", kind: "whole", initial: 3000, low: 10, high: 5000, log: true },
    { key: "seed", label: "Seed", kind: "whole", initial: 1, low: 0, high: 9999 },
  ],

  async compute({ state }) {
    const grid = await gridOf({ id: "sharpflat1d" }, 401);
    const minima = grid.known.filter(({ kind }) => kind === "minimum").map(({ point }) => point[0]);
    const request = { landscape: "sharpflat1d", start: state.from === "sharp" ? Math.max(...minima) : Math.min(...minima), learning_rate: state.lr, sigma: state.noise, rho: state.sam ? state.rho : 0, runs: state.runs, steps: state.n, seed: state.seed };
    const answer = await ask("swarm", request, "sharpflat");
    const column = (/** @type {string} */ name) => answer.columns.find((/** @type {any} */ each) => each.name === name).values;
    return /** @type {Model} */ ({ minima: answer.minima, curvatures: answer.curvatures, barriers: answer.barriers, steps: column("steps"), points: column("points"), shares: column("shares"), jitter: column("jitter"), jittered: column("jittered"), runs: state.runs, grid, request });
  },

  last: (/** @type {Model} */ { steps }) => steps.length - 1,
  first: (/** @type {Model} */ { steps }) => steps.length - 1,

  views: [
    {
      id: "swarm", title: "The swarm", height: 0.5,
      note: (/** @type {Model} */ { runs }) => `${whole(runs)} runs; bars: where they are now`,
      draw: (pen, /** @type {Model} */ model, frame) => swarm(pen, model, frame),
      describe: (/** @type {Model} */ model, frame) => `Curve with ${whole(model.runs)} runs after ${model.steps[frame]} steps: ${percent(shareOf(model, frame, 0))} in the flat basin, ${percent(shareOf(model, frame, 1))} in the sharp pit.`,
    },
    {
      id: "shares", title: "Share in each basin", height: 0.62, half: true,
      draw: (pen, /** @type {Model} */ model, frame) => chart(pen, { curves: names.map((name, basin) => ({ name, style: looks[basin], values: Float64Array.from(model.steps, (_, k) => shareOf(model, k, basin)), x: model.steps })), at: frame, low: 0, high: 1, yLabel: "share of the runs" }),
      describe: (/** @type {Model} */ model, frame) => `Shares over ${model.steps[model.steps.length - 1]} steps: ${percent(shareOf(model, frame, 0))} in the flat basin now.`,
      pick: (x, _, context, /** @type {Model} */ { steps }) => context.to(x / Math.max(1, steps[1])),
    },
    {
      id: "jitter", title: "Loss when the weights are jittered", height: 0.62, half: true,
      draw: (pen, /** @type {Model} */ { jitter, jittered }) => chart(pen, { curves: names.map((name, basin) => ({ name, style: looks[basin], values: Float64Array.from(jitter, (_, k) => jittered[2 * k + basin]), x: jitter })), xLabel: "size of the jitter", yLabel: "mean loss" }),
      describe: (/** @type {Model} */ { jittered, jitter }) => `Mean loss around each minimum: with a jitter of ${number(jitter[8])} it is ${number(jittered[16])} in the flat basin and ${number(jittered[17])} in the sharp pit.`,
    },
  ],

  readout: (/** @type {Model} */ model, frame) => [
    ["Step", String(model.steps[frame])], ["In the flat basin", shareOf(model, frame, 0)], ["In the sharp pit", shareOf(model, frame, 1)],
    ["Minima", model.minima], ["Curvatures", model.curvatures], ["Barrier", model.barriers], ["Runs", whole(model.runs)], ["Seed", String(model.request.seed)],
  ],

  caption(/** @type {Model} */ model, frame) {
    const { request, jitter, jittered } = model;
    const crossing = jitter.findIndex((_, k) => jittered[2 * k] < jittered[2 * k + 1]);
    const start = request.start > model.barriers[0] ? 1 : 0;
    const left = 1 - shareOf(model, frame, start);
    return { text: `With σ = ${number(request.sigma)}, ${left === 0 ? "no run has" : `${percent(left)} of the runs have`} left the ${names[start]} after ${whole(model.steps[frame])} steps${request.rho > 0 ? `, looking ${number(request.rho)} uphill` : ""}; ${percent(shareOf(model, frame, 0))} are in the flat basin. The pit is deeper, but a jitter of ${number(jitter[crossing])} is enough to make it the worse place to be.` };
  },

  table: (/** @type {Model} */ model) => ({ title: "Frames", columns: ["step", "share_flat", "share_sharp", ...Array.from({ length: Math.min(50, model.runs) }, (_, i) => `run_${i + 1}`)], rows: Array.from(model.steps, (step, k) => [step, shareOf(model, k, 0), shareOf(model, k, 1), ...model.points.subarray(k * model.runs, k * model.runs + Math.min(50, model.runs))]) }),
  request: (/** @type {Model} */ { request }) => request,
  code: async (/** @type {Model} */ { request }) => ["using Descent.Landscapes.Interface;", "", "var request = \"\"\"", `    ${JSON.stringify(request)}`, "    \"\"\";", "Console.WriteLine(Functions.Call(\"swarm\", request).Json);", ""].join("\n"),
};

/** @param {Model} model @param {number} frame @param {number} basin */
const shareOf = ({ shares, minima }, frame, basin) => shares[frame * minima.length + basin];

/** @param {number} share */
const percent = share => `${Number((100 * share).toFixed(1))} %`;

/** The curve, a dot per run a little above it, and below it how many are where.
 * @param {import("../draw/pen.js").Pen} pen @param {Model} model @param {number} frame */
function swarm(pen, { grid, points, runs, barriers }, frame) {
  const colours = palette();
  const place = area(pen, { left: 44, bottom: 34 });
  const { left, right } = grid.box;
  const [low, high] = [Math.min(...grid.losses), Math.min(2.2, Math.max(...grid.losses))];
  const x = linear(left, right, place.x, place.x + place.width, 8);
  const y = linear(low - 0.75 * (high - low), high + 0.1 * (high - low), place.y + place.height, place.y, 6);
  const lossAt = (/** @type {number} */ at) => grid.losses[Math.max(0, Math.min(grid.columns - 1, Math.round((at - left) / (right - left) * (grid.columns - 1))))];
  axes(pen, place, x, { ...y, ticks: y.ticks.filter(tick => tick >= 0) }, { x: "θ" });
  pen.clip(place, () => {
    const bins = new Array(60).fill(0);
    const now = points.subarray(frame * runs, (frame + 1) * runs);
    for (const at of now) if (at >= left && at <= right) bins[Math.min(59, Math.floor((at - left) / (right - left) * 60))]++;
    const tallest = Math.max(1, ...bins);
    const room = 0.2 * place.height;
    bins.forEach((count, i) => {
      const middle = left + (i + 0.5) / 60 * (right - left);
      if (count > 0) pen.rectangle({ x: place.x + i * place.width / 60 + 1, y: place.y + place.height - room * count / tallest, width: place.width / 60 - 2, height: room * count / tallest }, { fill: colourOf(looks[middle > barriers[0] ? 1 : 0]), opacity: 0.6 });
    });
    pen.path(Float64Array.from({ length: 2 * grid.columns }, (_, i) => i % 2 ? y.at(grid.losses[i >> 1]) : x.at(left + (i >> 1) / (grid.columns - 1) * (right - left))), { stroke: colours.soft, width: 2 });
    pen.path([x.at(barriers[0]), place.y, x.at(barriers[0]), place.y + place.height], { stroke: colours.line, dash: [4, 4] });
    now.forEach((at, i) => pen.circle(x.at(at), y.at(lossAt(at)) - 5 - i % 7 * 3, 2.6, { fill: colourOf(looks[at > barriers[0] ? 1 : 0]), opacity: 0.65 }));
    names.forEach((name, basin) => pen.text(basin === 0 ? place.x + 10 : place.x + place.width - 10, place.y + 14, name, { size: 12, weight: 600, anchor: basin === 0 ? "start" : "end", fill: colourOf(looks[basin]) }));
  });
  return { x, y, place };
}
