// Listings to copy: the same hundred steps in five forms. The rules are written once, in an arithmetic that all four languages share, and put into each.
// Tests compile the C# ones, run them, and compare them with the library.

/** @typedef {"library" | "csharp" | "python" | "julia" | "rust"} Language */
/** @typedef {{ method: string, schedule: boolean, clip: boolean, accumulate: boolean }} What */

/** The methods that are written from scratch: how the library is asked, their learning rate here, state, and a step for one number of θ. `rate` is the learning rate, `t` counts steps from 1.
 * @type {Record<string, { title: string, paper: string, make: string, text: string, rate: number, state: string[], rule: string[] }>} */
export const methods = {
  sgd: { title: "SGD", paper: "Robbins and Monro 1951", make: "Sgd", text: "sgd", rate: 0.05, state: [], rule: ["theta[i] = theta[i] - rate * g[i]"] },
  momentum: { title: "Momentum", paper: "Polyak 1964", make: "Sgd { Momentum = 0.9 }", text: "sgd(momentum=0.9)", rate: 0.01, state: ["b"], rule: ["b[i] = 0.9 * b[i] + g[i]", "theta[i] = theta[i] - rate * b[i]"] },
  nesterov: { title: "Nesterov", paper: "Nesterov 1983, as Sutskever et al. 2013", make: "Sgd { Momentum = 0.9, Nesterov = true }", text: "sgd(momentum=0.9, nesterov=true)", rate: 0.01, state: ["b"], rule: ["b[i] = 0.9 * b[i] + g[i]", "theta[i] = theta[i] - rate * (g[i] + 0.9 * b[i])"] },
  adagrad: { title: "AdaGrad", paper: "Duchi, Hazan and Singer 2011", make: "AdaGrad", text: "adagrad", rate: 1, state: ["s"], rule: ["s[i] = s[i] + g[i] * g[i]", "theta[i] = theta[i] - rate * g[i] / (sqrt(s[i]) + 1e-10)"] },
  rmsprop: { title: "RMSProp", paper: "Tieleman and Hinton 2012", make: "RmsProp", text: "rmsprop", rate: 0.1, state: ["v"], rule: ["v[i] = 0.99 * v[i] + (1 - 0.99) * g[i] * g[i]", "theta[i] = theta[i] - rate * g[i] / (sqrt(v[i]) + 1e-8)"] },
  adam: {
    title: "Adam", paper: "Kingma and Ba 2015", make: "Adam", text: "adam", rate: 0.3, state: ["m", "v"],
    rule: ["m[i] = 0.9 * m[i] + (1 - 0.9) * g[i]", "v[i] = 0.999 * v[i] + (1 - 0.999) * g[i] * g[i]", "let mhat = m[i] / (1 - power(0.9, t))", "let vhat = v[i] / (1 - power(0.999, t))", "theta[i] = theta[i] - rate * mhat / (sqrt(vhat) + 1e-8)"],
  },
  adamw: {
    title: "AdamW", paper: "Loshchilov and Hutter 2019", make: "AdamW", text: "adamw", rate: 0.3, state: ["m", "v"],
    rule: ["m[i] = 0.9 * m[i] + (1 - 0.9) * g[i]", "v[i] = 0.999 * v[i] + (1 - 0.999) * g[i] * g[i]", "let mhat = m[i] / (1 - power(0.9, t))", "let vhat = v[i] / (1 - power(0.999, t))", "theta[i] = theta[i] - rate * (mhat / (sqrt(vhat) + 1e-8) + 0.01 * theta[i])"],
  },
  lion: { title: "Lion", paper: "Chen et al. 2023", make: "Lion", text: "lion", rate: 0.1, state: ["m"], rule: ["let c = 0.9 * m[i] + (1 - 0.9) * g[i]", "m[i] = 0.99 * m[i] + (1 - 0.99) * g[i]", "theta[i] = theta[i] - rate * sign(c)"] },
};

export const steps = 100;
const warm = 10;

/** What the library is asked for the same steps.
 * @param {What} what @param {string} text the method as text @param {number} rate */
export const requestOf = ({ schedule, clip }, text, rate) => ({
  landscape: { id: "kappabowl" }, start: [-9, -4], steps, budget: "updates", learning_rate: rate, optimizers: [{ optimizer: text }],
  ...(schedule ? { schedule: `warmup(${warm}) then cosine(${rate}..0, ${steps - warm})` } : {}), ...(clip ? { clip_norm: 1 } : {}),
});

/** @param {Language} language @param {What} what @param {string} [type] the record's name, for methods that are in the library only @param {number} [rate] @returns {string | null} null where a method is not written from scratch */
export function listing(language, what, type = "", rate = 0.01) {
  const known = methods[what.method];
  if (language === "library") return library(what, known?.title ?? type, known?.make ?? type, known?.rate ?? rate);
  return known ? fromScratch(language, what, known) : null;
}

