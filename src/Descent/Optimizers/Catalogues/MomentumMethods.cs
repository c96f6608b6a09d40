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
            departures: "The learning rate stands outside the momentum buffer, which starts as the first, undampened gradient (as in PyTorch)."),
        MethodEntry.Of<Sgdp>(
            "sgdp",
            2021,
            MethodFamily.Momentum,
            new("the direction loses its part along weights that are normalized afterwards", "sgd"),
            "convolutional networks with normalization layers, whose weights would otherwise grow",
            new("Heo et al.", "AdamP: Slowing Down the Slowdown for Momentum Optimizers on Scale-invariant Weights", "https://arxiv.org/abs/2006.08217", "Algorithm 1"),
            departures: "Rows are tried first and then the whole tensor, decay stands beside the direction divided by 1 - momentum and has a factor where the projection applies, and the momentum itself is projected unless nesterov is true (as in the authors' code)."),
    ];
}
