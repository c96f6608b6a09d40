// A landscape as relief: quads painted from the back, so that it needs no WebGL and its export is vectors.
import { palette, shade } from "../theme.js";
import { colourOf, marker } from "./plot.js";

/** @typedef {{ azimuth: number, height: number, zoom: number }} Camera degrees; zoom 1 fits */
/** @typedef {{ columns: number, rows: number, box: import("./contour.js").Box, losses: Float64Array, levels: ArrayLike<number> }} Grid */
/** @typedef {(x: number, y: number, loss: number) => [number, number, number]} Project to pixels, and depth */

const most = 56;

/** @param {import("./pen.js").Pen} pen @param {Grid} grid @param {Camera} camera @param {boolean} [log] @returns {Project} */
export function projection(pen, grid, camera, log = true) {
  const { box, levels } = grid;
  const [turn, tilt] = [camera.azimuth * Math.PI / 180, camera.height * Math.PI / 180];
  const [ct, st, cs, ss] = [Math.cos(turn), Math.sin(turn), Math.cos(tilt), Math.sin(tilt)];
  const lift = heightOf(levels, log);
  /** @type {(u: number, v: number, h: number) => [number, number, number]} */
  const turned = (u, v, h) => {
    const deep = u * st + v * ct;
    return [u * ct - v * st, -(deep * ss + h * cs), deep * cs - h * ss];
  };
  // As large as the paper allows, whatever the turn.
  const corners = [-0.5, 0.5].flatMap(u => [-0.5, 0.5].flatMap(v => [-0.28, 0.28].map(h => turned(u, v, h))));
  const [left, right] = [Math.min(...corners.map(([x]) => x)), Math.max(...corners.map(([x]) => x))];
  const [top, bottom] = [Math.min(...corners.map(([, y]) => y)), Math.max(...corners.map(([, y]) => y))];
  const size = Math.min((pen.width - 40) / Math.SQRT2, (pen.height - 30) / (bottom - top)) * camera.zoom;
  return (x, y, loss) => {
    const [across, down, depth] = turned((x - box.left) / (box.right - box.left) - 0.5, (y - box.bottom) / (box.top - box.bottom) - 0.5, (lift(loss) - 0.5) * 0.56);
    return [pen.width / 2 + (across - (left + right) / 2) * size, pen.height / 2 + (down - (top + bottom) / 2) * size, depth];
  };
}

/** Loss to 0…1 along the levels: even steps between contour lines, so that valleys remain visible.
 * @param {ArrayLike<number>} levels @param {boolean} log @returns {(loss: number) => number} */
function heightOf(levels, log) {
  const last = levels.length - 1;
  if (!log) return loss => Math.max(0, Math.min(1, (loss - levels[0]) / (levels[last] - levels[0])));
  return loss => {
    if (!(loss > levels[0])) return 0;
    if (loss >= levels[last]) return 1;
    let [low, high] = [0, last];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (levels[middle] <= loss) low = middle; else high = middle;
    }
    return (low + (loss - levels[low]) / (levels[high] - levels[low])) / last;
  };
}

/** @param {import("./pen.js").Pen} pen @param {Grid} grid @param {Camera} camera @param {boolean} [log] */
export function relief(pen, grid, camera, log = true) {
  const colours = palette();
  const project = projection(pen, grid, camera, log);
  const lift = heightOf(grid.levels, log);
  const [nx, ny] = [Math.min(most, grid.columns), Math.min(most, grid.rows)];
  const column = (/** @type {number} */ i) => Math.round(i * (grid.columns - 1) / (nx - 1));
  const row = (/** @type {number} */ j) => Math.round(j * (grid.rows - 1) / (ny - 1));
  const { box } = grid;
  /** @type {[number, number, number][][]} */
  const points = [];
  /** @type {number[][]} */
  const heights = [];
  for (let j = 0; j < ny; j++) {
    points.push([]);
    heights.push([]);
    for (let i = 0; i < nx; i++) {
      const loss = grid.losses[row(j) * grid.columns + column(i)];
      points[j].push(project(box.left + column(i) / (grid.columns - 1) * (box.right - box.left), box.bottom + row(j) / (grid.rows - 1) * (box.top - box.bottom), loss));
      heights[j].push(lift(loss));
    }
  }
  /** @type {{ corners: number[], depth: number, height: number }[]} */
  const quads = [];
  for (let j = 0; j + 1 < ny; j++) {
    for (let i = 0; i + 1 < nx; i++) {
      const four = [points[j][i], points[j][i + 1], points[j + 1][i + 1], points[j + 1][i]];
      quads.push({ corners: four.flatMap(([x, y]) => [x, y]), depth: four.reduce((sum, point) => sum + point[2], 0), height: (heights[j][i] + heights[j][i + 1] + heights[j + 1][i + 1] + heights[j + 1][i]) / 4 });
    }
  }
  quads.sort((a, b) => b.depth - a.depth);
  for (const { corners, height } of quads) {
    const fill = shade(Math.round(height * 24) / 24, colours.dark);
    pen.path(corners, { fill, stroke: colours.dark ? "#3d4a47" : "#b9cbc6", width: 0.5 }, true);
  }
  return project;
}

/** A path on the relief.
 * @param {import("./pen.js").Pen} pen @param {Project} project @param {{ points: ArrayLike<number>, losses: ArrayLike<number> }} run @param {number} step @param {import("./plot.js").Style} style @param {import("./contour.js").Box} box */
export function reliefTrail(pen, project, { points, losses }, step, style, box) {
  const line = [];
  const last = Math.min(step, losses.length - 1);
  for (let i = 0; i <= last; i++) {
    const [x, y] = [points[2 * i], points[2 * i + 1]];
    const inside = x >= box.left && x <= box.right && y >= box.bottom && y <= box.top;
    line.push(...(inside ? project(x, y, losses[i]).slice(0, 2) : [NaN, NaN]));
  }
  pen.path(line, { stroke: palette().sheet, width: 4.5, opacity: 0.5 });
  pen.path(line, { stroke: colourOf(style), width: 2.2, dash: style.dash });
  marker(pen, line[2 * last], line[2 * last + 1], style, 6);
}
