namespace Descent.Schedules;

/// <summary>One schedule for its duration, then another from its own beginning.</summary>
/// <param name="First">Has an end.</param>
/// <param name="Second">Starts at its own update 0 when <paramref name="First"/> ends.</param>
public sealed record JoinedSchedule(Schedule First, Schedule Second) : Schedule
{
    // Kept, because the length of what is itself joined is a sum.
    private long join = Ending(First).Duration!.Value;

    /// <summary>Has an end.</summary>
    public Schedule First
    {
        get;
        init => (field, join) = (value, Ending(value).Duration!.Value);
    } = First;

    /// <inheritdoc/>
    public override long? Duration => Second.Duration is { } rest ? Sum(join, rest) : null;

    /// <inheritdoc/>
    public override double? DecayPower => Second.DecayPower;

    /// <inheritdoc/>
    public override double At(long update) => update < join ? First.At(update) : Second.At(update - join);

    /// <inheritdoc/>
    public override Schedule Then(Schedule next) => this with { Second = Second.Then(next) };

    /// <inheritdoc/>
    public override string ToString() => $"{Within(First, ProductLevel)} then {Second}";

    internal override int Level => ChainLevel;

    private protected override IEnumerable<Schedule> Inners => [First, Second];

    /// <inheritdoc/>
    public override Schedule Observe(double metric, long update) =>
        update < join ? this with { First = First.Observe(metric, update) } : this with { Second = Second.Observe(metric, update - join) };
}
