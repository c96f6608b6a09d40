// The shell: chapters on the left, one widget or chapter in the middle, the address above all.
import { chapters, find } from "./chapters.js";
import { breathe, byId, el, notify, painted, settled } from "./dom.js";
import { split, version } from "./state.js";
import { apply, choose, chosen } from "./theme.js";

// Made by the library when the site was built, so that the controls need not wait for the runtime.
const catalogFile = fetch(new URL("../catalog.json", import.meta.url)).then(answer => answer.json());
// What shows a widget is evaluated in tasks of its own. Loading begins here.
const hosts = import("./host.js");
const models = import("./model.js");
const home = "explorer";
const main = byId("main");
const rail = byId("rail");
/** @type {import("./host.js").Host | null} */
let host = null;
let turn = 0;

let marked = "";

/** The chapters, one after the other; the page is there before them. */
async function fillRail() {
  await painted();
  const list = el("ol");
  rail.append(list);
  for (const chapter of chapters) {
    list.append(el("li", {},
      el("a", { class: "chapter", href: `#v=${version}&c=${chapter.id}` }, el("span", { "aria-hidden": "true" }, chapter.mark), el("span", {}, chapter.title)),
      el("ol", {}, chapter.widgets.filter(entry => entry.load).map(entry => el("li", {}, el("a", { href: `#v=${version}&w=${entry.id}` }, entry.title))))));
    await settled(list);
  }
  mark(marked);
}

/** Shows what the address says; the page is marked as busy until it does. */
async function route() {
  const mine = ++turn;
  main.setAttribute("aria-busy", "true");
  try {
    await show(() => mine === turn);
  } finally {
    if (mine === turn) main.removeAttribute("aria-busy");
  }
}

/** @param {() => boolean} isNewest */
async function show(isNewest) {
  const parts = split(location.hash);
  closeRail();
  const wanted = parts.w ?? (parts.c ? null : home);
  if (parts.v && parts.v !== version) notify(`The link is of version '${parts.v.slice(0, 10)}', and this page reads version ${version}; what it knows is used.`);
  const found = wanted === null ? null : find(wanted);
  if (wanted !== null && !found) notify(`There is no page '${wanted.slice(0, 30)}'; the landscape explorer is shown.`);
  const { chapter, entry } = found ?? (wanted === null ? { chapter: chapters.find(each => each.id === parts.c) ?? chapters[0], entry: null } : /** @type {NonNullable<ReturnType<typeof find>>} */ (find(home)));
  mark(entry?.load ? `w=${entry.id}` : `c=${chapter.id}`);
  if (!entry?.load) {
    host?.end();
    host = null;
    showChapter(chapter, entry?.title);
    return;
  }
  document.title = `${entry.title} · Descent playground`;
  if (host?.widget.id === entry.id) return host.open(location.hash);
  host?.end();
  host = null;
  try {
    const [catalog, { default: widget }, { Host }, { catalogue }] = await Promise.all([catalogFile, entry.load(), hosts, models]);
    await breathe();
    const known = catalogue(catalog);
    await breathe();
    if (!isNewest()) return;
    host = new Host(widget, known, main);
    await host.open(location.hash);
  } catch (error) {
    if (isNewest()) main.replaceChildren(el("h1", {}, entry.title), el("p", { class: "error", role: "alert" }, error instanceof Error ? error.message : String(error)));
  }
}

/** @param {import("./chapters.js").Chapter} chapter @param {string} [coming] a widget that is not there yet */
function showChapter(chapter, coming) {
  document.title = `${chapter.title} · Descent playground`;
  main.replaceChildren(el("h1", {}, chapter.title), chapter.prose.map(text => el("p", { class: "lead" }, text)).reduce((all, each) => (all.append(each), all), el("div")),
    ...(coming ? [el("p", {}, `“${coming}” has its place here and is not built yet.`)] : []),
    el("ul", { class: "cards" }, chapter.widgets.map(entry => el("li", { class: entry.load ? "" : "coming" },
      el("h2", { style: "margin: 0" }, entry.load ? el("a", { href: `#v=${version}&w=${entry.id}` }, entry.title) : entry.title, entry.load ? "" : " ", entry.load ? "" : el("span", { class: "tag" }, "coming")),
      el("p", {}, entry.about)))), ...chapterEnd(chapter));
}

