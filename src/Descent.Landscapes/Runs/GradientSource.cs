using Descent.Numerics;

namespace Descent.Landscapes.Runs;

/// <summary>The gradient that each update uses: of its batch, with its noise. Every optimizer of a run has its own, with the same numbers.</summary>
internal sealed class GradientSource
{
    private const ulong NoiseStream = 1;
    private const ulong BatchStream = 2;
    private const int MostAccumulated = 1_000;
    private readonly Objective objective;
    private readonly Noise? noise;
    private readonly Batches? batches;
    private readonly SeededRandom noiseRandom;
    private readonly SeededRandom batchRandom;
    private readonly int[] order;
    private readonly double[] epochStart;
    private int used;
    private int update;

    public GradientSource(Objective objective, RunRequest request)
    {
        (this.objective, noise, batches) = (objective, request.Noise, request.Batches);
        (noiseRandom, batchRandom) = (new(request.Seed, NoiseStream), new(request.Seed, BatchStream));
        order = new int[objective.Examples];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        epochStart = new double[objective.Dimension];
        batchRandom.Shuffle<int>(order);
        if (noise is not null && !(double.IsFinite(noise.Sigma) && noise.Sigma >= 0))
        {
            throw new DescentException($"The noise sigma must be a number of at least 0, but was {Words.Number(noise.Sigma)}.");
        }

        if (batches is null)
        {
            return;
        }

        if (objective.Examples == 1)
        {
            throw new DescentException("Batches are for landscapes that are losses on data, data1 and data2; leave them out.");
        }

        if (batches.Rows is { } rows && (rows.Length == 0 || Array.Exists(rows, row => row.Length == 0 || Array.Exists(row, example => example < 0 || example >= objective.Examples))))
        {
            throw new DescentException($"The rows of batches must be lists of examples from 0 to {objective.Examples - 1}, none of them empty.");
        }

        Limits.Check("The number of accumulated batches", batches.Accumulate, MostAccumulated);
        if (batches.Rows is null && (batches.Size < 1 || batches.Size > objective.Examples))
        {
            throw new DescentException($"The batch size must be from 1 to {objective.Examples}, the number of examples, but was {batches.Size}.");
        }
    }

    /// <summary>How many examples an update uses, at most.</summary>
    public int ExamplesPerGradient => batches is null ? objective.Examples : batches.Accumulate * (batches.Rows?.Max(row => row.Length) ?? batches.Size);

    /// <summary>The examples of the batch of the last gradient; none where there are no batches.</summary>
    public int[] Batch { get; private set; } = [];

    /// <summary>The gradient for the next update.</summary>
    /// <param name="point">Where.</param>
    /// <param name="exact">The exact gradient there.</param>
    /// <param name="gradient">Receives it.</param>
    public void Next(ReadOnlySpan<double> point, ReadOnlySpan<double> exact, Span<double> gradient)
    {
        if (batches is null)
        {
            for (var i = 0; i < gradient.Length; i++)
            {
                gradient[i] = exact[i];
            }
        }
        else
        {
            var batch = NextBatch(batches, out var beginsEpoch);
            if (beginsEpoch)
            {
                point.CopyTo(epochStart);
            }

            Batch = batch.ToArray();
            objective.Gradient(batches.StaleGradients ? epochStart : point, batch, gradient);
        }

        update++;
        if (noise is null)
        {
            return;
        }

        foreach (ref var g in gradient)
        {
            g += noise.Sigma * (noise.Kind == NoiseKind.Normal ? noiseRandom.NextNormal() : NextHeavyTailed());
        }
    }

    private ReadOnlySpan<int> NextBatch(Batches plan, out bool beginsEpoch)
    {
        if (plan.Rows is { } rows)
        {
            beginsEpoch = update % rows.Length == 0;
            return rows[update % rows.Length];
        }

        if (plan.WithReplacement)
        {
            beginsEpoch = (long)update * plan.Size % order.Length < plan.Size;
            var drawn = new int[plan.Size];
            for (var i = 0; i < drawn.Length; i++)
            {
                drawn[i] = batchRandom.NextInt32(order.Length);
            }

            return drawn;
        }

        if (used == order.Length || (plan.DropLast && used + plan.Size > order.Length))
        {
            used = 0;
            if (!plan.KeepOrder)
            {
                batchRandom.Shuffle<int>(order);
            }
        }

        beginsEpoch = used == 0 || update == 0;
        var batch = order.AsSpan(used, Math.Min(plan.Size, order.Length - used));
        used += batch.Length;
        return batch;
    }

    /// <summary>Student's t with 3 degrees of freedom over its standard deviation √3: a normal number over the length of three.</summary>
    private double NextHeavyTailed()
    {
        var (a, b, c) = (noiseRandom.NextNormal(), noiseRandom.NextNormal(), noiseRandom.NextNormal());
        return noiseRandom.NextNormal() / Math.Sqrt((a * a) + (b * b) + (c * c));
    }
}
