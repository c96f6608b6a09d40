// The chapters: prose in a few sentences, and which widgets belong to them. A widget that is built has a module; the others have their place.

/** @typedef {{ id: string, title: string, about: string, load?: () => Promise<{ default: import("./widget.js").Widget }> }} Entry */
/** @typedef {{ id: string, mark: string, title: string, prose: string[], widgets: Entry[] }} Chapter */

/** @type {Chapter[]} */
export const chapters = [
  {
    id: "0", mark: "0", title: "The landscape problem",
    prose: [
      "Training means walking downhill on a surface that nobody can see whole. All that is known is the slope under one's feet: the gradient. Each step goes against it, and the learning rate says how far.",
      "Three things go wrong, and each has a look of its own: a step too long climbs out of the valley, a step too short hardly moves, and on a saddle there is no slope to follow.",
    ],
    widgets: [
      { id: "explorer", title: "Landscape explorer", about: "Drop a ball and see it converge, oscillate, crawl or blow up.", load: () => import("./widgets/explorer.js") },
      { id: "loop", title: "Six-step training loop", about: "Initialise, predict, measure, differentiate, update, repeat." },
      { id: "line", title: "Line fit y = wx + b", about: "Prediction, error, gradient and update, one at a time.", load: () => import("./widgets/line.js") },
      { id: "quartic", title: "Ball on x⁴ − 3x³ + 2", about: "Minimum, flat point, or blow-up: rate and start decide.", load: () => import("./widgets/quartic.js") },
    ],
  },
  {
    id: "1", mark: "1", title: "Stochastic gradients",
    prose: ["A gradient over all examples is exact and dear; one over a few is cheap and noisy, but right on average. Most of what makes training work comes from trading one for the other."],
    widgets: [
      { id: "arrows", title: "Full batch against mini-batches", about: "Noise shrinks with the batch, and is unbiased.", load: () => import("./widgets/arrows.js") },
      { id: "fourpoints", title: "Four-point table", about: "The hand calculation, live.", load: () => import("./widgets/fourpoints.js") },
      { id: "noisefloor", title: "Noise floor and Robbins–Monro", about: "Fixed rates hover, decaying rates settle.", load: () => import("./widgets/noisefloor.js") },
      { id: "sharpflat", title: "Sharp against flat minima", about: "Noise leaves sharp pits.", load: () => import("./widgets/sharpflat.js") },
      { id: "batchsize", title: "Batch-size spectrum", about: "Noise, steps per epoch and cost.", load: () => import("./widgets/batchsize.js") },
      { id: "epoch", title: "One epoch", about: "Shuffle, split, gradient, update." },
    ],
  },
  {
    id: "2", mark: "2", title: "Momentum",
    prose: ["A velocity that remembers past gradients: what they agree on adds up, what alternates cancels. In a ravine that is the difference between zigzag and progress."],
    widgets: [
      { id: "momentum", title: "SGD and momentum side by side", about: "The same ravine, with and without memory.", load: () => import("./widgets/momentum.js") },
      { id: "memory", title: "Memory of momentum", about: "Weights of the past, and how signals pass.", load: () => import("./widgets/memory.js") },
      { id: "momentumtable", title: "Momentum by hand", about: "Five steps against plain SGD.", load: () => import("./widgets/momentumtable.js") },
      { id: "nesterov", title: "Nesterov's look-ahead", about: "A ghost peeks ahead, and brakes.", load: () => import("./widgets/nesterov.js") },
      { id: "rates", title: "Rate calculator", about: "Condition number to steps.", load: () => import("./widgets/rates.js") },
    ],
  },
  {
    id: "3", mark: "3", title: "AdaGrad and RMSProp",
    prose: ["One learning rate per parameter, scaled by how large its gradients have been: over all time, or over a window that forgets."],
    widgets: [
      { id: "perparameter", title: "AdaGrad and RMSProp on an elliptical bowl", about: "Two paths, and the rates behind them.", load: () => import("./widgets/perparameter.js") },
      { id: "effective", title: "Effective rate over time", about: "A sum that only grows, and one that forgets.", load: () => import("./widgets/effective.js") },
      { id: "words", title: "Frequent and rare words", about: "Why rare features need longer steps." },
    ],
  },
  {
    id: "4", mark: "4", title: "Adam",
    prose: ["Momentum for the direction, a running square for the scale, and a correction because both start from zero."],
    widgets: [
      { id: "adam", title: "Adam from the inside", about: "m, v, m̂, v̂ and the update, with the numbers put in.", load: () => import("./widgets/adam.js") },
      { id: "bias", title: "Bias correction on and off", about: "What the first thousand steps would do without it.", load: () => import("./widgets/bias.js") },
      { id: "epsilon", title: "Epsilon", about: "From adaptive to plain.", load: () => import("./widgets/epsilon.js") },
    ],
  },
  {
    id: "5", mark: "5", title: "Weight decay",
    prose: ["Shrinking weights through the gradient and shrinking them directly are the same thing for SGD, and two different things for Adam."],
    widgets: [{ id: "decay", title: "Adam with L2 against AdamW", about: "Who decays what, and by how much.", load: () => import("./widgets/decay.js") }],
  },
  {
    id: "6", mark: "6", title: "Beyond Adam",
    prose: ["A family, not a list: each method keeps something of its parents and mends something in them."],
    widgets: [
      { id: "family", title: "Optimizer family tree", about: "Who inherits from whom.", load: () => import("./widgets/family.js") },
      { id: "onestep", title: "One step of everything", about: "One history of gradients, every optimizer's answer." },
      { id: "state", title: "Memory calculator", about: "What the state of an optimizer weighs.", load: () => import("./widgets/state.js") },
    ],
  },
  {
    id: "7", mark: "7", title: "Schedules",
    prose: ["The learning rate is rarely one number. It rises while statistics are unreliable, stays high while there is distance to cover, and falls to let the noise settle."],
    widgets: [
      { id: "schedules", title: "Schedule visualiser", about: "Every schedule over the same updates, with its area and its quarters.", load: () => import("./widgets/schedules.js") },
      { id: "schedulework", title: "Schedule at work", about: "The same run under each schedule.", load: () => import("./widgets/schedulework.js") },
      { id: "rangetest", title: "Learning-rate range test", about: "Sweep, smooth, suggest.", load: () => import("./widgets/rangetest.js") },
    ],
  },
  {
    id: "8", mark: "8", title: "Arena",
    prose: ["Same start, same budget, no hidden rates. The winner is measured, and it is not always the one you expect."],
    widgets: [
      { id: "arena", title: "Optimizer arena", about: "Any optimizers, any landscape, equal budgets.", load: () => import("./widgets/arena.js") },
      { id: "textrace", title: "A race reproduced", about: "What a text claims, and what happens.", load: () => import("./widgets/textrace.js") },
      { id: "rosenbrock", title: "Rosenbrock's path", about: "Into the valley, then along it.", load: () => import("./widgets/rosenbrock.js") },
      { id: "saddles", title: "Saddle side by side", about: "Who leaves first.", load: () => import("./widgets/saddles.js") },
      { id: "relief", title: "Landscape in relief", about: "Turn it, and follow the trails.", load: () => import("./widgets/relief.js") },
      { id: "map", title: "Hyper-parameter map", about: "Final loss over rate and momentum.", load: () => import("./widgets/map.js") },
    ],
  },
  {
    id: "9", mark: "9", title: "Practice",
    prose: ["What to choose, how to notice that it goes wrong, and what to do then."],
    widgets: [
      { id: "decision", title: "Decision tree", about: "From the situation to a configuration.", load: () => import("./widgets/decision.js") },
      { id: "tables", title: "Reference tables", about: "Guides, defaults, ranges.", load: () => import("./widgets/tables.js") },
      { id: "network", title: "Live network", about: "A real one, trained by the library.", load: () => import("./widgets/network.js") },
      { id: "doctor", title: "Loss-curve doctor", about: "Eight curves, eight diagnoses." },
      { id: "clipping", title: "Gradient clipping", about: "By norm, by value.", load: () => import("./widgets/clipping.js") },
      { id: "accumulation", title: "Gradient accumulation", about: "Eight small batches as a large one.", load: () => import("./widgets/accumulation.js") },
      { id: "scaling", title: "Feature scaling", about: "Raw and standardised features.", load: () => import("./widgets/scaling.js") },
      { id: "vanishing", title: "Vanishing and exploding gradients", about: "Norms through the depth.", load: () => import("./widgets/vanishing.js") },
      { id: "recipe", title: "Recipe builder", about: "A complete configuration." },
      { id: "highdimensions", title: "High dimensions", about: "How rare minima are.", load: () => import("./widgets/highdimensions.js") },
      { id: "quizzes", title: "Quizzes", about: "One per chapter.", load: () => import("./widgets/quizzes.js") },
    ],
  },
  {
    id: "lab", mark: "L", title: "Lab",
    prose: ["Open tools, without a lesson attached."],
    widgets: [
      { id: "formula", title: "Custom formula", about: "Any function of x and y, with exact gradients.", load: () => import("./widgets/formula.js") },
      { id: "stepper", title: "Hand-calculation stepper", about: "Worked examples, line by line; printed mistakes explained.", load: () => import("./widgets/stepper.js") },
    ],
  },
  {
    id: "reference", mark: "R", title: "Reference",
    prose: ["Listings and a map of the ideas."],
    widgets: [
      { id: "code", title: "Code to copy", about: "Every method, schedule and tool.", load: () => import("./widgets/code.js") },
      { id: "ideas", title: "Map of ideas", about: "One page.", load: () => import("./widgets/ideas.js") },
    ],
  },
];

/** @param {string} id */
export function find(id) {
  for (const chapter of chapters) for (const entry of chapter.widgets) if (entry.id === id) return { chapter, entry };
  return null;
}
