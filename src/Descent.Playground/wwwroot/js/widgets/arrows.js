// W04: the gradient over all examples as one arrow, and those of many small batches as a cloud around it.
import { chart } from "../draw/chart.js";
import { mapGround } from "../draw/map.js";
import { arrow, colourOf } from "../draw/plot.js";
import { styles } from "../draw/styles.js";
import { number, vector } from "../format.js";
import { ask, askOnce } from "../library.js";
import { codeOf, gridOf, neat } from "../model.js";
import { palette } from "../theme.js";

/** @typedef {{ full: number[], mean: number[], covariance: number[], expected: number[], gradients: { values: Float64Array } }} Drawn
 * @typedef {{ drawn: Drawn, many: Drawn, shown: number, curve: { sizes: Float64Array, measured: Float64Array, theory: Float64Array } | null, grid: import("../model.js").Grid, size: number, count: number, request: any, run: any, withReplacement: boolean, point: number[] }} Model */

const most = 2000;
const [cloud, theory] = styles;

/** @type {import("../widget.js").Widget} */
export default {
  id: "arrows",
  title: "Full batch against mini-batches",
  lead: "Every arrow is the downhill direction of one random batch at the same point. They scatter around the full gradient, the more the smaller the batch, and on average they are right.",

  fields: () => [
    { key: "N", label: "Examples N", kind: "whole", initial: 64, low: 8, high: 512, log: true },
    { key: "B", label: "Batch size B", kind: "whole", initial: 8, low: 1, high: 512, log: true, adapt: state => ({ high: state.N ?? 512 }) },
    { key: "p0", label: "Point", kind: "numbers", initial: [0.5, 0.1], low: -10, high: 10, size: 2, axis: "w,b", hint: "Or press and drag in the picture; with the picture focused, the arrow keys." },
    { key: "rep", label: "Draw with replacement", kind: "toggle", initial: false, hint: "An example may then be in a batch twice; without, batches of all N have no noise (D08)." },
    { key: "a", label: "Arrows", kind: "whole", initial: 30, low: 1, high: 200 },
    { key: "seed", label: "Seed", kind: "whole", initial: 1, low: 0, high: 9999 },
    { key: "again", label: "Draw again", kind: "action", act: context => context.set({ seed: (context.state.seed + 1) % 10000 }) },
  ],

  async compute({ state, later }) {
    const { points } = await askOnce("line_points", { count: state.N, slope: 2, intercept: 0, noise: 1, seed: 1 });
    const place = { id: "data2", points };
    const size = Math.min(state.B, state.N);
    const request = { landscape: place, point: state.p0, size, draws: state.a, with_replacement: state.rep, seed: state.seed };
    const [grid, drawn, many] = await Promise.all([gridOf(place), ask("batch_gradients", request, "arrows"), ask("batch_gradients", { ...request, draws: most }, "arrows-many")]);
    const run = { landscape: place, start: state.p0, steps: 1, seed: state.seed, batches: { size, with_replacement: state.rep }, optimizers: [{ optimizer: "sgd", learning_rate: 0.01 }] };
    const model = /** @type {Model} */ ({ drawn, many, shown: state.a, curve: null, grid, size, count: state.N, request, run, withReplacement: state.rep, point: state.p0 });
    later(bySize(model));
    return model;
  },

  last: (/** @type {Model} */ { shown }) => shown,
  first: (/** @type {Model} */ { shown }) => shown,

  views: [
    {
      id: "map", title: "One full arrow, many small ones", height: 0.72,
      note: (/** @type {Model} */ { size, count }) => `B = ${size} of N = ${count}; thick: all examples; orange: mean; dashed: 2σ`,
      ground: (pen, /** @type {Model} */ { grid }) => { mapGround(pen, grid); },
      draw: (pen, /** @type {Model} */ model, step) => drawArrows(pen, model, step),
      describe: (/** @type {Model} */ { drawn, size, point, many }, step) => `Contour map of the loss with ${step} arrows at ${vector(point)}, one for each batch of ${size}; the full gradient is ${vector(drawn.full)}, the mean of ${most} batches ${vector(many.mean)}.`,
      pick: (x, y, context) => context.set({ p0: [neat(x), neat(y)] }),
      move: (dx, dy, context, /** @type {Model} */ { grid }) => context.set({ p0: [neat(context.state.p0[0] + dx * (grid.box.right - grid.box.left) / 200), neat(context.state.p0[1] + dy * (grid.box.top - grid.box.bottom) / 200)] }),
    },
    {
      id: "sizes", title: "Total variance by batch size", height: 0.4,
      when: (_, /** @type {Model} */ { curve }) => curve !== null,
      note: (/** @type {Model} */ { withReplacement }) => withReplacement ? "theory: Σ/B" : "theory: Σ/B · (N − B)/(N − 1)",
      draw: (pen, /** @type {Model} */ { curve, size }) => chart(pen, { curves: curve ? [{ name: "theory", style: theory, values: curve.theory, x: curve.sizes }, { name: `measured over ${most} batches`, style: { ...cloud, dash: [1, 0] }, values: curve.measured, x: curve.sizes }] : [], log: true, xLog: true, legend: true, xLabel: "B", at: curve ? nearest(curve.sizes, size) : undefined }),
      describe: (/** @type {Model} */ { curve }) => `Variance over the batch size, both logarithmic: ${curve ? Array.from(curve.sizes, (size, i) => `B = ${size}: ${number(curve.measured[i])}`).join(", ") : ""}.`,
      pick: (x, _, context) => context.set({ B: Math.max(1, Math.round(x)) }),
    },
  ],

  readout: (/** @type {Model} */ { drawn, many, size, count, point }, step) => [
    ["Step", String(step)], ["Point", point], ["Full gradient", drawn.full], ["Mean of the arrows", step > 0 ? meanOf(drawn, step) : "no arrow yet"], [`Mean of ${most} batches`, many.mean],
    ["Total variance, measured", trace(many.covariance)], ["By theory", trace(many.expected)], ["Measured over theory", trace(many.expected) > 0 ? trace(many.covariance) / trace(many.expected) : "no noise"], ["Noise over the gradient's length", Math.sqrt(Math.max(0, trace(many.expected))) / Math.hypot(...drawn.full)], ["Batch size", `${size} of ${count}`],
  ],

  caption(/** @type {Model} */ { drawn, many, size, count, withReplacement }) {
    const noise = Math.sqrt(Math.max(0, trace(many.covariance)));
    if (trace(many.expected) < 1e-20) return { text: `A batch of all ${count} examples has no noise: every arrow is the full gradient ${vector(drawn.full)}.` };
    return { text: `At a batch size of ${size} the gradients scatter by ${number(noise)} around ${vector(many.mean)}, the mean of ${most} batches; the full gradient is ${vector(drawn.full)}. Their total variance is ${number(trace(many.covariance))}; theory says ${number(trace(many.expected))}${withReplacement || size === 1 ? "" : `, of which the factor (N − B)/(N − 1) is ${number((count - size) / (count - 1))}`}.` };
  },

  tables: (/** @type {Model} */ { curve }) => curve ? [{
    title: `Batch sizes, each measured over ${most} batches`, columns: ["B", "Total variance", "Theory", "Measured over theory"],
    rows: Array.from(curve.sizes, (size, i) => [String(size), curve.measured[i], curve.theory[i], curve.theory[i] > 1e-20 ? curve.measured[i] / curve.theory[i] : "no noise"]),
  }] : [],

  table: (/** @type {Model} */ { drawn, shown }) => ({
    title: "The gradients of the batches that are drawn as arrows", columns: ["batch", "gradient_w", "gradient_b"],
    rows: Array.from({ length: shown }, (_, i) => [i + 1, drawn.gradients.values[2 * i], drawn.gradients.values[2 * i + 1]]),
  }),
  request: (/** @type {Model} */ { request }) => request,
  code: (/** @type {Model} */ { run }) => codeOf(run),
};

