// W06: where noisy gradients end: a fixed rate hovers, a falling one settles, one that falls too fast stops short.
import { chart, ramp } from "../draw/chart.js";
import { area, axes, colourOf } from "../draw/plot.js";
import { linear } from "../draw/scale.js";
import { styles as series } from "../draw/styles.js";
import { exact, number, whole } from "../format.js";
import { ask } from "../library.js";
import { palette } from "../theme.js";

/** @typedef {{ schedule: string, sum_of_rates: number, sum_of_squares: number, sum_diverges: boolean | null, squares_converge: boolean | null, mean_loss: number, radius: number, theory_loss: number, floor_loss: number | null, square: Float64Array, theory: Float64Array, rates: Float64Array, chains: Float64Array, shown: number }} Floor */
/** @typedef {{ floor: Floor, half: Floor | null, request: any, rule: string, steps: number, from: number }} Model */

/** As the library reads them; what they leave out is η₀ and the number of steps. The rates of 1/t² are η₀/(t + 1)² for t = 1, 2, …
 * @type {{ id: string, title: string, text: (rate: number, steps: number) => string | null }[]} */
const rules = [
  { id: "constant", title: "constant", text: () => null },
  { id: "time", title: "1/t", text: rate => `inverse-time(${exact(rate)})` },
  { id: "root", title: "1/√t", text: rate => `inverse-time(${exact(rate)}, power 0.5)` },
  { id: "square", title: "1/(t + 1)²", text: rate => `inverse-time(${exact(rate / 4)}, rate 0.5, power 2)` },
  { id: "step", title: "step, a tenth at each third", text: (rate, steps) => `step(${exact(rate)}, ${Math.max(1, Math.floor(steps / 3))}, 0.1)` },
  { id: "cosine", title: "cosine to 0", text: (rate, steps) => `cosine(${exact(rate)}..0, ${steps})` },
];

/** @type {import("../draw/plot.js").Style} */
const theoryStyle = { light: "#1c1f1e", dark: "#eceeec", dash: [6, 4], marker: "ring" };

