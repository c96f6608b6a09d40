// The bar under every run: back to the start, step back, play, step, to the end; a scrub; a speed.
import { el } from "./dom.js";
import { whole } from "./format.js";

const icons = {
  start: "M3 2h2v12H3zM14 2v12L6 8z", back: "M12 2v12L3 8z", play: "M4 2l10 6-10 6z", pause: "M4 2h3v12H4zM9 2h3v12H9z", forward: "M4 2v12l9-6z", end: "M2 2l8 6-8 6zM11 2h2v12h-2z",
};

const stepsPerSecond = 30;

export class Transport {
  /** @param {(step: number, playing: boolean) => void} show called at most once a frame */
  constructor(show) {
    this.show = show;
    this.last = 0;
    this.step = 0;
    this.speed = 1;
    this.playing = false;
    this.position = 0;
    this.request = 0;
    const button = (/** @type {keyof typeof icons} */ icon, /** @type {string} */ label, /** @type {() => void} */ act) => el("button", { type: "button", "aria-label": label, title: label, onclick: act });
    this.buttons = {
      start: button("start", "Reset to the start", () => this.reset()),
      back: button("back", "Step back", () => this.by(-1)),
      play: button("play", "Play", () => this.toggle()),
      forward: button("forward", "Step", () => this.by(1)),
      end: button("end", "Run to the end", () => this.to(this.last)),
    };
    for (const [name, element] of Object.entries(this.buttons)) draw(element, icons[/** @type {keyof typeof icons} */ (name)]);
    this.scrub = el("input", { type: "range", class: "scrub", min: 0, max: 0, value: 0, "aria-label": "Step", oninput: () => this.to(Number(this.scrub.value)) });
    this.place = el("output", { class: "place", "data-role": "step" }, "0 / 0");
    this.rate = el("input", { type: "range", min: -2, max: 6, step: 1, value: 0, "aria-label": "Speed", oninput: () => this.setSpeed(2 ** Number(this.rate.value)) });
    this.rateText = el("output", {}, "1×");
    this.element = el("div", { class: "transport", role: "group", "aria-label": "Playback" },
      el("div", { class: "buttons" }, Object.values(this.buttons)), this.scrub, this.place,
      el("label", { class: "speed" }, "Speed", this.rate, this.rateText));
    this.reduced = matchMedia("(prefers-reduced-motion: reduce)");
  }

  /** A new run: the place is kept where it can be.
   * @param {number} last @param {number} [step] */
  load(last, step = Math.min(this.step, last)) {
    this.last = last;
    this.scrub.max = String(last);
    this.step = this.position = Math.max(0, Math.min(last, step));
    if (this.step === last) this.pause();
    this.mark();
  }

  reset() {
    this.pause();
    this.to(0);
  }

  /** @param {number} steps */
  by(steps) {
    this.pause();
    this.to(this.step + steps);
  }

  /** @param {number} step */
  to(step) {
    const kept = Math.max(0, Math.min(this.last, Math.round(step)));
    this.position = kept;
    this.step = kept;
    this.mark();
    this.show(kept, this.playing);
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  play() {
    if (this.last === 0) return;
    if (this.step >= this.last) this.to(0);
    this.playing = true;
    this.mark();
    let before = performance.now();
    const started = before;
    const from = this.step;
    const frame = (/** @type {number} */ now) => {
      if (!this.playing) return;
      if (this.reduced.matches) {
        // Ten still pictures instead of motion, half a second each.
        this.position = from + (this.last - from) * Math.min(10, 1 + Math.floor((now - started) / 500)) / 10;
      } else {
        this.position += Math.max(0, now - before) / 1000 * stepsPerSecond * this.speed;
      }
      before = now;
      const step = Math.min(this.last, Math.floor(this.position));
      if (step !== this.step) {
        this.step = step;
        this.mark();
        this.show(step, true);
      }
      if (step >= this.last) {
        this.pause();
        return;
      }
      this.request = requestAnimationFrame(frame);
    };
    this.request = requestAnimationFrame(frame);
  }

  pause() {
    cancelAnimationFrame(this.request);
    if (!this.playing) return;
    this.playing = false;
    this.mark();
    this.show(this.step, false);
  }

  /** @param {number} speed from 0.25 to 64 */
  setSpeed(speed) {
    this.speed = Math.max(0.25, Math.min(64, speed));
    this.rate.value = String(Math.log2(this.speed));
    this.rateText.textContent = `${this.speed}×`;
    this.rate.setAttribute("aria-valuetext", `${this.speed} times`);
  }

  mark() {
    this.scrub.value = String(this.step);
    this.scrub.setAttribute("aria-valuetext", `step ${this.step} of ${this.last}`);
    this.place.textContent = `${whole(this.step)} / ${whole(this.last)}`;
    const { start, back, play, forward, end } = this.buttons;
    const label = this.playing ? "Pause" : "Play";
    if (play.getAttribute("aria-label") !== label) {
      play.setAttribute("aria-label", label);
      play.title = label;
      draw(play, this.playing ? icons.pause : icons.play);
    }
    start.disabled = back.disabled = this.step === 0;
    forward.disabled = end.disabled = this.step === this.last;
  }
}

/** @param {HTMLElement} button @param {string} path */
function draw(button, path) {
  button.innerHTML = `<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${path}"/></svg>`;
}
