// W22: who inherits from whom: every method of the catalogue and its relatives, over the years.
import { el } from "../dom.js";
import { marker } from "../draw/plot.js";
import { linear } from "../draw/scale.js";
import { number } from "../format.js";
import { ask, askOnce } from "../library.js";
import { palette } from "../theme.js";

/** @typedef {import("../draw/plot.js").Style} Style */
/** @typedef {{ name: string, title: string, year: number, preprint: number, family: string, parents: string[], adds: string, run: string | null, style: Style, relative?: any }} Member */
/** @typedef {{ members: Member[], depth: number[], chosen: Member, about: any, request: any }} Model */

const rowHeight = 17;

/** @type {import("../widget.js").Widget} */
export default {
  id: "family",
  title: "Optimizer family tree",
  lead: "Every method keeps something of its parents and mends something in them. Choose one to see its rule, what it remembers, what it costs, and whom it comes from.",

  fields: catalog => [
    { key: "m", label: "Method", kind: "choice", initial: "adam", choices: [...catalog.methods.map((/** @type {any} */ each) => [each.name, catalog.titles[each.name]]), ...catalog.relatives.map((/** @type {any} */ each) => [each.name, each.title])].sort((a, b) => a[1].localeCompare(b[1], "en")), hint: "Or press one in the picture. With the picture focused: ← parent, → child, ↑ ↓ neighbours." },
    { key: "also", label: "Second parents", kind: "toggle", initial: true, hint: "Dashed lines to all that a method inherits from, not only the nearest." },
    { key: "run", label: "Run it here", kind: "action", act: () => { location.hash = runOf(chosenNow) ?? location.hash; }, when: state => catalog.relatives.find((/** @type {any} */ each) => each.name === state.m)?.run !== null },
  ],

  async compute({ state, catalog }) {
    const tree = await askOnce("tree", {});
    const members = ordered([
      ...tree.family.map((/** @type {any} */ each) => ({ ...each, title: catalog.titles[each.name], run: each.name })),
      ...tree.relatives.map((/** @type {any} */ each) => ({ ...each, style: catalog.styles[each.name] ?? { light: "#6b7672", dark: "#9aa6a1", dash: [2, 3], marker: "ring" }, relative: each })),
    ]);
    const chosen = /** @type {Member} */ (members.find(each => each.name === state.m));
    const request = { id: chosen.name };
    const about = chosen.relative ? null : await ask("method", request, "family");
    chosenNow = chosen;
    return /** @type {Model} */ ({ members, depth: members.map(each => depthOf(each, members)), chosen, about, request });
  },

  content: () => {
    const element = el("section", { class: "sheet family-card", "aria-label": "The method" });
    return { element, update: (/** @type {Model} */ model) => { if (element.dataset.shown !== model.chosen.name) { element.dataset.shown = model.chosen.name; element.replaceChildren(...cardOf(model)); } } };
  },

  views: [{
    id: "tree", title: "The family over the years", height: 1, tall: 1200,
    note: (/** @type {Model} */ { members }) => `${members.length} methods; a ring is described only`,
    draw(pen, /** @type {Model} */ { members, chosen }, _, { state }) {
      const colours = palette();
      const { x, rows, narrow } = layout(pen.width, members);
      const at = (/** @type {Member} */ each) => ({ x: x(each.year), y: rows(members.indexOf(each)) });
      const line = relativesOf(chosen, members);
      years(members).forEach((year, i, all) => {
        pen.path([x(year), 24, x(year), pen.height - 8], { stroke: colours.grid });
        if (!narrow || i % 3 === 0 || i === all.length - 1) pen.text(x(year), 12, String(year), { size: 10.5, anchor: "middle", fill: colours.soft });
      });
      for (const each of members) {
        each.parents.forEach((name, which) => {
          const parent = members.find(other => other.name === name);
          if (!parent || (which > 0 && !state.also)) return;
          const [a, b] = [at(parent), at(each)];
          const on = line.has(each) && line.has(parent);
          const bend = which > 0 ? arc(a, b) : [a.x, a.y, a.x, b.y - 5, Math.min(a.x + 5, b.x), b.y, b.x, b.y];
          if (which > 0 && !on) pen.path(bend, { stroke: colours.soft, width: 0.8, dash: [2, 4], opacity: 0.35 });
          else pen.path(bend, { stroke: on ? colours.accent : colours.line, width: on ? 2.2 : 1.2, dash: which > 0 ? [5, 4] : [] });
        });
      }
      for (const each of members) {
        const place = at(each);
        const isChosen = each === chosen;
        if (isChosen) pen.circle(place.x, place.y, 9.5, { fill: colours.accent, opacity: 0.25 });
        marker(pen, place.x, place.y, each.run === null ? { ...each.style, marker: "ring" } : each.style, isChosen ? 6 : 4.2);
        const ends = place.x > pen.width - 96;
        pen.text(place.x + (ends ? -10 : 10), place.y, each.title, { size: isChosen ? 12.5 : 11.5, weight: isChosen ? 700 : line.has(each) ? 620 : 400, anchor: ends ? "end" : "start", fill: line.has(each) ? colours.ink : colours.soft, halo: colours.sheet });
      }
      return { x: linear(0, pen.width, 0, pen.width), y: linear(0, pen.height, 0, pen.height), place: { x: 0, y: 0, width: pen.width, height: pen.height } };
    },
    describe: (/** @type {Model} */ { members, chosen }) => `Family tree of ${members.length} methods. ${chosen.title} (${yearsOf(chosen)}) comes from ${names(chosen.parents, members) || "no other"}${childrenOf(chosen, members).length > 0 ? `, and leads to ${childrenOf(chosen, members).map(each => each.title).join(", ")}` : ", and has no children"}.`,
    pick: (px, py, context, /** @type {Model} */ { members }) => {
      const canvas = document.getElementById("view-tree");
      const { x, rows } = layout((canvas?.clientWidth ?? 800) - 2, members);
      const [nearest] = [...members].sort((a, b) => distance(a) - distance(b));
      function distance(/** @type {Member} */ each) { return 3 * Math.abs(rows(members.indexOf(each)) - py) + 0.2 * Math.abs(x(each.year) + 20 - px); }
      if (nearest.name !== context.state.m) context.set({ m: nearest.name });
    },
    move: (dx, dy, context, /** @type {Model} */ { members, chosen }) => {
      const at = members.indexOf(chosen);
      const next = dx < 0 ? members.find(each => each.name === chosen.parents[0]) : dx > 0 ? childrenOf(chosen, members).find(each => each.parents[0] === chosen.name) ?? childrenOf(chosen, members)[0] : members[at - Math.sign(dy)];
      if (next) context.set({ m: next.name });
    },
  }],

  readout: (/** @type {Model} */ { members, chosen, about }) => [
    ["Method", chosen.title], ["Preprint and paper", yearsOf(chosen)], ["Family", chosen.family.replace(/_/g, " ")], ["Inherits from", names(chosen.parents, members) || "no other"],
    ["Adds", chosen.adds], ["Children", childrenOf(chosen, members).map(each => each.title).join(", ") || "none"],
    ["State per parameter", about ? `${number(about.state_per_parameter)} number${about.state_per_parameter === 1 ? "" : "s"}` : chosen.relative.state], ["Here", chosen.run === null ? "described only" : "runs"],
  ],

  caption(/** @type {Model} */ { members, chosen, depth }) {
    const children = childrenOf(chosen, members);
    const generations = depth[members.indexOf(chosen)];
    return { text: `${chosen.title} (${yearsOf(chosen)}) ${chosen.parents.length > 0 ? `takes ${names(chosen.parents, members)} and adds ${chosen.adds}` : `begins a line: ${chosen.adds}`}. It stands in generation ${generations + 1} of ${Math.max(...depth) + 1}, and ${children.length === 0 ? "nothing here continues it" : `${children.length} method${children.length === 1 ? "" : "s"} here continue${children.length === 1 ? "s" : ""} it`}.` };
  },

  table: (/** @type {Model} */ { members }) => ({
    title: "The family", columns: ["name", "title", "preprint", "year", "family", "parents", "adds", "runs"],
    rows: members.map(each => [each.name, each.title, each.preprint, each.year, each.family, each.parents.join(" "), each.adds, each.run === null ? "described only" : each.run]),
  }),
  request: (/** @type {Model} */ { request }) => request,
};

