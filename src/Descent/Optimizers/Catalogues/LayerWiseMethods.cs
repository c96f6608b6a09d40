namespace Descent.Optimizers;

/// <summary>Steps scaled by the norms of a layer.</summary>
internal static class LayerWiseMethods
{
    public static IReadOnlyList<MethodEntry> All { get; } =
    [
        MethodEntry.Of<NovoGrad>(
            "novograd",
            2019,
            MethodFamily.LayerWise,
            new("one second moment per tensor", "adam"),
            "speech and language models with large batches; half the state of Adam",
            new("Ginsburg et al.", "Stochastic Gradient Methods with Layer-wise Adaptive Moments for Training of Deep Networks", "https://arxiv.org/abs/1905.11286", "Algorithm 1"),
            departures: "The second moment starts again wherever it is exactly 0 (as in NVIDIA's code)."),
        MethodEntry.Of<Lamb>(
            "lamb",
            2020,
            MethodFamily.LayerWise,
            new("the step of each tensor in proportion to its norm", "adamw", "lars"),
            "very large batches (thousands and more), Transformers above all",
            new("You et al.", "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes", "https://arxiv.org/abs/1904.00962", "Algorithm 2"),
            departures: "The ratio is 1 where either norm is 0 (as in PyTorch Image Models).",
            caveat: "a well-tuned AdamW reaches the same at the same batch sizes (Nado et al. 2021)."),
    ];
}