const about = (/** @type {What} */ what) => `${steps} steps on f(x, y) = (x² + 20y²)/2${what.schedule ? `, ${warm} of them to warm up, then a cosine` : ""}${what.clip ? ", gradients clipped to a norm of 1" : ""}${what.accumulate ? ", each gradient the mean of 4 parts" : ""}`;

/** @param {What} what @param {string} title @param {string} make @param {number} rate */
function library(what, title, make, rate) {
  const schedule = what.schedule ? `Schedule.Warmup(${warm}).Then(Schedule.Cosine(from: ${rate}, to: 0, steps: ${steps - warm}))` : String(rate);
  const [type, options] = make.includes("{") ? [make.slice(0, make.indexOf(" {")), make.slice(make.indexOf("{") + 1, -1).trim()] : [make, ""];
  return [
    `// ${title}, by the library: ${about(what)}.`,
    "using Descent;", "using Descent.Engine;", "using Descent.Optimizers;", ...(what.schedule ? ["using Descent.Schedules;"] : []), "",
    "double[] theta = [-9, -4], g = [0, 0];",
    `var optimizer = Optimizer.For([new Parameter<double>("theta", theta, g)], new ${type} { LearningRate = ${schedule}${options ? `, ${options}` : ""} });`,
    ...(what.clip ? ["optimizer.ClipNorm = 1;"] : []), ...(what.accumulate ? ["optimizer.GradientScale = 1.0 / 4;"] : []),
    `for (var step = 0; step < ${steps}; step++)`, "{",
    ...(what.accumulate
      ? ["    optimizer.ZeroGradients();", "    for (var part = 0; part < 4; part++)", "    {", "        (g[0], g[1]) = (g[0] + theta[0], g[1] + (20 * theta[1]));", "    }", ""]
      : ["    (g[0], g[1]) = (theta[0], 20 * theta[1]);"]),
    "    optimizer.Step();", "}", "",
    'Console.WriteLine($"x = {theta[0]}, y = {theta[1]}, loss = {((theta[0] * theta[0]) + (20 * theta[1] * theta[1])) / 2}");', "",
  ].join("\n");
}

/** How each language says what the rules need.
 * @type {Record<Exclude<Language, "library">, { comment: string, end: string, let: string, words: Record<string, string> }>} */
const languages = {
  csharp: { comment: "//", end: ";", let: "var ", words: { sqrt: "Math.Sqrt", sign: "Math.Sign", power: "Math.Pow", cos: "Math.Cos", pi: "Math.PI" } },
  python: { comment: "#", end: "", let: "", words: { sqrt: "math.sqrt", sign: "sign", power: "pow", cos: "math.cos", pi: "math.pi" } },
  julia: { comment: "#", end: "", let: "", words: { sqrt: "sqrt", sign: "sign", power: "^", cos: "cos", pi: "π" } },
  rust: { comment: "//", end: ";", let: "let ", words: { sqrt: "f64::sqrt", sign: "sign", power: "f64::powi", cos: "f64::cos", pi: "std::f64::consts::PI" } },
};

/** @param {Exclude<Language, "library">} language @param {string} line */
function said(language, line) {
  const { end, let: declare, words } = languages[language];
  let text = line.replace(/^let /, declare).replace(/\b(sqrt|sign|cos|pi)\b/g, word => words[word]);
  text = language === "julia" ? text.replace(/power\(([^,]+), t\)/g, "$1^t") : text.replace(/\bpower\b/g, words.power);
  // Whole numbers are of another kind there.
  if (language === "rust") text = text.replace(/(?<![\w.\[-])(\d+)(?![\w.\]])/g, "$1.0");
  return text + end;
}

