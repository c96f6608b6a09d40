// One picture on the page: a canvas with a text alternative, and what the pointer and the keys do on it.
import { el } from "./dom.js";
import { CanvasPen } from "./draw/pen.js";
import { NotingPen } from "./draw/slices.js";
import { palette } from "./theme.js";

/** @typedef {import("./widget.js").View} View */
/** @typedef {import("./widget.js").Context} Context */
/** @typedef {import("./widget.js").Frame} Frame */

export class Picture {
  /** @param {View} view @param {Context} context @param {() => any} model @param {() => number} step */
  constructor(view, context, model, step) {
    this.view = view;
    this.context = context;
    this.model = model;
    this.step = step;
    /** @type {Frame | null} */
    this.frame = null;
    /** @type {OffscreenCanvas | null} */
    this.kept = null;
    /** What the kept ground was drawn for; null where it has to be drawn again. @type {any[] | null} */
    this.keptFor = null;
    this.turn = 0;
    this.isDrawn = false;
    /** Whether the last drawing in pieces was overtaken by a new model. */
    this.overtaken = false;
    const active = view.pick || view.drag || view.move;
    this.canvas = el("canvas", { role: "img", id: `view-${view.id}`, class: active ? "catches" : "", tabindex: active ? 0 : null });
    this.note = el("span", { class: "soft" });
    this.element = el("figure", { class: view.half ? "view half" : "view" }, el("figcaption", {}, el("span", {}, view.title), this.note), this.canvas);
    this.listen();
  }

  get isShown() { return !this.element.hidden; }

  /** The ground is drawn again at the next chance. Where it says itself what it depends on, a new model alone is no reason.
   * @param {boolean} [all] */
  forget(all = true) { if (all || !this.view.groundFor) this.keptFor = null; }

  /** What the first stroke and the first letter of a canvas take is done before there is anything to show. */
  warm() {
    const graphics = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    new CanvasPen(graphics, 1, 1).text(0, 0, "0 −1 x", { size: 11, fill: palette().sheet });
  }

  /** Draws the picture, at once. */
  draw() {
    for (const _ of this.pieces()) continue;
  }

  /** Draws the picture bit by bit. Who draws at once meanwhile goes first, and a new model, which is drawn next: at once, so that nobody starves where models follow each other fast. */
  *pieces() {
    const mine = ++this.turn;
    const model = this.model();
    const atOnce = this.overtaken;
    this.overtaken = false;
    for (const _ of this.parts(model)) {
      if (atOnce) continue;
      yield;
      if (mine !== this.turn) return;
      this.overtaken = model !== this.model();
      if (this.overtaken) return;
    }
  }

