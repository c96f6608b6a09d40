// A landscape as relief: quads painted from the back, so that it needs no WebGL and its export is vectors.
import { edge, palette, shade } from "../theme.js";
import { colourOf, marker } from "./plot.js";
import { extent } from "./scale.js";

/** @typedef {{ azimuth: number, height: number, zoom: number }} Camera degrees; zoom 1 fits */
/** @typedef {{ columns: number, rows: number, box: import("./contour.js").Box, losses: Float64Array, levels: ArrayLike<number>, bands?: import("./contour.js").Band[] }} Grid */
/** @typedef {"levels" | "log" | "linear"} Heights even steps between contour lines, so that valleys remain visible; the logarithm of the height above the lowest point; the loss itself */
/** @typedef {{ heights?: Heights, floor?: boolean }} How `floor` is a plane of contour lines below */
/** @typedef {{ project: (x: number, y: number, loss: number) => [number, number, number], onFloor: (x: number, y: number) => [number, number], quads: { corners: number[], depth: number, height: number }[], isHidden: (x: number, y: number, depth: number) => boolean }} Scene to pixels, and depth */

const most = 56;
/** @type {{ losses: Float64Array, key: string, scene: Scene } | null} */
let newest = null;

/** Where everything is on the paper; the same question again costs nothing.
 * @param {import("./pen.js").Pen} pen @param {Grid} grid @param {Camera} camera @param {How} [how] @returns {Scene} */
export function sceneOf(pen, grid, camera, how = {}) {
  const key = JSON.stringify([pen.width, pen.height, camera, how]);
  if (newest?.losses !== grid.losses || newest.key !== key) newest = { losses: grid.losses, key, scene: makeScene(pen, grid, camera, how) };
  return newest.scene;
}

/** @param {import("./pen.js").Pen} pen @param {Grid} grid @param {Camera} camera @param {How} how @returns {Scene} */
function makeScene(pen, grid, camera, { heights = "levels", floor = false }) {
  const { box } = grid;
  const [turn, tilt] = [camera.azimuth * Math.PI / 180, camera.height * Math.PI / 180];
  const [ct, st, cs, ss] = [Math.cos(turn), Math.sin(turn), Math.cos(tilt), Math.sin(tilt)];
  const lift = heightOf(grid, heights);
  const ground = floor ? -0.52 : -0.28;
  /** @type {(u: number, v: number, h: number) => [number, number, number]} */
  const turned = (u, v, h) => {
    const deep = u * st + v * ct;
    return [u * ct - v * st, -(deep * ss + h * cs), deep * cs - h * ss];
  };
  // As large as the paper allows, whatever the turn.
  const corners = [-0.5, 0.5].flatMap(u => [-0.5, 0.5].flatMap(v => [ground, 0.28].map(h => turned(u, v, h))));
  const [left, right] = [Math.min(...corners.map(([x]) => x)), Math.max(...corners.map(([x]) => x))];
  const [top, bottom] = [Math.min(...corners.map(([, y]) => y)), Math.max(...corners.map(([, y]) => y))];
  const size = Math.min((pen.width - 40) / Math.SQRT2, (pen.height - 30) / (bottom - top)) * camera.zoom;
  const [across, down] = [(/** @type {number} */ x) => (x - box.left) / (box.right - box.left) - 0.5, (/** @type {number} */ y) => (y - box.bottom) / (box.top - box.bottom) - 0.5];
  /** @type {(u: number, v: number, h: number) => [number, number, number]} */
  const placed = (u, v, h) => {
    const [x, y, depth] = turned(u, v, h);
    return [pen.width / 2 + (x - (left + right) / 2) * size, pen.height / 2 + (y - (top + bottom) / 2) * size, depth];
  };
  const quads = quadsOf(grid, lift, (x, y, h) => placed(across(x), down(y), (h - 0.5) * 0.56));
  return {
    project: (x, y, loss) => placed(across(x), down(y), (lift(loss) - 0.5) * 0.56),
    onFloor: (x, y) => /** @type {[number, number]} */ (placed(across(x), down(y), ground).slice(0, 2)),
    quads, isHidden: hider(quads, pen.width, pen.height),
  };
}

/** Loss to 0…1.
 * @param {Grid} grid @param {Heights} heights @returns {(loss: number) => number} */
