namespace Descent.Optimizers;

/// <summary>Less state than one number per parameter.</summary>
internal static class MemoryLeanMethods
{
    public static MethodEntry[] All { get; } =
    [
        MethodEntry.Of(
            typeof(Adafactor),
            () => new Adafactor(),
            "adafactor",
            2018,
            MethodFamily.MemoryLean,
            new("second moments as row and column means; clipped updates; steps relative to the parameter", "adam"),
            "large Transformers where memory is short",
            new("Shazeer, Stern", "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost", "https://arxiv.org/abs/1804.04235", "Algorithms 4 and 5"),
            departures: "The 0.01 of the relative step is the learning rate (as in PyTorch), which with fixed steps is the step itself; momentum has the rate inside, and decay, scaled by the step, stands beside the direction (as in fairseq). Which axes are factored is an option: the last two, or those above a size.",
            caveat: "what it saves in memory costs some quality (Luo et al. 2023)."),
        MethodEntry.Of(
            typeof(Sm3),
            () => new Sm3(),
            "sm3",
            2019,
            MethodFamily.MemoryLean,
            new("one accumulator for each index of each axis in place of one for each element", "adagrad"),
            "large models, embeddings above all, where memory is short",
            new("Anil, Gupta, Koren, Singer", "Memory-Efficient Adaptive Optimization", "https://arxiv.org/abs/1901.11150", "Algorithm SM3-II"),
            departures: "Epsilon inside the root in place of 0/0 = 0, and beta, the decay of the accumulators (as in the port to PyTorch, Enealor/PyTorch-SM3); weight decay is scaled by the learning rate and stands beside the direction.",
            caveat: "accumulators only grow, as in AdaGrad, and it wants a warmup of the rate (the authors' advice)."),
        MethodEntry.Of(
            typeof(Came),
            () => new Came(),
            "came",
            2023,
            MethodFamily.MemoryLean,
            new("updates are damped where they differ from their mean", "adafactor"),
            "large Transformers, with the memory of Adafactor and momentum",
            new("Luo et al.", "CAME: Confidence-guided Adaptive Memory Efficient Optimization", "https://arxiv.org/abs/2307.02047", "Algorithm 2"),
            departures: "The last two axes of every tensor that has two are factored; vectors keep their mean square and move along the mean update, without confidence; weight decay is scaled by the learning rate and stands beside the direction (as in the authors' code).",
            caveat: "the mean update takes a number per parameter, as much as half of Adam's state."),
    ];
}
