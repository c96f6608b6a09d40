// W33: landscapes in three dimensions, with trails on them. Drawn without WebGL, so that there is nothing to be without; the contour map is a press away.
import { reliefGround, reliefTrail, sceneOf } from "../draw/relief.js";
import { formula, number, vector } from "../format.js";
import { codeOf, gridOf, held, landscapeFields, placeOf, pointAt, raceOf, runsTable, startField } from "../model.js";
import { mapPane } from "../panes.js";

/** @typedef {import("../model.js").Run} Run */
/** @typedef {import("../model.js").Grid} Grid */
/** @typedef {import("../widget.js").Context} Context */
/** @typedef {{ runs: Run[], order: number[], captions: string[], grid: Grid, landscape: import("../model.js").Landscape, request: any, longest: number }} Model */

const home = { turn: 35, tilt: 32, zoom: 1 };

/** @type {import("../widget.js").Widget} */
export default {
  id: "relief",
  title: "Landscape in relief",
  lead: "The same race, seen from the side: drag to turn it, wheel or pinch to come closer, double-click to go back. Dotted pieces of a trail are behind the surface; the plane below has the contour lines and the trails' shadows.",

  fields: catalog => {
    const [place, ...rest] = landscapeFields(catalog, "himmelblau");
    return [
      { ...place, choices: place.choices?.filter(([id]) => id === "custom" || catalog.landscapes.get(id).dimension === 2) }, ...rest,
      { key: "o", label: "Optimizers", kind: "methods", initial: ["sgd", "sgd(momentum=0.9)", "adam"], choices: catalog.methods.map((/** @type {any} */ method) => [method.name, catalog.titles[method.name]]) },
      { key: "lr", label: "Learning rate η", kind: "number", initial: 0.01, low: 1e-4, high: 1, log: true },
      startField(catalog),
      { key: "n", label: "Steps", kind: "whole", initial: 200, low: 1, high: 5000, log: true },
      { key: "view", label: "View", kind: "choice", as: "segments", initial: "relief", choices: [["relief", "Relief"], ["map", "Contours"]], look: true },
      { key: "h", label: "Heights", kind: "choice", as: "segments", initial: "log", choices: [["log", "Logarithmic"], ["linear", "Linear"], ["levels", "By contour"]], look: true, when: state => state.view === "relief", hint: "Logarithmic: of the loss above the lowest point. What is higher than the highest contour line is cut off there." },
      { key: "floor", label: "Contours and shadows below", kind: "toggle", initial: true, look: true, when: state => state.view === "relief" },
      { key: "turn", label: "Azimuth, degrees", kind: "number", initial: home.turn, low: -180, high: 180, look: true, when: state => state.view === "relief" },
      { key: "tilt", label: "Height above the plane, degrees", kind: "number", initial: home.tilt, low: 5, high: 85, look: true, when: state => state.view === "relief" },
      { key: "zoom", label: "Zoom", kind: "number", initial: home.zoom, low: 0.4, high: 5, log: true, look: true, when: state => state.view === "relief" },
    ];
  },

  async compute({ state, catalog }) {
    const landscape = catalog.landscape(state);
    if (landscape.dimension !== 2) throw new Error("A relief needs a formula in x and y; write y into it, even as 0*y.");
    const place = placeOf(state, catalog);
    const request = { landscape: place, start: state.p0, learning_rate: state.lr, steps: state.n, internals: false, optimizers: state.o.map((/** @type {string} */ optimizer) => ({ optimizer, label: labelOf(optimizer, state.o, catalog.titleOf) })) };
    const [grid, race] = await Promise.all([gridOf(place), state.o.length > 0 ? raceOf(request, "relief") : { runs: [], order: [], captions: ["Nobody runs: add an optimizer."] }]);
    return { ...race, grid, landscape, request, longest: Math.max(0, ...race.runs.map(run => run.updates)) };
  },

  last: (/** @type {Model} */ { longest }) => longest,
  first: (/** @type {Model} */ { longest }) => longest,

  views: [
    {
      id: "relief", title: "Relief and trails", height: 0.72,
      when: ({ state }) => state.view === "relief",
      note: (/** @type {Model} */ { landscape }) => `f(x, y) = ${formula(landscape.formula)}`,
      groundFor: ({ state }, /** @type {Model} */ { grid }) => [grid.losses, state.turn, state.tilt, state.zoom, state.h, state.floor],
      ground: (pen, /** @type {Model} */ { grid }, { state }) => reliefGround(pen, grid, camera(state), how(state)),
      draw(pen, /** @type {Model} */ { runs, grid }, step, { state, lit }) {
        const scene = sceneOf(pen, grid, camera(state), how(state));
        for (const run of runs) reliefTrail(pen, scene, { points: run.theta, losses: run.loss }, step, run.style, grid.box, { floor: state.floor, faint: lit !== null && lit !== run.label, bold: lit === run.label });
      },
      describe: (/** @type {Model} */ model, step, { state }) => `Relief of ${model.landscape.title}, turned by ${number(state.turn)} degrees and seen from ${number(state.tilt)} degrees above. ${places(model, step)}`,
      drag: (dx, dy, context) => turn(context, -dx * 0.5, dy * 0.4),
      zoom: (factor, context) => zoom(context, factor),
      move: (dx, dy, context) => turn(context, 3 * dx, 3 * dy),
      home: context => context.set({ ...home }),
    },
    mapPane({ id: "map", title: "Contours and trails", runs: (/** @type {Model} */ { runs }) => runs, height: 0.72, when: ({ state }) => state.view === "map" }),
  ],

  readout(/** @type {Model} */ model, step, { lit, state }) {
    const run = model.runs.find(each => each.label === lit) ?? model.runs[model.order[0]];
    /** @type {[string, any][]} */
    const view = [["Azimuth", state.turn], ["Height", state.tilt], ["Zoom", state.zoom]];
    if (!run) return [["Step", String(step)], ["Status", "nobody runs"], ...view];
    const k = held(run, step);
    return [["Optimizer", run.label], ["Step", String(k)], ["Status", run.status.at(k)], ["θ", pointAt(run, k)], ["Loss", run.loss[k]], ["‖g‖", run.gradientNorm[k]], ["Learning rate", run.learningRate[k]], ...view];
  },

  caption: (/** @type {Model} */ { captions }) => ({ text: captions.join(" ") }),
  tables: (/** @type {Model} */ model, step) => [{
    title: `Where they are after ${step} steps`, columns: ["Optimizer", "x", "y", "Loss", "Status"],
    rows: model.order.map(i => model.runs[i]).map(run => [run.label, ...pointAt(run, held(run, step)), run.loss[held(run, step)], run.status.at(held(run, step))]),
    runs: model.order.map(i => model.runs[i]).map(({ label, style }) => ({ label, style })),
  }],
  table: (/** @type {Model} */ { runs, landscape }) => runsTable(`Every step of every optimizer on ${landscape.title}`, runs),
  request: (/** @type {Model} */ { request }) => request,
  code: (/** @type {Model} */ { request }) => codeOf(request),

  keys(key, context) {
    if (context.state.view !== "relief" || !["+", "=", "-", "0"].includes(key)) return false;
    if (key === "0") context.set({ ...home });
    else zoom(context, key === "-" ? 1 / 1.1 : 1.1);
    return true;
  },
};

