// W36: reference tables that can be sorted and filtered.
import { find } from "../chapters.js";
import { el } from "../dom.js";
import { exact, number } from "../format.js";
import { askOnce } from "../library.js";
import { conflicts, tuning } from "../reference.js";
import { version } from "../state.js";

/** @typedef {{ text: string, sort: string | number, link?: string }} Cell */
/** @typedef {{ title: string, columns: string[], rows: Cell[][] }} Sheet */
/** @typedef {{ sheet: Sheet, shown: Cell[][], column: number, falling: boolean, filter: string, request: any }} Model */

/** @type {[string, string][]} */
const kinds = [["guide", "What to choose"], ["methods", "All methods, compared"], ["options", "Hyper-parameters, defaults and ranges"], ["tuning", "In which order to tune"], ["conflicts", "Where the texts differ"]];

/** @type {import("../widget.js").Widget} */
export default {
  id: "tables",
  title: "Reference tables",
  lead: "Which method for what, every option with its default and range, both years of every paper, and where the texts recommend different figures. Press a heading to sort.",

  fields: () => [
    { key: "t", label: "Table", kind: "choice", initial: "guide", choices: kinds },
    { key: "q", label: "Only rows that contain", kind: "text", initial: "", hint: "Several words: all of them." },
    { key: "by", label: "Sorted by column", kind: "whole", initial: 0, low: 0, high: 12, hint: "0 is the order as it is. Or press a heading." },
    { key: "down", label: "Largest first", kind: "toggle", initial: false, when: state => state.by > 0 },
  ],

  async compute({ state, catalog }) {
    const [sheet, request] = await sheetOf(state.t, catalog);
    const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    const kept = sheet.rows.filter(row => words.every((/** @type {string} */ word) => row.some(cell => cell.text.toLowerCase().includes(word))));
    const column = Math.min(state.by, sheet.columns.length) - 1;
    const shown = column < 0 ? kept : [...kept].sort((a, b) => (state.down ? -1 : 1) * compare(a[column].sort, b[column].sort));
    return /** @type {Model} */ ({ sheet, shown, column, falling: state.down, filter: state.q, request });
  },

  content: context => {
    const element = el("div", { class: "scroll reference", tabindex: 0, role: "region", "aria-label": "The table" });
    /** @type {Model | null} */
    let shown = null;
    return {
      element,
      update(/** @type {Model} */ model) {
        if (model === shown) return;
        const focused = element.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset.column : undefined;
        shown = model;
        element.replaceChildren(tableOf(model, context));
        if (focused !== undefined) /** @type {HTMLElement | null} */ (element.querySelector(`[data-column="${focused}"]`))?.focus();
      },
    };
  },

  views: [],

  readout: (/** @type {Model} */ { sheet, shown, column, falling }) => [
    ["Rows", `${shown.length} of ${sheet.rows.length}`], ["Columns", String(sheet.columns.length)], ["Sorted by", column < 0 ? "as it is" : `${sheet.columns[column]}, ${falling ? "largest" : "smallest"} first`],
  ],

  caption: (/** @type {Model} */ { sheet, shown, filter }) => shown.length === 0
    ? { text: `No row of “${sheet.title}” contains “${filter}”.`, tone: "warn" }
    : { text: `${sheet.title}: ${shown.length === sheet.rows.length ? `${shown.length} rows` : `${shown.length} of ${sheet.rows.length} rows contain “${filter}”`}.` },

  table: (/** @type {Model} */ { sheet, shown }) => ({ title: sheet.title, columns: sheet.columns, rows: shown.map(row => row.map(cell => typeof cell.sort === "number" && cell.text === number(cell.sort) ? cell.sort : cell.text)) }),
  request: (/** @type {Model} */ { request }) => request,
};

/** Numbers by size, words by letter, and what is missing last.
 * @param {string | number} a @param {string | number} b */
const compare = (a, b) => typeof a === "number" && typeof b === "number" ? a - b : typeof a === "number" ? -1 : typeof b === "number" ? 1 : a.localeCompare(b, "en");

/** @param {string | number | boolean | null | undefined} value @param {string} [link] @returns {Cell} */
const cell = (value, link) => typeof value === "number" ? { text: Number.isInteger(value) && value > 1900 ? String(value) : number(value), sort: value, link } : { text: String(value ?? ""), sort: Number.isFinite(Number(value)) && value !== "" && value !== null && typeof value === "string" ? Number(value) : String(value ?? ""), link };

