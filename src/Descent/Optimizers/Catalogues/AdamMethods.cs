namespace Descent.Optimizers;

/// <summary>Momentum and squares together: Adam and what followed.</summary>
internal static class AdamMethods
{
    public static IReadOnlyList<MethodEntry> All { get; } =
    [
        MethodEntry.Of<Adam>(
            "adam",
            2015,
            MethodFamily.Adam,
            new("momentum, and corrections for the start at 0", "rmsprop", "sgd"),
            "a robust default where weight decay does not matter",
            new("Kingma, Ba", "Adam: A Method for Stochastic Optimization", "https://arxiv.org/abs/1412.6980", "Algorithm 1"),
            departures: "Weight decay, which the paper does not have, is added to the gradient (as in PyTorch); use AdamW for decay.",
            caveat: "can fail to converge on convex problems (Reddi et al. 2018); often generalizes worse than SGD on images (Wilson et al. 2017)."),
        MethodEntry.Of<AdamW>(
            "adamw",
            2019,
            MethodFamily.Adam,
            new("weight decay beside the direction", "adam"),
            "the default for most networks, Transformers above all",
            new("Loshchilov, Hutter", "Decoupled Weight Decay Regularization", "https://arxiv.org/abs/1711.05101", "Algorithm 2"),
            departures: "The decay is multiplied by the learning rate (as in common frameworks) unless decay_scaled_by_learning_rate is false."),
        MethodEntry.Of<Lion>(
            "lion",
            2023,
            MethodFamily.Adam,
            new("the sign of two interpolations of one momentum, found by program search", "sign_sgd", "adamw"),
            "half the state of Adam; large batches; a learning rate 3 to 10 times smaller than AdamW's",
            new("Chen et al.", "Symbolic Discovery of Optimization Algorithms", "https://arxiv.org/abs/2302.06675", "Algorithm 2")),
    ];
}
