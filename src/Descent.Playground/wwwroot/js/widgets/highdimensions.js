// W48: how rare minima are among the stationary points of many dimensions: a coin for every curvature, and random matrices.
import { chart } from "../draw/chart.js";
import { number, whole } from "../format.js";
import { ask } from "../library.js";

/** @typedef {{ dimensions: number, coins: number, measured: number, by_positive: number[], exact: number | null }} Row */
/** @typedef {{ rows: Row[], coins: Row[], chosen: Row, count: number, request: any }} Model */

const coin = { light: "#8a6d00", dark: "#e3c14a", dash: [7, 3], marker: "diamond" };
const matrix = { light: "#1f6feb", dark: "#6cb0ff", dash: [], marker: "circle" };

/** @type {import("../widget.js").Widget} */
export default {
  id: "highdimensions",
  title: "High dimensions",
  lead: "At a stationary point every direction curves up or down, and it is a minimum only if all curve up. A coin for every direction is a heuristic; the eigenvalues of random symmetric matrices repel each other, and make minima rarer still.",

  fields: () => [
    { key: "d", label: "Dimensions", kind: "whole", initial: 4, low: 1, high: 10 },
    { key: "count", label: "Matrices per dimension", kind: "whole", initial: 20_000, low: 1000, high: 200_000, log: true, hint: "Symmetric, with normal numbers: variance 1 on the diagonal, 1/2 beside it." },
    { key: "seed", label: "Seed", kind: "whole", initial: 1, low: 0, high: 9999 },
  ],

  async compute({ state }) {
    const request = { dimensions: state.d, count: state.count, seed: state.seed };
    const { rows } = await ask("curvature_signs", request, "highdimensions");
    return /** @type {Model} */ ({ rows, chosen: rows[rows.length - 1], count: state.count, request });
  },

  views: [
    {
      id: "share", title: "Share of stationary points that are minima", height: 0.42, note: () => "logarithmic; a heuristic and a model, not a theorem about networks",
      draw(pen, /** @type {Model} */ { rows }) {
        const x = rows.map(row => row.dimensions);
        const some = rows.filter(row => row.measured > 0);
        return chart(pen, { curves: [{ name: "coins (heuristic)", style: coin, values: rows.map(row => row.coins), x }, { name: "random matrices", style: matrix, values: some.map(row => row.measured), x: some.map(row => row.dimensions) }], at: Math.max(0, some.length - 1), log: true, xLabel: "dimensions", yLabel: "share" });
      },
      describe: (/** @type {Model} */ { rows }) => `Share of minima: ${rows.map(row => `${row.dimensions} dimension${row.dimensions === 1 ? "" : "s"}: coins ${number(row.coins)}, matrices ${number(row.measured)}`).join("; ")}.`,
    },
    {
      id: "signs", title: "How many directions curve up", height: 0.3, note: (/** @type {Model} */ { chosen }) => `random matrices of ${chosen.dimensions} dimensions`,
      draw: (pen, /** @type {Model} */ { chosen }) => chart(pen, { curves: [{ name: "share of matrices", style: matrix, values: chosen.by_positive }], low: 0, at: chosen.dimensions, xLabel: "directions that curve up", yLabel: "share" }),
      describe: (/** @type {Model} */ { chosen }) => `Of ${chosen.dimensions} directions: ${chosen.by_positive.map((share, k) => `${k} up in ${number(100 * share)} %`).join(", ")}.`,
    },
  ],

  readout: (/** @type {Model} */ { chosen, count, request }) => [
    ["Dimensions", String(chosen.dimensions)], ["Coins (heuristic)", chosen.coins], ["Random matrices, measured", chosen.measured], ["Closed form", chosen.exact ?? "none known here"],
    ["Coins over matrices", chosen.measured > 0 ? chosen.coins / chosen.measured : "none was a minimum"], ["Saddles", 1 - chosen.by_positive[0] - chosen.by_positive[chosen.dimensions]], ["Matrices", whole(count)], ["Seed", String(request.seed)],
  ],

  caption: (/** @type {Model} */ { chosen, count }) => ({ text: `In ${chosen.dimensions} dimension${chosen.dimensions === 1 ? "" : "s"} the coins say ${number(chosen.coins)}; of ${whole(count)} random matrices ${chosen.measured > 0 ? `${number(100 * chosen.measured)} % have only positive eigenvalues` : "none has only positive eigenvalues"}${chosen.measured > 0 && chosen.dimensions > 1 ? `, ${number(chosen.coins / chosen.measured)} times fewer than the coins say` : ""}.` }),

  tables: (/** @type {Model} */ { rows }) => [{ title: "By the number of dimensions", columns: ["Dimensions", "Coins (heuristic)", "Measured", "Closed form"], rows: rows.map(row => [String(row.dimensions), row.coins, row.measured, row.exact ?? ""]) }],
  table: (/** @type {Model} */ { rows }) => ({ title: "Share of minima", columns: ["dimensions", "coins", "measured", "closed_form"], rows: rows.map(row => [row.dimensions, row.coins, row.measured, row.exact ?? ""]) }),
  request: (/** @type {Model} */ { request }) => request,
};
