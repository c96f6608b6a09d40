// What the texts recommend, and where they differ: figures with their sources. Words and printed numbers only; defaults come from the library.

/** In the order in which one tunes. */
export const tuning = [
  ["1", "Learning rate", "by far the most", "a range test, then a factor of 3 either way", "rangetest"],
  ["2", "Batch size", "with the rate: the two go together", "the largest that fits, then the rate again", "batchsize"],
  ["3", "Schedule and warmup", "much, late in training", "warmup over 5 % of the updates, then a cosine", "schedules"],
  ["4", "Weight decay", "on generalisation", "0.01 to 0.1 beside AdamW, 1e-4 to 5e-4 beside SGD", "decay"],
  ["5", "Momentum and β₁", "little around 0.9", "0.9; higher with a small rate", "momentum"],
  ["6", "β₂", "where gradients spike", "0.999; 0.95 for large language models", "adam"],
  ["7", "Clipping", "rescues rare spikes", "a norm of 1", "clipping"],
  ["8", "ε", "hardly ever", "1e-8; larger makes Adam plainer", "epsilon"],
];

/** Where the texts give different figures: each with what each says. `method` and `option` name the library's default. */
export const conflicts = [
  { slip: "D19", what: "ε of Adam", range: "1e-8 to 1e-7", said: "1e-8 (texts 000, 001, 002, 004); 1e-7 (text 003)", why: "1e-8 is the paper's and PyTorch's, 1e-7 that of Keras", method: "adam", option: "epsilon" },
  { slip: "D32", what: "Warmup, as a share of all updates", range: "1 % to 10 %", said: "1–5 % (text 001); 1–10 % (002); the first few percent (000); 5–10 % (004)", why: "all of them contain 5 %", method: "", option: "5 %" },
  { slip: "D33", what: "Learning rate of AdamW", range: "3e-4 to 1e-3", said: "1e-3 (texts 000–003); 3e-4 (text 004)", why: "both are in use: the paper's default, and a usual choice for transformers", method: "adamw", option: "learning_rate" },
  { slip: "D33", what: "Learning rate of SGD", range: "1e-2 to 0.1", said: "0.1 (text 001); 1e-2 (text 003)", why: "0.1 goes with normalised networks and a schedule", method: "sgd", option: "learning_rate" },
  { slip: "D42", what: "Year of Adam", range: "2014 to 2015", said: "2014 (text 004); 2015 (text 001)", why: "preprint and conference", method: "adam", option: "" },
  { slip: "D42", what: "Year of AdamW", range: "2017 to 2019", said: "2017 (text 002); 2019 (texts 001, 004)", why: "preprint and conference", method: "adamw", option: "" },
  { slip: "D42", what: "Where RMSProp was first shown", range: "2012", said: "lecture 6.5 (text 000); 6e (text 001)", why: "the lecture's number and the slides'; its author is Tieleman, whom text 002 misspells", method: "rmsprop", option: "" },
];
