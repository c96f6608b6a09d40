namespace Descent.Schedules;

/// <content>Questions about a schedule.</content>
public abstract partial record Schedule
{
    /// <summary>The most updates that a question looks at.</summary>
    public const long MostUpdates = 10_000_000;

    /// <summary>
    /// The first update at which the value reaches or crosses <paramref name="value"/>, coming from where it is at update 0; 0 when it
    /// is there at once, null when it never is within the updates that are looked at.
    /// </summary>
    /// <param name="value">The value to pass.</param>
    /// <param name="within">How many updates to look at, one by one; from 1 to <see cref="MostUpdates"/>. The duration when not given.</param>
    public long? FirstPassing(double value, long? within = null)
    {
        var side = Math.Sign(At(0) - value);
        var count = Looked(within);
        for (var update = 0L; update <= count; update++)
        {
            if (Math.Sign(At(update) - value) is var now && (now == 0 || now != side))
            {
                return update;
            }
        }

        return null;
    }

    /// <summary>The sum of the values of some updates: how far parameters can move.</summary>
    /// <param name="from">The first update; at least 0.</param>
    /// <param name="to">The update after the last one; at most <see cref="MostUpdates"/> after the first. The duration when not given.</param>
    /// <exception cref="DescentException">The range is empty backwards, begins below 0, or is too long.</exception>
    public double Area(long from = 0, long? to = null)
    {
        var end = to ?? from + Looked(null);
        if (from < 0 || end < from || end - from > MostUpdates)
        {
            throw new DescentException($"The area of a schedule is a sum over at most {MostUpdates} updates from 0 on, but was asked for from {from} to {end}.");
        }

        // Compensated (Neumaier, 1974), so that the sum of ten million values is right to the last digits.
        var (sum, rest) = (0.0, 0.0);
        for (var update = from; update < end; update++)
        {
            var value = At(update);
            var next = sum + value;
            rest += sum >= value ? sum - next + value : value - next + sum;
            sum = next;
        }

        return sum + rest;
    }

    /// <summary>
    /// The power p of the law 1/tᵖ that the values follow in the end: 0 where they stay above 0, ∞ where they end at 0 or fall
    /// exponentially, −∞ where they grow exponentially; null where that is not known, as for a function of the caller's or a plateau.
    /// </summary>
    public virtual double? DecayPower => Duration is { } end ? At(end) > 0 ? 0 : double.PositiveInfinity : null;

    /// <summary>
    /// Whether the sum of all values is infinite, so that every place can be reached, and that of their squares finite, so that noise
    /// dies out (<see cref="InverseTimeSchedule"/>); null where that is not known.
    /// </summary>
    public bool? SatisfiesRobbinsMonro => DecayPower is { } power ? power is > 0.5 and <= 1 : null;

    private protected static double PowerOf(double value, double factor) =>
        value == 0 || factor < 1 ? double.PositiveInfinity : factor == 1 ? 0 : double.NegativeInfinity;

    private long Looked(long? within)
    {
        var count = within ?? Math.Min(Duration ?? 1_000_000, MostUpdates);
        return count is >= 1 and <= MostUpdates
            ? count
            : throw new DescentException($"A schedule is looked at for 1 to {MostUpdates} updates, but was to be for {count}.");
    }
}
