// Bars that stand on an axis: how often values occur.
import { palette } from "../theme.js";
import { area, axes, colourOf } from "./plot.js";
import { extent, linear } from "./scale.js";

/** A histogram of several sets over the same bins; sets after the first are outlines.
 * @param {import("./pen.js").Pen} pen @param {{ style: import("./plot.js").Style, values: ArrayLike<number> }[]} sets @param {{ xLabel?: string, bins?: number }} [options] */
export function histogram(pen, sets, { xLabel = "", bins = 24 } = {}) {
  const place = area(pen, { left: 44, top: 14 });
  let [low, high] = extent(sets.map(set => set.values));
  if (!(high > low)) [low, high] = [low - 0.5, high + 0.5];
  const counts = sets.map(({ values }) => {
    const count = new Array(bins).fill(0);
    for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) count[Math.min(bins - 1, Math.floor((values[i] - low) / (high - low) * bins))]++;
    return count;
  });
  const x = linear(low, high, place.x, place.x + place.width, Math.max(3, Math.round(place.width / 80)));
  const y = linear(0, 1.06 * Math.max(1, ...counts.flat()), place.y + place.height, place.y, 4);
  axes(pen, place, x, y, { x: xLabel });
  const width = place.width / bins;
  counts.forEach((count, which) => {
    const colour = colourOf(sets[which].style);
    if (which === 0) {
      count.forEach((number, i) => { if (number > 0) pen.rectangle({ x: place.x + i * width + 0.5, y: y.at(number), width: width - 1, height: y.at(0) - y.at(number) }, { fill: colour, opacity: 0.75 }); });
    } else {
      pen.path(count.flatMap((number, i) => [place.x + i * width, y.at(number), place.x + (i + 1) * width, y.at(number)]), { stroke: colour, width: 2, dash: sets[which].style.dash });
    }
  });
  pen.path([x.at(0), place.y, x.at(0), place.y + place.height], { stroke: palette().soft, dash: [3, 4] });
  return { x, y, place };
}
