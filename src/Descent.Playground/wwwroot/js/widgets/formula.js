// W47: any function of x, or of x and y: read by the library's parser, never executed as script, with exact derivatives.
import { chart } from "../draw/chart.js";
import { arrow, marker } from "../draw/plot.js";
import { formula, number, vector, whole } from "../format.js";
import { ask, Superseded } from "../library.js";
import { codeOf, gridOf, held, landscapeFields, neat, pointAt, raceOf, runsTable } from "../model.js";
import { mapPane } from "../panes.js";
import { palette } from "../theme.js";

/** @typedef {import("../model.js").Run} Run */
/** @typedef {import("../model.js").Grid} Grid */
/** @typedef {{ formula: string, dimension: number, hints: { column: number, sentence: string }[], value: number, gradient: number[], hessian: number[], difference: number | null }} Check */
/** @typedef {{ check: Check, run: Run, grid: Grid, request: any, formulaRequest: any }} Model */

/** @type {[string, string][]} */
const samples = [
  ["x^2 + y^2", "Bowl"], ["x^2 - y^2 + y^4/4", "Two wells and a saddle"], ["abs(x) + 2abs(y)", "Kinks"], ["sqrt(x^2 + y^2)", "A cone"],
  ["(1 - x)^2 + 100(y - x^2)^2", "Rosenbrock"], ["sin(3x) + 0.1x^2", "Waves, one variable"], ["log(1 + exp(x)) - 0.3x", "Softplus, one variable"],
];

