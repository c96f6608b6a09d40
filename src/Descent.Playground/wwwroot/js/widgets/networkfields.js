// What one can choose of a network, its request to the library, and the same in C#.
import { exact } from "../format.js";

/** @typedef {import("../state.js").Field} Field */
/** @typedef {import("../state.js").State} State */

/** @type {[string, string][]} */
export const dataKinds = [["circle", "Circle in a ring"], ["xor", "Exclusive or"], ["moons", "Two moons"], ["spiral", "Two spirals"], ["digits", "Digits, 8 × 8"], ["plane", "A slanting plane (regression)"]];

/** @type {[string, string][]} */
const schedules = [["", "constant"], ["cosine", "cosine"], ["linear", "linear to 0"], ["warmup(10%) then cosine", "warmup, then cosine"], ["warmup(10%) then linear", "warmup, then linear to 0"], ["warmup(10%) then inverse-square-root", "warmup, then 1 / √t"], ["one-cycle", "one-cycle"], ["inverse-time(rate 0.01)", "1 / (1 + t/100)"]];

/** @param {any} catalog @returns {Field[]} */
export const networkFields = catalog => [
  { key: "play", label: "Train again, from the start", kind: "action", act: context => context.play() },
  { key: "d", label: "Data", kind: "choice", initial: "circle", choices: dataKinds },
  { key: "noise", label: "Noise", kind: "number", initial: 0, low: 0, high: 0.5, hint: "Added to the inputs, as a share of half the picture." },
  { key: "share", label: "Share that is trained on", kind: "number", initial: 0.5, low: 0.1, high: 0.9 },
  { key: "l", label: "Hidden layers", kind: "whole", initial: 2, low: 0, high: 6 },
  { key: "u", label: "Units per layer", kind: "whole", initial: 8, low: 1, high: 32, when: state => state.l > 0 },
  { key: "act", label: "Activation", kind: "choice", initial: "tanh", choices: [["tanh", "tanh"], ["relu", "ReLU"], ["sigmoid", "sigmoid"], ["linear", "none"]] },
  { key: "init", label: "Start of the weights", kind: "choice", initial: "xavier", choices: [["xavier", "Xavier"], ["he", "He"], ["zero", "all zero"], ["too_large", "ten times too large"]] },
  { key: "o", label: "Optimizers, A and B", kind: "methods", initial: ["adam"], choices: catalog.methods.map((/** @type {any} */ method) => [method.name, catalog.titles[method.name]]), hint: "The first trains network A. A second one trains B, from the same start on the same batches." },
  { key: "lr", label: "Learning rate η", kind: "number", initial: 0.03, low: 1e-5, high: 10, log: true },
  { key: "lrb", label: "Learning rate of B", kind: "number", initial: 0.03, low: 1e-4, high: 10, log: true, when: state => state.o.length > 1 },
  { key: "sch", label: "Schedule", kind: "choice", initial: "", choices: schedules },
  { key: "clip", label: "Clip the gradient's norm at", kind: "number", initial: 0, low: 0, high: 10, hint: "0 for not at all." },
  { key: "wd", label: "Weight decay λ", kind: "number", initial: 0, low: 0, high: 0.5 },
  { key: "b", label: "Batch", kind: "whole", initial: 16, low: 1, high: 256, log: true },
  { key: "acc", label: "Batches per update", kind: "whole", initial: 1, low: 1, high: 32 },
  { key: "n", label: "Updates", kind: "whole", initial: 1000, low: 10, high: 20000, log: true },
  { key: "seed", label: "Seed", kind: "whole", initial: 1, low: 0, high: 9999 },
  { key: "slice", label: "The loss around the trained weights", kind: "choice", initial: "none", choices: [["none", "not shown"], ["random", "two random directions"], ["path", "along the path"]], hint: "Random directions are as long as each unit's weights (Li et al. 2018)." },
  { key: "wt", label: "Weight in the readout", kind: "whole", initial: 1, low: 1, high: 6000, log: true },
];

/** What is asked of the library: a request for A, and one for B where there is a second optimizer.
 * @param {State} state */
export const networkOf = state => state.o.slice(0, 2).map((/** @type {string} */ optimizer, /** @type {number} */ i) => ({
  data: state.d, noise: state.noise, train_share: state.share, layers: new Array(state.l).fill(state.u), activation: state.act, start: state.init,
  optimizer, learning_rate: i === 0 ? state.lr : state.lrb, schedule: state.sch || null, clip_norm: state.clip > 0 ? state.clip : null, weight_decay: state.wd,
  batch_size: state.b, accumulation: state.acc, steps: state.n, seed: state.seed,
}));

/** @param {string} name snake_case */
const pascal = name => name.split("_").map(word => word[0].toUpperCase() + word.slice(1)).join("");

/** C# that trains the same networks.
 * @param {any[]} networks */
export const listing = networks => [
  "using Descent.Landscapes.Networks;", "",
  ...networks.map(network => [
    "Train(new NetworkRequest", "{",
    `    Data = NetworkData.${pascal(network.data)}, Noise = ${exact(network.noise)}, TrainShare = ${exact(network.train_share)}, Seed = ${network.seed},`,
    `    Layers = [${network.layers.join(", ")}], Activation = Activation.${pascal(network.activation)}, Start = WeightStart.${pascal(network.start)},`,
    `    Optimizer = "${network.optimizer}", LearningRate = ${exact(network.learning_rate)},${network.schedule ? ` Schedule = "${network.schedule}",` : ""}${network.clip_norm ? ` ClipNorm = ${exact(network.clip_norm)},` : ""} WeightDecay = ${exact(network.weight_decay)},`,
    `    BatchSize = ${network.batch_size}, Accumulation = ${network.accumulation}, Steps = ${network.steps},`,
    "});", ""].join("\n")),
  "static void Train(NetworkRequest request)", "{",
  "    var training = new NetworkTraining(request);",
  "    while (training.Updates < request.Steps && !training.IsLost)", "    {", "        training.Step();", "    }", "",
  "    var (loss, accuracy) = training.Network.Evaluate(training.Set, 0, training.Set.TrainCount);",
  "    Console.WriteLine($\"{training.Method}: loss {loss}, accuracy {accuracy} after {training.Updates} updates\");", "}", ""].join("\n");
