// W46: one question per chapter and per tool of the Lab.
import { chapters } from "../chapters.js";
import { el } from "../dom.js";
import { hashOf } from "../presets.js";
import { forget, quizForm, score } from "../quiz.js";
import { quizzes } from "../quiz-data.js";

/** @typedef {import("../quiz-data.js").Quiz} Quiz */
/** @typedef {{ quiz: Quiz, place: number, count: number }} Model */

/** @type {import("../widget.js").Widget} */
export default {
  id: "quizzes",
  title: "Quizzes",
  lead: "One question per chapter, and one per tool of the Lab. Every choice says why; “show me” opens the page in the state that settles it. The score never leaves this browser.",

  fields: () => [
    { key: "q", label: "Question", kind: "choice", initial: quizzes[0].id, choices: quizzes.map(quiz => [quiz.id, titleOf(quiz)]) },
    { key: "forget", label: "Forget my score", kind: "action", act: ({ state, set }) => { forget(); set({ q: state.q }); } },
  ],

  compute: async ({ state }) => /** @type {Model} */ ({ quiz: quizzes.find(quiz => quiz.id === state.q), place: quizzes.findIndex(quiz => quiz.id === state.q), count: quizzes.length }),

  content: context => {
    const element = el("section", { class: "sheet", "aria-label": "The question" });
    /** @type {Model | null} */
    let shown = null;
    return {
      element,
      update(/** @type {Model} */ model) {
        if (model === shown) return;
        shown = model;
        const go = (/** @type {number} */ by) => () => { context.set({ q: quizzes[(model.place + by + model.count) % model.count].id }); };
        element.replaceChildren(
          el("p", { class: "soft" }, `${model.place + 1} of ${model.count} · ${titleOf(model.quiz)}`), quizForm(model.quiz, { answered: () => context.to(0) }),
          el("div", { class: "answers" }, el("button", { type: "button", onclick: go(-1) }, "Previous question"), el("button", { type: "button", onclick: go(1) }, "Next question")));
      },
    };
  },

  views: [],

  readout(/** @type {Model} */ { quiz }) {
    const all = score();
    const mine = all[quiz.id];
    return [
      ["This question", mine === undefined ? "open" : mine.solved ? `solved at try ${mine.tries}` : `${mine.tries} ${mine.tries === 1 ? "try" : "tries"} so far`],
      ["Solved", `${quizzes.filter(each => all[each.id]?.solved).length} of ${quizzes.length}`], ["At the first try", String(quizzes.filter(each => all[each.id]?.solved && all[each.id].tries === 1).length)],
    ];
  },

  caption() {
    const all = score();
    const solved = quizzes.filter(each => all[each.id]?.solved).length;
    return { text: solved === 0 ? "No question is solved yet." : solved === quizzes.length ? `All ${quizzes.length} questions are solved, ${quizzes.filter(each => all[each.id].tries === 1).length} of them at the first try.` : `${solved} of ${quizzes.length} questions ${solved === 1 ? "is" : "are"} solved.` };
  },

  table: () => ({
    title: "All questions", columns: ["quiz", "question", "choice", "right", "why", "show_me"],
    rows: quizzes.flatMap(quiz => quiz.choices.map(choice => [quiz.id, quiz.question, choice.text, choice.right ? "yes" : "no", choice.why, hashOf(quiz.show)])),
  }),
  request: (/** @type {Model} */ { quiz }) => ({ quiz: quiz.id }),
};

/** @param {Quiz} quiz */
function titleOf(quiz) {
  const chapter = chapters.find(each => each.id === quiz.chapter);
  return quiz.chapter === "lab" ? `Lab: ${chapter?.widgets.find(each => each.id === quiz.id)?.title ?? quiz.id}` : `${chapter?.mark} · ${chapter?.title}`;
}