/** @type {import("../widget.js").Widget} */
export default {
  id: "formula",
  title: "Custom formula",
  lead: "Write a function of x, or of x and y, and descend on it. It is read as mathematics and never run as script; its gradient and its curvature are exact, by automatic differentiation, and compared with differences.",

  fields: catalog => [
    { .../** @type {import("../state.js").Field} */ (landscapeFields(catalog, "custom").find(field => field.key === "f")), initial: "x^2 + 3y^2 + sin(3x)", when: undefined },
    { key: "try", label: "Or take one of these", kind: "choice", initial: "", choices: [["", "…"], ...samples] },
    { key: "p0", label: "Point", kind: "numbers", initial: [2, 2], size: 2, low: -1e6, high: 1e6, hint: "Or press and drag in the picture. A formula of x alone uses the first." },
    { key: "b", label: "Plotted from −b to b", kind: "number", initial: 5, low: 0.1, high: 100, log: true },
    { key: "o", label: "Optimizer", kind: "choice", initial: "sgd", choices: catalog.methods.map((/** @type {any} */ method) => [method.name, catalog.titles[method.name]]) },
    { key: "lr", label: "Learning rate η", kind: "number", initial: 0.05, low: 1e-4, high: 1, log: true },
    { key: "n", label: "Steps", kind: "whole", initial: 50, low: 1, high: 5000, log: true },
  ],

  async compute({ state, catalog, set }) {
    if (state.try) {
      set({ f: state.try, try: "" });
      throw new Superseded();
    }
    const dimension = catalog.landscape({ ls: "custom", f: state.f }).dimension;
    const box = Array.from({ length: 2 * dimension }, (_, i) => i % 2 ? state.b : -state.b);
    const point = state.p0.slice(0, dimension);
    const formulaRequest = { formula: state.f, point, box };
    const place = { formula: state.f, box };
    const request = { landscape: place, start: point, learning_rate: state.lr, steps: state.n, optimizers: [{ optimizer: state.o, label: catalog.titleOf(state.o) }] };
    // A mistake in the formula is found by the first; what follows is not asked.
    const raw = await ask("formula", formulaRequest, "formula");
    const [grid, race] = await Promise.all([gridOf(place), raceOf(request, "formula-run")]);
    const check = { formula: raw.formula, dimension: raw.dimension, hints: raw.hints, value: Number(raw.value), gradient: raw.gradient.map(Number), hessian: raw.hessian.map(Number), difference: raw.largest_difference };
    return { check, run: race.runs[0], grid, request, formulaRequest };
  },

  last: (/** @type {Model} */ { run }) => run.updates,
  first: () => 0,

  views: [
    mapPane({
      id: "map", title: "Contours, gradient and path", runs: (/** @type {Model} */ { run }) => [run], height: 0.7,
      when: (_, /** @type {Model} */ { check }) => check.dimension === 2,
      note: (/** @type {Model} */ { check }) => `f(x, y) = ${formula(check.formula)}`,
      arrowOf: (/** @type {Model} */ { grid }, run, step) => {
        const down = Array.from(run.gradient.subarray(2 * step, 2 * step + 2), value => -value);
        const length = Math.hypot(...down);
        return length > 1e-9 && Number.isFinite(length) ? down.map(value => value / length * (grid.box.right - grid.box.left) * 0.09) : null;
      },
    }),
    {
      id: "curve", title: "Curve, tangent and path", height: 0.5,
      when: (_, /** @type {Model} */ { check }) => check.dimension === 1,
      note: (/** @type {Model} */ { check }) => `f(x) = ${formula(check.formula)}`,
      draw(pen, /** @type {Model} */ { check, grid, run }, step) {
        const x = Float64Array.from(grid.losses, (_, i) => grid.box.left + i / (grid.columns - 1) * (grid.box.right - grid.box.left));
        const frame = chart(pen, { curves: [{ name: check.formula, style: { light: "#8a918e", dark: "#7d8783", dash: [], marker: "circle" }, values: grid.losses, x }], xLabel: "x", yLabel: "f(x)" });
        const k = held(run, step);
        const [at, loss, slope, reach] = [run.theta[k], run.loss[k], run.gradient[k], (grid.box.right - grid.box.left) * 0.1];
        pen.clip(frame.place, () => {
          for (let i = 0; i <= k; i++) pen.circle(frame.x.at(run.theta[i]), frame.y.at(run.loss[i]), 2.6, { fill: palette().soft });
          pen.path([frame.x.at(at - reach), frame.y.at(loss - slope * reach), frame.x.at(at + reach), frame.y.at(loss + slope * reach)], { stroke: palette().ink, width: 1.5, dash: [5, 4] });
          if (Math.abs(slope) > 1e-9) arrow(pen, frame.x.at(at), frame.y.at(loss), -Math.sign(slope) * 40, 0, palette().ink);
          marker(pen, frame.x.at(at), frame.y.at(loss), run.style, 7);
        });
        return frame;
      },
      describe: (/** @type {Model} */ { check, run }, step) => `Curve of ${check.formula}. The path is at x = ${number(run.theta[held(run, step)])} with value ${number(run.loss[held(run, step)])} after ${step} steps.`,
      pick: (x, _, context) => context.set({ p0: [neat(x), context.state.p0[1]] }),
      move: (dx, _, context) => context.set({ p0: [neat(context.state.p0[0] + dx * context.state.b / 100), context.state.p0[1]] }),
    },
  ],

  readout(/** @type {Model} */ { check, run, formulaRequest }, step) {
    const k = held(run, step);
    return [
      ["Read as", check.formula], ["Point", formulaRequest.point], ["Value there", check.value], ["Gradient there", check.gradient],
      ...(check.dimension === 2 ? /** @type {[string, any][]} */ ([["Hessian, row 1", check.hessian.slice(0, 2)], ["Hessian, row 2", check.hessian.slice(2)]]) : /** @type {[string, any][]} */ ([["Second derivative", check.hessian[0]]])),
      ["Largest difference to central differences", check.difference === null ? "no finite values in the box" : check.difference],
      ["Step", String(k)], ["Status", run.status.at(k)], [check.dimension === 1 ? "x" : "θ", pointAt(run, k)], ["Loss", run.loss[k]], ["Gradient", run.gradient.subarray(k * run.dimension, (k + 1) * run.dimension)],
    ];
  },

  caption(/** @type {Model} */ { check, run }, step) {
    const kinks = check.hints.length === 0 ? "It is smooth and defined everywhere." : check.hints.length === 1 ? check.hints[0].sentence : `${whole(check.hints.length)} places need care; the table names them.`;
    const k = held(run, step);
    return { text: `${formula(check.formula)}: ${kinks} ${run.label} is at ${check.dimension === 1 ? "x = " : ""}${vector(pointAt(run, k))} after ${k} steps, with value ${number(run.loss[k])}.`, ...(check.hints.length > 0 ? { tone: /** @type {const} */ ("warn") } : {}) };
  },

  tables: (/** @type {Model} */ { check }) => check.hints.length === 0 ? [] : [{ title: "Where it is not smooth, or not defined", columns: ["Column", "What to know"], rows: check.hints.map(({ column, sentence }) => [String(column), sentence]) }],
  table: (/** @type {Model} */ { check, run }) => runsTable(`Every step on ${check.formula}`, [run]),
  request: (/** @type {Model} */ { request, formulaRequest }) => ({ formula: formulaRequest, run: request }),
  code: async (/** @type {Model} */ { request }) => codeOf(request),
};