/** @type {Member | null} */
let chosenNow = null;

/** @param {Member | null} member */
const runOf = member => member?.run ? `#v=1&w=arena&mode=own&o=${member.run.replace(/\s/g, "")},sgd,adam`.replace(/o=(sgd|adam),sgd,adam/, "o=sgd,adam") : null;

/** @param {Member} member */
const yearsOf = ({ year, preprint }) => preprint === year ? String(year) : `${preprint} / ${year}`;

/** @param {string[]} parents @param {Member[]} members */
const names = (parents, members) => parents.map(name => members.find(each => each.name === name)?.title ?? name).join(" and ");

/** @param {Member} member @param {Member[]} members */
const childrenOf = (member, members) => members.filter(each => each.parents.includes(member.name));

/** @param {Member} member @param {Member[]} members @returns {number} */
function depthOf(member, members) {
  const parent = members.find(each => each.name === member.parents[0]);
  return parent ? 1 + depthOf(parent, members) : 0;
}

/** Ancestors and descendants, and the member itself.
 * @param {Member} member @param {Member[]} members */
function relativesOf(member, members) {
  const all = new Set([member]);
  const up = (/** @type {Member} */ each) => each.parents.forEach(name => { const parent = members.find(other => other.name === name); if (parent && !all.has(parent)) { all.add(parent); up(parent); } });
  up(member);
  childrenOf(member, members).forEach(child => all.add(child));
  return all;
}