/** @type {import("../widget.js").Widget} */
export default {
  id: "noisefloor",
  title: "Noise floor and Robbins–Monro",
  lead: "Many chains of gradient descent on ½λθ², each with its own noise. A fixed rate comes near and hovers; a rate that falls slowly enough lets the noise average out; one that falls too fast stops on the way.",

  fields: () => [
    { key: "rule", label: "Learning rate", kind: "choice", initial: "constant", choices: rules.map(({ id, title }) => [id, title]) },
    { key: "lr", label: "η₀", kind: "number", initial: 0.1, low: 0.01, high: 1, log: true },
    { key: "noise", label: "Gradient noise σ", kind: "number", initial: 1, low: 0, high: 4 },
    { key: "c", label: "Curvature λ", kind: "number", initial: 1, low: 0.1, high: 10, log: true },
    { key: "chains", label: "Chains", kind: "whole", initial: 200, low: 1, high: 2000, log: true },
    { key: "n", label: "Steps", kind: "whole", initial: 1000, low: 10, high: 20000, log: true },
    { key: "p0", label: "Start", kind: "number", initial: 1, low: -10, high: 10 },
    { key: "seed", label: "Seed", kind: "whole", initial: 1, low: 0, high: 9999 },
  ],

  async compute({ state }) {
    const rule = rules.find(({ id }) => id === state.rule) ?? rules[0];
    const from = Math.floor(state.n / 5);
    const request = { curvature: state.c, sigma: state.noise, learning_rate: state.lr, schedule: rule.text(state.lr, state.n), start: state.p0, chains: state.chains, steps: state.n, average_from: from, seed: state.seed };
    const floor = floorOf(await ask("noisefloor", request, "noisefloor"));
    const halved = { ...request, learning_rate: state.lr / 2, schedule: rule.text(state.lr / 2, state.n) };
    const half = state.noise > 0 ? floorOf(await ask("noisefloor", halved, "noisefloor")) : null;
    return /** @type {Model} */ ({ floor, half, request, rule: rule.title, steps: state.n, from });
  },

  last: (/** @type {Model} */ { steps }) => steps,
  first: (/** @type {Model} */ { steps }) => steps,

  views: [
    {
      id: "fan", title: "Chains", height: 0.36,
      note: (/** @type {Model} */ { floor, request }) => `${floor.shown} of ${whole(request.chains)}`,
      draw: (pen, /** @type {Model} */ model, step) => fan(pen, model, step),
      describe: (/** @type {Model} */ { floor }, step) => `${floor.shown} chains; at step ${step} they are from ${number(Math.min(...row(floor, step)))} to ${number(Math.max(...row(floor, step)))}.`,
      pick: (x, _, context) => context.to(x),
    },
    {
      id: "square", title: "Mean squared distance", height: 0.62, half: true,
      note: () => "dashed: expected",
      draw: (pen, /** @type {Model} */ { floor, request }, step) => {
        const from = 1;
        return chart(pen, {
          curves: [{ name: "measured", style: series[0], values: floor.square.subarray(from), x: ramp(floor.square.length).subarray(from) }, { name: "expected", style: theoryStyle, values: floor.theory.subarray(from), x: ramp(floor.square.length).subarray(from) }],
          at: Math.max(0, step - from), log: floor.square.every(value => value > 0), xLog: true, xLabel: "step", yLabel: "mean of θ²",
          levels: floor.floor_loss !== null && floor.floor_loss > 0 ? [{ value: 2 * floor.floor_loss / request.curvature, text: "floor" }] : [],
        });
      },
      describe: (/** @type {Model} */ { floor }, step) => `Mean squared distance on logarithmic axes: ${number(floor.square[step])} at step ${step}, expected ${number(floor.theory[step])}.`,
      pick: (x, _, context) => context.to(x),
    },
    {
      id: "rates", title: "Learning rate", height: 0.62, half: true,
      note: (/** @type {Model} */ { floor }) => badges(floor),
      draw: (pen, /** @type {Model} */ { floor }, step) => chart(pen, { curves: [{ name: "η", style: series[1], values: floor.rates, x: ramp(floor.rates.length + 1).subarray(1) }], at: Math.max(0, Math.min(floor.rates.length, step) - 1), log: floor.rates.every(rate => rate > 0), xLog: true, xLabel: "step", yLabel: "η" }),
      describe: (/** @type {Model} */ { floor }) => `Learning rates from ${number(floor.rates[0])} to ${number(floor.rates[floor.rates.length - 1])}. ${badges(floor)}.`,
      pick: (x, _, context) => context.to(x),
    },
  ],

  readout: (/** @type {Model} */ { floor, half, from, steps, request }, step) => [
    ["Step", String(step)], ["Mean of θ²", floor.square[step]], ["Expected", floor.theory[step]], ["Learning rate", floor.rates[Math.max(0, step - 1)]],
    [`Mean loss, steps ${from} to ${steps}`, floor.mean_loss], ["Expected there", floor.theory_loss], ["Radius there", floor.radius], ["Floor", floor.floor_loss ?? "none"],
    ...(half ? /** @type {[string, any][]} */ ([["Mean loss at half the rate", half.mean_loss], ["Loss over that at half", floor.mean_loss / half.mean_loss], ["Radius over that at half", floor.radius / half.radius]]) : []),
    ["Σηₜ so far", floor.sum_of_rates], ["Σηₜ² so far", floor.sum_of_squares], ["Robbins–Monro", badges(floor)], ["Chains", whole(request.chains)], ["Seed", String(request.seed)],
  ],

  caption: (/** @type {Model} */ model) => ({ text: verdict(model) }),

  tables: (/** @type {Model} */ { floor, half, request }) => half ? [{
    title: "Half the rate", columns: ["η₀", "Mean loss", "Expected", "Radius"],
    rows: [[request.learning_rate, floor.mean_loss, floor.theory_loss, floor.radius], [request.learning_rate / 2, half.mean_loss, half.theory_loss, half.radius], ["ratio", floor.mean_loss / half.mean_loss, floor.theory_loss / half.theory_loss, floor.radius / half.radius]],
  }] : [],

  table: (/** @type {Model} */ { floor, steps }) => ({
    title: "Every step", columns: ["step", "mean_square", "expected", "learning_rate", ...Array.from({ length: floor.shown }, (_, i) => `chain_${i + 1}`)],
    rows: Array.from({ length: steps + 1 }, (_, k) => [k, floor.square[k], floor.theory[k], k === 0 ? "" : floor.rates[k - 1], ...row(floor, k)]),
  }),
  request: (/** @type {Model} */ { request }) => request,
  code: async (/** @type {Model} */ { request }) => [
    "using Descent.Landscapes.Interface;", "", "var request = \"\"\"", `    ${JSON.stringify(request)}`, "    \"\"\";", "Console.WriteLine(Functions.Call(\"noisefloor\", request).Json);", ""].join("\n"),
};

