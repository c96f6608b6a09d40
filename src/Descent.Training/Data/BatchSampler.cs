using Descent.Numerics;

namespace Descent.Training.Data;

/// <summary>A place in the sequence of batches; saved with a checkpoint.</summary>
/// <param name="Epoch">How many epochs are complete, from 0.</param>
/// <param name="Batch">How many batches of the current epoch were taken, in [0, batches of that epoch).</param>
public readonly record struct BatchPosition(int Epoch, int Batch);

/// <summary>
/// Hands out mini-batches of rows for ever: in each epoch every row once, in an order that is a function of (seed, epoch) alone,
/// so that a run that stops and resumes sees the same batches.
/// </summary>
public sealed class BatchSampler
{
    private readonly int[] rows;
    private readonly int[] order;
    private readonly ulong seed;
    private readonly bool shuffle;
    private readonly BatchPlan plan;
    private BatchPosition position;
    private int orderedEpoch = -1;
    private long taken;
    private int start;

    /// <summary>Starts at the first batch of epoch 0.</summary>
    /// <param name="rows">The rows to take, at least one, such as <see cref="DataSplit.Train"/>; copied.</param>
    /// <param name="batchSize">Rows in a batch, at least 1; more than there are rows means all of them. The last batch of an epoch may be smaller.</param>
    /// <param name="seed">Chooses the orders.</param>
    /// <param name="shuffle">False: every epoch goes through the rows as given.</param>
    /// <exception cref="DescentException">There are no rows, or the batch size is below 1.</exception>
    public BatchSampler(ReadOnlySpan<int> rows, int batchSize, ulong seed, bool shuffle = true)
        : this(rows, new BatchPlan(rows.Length, batchSize), seed, shuffle)
    {
    }

    internal BatchSampler(ReadOnlySpan<int> rows, BatchPlan plan, ulong seed, bool shuffle = true)
    {
        if (rows.IsEmpty)
        {
            throw new DescentException("Batches need at least 1 row, but there are none.");
        }

        this.rows = rows.ToArray();
        order = rows.ToArray();
        this.seed = seed;
        this.shuffle = shuffle;
        this.plan = plan;
        BatchesInEpoch = plan.BatchesFrom(0);
    }

    /// <summary>Rows in the next batch where no epoch ends with it, in [1, number of rows].</summary>
    public int BatchSize => plan.RowsAt(taken);

    /// <summary>Batches in the epoch of the next one, the last and perhaps smaller one included.</summary>
    public int BatchesInEpoch { get; private set; }

    /// <summary>The number of the next batch, counted from 0 over all epochs.</summary>
    public long Batch => taken;

    /// <summary>Where the next batch lies; setting it goes there.</summary>
    /// <exception cref="DescentException">The epoch is negative, or the batch is not one of the epoch.</exception>
    public BatchPosition Position
    {
        get => position;
        set
        {
            var first = value.Epoch >= 0 ? plan.First(value.Epoch) : 0;
            var batches = plan.BatchesFrom(first);
            if (value.Epoch < 0 || value.Batch < 0 || value.Batch >= batches)
            {
                throw new DescentException(
                    $"Position must have an epoch of at least 0 and a batch in [0, {batches}), but was epoch {value.Epoch}, batch {value.Batch}.");
            }

            (position, BatchesInEpoch, taken, start) = (value, batches, first, 0);
            for (; taken < first + value.Batch; taken++)
            {
                start += plan.RowsAt(taken);
            }
        }
    }

    /// <summary>The rows of the next batch; the span is valid until the first batch of another epoch is asked for. Allocates nothing inside an epoch.</summary>
    public ReadOnlySpan<int> Next()
    {
        if (shuffle && orderedEpoch != position.Epoch)
        {
            rows.CopyTo(order, 0);
            new SeededRandom(seed, RandomStreams.Epoch + (ulong)position.Epoch).Shuffle(order.AsSpan());
            orderedEpoch = position.Epoch;
        }

        var batch = order.AsSpan(start, Math.Min(BatchSize, order.Length - start));
        (taken, start) = (taken + 1, start + batch.Length);
        position = position with { Batch = position.Batch + 1 };
        if (start == order.Length)
        {
            (position, start) = (new BatchPosition(position.Epoch + 1, 0), 0);
            BatchesInEpoch = plan.BatchesFrom(taken);
        }

        return batch;
    }
}
