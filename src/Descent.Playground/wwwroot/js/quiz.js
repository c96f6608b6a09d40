// A question with its choices, as a page and as a part of a chapter. The score stays in this browser.
import { el } from "./dom.js";
import { hashOf, presets } from "./presets.js";
import { quizzes } from "./quiz-data.js";

/** @typedef {import("./quiz-data.js").Quiz} Quiz */
/** What has been answered: how many tries, and whether the right one was among them.
 * @typedef {Record<string, { tries: number, solved: boolean }>} Score */

const key = "descent-quizzes";

/** @returns {Score} */
export function score() {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "{}");
  } catch {
    return {};
  }
}

export const forget = () => localStorage.removeItem(key);

/** @param {string} id @param {boolean} right */
function note(id, right) {
  const all = score();
  const { tries = 0, solved = false } = all[id] ?? {};
  if (!solved) localStorage.setItem(key, JSON.stringify({ ...all, [id]: { tries: tries + 1, solved: right } }));
}

/** @param {Quiz} quiz @param {{ answered?: () => void, level?: "h2" | "h3" }} [options] @returns {HTMLElement} */
export function quizForm(quiz, { answered, level = "h2" } = {}) {
  const said = el("div", { class: "answer", role: "status" });
  const button = el("button", { type: "submit", class: "primary", disabled: true }, "Answer");
  // Not always in the same place, and for every reader in the same one.
  const shift = (quizzes.indexOf(quiz) * 3 + 2) % quiz.choices.length;
  const choices = [...quiz.choices.slice(shift), ...quiz.choices.slice(0, shift)];
  const labels = choices.map((choice, i) => el("label", { class: "choice" },
    el("input", { type: "radio", name: `quiz-${quiz.id}`, value: i, onchange: () => { button.disabled = false; labels.forEach(label => label.classList.remove("right", "wrong")); said.replaceChildren(); } }), el("span", {}, choice.text)));
  const answer = (/** @type {Event} */ event) => {
    event.preventDefault();
    const at = labels.findIndex(label => /** @type {HTMLInputElement} */ (label.firstElementChild).checked);
    if (at < 0) return;
    const choice = choices[at];
    note(quiz.id, choice.right === true);
    labels.forEach((label, i) => { label.classList.toggle("right", i === at && choice.right === true); label.classList.toggle("wrong", i === at && choice.right !== true); });
    said.replaceChildren(
      el("p", {}, el("b", {}, choice.right ? "Right. " : "Not quite. "), choice.why),
      el("p", { class: "links" }, el("a", { href: hashOf(quiz.show) }, `Show me: ${presets[quiz.show].title}`), choice.right ? "" : el("span", { class: "soft" }, "or choose again")));
    answered?.();
  };
  return el("form", { class: "quiz", onsubmit: answer }, el(level, { id: `question-${quiz.id}` }, quiz.question), el("div", { role: "radiogroup", "aria-labelledby": `question-${quiz.id}`, class: "choices" }, labels), button, said);
}
