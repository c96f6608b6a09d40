// W35: questions that lead from a task to a method with its settings.
import { el } from "../dom.js";
import { linear } from "../draw/scale.js";
import { askOnce } from "../library.js";
import { palette } from "../theme.js";

/** @typedef {{ id: string, question: string, answers: { text: string, next: string }[], recommendation: { optimizer: string, learning_rate: string, schedule: string, weight_decay: string, clip: string, reason: string } | null }} Question */
/** @typedef {{ node: Question, answer: string, parent: Row | null, depth: number }} Row */
/** @typedef {{ rows: Row[], at: Row, path: Row[] }} Model */

const rowHeight = 25;

/** @type {import("../widget.js").Widget} */
export default {
  id: "decision",
  title: "Decision tree",
  lead: "A few questions lead to a place to begin: method, rate, schedule, decay and clip. Every answer can be taken back.",

  fields: catalog => [
    { key: "at", label: "Where you are", kind: "choice", initial: catalog.decision[0].id, choices: catalog.decision.map((/** @type {any} */ each) => [each.id, `${each.leaf ? "→ " : ""}${each.question}`]), hint: "Or press in the picture. With it focused: → first answer, ← back, ↑ ↓ another answer." },
    { key: "back", label: "Take the last answer back", kind: "action", act: context => context.set({ at: parentNow ?? context.state.at }) },
    { key: "again", label: "Start again", kind: "action", act: context => context.set({ at: context.catalog.decision[0].id }) },
  ],

  async compute({ state }) {
    const { decision } = await askOnce("tree", {});
    const rows = rowsOf(decision, decision[0], "", null, 0);
    const at = /** @type {Row} */ (rows.find(row => row.node.id === state.at));
    parentNow = at.parent?.node.id ?? null;
    return /** @type {Model} */ ({ rows, at, path: pathOf(at) });
  },

  content: context => {
    const element = el("section", { class: "sheet decision", "aria-label": "The question" });
    return {
      element,
      update(/** @type {Model} */ model) {
        if (element.dataset.shown === model.at.node.id) return;
        const hadFocus = element.contains(document.activeElement);
        element.dataset.shown = model.at.node.id;
        element.replaceChildren(...stepOf(model, context));
        if (hadFocus) /** @type {HTMLElement | null} */ (element.querySelector("h2"))?.focus();
      },
    };
  },

  views: [{
    id: "tree", title: "All ways", height: 1, tall: 530,
    note: (/** @type {Model} */ { rows }) => `${rows.filter(row => row.node.recommendation).length} situations`,
    draw(pen, /** @type {Model} */ { rows, at, path }) {
      const colours = palette();
      const place = (/** @type {Row} */ row) => ({ x: 16 + row.depth * indent(pen.width), y: 20 + rows.indexOf(row) * rowHeight });
      for (const row of rows) {
        if (!row.parent) continue;
        const [a, b] = [place(row.parent), place(row)];
        const on = path.includes(row);
        pen.path([a.x, a.y + 6, a.x, b.y, b.x - 7, b.y], { stroke: on ? colours.accent : colours.line, width: on ? 2.4 : 1.2 });
      }
      for (const row of rows) {
        const { x, y } = place(row);
        const [isHere, on, isLeaf] = [row === at, path.includes(row), row.node.recommendation !== null];
        if (isHere) pen.rectangle({ x: x - 9, y: y - 10.5, width: pen.width - x + 1, height: 21 }, { fill: colours.accent, opacity: 0.14 });
        if (isLeaf) pen.rectangle({ x: x - 5, y: y - 5, width: 10, height: 10 }, { fill: on ? colours.accent : colours.sheet, stroke: on ? colours.accent : colours.soft, width: 1.5 });
        else pen.circle(x, y, 5, { fill: on ? colours.accent : colours.sheet, stroke: on ? colours.accent : colours.soft, width: 1.5 });
        const text = row.parent ? row.answer : row.node.question;
        const more = isLeaf ? row.node.recommendation?.optimizer.replace(/\(.*/, "") : row.parent ? row.node.question : "";
        const letters = Math.floor((pen.width - x - 20) / (on ? 7.2 : 6.4));
        const shown = more && text.length + (more?.length ?? 0) + 3 < letters ? `${text} · ${more}` : text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
        pen.text(x + 12, y, shown, { size: 12, weight: on ? 650 : 400, fill: on ? colours.ink : colours.soft });
      }
      return { x: linear(0, pen.width, 0, pen.width), y: linear(0, pen.height, 0, pen.height), place: { x: 0, y: 0, width: pen.width, height: pen.height } };
    },
    describe: (/** @type {Model} */ { at, path }) => `Decision tree. The way so far: ${path.map(row => row.answer || row.node.question).join(", then ")}. ${at.node.recommendation ? `It ends at ${at.node.recommendation.optimizer}.` : `The question here: ${at.node.question}`}`,
    pick: (_, y, context, /** @type {Model} */ { rows }) => {
      const row = rows[Math.max(0, Math.min(rows.length - 1, Math.round((y - 20) / rowHeight)))];
      if (row.node.id !== context.state.at) context.set({ at: row.node.id });
    },
    move: (dx, dy, context, /** @type {Model} */ { rows, at }) => {
      const siblings = rows.filter(row => row.parent === at.parent);
      const next = dx > 0 ? rows.find(row => row.parent === at) : dx < 0 ? at.parent : siblings[siblings.indexOf(at) - Math.sign(dy)];
      if (next) context.set({ at: next.node.id });
    },
  }],

  readout(/** @type {Model} */ { at, path }) {
    const leaf = at.node.recommendation;
    return leaf
      ? [["Situation", at.node.question], ["Optimizer", leaf.optimizer], ["Learning rate", leaf.learning_rate], ["Schedule", leaf.schedule], ["Warmup", /warmup\(([^)]+)\)/.exec(leaf.schedule)?.[1] ?? "none"], ["Weight decay", leaf.weight_decay], ["Clip", leaf.clip], ["Answers given", String(path.length - 1)]]
      : [["Question", at.node.question], ["Answers", String(at.node.answers.length)], ["Answers given", String(path.length - 1)]];
  },

  caption(/** @type {Model} */ { rows, at, path }) {
    const leaf = at.node.recommendation;
    const below = rows.filter(row => row.node.recommendation && pathOf(row).includes(at)).length;
    return { text: leaf ? `${at.node.question}: begin with ${leaf.optimizer} at ${leaf.learning_rate}. ${leaf.reason}` : `${at.node.question} ${path.length === 1 ? "" : `After ${path.length - 1} answer${path.length === 2 ? "" : "s"} `}${below} of ${rows.filter(row => row.node.recommendation).length} situations are still open.` };
  },

  table: (/** @type {Model} */ { rows }) => ({
    title: "All situations", columns: ["situation", "answers", "optimizer", "learning_rate", "schedule", "weight_decay", "clip", "reason"],
    rows: rows.flatMap(row => row.node.recommendation ? [[row.node.question, pathOf(row).slice(1).map(each => each.answer).join(" > "), row.node.recommendation.optimizer, row.node.recommendation.learning_rate, row.node.recommendation.schedule, row.node.recommendation.weight_decay, row.node.recommendation.clip, row.node.recommendation.reason]] : []),
  }),
  request: (/** @type {Model} */ { at }) => ({ node: at.node.id }),
};

