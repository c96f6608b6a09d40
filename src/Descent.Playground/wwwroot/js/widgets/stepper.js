// W45: any worked example, one line of arithmetic at a time; what the texts print wrong is flagged, with the reason.
import { chart } from "../draw/chart.js";
import { el } from "../dom.js";
import { number, parse } from "../format.js";
import { ask } from "../library.js";
import { palette } from "../theme.js";

/** @typedef {{ symbol: string, formula: string | null, substituted: string | null, numbers: number[], value: number | null, text: string | null, printed: string | null, agrees: boolean | null, misprint: string | null }} Line */
/** @typedef {{ id: string, text: string, kind: string, claim: string, printed: string, right: string, reason: string }} Misprint */
/** @typedef {{ id: string, title: string, chapter: string, what: string, note: string | null, given: { symbol: string, value: number }[], lines: Line[], misprints: Misprint[] }} Sheet */
/** @typedef {{ sheet: Sheet, chosen: string, predict: boolean, solved: Set<number>, request: any }} Model */

/** @type {import("../widget.js").Widget} */
export default {
  id: "stepper",
  title: "Hand-calculation stepper",
  lead: "Every worked example of the five texts, one line of arithmetic at a time and with the numbers put in. Where a text prints a wrong figure, the right one stands here, and why.",

  fields: catalog => [
    { key: "d", label: "Go to a printed slip", kind: "choice", initial: "", choices: [["", "none in particular"], ...catalog.hand.misprints.map((/** @type {any} */ each) => /** @type {[string, string]} */ ([each.id, `${each.id} · ${short(each.claim)}`]))] },
    {
      key: "e", label: "Calculation", kind: "choice", initial: "gd-parabola-eta-0.1", choices: catalog.hand.calculations.map((/** @type {any} */ each) => [each.id, `${each.chapter} · ${each.title}`]),
      hint: "The number in front is the chapter.",
      adapt: state => ({ initial: catalog.hand.misprints.find((/** @type {any} */ each) => each.id === state.d)?.calculation ?? "gd-parabola-eta-0.1" }),
    },
    { key: "predict", label: "Predict first", kind: "toggle", initial: false, hint: "Each line asks for its number before it shows it." },
    { key: "next", label: "Next line", kind: "action", act: context => context.to(shownStep + 1) },
  ],

  async compute({ state }) {
    const request = { id: state.e };
    return /** @type {Model} */ ({ sheet: await ask("calculation", request, "stepper"), chosen: state.d, predict: state.predict, solved: new Set(), request });
  },

  last: (/** @type {Model} */ { sheet }) => sheet.lines.length,
  first: (/** @type {Model} */ { sheet, chosen }) => Math.min(sheet.lines.length, 1 + Math.max(0, sheet.lines.findIndex(line => line.agrees === false && (chosen === "" || line.misprint === chosen) && chosen !== ""))),

  content: context => {
    const element = el("section", { class: "sheet", "aria-label": "The calculation" });
    let shown = "";
    return {
      element,
      update(/** @type {Model} */ model, step) {
        shownStep = step;
        const key = JSON.stringify([model.sheet.id, step, model.predict, [...model.solved], model.chosen]);
        if (key === shown) return;
        shown = key;
        element.replaceChildren(...sheetOf(model, step, context));
        const lines = element.querySelector("ol");
        if (lines) lines.scrollTop = lines.scrollHeight;
      },
    };
  },

  views: [{
    id: "series", title: "Line by line", height: 0.3,
    when: (_, /** @type {Model} */ model) => seriesOf(model, shownStep).length > 1,
    note: (/** @type {Model} */ model) => `the values of ${letter(model.sheet.lines[Math.max(0, shownStep - 1)]?.symbol ?? "")} so far; a cross is what is printed`,
    draw(pen, /** @type {Model} */ model, step) {
      const series = seriesOf(model, step);
      const values = Float64Array.from(series, line => line.value ?? NaN);
      const wrong = series.map(line => line.agrees === false ? Number(line.printed) : NaN);
      const all = [...values, ...wrong].filter(Number.isFinite);
      const [least, most] = [Math.min(...all), Math.max(...all)];
      const room = least === most ? 1 : 0.05 * (most - least);
      const colours = palette();
      const frame = chart(pen, { curves: [{ name: "value", style: { light: "#0b6e75", dark: "#56d3dc", dash: [], marker: "circle" }, values }], at: series.length - 1, xLabel: "in turn", low: least - room, high: most + room, margins: { left: 72 } });
      series.forEach((line, i) => {
        const [x, y] = [frame.x.at(i), frame.y.at(line.value ?? NaN)];
        pen.circle(x, y, 3.5, { fill: colours.accent });
        if (Number.isNaN(wrong[i])) return;
        const at = frame.y.at(wrong[i]);
        pen.path([x - 5, at - 5, x + 5, at + 5, NaN, NaN, x - 5, at + 5, x + 5, at - 5], { stroke: colours.warn, width: 2.2 });
        pen.text(x - 8, at, `printed ${line.printed}`, { size: 11, anchor: "end", fill: colours.warn, halo: colours.sheet });
      });
      return frame;
    },
    describe: (/** @type {Model} */ model, step) => `Values so far: ${seriesOf(model, step).map(line => `${line.symbol} ${number(line.value ?? NaN)}`).join(", ")}.`,
  }],

  readout(/** @type {Model} */ model, step) {
    const line = model.sheet.lines[step - 1];
    const value = !line ? "not yet" : asks(model, step) ? "?" : line.value ?? line.text ?? "";
    return [
      ["Line", `${step} of ${model.sheet.lines.length}`], ["Quantity", line?.symbol ?? "what is given"], ["Value", value],
      ["Printed", minus(line?.printed) || "nothing"], ["Verdict", !line || line.agrees === null ? "nothing to compare" : line.agrees ? "agrees" : `wrong, see ${line.misprint}`],
      ["Slips in this calculation", String(model.sheet.misprints.length)],
    ];
  },

  caption(/** @type {Model} */ model, step) {
    const { sheet } = model;
    const line = sheet.lines[step - 1];
    if (!line) return { text: sheet.lines.length === 0 ? `${sheet.title}: nothing to compute, but something to put right.` : `${sheet.title}: ${sheet.lines.length} lines from what is given.` };
    if (asks(model, step)) return { text: `Line ${step} of ${sheet.lines.length}: what is ${line.symbol}?` };
    const is = `${line.symbol} ${line.formula ? "=" : "is"} ${valueOf(line)}`;
    if (line.agrees === false) return { text: `The text prints ${minus(line.printed)} here, but ${is}. ${sheet.misprints.find(each => each.id === line.misprint)?.reason ?? ""}`, tone: "warn" };
    return { text: `Line ${step} of ${sheet.lines.length}: ${is}${line.agrees ? `, as printed (${minus(line.printed)})` : ""}.` };
  },

  table: (/** @type {Model} */ { sheet, predict }) => ({
    title: sheet.title, columns: ["line", "quantity", "formula", "with_numbers", "value", "printed", "agrees", "slip"],
    rows: predict ? [] : sheet.lines.map((line, i) => [i + 1, line.symbol, line.formula ?? "", withNumbers(line), line.value ?? line.text ?? "", line.printed ?? "", line.agrees === null ? "" : line.agrees ? "yes" : "no", line.misprint ?? ""]),
  }),
  request: (/** @type {Model} */ { request }) => request,
};

