// Pictures that several widgets have in the same form.
import { mapGround, startMark, trail } from "./draw/map.js";
import { arrow } from "./draw/plot.js";
import { number, vector } from "./format.js";
import { held, neat, pointAt } from "./model.js";
import { palette } from "./theme.js";

/** @typedef {import("./model.js").Run} Run */
/** @typedef {import("./widget.js").View} View */
/** @typedef {import("./widget.js").Context} Context */

/** A contour map with the paths of some runs; a press or the arrow keys move their start. The model has a `grid`.
 * @param {{ id: string, title: string, runs: (model: any) => Run[], half?: boolean, height?: number, when?: View["when"], note?: View["note"], arrowOf?: (model: any, run: Run, step: number) => ArrayLike<number> | null }} pane `arrowOf` is a direction to be drawn at a run's place
 * @returns {View} */
export const mapPane = ({ id, title, runs, half, height = 0.66, when, note, arrowOf }) => ({
  id, title, height, half, when, note,
  groundFor: (_, { grid }) => [grid.losses],
  ground: (pen, { grid }) => { mapGround(pen, grid); },
  draw(pen, model, step, { state, lit }) {
    const frame = mapGround.frame(pen, model.grid.box);
    for (const run of runs(model)) trail(pen, frame, run.theta, step, run.style, { faint: lit !== null && lit !== run.label, bold: lit === run.label, dots: run.updates <= 100 });
    startMark(pen, frame, state.p0);
    for (const run of arrowOf ? runs(model) : []) {
      const [k, { x, y, place }] = [held(run, step), frame];
      const [px, py] = pointAt(run, k);
      const direction = arrowOf?.(model, run, k);
      if (!direction) continue;
      const [dx, dy] = [x.at(px + direction[0]) - x.at(px), y.at(py + direction[1]) - y.at(py)];
      if (Number.isFinite(dx + dy)) pen.clip(place, () => arrow(pen, x.at(px), y.at(py), dx, dy, palette().ink, 2.2));
    }
    return frame;
  },
  describe: (model, step) => `Contour map. ${runs(model).map(run => `${run.label} at ${vector(pointAt(run, held(run, step)))}, loss ${number(run.loss[held(run, step)])}`).join("; ")}, after ${step} steps.`,
  pick: (x, y, context) => context.set({ p0: [neat(x), neat(y)] }),
  move: (dx, dy, context, { grid }) => context.set({ p0: [neat(context.state.p0[0] + dx * (grid.box.right - grid.box.left) / 200), neat(context.state.p0[1] + dy * (grid.box.top - grid.box.bottom) / 200)] }),
});

/** One parameter of a run, step by step.
 * @param {Run} run @param {number} i @returns {Float64Array} */
export const component = (run, i) => run.theta.filter((_, j) => j % run.dimension === i);
