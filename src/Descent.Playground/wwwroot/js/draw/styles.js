// Looks for lines that are no optimizer's: parameters, parts of a sum, full and small batches.

/** @type {import("./plot.js").Style[]} */
export const styles = [
  { light: "#0e7c86", dark: "#56d3dc", dash: [], marker: "circle" }, { light: "#d9480f", dark: "#ff9a5c", dash: [7, 3], marker: "square" }, { light: "#5f3dc4", dark: "#b197fc", dash: [2, 3], marker: "diamond" }, { light: "#44770f", dark: "#a6d861", dash: [9, 3, 2, 3], marker: "triangle" },
  { light: "#c2255c", dark: "#ff85a8", dash: [], marker: "cross" }, { light: "#1f6feb", dark: "#6cb0ff", dash: [7, 3], marker: "star" }, { light: "#8a6d00", dark: "#e3c14a", dash: [2, 3], marker: "plus" }, { light: "#4d5c6a", dark: "#b3c0cc", dash: [9, 3, 2, 3], marker: "ring" },
];
