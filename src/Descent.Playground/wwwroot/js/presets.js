// States worth showing, by name: what quizzes, the map of ideas and chapters link to.

/** @type {Record<string, { title: string, state: string }>} */
export const presets = {
  "blow-up": { title: "A rate too large blows up", state: "w=explorer&lr=1.1&n=10" },
  "swing": { title: "A rate on the edge swings for ever", state: "w=explorer&lr=1&n=20" },
  "crawl": { title: "A rate too small crawls", state: "w=explorer&lr=0.001&n=1000" },
  "smooth": { title: "The same curve at a tame rate", state: "w=explorer&lr=0.3&n=30" },
  "saddle-stall": { title: "On a saddle nothing moves", state: "w=explorer&ls=saddle&p0=-2,0&n=200" },
  "saddle-race": { title: "Who leaves a saddle first", state: "w=saddles&o=sgd,momentum,nesterov,rmsprop,adam" },
  "saddle-axis": { title: "Exactly on the axis nobody leaves", state: "w=saddles&y0=0&o=sgd,momentum,nesterov,rmsprop,adam,adagrad,lion" },
  "plateau": { title: "On a plateau the gradient vanishes", state: "w=arena&ls=plateau&lr=0.1&o=sgd,sgd(momentum%3D0.9),rmsprop(smoothing%3D0.9),adam" },
  "local-minima": { title: "Methods end in different minima", state: "w=arena&ls=twobasin&p0=1,2.5&lr=0.05&o=sgd,sgd(momentum%3D0.9),adam" },
  "batches": { title: "Two mini-batches by hand", state: "w=fourpoints" },
  "batch-cost": { title: "What a full batch costs", state: "w=stepper&e=full-batch-cost&k=5" },
  "batch-variance": { title: "Mini-batches are right on average", state: "w=stepper&e=mini-batch-variance&k=7" },
  "momentum-past": { title: "A velocity that turns late", state: "w=stepper&e=momentum-eta-0.1-converges&k=15" },
  "adagrad-sum": { title: "AdaGrad's sum only grows", state: "w=effective" },
  "bias": { title: "m and v begin at zero", state: "w=adam&g=4,4,4,4,4,4,4,4,4,4&n=10&k=1" },
  "uncorrected": { title: "Steps without the correction", state: "w=bias" },
  "decay": { title: "Who decays how much", state: "w=decay" },
  "lion": { title: "Lion's six signs", state: "w=stepper&d=D25" },
  "warmup": { title: "Warmup, then cosine", state: "w=schedules&s=cosine&wu=10&k=50" },
  "fine-tune": { title: "Fine-tuning a language model", state: "w=decision&at=fine-tune-language" },
  "race-printed": { title: "A race as it is printed", state: "w=textrace" },
  "race-best": { title: "The same race, each at its best", state: "w=textrace&mode=best" },
  "valley": { title: "Into the valley, then along it", state: "w=rosenbrock" },
  "custom": { title: "A formula of your own", state: "w=arena&ls=custom&f=x^2+%2B+3y^2+%2B+sin(3x)&p0=2,2" },
  "ravine": { title: "Zigzag and momentum side by side", state: "w=momentum" },
  "family": { title: "The family tree", state: "w=family&m=lion" },
  "cliff": { title: "A cliff throws the point far out", state: "w=explorer&ls=beale&lr=0.01&p0=3,3&n=20" },
  "sharp": { title: "A start in a narrow pit", state: "w=explorer&ls=sharpflat1d&lr=0.03&n=100" },
  "memory": { title: "State of 175 billion parameters", state: "w=state" },
  "slip": { title: "A printed figure put right", state: "w=stepper&d=D01" },
};

/** @param {string} name */
export const hashOf = name => `#v=1&${presets[name].state}`;
