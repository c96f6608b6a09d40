namespace Descent.Optimizers;

/// <summary>Gradient descent, momentum, and signs.</summary>
internal static class MomentumMethods
{
    public static IReadOnlyList<MethodEntry> All { get; } =
    [
        MethodEntry.Of<Sgd>(
            "sgd",
            1951,
            MethodFamily.Momentum,
            new("a step against the gradient; momentum and look-ahead as options"),
            "the baseline; with momentum the usual choice for convolutional networks",
            new("Robbins, Monro; Polyak; Sutskever et al.", "On the importance of initialization and momentum in deep learning", "https://proceedings.mlr.press/v28/sutskever13.html", "equations 1-4"),
            departures: "The learning rate stands outside the momentum buffer (Polyak and Sutskever put it inside; the same for a constant rate), which starts as the first, undampened gradient; Nesterov's gradient is taken at the parameters, with the look-ahead folded into the direction (as in PyTorch)."),
        MethodEntry.Of<Asgd>(
            "asgd",
            1992,
            MethodFamily.Momentum,
            new("the mean of the late iterates, under a slowly falling step", "sgd"),
            "convex problems with noisy gradients; evaluate at the average",
            new("Polyak, Juditsky; Bottou", "Acceleration of Stochastic Approximation by Averaging", "https://doi.org/10.1137/0330046", "section 2"),
            departures: "The fall of the step, the shrinking of the parameters (beside weight decay) and the start of the average are options with the defaults of PyTorch, with which the average begins after a million steps; the step counts from 0 in the rate and in the average (as in PyTorch). A schedule of the rate takes effect at once (in PyTorch one step late)."),
        MethodEntry.Of<SignSgd>(
            "sign_sgd",
            2018,
            MethodFamily.Momentum,
            new("only the sign of the gradient, or of its mean (Signum)", "sgd"),
            "distributed training with one bit per coordinate; gradients of very different scale",
            new("Bernstein, Wang, Azizzadenesheli, Anandkumar", "signSGD: Compressed Optimisation for Non-Convex Problems", "https://arxiv.org/abs/1802.04434", "Algorithms 1 and 2"),
            departures: "Weight decay stands beside the direction (as wd_lh of MXNet's Signum). The sign of 0 is 0.",
            caveat: "does not converge on simple convex counterexamples (Karimireddy et al. 2019)."),
        MethodEntry.Of<SgdEma>(
            "sgd_ema",
            2019,
            MethodFamily.Momentum,
            new("momentum as a running mean, whose scale does not depend on the momentum", "sgd"),
            "momentum that can be changed without changing the learning rate",
            new("Ma, Yarats", "Quasi-hyperbolic momentum and Adam for deep learning", "https://arxiv.org/abs/1810.06801", "section 2"),
            departures: "The correction of the start at 0, which is Adam's, is an option."),
        MethodEntry.Of<SgdW>(
            "sgdw",
            2019,
            MethodFamily.Momentum,
            new("weight decay beside the direction", "sgd"),
            "SGD with momentum whose best decay does not depend on the learning rate",
            new("Loshchilov, Hutter", "Decoupled Weight Decay Regularization", "https://arxiv.org/abs/1711.05101", "Algorithm 1"),
            departures: "The decay is multiplied by the learning rate unless decay_scaled_by_learning_rate is false (the paper's form); the learning rate stands outside the momentum buffer, which starts as the first, undampened gradient; dampening and Nesterov's look-ahead are options (as in PyTorch Image Models)."),
        MethodEntry.Of<Qhm>(
            "qhm",
            2019,
            MethodFamily.Momentum,
            new("a mixture of the gradient and of its running mean", "sgd_ema"),
            "momentum that may be very long, because the present gradient keeps its share",
            new("Ma, Yarats", "Quasi-hyperbolic momentum and Adam for deep learning", "https://arxiv.org/abs/1810.06801", "section 3"),
            departures: "Weight decay may stand beside the direction (as in the authors' code)."),
        MethodEntry.Of<AggMo>(
            "aggmo",
            2019,
            MethodFamily.Momentum,
            new("several velocities of different damping", "sgd"),
            "momentum close to 1 without oscillations",
            new("Lucas, Sun, Zemel, Grosse", "Aggregated Momentum: Stability Through Passive Damping", "https://arxiv.org/abs/1804.00325", "section 3"),
            departures: "None but the sign: the velocities have that of the gradient, the paper's the opposite one."),
        MethodEntry.Of<Sgdp>(
            "sgdp",
            2021,
            MethodFamily.Momentum,
            new("the direction loses its part along weights that are normalized afterwards", "sgd"),
            "convolutional networks with normalization layers, whose weights would otherwise grow",
            new("Heo et al.", "AdamP: Slowing Down the Slowdown for Momentum Optimizers on Scale-invariant Weights", "https://arxiv.org/abs/2006.08217", "Algorithm 1"),
            departures: "Rows are tried first and then the whole tensor, decay stands beside the direction divided by 1 - momentum and has a factor where the projection applies, epsilon stands beside the norms, and the momentum itself is projected unless nesterov is true; the momentum starts at 0, so that dampening applies to the first gradient too (as in the authors' code)."),
    ];
}