let shownStep = 0;

/** @param {string} text */
const short = text => text.length > 64 ? `${text.slice(0, 62)}…` : text;

/** @param {string | null | undefined} text */
const minus = text => (text ?? "").replace("-", "−");

/** @param {string} symbol */
const letter = symbol => symbol.replace(/[₀-₉]+$/, "");

/** @param {Line} line */
const valueOf = line => line.value === null ? line.text ?? "" : number(line.value);

/** The formula with its numbers, the negative ones in parentheses unless nothing stands before them.
 * @param {Line} line */
const withNumbers = ({ substituted, numbers }) => (substituted ?? "").replace(/⟦(\d+)⟧/g, (_, i, at) => numbers[i] < 0 && at > 0 ? `(${number(numbers[i])})` : number(numbers[i]));

/** A line with a rule is asked for until it is answered or shown.
 * @param {Model} model @param {number} step */
const asks = ({ sheet, predict, solved }, step) => predict && step > 0 && sheet.lines[step - 1].formula !== null && sheet.lines[step - 1].numbers.length > 0 && !solved.has(step);

/** The lines up to a step whose symbol differs from the step's only by its index.
 * @param {Model} model @param {number} step @returns {Line[]} */
function seriesOf(model, step) {
  const now = model.sheet.lines[step - 1];
  if (!now?.formula) return [];
  return model.sheet.lines.slice(0, asks(model, step) ? step - 1 : step).filter(line => line.formula && letter(line.symbol) === letter(now.symbol));
}

