// Numbers as text. Never the browser's locale: a decimal point everywhere.

/** Four significant digits, or all of a double where `full` is asked for.
 * @param {number} value @param {boolean} [full] @returns {string} */
export function number(value, full = false) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "not a number" : value > 0 ? "∞" : "−∞";
  if (full) return String(value).replace("-", "−").replace("e−", "e-");
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = size >= 1e6 || size < 1e-4 ? trimExponent(value.toExponential(3)) : trimZeros(value.toPrecision(4));
  return text.replace(/^-/, "−");
}

/** Six significant digits, where four would not tell two numbers apart.
 * @param {number} value */
export const six = value => number(Number(value.toPrecision(6)), true);

/** @param {ArrayLike<number>} values @param {boolean} [full] */
export const vector = (values, full = false) => values.length === 1 ? number(values[0], full) : `(${Array.from(values, value => number(value, full)).join(", ")})`;

/** @param {string} text */
const trimZeros = text => text.includes("e") ? trimExponent(text) : text.includes(".") ? text.replace(/\.?0+$/, "") : text;

/** @param {string} text */
function trimExponent(text) {
  const [digits, exponent] = text.split("e");
  return `${digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits}e${exponent.replace("+", "")}`;
}

/** Whole numbers with thin spaces between thousands.
 * @param {number} value */
export const whole = value => String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");

/** The shortest text that reads back as the same number, for URLs and files.
 * @param {number} value */
export const exact = value => String(value).replace("e+", "e");

/** Reads a number as people type it: 3e-4, -0.5, 1,5 is refused.
 * @param {string} text @returns {number | null} */
export function parse(text) {
  const plain = text.trim().replace("−", "-");
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : null;
}

/** "a, b and c".
 * @param {string[]} words */
export const list = words => words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;

/** A formula as mathematics prints it: x^2 - 3 becomes x² − 3.
 * @param {string} text */
export const formula = text => text.replace(/\^(\d+)/g, (_, digits) => [...digits].map(digit => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("")).replace(/\*/g, "·").replace(/\s*([-+])\s*/g, (_, sign, at) => at === 0 ? (sign === "-" ? "−" : "") : ` ${sign === "-" ? "−" : "+"} `).replace(/\( − /g, "(−").replace(/\bpi\b/g, "π").replace(/(\d)pi/g, "$1π").replace(/sqrt/g, "√");
