// W01: one landscape, gradient descent, and the three ways in which it fails.
import { chartGround, chartNow } from "../draw/chart.js";
import { ball, curveGround } from "../draw/curve.js";
import { mapGround, startMark, trail } from "../draw/map.js";
import { arrow, colourOf } from "../draw/plot.js";
import { reliefGround, reliefTrail, sceneOf } from "../draw/relief.js";
import { exact, formula, number, vector } from "../format.js";
import { codeOf, gridOf, headings, landscapeFields, nearestMinimum, neat, placeOf, pointAt, raceOf, runTable, startField } from "../model.js";
import { palette } from "../theme.js";

/** @typedef {import("../model.js").Run} Run */
/** @typedef {import("../model.js").Grid} Grid */
/** @typedef {import("../model.js").Landscape} Landscape */
/** @typedef {{ run: Run, grid: Grid, landscape: Landscape, request: any }} Model */

/** @param {import("../state.js").State} state */
const camera = state => ({ azimuth: state.turn, height: 38, zoom: 1 });

/** @type {import("../widget.js").Widget} */
export default {
  id: "explorer",
  title: "Landscape explorer",
  lead: "Gradient descent on a surface you choose. Too long a step climbs out, too short a step crawls, and a saddle holds it still. Drag the start, turn the rate, and watch which of them happens.",

  fields: catalog => [
    ...landscapeFields(catalog, "parabola1d"),
    { key: "lr", label: "Learning rate η", kind: "number", initial: 0.1, low: 0.001, high: 1.5, log: true },
    startField(catalog),
    { key: "n", label: "Steps", kind: "whole", initial: 100, low: 1, high: 2000, log: true },
    { key: "drop", label: "Drop the ball", kind: "action", act: context => context.play() },
    { key: "view", label: "View", kind: "choice", as: "segments", initial: "map", choices: [["map", "Contours"], ["relief", "Relief"]], look: true, when: state => catalog.landscape(state).dimension === 2 },
    { key: "turn", label: "Turn", kind: "number", initial: 35, low: -180, high: 180, look: true, when: state => state.view === "relief" && catalog.landscape(state).dimension === 2 },
  ],

  async compute({ state, catalog }) {
    const landscape = catalog.landscape(state);
    const place = placeOf(state, catalog);
    const request = { landscape: place, start: state.p0, learning_rate: state.lr, optimizers: [{ optimizer: "sgd" }], steps: state.n, internals: false };
    const [race, grid] = await Promise.all([raceOf(request, "explorer"), gridOf(place)]);
    return { run: race.runs[0], grid, landscape, request };
  },

  last: (/** @type {Model} */ { run }) => run.updates,
  first: (/** @type {Model} */ { run }) => run.updates,

  views: [
    {
      id: "curve", title: "Curve, ball and tangent", height: 0.56,
      when: (_, /** @type {Model} */ model) => model.landscape.dimension === 1,
      note: (/** @type {Model} */ model) => `f(x) = ${formula(model.landscape.formula)}`,
      groundFor: (_, /** @type {Model} */ { grid }) => [grid.losses],
      ground: (pen, /** @type {Model} */ { grid }) => { curveGround(pen, grid); },
      draw: (pen, /** @type {Model} */ model, step) => drawCurve(pen, model, step),
      describe: (/** @type {Model} */ model, step) => `Curve of ${model.landscape.title}. The ball is at x = ${number(model.run.theta[step])} with loss ${number(model.run.loss[step])} after ${step} of ${model.run.updates} steps.`,
      pick: (x, _, context) => context.set({ p0: [neat(x)] }),
      move: (dx, _, context, /** @type {Model} */ model) => context.set({ p0: [neat(context.state.p0[0] + dx * (model.grid.box.right - model.grid.box.left) / 200)] }),
    },
    {
      id: "map", title: "Contours and path", height: 0.66,
      when: ({ state }, /** @type {Model} */ model) => model.landscape.dimension === 2 && state.view === "map",
      note: (/** @type {Model} */ model) => `f(x, y) = ${formula(model.landscape.formula)}`,
      groundFor: (_, /** @type {Model} */ { grid }) => [grid.losses],
      ground: (pen, /** @type {Model} */ model) => { mapGround(pen, model.grid); },
      draw: (pen, /** @type {Model} */ { run, grid }, step, { state }) => {
        const frame = mapGround.frame(pen, grid.box);
        startMark(pen, frame, state.p0);
        trail(pen, frame, run.theta, step, run.style, { dots: true });
        const { x, y, place } = frame;
        const [px, py] = pointAt(run, step);
        const [gx, gy] = [run.gradient[2 * step], run.gradient[2 * step + 1]];
        const [dx, dy] = [-gx * place.width / (grid.box.right - grid.box.left), gy * place.height / (grid.box.top - grid.box.bottom)];
        const size = Math.hypot(dx, dy);
        if (run.gradientNorm[step] > 1e-6 && Number.isFinite(size)) pen.clip(place, () => arrow(pen, x.at(px), y.at(py), dx / size * 46, dy / size * 46, palette().ink));
        return frame;
      },
      describe: (/** @type {Model} */ { run, landscape }, step) => `Contour map of ${landscape.title} with the path. After ${step} of ${run.updates} steps it is at ${vector(pointAt(run, step))} with loss ${number(run.loss[step])}.`,
      pick: (x, y, context) => context.set({ p0: [neat(x), neat(y)] }),
      move: (dx, dy, context, /** @type {Model} */ { grid }) => context.set({ p0: [neat(context.state.p0[0] + dx * (grid.box.right - grid.box.left) / 200), neat(context.state.p0[1] + dy * (grid.box.top - grid.box.bottom) / 200)] }),
    },
    {
      id: "relief", title: "Relief and path", height: 0.66,
      when: ({ state }, /** @type {Model} */ model) => model.landscape.dimension === 2 && state.view === "relief",
      note: () => "drag turns it; height follows the contour lines",
      groundFor: ({ state }, /** @type {Model} */ { grid }) => [grid.losses, state.turn],
      ground: (pen, /** @type {Model} */ { grid }, { state }) => reliefGround(pen, grid, camera(state)),
      draw: (pen, /** @type {Model} */ { run, grid }, step, { state }) => {
        const scene = sceneOf(pen, grid, camera(state));
        reliefTrail(pen, scene, { points: run.theta, losses: run.loss }, step, run.style, grid.box);
      },
      describe: (/** @type {Model} */ { run, landscape }, step) => `Relief of ${landscape.title} with the path. After ${step} of ${run.updates} steps it is at ${vector(pointAt(run, step))} with loss ${number(run.loss[step])}.`,
      drag: (dx, _, context) => context.set({ turn: wrap(Math.round(context.state.turn + dx * 0.6)) }),
      move: (dx, _, context) => context.set({ turn: wrap(context.state.turn + 3 * dx) }),
      home: context => context.set({ turn: 35 }),
    },
    {
      id: "loss", title: "Loss", height: 0.26,
      note: (/** @type {Model} */ { run }) => `from ${number(run.loss[0])} to ${number(run.loss[run.updates])}`,
      ground: (pen, /** @type {Model} */ { run }) => chartGround(pen, lossOf(run)),
      draw: (pen, /** @type {Model} */ { run }, step) => chartNow(pen, { ...lossOf(run), at: step }),
      describe: (/** @type {Model} */ { run }, step) => `Loss over ${run.updates} steps: ${number(run.loss[0])} at the start, ${number(run.loss[step])} at step ${step}, ${number(run.loss[run.updates])} at the end.`,
      pick: (x, _, context) => context.to(x),
    },
  ],

  readout(/** @type {Model} */ model, step) {
    const { run } = model;
    const halving = stepsToHalve(model, step);
    const limit = stableBelow(model);
    return [
      ["Step", String(step)], ["Status", run.status.at(step)],
      [run.dimension === 1 ? "x" : "θ", pointAt(run, step)], ["Loss", run.loss[step]],
      ["Gradient", run.gradient.subarray(step * run.dimension, (step + 1) * run.dimension)], ["‖g‖", run.gradientNorm[step]],
      ["Step length", run.stepLength(step)], ["Learning rate", run.learningRate[step]],
      ["Steps to halve the distance", halving], ["Stable below", limit],
      ["Gradient evaluations", String(step * run.evaluationsPerUpdate)],
    ].filter(row => row[1] !== null).map(row => /** @type {[string, any]} */ (row));
  },

  caption: (/** @type {Model} */ model, step) => sentence(model, step),
  table: (/** @type {Model} */ { run, landscape }) => runTable(`Every step on ${landscape.title}`, run, headings(run)),
  request: (/** @type {Model} */ { request }) => request,
  code: (/** @type {Model} */ { request }) => codeOf(request),
};

