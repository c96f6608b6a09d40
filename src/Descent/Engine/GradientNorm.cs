using Descent.Gradients;

namespace Descent.Engine;

/// <summary>A norm of gradients, the same bits for any number of threads.</summary>
/// <param name="partition">The elements.</param>
/// <param name="sets">Whose gradients count; null for all.</param>
/// <param name="order">p ≥ 1, also ∞.</param>
internal sealed class GradientNorm(Partition partition, KernelSet[]? sets = null, double order = 2) : IChunkedWork
{
    private readonly double[] partial = new double[partition.Segments.Length];

    public double Compute(Workers workers)
    {
        workers.Run(this, partition.Count);
        var sum = 0.0;
        foreach (var part in partial)
        {
            sum = double.IsPositiveInfinity(order) ? Math.Max(sum, part) : sum + part;
        }

        return GradientReport.IsOutOfRange(sum, order) ? Rescaled() : GradientReport.RootOf(sum, order);
    }

    public void RunChunk(int index)
    {
        var first = partition.FirstSegment(index);
        var segments = partition[index];
        for (var i = 0; i < segments.Length; i++)
        {
            ref readonly var segment = ref segments[i];
            partial[first + i] = Counts(segment.Parameter) ? segment.Parameter.Parameter.GradientPowerSum(order, segment.Start, segment.Count) : 0;
        }
    }

    private bool Counts(BoundParameter parameter) => parameter.Parameter.HasGradient && (sets is null || Array.IndexOf(sets, parameter.Kernels) >= 0);

    /// <summary>Powers of finite numbers may overflow, and those of numbers above 0 may vanish: then the largest one is taken out first.</summary>
    private double Rescaled()
    {
        var largest = 0.0;
        foreach (ref readonly var chunk in partition.Segments)
        {
            if (Counts(chunk.Parameter))
            {
                largest = Math.Max(largest, chunk.Parameter.Parameter.GradientPowerSum(double.PositiveInfinity, chunk.Start, chunk.Count));
            }
        }

        if (largest == 0 || !double.IsFinite(largest))
        {
            return largest;
        }

        var sum = 0.0;
        foreach (ref readonly var chunk in partition.Segments)
        {
            if (Counts(chunk.Parameter))
            {
                sum += chunk.Parameter.Parameter.GradientPowerSum(order, chunk.Start, chunk.Count, largest);
            }
        }

        return largest * GradientReport.RootOf(sum, order);
    }
}
