// W12: Nesterov's look-ahead: where the gradient is taken, and what that does to the overshoot.
import { chart } from "../draw/chart.js";
import { ball, curveGround } from "../draw/curve.js";
import { arrow, colourOf, marker } from "../draw/plot.js";
import { extent } from "../draw/scale.js";
import { exact, number, vector } from "../format.js";
import { ask } from "../library.js";
import { codeOf, gridOf, held, neat, pointAt, raceOf, runsTable } from "../model.js";
import { component, mapPane } from "../panes.js";
import { palette } from "../theme.js";

/** @typedef {import("../model.js").Run} Run */
/** `ball` is the method's own point and `ghost` the one that it looks ahead to: the library's parameters.
 * @typedef {{ classical: Run, ball: Run, ghost: Run, ballLoss: Float64Array, ballSlope: Float64Array, grid: import("../model.js").Grid, minimum: number[], request: any, updates: number, beta: number, eta: number }} Model */

const places = /** @type {[string, string][]} */ ([["parabola1d", "Parabola (x − 3)²"], ["ravine", "Ravine"]]);
const near = 0.01;

/** @type {import("../widget.js").Widget} */
export default {
  id: "nesterov",
  title: "Nesterov's look-ahead",
  lead: "Momentum asks for the gradient where it stands. Nesterov's method asks where its velocity is about to take it, at the ghost, and so begins to brake before it is past the minimum.",

  fields: catalog => [
    { key: "ls", label: "Landscape", kind: "choice", as: "segments", initial: "parabola1d", choices: places },
    { key: "b", label: "Momentum β", kind: "number", initial: 0.9, low: 0.01, high: 0.99 },
    { key: "lr", label: "Learning rate η", kind: "number", initial: 0.05, low: 0.005, high: 0.2, log: true, adapt: state => state.ls === "ravine" ? { initial: 0.01, low: 0.001, high: 0.05 } : {} },
    { key: "p0", label: "Start", kind: "numbers", initial: [-4], low: -1e3, high: 1e3, adapt: state => state.ls === "ravine" ? { initial: [...catalog.landscape(state).start], size: 2 } : { size: 1 } },
    { key: "n", label: "Steps", kind: "whole", initial: 150, low: 1, high: 2000, log: true },
  ],

  async compute({ state, catalog }) {
    const place = { id: state.ls };
    const b = exact(state.b);
    const request = { landscape: place, start: state.p0, learning_rate: state.lr, steps: state.n, optimizers: [{ optimizer: `sgd(momentum=${b})`, label: "Momentum" }, { optimizer: `sgd(momentum=${b}, nesterov=true)`, label: "Nesterov" }] };
    const [grid, { runs }] = await Promise.all([gridOf(place), raceOf(request, "nesterov")]);
    const [classical, ghost] = runs;
    const own = ghost.state.find(each => each.name === "x")?.values ?? ghost.theta;
    const { loss, gradient } = await ask("evaluate", { landscape: place, points: Array.from({ length: ghost.updates + 1 }, (_, k) => Array.from(own.subarray(k * ghost.dimension, (k + 1) * ghost.dimension))) }, "nesterov-ball");
    return /** @type {Model} */ ({
      classical, ghost, ball: { ...ghost, theta: own, loss: loss.values }, ballLoss: loss.values, ballSlope: gradient.values, grid, minimum: grid.known[0].point, request,
      updates: Math.max(classical.updates, ghost.updates), beta: state.b, eta: state.lr,
    });
  },

  last: (/** @type {Model} */ { updates }) => updates,
  first: (/** @type {Model} */ { updates }) => Math.min(12, updates),

  views: [
    {
      id: "curve", title: "Ball, ghost and two gradients", height: 0.5,
      when: (_, /** @type {Model} */ { grid }) => grid.box.top === grid.box.bottom,
      note: () => "arrows: against the gradient at each point",
      draw: (pen, /** @type {Model} */ model, step) => drawCurve(pen, model, step),
      describe: (/** @type {Model} */ model, step) => `Curve with three balls after ${step} steps: momentum at ${number(model.classical.theta[held(model.classical, step)])}, Nesterov at ${number(model.ball.theta[held(model.ball, step)])}, its ghost at ${number(model.ghost.theta[held(model.ghost, step)])}; the minimum is at ${number(model.minimum[0])}.`,
      pick: (x, _, context) => context.set({ p0: [neat(x)] }),
      move: (dx, _, context, /** @type {Model} */ { grid }) => context.set({ p0: [neat(context.state.p0[0] + dx * (grid.box.right - grid.box.left) / 200)] }),
    },
    mapPane({
      id: "map", title: "Paths, and the ghost", height: 0.6, runs: (/** @type {Model} */ model) => [model.classical, model.ball],
      when: (_, /** @type {Model} */ { grid }) => grid.box.top !== grid.box.bottom, note: () => "arrow: from Nesterov's point to its ghost",
      arrowOf: (/** @type {Model} */ model, run, step) => run.label === "Nesterov" ? Array.from(pointAt(model.ghost, step), (value, i) => value - pointAt(model.ball, step)[i]) : null,
    }),
    {
      id: "steps", title: "x, step by step", height: 0.66, half: true,
      draw: (pen, /** @type {Model} */ model, step) => chart(pen, { curves: both(model).map(run => ({ name: run.label, style: run.style, values: component(run, 0) })), at: step, legend: true, yLabel: "x", levels: [{ value: model.minimum[0], text: "minimum" }] }),
      describe: (/** @type {Model} */ model, step) => `x over ${model.updates} steps: ${both(model).map(run => `${run.label} ${number(component(run, 0)[held(run, step)])} at step ${step}, ${side(model)} ${number(highest(model, run))}`).join("; ")}.`,
      pick: (x, _, context) => context.to(x),
    },
    {
      id: "distance", title: "Distance to the minimum", height: 0.66, half: true,
      draw: (pen, /** @type {Model} */ model, step) => chart(pen, { curves: both(model).map(run => ({ name: run.label, style: run.style, values: distances(model, run) })), at: step, legend: true, log: true, levels: [{ value: near, text: `within ${near}` }] }),
      describe: (/** @type {Model} */ model, step) => `Distance to the minimum at step ${step}, logarithmic: ${both(model).map(run => `${run.label} ${number(distances(model, run)[held(run, step)])}`).join(", ")}.`,
      pick: (x, _, context) => context.to(x),
    },
  ],

  readout: (/** @type {Model} */ model, step) => [
    ["Step", String(step)], ["Status", model.ghost.status.at(held(model.ghost, step))],
    ["Momentum: θ", pointAt(model.classical, held(model.classical, step))], ["Nesterov: θ", pointAt(model.ball, held(model.ball, step))], ["Ghost: θ − ηβv", pointAt(model.ghost, held(model.ghost, step))],
    ["Gradient at θ", model.ballSlope.subarray(held(model.ball, step) * model.ball.dimension, (held(model.ball, step) + 1) * model.ball.dimension)], ["Gradient at the ghost", model.ghost.gradient.subarray(held(model.ghost, step) * model.ghost.dimension, (held(model.ghost, step) + 1) * model.ghost.dimension)],
    ...both(model).flatMap(run => /** @type {[string, any][]} */ ([[`${run.label}: ${side(model)}`, highest(model, run)], [`${run.label}: within ${near} for good`, settled(model, run) ?? `not in ${run.updates}`], [`${run.label}: reversal`, reversal(model, run) ?? `not in ${run.updates}`]])),
    ["Memory 1/(1 − β)", 1 / (1 - model.beta)], ["Learning rate", model.eta], ["Stability", model.ghost.stability?.text ?? "not known"],
  ],

  caption: (/** @type {Model} */ model, step) => sentence(model, step),

  tables: (/** @type {Model} */ model, step) => [{
    title: `Overshoot and rest, over ${model.updates} steps`, columns: ["Method", side(model) === "highest x" ? "Highest x" : "Lowest x", "Beyond the minimum", `Within ${near} for good from step`, "Past the minimum at step", "Steps until it turns", `Loss after ${step} steps`],
    rows: both(model).map(run => [run.label, highest(model, run), Math.abs(highest(model, run) - model.minimum[0]), settled(model, run) ?? "never", crossing(model, run) ?? "never", reversal(model, run) ?? "never", run.loss[held(run, step)]].map((cell, i) => typeof cell === "number" && i > 2 && i < 6 ? String(cell) : cell)),
    runs: both(model).map(({ label, style }) => ({ label, style })),
  }],

  table: (/** @type {Model} */ { classical, ghost }) => runsTable("Every step; x is Nesterov's own point, theta the one it looks ahead to", [classical, ghost]),
  request: (/** @type {Model} */ { request }) => request,
  code: (/** @type {Model} */ { request }) => codeOf(request),
};

