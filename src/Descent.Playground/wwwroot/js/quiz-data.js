// The quizzes: one per chapter, one per tool of the Lab. Words only; what is right is shown by the state that "show me" opens.

/** @typedef {{ text: string, why: string, right?: true }} Choice */
/** @typedef {{ id: string, chapter: string, question: string, choices: Choice[], show: string }} Quiz `show` is the name of a preset */

/** @type {Quiz[]} */
export const quizzes = [
  {
    id: "0", chapter: "0", show: "blow-up",
    question: "A loss curve swings up and down, each swing wider than the one before. What do you change first?",
    choices: [
      { text: "Lower the learning rate.", right: true, why: "Each step lands further out on the other side: it is longer than the valley can take. Below two over the curvature the swings shrink." },
      { text: "Raise the learning rate, to get past the swinging.", why: "A longer step lands still further out. The factor per step, one minus rate times curvature, only moves further from zero." },
      { text: "Train for longer.", why: "Swings that widen go on widening: more steps end in a larger loss, and soon in numbers that are not finite." },
      { text: "Begin from another point.", why: "On a bowl the factor per step is the same everywhere. Another start changes how large the first swing is, not that they grow." },
    ],
  },
  {
    id: "1", chapter: "1", show: "batch-variance",
    question: "Why does training look at a random subset of the examples in each step?",
    choices: [
      { text: "Because the subset's gradient is right on average and costs a fraction, so many cheap steps get further than a few exact ones.", right: true, why: "The mean over all possible subsets is the full gradient. What a subset lacks is precision, and precision is what the first thousand steps need least." },
      { text: "Because the subset's gradient is more exact than the full one.", why: "It is noisier: its variance is that of one example divided by the size of the subset." },
      { text: "Because a loss over all examples has no gradient.", why: "It has one, the mean of all the examples' gradients. It is only dear." },
      { text: "Because a subset always points straight at the minimum.", why: "Neither does the full gradient. A subset's points somewhere around the full one's direction." },
    ],
  },
  {
    id: "2", chapter: "2", show: "momentum-past",
    question: "A run with momentum has just passed the minimum, and the gradient now points back. What does the next step do?",
    choices: [
      { text: "It goes on in the old direction, more slowly: the velocity still holds the past gradients.", right: true, why: "One opposing gradient is added to a sum of many. Only when the new ones have outweighed the old does the velocity change its sign." },
      { text: "It turns round at once, because the gradient did.", why: "That is plain gradient descent. With momentum the gradient changes the velocity, and the velocity moves the point." },
      { text: "It stops exactly at the minimum.", why: "The gradient is zero there, but the velocity is not." },
      { text: "It jumps back to where it started.", why: "Nothing remembers the start; what is remembered are gradients, and they fade." },
    ],
  },
  {
    id: "3", chapter: "3", show: "adagrad-sum",
    question: "After ten thousand updates AdaGrad hardly moves, though the gradients are as large as ever. Why?",
    choices: [
      { text: "It divides by the root of a sum of squares that only grows.", right: true, why: "Nothing is ever taken out of the sum. Under steady gradients the rate falls as one over the root of the number of steps." },
      { text: "It has found the minimum.", why: "At a minimum gradients vanish; these have not." },
      { text: "Its learning rate follows a cosine to zero.", why: "AdaGrad brings no schedule along. The rate falls because of what is divided by." },
      { text: "It forgets old gradients too fast.", why: "It forgets none; that is the trouble. RMSProp mends it by forgetting." },
    ],
  },
  {
    id: "4", chapter: "4", show: "bias",
    question: "What does Adam's bias correction correct?",
    choices: [
      { text: "That both running means begin at zero and are therefore too small in the first steps.", right: true, why: "After t steps a mean holds only the share 1 − βᵗ of what it averages. Dividing by that share makes the very first step as long as any other." },
      { text: "That mini-batches give biased gradients.", why: "They are right on average. The bias meant here comes from the start at zero, not from the data." },
      { text: "That a layer's bias weights learn more slowly.", why: "The word is the same, the thing is another: the correction treats all parameters alike." },
      { text: "That ε makes the divisor too large.", why: "ε is tiny beside the root unless gradients nearly vanish, and it is there in every step, not only in the first." },
    ],
  },
  {
    id: "5", chapter: "5", show: "decay",
    question: "Weight decay moves out of the gradient and beside the step, from Adam with L2 to AdamW. What changes?",
    choices: [
      { text: "All weights shrink by the same share, whatever the size of their gradients.", right: true, why: "Inside the gradient the decay is divided by the root of v like everything else, so weights with large gradients hardly decay. Beside the step it is not divided." },
      { text: "Nothing: the two are the same thing.", why: "For plain SGD they are. Adam divides, and what is inside the gradient is divided too." },
      { text: "Weights with large gradients decay most.", why: "Neither form does that: with L2 inside Adam they decay least, and in AdamW like all others." },
      { text: "Weights no longer shrink at all.", why: "They do: each step multiplies them by one minus rate times decay." },
    ],
  },
  {
    id: "6", chapter: "6", show: "lion",
    question: "What does Lion keep, and how long are its steps?",
    choices: [
      { text: "One buffer per parameter; each moves by the learning rate exactly, with only the sign left of the direction.", right: true, why: "The sign of a mixture of momentum and gradient is all that is used, so there is no second moment to store. Where that mixture is exactly zero, nothing moves." },
      { text: "Two buffers, as Adam; steps in proportion to the gradient.", why: "Neither: one buffer, and the size of the gradient plays no part in the size of the step." },
      { text: "No buffer at all; steps in proportion to the gradient.", why: "That is plain SGD. Lion keeps a momentum." },
      { text: "One buffer per layer; steps in proportion to the norm of the weights.", why: "That sounds like LARS or LAMB, which scale whole layers." },
    ],
  },
  {
    id: "7", chapter: "7", show: "warmup",
    question: "Why does the learning rate rise from near zero at the beginning of training?",
    choices: [
      { text: "Because the first gradients and the running statistics made of them cannot be relied on yet.", right: true, why: "A mean of squares over three steps says little about the scale of gradients. Short steps meanwhile do no harm that has to be undone." },
      { text: "Because the loss is smallest at the beginning.", why: "It is largest. The rise has to do with trust in the direction, not with the distance left." },
      { text: "To save computing time.", why: "A step costs the same at any rate." },
      { text: "To let the learning rate fall to zero at the end.", why: "That is the decay, at the other end. Either can be had without the other." },
    ],
  },
  {
    id: "9", chapter: "9", show: "fine-tune",
    question: "You fine-tune a pretrained BERT on a few thousand sentences. Where do you begin?",
    choices: [
      { text: "AdamW at 1e-5 to 5e-5, a short warmup, then linearly down.", right: true, why: "The weights are good already. Small steps keep what was learned, and the decay beside the step acts on all weights alike." },
      { text: "SGD at 0.1 with momentum.", why: "That suits a convolutional network from scratch. Here it would wipe out what pretraining learned in a few steps." },
      { text: "AdaGrad at 0.01.", why: "Its sum only grows; and at that rate the first steps are hundreds of times too long." },
      { text: "AdamW at 1e-2, because the data are few.", why: "Few data call for smaller steps, not larger ones: a thousand times the usual rate loses the pretrained weights." },
    ],
  },
  {
    id: "formula", chapter: "lab", show: "custom",
    question: "You type a formula of your own. Where does the gradient that moves the point come from?",
    choices: [
      { text: "From the formula itself, by differentiating every operation exactly.", right: true, why: "Each operation passes on its value and its slope together, so the gradient is as exact as the value. A difference of two values is only used to check it." },
      { text: "From two nearby values and their difference.", why: "That is how it is checked. As a gradient it would lose half of the digits." },
      { text: "From a table of known landscapes.", why: "Yours need not be in any table." },
      { text: "From the browser, which runs the formula as script.", why: "Nothing you type is ever executed: it is read as a formula, or refused with the column that is wrong." },
    ],
  },
  {
    id: "stepper", chapter: "lab", show: "slip",
    question: "A text prints 0.967 for (2.01696 − 3)², and a machine says 0.966368. What has happened?",
    choices: [
      { text: "The printed figure is wrong; rounded to three places the square is 0.966.", right: true, why: "0.966368 is nearer to 0.966 than to 0.967. Even the rounded distance, 0.983, squares to 0.966." },
      { text: "Both are right: one is rounded.", why: "Rounding moves a number by at most half of the last place, and 0.967 is more than that away." },
      { text: "The machine lost digits.", why: "A double carries sixteen of them; three are asked for." },
      { text: "They use different learning rates.", why: "Both take five steps at 0.1 to 2.01696; only the last square differs." },
    ],
  },
];
