// Makes a page of a widget's declaration.
import { controls } from "./controls.js";
import { announce, breathe, byId, el, notify, painted, settled } from "./dom.js";
import * as files from "./export.js";
import { press } from "./keys.js";
import { Refused, Superseded } from "./library.js";
import { Picture } from "./picture.js";
import { read, split, write } from "./state.js";
import { showReadout, showTables, thinned } from "./tables.js";
import { onChange } from "./theme.js";
import { Transport } from "./transport.js";

/** @typedef {import("./widget.js").Widget} Widget */
/** @typedef {import("./widget.js").Context} Context */

const ownKeys = ["k", "speed", "full"];
let isFirst = true;

export class Host {
  /** @param {Widget} widget @param {any} catalog @param {HTMLElement} main */
  constructor(widget, catalog, main) {
    this.widget = widget;
    this.main = main;
    this.fields = widget.fields(catalog);
    /** @type {any} */
    this.model = null;
    this.full = false;
    this.computing = 0;
    /** @type {number | null} */
    this.wantedStep = null;
    this.context = /** @type {Context} */ ({
      state: {}, catalog, lit: null, styleOf: catalog.styleOf, titleOf: catalog.titleOf,
      light: name => { if (this.context.lit !== name) { this.context.lit = name; this.show(); } },
      set: changes => { Object.assign(this.context.state, changes); this.changed(...Object.keys(changes)); },
      later: more => this.later(more),
      long: job => this.long(job),
      play: () => { this.sheet(false); this.transport.reset(); this.transport.play(); },
      to: step => { this.transport.pause(); this.transport.to(step); },
    });
    this.transport = new Transport((step, playing) => {
      this.wantedStep = null;
      this.show();
      if (!playing) {
        this.saveAddress(false);
        this.tell();
      }
    });
    this.pictures = widget.views.map(view => new Picture(view, this.context, () => this.model, () => this.step));
    this.parts = this.pictures.map(picture => () => picture.pieces());
    this.rest = () => this.restInPieces();
    this.bar = el("progress", { max: 1, value: 0, "aria-label": "Progress" });
    this.progress = el("div", { class: "progress", hidden: true }, this.bar, el("button", { type: "button", onclick: () => { this.stopped = true; } }, "Cancel"));
    this.content = widget.content?.(this.context);
    this.caption = el("p", { class: "caption", id: "caption" });
    this.error = el("p", { class: "error", role: "alert", hidden: true });
    this.tables = el("div", { class: "tables", onpointerleave: () => this.context.light(null) });
    this.readout = el("dl", { class: "readout", "data-role": "readout" });
    this.fullBox = el("input", { type: "checkbox", onchange: () => { this.full = this.fullBox.checked; this.show(); this.saveAddress(false); } });
    this.data = el("details", { class: "data", ontoggle: () => this.showData() }, el("summary", {}, "Data table"), el("div", { class: "scroll tall", tabindex: 0, role: "region", "aria-label": "Data table" }));
    this.codeBlock = el("details", { class: "code", ontoggle: () => this.showCode() }, el("summary", {}, "C# that does the same"), el("pre", { tabindex: 0 }));
    this.saved = "";
    /** What a new model has yet to show. @type {Set<() => Iterable<void>>} */
    this.waiting = new Set();
    /** @type {Promise<void> | null} */
    this.slices = null;
    this.stage = el("div", { class: "stage" });
    this.controlPanel = el("section", { class: "panel controls", id: "controls", "aria-label": "Controls" });
    this.sheetToggle = el("button", { type: "button", class: "primary sheet-toggle", "aria-expanded": "false", "aria-controls": "controls", onclick: () => this.sheet(!this.controlPanel.classList.contains("open")) }, "Controls");
    this.panel = controls(this.fields, this.context.state, key => this.changed(key), this.context);
    // Letters and shapes that are new to the browser take long to paint: the first page comes frame by frame.
    this.pause = isFirst ? painted : breathe;
    isFirst = false;
    /** The page's being put together. @type {Promise<void> | null} */
    this.laid = null;
    this.ends = [onChange(() => { this.pictures.forEach(picture => picture.forget()); this.panel.refresh(); this.show(); })];
    let width = 0;
    const observer = new ResizeObserver(() => {
      if (this.stage.clientWidth === width) return;
      width = this.stage.clientWidth;
      this.show();
    });
    observer.observe(this.stage);
    this.ends.push(() => observer.disconnect());
    const keys = (/** @type {KeyboardEvent} */ event) => press(event, this);
    document.addEventListener("keydown", keys);
    this.ends.push(() => document.removeEventListener("keydown", keys));
  }