/** @param {Model} model */
const both = ({ classical, ball: own }) => [classical, own];

/** The farthest x on the other side of the minimum, or the start where it never gets there.
 * @param {Model} model @param {Run} run */
function highest({ minimum }, run) {
  const x = component(run, 0);
  return x[0] < minimum[0] ? extent([x])[1] : extent([x])[0];
}

/** @param {Model} model */
const side = ({ ball: own, minimum }) => own.theta[0] < minimum[0] ? "highest x" : "lowest x";

/** @param {Model} model @param {Run} run */
const distances = ({ minimum }, run) => Float64Array.from({ length: run.updates + 1 }, (_, k) => Math.hypot(...minimum.map((value, i) => value - run.theta[k * run.dimension + i])));

/** The step from which on it stays near the minimum.
 * @param {Model} model @param {Run} run @returns {number | null} */
function settled(model, run) {
  const last = distances(model, run).findLastIndex(distance => !(distance <= near));
  return last < run.updates ? last + 1 : null;
}

/** The first step beyond the minimum, as seen from the start.
 * @param {Model} model @param {Run} run @returns {number | null} */
function crossing({ minimum }, run) {
  const x = component(run, 0);
  const step = x.findIndex(value => (value - minimum[0]) * (x[0] - minimum[0]) < 0);
  return step < 0 ? null : step;
}

