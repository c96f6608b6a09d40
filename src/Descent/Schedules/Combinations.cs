namespace Descent.Schedules;

// The algebra: schedules made of schedules. Metrics that are observed are passed on with the inner schedule's own time.

/// <summary>Another schedule, multiplied.</summary>
/// <param name="Inner">What is multiplied.</param>
/// <param name="Factor">At least 0.</param>
public sealed record ScaledSchedule(Schedule Inner, double Factor) : Schedule
{
    /// <summary>At least 0.</summary>
    public double Factor { get; init; } = Finite(Factor, "The factor of a scaled schedule");

    /// <inheritdoc/>
    public override long? Duration => Inner.Duration;

    /// <inheritdoc/>
    public override double? DecayPower => Factor > 0 ? Inner.DecayPower : double.PositiveInfinity;

    /// <inheritdoc/>
    public override double At(long update) => Inner.At(update) * Factor;

    /// <inheritdoc/>
    public override string ToString() => $"{Within(Inner, PostfixLevel)} scale {Text(Factor)}";

    internal override int Level => PostfixLevel;

    private protected override IEnumerable<Schedule> Inners => [Inner];

    /// <inheritdoc/>
    public override Schedule Observe(double metric, long update) => this with { Inner = Inner.Observe(metric, update) };
}

/// <summary>Another schedule, kept within bounds.</summary>
/// <param name="Inner">What is kept.</param>
/// <param name="Least">At least 0.</param>
/// <param name="Most">At least <paramref name="Least"/>.</param>
public sealed record ClampedSchedule(Schedule Inner, double Least, double Most) : Schedule
{
    /// <summary>At least 0.</summary>
    public double Least { get; init => field = Ordered(value, Most).Least; } = Ordered(Least, Most).Least;

    /// <summary>At least the lower bound.</summary>
    public double Most { get; init => field = Ordered(Least, value).Most; } = Most;

    /// <inheritdoc/>
    public override long? Duration => Inner.Duration;

    /// <inheritdoc/>
    public override double? DecayPower => Least > 0 ? 0 : Most == 0 ? double.PositiveInfinity : Inner.DecayPower is { } power ? Math.Max(0, power) : null;

    /// <inheritdoc/>
    public override double At(long update) => Math.Min(Math.Max(Inner.At(update), Least), Most);

    /// <inheritdoc/>
    public override string ToString() => $"{Within(Inner, PostfixLevel)} clamp {Text(Least)}..{Text(Most)}";

    internal override int Level => PostfixLevel;

    private protected override IEnumerable<Schedule> Inners => [Inner];

    /// <inheritdoc/>
    public override Schedule Observe(double metric, long update) => this with { Inner = Inner.Observe(metric, update) };

    private static (double Least, double Most) Ordered(double least, double most) =>
        Finite(most, "The upper bound of a clamped schedule") >= Finite(least, "The lower bound of a clamped schedule")
            ? (least, most)
            : throw new DescentException($"The upper bound of a clamped schedule must be at least the lower one, {Text(least)}, but was {Text(most)}.");
}

/// <summary>Another schedule from a later update of its own on.</summary>
/// <param name="Inner">What is started later.</param>
/// <param name="Updates">How many updates are left out; at least 0.</param>
public sealed record OffsetSchedule(Schedule Inner, long Updates) : Schedule
{
    /// <summary>How many updates are left out; at least 0.</summary>
    public long Updates { get; init; } = Updates >= 0 ? Updates : throw new DescentException($"The offset of a schedule must be at least 0 updates, but was {Updates}.");

    /// <inheritdoc/>
    public override long? Duration => Inner.Duration is { } duration ? Math.Max(1, duration - Updates) : null;

    /// <inheritdoc/>
    public override double? DecayPower => Inner.DecayPower;

    /// <inheritdoc/>
    public override double At(long update) => Inner.At(Later(update));

    /// <inheritdoc/>
    public override string ToString() => $"{Within(Inner, PostfixLevel)} offset {Updates}";

