// The state of a widget, and its short text in the address: #v=1&w=explorer&ls=ravine&lr=0.02
import { exact, parse } from "./format.js";

/** @typedef {string | number | boolean | number[] | string[]} Value */
/** @typedef {Record<string, any>} State */
/** One control and its key in the address. `when` hides it where it has no meaning.
 * @typedef {object} Field
 * @property {string} key
 * @property {string} label
 * @property {"number" | "whole" | "choice" | "toggle" | "text" | "numbers" | "methods" | "set" | "action"} kind an action is a button and no part of the state
 * @property {any} [initial]
 * @property {(context: import("./widget.js").Context) => void} [act] what an action does
 * @property {number} [low]
 * @property {number} [high]
 * @property {boolean} [log]
 * @property {[string, string][]} [choices] value and label
 * @property {string} [hint]
 * @property {number} [size] how many numbers
 * @property {(value: string) => import("./draw/plot.js").Style} [style] how a choice of a set is drawn
 * @property {"select" | "segments"} [as]
 * @property {string} [axis] what the number boxes are called, with commas between; x and y where it is not said
 * @property {string} [group] a panel of its own
 * @property {boolean} [look] it changes only how things are drawn: nothing is computed again
 * @property {(state: State) => boolean} [when]
 * @property {(state: State) => Partial<Field>} [adapt] what depends on other fields, such as the start on the landscape */

export const version = "1";

/** The address as keys and texts.
 * @param {string} hash */
export function split(hash) {
  /** @type {Record<string, string>} */
  const parts = {};
  for (const part of hash.replace(/^#/, "").split("&")) {
    const at = part.indexOf("=");
    if (at <= 0) continue;
    try {
      parts[part.slice(0, at)] = decodeURIComponent(part.slice(at + 1).replace(/\+/g, " "));
    } catch {
      parts[part.slice(0, at)] = part.slice(at + 1);
    }
  }
  return parts;
}

/** The state that an address means: what is unknown or out of range is put right, and said.
 * @param {Field[]} fields @param {Record<string, string>} parts @param {string[]} other keys that the page reads itself
 * @returns {{ state: State, notices: string[] }} */
export function read(fields, parts, other = []) {
  const notices = [];
  /** @type {State} */
  const state = {};
  for (const plain of fields.filter(isState)) {
    const field = adapted(plain, state);
    state[field.key] = structuredClone(field.initial);
    if (!(field.key in parts)) continue;
    const { value, notice } = valueOf(field, parts[field.key]);
    if (value !== undefined) state[field.key] = value;
    if (notice) notices.push(notice);
  }
  const known = new Set(["v", "w", ...other, ...fields.filter(isState).map(field => field.key)]);
  const unknown = Object.keys(parts).filter(key => !known.has(key));
  if (unknown.length > 0) notices.push(`The link has ${unknown.length === 1 ? "a part" : "parts"} that this page does not know: ${unknown.slice(0, 3).map(key => key.slice(0, 20)).join(", ")}; ignored.`);
  return { state, notices };
}

/** @param {Field} field */
const isState = field => field.kind !== "action";

/** @param {Field} field @param {State} state @returns {Field} */
export const adapted = (field, state) => field.adapt ? { ...field, ...field.adapt(state) } : field;

/** @param {Field} field @param {string} text @returns {{ value?: any, notice?: string }} */
function valueOf(field, text) {
  const refused = (/** @type {string} */ allowed) => ({ notice: `${field.label} must be ${allowed}, but was '${text.slice(0, 30)}'; the default is used.` });
  switch (field.kind) {
    case "number":
    case "whole": {
      const value = parse(text);
      return value === null || !Number.isFinite(value) ? refused("a number") : clamp(field, value);
    }
    case "choice": return field.choices?.some(([value]) => value === text) ? { value: text } : refused(`one of ${field.choices?.slice(0, 6).map(([value]) => value).join(", ")}`);
    case "toggle": return text === "1" || text === "0" ? { value: text === "1" } : refused("0 or 1");
    case "text": return { value: text.slice(0, 400) };
    case "numbers": {
      const values = text.split(",").map(parse);
      if (values.some(value => value === null || !Number.isFinite(value)) || (field.size && values.length !== field.size) || values.length > 64) return refused(field.size ? `${field.size} number${field.size > 1 ? "s" : ""} with commas between` : "numbers with commas between");
      const kept = values.map(value => clamp(field, /** @type {number} */ (value)));
      return { value: kept.map(each => each.value), notice: kept.find(each => each.notice)?.notice };
    }
    case "set": {
      const wanted = text === "" ? [] : text.split(",");
      const value = wanted.filter(each => field.choices?.some(([name]) => name === each));
      return { value, notice: value.length < wanted.length ? `${field.label}: '${wanted.find(each => !value.includes(each))?.slice(0, 30)}' is not known; left out.` : undefined };
    }
    case "action": return {};
    case "methods": {
      const wanted = splitMethods(text);
      const value = wanted.filter(each => field.choices?.some(([name]) => name === methodName(each))).slice(0, 16);
      return { value, notice: value.length < wanted.length ? `${field.label}: '${wanted.find(each => !value.includes(each))?.slice(0, 30)}' is not known, or more than 16 were given; left out.` : undefined };
    }
  }
}

/** @param {Field} field @param {number} value */
export function clamp(field, value) {
  const { low = -1e12, high = 1e12 } = field;
  const whole = field.kind === "whole" ? Math.round(value) : value;
  const kept = Math.max(low, Math.min(high, whole));
  return { value: kept, notice: kept !== whole ? `${field.label} must be from ${exact(low)} to ${exact(high)}, but was ${exact(value)}; ${exact(kept)} is used.` : undefined };
}

/** adam,sgd(momentum=0.9,nesterov=true) → two texts.
 * @param {string} text */
export function splitMethods(text) {
  /** @type {string[]} */
  const methods = [];
  let [depth, from] = [0, 0];
  for (let i = 0; i <= text.length; i++) {
    if (text[i] === "(") depth++;
    if (text[i] === ")") depth--;
    if (i === text.length || (text[i] === "," && depth === 0)) {
      if (i > from) methods.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return methods;
}

/** @param {string} method */
export const methodName = method => method.replace(/\(.*/s, "").trim();

/** The address of a state: what is not the default, in the order of the fields.
 * @param {string} widget @param {Field[]} fields @param {State} state @param {Record<string, string | number | undefined>} [more] */
export function write(widget, fields, state, more = {}) {
  const parts = [`v=${version}`, `w=${widget}`];
  /** @type {State} */
  const before = {};
  for (const plain of fields.filter(isState)) {
    const field = adapted(plain, before);
    before[field.key] = state[field.key];
    const text = textOf(state[field.key]);
    if (text !== textOf(field.initial)) parts.push(`${field.key}=${encode(text)}`);
  }
  for (const [key, value] of Object.entries(more)) if (value !== undefined) parts.push(`${key}=${encode(String(value))}`);
  return `#${parts.join("&")}`;
}

/** @param {any} value @returns {string} */
export const textOf = value => Array.isArray(value) ? value.map(textOf).join(",") : typeof value === "number" ? exact(value) : typeof value === "boolean" ? (value ? "1" : "0") : String(value);

/** @param {string} text */
const encode = text => encodeURIComponent(text).replace(/%2C/g, ",").replace(/%28/g, "(").replace(/%29/g, ")").replace(/%3D/g, "=").replace(/%5E/g, "^").replace(/%20/g, "+");