/** @param {Exclude<Language, "library">} language @param {What} what @param {typeof methods.sgd} method */
function fromScratch(language, what, { title, paper, rate, state, rule }) {
  const { comment } = languages[language];
  const say = (/** @type {string} */ line) => said(language, line);
  const head = `${comment} ${title} (${paper}), from scratch: ${about(what)}.`;
  const ramp = `rate = ${rate} * (t - 1) / ${warm}`;
  const fall = `rate = ${rate} * (1 + cos(pi * (t - 1 - ${warm}) / ${steps - warm})) / 2`;
  switch (language) {
    case "csharp": return [
      head, "using System;", "",
      "double[] theta = [-9, -4], g = [0, 0];", ...(state.length > 0 ? [`double[] ${state.map(name => `${name} = [0, 0]`).join(", ")};`] : []),
      `for (var t = 1; t <= ${steps}; t++)`, "{",
      ...gradient(what, "    (g[0], g[1]) = (theta[0], 20 * theta[1]);", "    (g[0], g[1]) = (0, 0);", "    for (var part = 0; part < 4; part++)", "    {", "        (g[0], g[1]) = (g[0] + (theta[0] / 4), g[1] + (20 * theta[1] / 4));", "    }", ""),
      ...(what.clip ? ["    var norm = Math.Sqrt((g[0] * g[0]) + (g[1] * g[1]));", "    var scale = Math.Min(1, 1 / (norm + 1e-6));", "    (g[0], g[1]) = (scale * g[0], scale * g[1]);"] : []),
      ...(what.schedule ? [`    var rate = t <= ${warm} ? ${ramp.slice(7).replace("(t - 1)", "(t - 1.0)")} : ${say(fall).slice(7)}`] : [`    var rate = ${rate};`]),
      "    for (var i = 0; i < 2; i++)", "    {", ...rule.map(line => `        ${say(line)}`), "    }", "}", "",
      'Console.WriteLine($"x = {theta[0]}, y = {theta[1]}, loss = {((theta[0] * theta[0]) + (20 * theta[1] * theta[1])) / 2}");', "",
    ].join("\n");
    case "python": return [
      head, "import math", "", ...(rule.some(line => line.includes("sign(")) ? ["def sign(value):", "    return (value > 0) - (value < 0)", ""] : []),
      "theta = [-9.0, -4.0]", ...state.map(name => `${name} = [0.0, 0.0]`), `for t in range(1, ${steps + 1}):`,
      ...gradient(what, "    g = [theta[0], 20 * theta[1]]", "    g = [0.0, 0.0]", "    for part in range(4):", "        g = [g[0] + theta[0] / 4, g[1] + 20 * theta[1] / 4]"),
      ...(what.clip ? ["    norm = math.sqrt(g[0] ** 2 + g[1] ** 2)", "    g = [min(1, 1 / (norm + 1e-6)) * part for part in g]"] : []),
      ...(what.schedule ? [`    if t <= ${warm}:`, `        ${ramp}`, "    else:", `        ${say(fall)}`] : [`    rate = ${rate}`]),
      "    for i in range(2):", ...rule.map(line => `        ${say(line)}`), "",
      'print(f"x = {theta[0]}, y = {theta[1]}, loss = {(theta[0] ** 2 + 20 * theta[1] ** 2) / 2}")', "",
    ].join("\n");
    case "julia": return [
      head, "let", "    theta = [-9.0, -4.0]", ...state.map(name => `    ${name} = [0.0, 0.0]`), `    for t in 1:${steps}`,
      ...gradient(what, "        g = [theta[1], 20theta[2]]", "        g = [0.0, 0.0]", "        for part in 1:4", "            g += [theta[1], 20theta[2]] / 4", "        end"),
      ...(what.clip ? ["        norm = sqrt(g[1]^2 + g[2]^2)", "        g *= min(1, 1 / (norm + 1e-6))"] : []),
      ...(what.schedule ? [`        ${ramp.replace("rate = ", `rate = t <= ${warm} ? `)} : ${say(fall).slice(7)}`] : [`        rate = ${rate}`]),
      "        for i in 1:2", ...rule.map(line => `            ${say(line)}`), "        end", "    end",
      '    println("x = $(theta[1]), y = $(theta[2]), loss = $((theta[1]^2 + 20theta[2]^2) / 2)")', "end", "",
    ].join("\n");
    case "rust": return [
      head, ...(rule.some(line => line.includes("sign(")) ? ["fn sign(value: f64) -> f64 {", "    if value == 0.0 { 0.0 } else { value.signum() }", "}", ""] : []),
      "fn main() {", "    let mut theta = [-9.0_f64, -4.0];", ...state.map(name => `    let mut ${name} = [0.0_f64, 0.0];`), `    for t in 1..=${steps} {`,
      ...gradient(what, `        let ${what.clip ? "mut " : ""}g = [theta[0], 20.0 * theta[1]];`, "        let mut g = [0.0_f64, 0.0];", "        for _ in 0..4 {", "            g = [g[0] + theta[0] / 4.0, g[1] + 20.0 * theta[1] / 4.0];", "        }"),
      ...(what.clip ? ["        let norm = (g[0] * g[0] + g[1] * g[1]).sqrt();", "        let scale = f64::min(1.0, 1.0 / (norm + 1e-6));", "        g = [scale * g[0], scale * g[1]];"] : []),
      ...(what.schedule ? [`        let step = t as f64;`, `        let rate = if t <= ${warm} { ${real(rate)} * (step - 1.0) / ${warm}.0 } else { ${real(rate)} * (1.0 + f64::cos(std::f64::consts::PI * (step - ${warm + 1}.0) / ${steps - warm}.0)) / 2.0 };`] : [`        let rate = ${real(rate)};`]),
      "        for i in 0..2 {", ...rule.map(line => `            ${say(line)}`), "        }", "    }",
      '    println!("x = {}, y = {}, loss = {}", theta[0], theta[1], (theta[0] * theta[0] + 20.0 * theta[1] * theta[1]) / 2.0);', "}", "",
    ].join("\n");
  }
}

/** @param {number} value */
const real = value => Number.isInteger(value) ? `${value}.0` : String(value);

/** @param {What} what @param {string} whole @param {...string} parts */
const gradient = (what, whole, ...parts) => what.accumulate ? parts : [whole];
