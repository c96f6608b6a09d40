// Tables and readouts: what pictures show, in numbers.
import { swatch } from "./controls.js";
import { el } from "./dom.js";
import { number, vector } from "./format.js";

/** @typedef {import("./widget.js").Table} Table */
/** How numbers are written, and what is told of the run that the pointer is at.
 * @typedef {{ full: boolean, light: (name: string | null) => void }} Manner */

/** What each place shows. @type {WeakMap<HTMLElement, { shape: string, shown: string }>} */
const places = new WeakMap();

/** A page holds so many rows; all are in the CSV. */
const mostRows = 100;

/** @param {Table} table @param {Manner} manner @param {number[]} [shown] the rows, all of them where it is not said */
export const tableOf = ({ title, columns, rows, runs }, { full, light }, shown = rows.map((_, i) => i)) =>
  el("table", {}, el("caption", {}, title), el("thead", {}, el("tr", {}, columns.map(column => el("th", { scope: "col" }, column)))),
    el("tbody", {}, shown.map(i => {
      const run = runs?.[i];
      const name = run?.label;
      return el("tr", name ? { "data-run": name, onpointerenter: () => light(name), onpointerleave: () => light(null) } : {},
        rows[i].map((cell, j) => j === 0
          ? el("th", { scope: "row" }, run ? el("span", { class: "check" }, swatch(run.style), String(cell)) : typeof cell === "number" ? number(cell, full) : cell)
          : el("td", { class: typeof cell === "number" ? "number" : "" }, typeof cell === "number" ? number(cell, full) : cell)));
    })));

/** Every so many rows of a long table, the one of the step and the last.
 * @param {Table} table @param {Manner} manner @param {number} step */
export function thinned(table, manner, step) {
  const every = Math.max(1, Math.ceil(table.rows.length / mostRows));
  const shown = table.rows.map((_, i) => i).filter(i => i % every === 0 || i === step || i === table.rows.length - 1);
  return tableOf(every > 1 ? { ...table, title: `${table.title} (every ${every}th row; all are in the CSV)` } : table, manner, shown);
}

/** Shows tables. The rows stay the same elements while only their numbers and their order change: the pointer may be on one, and new ones take long to lay out.
 * @param {HTMLElement} place @param {Table[]} tables @param {Manner} manner @param {string | null} lit the run that the pointer is at */
export function showTables(place, tables, manner, lit) {
  const shape = JSON.stringify([document.documentElement.dataset.shade, tables.map(({ columns, rows, runs = [] }) => [columns, rows.length, ...runs.map(run => JSON.stringify(run)).sort()])]);
  const shown = JSON.stringify([manner.full, tables]);
  const before = places.get(place);
  if (before?.shape !== shape) place.replaceChildren(...tables.map(table => el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": table.title }, tableOf(table, manner))));
  else if (before.shown !== shown) tables.forEach((table, i) => refill(place.children[i], table, manner.full));
  places.set(place, { shape, shown });
  for (const row of place.querySelectorAll("tr[data-run]")) row.classList.toggle("lit", row.getAttribute("data-run") === lit);
}

/** Puts other numbers into a table of the same shape.
 * @param {Element} region @param {Table} table @param {boolean} full */
function refill(region, { title, rows, runs }, full) {
  const table = /** @type {HTMLTableElement} */ (region.firstElementChild);
  const body = table.tBodies[0];
  region.setAttribute("aria-label", title);
  rewrite(/** @type {HTMLElement} */ (table.caption), title);
  rows.forEach((cells, i) => {
    const name = runs?.[i]?.label;
    if (name !== undefined && body.rows[i].dataset.run !== name) body.insertBefore(/** @type {HTMLTableRowElement} */ ([...body.rows].find(row => row.dataset.run === name)), body.rows[i]);
    cells.forEach((cell, j) => {
      const place = body.rows[i].cells[j];
      if (j > 0) place.className = typeof cell === "number" ? "number" : "";
      if (j > 0 || name === undefined) rewrite(place, typeof cell === "number" ? number(cell, full) : cell);
    });
  });
}

/** @param {HTMLElement} place @param {string} text */
function rewrite(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

/** Shows names with what they are: a text, a number or an array of numbers; the elements stay while the names do.
 * @param {HTMLElement} place @param {[string, any][]} rows @param {boolean} full */
export function showReadout(place, rows, full) {
  const shape = JSON.stringify(rows.map(([name]) => name));
  if (place.dataset.shape !== shape) {
    place.dataset.shape = shape;
    place.replaceChildren(...rows.flatMap(([name]) => [el("dt", {}, name), el("dd", { "data-name": name })]));
  }
  rows.forEach(([name, value], i) => {
    const cell = /** @type {HTMLElement} */ (place.children[2 * i + 1]);
    const text = typeof value === "number" ? number(value, full) : typeof value === "string" ? value : vector(value, full);
    if (cell.textContent === text) return;
    if (name === "Status") cell.replaceChildren(el("span", { class: "status", "data-status": text }, text));
    else cell.textContent = text;
  });
}