/** @param {Run} run @returns {import("../draw/chart.js").Chart} */
const lossOf = run => ({ curves: [{ name: run.label, style: run.style, values: run.loss }], log: run.loss.every(loss => !(loss <= 0)), yLabel: "loss" });

/** @param {number} degrees */
const wrap = degrees => (degrees + 540) % 360 - 180;

/** @param {import("../draw/pen.js").Pen} pen @param {Model} model @param {number} step */
function drawCurve(pen, { run, grid }, step) {
  const { x, y, place } = curveGround.frame(pen, grid);
  const colours = palette();
  const at = run.theta[step];
  pen.clip(place, () => {
    const line = [];
    for (let i = 0; i <= step; i++) line.push(x.at(run.theta[i]), y.at(run.loss[i]));
    pen.path(line, { stroke: colourOf(run.style), width: 1.2, opacity: 0.7 });
    for (let i = Math.max(0, step - 200); i < step; i++) pen.circle(line[2 * i], line[2 * i + 1], 2.6, { fill: colourOf(run.style), opacity: 0.75 });
    if (Math.abs(run.gradient[step]) > 1e-6) arrow(pen, x.at(at), y.at(run.loss[step]), -Math.sign(run.gradient[step]) * 40, 0, colours.ink);
  });
  ball(pen, { x, y, place }, at, run.loss[step], run.style, { slope: run.gradient[step] });
  return { x, y, place };
}

