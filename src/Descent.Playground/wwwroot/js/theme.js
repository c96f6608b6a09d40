// Colours: the page's own from the style sheet, and even scales for maps.

/** @typedef {{ dark: boolean, ground: string, sheet: string, line: string, grid: string, ink: string, soft: string, accent: string, warn: string }} Palette */

const key = "descent-theme";
const system = matchMedia("(prefers-color-scheme: dark)");
/** @type {Set<() => void>} */
const watchers = new Set();
/** @type {Palette | null} */
let current = null;

/** Light, dark or as the system: what was chosen last. */
export const chosen = () => localStorage.getItem(key) ?? "system";

/** @param {string} theme */
export function choose(theme) {
  localStorage.setItem(key, theme);
  apply();
}

export function apply() {
  const theme = chosen();
  document.documentElement.dataset.theme = theme;
  document.documentElement.dataset.shade = theme === "dark" || (theme === "system" && system.matches) ? "dark" : "light";
  current = null;
  watchers.forEach(watch => watch());
}

system.addEventListener("change", apply);

/** @param {() => void} watch @returns {() => void} ends it */
export function onChange(watch) {
  watchers.add(watch);
  return () => watchers.delete(watch);
}

/** @returns {Palette} */
export function palette() {
  if (!current) {
    const style = getComputedStyle(document.documentElement);
    const value = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
    current = {
      dark: document.documentElement.dataset.shade === "dark",
      ground: value("ground"), sheet: value("sheet"), line: value("line"), grid: value("grid"),
      ink: value("ink"), soft: value("soft"), accent: value("accent"), warn: value("warn"),
    };
  }
  return current;
}

// Even in lightness from the low ground to the high one; quiet, so that trails stand out. Ends in OKLCH, mixed there.
const scales = {
  light: { low: [0.80, 0.055, 195], high: [0.985, 0.008, 110] },
  dark: { low: [0.40, 0.055, 195], high: [0.205, 0.010, 180] },
};

/** A colour of the map's scale: 0 is the lowest ground.
 * @param {number} share @param {boolean} dark */
export function shade(share, dark) {
  const { low, high } = dark ? scales.dark : scales.light;
  const t = Math.max(0, Math.min(1, share));
  return oklch(low[0] + t * (high[0] - low[0]), low[1] + t * (high[1] - low[1]), low[2] + t * (high[2] - low[2]));
}

/** The line between two shades: quiet, a little apart from both.
 * @param {number} share @param {boolean} dark */
export function edge(share, dark) {
  const { low, high } = dark ? scales.dark : scales.light;
  return oklch(low[0] + share * (high[0] - low[0]) + (dark ? 0.10 : -0.11), 0.035, low[2]);
}

/** @param {number} lightness @param {number} chroma @param {number} hue in degrees @returns {string} as #rrggbb */
export function oklch(lightness, chroma, hue) {
  const [a, b] = [chroma * Math.cos(hue * Math.PI / 180), chroma * Math.sin(hue * Math.PI / 180)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3;
  const linear = [4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s, -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s];
  return `#${linear.map(value => {
    const light = value <= 0.0031308 ? 12.92 * value : 1.055 * Math.max(0, value) ** (1 / 2.4) - 0.055;
    return Math.round(255 * Math.max(0, Math.min(1, light))).toString(16).padStart(2, "0");
  }).join("")}`;
}
