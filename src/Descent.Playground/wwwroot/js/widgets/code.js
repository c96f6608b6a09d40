// W44: programs to copy, by the library and from scratch in four languages, and the run that they make.
import { chart } from "../draw/chart.js";
import { el, notify } from "../dom.js";
import { exact, number } from "../format.js";
import { ask } from "../library.js";
import { codeOf, headings, raceOf, runTable } from "../model.js";

/** @typedef {import("../model.js").Run} Run */
/** @typedef {{ library: string, from_scratch: { language: string, text: string }[], words: string | null, printed: number[] | null, equations: string[], schedule_text: string | null }} Listings */
/** @typedef {{ rates: number[], losses: number[], suggestion: number, blowUp: number | null }} Sweep */
/** @typedef {{ listings: Listings, run: Run | null, sweep: Sweep | null, title: string, style: import("../draw/plot.js").Style, request: any, asked: any }} Model */

const steps = 1000;

/** @type {[string, string][]} */
const languages = [["library", "C#, the library"], ["csharp", "C#"], ["python", "Python"], ["julia", "Julia"], ["rust", "Rust"]];

/** @type {import("../widget.js").Widget} */
export default {
  id: "code",
  title: "Code to copy",
  lead: "The same thousand steps in five forms: by the library, and from scratch in four languages. What is written from scratch is made of the equations that the library prints of its rules; the library's tests run it in C#, Python and Rust, and it agrees to 1e-12.",

  fields: catalog => [
    { key: "o", label: "Method", kind: "choice", initial: "adam", choices: [...catalog.methods.map((/** @type {any} */ method) => [method.name, catalog.titles[method.name]]), ["sgd(momentum=0.9)", "Momentum"], ["sgd(momentum=0.9, nesterov=true)", "Nesterov"]].sort((a, b) => a[1].localeCompare(b[1], "en")) },
    { key: "what", label: "What it does", kind: "choice", as: "segments", initial: "steps", choices: [["steps", "A thousand steps"], ["range", "A range test of rates"]] },
    { key: "lr", label: "Learning rate", kind: "number", initial: 0.001, low: 1e-5, high: 10, log: true, when: state => state.what === "steps", adapt: state => ({ initial: catalog.methods.find((/** @type {any} */ method) => method.name === state.o?.replace(/\(.*/, ""))?.learning_rate ?? 0.01 }), hint: "To begin with the method's own." },
    { key: "s", label: "Schedule", kind: "choice", initial: "constant", choices: catalog.listed_schedules, when: state => state.what === "steps" },
    { key: "clip", label: "Clip gradients", kind: "choice", as: "segments", initial: "none", choices: [["none", "No"], ["norm", "To a norm of 1"], ["value", "To −1 … 1"]] },
    { key: "acc", label: "Accumulate four parts of each gradient", kind: "toggle", initial: false, when: state => state.what === "steps", hint: "Their mean is the whole gradient, so the run stays the same." },
    { key: "lang", label: "Language", kind: "choice", initial: "library", choices: languages, look: true, when: () => false },
  ],

  async compute({ state, catalog }) {
    const isTest = state.what === "range";
    const asked = { optimizer: state.o, ...(isTest ? { range_test: true } : { learning_rate: state.lr, schedule: state.s, accumulate: state.acc }), clip: state.clip };
    const listings = /** @type {Listings} */ (await ask("listings", asked, "listings"));
    const run = {
      landscape: { id: "kappabowl", constants: { b: 2 } }, start: [3, -2], steps, budget: "updates", optimizers: [{ optimizer: state.o }], ...(isTest ? {} : { learning_rate: state.lr }),
      ...(listings.schedule_text ? { schedule: listings.schedule_text } : {}), ...(state.clip === "norm" ? { clip_norm: 1 } : state.clip === "value" ? { clip_value: 1 } : {}),
    };
    const rest = { listings, title: catalog.titleOf(state.o), style: catalog.styleOf(state.o), asked };
    if (!isTest) return /** @type {Model} */ ({ ...rest, run: (await raceOf(run, "code")).runs[0], sweep: null, request: run });
    const request = { run, low: 1e-4, high: 10, count: 200 };
    const test = await ask("rangetest", request, "code");
    return /** @type {Model} */ ({ ...rest, run: null, sweep: { rates: test.rates.map(Number), losses: test.losses.map(Number), suggestion: test.suggestion, blowUp: test.blow_up }, request });
  },

  content: context => {
    const text = el("pre", { tabindex: 0, id: "listing", role: "tabpanel", "data-role": "listing" });
    const tabs = languages.map(([id, label]) => el("button", { type: "button", role: "tab", id: `tab-${id}`, "aria-controls": "listing", onclick: () => context.set({ lang: id }) }, label));
    const copy = el("button", { type: "button", class: "copy", onclick: () => copyOf(text) }, "Copy");
    const keys = (/** @type {KeyboardEvent} */ event) => {
      const turn = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? languages.length - 1 : 0;
      if (turn === 0) return;
      event.preventDefault();
      const next = (languages.findIndex(([id]) => id === context.state.lang) + turn) % languages.length;
      context.set({ lang: languages[next][0] });
      tabs[next].focus();
    };
    return {
      element: el("section", { class: "listing", "aria-label": "Listing" }, el("div", { class: "tabs" }, el("div", { role: "tablist", "aria-label": "Language", onkeydown: keys }, tabs), copy), text),
      update(/** @type {Model} */ { listings, title }) {
        languages.forEach(([id], i) => {
          tabs[i].setAttribute("aria-selected", String(id === context.state.lang));
          tabs[i].tabIndex = id === context.state.lang ? 0 : -1;
        });
        text.setAttribute("aria-labelledby", `tab-${context.state.lang}`);
        const shown = listingOf(listings, context.state.lang, title);
        if (text.textContent !== shown) text.textContent = shown;
      },
    };
  },

  last: (/** @type {Model} */ { run, sweep }) => run?.updates ?? (sweep ? sweep.rates.length - 1 : 0),
  first: (/** @type {Model} */ { run, sweep }) => run?.updates ?? (sweep ? sweep.rates.length - 1 : 0),

  views: [{
    id: "loss", title: "The loss on its way", height: 0.3,
    note: (/** @type {Model} */ { sweep }) => `f(x, y) = ½(x² + 2y²) from (3, −2)${sweep ? ", as the rate grows" : ""}`,
    draw(pen, /** @type {Model} */ { run, sweep, title, style }, step) {
      const values = run?.loss ?? Float64Array.from(sweep?.losses ?? []);
      return chart(pen, { curves: [{ name: title, style, values, ...(sweep ? { x: sweep.rates } : {}) }], at: sweep ? undefined : step, log: values.every(value => value > 0), ...(sweep ? { xLog: true, xLabel: "learning rate η" } : {}), yLabel: "loss" });
    },
    describe: (/** @type {Model} */ { run, sweep, title }, step) => run ? `Loss of ${title} over ${run.updates} steps: ${number(run.loss[0])} at the start, ${number(run.loss[step])} at step ${step}.`
      : `Loss of ${title} over rates from ${number(sweep?.rates[0] ?? 0)} to ${number(sweep?.rates.at(-1) ?? 0)}.`,
    pick: (x, _, context, /** @type {Model} */ { run }) => { if (run) context.to(x); },
  }],

  readout: (/** @type {Model} */ { run, sweep }, step) => run
    ? [["Step", String(step)], ["Status", run.status.at(step)], ["x", run.theta[2 * step]], ["y", run.theta[2 * step + 1]], ["Loss", run.loss[step]], ["Learning rate", run.learningRate[step]]]
    : [["Rate number", String(step + 1)], ["Learning rate", sweep?.rates[step] ?? NaN], ["Loss", sweep?.losses[step] ?? NaN], ["Suggestion", sweep?.suggestion ?? NaN], ["Blew up at", sweep?.blowUp ?? "not in this range"]],

  caption: (/** @type {Model} */ { listings, run, sweep, title }) => {
    if (!run) return { text: `It prints: suggestion = ${exact(sweep?.suggestion ?? NaN)}, blow-up = ${exact(sweep?.blowUp ?? 10)}.` };
    const [x, y, loss] = (listings.printed ?? []).map(Number);
    return { text: run.updates < steps ? `${title} diverges at this rate; the listings go on to numbers that mean nothing.` : `It prints: x = ${exact(x)}, y = ${exact(y)}, loss = ${exact(loss)}.`, tone: run.updates < steps ? "warn" : undefined };
  },

  table: (/** @type {Model} */ { run, sweep, title }) => run ? runTable(`Every step of ${title}`, run, headings(run))
    : { title: "Every rate", columns: ["learning_rate", "loss"], rows: (sweep?.rates ?? []).map((rate, i) => [rate, sweep?.losses[i] ?? NaN]) },
  request: (/** @type {Model} */ { asked, request }) => ({ listings: asked, run: request }),
  code: async (/** @type {Model} */ { listings, run, request }) => run ? codeOf(request) : listings.library,
};

/** What a tab shows. @param {Listings} listings @param {string} language @param {string} title */
function listingOf({ library, from_scratch, words, equations }, language, title) {
  if (language === "library") return library;
  return from_scratch.find(each => each.language === language)?.text
    ?? [`${title} is not listed from scratch, because one of its equations says something in words or needs whole matrices:`, `    ${words}`, "", "One step, as the library prints it of the rule that runs:", ...equations.map(line => `    ${line}`), ""].join("\n");
}

/** @param {HTMLElement} text */
async function copyOf(text) {
  try {
    await navigator.clipboard.writeText(text.textContent ?? "");
    notify("The listing is copied.");
  } catch {
    getSelection()?.selectAllChildren(text);
    notify("The browser does not let the page copy; the listing is selected instead.");
  }
}
