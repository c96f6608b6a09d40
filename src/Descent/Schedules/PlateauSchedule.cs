using Descent.Text;

namespace Descent.Schedules;

/// <summary>
/// A value that is lowered when a metric stops improving. The record holds its history: <see cref="Observe"/> takes a metric and
/// returns what the schedule is from then on, and <see cref="At"/> is a function of the update as everywhere.
/// </summary>
/// <remarks>
/// The dynamics are those of PyTorch's <c>ReduceLROnPlateau</c>: the value is lowered when the number of metrics in a row without a better
/// one exceeds the patience; during the cooldown after that none are counted; a change of less than
/// <see cref="MinimumChange"/> is not made. A metric that is not finite is not better.
/// </remarks>
/// <param name="Value">The value at first; at least 0.</param>
public sealed record PlateauSchedule(double Value) : Schedule
{
    /// <summary>The value at first; at least 0.</summary>
    public double Value { get; init; } = Finite(Value, "The start of a plateau schedule");

    /// <summary>What the value is multiplied by; in (0, 1).</summary>
    public double Factor
    {
        get;
        init => field = value is > 0 and < 1
            ? value
            : throw new DescentException($"The factor of a plateau schedule must be in (0, 1), but was {Text(value)}.");
    } = 0.1;

    /// <summary>How many metrics in a row may be no better; at least 0.</summary>
    public long Patience { get; init => field = NotNegative(value, "The patience"); } = 10;

    /// <summary>By how much a metric must be better; at least 0.</summary>
    public double Threshold { get; init => field = Finite(value, "The threshold of a plateau schedule"); } = 1e-4;

    /// <summary>Whether the threshold is a difference instead of a share of the best metric.</summary>
    public bool IsAbsolute { get; init; }

    /// <summary>Whether larger metrics are better.</summary>
    public bool IsMaximized { get; init; }

    /// <summary>How many metrics after a change are not counted; at least 0.</summary>
    public long Cooldown { get; init => field = NotNegative(value, "The cooldown"); }

    /// <summary>The lowest value; at least 0.</summary>
    public double Minimum { get; init => field = Finite(value, "The minimum of a plateau schedule"); }

    /// <summary>The smallest change that is made; at least 0.</summary>
    public double MinimumChange { get; init => field = Finite(value, "The minimum change of a plateau schedule"); } = 1e-8;

    /// <summary>The best metric so far; null before the first.</summary>
    public double? Best
    {
        get;
        init => field = value is null || double.IsFinite(value.Value)
            ? value
            : throw new DescentException($"The best metric of a plateau schedule must be finite, but was {Text(value.Value)}.");
    }

    /// <summary>How many metrics in a row were no better.</summary>
    public long Waited { get; init => field = NotNegative(value, "The metrics that were no better"); }

    /// <summary>How many more metrics are not counted.</summary>
    public long Cooling { get; init => field = NotNegative(value, "The rest of the cooldown"); }

    /// <summary>From which updates on which values are in force.</summary>
    public ValueList<(long Update, double Value)> Reductions { get; init => field = Ascending(value); } = new();

    /// <inheritdoc/>
    public override double At(long update)
    {
        var count = Reductions.CountUpTo((update, double.PositiveInfinity));
        return count == 0 ? Value : Reductions[count - 1].Value;
    }

    /// <inheritdoc/>
    public override double? DecayPower => null;

    /// <summary>Takes a metric.</summary>
    /// <param name="metric">For example the validation loss.</param>
    /// <param name="update">How many updates were applied before it was measured; a lower value is in force from this one on.</param>
    /// <returns>The schedule that is in force from now on; this one is not changed.</returns>
    /// <exception cref="DescentException">The update lies before that of an earlier reduction.</exception>
    public override Schedule Observe(double metric, long update)
    {
        if (Reductions.Count > 0 && update < Reductions[^1].Update)
        {
            throw new DescentException($"Metrics must be observed in the order of updates, but one of update {update} came after the change at update {Reductions[^1].Update}.");
        }

        var isBetter = IsBetter(metric);
        var (waited, cooling) = (isBetter ? 0 : Waited + 1, Cooling);
        if (cooling > 0)
        {
            (waited, cooling) = (0, cooling - 1);
        }

        var next = this with { Best = isBetter ? metric : Best, Waited = waited, Cooling = cooling };
        if (waited <= Patience)
        {
            return next;
        }

        var (before, after) = (At(update), Math.Max(At(update) * Factor, Minimum));
        next = next with { Waited = 0, Cooling = Cooldown };
        return before - after > MinimumChange ? next with { Reductions = new([.. Reductions, (update, after)]) } : next;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        string?[] parts =
        [
            Text(Value), $"factor {Text(Factor)}", $"patience {Patience}", $"threshold {Text(Threshold)}", IsAbsolute ? "absolute" : null, IsMaximized ? "maximize" : null,
            Cooldown == 0 ? null : $"cooldown {Cooldown}", Minimum == 0 ? null : $"minimum {Text(Minimum)}", MinimumChange == 1e-8 ? null : $"minimum-change {Text(MinimumChange)}",
            Best is { } best ? $"best {Text(best)}" : null, Waited == 0 ? null : $"waited {Waited}", Cooling == 0 ? null : $"cooling {Cooling}",
            .. Reductions.Select(reduction => $"{reduction.Update}: {Text(reduction.Value)}"),
        ];
        return $"plateau({string.Join(", ", parts.Where(part => part is not null))})";
    }

    private bool IsBetter(double metric) => double.IsFinite(metric) && (Best, IsMaximized, IsAbsolute) switch
    {
        (null, _, _) => true,
        ({ } best, false, false) => metric < best * (1 - Threshold),
        ({ } best, false, true) => metric < best - Threshold,
        ({ } best, true, false) => metric > best * (1 + Threshold),
        ({ } best, true, true) => metric > best + Threshold,
    };

    private static ValueList<(long Update, double Value)> Ascending(ValueList<(long Update, double Value)> reductions)
    {
        var last = 0L;
        foreach (var (update, value) in reductions)
        {
            Finite(value, "A value of a plateau schedule");
            last = update >= last
                ? update
                : throw new DescentException($"The updates of a plateau schedule must be at least 0 and go from small to large, but were {string.Join(", ", reductions.Select(reduction => reduction.Update))}.");
        }

        return reductions;
    }

    private static long NotNegative(long value, string what) =>
        value >= 0 ? value : throw new DescentException($"{what} of a plateau schedule must be at least 0, but was {value}.");
}
