// Controls from their declarations: native inputs, each with a label; a slider has a box beside it that takes 3e-4.
import { el, notify, settled } from "./dom.js";
import { exact, parse } from "./format.js";
import { adapted, clamp, methodName } from "./state.js";
import { marker } from "./draw/plot.js";
import { CanvasPen } from "./draw/pen.js";

/** @typedef {import("./state.js").Field} Field */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("./widget.js").Context} Context */

/** The controls of a widget; there are none before they are filled or refreshed.
 * @param {Field[]} fields @param {State} state changed in place @param {(key: string) => void} changed @param {Context} context
 * @returns {{ element: HTMLElement, refresh: () => void, fill: () => Promise<void> }} refresh shows what the state holds; fill does it one field after the other */
export function controls(fields, state, changed, context) {
  const parts = fields.map(plain => {
    const holder = el("div");
    let shown = "";
    /** @type {((field: Field) => Iterable<void> | void) | null} */
    let update = null;
    const refresh = function* () {
      const field = adapted(plain, state);
      holder.hidden = field.when ? !field.when(state) : false;
      const shape = JSON.stringify([field.low, field.high, field.choices, field.size, field.label, field.hint, field.kind === "methods" ? null : 0]);
      if (shape !== shown) {
        shown = shape;
        const made = make(field, state, key => {
          changed(key);
        }, context);
        holder.replaceChildren(made.element);
        update = made.update;
        yield;
      }
      yield* update?.(field) ?? [];
    };
    return { holder, refresh };
  });
  const element = el("form", { class: "fields", onsubmit: (/** @type {Event} */ event) => event.preventDefault() }, parts.map(part => part.holder));
  const refresh = () => parts.forEach(part => { for (const _ of part.refresh()) continue; });
  const fill = async () => {
    for (const part of parts) {
      for (const _ of part.refresh()) await settled(part.holder);
      await settled(part.holder);
    }
  };
  return { element, refresh, fill };
}

/** @param {Field} field @param {State} state @param {(key: string) => void} changed @param {Context} context
 * @returns {{ element: HTMLElement, update: (field: Field) => Iterable<void> | void }} update may show the state bit by bit */
function make(field, state, changed, context) {
  const id = `field-${field.key}`;
  const set = (/** @type {any} */ value) => {
    state[field.key] = value;
    changed(field.key);
  };
  const hint = field.hint ? el("p", { class: "hint", id: `${id}-hint` }, field.hint) : null;
  const described = hint ? `${id}-hint` : null;
  switch (field.kind) {
    case "number":
    case "whole": {
      const place = track(field);
      const range = el("input", { type: "range", id, min: 0, max: 1000, step: 1, "aria-describedby": described, oninput: () => set(place.valueAt(Number(range.value))) });
      const box = numberBox(field, `${field.label}, as a number`, value => set(value));
      return {
        element: el("div", { class: "field" }, el("label", { for: id }, field.label), el("div", { class: "pair" }, range, box), hint),
        update: () => {
          range.value = String(place.of(state[field.key]));
          range.setAttribute("aria-valuetext", exact(state[field.key]));
          if (document.activeElement !== box || range === document.activeElement) box.value = exact(state[field.key]);
        },
      };
    }
    case "numbers": {
      const names = field.axis?.split(",") ?? (field.size === 1 ? ["x"] : field.size === 2 ? ["x", "y"] : []);
      if (names.length > 0) {
        const boxes = names.map((name, i) => numberBox(field, `${field.label}, ${name}`, value => set(state[field.key].map((/** @type {number} */ old, /** @type {number} */ j) => j === i ? value : old))));
        return {
          element: el("fieldset", { class: "field" }, el("legend", {}, field.label), el("div", { class: "row" }, boxes.flatMap((box, i) => [el("span", { class: "soft" }, names[i]), Object.assign(box, { style: "width: 6.2rem" })])), hint),
          update: () => boxes.forEach((box, i) => { if (document.activeElement !== box) box.value = exact(state[field.key][i]); }),
        };
      }
      const input = el("input", { type: "text", id, autocomplete: "off", spellcheck: "false", "aria-describedby": described, onchange: () => {
        const values = input.value.split(",").map(parse);
        if (values.length === 0 || values.length > 64 || values.some(value => value === null)) notify(`${field.label} must be numbers with commas between, but was '${input.value.slice(0, 30)}'.`);
        else set(values.map(value => clamp(field, /** @type {number} */ (value)).value));
      } });
      return {
        element: el("div", { class: "field" }, el("label", { for: id }, field.label), input, hint),
        update: () => { if (document.activeElement !== input) input.value = state[field.key].map(exact).join(", "); },
      };
    }
    case "text": {
      const input = el("input", { type: "text", id, autocomplete: "off", spellcheck: "false", maxlength: 400, "aria-describedby": described, oninput: () => set(input.value) });
      return {
        element: el("div", { class: "field" }, el("label", { for: id }, field.label), input, hint),
        update: () => { if (document.activeElement !== input) input.value = state[field.key]; },
      };
    }
    case "toggle": {
      const input = el("input", { type: "checkbox", id, "aria-describedby": described, onchange: () => set(input.checked) });
      return { element: el("div", { class: "field" }, el("label", { class: "check" }, input, field.label), hint), update: () => { input.checked = state[field.key]; } };
    }
    case "action": return { element: el("div", { class: "field" }, el("button", { type: "button", class: "primary", onclick: () => field.act?.(context) }, field.label)), update: () => {} };
    case "choice": {
      if (field.as === "segments") {
        const inputs = (field.choices ?? []).map(([value, label]) => {
          const input = el("input", { type: "radio", name: id, value, onchange: () => set(value) });
          return { input, element: el("label", {}, input, el("span", {}, label)) };
        });
        return {
          element: el("fieldset", { class: "field" }, el("legend", {}, field.label), el("div", { class: "segments" }, inputs.map(each => each.element)), hint),
          update: () => inputs.forEach(({ input }) => { input.checked = input.value === state[field.key]; }),
        };
      }
      const select = el("select", { id, "aria-describedby": described, onchange: () => set(select.value) }, (field.choices ?? []).map(([value, label]) => el("option", { value }, label)));
      return { element: el("div", { class: "field" }, el("label", { for: id }, field.label), select, hint), update: () => { select.value = state[field.key]; } };
    }
    case "set": {
      const boxes = (field.choices ?? []).map(([value, label]) => {
        const input = el("input", { type: "checkbox", value, onchange: () => set((field.choices ?? []).map(([name]) => name).filter(name => name === value ? input.checked : state[field.key].includes(name))) });
        return { input, element: el("label", { class: "check" }, input, el("span", { class: "grow" }, label), field.style ? swatch(field.style(value)) : null) };
      });
      return {
        element: el("fieldset", { class: "field" }, el("legend", {}, field.label), boxes.map(box => box.element), hint),
        update: () => boxes.forEach(({ input }) => { input.checked = state[field.key].includes(input.value); }),
      };
    }
    case "methods": return methods(field, state, set, context, hint);
  }
}

