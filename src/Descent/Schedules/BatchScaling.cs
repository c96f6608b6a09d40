namespace Descent.Schedules;

/// <summary>How a learning rate that was found for one batch size carries over to another.</summary>
public static class BatchScaling
{
    /// <summary>rate·to/from: for gradient descent with momentum, as long as batches are not too large.</summary>
    /// <remarks>Source: Goyal et al., "Accurate, Large Minibatch SGD", 2017, <see href="https://arxiv.org/abs/1706.02677"/>, section 2.1.</remarks>
    /// <param name="rate">The learning rate that was found; at least 0.</param>
    /// <param name="from">The batch size it was found for; at least 1.</param>
    /// <param name="to">The other batch size; at least 1.</param>
    public static double Linear(double rate, long from, long to) => Checked(rate, from, to) * ((double)to / from);

    /// <summary>rate·√(to/from): for adaptive methods.</summary>
    /// <remarks>
    /// Source: Krizhevsky, "One weird trick for parallelizing convolutional neural networks", 2014,
    /// <see href="https://arxiv.org/abs/1404.5997"/>, section 5; for Adam: Malladi et al., "On the SDEs and Scaling Rules for Adaptive
    /// Gradient Algorithms", NeurIPS 2022, <see href="https://arxiv.org/abs/2205.10287"/>.
    /// </remarks>
    /// <param name="rate">The learning rate that was found; at least 0.</param>
    /// <param name="from">The batch size it was found for; at least 1.</param>
    /// <param name="to">The other batch size; at least 1.</param>
    public static double SquareRoot(double rate, long from, long to) => Checked(rate, from, to) * Math.Sqrt((double)to / from);

    private static double Checked(double rate, long from, long to) => from >= 1 && to >= 1
        ? Schedule.Finite(rate, "The learning rate to scale")
        : throw new DescentException($"Batch sizes must be at least 1, but were {from} and {to}.");
}