/** @param {string} which @param {any} catalog @returns {Promise<[Sheet, any]>} */
async function sheetOf(which, catalog) {
  const title = kinds.find(([id]) => id === which)?.[1] ?? "";
  switch (which) {
    case "guide": {
      const { decision } = await askOnce("tree", {});
      return [{
        title, columns: ["Situation", "Optimizer", "Learning rate", "Schedule", "Weight decay", "Clip", "Why"],
        rows: decision.filter((/** @type {any} */ node) => node.recommendation).map((/** @type {any} */ { id, question, recommendation: leaf }) => [cell(question, `w=decision&at=${id}`), ...[leaf.optimizer, leaf.learning_rate, leaf.schedule, leaf.weight_decay, leaf.clip, leaf.reason].map(each => cell(each))]),
      }, { function: "tree" }];
    }
    case "tuning": return [{ title, columns: ["Turn", "What", "It matters", "Begin with", "See it"], rows: tuning.map(([turn, what, matters, begin, widget]) => [cell(Number(turn)), cell(what), cell(matters), cell(begin), seen(widget)]) }, {}];
    case "conflicts": {
      const { optimizers } = await askOnce("methods", {});
      const defaultOf = (/** @type {string} */ method, /** @type {string} */ option) => method === "" ? option : option === "" ? "" : exact(Number(optimizers.find((/** @type {any} */ each) => each.name === method).options.find((/** @type {any} */ each) => each.name === option).default));
      return [{
        title, columns: ["What", "Range", "What the texts say", "Default here", "Why they differ", "Explained"],
        rows: conflicts.map(({ slip, what, range, said, why, method, option }) => [cell(what), cell(range), cell(said), cell(defaultOf(method, option)), cell(why), cell(slip, `w=stepper&d=${slip}`)]),
      }, { function: "methods" }];
    }
    default: {
      const [{ optimizers }, { family }] = await Promise.all([askOnce("methods", {}), askOnce("tree", {})]);
      const titleOf = (/** @type {any} */ each) => cell(catalog.titles[each.name], `w=family&m=${each.name}`);
      return which === "methods"
        ? [{
          title, columns: ["Method", "Preprint", "Paper", "Family", "State per parameter", "Adds", "Good for", "Against it"],
          rows: optimizers.map((/** @type {any} */ each, /** @type {number} */ i) => [titleOf(each), cell(family[i].preprint), cell(each.year), cell(each.family.replace(/_/g, " ")), cell(each.state_per_parameter), cell(each.adds), cell(each.purpose), cell(each.caveat)]),
        }, { function: "methods" }]
        : [{
          title, columns: ["Method", "Option", "Default", "Allowed", "Meaning", "Scheduled"],
          rows: optimizers.flatMap((/** @type {any} */ each) => each.options.map((/** @type {any} */ option) => [titleOf(each), cell(option.name), cell(typeof option.default === "object" ? "" : option.default), cell(option.range), cell(option.meaning), cell(option.can_be_scheduled ? "yes" : "no")])),
        }, { function: "methods" }];
    }
  }
}

/** A link to a widget, where it is built.
 * @param {string} id @returns {Cell} */
function seen(id) {
  const entry = find(id)?.entry;
  return entry?.load ? cell(entry.title, `w=${id}`) : cell("");
}

/** @param {Model} model @param {import("../widget.js").Context} context */
function tableOf({ sheet, shown, column, falling }, context) {
  const sort = (/** @type {number} */ i) => () => context.set(column !== i ? { by: i + 1, down: false } : falling ? { by: 0, down: false } : { by: i + 1, down: true });
  return el("table", {}, el("caption", {}, sheet.title),
    el("thead", {}, el("tr", {}, sheet.columns.map((name, i) => el("th", { scope: "col", "aria-sort": column === i ? (falling ? "descending" : "ascending") : "none" }, el("button", { type: "button", class: "quiet sorts", "data-column": i, onclick: sort(i) }, name, el("span", { "aria-hidden": "true" }, column === i ? (falling ? " ▾" : " ▴") : "")))))),
    el("tbody", {}, shown.map(row => el("tr", {}, row.map((each, j) => el(j === 0 ? "th" : "td", { ...(j === 0 ? { scope: "row" } : {}), class: typeof each.sort === "number" ? "number" : each.text.length > 26 ? "long" : "" }, each.link ? el("a", { href: `#v=${version}&${each.link}` }, each.text) : each.text))))));
}