/** @param {any} answer @returns {Floor} */
function floorOf(answer) {
  const column = (/** @type {string} */ name) => answer.columns.find((/** @type {any} */ each) => each.name === name);
  return { ...answer, square: column("mean_square").values, theory: column("theory").values, rates: column("learning_rate").values, chains: column("chains").values, shown: column("chains").width };
}

/** @param {Floor} floor @param {number} step */
const row = ({ chains, shown }, step) => Array.from(chains.subarray(step * shown, (step + 1) * shown));

/** @param {Floor} floor */
const badges = floor => floor.sum_diverges === null ? "not known" : `Σηₜ ${floor.sum_diverges ? "= ∞ ✓" : "< ∞ ✗"}, Σηₜ² ${floor.squares_converge ? "< ∞ ✓" : "= ∞ ✗"}`;

/** @param {import("../draw/pen.js").Pen} pen @param {Model} model @param {number} step */
function fan(pen, { floor, steps }, step) {
  const colours = palette();
  const place = area(pen, { left: 52, top: 14 });
  let high = 1e-12;
  for (const value of floor.chains) if (Math.abs(value) > high && Math.abs(value) < 1e6) high = Math.abs(value);
  const x = linear(0, steps, place.x, place.x + place.width, Math.max(3, Math.round(place.width / 90)));
  const y = linear(-1.05 * high, 1.05 * high, place.y + place.height, place.y, 5);
  axes(pen, place, x, y, { x: "step" });
  pen.clip(place, () => {
    pen.path([place.x, y.at(0), place.x + place.width, y.at(0)], { stroke: colours.soft });
    const stride = Math.max(1, Math.floor(steps / (2 * place.width)));
    for (let chain = 0; chain < floor.shown; chain++) {
      const line = [];
      for (let k = 0; k <= step; k += stride) line.push(x.at(k), y.at(floor.chains[k * floor.shown + chain]));
      pen.path(line, { stroke: colourOf(series[chain % series.length]), width: 1.1, opacity: 0.55 });
      pen.circle(x.at(step), y.at(floor.chains[step * floor.shown + chain]), 2.4, { fill: colourOf(series[chain % series.length]) });
    }
    for (const sign of [-1, 1]) pen.path(Array.from({ length: 201 }, (_, i) => Math.round(i * steps / 200)).flatMap(k => [x.at(k), y.at(sign * Math.sqrt(floor.theory[k]))]), { stroke: colours.ink, width: 1.6, dash: [6, 4] });
  });
  pen.text(place.x + place.width - 6, place.y + 9, "dashed: ± expected radius", { size: 11, anchor: "end", fill: colours.soft, halo: colours.sheet });
  return { x, y, place };
}

/** @param {Model} model */
function verdict({ floor, half, rule, request, steps, from }) {
  const end = floor.square[steps];
  if (request.sigma === 0) {
    const left = Math.sqrt(end) / Math.abs(request.start);
    return `Without noise and with the rule ${rule} the chains go ${left < 0.01 ? "all the way" : `${number(100 * (1 - left))} % of the way and stop`}: ${number(left)} of the distance is left after ${whole(steps)} steps, and the sum of all rates is ${number(floor.sum_of_rates)}.`;
  }
  const hovering = floor.floor_loss !== null
    ? `A fixed rate hovers: the mean loss over steps ${whole(from)} to ${whole(steps)} is ${number(floor.mean_loss)}, and theory's floor is ${number(floor.floor_loss)}.`
    : `With the rule ${rule} the mean squared distance is ${number(end)} after ${whole(steps)} steps (expected ${number(floor.theory[steps])}).`;
  return half && floor.floor_loss !== null ? `${hovering} Half the rate divides the loss by ${number(floor.mean_loss / half.mean_loss)}, but the radius only by ${number(floor.radius / half.radius)}.`
    : `${hovering} ${floor.sum_diverges && floor.squares_converge ? "Both conditions of Robbins and Monro hold: every place can be reached, and the noise dies out." : floor.sum_diverges === false ? "The rates' sum is finite: a start that is far enough away is never undone." : "The noise never dies out: the squares of the rates have no finite sum."}`;
}