function heightOf({ losses, levels }, heights) {
  const last = levels.length - 1;
  if (heights !== "levels") {
    const low = extent([losses])[0];
    // What towers above the highest contour line is cut off there.
    const span = levels[last] - low;
    const bend = heights === "log" ? span * 1e-4 : 0;
    return loss => {
      const above = Math.max(0, Math.min(span, loss - low));
      return Number.isNaN(above) ? 1 : bend ? Math.log1p(above / bend) / Math.log1p(span / bend) : above / span;
    };
  }
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

/** @param {Grid} grid @param {(loss: number) => number} lift @param {(x: number, y: number, height: number) => [number, number, number]} place */
function quadsOf(grid, lift, place) {
  const { box } = grid;
  const [nx, ny] = [Math.min(most, grid.columns), Math.min(most, grid.rows)];
  const column = (/** @type {number} */ i) => Math.round(i * (grid.columns - 1) / (nx - 1));
  const row = (/** @type {number} */ j) => Math.round(j * (grid.rows - 1) / (ny - 1));
  const points = Array.from({ length: ny }, (_, j) => Array.from({ length: nx }, (_, i) => {
    const height = lift(grid.losses[row(j) * grid.columns + column(i)]);
    return { at: place(box.left + column(i) / (grid.columns - 1) * (box.right - box.left), box.bottom + row(j) / (grid.rows - 1) * (box.top - box.bottom), height), height };
  }));
  const quads = [];
  for (let j = 0; j + 1 < ny; j++) {
    for (let i = 0; i + 1 < nx; i++) {
      const four = [points[j][i], points[j][i + 1], points[j + 1][i + 1], points[j + 1][i]];
      quads.push({ corners: four.flatMap(({ at: [x, y] }) => [x, y]), depth: four.reduce((sum, { at }) => sum + at[2], 0) / 4, height: four.reduce((sum, point) => sum + point.height, 0) / 4 });
    }
  }
  return quads.sort((a, b) => b.depth - a.depth);
}

/** Which places are behind the surface: the nearest quad in each cell of a coarse raster.
 * @param {Scene["quads"]} quads @param {number} width @param {number} height @returns {Scene["isHidden"]} */
function hider(quads, width, height) {
  const cell = 4;
  const [columns, rows] = [Math.ceil(width / cell), Math.ceil(height / cell)];
  const nearest = new Float32Array(columns * rows).fill(Infinity);
  for (const { corners: c, depth } of quads) {
    const [x0, x1] = [Math.min(c[0], c[2], c[4], c[6]), Math.max(c[0], c[2], c[4], c[6])];
    const [y0, y1] = [Math.min(c[1], c[3], c[5], c[7]), Math.max(c[1], c[3], c[5], c[7])];
    for (let j = Math.max(0, Math.floor(y0 / cell)); j <= Math.min(rows - 1, Math.floor(y1 / cell)); j++) {
      for (let i = Math.max(0, Math.floor(x0 / cell)); i <= Math.min(columns - 1, Math.floor(x1 / cell)); i++) {
        if (depth < nearest[j * columns + i]) nearest[j * columns + i] = depth;
      }
    }
  }
  return (x, y, depth) => {
    const [i, j] = [Math.floor(x / cell), Math.floor(y / cell)];
    return i >= 0 && j >= 0 && i < columns && j < rows && depth > nearest[j * columns + i] + 0.06;
  };
}

/** The surface, and below it, where it is wanted, its contour lines.
 * @param {import("./pen.js").Pen} pen @param {Grid} grid @param {Camera} camera @param {How} [how] */
export function reliefGround(pen, grid, camera, how = {}) {
  const { dark, sheet, line } = palette();
  const { quads, onFloor } = sceneOf(pen, grid, camera, how);
  if (how.floor) {
    const { left, right, bottom, top } = grid.box;
    pen.path([[left, bottom], [right, bottom], [right, top], [left, top]].flatMap(([x, y]) => onFloor(x, y)), { fill: sheet, stroke: line }, true);
    grid.bands?.forEach(({ rings }, i, { length }) => pen.rings(rings.map(ring => onPlane(ring, onFloor)), { stroke: edge(i / length, dark), width: 0.9 }));
  }
  for (const { corners, height } of quads) pen.path(corners, { fill: shade(Math.round(height * 24) / 24, dark), stroke: dark ? "#3d4a47" : "#b9cbc6", width: 0.5 }, true);
}

/** @param {ArrayLike<number>} points @param {Scene["onFloor"]} onFloor */
function onPlane(points, onFloor) {
  const placed = new Float64Array(points.length);
  for (let i = 0; i + 1 < points.length; i += 2) placed.set(onFloor(points[i], points[i + 1]), i);
  return placed;
}

/** A path on the relief, faint where the surface hides it.
 * @param {import("./pen.js").Pen} pen @param {Scene} scene @param {{ points: ArrayLike<number>, losses: ArrayLike<number> }} run @param {number} step @param {import("./plot.js").Style} style @param {import("./contour.js").Box} box @param {{ floor?: boolean, faint?: boolean, bold?: boolean }} [look] */
export function reliefTrail(pen, { project, onFloor, isHidden }, { points, losses }, step, style, box, { floor = false, faint = false, bold = false } = {}) {
  /** @type {number[]} */
  const seen = [];
  /** @type {number[]} */
  const hidden = [];
  /** @type {number[]} */
  const shadow = [];
  const last = Math.min(step, losses.length - 1);
  let [px, py, isOut] = [NaN, NaN, true];
  for (let i = 0; i <= last; i++) {
    const [x, y] = [points[2 * i], points[2 * i + 1]];
    const inside = x >= box.left && x <= box.right && y >= box.bottom && y <= box.top && Number.isFinite(losses[i]);
    if (!inside) {
      for (const line of [seen, hidden, shadow]) line.push(NaN, NaN);
      isOut = true;
      continue;
    }
    const [across, down, depth] = project(x, y, losses[i]);
    // Steps of less than half a pixel would be drawn and not seen.
    if (!isOut && i < last && Math.abs(across - px) + Math.abs(down - py) < 0.5) continue;
    const [on, off] = isHidden(across, down, depth) ? [hidden, seen] : [seen, hidden];
    // A piece that goes behind the surface, or comes back, begins where the other ends.
    if (!isOut && !Number.isFinite(on[on.length - 2] ?? NaN)) on.push(px, py);
    on.push(across, down);
    off.push(NaN, NaN);
    if (floor) shadow.push(...onFloor(x, y));
    [px, py, isOut] = [across, down, false];
  }
  const stroke = colourOf(style);
  if (floor) pen.path(shadow, { stroke, width: 1.4, opacity: faint ? 0.15 : 0.45 });
  pen.path(hidden, { stroke, width: 1.4, dash: [2, 3], opacity: faint ? 0.15 : 0.5 });
  pen.path(seen, { stroke: palette().sheet, width: bold ? 6 : 4.5, opacity: faint ? 0.1 : 0.5 });
  pen.path(seen, { stroke, width: bold ? 3.2 : 2.2, dash: style.dash, opacity: faint ? 0.3 : 1 });
  if (!isOut && !faint) marker(pen, px, py, style, bold ? 7 : 6);
}
