// What one takes along: pictures, numbers, the request.
import { CanvasPen, SvgPen } from "./draw/pen.js";
import { exact } from "./format.js";
import { palette } from "./theme.js";

/** @typedef {import("./widget.js").Table} Table */

/** @param {string} name @param {Blob} content */
export function save(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** @typedef {{ title: string, caption: string, parts: { title: string, width: number, height: number, draw: (pen: import("./draw/pen.js").Pen) => void }[] }} Sheet */

/** All pictures of a widget, one under the other, with its title and caption.
 * @param {import("./draw/pen.js").Pen} pen @param {Sheet} sheet */
function lay(pen, { title, caption, parts }) {
  const colours = palette();
  pen.text(16, 24, title, { size: 17, weight: 650, fill: colours.ink });
  let y = 48;
  for (const part of parts) {
    pen.text(16, y + 8, part.title, { size: 12, weight: 600, fill: colours.soft });
    pen.within({ x: 0, y: y + 20, width: part.width, height: part.height }, () => part.draw(pen));
    y += part.height + 36;
  }
  lines(caption, pen.width / 7.2).forEach((line, i) => pen.text(16, y + 10 + 18 * i, line, { size: 13, fill: colours.ink }));
}

/** @param {Sheet} sheet */
const sizeOf = ({ caption, parts }) => {
  const width = Math.max(320, ...parts.map(part => part.width));
  return { width, height: 48 + parts.reduce((sum, part) => sum + part.height + 36, 0) + 18 * lines(caption, width / 7.2).length + 16 };
};

/** @param {string} text @param {number} most letters @returns {string[]} */
function lines(text, most) {
  const made = [""];
  for (const word of text.split(" ")) {
    if ((made[made.length - 1] + word).length > most) made.push("");
    made[made.length - 1] += (made[made.length - 1] ? " " : "") + word;
  }
  return made;
}

/** @param {Sheet} sheet */
export function svg(sheet) {
  const { width, height } = sizeOf(sheet);
  const pen = new SvgPen(width, height, sheet.title, palette().sheet);
  lay(pen, sheet);
  return pen.end();
}

/** @param {Sheet} sheet @returns {Promise<Blob>} at twice the size */
export async function png(sheet) {
  const { width, height } = sizeOf(sheet);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [2 * width, 2 * height];
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(2, 2);
  const pen = new CanvasPen(context, width, height);
  pen.rectangle({ x: 0, y: 0, width, height }, { fill: palette().sheet });
  lay(pen, sheet);
  return new Promise((resolve, reject) => canvas.toBlob(blob => blob ? resolve(blob) : reject(new Error("The browser could not make the picture.")), "image/png"));
}

/** RFC 4180, with a decimal point.
 * @param {Table} table */
export function csv({ columns, rows }) {
  const cell = (/** @type {string | number} */ value) => {
    const text = typeof value === "number" ? Number.isFinite(value) ? exact(value) : Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity" : value;
    return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  return [columns, ...rows].map(row => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** @param {any} value */
export const json = value => JSON.stringify(value, (_, part) => part instanceof Float64Array ? Array.from(part, number => Number.isFinite(number) ? number : String(number)) : part, 1) + "\n";
