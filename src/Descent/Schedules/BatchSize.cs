namespace Descent.Schedules;

/// <summary>
/// The rows of a batch, which may follow a schedule: its values rounded to the nearest multiple of <see cref="MultipleOf"/>, of which
/// there is at least one. Larger batches instead of smaller learning rates train with fewer updates.
/// </summary>
/// <remarks>
/// Source: Smith, Kindermans, Ying, Le, "Don't Decay the Learning Rate, Increase the Batch Size", ICLR 2018,
/// <see href="https://arxiv.org/abs/1711.00489"/>, section 3.
/// </remarks>
/// <param name="Rows">The rows by update.</param>
/// <param name="MultipleOf">What they are a multiple of, at least 1: the number of workers, or what fits the hardware.</param>
public sealed record BatchSize(Schedule Rows, int MultipleOf = 1)
{
    /// <summary>What the rows are a multiple of; at least 1.</summary>
    public int MultipleOf { get; init; } = MultipleOf >= 1
        ? MultipleOf
        : throw new DescentException($"What a batch size is a multiple of must be at least 1, but was {MultipleOf}.");

    /// <summary>The same size always.</summary>
    /// <param name="rows">At least 1.</param>
    public static BatchSize Constant(int rows) => rows >= 1
        ? new(Schedule.Constant(rows))
        : throw new DescentException($"A batch must have at least 1 row, but was to have {rows}.");

    /// <summary>The rows of the batch for update <paramref name="update"/>, which is 0 for the first one.</summary>
    /// <exception cref="DescentException">They are more than an integer can count.</exception>
    public int At(long update)
    {
        var multiples = Math.Max(1, Math.Round(Rows.At(update) / MultipleOf, MidpointRounding.AwayFromZero));
        return multiples * MultipleOf <= int.MaxValue
            ? (int)multiples * MultipleOf
            : throw new DescentException($"A batch must have at most {int.MaxValue} rows, but '{Rows}' gives {Schedule.Text(Rows.At(update))} at update {update}.");
    }

    /// <summary>How many updates it takes to see <paramref name="rows"/> rows, the last batch perhaps a smaller one; one by one.</summary>
    /// <param name="rows">For example those of an epoch; at least 0.</param>
    /// <param name="from">The first update.</param>
    public long UpdatesFor(long rows, long from = 0)
    {
        var update = from;
        for (; rows > 0; update++)
        {
            rows -= At(update);
        }

        return update - from;
    }

    /// <summary>
    /// The rows of the micro-batches that the batch is split into, as equal as can be, for <see cref="Gradients.GradientAccumulator"/>.
    /// </summary>
    /// <param name="update">Which batch.</param>
    /// <param name="most">The most rows that fit into memory at once; at least 1.</param>
    public IReadOnlyList<int> MicroBatches(long update, int most)
    {
        if (most < 1)
        {
            throw new DescentException($"A micro-batch must have at least 1 row, but was to have at most {most}.");
        }

        var rows = At(update);
        var count = (int)(((long)rows + most - 1) / most);
        return [.. Enumerable.Range(0, count).Select(i => (rows / count) + (i < rows % count ? 1 : 0))];
    }

    /// <inheritdoc/>
    public override string ToString() => MultipleOf == 1 ? Rows.ToString() : $"{Rows}, in multiples of {MultipleOf}";
}
