// The map of ideas: what each chapter solves, and the troubles of a surface with symptom and remedy.

/** `idea` cards say problem and idea, `trouble` cards symptom and remedy; `show` is the name of a preset.
 * @typedef {{ kind: "idea" | "trouble", chapter: string, title: string, first: string, second: string, show: string }} Card */

/** @type {Card[]} */
export const cards = [
  { kind: "idea", chapter: "0", title: "Gradient descent", first: "Nobody sees the whole surface; only the slope underfoot is known.", second: "Step against the gradient. The rate says how far, and the curvature says how far is too far.", show: "smooth" },
  { kind: "idea", chapter: "1", title: "Mini-batches", first: "An exact gradient over all examples costs hours.", second: "A random few give a gradient that is right on average, thousands of times as often.", show: "batches" },
  { kind: "idea", chapter: "2", title: "Momentum", first: "In a ravine plain descent zigzags across and creeps along.", second: "Add up past gradients: what alternates cancels, what persists grows.", show: "ravine" },
  { kind: "idea", chapter: "3", title: "A rate per parameter", first: "Rare features need long steps, busy ones short steps; one rate cannot serve both.", second: "Divide each gradient by the size of its past: a sum in AdaGrad, a running mean in RMSProp.", show: "adagrad-sum" },
  { kind: "idea", chapter: "4", title: "Adam", first: "Direction and scale are both noisy, and both begin at zero.", second: "A mean for the one, a mean of squares for the other, and a correction for the start.", show: "bias" },
  { kind: "idea", chapter: "5", title: "Decoupled decay", first: "Inside Adam's gradient, weight decay is divided away where gradients are large.", second: "Shrink the weights beside the step: all by the same share.", show: "decay" },
  { kind: "idea", chapter: "6", title: "A family", first: "Memory, large batches and curvature each ask for something else.", second: "Lion keeps one buffer, Adafactor rows and columns, LAMB a rate per layer, Sophia an estimate of the Hessian.", show: "family" },
  { kind: "idea", chapter: "7", title: "Schedules", first: "No single rate is right from the first step to the last.", second: "Rise while statistics are young, stay while there is distance, fall to let noise settle.", show: "warmup" },
  { kind: "idea", chapter: "8", title: "Fair races", first: "Any method wins when its rivals get the wrong rate.", second: "Same start, same budget, and each at its own best rate; the caption is measured.", show: "race-best" },
  { kind: "idea", chapter: "9", title: "Practice", first: "A hundred settings, and one afternoon.", second: "Begin where others ended, tune the rate first, and read the curve.", show: "fine-tune" },
  { kind: "trouble", chapter: "0", title: "Local minima", first: "Runs from different starts, or with different methods, end at different losses.", second: "Noise, momentum or another start; in many dimensions they are rarer than saddles.", show: "local-minima" },
  { kind: "trouble", chapter: "8", title: "Saddles", first: "The loss stands still for long and then falls again.", second: "A little noise gets off the axis; momentum and normalised steps leave sooner.", show: "saddle-race" },
  { kind: "trouble", chapter: "0", title: "Plateaus", first: "Gradients are tiny everywhere, and so are steps.", second: "Steps that do not depend on the gradient's size: RMSProp, Adam, Lion.", show: "plateau" },
  { kind: "trouble", chapter: "9", title: "Vanishing gradients", first: "The first layers hardly change while the last ones learn.", second: "Residual connections, normalisation, ReLU with a fitting initialisation; a rate per parameter helps a little.", show: "plateau" },
  { kind: "trouble", chapter: "9", title: "Exploding gradients", first: "The loss jumps, or is no number any more.", second: "Clip the norm, lower the rate, warm up.", show: "cliff" },
  { kind: "trouble", chapter: "1", title: "Sharp minima", first: "Training goes well, and a small shift of data or weights costs much.", second: "Noisier gradients or a larger rate do not stay in narrow pits; averaging weights and SAM look for wide ones.", show: "sharp" },
];
