// Gradients that are given step by step: what several widgets offer to choose from.

/** @typedef {import("./state.js").Field} Field */

/** A stream's fields: which, and how large.
 * @param {string} initial @returns {Field[]} */
export const streamFields = initial => [
  { key: "s", label: "Gradients", kind: "choice", initial, choices: [["constant", "always the same"], ["text", "3, 2.5, 2.8, 3.1, repeated"], ["alternating", "alternating sign"], ["spike", "0, with a spike now and then"], ["noisy", "noisy around a mean"]] },
  { key: "g", label: "Size", kind: "number", initial: 3, low: 1e-3, high: 1e6, log: true, when: state => state.s !== "text" },
  { key: "every", label: "A spike every so many steps", kind: "whole", initial: 50, low: 2, high: 1000, log: true, when: state => state.s === "spike" },
  { key: "sigma", label: "Noise σ", kind: "number", initial: 3, low: 0, high: 20, when: state => state.s === "noisy" },
  { key: "seed", label: "Seed", kind: "whole", initial: 1, low: 0, high: 9999, when: state => state.s === "noisy" },
];

/** What is asked of the library for it: rows that are repeated, and noise that the library draws.
 * @param {import("./state.js").State} state @returns {{ stream: number[][], noise: { noise?: { sigma: number }, seed?: number } }} */
export function streamOf(state) {
  switch (state.s) {
    case "text": return { stream: [[3], [2.5], [2.8], [3.1]], noise: {} };
    case "alternating": return { stream: [[state.g], [-state.g]], noise: {} };
    case "spike": return { stream: Array.from({ length: state.every }, (_, i) => [i === state.every - 1 ? state.g : 0]), noise: {} };
    case "noisy": return { stream: [[state.g]], noise: { noise: { sigma: state.sigma }, seed: state.seed } };
    default: return { stream: [[state.g]], noise: {} };
  }
}
