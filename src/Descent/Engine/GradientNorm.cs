namespace Descent.Engine;

/// <summary>The global 2-norm of all gradients, the same bits for any number of threads.</summary>
internal sealed class GradientNorm(Partition partition) : IChunkedWork
{
    private readonly double[] partial = new double[partition.Count];

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
        ref readonly var chunk = ref partition[index];
        partial[index] = chunk.Parameter.Parameter.HasGradient ? chunk.Parameter.GradientSumOfSquares(chunk.Start, chunk.Count) : 0;
    }

    /// <summary>Squares of finite numbers above 1e154 are infinite: then the largest one is taken out first.</summary>
    private double Rescaled()
    {
        var largest = 0.0;
        for (var i = 0; i < partition.Count; i++)
        {
            ref readonly var chunk = ref partition[i];
            if (chunk.Start == 0 && chunk.Parameter.Parameter.HasGradient)
            {
                largest = Math.Max(largest, chunk.Parameter.LargestGradient());
            }
        }

        if (!double.IsFinite(largest))
        {
            return largest;
        }

        var sum = 0.0;
        for (var i = 0; i < partition.Count; i++)
        {
            ref readonly var chunk = ref partition[i];
            if (chunk.Parameter.Parameter.HasGradient)
            {
                sum += chunk.Parameter.ScaledSumOfSquares(chunk.Start, chunk.Count, largest);
            }
        }

        return largest * Math.Sqrt(sum);
    }
}