    internal override int Level => PostfixLevel;

    private protected override IEnumerable<Schedule> Inners => [Inner];

    /// <inheritdoc/>
    public override Schedule Observe(double metric, long update) => this with { Inner = Inner.Observe(metric, Later(update)) };

    private long Later(long update) => Sum(update, Updates);
}

/// <summary>Another schedule, several times; the last value of the last time is held.</summary>
/// <param name="Inner">Has an end, and does not follow a metric.</param>
/// <param name="Count">At least 1.</param>
public sealed record RepeatedSchedule(Schedule Inner, long Count) : Schedule
{
    private long length = Ending(Inner).Duration!.Value;

    /// <summary>Has an end, and does not follow a metric.</summary>
    public Schedule Inner
    {
        get;
        init => (field, length) = (Checked(value), Ending(value).Duration!.Value);
    } = Checked(Inner);

    /// <summary>At least 1.</summary>
    public long Count { get; init; } = Count >= 1 ? Count : throw new DescentException($"The repetitions of a schedule must be at least 1, but were {Count}.");

    /// <inheritdoc/>
    public override long? Duration => length > long.MaxValue / Count ? long.MaxValue : length * Count;

    /// <inheritdoc/>
    public override double At(long update) => Inner.At(update / length < Count ? update % length : length);

    /// <inheritdoc/>
    public override string ToString() => $"{Within(Inner, PostfixLevel)} repeat {Count}";

    internal override int Level => PostfixLevel;

    private protected override IEnumerable<Schedule> Inners => [Inner];

    private static Schedule Checked(Schedule inner) => WithoutMetric(inner, "A schedule that is repeated");
}

/// <summary>Another schedule that starts again from its beginning every so many updates, for ever.</summary>
/// <param name="Inner">What starts again; it does not follow a metric.</param>
/// <param name="Every">At least 1.</param>
public sealed record RestartedSchedule(Schedule Inner, long Every) : Schedule
{
    /// <summary>What starts again; it does not follow a metric.</summary>
    public Schedule Inner { get; init => field = Checked(value); } = Checked(Inner);

    /// <summary>At least 1.</summary>
    public long Every { get; init; } = AtLeastOne(Every, "The interval of a restarted schedule");

    /// <inheritdoc/>
    public override double? DecayPower => At(0) > 0 || At(Every / 2) > 0 || At(Every - 1) > 0 ? 0 : null;

    /// <inheritdoc/>
    public override double At(long update) => Inner.At(update % Every);

    /// <inheritdoc/>
    public override string ToString() => $"{Within(Inner, PostfixLevel)} restart {Every}";

    internal override int Level => PostfixLevel;

    private protected override IEnumerable<Schedule> Inners => [Inner];

    private static Schedule Checked(Schedule inner) => WithoutMetric(inner, "A schedule that is restarted");
}

/// <summary>The product of two schedules at every update.</summary>
/// <param name="First">One factor.</param>
/// <param name="Second">The other.</param>
public sealed record ProductSchedule(Schedule First, Schedule Second) : Schedule
{
    /// <inheritdoc/>
    public override long? Duration => First.Duration is { } first && Second.Duration is { } second ? Math.Max(first, second) : null;

    /// <summary>Known where at least one of both ends at a constant.</summary>
    public override double? DecayPower => (First.Duration ?? Second.Duration) is null || First.DecayPower + Second.DecayPower is not { } power || double.IsNaN(power) ? null : power;

    /// <inheritdoc/>
    public override double At(long update) => First.At(update) * Second.At(update);

    /// <inheritdoc/>
    public override string ToString() => $"{Within(First, ProductLevel)} * {Within(Second, PostfixLevel)}";

    internal override int Level => ProductLevel;

    private protected override IEnumerable<Schedule> Inners => [First, Second];

    /// <inheritdoc/>
    public override Schedule Observe(double metric, long update) =>
        this with { First = First.Observe(metric, update), Second = Second.Observe(metric, update) };
}