  /** The sheets, the ground where that is another, and the rest.
   * @param {any} model */
  *parts(model) {
    const { view, context, canvas } = this;
    this.element.hidden = view.when ? !view.when(context, model) : false;
    if (this.element.hidden) return;
    const note = view.note?.(model, context) ?? "";
    if (this.note.textContent !== note) this.note.textContent = note;
    const width = Math.round(this.element.clientWidth) - 2;
    if (width < 40) return;
    const share = width < 480 ? Math.min(1, view.height * 1.35) : view.height;
    const height = view.tall ?? Math.round(Math.min(width * share, Math.max(300, innerHeight * 0.58)));
    const ratio = Math.min(3, devicePixelRatio || 1);
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== across || canvas.height !== down) {
      [canvas.width, canvas.height] = [across, down];
      canvas.style.height = `${height + 2}px`;
      this.keptFor = null;
    }
    const graphics = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    graphics.setTransform(1, 0, 0, 1, 0, 0);
    if (!this.isDrawn) yield;
    if (view.ground) {
      const depends = view.groundFor?.(context, model) ?? [];
      if (!this.kept || this.keptFor === null || depends.some((part, i) => part !== this.keptFor?.[i])) {
        this.keptFor = null;
        // One sheet for all grounds: a new one costs more than what is drawn on it.
        this.kept ??= new OffscreenCanvas(across, down);
        if (this.kept.width !== across || this.kept.height !== down) [this.kept.width, this.kept.height] = [across, down];
        const ground = /** @type {OffscreenCanvasRenderingContext2D} */ (this.kept.getContext("2d"));
        ground.reset();
        ground.scale(ratio, ratio);
        ground.fillStyle = palette().sheet;
        ground.fillRect(0, 0, width, height);
        const pen = new NotingPen(new CanvasPen(ground, width, height));
        if (!this.isDrawn) yield;
        view.ground(pen, model, context);
        yield;
        yield* pen.pieces();
        this.keptFor = depends;
      }
      graphics.drawImage(this.kept, 0, 0);
      if (!this.isDrawn) yield;
    } else {
      graphics.fillStyle = palette().sheet;
      graphics.fillRect(0, 0, across, down);
    }
    graphics.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.isDrawn = true;
    this.frame = view.draw(new CanvasPen(graphics, width, height), model, this.step(), context) ?? null;
    if (this.frame) {
      const { x, y, place } = this.frame;
      canvas.dataset.x = [x.back(place.x), x.back(place.x + place.width), place.x, place.x + place.width].join(",");
      canvas.dataset.y = [y.back(place.y + place.height), y.back(place.y), place.y + place.height, place.y].join(",");
    }
  }

  describe() {
    if (!this.isShown) return;
    const text = this.view.describe(this.model(), this.step(), this.context);
    if (this.canvas.getAttribute("aria-label") !== text) this.canvas.setAttribute("aria-label", text);
  }

  /** For files: the same picture on another paper. */
  part() {
    const { view, context } = this;
    const width = parseFloat(this.canvas.style.width) || this.canvas.clientWidth;
    const height = this.canvas.clientHeight;
    return {
      title: view.title, width, height,
      draw: (/** @type {import("./draw/pen.js").Pen} */ pen) => {
        view.ground?.(pen, this.model(), context);
        view.draw(pen, this.model(), this.step(), context);
      },
    };
  }

  listen() {
    const { canvas, view, context } = this;
    const data = (/** @type {PointerEvent | MouseEvent} */ event) => {
      const bounds = canvas.getBoundingClientRect();
      const { x, y } = this.frame ?? { x: null, y: null };
      return x && y ? [x.back(event.clientX - bounds.left - 1), y.back(event.clientY - bounds.top - 1)] : [NaN, NaN];
    };
    let held = false;
    /** Fingers on the picture; two of them zoom. @type {Map<number, [number, number]>} */
    const fingers = new Map();
    const spread = () => { const [[ax, ay], [bx, by]] = [...fingers.values()]; return Math.hypot(ax - bx, ay - by); };
    canvas.addEventListener("pointerdown", event => {
      if (event.button !== 0 || !this.model()) return;
      held = true;
      fingers.set(event.pointerId, [event.clientX, event.clientY]);
      if (view.pick || view.drag) canvas.setPointerCapture(event.pointerId);
      const [x, y] = data(event);
      if (Number.isFinite(x)) view.pick?.(x, y, context, this.model());
    });
    canvas.addEventListener("pointermove", event => {
      if (!this.model()) return;
      const [x, y] = data(event);
      if (fingers.size === 2 && fingers.has(event.pointerId)) {
        const before = spread();
        fingers.set(event.pointerId, [event.clientX, event.clientY]);
        if (before > 0) view.zoom?.(spread() / before, context);
      } else if (held) {
        if (Number.isFinite(x)) view.pick?.(x, y, context, this.model());
        view.drag?.(event.movementX, event.movementY, context);
      } else if (Number.isFinite(x)) {
        view.hover?.(x, y, context, this.model());
      }
    });
    for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) canvas.addEventListener(end, event => {
      fingers.delete(event.pointerId);
      held = fingers.size > 0;
    });
    canvas.addEventListener("pointerleave", () => this.model() && view.hover?.(NaN, NaN, context, this.model()));
    canvas.addEventListener("dblclick", () => view.home?.(context));
    if (view.zoom) canvas.addEventListener("wheel", event => {
      event.preventDefault();
      view.zoom?.(event.deltaY < 0 ? 1.1 : 1 / 1.1, context);
    }, { passive: false });
    if (view.move) canvas.addEventListener("keydown", event => {
      const moves = /** @type {Record<string, [number, number]>} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] });
      const by = event.shiftKey ? 10 : 1;
      if (!Object.hasOwn(moves, event.key) || !this.model()) return;
      const [dx, dy] = moves[event.key];
      view.move?.(dx * by, dy * by, context, this.model());
      event.preventDefault();
    });
  }
}
