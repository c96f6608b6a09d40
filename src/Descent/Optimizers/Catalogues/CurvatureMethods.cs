namespace Descent.Optimizers;

/// <summary>Steps divided by an estimate of curvature that is supplied.</summary>
internal static class CurvatureMethods
{
    public static MethodEntry[] All { get; } =
    [
        MethodEntry.Of(
            typeof(AdaHessian),
            () => new AdaHessian(),
            "adahessian",
            2021,
            MethodFamily.Curvature,
            new("the Hessian's diagonal in place of the gradient in the mean square", "adam"),
            "where a Hessian-vector product per step can be paid",
            new("Yao et al.", "ADAHESSIAN: An Adaptive Second Order Optimizer for Machine Learning", "https://arxiv.org/abs/2006.00719", "Algorithm 1"),
            departures: "The mean square is corrected by how many estimates were given, which is the paper's number where every step has one; the estimate, its spatial averaging and how often one is given are supplied. Before the first estimate the direction is the mean gradient over epsilon: give one before the first step."),
        MethodEntry.Of(
            typeof(Sophia),
            () => new Sophia(),
            "sophia",
            2024,
            MethodFamily.Curvature,
            new("an occasional estimate of the Hessian's diagonal, and a clip of every coordinate", "adahessian", "lion"),
            "language models, with an estimate of curvature every ten steps or so",
            new("Liu et al.", "Sophia: A Scalable Stochastic Second-order Optimizer for Language Model Pre-training", "https://arxiv.org/abs/2305.14342", "Algorithm 3"),
            departures: "None; the estimate and how often one is given are supplied. Before the first estimate the direction is the sign of the momentum.",
            caveat: "its gains vanished against a baseline whose learning rate was fully decayed (Kaddour et al. 2023, No Train No Gain)."),
        MethodEntry.Of(
            typeof(SophiaG),
            () => new SophiaG(),
            "sophia_g",
            2024,
            MethodFamily.Curvature,
            new("the Gauss-Newton-Bartlett estimate, with the authors' divisor", "sophia"),
            "Sophia with the settings of the authors' code",
            new("Liu et al.", "Sophia: A Scalable Stochastic Second-order Optimizer for Language Model Pre-training", "https://arxiv.org/abs/2305.14342", "Algorithms 2 and 3"),
            departures: "The divisor is ρ·h + ε instead of max(γ·h, ε) (as in the authors' code). The estimate is multiplied by the batch size where it enters the mean (that code multiplies at the step): give the squared gradient of sampled labels and batch_size, or their product. Before the first estimate the direction is the sign of the momentum.",
            caveat: "its gains vanished against a baseline whose learning rate was fully decayed (Kaddour et al. 2023, No Train No Gain)."),
    ];
}