/** @type {string | null} */
let parentNow = null;

/** @param {number} width */
const indent = width => width < 560 ? 16 : 34;

/** @param {Question[]} all @param {Question} node @param {string} answer @param {Row | null} parent @param {number} depth @returns {Row[]} */
function rowsOf(all, node, answer, parent, depth) {
  const row = { node, answer, parent, depth };
  return [row, ...node.answers.flatMap(({ text, next }) => rowsOf(all, /** @type {Question} */ (all.find(each => each.id === next)), text, row, depth + 1))];
}

/** @param {Row} row @returns {Row[]} */
const pathOf = row => [...(row.parent ? pathOf(row.parent) : []), row];

/** @param {Model} model @param {import("../widget.js").Context} context @returns {Node[]} */
function stepOf({ at, path }, context) {
  const leaf = at.node.recommendation;
  const go = (/** @type {string} */ id) => () => context.set({ at: id });
  const trail = el("ol", { class: "crumbs", "aria-label": "Answers so far" }, path.slice(1).map(row => el("li", {}, el("span", { class: "soft" }, `${row.parent?.node.question} `), el("b", {}, row.answer), " ",
    el("button", { type: "button", class: "quiet", "aria-label": `Take back: ${row.answer}`, onclick: go(/** @type {Row} */ (row.parent).node.id) }, "take back"))));
  return leaf
    ? [
      trail, el("h2", { tabindex: -1 }, at.node.question),
      el("dl", { class: "recipe" }, ...[["Optimizer", leaf.optimizer], ["Learning rate", leaf.learning_rate], ["Schedule", leaf.schedule], ["Weight decay", leaf.weight_decay], ["Clip at a norm of", leaf.clip]].flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])),
      el("p", {}, leaf.reason), el("p", { class: "links" }, el("a", { href: `#v=1&w=arena&mode=own&o=${leaf.optimizer.replace(/\s/g, "")},sgd` }, "Load into the arena"), " ", el("a", { href: networkLink(at.node.id, leaf) }, "Train a network with it"), " ", ...scheduleLink(leaf.schedule)),
    ]
    : [trail, el("h2", { tabindex: -1 }, at.node.question), el("div", { class: "answers" }, at.node.answers.map(answer => el("button", { type: "button", onclick: go(answer.next) }, answer.text)))];
}

/** The live network with what a leaf recommends: the rate that its schedule begins to fall from, the least decay, and images where they are the task.
 * @param {string} id @param {NonNullable<Question["recommendation"]>} leaf */
function networkLink(id, { optimizer, learning_rate, schedule, weight_decay, clip }) {
  const first = (/** @type {string} */ text) => /\d+(\.\d+)?(e-?\d+)?/.exec(text)?.[0] ?? "0";
  const fall = schedule.replace(/^warmup\([^)]*\) then /, "");
  const kind = { constant: "", polynomial: "linear" }[fall.replace(/\(.*/, "")] ?? fall.replace(/\(.*/, "");
  const parts = {
    d: ["images", "convolutional", "large-batch", "vision", "fine-tune-images"].includes(id) ? "digits" : "circle", o: optimizer.replace(/\s/g, ""), lr: first(fall.includes("(") ? fall : learning_rate),
    sch: fall === schedule ? kind : `warmup(10%) then ${kind}`, clip: first(clip), wd: first(/weight_decay=([^,)]+)/.exec(optimizer)?.[1] ?? weight_decay),
  };
  return `#v=1&w=network&${Object.entries(parts).map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&")}`;
}

/** The schedule visualiser, where it has that kind.
 * @param {string} schedule */
function scheduleLink(schedule) {
  const kind = ["cosine", "linear", "polynomial", "constant", "inverse-square-root"].find(each => schedule.includes(each));
  const warmup = /warmup\((\d+)%\)/.exec(schedule)?.[1] ?? "0";
  return kind ? [el("a", { href: `#v=1&w=schedules&s=${kind === "inverse-square-root" ? "invsqrt" : kind}&wu=${warmup}` }, "Show its schedule")] : [];
}
