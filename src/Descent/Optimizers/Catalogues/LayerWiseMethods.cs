namespace Descent.Optimizers;

/// <summary>Steps scaled by the norms of a layer.</summary>
internal static class LayerWiseMethods
{
    public static MethodEntry[] All { get; } =
    [
        MethodEntry.Of(
            typeof(Lars),
            () => new Lars(),
            "lars",
            2017,
            MethodFamily.LayerWise,
            new("the step of each tensor in proportion to its norm", "sgd"),
            "convolutional networks with large batches",
            new("You, Gitman, Ginsburg", "Large Batch Training of Convolutional Networks", "https://arxiv.org/abs/1708.03888", "Algorithm 1"),
            departures: "The rate stands outside the buffer, which starts as the first scaled gradient (paper_form undoes both); epsilon; the ratio is 1 where either norm is 0 and, outside the paper's form, for tensors without decay; the ratio can be clipped at the rate, as in LARC; dampening and Nesterov are options (as in PyTorch Image Models).",
            caveat: "a well-tuned Nesterov momentum reaches the same at the same batch sizes (Nado et al. 2021)."),
        MethodEntry.Of(
            typeof(Larc),
            () => new Larc(),
            "larc",
            2017,
            MethodFamily.LayerWise,
            new("the local rate is clipped at the global one", "lars", "sgd"),
            "large batches, where no tensor may move faster than SGD would move it",
            new("NVIDIA (after You, Gitman, Ginsburg)", "apex.parallel.LARC", "https://github.com/NVIDIA/apex/blob/master/apex/parallel/LARC.py", "LARC.step"),
            departures: "None. As in apex, a tensor that is all 0, or whose gradient is, has no weight decay in that step.",
            caveat: "it is known from NVIDIA's code and has no paper of its own."),
        MethodEntry.Of(
            typeof(NovoGrad),
            () => new NovoGrad(),
            "novograd",
            2019,
            MethodFamily.LayerWise,
            new("one second moment per tensor", "adam"),
            "speech and language models with large batches; half the state of Adam",
            new("Ginsburg et al.", "Stochastic Gradient Methods with Layer-wise Adaptive Moments for Training of Deep Networks", "https://arxiv.org/abs/1905.11286", "Algorithm 1"),
            departures: "The second moment starts again wherever it is exactly 0; AMSGrad and gradient averaging are options (as in NVIDIA's code)."),
        MethodEntry.Of(
            typeof(Lamb),
            () => new Lamb(),
            "lamb",
            2020,
            MethodFamily.LayerWise,
            new("the step of each tensor in proportion to its norm", "adamw", "lars"),
            "very large batches (thousands and more), Transformers above all",
            new("You et al.", "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes", "https://arxiv.org/abs/1904.00962", "Algorithm 2"),
            departures: "The ratio is 1 where either norm is 0, and bias correction can be switched off, as in the paper's version 3 (as in PyTorch Image Models); gradients may be divided by their global norm first (as in NVIDIA's form).",
            caveat: "a well-tuned AdamW reaches the same at the same batch sizes (Nado et al. 2021)."),
    ];
}
