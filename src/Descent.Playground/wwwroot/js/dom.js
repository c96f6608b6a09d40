// Elements, briefly.

/** @typedef {Node | string | number | null | undefined | false} Child */

/** Makes an element: attributes that are functions become listeners ("onclick"), booleans become present or absent.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {Record<string, any>} [attributes] @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[Tag]} */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(.../** @type {(Node | string)[]} */ (children.flat().filter(child => child !== null && child !== undefined && child !== false).map(child => typeof child === "number" ? String(child) : child)));
  return element;
}

/** An element that the page has.
 * @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no element '${id}'.`);
  return element;
}

/** A notice at the foot of the page; it stays until it is closed or eight seconds have passed.
 * @param {string} text */
export function notify(text) {
  const notices = byId("notices");
  for (const old of [...notices.children]) if (old.firstChild?.textContent === text) old.remove();
  const notice = el("div", { class: "notice" }, el("span", {}, text), el("button", { type: "button", "aria-label": "Close notice", onclick: () => notice.remove() }, "×"));
  notices.append(notice);
  while (notices.children.length > 3) notices.firstElementChild?.remove();
  setTimeout(() => notice.remove(), 8000);
}

/** Lets the browser do what it has to, and goes on: what takes long is done in slices. */
export const breathe = () => "scheduler" in window && "yield" in /** @type {any} */ (window).scheduler
  ? /** @type {Promise<void>} */ (/** @type {any} */ (window).scheduler.yield())
  : /** @type {Promise<void>} */ (new Promise(done => { const { port1, port2 } = new MessageChannel(); port1.onmessage = () => done(); port2.postMessage(0); }));

/** Lays out what was added, lets the browser do what else it has to, and goes on: a page that is put together so never holds anybody up.
 * @param {Element} added */
export function settled(added) {
  added.getBoundingClientRect();
  return breathe();
}

/** Waits until what there is so far was laid out and painted; a page that nobody sees is not. */
export const painted = () => /** @type {Promise<void>} */ (new Promise(done => {
  const late = setTimeout(done, 100);
  requestAnimationFrame(() => setTimeout(() => { clearTimeout(late); done(); }));
}));

let announced = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;

/** Tells a screen reader, at most once a second, the newest sentence last.
 * @param {string} text */
export function announce(text) {
  clearTimeout(waiting);
  const wait = Math.max(0, announced + 1000 - performance.now());
  waiting = setTimeout(() => {
    announced = performance.now();
    byId("live").textContent = text;
  }, wait);
}