/** @param {import("../state.js").State} state @returns {import("../draw/relief.js").Camera} */
const camera = state => ({ azimuth: state.turn, height: state.tilt, zoom: state.zoom });

/** @param {import("../state.js").State} state @returns {import("../draw/relief.js").How} */
const how = state => ({ heights: state.h, floor: state.floor });

/** @param {Context} context @param {number} round @param {number} up in degrees */
const turn = ({ state, set }, round, up) => set({ turn: (Math.round(state.turn + round) + 540) % 360 - 180, tilt: Math.max(5, Math.min(85, Math.round(state.tilt + up))) });

/** @param {Context} context @param {number} factor */
const zoom = ({ state, set }, factor) => set({ zoom: Number(Math.max(0.4, Math.min(5, state.zoom * factor)).toPrecision(3)) });

/** @param {string} method @param {string[]} all @param {(method: string) => string} titleOf */
const labelOf = (method, all, titleOf) => all.filter(other => titleOf(other) === titleOf(method)).length > 1 && method.includes("(") ? `${titleOf(method)} ${method.slice(method.indexOf("("))}` : titleOf(method);

/** @param {Model} model @param {number} step */
const places = ({ runs }, step) => `At step ${step}: ${runs.map(run => `${run.label} at ${vector(pointAt(run, held(run, step)))}, loss ${number(run.loss[held(run, step)])}`).join("; ")}.`;