  get step() { return this.transport.step; }

  /** How tables write numbers. */
  get manner() { return { full: this.full, light: this.context.light }; }

  /** Puts the page together, part by part. */
  async lay() {
    const { widget, panel } = this;
    const button = (/** @type {string} */ label, /** @type {() => void} */ act) => el("button", { type: "button", onclick: act }, label);
    const exports = el("div", { class: "exports", role: "group", "aria-label": "Export" }, el("span", { class: "label" }, "Export"),
      ...(widget.views.length > 0 ? [button("PNG", () => this.save("png")), button("SVG", () => this.save("svg"))] : []), button("CSV", () => this.save("csv")), button("JSON", () => this.save("json")), widget.code ? button("C#", () => this.save("cs")) : null);
    const side = el("div", { class: "side" });
    /** @type {[Element, Node | null | undefined | false][]} */
    const parts = [
      [this.stage, !this.content?.below && this.content?.element], [this.stage, widget.views.length > 0 && el("div", { class: "views" }, this.pictures.map(picture => picture.element))],
      [this.stage, widget.last && this.transport.element], ...[this.progress, this.error, this.caption, this.tables].map(part => /** @type {[Element, Node]} */ ([this.stage, part])),
      [this.stage, this.content?.below && this.content.element], [this.stage, exports], [this.stage, this.data], [this.stage, widget.code && this.codeBlock],
      [side, this.controlPanel],
      [side, el("section", { class: "panel", "aria-label": "Readout", hidden: !widget.readout }, el("div", { class: "panel-head" }, el("h2", {}, "Readout"), el("label", { class: "check soft" }, this.fullBox, "full digits")), this.readout)],
    ];
    this.controlPanel.append(el("h2", {}, "Controls"), panel.element);
    await breathe();
    if (this.ended) return;
    this.main.replaceChildren(el("h1", {}, widget.title), el("p", { class: "lead" }, widget.lead), el("div", { class: "widget" }, this.stage, side), this.sheetToggle);
    await settled(this.main);
    for (const [place, part] of parts) {
      if (this.ended) return;
      if (!part) continue;
      place.append(part);
      await settled(place);
      await this.pause();
    }
    await panel.fill();
    for (const picture of this.pictures) {
      if (this.ended) return;
      picture.warm();
      await breathe();
    }
  }

  /** @param {boolean} open */
  sheet(open) {
    this.controlPanel.classList.toggle("open", open);
    this.sheetToggle.setAttribute("aria-expanded", String(open));
    this.sheetToggle.textContent = open ? "Done" : "Controls";
  }

  /** Shows what an address says.
   * @param {string} hash */
  async open(hash) {
    const parts = split(hash);
    const { state, notices } = read(this.fields, parts, ownKeys);
    Object.keys(this.context.state).forEach(key => delete this.context.state[key]);
    Object.assign(this.context.state, state);
    const place = Number(parts.k);
    this.wantedStep = Number.isInteger(place) && place >= 0 ? place : null;
    if ("k" in parts && this.wantedStep === null) notices.push(`The step must be a whole number of at least 0, but was '${parts.k.slice(0, 20)}'; the default is used.`);
    this.transport.setSpeed(2 ** Math.round(Math.log2(Number(parts.speed) > 0 ? Number(parts.speed) : 1)));
    this.fullBox.checked = this.full = parts.full === "1";
    notices.forEach(notify);
    const computed = this.compute();
    if (this.laid) this.panel.refresh();
    await (this.laid ??= this.lay());
    await computed;
    this.saved = location.hash;
  }