/** @param {Model} model @param {number} step @param {import("../widget.js").Context} context @returns {Node[]} */
function sheetOf(model, step, context) {
  const { sheet } = model;
  const asked = asks(model, step);
  return [
    el("h2", {}, sheet.title), el("p", {}, sheet.what),
    ...(sheet.given.length > 0 ? [el("p", { class: "given" }, el("span", { class: "soft" }, "Given "), ...sheet.given.map(({ symbol, value }) => el("span", { class: "chip" }, `${symbol} = ${number(value)}`)))] : []),
    el("ol", { class: "lines", "aria-label": "Lines so far", tabindex: 0 }, sheet.lines.slice(0, step).map((line, i) => el("li", { class: `${i === step - 1 ? "now" : ""} ${line.agrees === false ? "wrong" : ""}`, value: i + 1 },
      el("span", { class: "math" }, el("b", {}, line.symbol), ...(line.formula && line.numbers.length > 0 ? [" = ", line.formula, el("span", { class: "soft" }, " = "), withNumbers(line)] : []), el("span", { class: "soft" }, line.formula ? " = " : ": "), el("b", {}, i === step - 1 && asked ? "?" : valueOf(line))),
      line.agrees === null || (i === step - 1 && asked) ? null : el("span", { class: line.agrees ? "tag" : "tag bad" }, line.agrees ? `printed ${minus(line.printed)}` : `printed ${minus(line.printed)}: wrong (${line.misprint})`)))),
    ...(asked ? [question(model, step, context)] : []),
    ...(sheet.note ? [el("p", { class: "soft" }, sheet.note)] : []),
    ...sheet.misprints.map(slip => el("article", { class: `slip ${slip.id === model.chosen ? "chosen" : ""}`, "data-slip": slip.id },
      el("h3", {}, `${slip.id}: ${slip.kind}`), el("p", {}, `${slip.claim} `, el("span", { class: "soft" }, `(${slip.text})`)),
      el("dl", {}, ...[["Printed", slip.printed], ["Right", slip.right], ["Why", slip.reason]].flatMap(([name, text]) => [el("dt", {}, name), el("dd", {}, text)])))),
  ];
}

/** @param {Model} model @param {number} step @param {import("../widget.js").Context} context */
function question(model, step, context) {
  const line = model.sheet.lines[step - 1];
  const input = el("input", { type: "text", inputmode: "decimal", autocomplete: "off", "aria-label": `Your number for ${line.symbol}` });
  const answer = el("p", { role: "status" });
  const reveal = (/** @type {string} */ said) => {
    model.solved.add(step);
    context.to(step);
    document.querySelector(".sheet ol")?.after(el("p", { class: "said", role: "status" }, said));
  };
  const check = (/** @type {Event} */ event) => {
    event.preventDefault();
    const guess = parse(input.value);
    const value = line.value ?? NaN;
    if (guess === null) answer.textContent = "A number is asked for, such as 0.05 or 3e-4.";
    else if (isRight(input.value, guess, value)) reveal(`Right: ${line.symbol} = ${number(value)}.`);
    else if (line.agrees === false && Number(line.printed) === guess) reveal(`That is what the text prints, and it is wrong. ${model.sheet.misprints.find(each => each.id === line.misprint)?.reason ?? ""}`);
    else answer.textContent = `Not ${input.value}: ${guess < value ? "it is larger" : "it is smaller"}. Put the numbers in once more, or have it shown.`;
  };
  return el("form", { class: "question", onsubmit: check }, el("span", { class: "math" }, `${line.symbol} = `), input, el("button", { type: "submit", class: "primary" }, "Check"),
    el("button", { type: "button", onclick: () => reveal(`${line.symbol} = ${number(line.value ?? NaN)}.`) }, "Show it"), answer);
}

/** Right to the digits that were typed, and to one part in twenty.
 * @param {string} text @param {number} guess @param {number} value */
function isRight(text, guess, value) {
  const [, decimals = "", exponent = "0"] = /^[^.e]*\.?(\d*)(?:e([-+]?\d+))?/i.exec(text.trim()) ?? [];
  return Math.abs(guess - value) <= Math.min(0.5000001 * 10 ** (Number(exponent) - decimals.length), Math.max(0.05 * Math.abs(value), 1e-12));
}