/** The variance at other batch sizes: asked for after the picture is shown.
 * @param {Model} model */
async function bySize(model) {
  const { count, request } = model;
  const sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512].filter(size => size < count).concat(count);
  const answers = [];
  for (const size of sizes) answers.push(/** @type {Drawn} */ (await ask("batch_gradients", { ...request, size, draws: most }, "arrows-sizes")));
  // A variance of nothing but rounding is none.
  const clean = (/** @type {number} */ value) => value < 1e-20 ? 0 : value;
  model.curve = { sizes: Float64Array.from(sizes), measured: Float64Array.from(answers, each => clean(trace(each.covariance))), theory: Float64Array.from(answers, each => clean(trace(each.expected))) };
}

/** Of the first arrows.
 * @param {Drawn} drawn @param {number} count */
const meanOf = ({ gradients: { values } }, count) => [0, 1].map(which => values.subarray(0, 2 * count).reduce((sum, value, i) => i % 2 === which ? sum + value : sum, 0) / count);

/** @param {number[]} matrix */
const trace = matrix => matrix[0] + matrix[3];

/** @param {Float64Array} sizes @param {number} size */
const nearest = (sizes, size) => sizes.reduce((best, value, i) => Math.abs(Math.log(value / size)) < Math.abs(Math.log(sizes[best] / size)) ? i : best, 0);

