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
        MethodEntry.Of<AdaMax>(
            "adamax",
            2015,
            MethodFamily.Adam,
            new("the largest recent gradient in place of the root mean square", "adam"),
            "gradients that are sparse or have rare large values, as with embeddings",
            new("Kingma, Ba", "Adam: A Method for Stochastic Optimization", "https://arxiv.org/abs/1412.6980", "Algorithm 2"),
            departures: "Epsilon stands inside the maximum, and weight decay is added to the gradient (as in PyTorch)."),
        MethodEntry.Of<Nadam>(
            "nadam",
            2016,
            MethodFamily.Adam,
            new("Nesterov's look-ahead, under a momentum that rises", "adam", "sgd"),
            "Adam that answers a little faster to the present gradient",
            new("Dozat", "Incorporating Nesterov Momentum into Adam", "https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ", "Algorithm 2"),
            departures: "The mean gradient decays by beta1, not by the rising momentum (as in PyTorch from 2.0 on; 1.13 has one factor too many)."),
        MethodEntry.Of<AmsGrad>(
            "amsgrad",
            2018,
            MethodFamily.Adam,
            new("divides by the largest mean square so far", "adam"),
            "where Adam's rates jump up again after a rare large gradient",
            new("Reddi, Kale, Kumar", "On the Convergence of Adam and Beyond", "https://arxiv.org/abs/1904.09237", "Algorithm 2"),
            departures: "Epsilon and the corrections for the start at 0, which the paper does not have (as in PyTorch)."),
        MethodEntry.Of<Yogi>(
            "yogi",
            2018,
            MethodFamily.Adam,
            new("the mean square moves by a bounded amount", "adam"),
            "sparse gradients, whose mean square Adam forgets too fast",
            new("Zaheer, Reddi, Sachan, Kale, Kumar", "Adaptive Methods for Nonconvex Optimization", "https://papers.nips.cc/paper/8186-adaptive-methods-for-nonconvex-optimization", "Algorithm 2"),
            departures: "Corrections for the start at 0 unless bias_correction is false (as in pytorch-optimizer)."),
        MethodEntry.Of<AdamW>(
            "adamw",
            2019,
            MethodFamily.Adam,
            new("weight decay beside the direction", "adam"),
            "the default for most networks, Transformers above all",
            new("Loshchilov, Hutter", "Decoupled Weight Decay Regularization", "https://arxiv.org/abs/1711.05101", "Algorithm 2"),
            departures: "The decay is multiplied by the learning rate (as in common frameworks) unless decay_scaled_by_learning_rate is false."),
        MethodEntry.Of<AdaBound>(
            "adabound",
            2019,
            MethodFamily.Adam,
            new("rates clipped between bounds that close in on one rate", "adam", "sgd"),
            "starts as Adam and ends as SGD with momentum",
            new("Luo, Xiong, Liu, Sun", "Adaptive Gradient Methods with Dynamic Bound of Learning Rate", "https://arxiv.org/abs/1902.09843", "Algorithm 2"),
            departures: "No further factor 1/sqrt(t), corrections for the start at 0, and bounds that follow a schedule (as in the authors' code).",
            caveat: "a form of SGD with momentum matches it on CIFAR, and its guarantee leaves out a factor (Savarese 2019)."),
        MethodEntry.Of<RAdam>(
            "radam",
            2020,
            MethodFamily.Adam,
            new("first steps undivided, until the divisor can be trusted", "adam"),
            "Adam without a warmup to choose",
            new("Liu et al.", "On the Variance of the Adaptive Learning Rate and Beyond", "https://arxiv.org/abs/1908.03265", "Algorithm 2"),
            departures: "Epsilon is added to the uncorrected root, and the divisor is trusted above a length of 5 instead of 4 (as in PyTorch and the authors' code).",
            caveat: "a linear warmup over 2/(1 - beta2) steps does the same (Ma, Yarats 2021)."),
        MethodEntry.Of<AdaBelief>(
            "adabelief",
            2020,
            MethodFamily.Adam,
            new("divides by the deviation from the mean gradient, not by its size", "adam", "radam"),
            "gradients that are steady: large steps where they agree",
            new("Zhuang et al.", "AdaBelief Optimizer: Adapting Stepsizes by the Belief in Observed Gradients", "https://arxiv.org/abs/2010.07468", "Algorithm 2"),
            departures: "Rectification, AMSGrad and decay beside the direction are options, with the defaults of the authors' code 0.2.1; rectify=false is the paper's form."),
        MethodEntry.Of<Lion>(
            "lion",
            2023,
            MethodFamily.Adam,
            new("the sign of two interpolations of one momentum, found by program search", "sign_sgd", "adamw"),
            "half the state of Adam; large batches; a learning rate 3 to 10 times smaller than AdamW's",
            new("Chen et al.", "Symbolic Discovery of Optimization Algorithms", "https://arxiv.org/abs/2302.06675", "Algorithm 2")),
        MethodEntry.Of<NadamW>(
            "nadamw",
            2023,
            MethodFamily.Adam,
            new("Nesterov's look-ahead, without a schedule of the momentum", "adamw", "nadam"),
            "AdamW that answers a little faster to the present gradient",
            new("Dahl et al.", "Benchmarking Neural Network Training Algorithms", "https://arxiv.org/abs/2306.07179", "the NAdamW baseline")),
    ];
}