/** From the last step's measured shrinking of the distance to the nearest known minimum.
 * @param {Model} model @param {number} step @returns {number | null} */
function stepsToHalve({ run, grid }, step) {
  const k = Math.max(1, step);
  if (run.updates < 1) return null;
  const minimum = nearestMinimum(grid, pointAt(run, run.updates));
  if (!minimum) return null;
  const distance = (/** @type {number} */ i) => Math.hypot(...Array.from(pointAt(run, i), (value, j) => value - minimum.point[j]));
  const ratio = distance(k) / distance(k - 1);
  return ratio > 0 && ratio < 1 ? Math.LN2 / -Math.log(ratio) : null;
}

/** Two over the largest curvature at the nearest minimum.
 * @param {Model} model @returns {number | null} */
function stableBelow({ run, grid }) {
  const start = pointAt(run, 0);
  let [best, limit] = [Infinity, /** @type {number | null} */ (null)];
  for (const { point, kind, eigenvalues } of grid.critical) {
    const distance = Math.hypot(...Array.from(start, (value, i) => value - point[i]));
    if (kind === "minimum" && distance < best) [best, limit] = [distance, 2 / Math.max(...eigenvalues)];
  }
  return limit;
}

/** @param {Model} model @param {number} step @returns {{ text: string, tone?: "warn" }} */
function sentence(model, step) {
  const { run } = model;
  const status = run.status.at(step);
  const rate = exact(run.learningRate[0]);
  const where = `at ${run.dimension === 1 ? "x = " : ""}${vector(pointAt(run, step))}`;
  const limit = stableBelow(model);
  const advice = limit !== null && run.learningRate[0] >= limit ? ` The nearest minimum is stable below η = ${number(limit)}; this run uses ${rate}.` : "";
  switch (status) {
    case "diverged": {
      const first = run.status.first("diverged");
      return { text: `Diverged at step ${first}: the loss grew from ${number(run.loss[0])} to ${number(run.loss[first])}.${advice}`, tone: "warn" };
    }
    case "converged": return { text: `Converged ${where}: at step ${run.status.first("converged")} the gradient was no longer than 1e-6.` };
    case "left the domain": return { text: `Left the plotted ground at step ${run.status.first(status)}, ${where}; the loss is ${number(run.loss[step])}.`, tone: "warn" };
    case "oscillating": return { text: `Oscillating ${where}: each step jumps to the other side, and the loss is ${number(run.loss[step])} after ${step} steps.${advice}` };
    case "crawling": return { text: `Crawling ${where}: the last 50 steps changed the loss by less than 0.1 %, and it is still ${number(run.loss[step])}.` };
    case "moving": return step === 0
      ? { text: `Starts ${where} with loss ${number(run.loss[0])}; the first step at η = ${rate} is ${number(run.stepLength(1))} long.` }
      : { text: `Moving ${where} after ${step} steps: the loss went from ${number(run.loss[0])} to ${number(run.loss[step])}.` };
    default: return { text: `${status[0].toUpperCase()}${status.slice(1)} ${where}: the gradient is ${number(run.gradientNorm[step])} long, and the loss stays at ${number(run.loss[step])}.`, tone: "warn" };
  }
}
