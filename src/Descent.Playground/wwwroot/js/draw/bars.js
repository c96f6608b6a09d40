// Bars that lie, one below the other, with their numbers; what has no number says why.
import { number } from "../format.js";
import { palette } from "../theme.js";
import { area, axes, colourOf, marker } from "./plot.js";
import { linear, logarithmic } from "./scale.js";

/** @typedef {{ label: string, style: import("./plot.js").Style, value: number | null, text?: string }} Bar a value of null is not drawn, its text is */

/** @param {import("./pen.js").Pen} pen
 * @param {{ bars: Bar[], low: number, high: number, log?: boolean, label?: string, marks?: { value: number, text: string }[] }} options a bar begins at 0, or at the low end where the axis is logarithmic
 * @returns {{ x: import("./scale.js").Scale, y: import("./scale.js").Scale, place: import("./pen.js").Rectangle }} */
export function bars(pen, { bars: all, low, high, log = false, label = "", marks = [] }) {
  const colours = palette();
  const place = area(pen, { left: 14, right: 18, top: marks.length > 0 ? 26 : 10, bottom: 34 });
  const about = Math.max(2, Math.round(place.width / 90));
  const x = log ? logarithmic(low, high, place.x, place.x + place.width, about) : linear(low, high, place.x, place.x + place.width, about);
  const y = linear(0, all.length, place.y, place.y + place.height, 1);
  axes(pen, place, x, { ...y, ticks: [] }, { x: label });
  for (const { value, text } of marks) {
    pen.path([x.at(value), place.y, x.at(value), place.y + place.height], { stroke: colours.ink, dash: [4, 4], opacity: 0.7 });
    pen.text(Math.min(place.x + place.width - 4, x.at(value)), place.y - 9, text, { size: 11.5, anchor: x.at(value) > place.x + place.width * 0.7 ? "end" : "middle", fill: colours.ink });
  }
  const height = place.height / all.length;
  const thick = Math.min(24, height * 0.42);
  pen.clip({ ...place, width: place.width + 8 }, () => all.forEach(({ label: name, style, value, text }, i) => {
    const middle = place.y + height * i + height * 0.66;
    pen.text(place.x + 8, place.y + height * i + height * 0.24, name, { size: 12, weight: 580, fill: colours.ink, halo: colours.sheet });
    pen.text(place.x + place.width - 8, place.y + height * i + height * 0.24, value === null ? text ?? "" : text ?? number(value), { size: 12, anchor: "end", fill: value === null ? colours.soft : colours.ink, halo: colours.sheet });
    if (value === null) return;
    const from = log ? place.x : x.at(0);
    const to = Math.max(place.x, Math.min(place.x + place.width, x.at(value)));
    pen.rectangle({ x: Math.min(from, to), y: middle - thick / 2, width: Math.max(1, Math.abs(to - from)), height: thick }, { fill: colourOf(style), opacity: 0.8 });
    marker(pen, to, middle, style, 5);
  }));
  return { x, y, place };
}
