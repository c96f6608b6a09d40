// W44: listings to copy, of the library's call and from scratch, and the run that they make.
import { chart } from "../draw/chart.js";
import { exact, number } from "../format.js";
import { askOnce } from "../library.js";
import { listing, methods, requestOf, steps } from "../listings.js";
import { codeOf, headings, pointAt, raceOf, runTable } from "../model.js";

/** @typedef {import("../model.js").Run} Run */
/** @typedef {import("../listings.js").What} What */
/** @typedef {{ run: Run, request: any, what: What, title: string, type: string, rate: number, equations: string[] | null }} Model */

/** @type {[import("../listings.js").Language, string][]} */
const languages = [["library", "C#, the library"], ["csharp", "C#, from scratch"], ["python", "Python"], ["julia", "Julia"], ["rust", "Rust"]];

/** @type {import("../widget.js").Widget} */
export default {
  id: "code",
  title: "Code to copy",
  lead: "The same hundred steps in five forms: by the library, and written out from scratch in four languages. The C# ones are compiled and run by the library's tests, and agree with it to 1e-12; the run beside them is the library's own.",

  fields: catalog => [
    { key: "o", label: "Method", kind: "choice", initial: "adam", choices: [...Object.entries(methods).map(([id, { title }]) => /** @type {[string, string]} */ ([id, title])), ...catalog.methods.filter((/** @type {any} */ method) => !(method.name in methods)).map((/** @type {any} */ method) => [method.name, `${catalog.titles[method.name]} (library only)`])] },
    { key: "lang", label: "Language", kind: "choice", as: "segments", initial: "library", choices: languages },
    { key: "s", label: "Schedule: warmup, then cosine", kind: "toggle", initial: false },
    { key: "clip", label: "Clip gradients to a norm of 1", kind: "toggle", initial: false },
    { key: "acc", label: "Accumulate four parts of each gradient", kind: "toggle", initial: false, hint: "Their mean is the whole gradient, so the run stays the same." },
  ],

  async compute({ state, catalog }) {
    const known = methods[state.o];
    const method = catalog.methods.find((/** @type {any} */ each) => each.name === state.o);
    const what = { method: state.o, schedule: state.s, clip: state.clip, accumulate: state.acc };
    const rate = known?.rate ?? method.learning_rate;
    const request = requestOf(what, known?.text ?? state.o, rate);
    const [{ runs }, all] = await Promise.all([raceOf(request, "code"), known || state.lang === "library" ? null : askOnce("methods", {})]);
    const equations = all?.optimizers.find((/** @type {any} */ each) => each.name === state.o)?.equations ?? null;
    return { run: runs[0], request, what, title: known?.title ?? method.type, type: method?.type ?? "", rate, equations };
  },

  last: (/** @type {Model} */ { run }) => run.updates,
  first: (/** @type {Model} */ { run }) => run.updates,

  listing: (/** @type {Model} */ { what, type, rate, title, equations }, { state }) => listing(state.lang, what, type, rate)
    ?? [`// ${title} is not written from scratch here. One step, as the library prints it from the rule that runs:`, ...(equations ?? [])].join("\n"),

  views: [{
    id: "loss", title: "The loss over these steps", height: 0.3,
    note: (/** @type {Model} */ { run }) => `ends at ${number(run.loss[run.updates])}`,
    draw: (pen, /** @type {Model} */ { run }, step) => chart(pen, { curves: [{ name: run.label, style: run.style, values: run.loss }], at: step, log: run.loss.every(loss => loss > 0), yLabel: "loss" }),
    describe: (/** @type {Model} */ { run, title }, step) => `Loss of ${title} over ${run.updates} steps: ${number(run.loss[0])} at the start, ${number(run.loss[step])} at step ${step}.`,
    pick: (x, _, context) => context.to(x),
  }],

  readout: (/** @type {Model} */ { run }, step) => [
    ["Step", String(step)], ["Status", run.status.at(step)], ["x", run.theta[2 * step]], ["y", run.theta[2 * step + 1]], ["Loss", run.loss[step]], ["Learning rate", run.learningRate[step]],
  ],

  caption: (/** @type {Model} */ { run, title }) => {
    const [x, y] = pointAt(run, run.updates);
    return { text: `${title} prints after ${steps} steps: x = ${exact(x)}, y = ${exact(y)}, loss = ${exact(run.loss[run.updates])}.` };
  },

  table: (/** @type {Model} */ { run, title }) => runTable(`Every step of ${title}`, run, headings(run)),
  request: (/** @type {Model} */ { request }) => request,
  code: (/** @type {Model} */ { request }) => codeOf(request),
};
