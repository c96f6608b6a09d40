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
    ];
}