/** Each after its nearest parent, siblings by year.
 * @param {Member[]} members @returns {Member[]} */
function ordered(members) {
  const from = (/** @type {string | undefined} */ parent) => members.filter(each => each.parents[0] === parent).sort((a, b) => a.year - b.year);
  /** @type {(each: Member) => Member[]} */
  const walk = each => [each, ...from(each.name).flatMap(walk)];
  return from(undefined).flatMap(walk);
}

/** @param {Member[]} members */
const years = members => [...new Set(members.map(each => each.year))].sort((a, b) => a - b);

/** Columns are the years that occur; rows are the members.
 * @param {number} width @param {Member[]} members */
function layout(width, members) {
  const columns = years(members);
  const narrow = width < 560;
  const step = (width - 36 - (narrow ? 8 : 110)) / (columns.length - 1);
  return { narrow, x: (/** @type {number} */ year) => 20 + columns.indexOf(year) * step, rows: (/** @type {number} */ row) => 34 + row * rowHeight };
}

/** A line that bows to the left, so that it does not run through the names.
 * @param {{ x: number, y: number }} a @param {{ x: number, y: number }} b */
const arc = (a, b) => Array.from({ length: 13 }, (_, i) => { const t = i / 12; return [a.x + (b.x - a.x) * t - 14 * Math.sin(Math.PI * t), a.y + (b.y - a.y) * t]; }).flat();

/** @param {Model} model @returns {Node[]} */
function cardOf({ members, chosen, about }) {
  const equations = /** @type {string[]} */ (about ? about.equations : chosen.relative.equation.split("; "));
  const address = runOf(chosen);
  const paper = about ? about.paper : { authors: chosen.relative.authors, title: "", link: chosen.relative.link, place: "" };
  return [
    el("h2", {}, chosen.title, " ", el("span", { class: "tag" }, yearsOf(chosen)), chosen.run === null ? el("span", { class: "tag" }, "described only") : null),
    el("p", {}, `${chosen.parents.length > 0 ? `From ${names(chosen.parents, members)}` : "A beginning"}: ${chosen.adds}.${about?.purpose ? ` Good for: ${about.purpose}.` : ""}`),
    el("pre", { tabindex: 0, "aria-label": `The rule of ${chosen.title}` }, equations.join("\n")),
    about?.caveat ? el("p", { class: "soft" }, `Against it: ${about.caveat}`) : "",
    el("p", { class: "soft" }, `${paper.authors}${paper.title ? `: “${paper.title}”` : ""}${paper.place ? `, ${paper.place}` : ""}. ${paper.link}`),
    address ? el("p", {}, el("a", { href: address }, `Run ${chosen.title} in the arena`)) : el("p", { class: "soft" }, "The library has no such method; it stands here for its place in the family."),
  ].filter(part => part !== "").map(part => /** @type {Node} */ (part));
}
