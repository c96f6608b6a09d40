// W50: the chapters on one page: what each idea solves, and what each trouble looks like.
import { chapters } from "../chapters.js";
import { el } from "../dom.js";
import { cards } from "../ideas-data.js";
import { hashOf, presets } from "../presets.js";

/** @typedef {import("../ideas-data.js").Card} Card */
/** @typedef {{ shown: Card[], kind: string }} Model */

/** @type {import("../widget.js").Widget} */
export default {
  id: "ideas",
  title: "Map of ideas",
  lead: "One page for all chapters. Each card names a problem and the idea that meets it, or a trouble and its remedy, and opens the state that shows it.",

  fields: () => [
    { key: "kind", label: "Cards", kind: "choice", as: "segments", initial: "all", choices: [["all", "All"], ["idea", "Ideas"], ["trouble", "Troubles"]] },
    { key: "q", label: "Only cards that contain", kind: "text", initial: "" },
  ],

  compute: async ({ state }) => /** @type {Model} */ ({
    kind: state.kind,
    shown: cards.filter(card => (state.kind === "all" || card.kind === state.kind) && `${card.title} ${card.first} ${card.second}`.toLowerCase().includes(state.q.trim().toLowerCase())),
  }),

  content: () => {
    const element = el("div", { class: "ideas" });
    /** @type {Model | null} */
    let before = null;
    return {
      element,
      update(/** @type {Model} */ model) {
        if (model === before) return;
        before = model;
        element.replaceChildren(...(/** @type {const} */ (["idea", "trouble"])).flatMap(kind => {
          const some = model.shown.filter(card => card.kind === kind);
          return some.length === 0 ? [] : [el("h2", {}, kind === "idea" ? "Ideas, chapter by chapter" : "Troubles and remedies"), el("ol", { class: "cards", role: "list" }, some.map(cardOf))];
        }));
      },
    };
  },

  views: [],
  readout: (/** @type {Model} */ { shown }) => [["Cards", `${shown.length} of ${cards.length}`], ["Ideas", String(shown.filter(card => card.kind === "idea").length)], ["Troubles", String(shown.filter(card => card.kind === "trouble").length)]],
  caption: (/** @type {Model} */ { shown }) => ({ text: shown.length === 0 ? "No card contains that." : `${shown.filter(card => card.kind === "idea").length} ideas and ${shown.filter(card => card.kind === "trouble").length} troubles, each with a state that shows it.` }),
  table: (/** @type {Model} */ { shown }) => ({ title: "Map of ideas", columns: ["kind", "chapter", "title", "problem_or_symptom", "idea_or_remedy", "show_me"], rows: shown.map(card => [card.kind, card.chapter, card.title, card.first, card.second, hashOf(card.show)]) }),
  request: (/** @type {Model} */ { kind }) => ({ cards: kind }),
};

/** @param {Card} card */
function cardOf({ kind, chapter, title, first, second, show }) {
  const place = chapters.find(each => each.id === chapter);
  const [before, after] = kind === "idea" ? ["Problem", "Idea"] : ["Symptom", "Remedy"];
  return el("li", { class: kind }, el("h3", {}, title), el("p", {}, el("b", {}, `${before}: `), first), el("p", {}, el("b", {}, `${after}: `), second),
    el("p", {}, el("a", { href: hashOf(show) }, presets[show].title)), el("p", { class: "soft" }, el("a", { href: `#v=1&c=${chapter}` }, `Chapter ${place?.mark}: ${place?.title}`)));
}
