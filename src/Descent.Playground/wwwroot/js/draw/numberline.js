// Values on a line, one lane above the other, with the hops that led there.
import { palette } from "../theme.js";
import { area, axes, colourOf, marker } from "./plot.js";
import { linear } from "./scale.js";

/** @typedef {{ name: string, style: import("./plot.js").Style, values: ArrayLike<number>, at: number }} Lane */

const mostHops = 60;

/** @param {import("./pen.js").Pen} pen
 * @param {{ lanes: Lane[], low: number, high: number, marks?: { value: number, text: string }[], label?: string }} options
 * @returns {{ x: import("./scale.js").Scale, y: import("./scale.js").Scale, place: import("./pen.js").Rectangle }} */
export function numberLine(pen, { lanes, low, high, marks = [], label = "" }) {
  const place = area(pen, { left: 14, right: 16, top: 26, bottom: 34 });
  const colours = palette();
  const x = linear(low, high, place.x, place.x + place.width, Math.max(3, Math.round(place.width / 90)));
  const y = linear(0, lanes.length, place.y, place.y + place.height, 1);
  axes(pen, place, x, { ...y, ticks: [] }, { x: label });
  for (const { value, text } of marks) {
    pen.path([x.at(value), place.y, x.at(value), place.y + place.height], { stroke: colours.ink, dash: [4, 4], opacity: 0.7 });
    pen.text(Math.max(place.x + 4, Math.min(place.x + place.width - 4, x.at(value))), place.y - 9, text, { size: 11.5, anchor: x.at(value) > place.x + place.width * 0.7 ? "end" : "middle", fill: colours.ink });
  }
  pen.clip({ ...place, y: place.y - 6, height: place.height + 12 }, () => lanes.forEach(({ name, style, values, at }, i) => {
    const base = y.at(i + 1) - 15;
    const room = place.height / lanes.length - 50;
    const colour = colourOf(style);
    const [end, from] = [Math.min(at, values.length - 1), Math.max(0, at - mostHops)];
    pen.path([place.x, base, place.x + place.width, base], { stroke: colours.line });
    for (let j = from + 1; j <= end; j++) {
      const [a, b] = [x.at(values[j - 1]), x.at(values[j])];
      const rise = Math.max(6, Math.min(room, Math.abs(b - a) * 0.45));
      pen.path(Array.from({ length: 26 }, (_, t) => t % 2 ? base - 4 * rise * (t >> 1) / 12 * (1 - (t >> 1) / 12) : a + (b - a) * (t >> 1) / 12), { stroke: colour, width: 2, dash: style.dash, opacity: Math.max(0.18, 1 - (end - j) / 12) });
      if (end - j < 24) pen.circle(a, base, 2.6, { fill: colour, opacity: 0.6 });
    }
    marker(pen, x.at(values[end]), base, style, 7);
    pen.text(place.x + 8, y.at(i) + 14, name, { size: 12, weight: 620, fill: colours.ink, halo: colours.sheet });
  }));
  return { x, y, place };
}
