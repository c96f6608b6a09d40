namespace Descent.Optimizers;

/// <summary>A rate for every coordinate from its own history of squares.</summary>
internal static class AdaptiveMethods
{
    public static IReadOnlyList<MethodEntry> All { get; } =
    [
        MethodEntry.Of<AdaGrad>(
            "adagrad",
            2011,
            MethodFamily.Adaptive,
            new("divides each coordinate by the root of its summed squares", "sgd"),
            "sparse features of very different frequency; the rate only ever falls",
            new("Duchi, Hazan, Singer", "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", "https://jmlr.org/papers/v12/duchi11a.html", "section 1.1, diagonal form"),
            departures: "Epsilon stands outside the root by default; an optional decay of the learning rate and start of the sum (as in PyTorch)."),
        MethodEntry.Of<RmsProp>(
            "rmsprop",
            2012,
            MethodFamily.Adaptive,
            new("a running mean of squares instead of their sum", "adagrad"),
            "recurrent networks and reinforcement learning; AdaGrad that forgets",
            new("Tieleman, Hinton; Graves", "Lecture 6.5 of Neural Networks for Machine Learning", "https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf", "slide 29"),
            departures: "Epsilon outside the root and the learning rate outside the momentum buffer (as in PyTorch); the centered variance is kept from falling below 0 by rounding."),
    ];
}