/** A list of methods: those at hand with a box to tick, all others by a list; each with its options as text.
 * @param {Field} field @param {State} state @param {(value: string[]) => void} set @param {Context} context @param {HTMLElement | null} hint */
function methods(field, state, set, { styleOf, titleOf }, hint) {
  const body = el("div");
  const add = el("select", { "aria-label": "Add an optimizer", onchange: () => {
    if (add.value) set([...state[field.key], add.value]);
    add.value = "";
  } });
  const element = el("fieldset", { class: "field" }, el("legend", {}, field.label), body, add, hint);
  let shown = "";
  return {
    element,
    *update() {
      const value = /** @type {string[]} */ (state[field.key]);
      if (JSON.stringify(value) === shown || body.contains(document.activeElement) && document.activeElement instanceof HTMLInputElement && document.activeElement.type === "text") return;
      shown = JSON.stringify(value);
      body.replaceChildren(...value.map((method, i) => {
        const options = method.includes("(") ? method.slice(method.indexOf("(") + 1, -1) : "";
        const box = el("input", { type: "text", value: options, title: options, placeholder: "options", "aria-label": `Options of ${titleOf(method)}, as beta1=0.9`, class: "options", autocomplete: "off", spellcheck: "false",
          onchange: () => { const plain = box.value.trim(); set(value.map((old, j) => j === i ? plain ? `${methodName(method)}(${plain})` : methodName(method) : old)); } });
        return el("div", { class: "check" }, swatch(styleOf(method)), el("span", { style: "min-width: 5.1rem" }, titleOf(method)), box,
          el("button", { type: "button", class: "quiet tight", "aria-label": `Remove ${titleOf(method)}`, onclick: () => set(value.filter((_, j) => j !== i)) }, "×"));
      }));
      yield;
      add.replaceChildren(el("option", { value: "" }, "Add an optimizer …"), ...(field.choices ?? []).map(([name, text]) => el("option", { value: name, disabled: value.includes(name) }, text)));
      add.disabled = value.length >= 16;
    },
  };
}

/** Line and marker of one optimizer, for lists and tables.
 * @param {import("./draw/plot.js").Style} style */
export function swatch(style) {
  const canvas = el("canvas", { class: "swatch", width: 68, height: 28, "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  if (context) {
    context.scale(2, 2);
    const pen = new CanvasPen(context, 34, 14);
    const colour = document.documentElement.dataset.shade === "dark" ? style.dark : style.light;
    pen.path([1, 7, 33, 7], { stroke: colour, width: 2.2, dash: style.dash });
    marker(pen, 17, 7, style, 4);
  }
  return canvas;
}

/** @param {Field} field @param {string} label @param {(value: number) => void} set */
function numberBox(field, label, set) {
  const box = el("input", { type: "text", inputmode: "decimal", autocomplete: "off", "aria-label": label, onchange: () => {
    const value = parse(box.value);
    if (value === null) {
      notify(`${field.label} must be a number such as 0.05 or 3e-4, but was '${box.value.slice(0, 30)}'.`);
      return;
    }
    const kept = clamp(field, value);
    if (kept.notice) notify(kept.notice);
    box.value = exact(kept.value);
    set(kept.value);
  } });
  return box;
}

/** Between a slider's thousand places and values, which are rounded to three digits.
 * @param {Field} field */
export function track({ low = 0, high = 1, log = false, kind }) {
  const neat = (/** @type {number} */ value) => kind === "whole" ? Math.round(value) : Number(value.toPrecision(3));
  const [a, b] = log ? [Math.log(low), Math.log(high)] : [low, high];
  return {
    valueAt: (/** @type {number} */ place) => Math.max(low, Math.min(high, neat(log ? Math.exp(a + (b - a) * place / 1000) : a + (b - a) * place / 1000))),
    of: (/** @type {number} */ value) => Math.round(1000 * ((log ? Math.log(Math.max(low, value)) : value) - a) / (b - a)),
  };
}