  /** @param {...string} keys */
  changed(...keys) {
    const { state } = this.context;
    if (keys.every(key => this.fields.find(field => field.key === key)?.look)) {
      this.panel.refresh();
      this.saveSoon();
      return this.show();
    }
    const at = this.fields.findIndex(field => field.key === keys[0]);
    // A field whose default hangs on this one takes its new default.
    for (const field of this.fields.slice(at + 1)) {
      if (!field.adapt) continue;
      const now = JSON.stringify(field.adapt(state).initial ?? field.initial);
      if (this.defaults?.[field.key] !== undefined && this.defaults[field.key] !== now) state[field.key] = JSON.parse(now);
    }
    this.keepDefaults();
    this.panel.refresh();
    this.wantedStep = null;
    this.saveSoon();
    this.compute();
  }

  saveSoon() {
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.saveAddress(true), 500);
  }

  keepDefaults() {
    /** @type {Record<string, string>} */
    this.defaults = Object.fromEntries(this.fields.filter(field => field.adapt).map(field => [field.key, JSON.stringify(field.adapt?.(this.context.state).initial ?? field.initial)]));
  }

  async compute() {
    this.keepDefaults();
    const turn = ++this.computing;
    this.pending = undefined;
    this.progress.hidden = true;
    this.readout.removeAttribute("aria-busy");
    this.stage.setAttribute("aria-busy", "true");
    try {
      const model = await this.widget.compute(this.context);
      if (turn !== this.computing || this.ended) return;
      this.model = model;
      this.error.hidden = true;
      this.pictures.forEach(picture => picture.forget(false));
      const last = this.widget.last?.(model) ?? 0;
      const first = this.wantedStep ?? this.widget.first?.(model, this.context);
      this.transport.load(last, first === undefined ? undefined : Math.min(first, last));
      await this.laid;
      await this.present();
      if (turn !== this.computing || this.ended) return;
      this.showCode();
      this.tell();
    } catch (error) {
      if (error instanceof Superseded || turn !== this.computing || this.ended) return;
      this.error.hidden = false;
      this.error.replaceChildren(error instanceof Error ? error.message : String(error), ...(error instanceof Refused && error.column && this.context.state.f ? [pointer(this.context.state.f, error.column)] : []));
    } finally {
      if (turn === this.computing) this.stage.removeAttribute("aria-busy");
    }
  }

  /** @param {Promise<void>} more */
  async later(more) {
    this.pending = more;
    this.readout.setAttribute("aria-busy", "true");
    try {
      await more;
    } catch (error) {
      if (!(error instanceof Superseded)) notify(error instanceof Error ? error.message : String(error));
    }
    if (this.pending !== more || this.ended) return;
    if (this.model) await this.present();
    if (this.pending === more) this.readout.removeAttribute("aria-busy");
  }

  /** A job that brings its model bit by bit, and says how far it is: what there is is shown, until all is there, something else is asked, or a person has enough.
   * @param {AsyncIterable<number>} job */
  async long(job) {
    this.pending = job;
    this.stopped = false;
    this.bar.value = 0;
    this.progress.hidden = false;
    this.readout.setAttribute("aria-busy", "true");
    try {
      for await (const share of job) {
        if (this.pending !== job || this.ended || this.stopped) break;
        this.bar.value = share;
        this.grow();
      }
    } catch (error) {
      if (!(error instanceof Superseded)) notify(error instanceof Error ? error.message : String(error));
    }
    if (this.pending !== job || this.ended) return;
    this.progress.hidden = true;
    await this.grow();
    if (this.pending !== job || this.ended) return;
    this.readout.removeAttribute("aria-busy");
    this.tell();
  }

  /** The model has more steps: who stands at the end, or waits for a step of the link, moves on. */
  grow() {
    const { transport, widget } = this;
    const last = widget.last?.(this.model) ?? 0;
    const follows = !transport.playing && transport.step === transport.last;
    transport.load(last, this.wantedStep !== null ? Math.min(this.wantedStep, last) : follows ? last : transport.step);
    this.pictures.forEach(picture => picture.forget(false));
    return this.present();
  }

  /** Shows a step, at once. */
  show() {
    if (!this.model || this.drawing) return;
    this.drawing = true;
    this.pictures.forEach(picture => picture.draw());
    this.showWords();
    if (!this.transport.playing) this.showRest();
    this.drawing = false;
  }

  /** Shows a new model, one part after the other, so that the page never waits for all of it. Of models that follow each other faster than that, every part shows the newest it can. */
  async present() {
    const isFirst = this.pause === painted;
    for (const _ of this.wordsInPieces()) if (isFirst) await settled(this.stage);
    await this.pause();
    if (this.ended) return;
    for (const part of [...this.parts, this.rest]) this.waiting.add(part);
    this.slices ??= this.slice();
    await this.slices;
    this.pause = breathe;
  }

  async slice() {
    for (const part of this.waiting) {
      this.waiting.delete(part);
      for (const _ of part()) await breathe();
      await this.pause();
      if (this.ended) break;
    }
    this.slices = null;
  }

  showWords() {
    for (const _ of this.wordsInPieces()) continue;
  }

  *wordsInPieces() {
    this.content?.update(this.model, this.step);
    yield;
    const caption = this.widget.caption(this.model, this.step, this.context);
    this.caption.textContent = caption.text;
    this.caption.dataset.tone = caption.tone ?? "";
    yield;
    const readout = this.widget.readout?.(this.model, this.step, this.context) ?? [];
    yield;
    showReadout(this.readout, readout, this.full);
    yield;
  }

  showRest() {
    for (const _ of this.restInPieces()) continue;
  }

  *restInPieces() {
    this.pictures.forEach(picture => picture.describe());
    yield;
    showTables(this.tables, this.widget.tables?.(this.model, this.step, this.context) ?? [], this.manner, this.context.lit);
    this.showData();
  }

  async showData() {
    if (!this.data.open || !this.model) return;
    await this.complete();
    if (!this.data.open || !this.model || this.ended) return;
    this.data.lastElementChild?.replaceChildren(thinned(this.widget.table(this.model, this.context), this.manner, this.step));
  }

  /** What files and the data table have and pictures do not. */
  async complete() {
    try {
      await this.widget.complete?.(this.model, this.context);
    } catch (error) {
      if (!(error instanceof Superseded)) throw error;
    }
  }

  async showCode() {
    const { widget, model } = this;
    if (!this.codeBlock.open || !widget.code || !model) return;
    const place = /** @type {HTMLElement} */ (this.codeBlock.lastElementChild);
    place.textContent = await widget.code(model, this.context);
  }

  tell() {
    if (this.model && !this.transport.playing) announce(this.widget.caption(this.model, this.step, this.context).text);
  }

  /** @param {boolean} push whether back leads to the state before */
  saveAddress(push) {
    if (this.ended) return;
    const defaultStep = this.model && this.widget.first ? Math.min(this.widget.first(this.model, this.context), this.transport.last) : 0;
    const hash = write(this.widget.id, this.fields, this.context.state, {
      k: this.widget.last && this.step !== defaultStep ? this.step : undefined, speed: this.transport.speed !== 1 ? this.transport.speed : undefined, full: this.full ? 1 : undefined });
    if (hash === this.saved) return;
    this.saved = hash;
    if (push) history.pushState(null, "", hash);
    else history.replaceState(null, "", hash);
  }

  /** @param {"png" | "svg" | "csv" | "json" | "cs"} kind */
  async save(kind) {
    const { widget, context } = this;
    if (!this.model) return;
    if (kind === "csv" || kind === "json") await this.complete();
    const { model } = this;
    const name = `descent-${widget.id}.${kind}`;
    const sheet = { title: widget.title, caption: this.caption.textContent ?? "", parts: this.pictures.filter(picture => picture.isShown).map(picture => picture.part()) };
    if (kind === "png") files.save(name, await files.png(sheet));
    else if (kind === "svg") files.save(name, new Blob([files.svg(sheet)], { type: "image/svg+xml" }));
    else if (kind === "csv") files.save(name, new Blob([files.csv(widget.table(model, context))], { type: "text/csv" }));
    else if (kind === "json") files.save(name, new Blob([files.json({ link: location.href, request: widget.request(model, context), result: model })], { type: "application/json" }));
    else if (widget.code) files.save(name, new Blob([await widget.code(model, context)], { type: "text/plain" }));
  }

  end() {
    this.ended = true;
    this.transport.pause();
    clearTimeout(this.saving);
    this.ends.forEach(end => end());
    byId("live").textContent = "";
  }
}

/** A formula with a mark below the column of its mistake.
 * @param {string} formula @param {number} column from 1 */
const pointer = (formula, column) => el("pre", { class: "pointer", "aria-hidden": "true" }, `${formula}\n${" ".repeat(column - 1)}^`);
