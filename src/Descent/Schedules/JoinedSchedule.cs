namespace Descent.Schedules;

/// <summary>One schedule for its duration, then another from its own beginning.</summary>
/// <param name="First">Has an end.</param>
/// <param name="Second">Starts at its own update 0 when <paramref name="First"/> ends.</param>
public sealed record JoinedSchedule(Schedule First, Schedule Second) : Schedule
{
    /// <summary>Has an end.</summary>
    public Schedule First { get; init => field = Ending(value); } = Ending(First);

    /// <inheritdoc/>
    public override long? Duration => Join + Second.Duration;

    private long Join => First.Duration!.Value;

    /// <inheritdoc/>
    public override double At(long update) => update < Join ? First.At(update) : Second.At(update - Join);

    /// <inheritdoc/>
    public override string ToString() => $"{Within(First, ProductLevel)} then {Second}";

    internal override int Level => ChainLevel;

    private protected override IEnumerable<Schedule> Inners => [First, Second];

    /// <inheritdoc/>
    public override Schedule Observe(double metric, long update) =>
        update < Join ? this with { First = First.Observe(metric, update) } : this with { Second = Second.Observe(metric, update - Join) };
}