/** A question on the chapter, and its calculations by hand.
 * @param {import("./chapters.js").Chapter} chapter */
function chapterEnd(chapter) {
  const list = el("ul", { class: "by-hand" });
  const byHand = el("section", { class: "by-hand-section", hidden: true }, el("h2", {}, "By hand"), list);
  const check = el("section", { class: "check-yourself", hidden: true }, el("h2", {}, "Check yourself"));
  Promise.all([catalogFile, import("./quiz.js"), import("./quiz-data.js")]).then(([catalog, { quizForm }, { quizzes }]) => {
    const own = catalog.hand.calculations.filter((/** @type {any} */ each) => each.chapter === chapter.id);
    list.replaceChildren(...own.map((/** @type {any} */ each) => el("li", {}, el("a", { href: `#v=${version}&w=stepper&e=${each.id}` }, each.title))));
    byHand.hidden = own.length === 0;
    const asked = quizzes.filter(quiz => quiz.chapter === chapter.id);
    check.append(...asked.map(quiz => quizForm(quiz, { level: "h3" })));
    check.hidden = asked.length === 0;
  });
  return [byHand, check];
}

/** @param {string} part */
function mark(part) {
  marked = part;
  for (const link of rail.querySelectorAll("a")) {
    if (link.getAttribute("href")?.endsWith(`&${part}`)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  requestAnimationFrame(bringIntoView);
}

/** Scrolls the rail, and nothing else, to where one is. */
function bringIntoView() {
  const current = /** @type {HTMLElement | null} */ (rail.querySelector("a[aria-current]"));
  if (!current) return;
  const [top, bottom] = [current.offsetTop, current.offsetTop + current.offsetHeight];
  if (top < rail.scrollTop || bottom > rail.scrollTop + rail.clientHeight) rail.scrollTop = top - rail.clientHeight / 2;
}

function closeRail() {
  rail.classList.remove("open");
  byId("menu").setAttribute("aria-expanded", "false");
}

byId("menu").addEventListener("click", () => byId("menu").setAttribute("aria-expanded", String(rail.classList.toggle("open"))));
document.addEventListener("keydown", event => {
  if (event.key === "Escape") closeRail();
  if (event.key === "?" && !/** @type {HTMLElement} */ (event.target).matches("input[type=text]")) showKeys();
});

byId("share").addEventListener("click", async () => {
  host?.saveAddress(false);
  try {
    await navigator.clipboard.writeText(location.href);
    notify("The link to this state is copied.");
  } catch {
    notify(`The browser does not let the page copy; the address above is the link: ${location.hash}`);
  }
});

byId("shortcuts").addEventListener("click", showKeys);

function showKeys() {
  const dialog = /** @type {HTMLDialogElement} */ (byId("keys"));
  const keys = [["Space", "play or pause"], ["← →", "one step back or on"], ["Home, End", "first and last step"], ["[ ]", "slower, faster"], ["R", "reset"], ["1 … 9", "an optimizer on or off"], ["arrows on the map", "move the start; with Shift ten times as far"], ["Esc", "close"], ["?", "this list"]];
  dialog.replaceChildren(el("h2", { id: "keys-title" }, "Keys"), el("dl", {}, keys.flatMap(([key, what]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, what)])), el("button", { type: "button", class: "primary", onclick: () => dialog.close() }, "Close"));
  dialog.showModal();
}

const theme = /** @type {HTMLSelectElement} */ (byId("theme"));
theme.addEventListener("change", () => choose(theme.value));
document.querySelector(".skip")?.addEventListener("click", event => {
  event.preventDefault();
  main.focus();
});
addEventListener("hashchange", route);
addEventListener("popstate", () => { if (host && location.hash !== host.saved) route(); });
start();

/** The page begins with little and gets more task by task: each new size and weight of letters is a search for a font. */
async function start() {
  await breathe();
  apply();
  theme.value = chosen();
  await breathe();
  route();
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("main, .bar [hidden], .skip"))) {
    part.hidden = false;
    await settled(part);
  }
  fillRail();
}