/** @param {import("../draw/pen.js").Pen} pen @param {Model} model @param {number} step how many arrows */
function drawArrows(pen, { drawn, many, grid, point }, step) {
  const frame = mapGround.frame(pen, grid.box);
  const { x, y, place } = frame;
  const colours = palette();
  const [px, py] = [x.at(point[0]), y.at(point[1])];
  // One scale for all: the full arrow, or the widest of the cloud, is a third of the picture.
  const longest = Math.max(Math.hypot(...drawn.full), Math.sqrt(Math.max(0, trace(many.expected))), 1e-9);
  const scale = 0.3 * place.height / longest;
  const to = (/** @type {ArrayLike<number>} */ gradient) => [-gradient[0] * scale, gradient[1] * scale];
  pen.clip(place, () => {
    for (let i = 0; i < step; i++) {
      const [dx, dy] = to(drawn.gradients.values.subarray(2 * i, 2 * i + 2));
      pen.path([px, py, px + dx, py + dy], { stroke: colourOf(cloud), width: 1.2, opacity: 0.55 });
      pen.circle(px + dx, py + dy, 2.6, { fill: colourOf(cloud) });
    }
    // The ellipse of two standard deviations around the mean of many batches.
    const [a, b, c] = [many.covariance[0], many.covariance[1], many.covariance[3]];
    const l11 = Math.sqrt(Math.max(0, a)), l21 = l11 > 0 ? b / l11 : 0, l22 = Math.sqrt(Math.max(0, c - l21 * l21));
    pen.path(Array.from({ length: 73 }, (_, i) => {
      const [u, v] = [2 * Math.cos(i * Math.PI / 36), 2 * Math.sin(i * Math.PI / 36)];
      const [dx, dy] = to([many.mean[0] + l11 * u, many.mean[1] + l21 * u + l22 * v]);
      return [px + dx, py + dy];
    }).flat(), { stroke: colours.ink, width: 1.4, dash: [5, 4] });
    const [fx, fy] = to(drawn.full);
    arrow(pen, px, py, fx, fy, colours.ink, 4);
    const [mx, my] = to(meanOf(drawn, step));
    if (step > 0) arrow(pen, px, py, mx, my, colourOf(theory), 2);
    pen.circle(px, py, 5, { fill: colours.sheet, stroke: colours.ink, width: 2 });
  });
  return frame;
}