/** How many steps after passing the minimum the velocity has turned.
 * @param {Model} model @param {Run} run @returns {number | null} */
function reversal(model, run) {
  const first = crossing(model, run);
  const velocity = run.state.find(each => each.name === "b")?.values;
  if (first === null || !velocity) return null;
  for (let k = first; k <= run.updates; k++) if (velocity[k * run.dimension] * velocity[first * run.dimension] < 0) return k - first;
  return null;
}

/** @param {import("../draw/pen.js").Pen} pen @param {Model} model @param {number} step */
function drawCurve(pen, model, step) {
  const { classical, ball: own, ghost, ballLoss, ballSlope, minimum, grid } = model;
  const frame = curveGround(pen, grid);
  const { x, y, place } = frame;
  const colours = palette();
  const k = held(ghost, step);
  const far = extent([component(own, 0).subarray(0, k + 1), [minimum[0]]]);
  pen.clip(place, () => {
    // The ruler: how far beyond the minimum it has come so far.
    const over = own.theta[0] < minimum[0] ? far[1] : far[0];
    if (Math.abs(over - minimum[0]) > 0.01) {
      const level = place.y + 26;
      pen.path([x.at(minimum[0]), level, x.at(over), level], { stroke: colourOf(own.style), width: 3 });
      for (const end of [minimum[0], over]) pen.path([x.at(end), level - 6, x.at(end), level + 6], { stroke: colourOf(own.style), width: 2 });
      pen.text((x.at(minimum[0]) + x.at(over)) / 2, level - 12, `overshoot ${number(Math.abs(over - minimum[0]))}`, { size: 11.5, anchor: "middle", fill: colours.ink, halo: colours.sheet });
    }
    marker(pen, x.at(ghost.theta[k]), y.at(ghost.loss[k]), { ...ghost.style, marker: "ring" }, 8);
    pen.text(x.at(ghost.theta[k]), y.at(ghost.loss[k]) - 18, "ghost", { size: 11.5, anchor: "middle", fill: colours.ink, halo: colours.sheet });
  });
  ball(pen, frame, classical.theta[held(classical, step)], classical.loss[held(classical, step)], classical.style);
  ball(pen, frame, own.theta[k], ballLoss[k], own.style);
  pen.clip(place, () => {
    // As long as the gradients are, on one scale; the ghost's is the one that is used.
    const scale = 150 / Math.max(1, ...[ballSlope, ghost.gradient].map(slopes => Math.abs(slopes[0])));
    arrow(pen, x.at(own.theta[k]), y.at(ballLoss[k]) + 14, -ballSlope[k] * scale, 0, colours.soft, 2);
    arrow(pen, x.at(ghost.theta[k]), y.at(ghost.loss[k]) + 14, -ghost.gradient[k] * scale, 0, colours.ink, 2.6);
  });
  return frame;
}

/** @param {Model} model @param {number} step @returns {{ text: string, tone?: "warn" }} */
function sentence(model, step) {
  const { classical, ball: own, ghost } = model;
  const lost = [classical, ghost].filter(run => run.status.at(held(run, step)) === "diverged");
  if (lost.length > 0) return { text: `${lost.map(run => `${run.label} diverged at step ${run.status.first("diverged")}: ${run.stability?.text ?? ""}`).join("; ")}.`, tone: "warn" };
  const [a, b] = [classical, own].map(run => ({ high: highest(model, run), rest: settled(model, run) }));
  const rest = a.rest !== null && b.rest !== null ? ` Momentum is within ${near} of the minimum for good from step ${a.rest}, Nesterov from step ${b.rest}.` : "";
  const turn = reversal(model, classical);
  return { text: `After ${step} steps momentum is at ${vector(pointAt(classical, held(classical, step)))}, Nesterov at ${vector(pointAt(own, held(own, step)))} with its ghost at ${vector(pointAt(ghost, held(ghost, step)))}. The ${side(model)} is ${number(a.high)} with momentum and ${number(b.high)} with Nesterov.${rest}${turn === null ? "" : ` Past the minimum momentum turns after ${turn} steps; 1/(1 − β) is ${number(1 / (1 - model.beta))} (D13).`}` };
}
