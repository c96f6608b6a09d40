namespace Descent.Optimizers;

/// <summary>A rate for every coordinate from its own history of squares.</summary>
internal static class AdaptiveMethods
{
    public static MethodEntry[] All { get; } =
    [
        MethodEntry.Of(
            typeof(Rprop),
            () => new Rprop(),
            "rprop",
            1993,
            MethodFamily.Adaptive,
            new("a step size per coordinate, from the signs of successive gradients alone", "sgd"),
            "whole-batch training of small networks; it does not look at the size of gradients",
            new("Riedmiller, Braun; Igel, Hüsken", "A Direct Adaptive Method for Faster Backpropagation Learning: The RPROP Algorithm", "https://doi.org/10.1109/ICNN.1993.298623", "the iRprop- of 2003"),
            departures: "A turn of the sign does not take the last step back (as in PyTorch), which the paper of 1993 does. The learning rate is only the first step size: later values of a schedule have no effect.",
            caveat: "not for mini-batches, whose signs turn by chance."),
        MethodEntry.Of(
            typeof(AdaGrad),
            () => new AdaGrad(),
            "adagrad",
            2011,
            MethodFamily.Adaptive,
            new("divides each coordinate by the root of its summed squares", "sgd"),
            "sparse features of very different frequency; the rate only ever falls",
            new("Duchi, Hazan, Singer", "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", "https://jmlr.org/papers/v12/duchi11a.html", "section 1.1, diagonal form"),
            departures: "Epsilon stands outside the root unless epsilon_inside_root is set; a decay of the learning rate and a start of the sum are options (as in PyTorch)."),
        MethodEntry.Of(
            typeof(RmsProp),
            () => new RmsProp(),
            "rmsprop",
            2012,
            MethodFamily.Adaptive,
            new("a running mean of squares instead of their sum", "adagrad"),
            "recurrent networks and reinforcement learning; AdaGrad that forgets",
            new("Tieleman, Hinton; Graves", "Lecture 6.5 of Neural Networks for Machine Learning", "https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf", "slide 29"),
            departures: "Epsilon outside the root and the learning rate outside the momentum buffer (as in PyTorch; Graves puts both inside); the centered variance is kept from falling below 0 by rounding, which in PyTorch gives NaN."),
        MethodEntry.Of(
            typeof(AdaDelta),
            () => new AdaDelta(),
            "adadelta",
            2012,
            MethodFamily.Adaptive,
            new("a running mean of squares, and the size of past steps in place of a rate", "adagrad"),
            "training without a learning rate to choose",
            new("Zeiler", "ADADELTA: An Adaptive Learning Rate Method", "https://arxiv.org/abs/1212.5701", "Algorithm 1"),
            departures: "A learning rate, 1 for the paper's form, which the running mean of the steps does not see (as in PyTorch and Keras).",
            caveat: "starts slowly: epsilon sets the size of the first steps."),
        MethodEntry.Of(
            typeof(RmsPropTensorFlow),
            () => new RmsPropTensorFlow(),
            "rmsprop_tensorflow",
            2012,
            MethodFamily.Adaptive,
            new("the mean square starts at 1, and the learning rate stands inside the momentum", "rmsprop"),
            "repeating what was trained with TensorFlow, such as EfficientNet",
            new("Tieleman, Hinton; Graves", "Lecture 6.5 of Neural Networks for Machine Learning", "https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf", "slide 29"),
            departures: "Epsilon inside the root, and the mean square starts at 1, so that the first steps are small instead of large (as in TensorFlow and PyTorch Image Models); the centered variance is kept from falling below 0 by rounding."),
        MethodEntry.Of(
            typeof(Ftrl),
            () => new Ftrl(),
            "ftrl",
            2013,
            MethodFamily.Adaptive,
            new("L1 that makes coordinates exactly 0, from all past gradients", "adagrad"),
            "large sparse linear models, such as click prediction",
            new("McMahan et al.", "Ad Click Prediction: a View from the Trenches", "https://research.google.com/pubs/archive/41159.pdf", "Algorithm 1"),
            departures: "The power, the start of the sum of squares and the factor 2 of L2 are those of TensorFlow and Keras. A change of the learning rate is taken up as in the paper's analysis (in TensorFlow a falling rate pulls parameters to 0), and at a rate of 0 nothing changes.",
            caveat: "made for parameters that start at 0: a start of the sum of squares pulls others there in the first steps."),
    ];
}
