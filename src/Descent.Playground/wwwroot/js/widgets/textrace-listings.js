// The race of W30 from scratch in three languages, with the rates that are on screen.

/** @param {string[]} rates of SGD, momentum and Adam @param {number} steps @returns {{ language: string, text: string }[]} */
export const listings = ([sgd, momentum, adam], steps) => [
  {
    language: "Python",
    text: `from math import sqrt

CURVATURE = (1.0, 20.0)


def loss(p):
    return 0.5 * sum(c * t * t for c, t in zip(CURVATURE, p))


def race(update):
    p, memory = [-9.0, -4.0], [[0.0, 0.0] for _ in range(2)]
    for step in range(1, ${steps} + 1):
        for i, c in enumerate(CURVATURE):
            p[i] -= update(c * p[i], memory[i], step)
    return loss(p)


def sgd(g, memory, step):
    return ${sgd} * g


def momentum(g, memory, step):
    memory[0] = 0.9 * memory[0] + g
    return ${momentum} * memory[0]


def adam(g, memory, step):
    memory[0] += 0.1 * (g - memory[0])
    memory[1] += 0.001 * (g * g - memory[1])
    m, v = memory[0] / (1 - 0.9**step), memory[1] / (1 - 0.999**step)
    return ${adam} * m / (sqrt(v) + 1e-8)


for update in (sgd, momentum, adam):
    print(f"{update.__name__:10} {race(update):.3e}")
`,
  },
  {
    language: "Julia",
    text: `using Printf

const curvature = [1.0, 20.0]
loss(p) = 0.5sum(curvature .* p .^ 2)

function race(update)
    p = [-9.0, -4.0]
    memory = zeros(2, 2)
    for step in 1:${steps}
        p .-= update(curvature .* p, memory, step)
    end
    loss(p)
end

sgd(g, memory, step) = ${sgd} .* g

function momentum(g, memory, step)
    memory[:, 1] .= 0.9 .* memory[:, 1] .+ g
    ${momentum} .* memory[:, 1]
end

function adam(g, memory, step)
    memory[:, 1] .+= 0.1 .* (g .- memory[:, 1])
    memory[:, 2] .+= 0.001 .* (g .^ 2 .- memory[:, 2])
    m = memory[:, 1] ./ (1 - 0.9^step)
    v = memory[:, 2] ./ (1 - 0.999^step)
    ${adam} .* m ./ (sqrt.(v) .+ 1e-8)
end

for update in (sgd, momentum, adam)
    @printf("%-10s %.3e\\n", update, race(update))
end
`,
  },
  {
    language: "Rust",
    text: `const CURVATURE: [f64; 2] = [1.0, 20.0];

fn race(update: fn(f64, &mut [f64; 2], i32) -> f64) -> f64 {
    let mut p = [-9.0, -4.0];
    let mut memory = [[0.0; 2]; 2];
    for step in 1..=${steps} {
        for i in 0..2 {
            p[i] -= update(CURVATURE[i] * p[i], &mut memory[i], step);
        }
    }
    0.5 * (0..2).map(|i| CURVATURE[i] * p[i] * p[i]).sum::<f64>()
}

fn sgd(g: f64, _: &mut [f64; 2], _: i32) -> f64 {
    ${sgd} * g
}

fn momentum(g: f64, memory: &mut [f64; 2], _: i32) -> f64 {
    memory[0] = 0.9 * memory[0] + g;
    ${momentum} * memory[0]
}

fn adam(g: f64, memory: &mut [f64; 2], step: i32) -> f64 {
    memory[0] += 0.1 * (g - memory[0]);
    memory[1] += 0.001 * (g * g - memory[1]);
    let m = memory[0] / (1.0 - 0.9f64.powi(step));
    let v = memory[1] / (1.0 - 0.999f64.powi(step));
    ${adam} * m / (v.sqrt() + 1e-8)
}

fn main() {
    println!("sgd        {:.3e}", race(sgd));
    println!("momentum   {:.3e}", race(momentum));
    println!("adam       {:.3e}", race(adam));
}
`,
  },
];
