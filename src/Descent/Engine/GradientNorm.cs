namespace Descent.Engine;

/// <summary>The 2-norm of gradients, the same bits for any number of threads.</summary>
/// <param name="partition">The elements.</param>
/// <param name="group">Whose gradients count; null for all.</param>
internal sealed class GradientNorm(Partition partition, KernelSet? group = null) : IChunkedWork
{
    private readonly double[] partial = new double[partition.Segments.Length];

    public double Compute(Workers workers)
    {
        workers.Run(this, partition.Count);
        var sum = 0.0;
        foreach (var part in partial)
        {
            sum += part;
        }

        return double.IsFinite(sum) ? Math.Sqrt(sum) : Rescaled();
    }

    public void RunChunk(int index)
    {
        var first = partition.FirstSegment(index);
        var segments = partition[index];
        for (var i = 0; i < segments.Length; i++)
        {
            ref readonly var segment = ref segments[i];
            partial[first + i] = Counts(segment.Parameter) ? segment.Parameter.GradientSumOfSquares(segment.Start, segment.Count) : 0;
        }
    }

    private bool Counts(BoundParameter parameter) => parameter.Parameter.HasGradient && (group is null || parameter.Kernels == group);

    /// <summary>Squares of finite numbers above 1e154 are infinite: then the largest one is taken out first.</summary>
    private double Rescaled()
    {
        var largest = 0.0;
        foreach (ref readonly var chunk in partition.Segments)
        {
            if (chunk.Start == 0 && Counts(chunk.Parameter))
            {
                largest = Math.Max(largest, chunk.Parameter.LargestGradient());
            }
        }

        if (!double.IsFinite(largest))
        {
            return largest;
        }

        var sum = 0.0;
        foreach (ref readonly var chunk in partition.Segments)
        {
            if (Counts(chunk.Parameter))
            {
                sum += chunk.Parameter.ScaledSumOfSquares(chunk.Start, chunk.Count, largest);
            }
        }

        return largest * Math.Sqrt(sum);
    }
}
