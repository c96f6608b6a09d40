namespace Descent.Schedules;

/// <summary>One schedule for its duration, then another from its own beginning.</summary>
/// <param name="First">Has an end.</param>
/// <param name="Second">Starts at its own update 0 when <paramref name="First"/> ends.</param>
public sealed record JoinedSchedule(Schedule First, Schedule Second) : Schedule
{
    private readonly long join = First.Duration
        ?? throw new DescentException($"'{First}' has no end, so nothing can follow it: give its length, as in '{First} for 100'.");

    /// <inheritdoc/>
    public override long? Duration => join + Second.Duration;

    /// <inheritdoc/>
    public override double At(long update) => update < join ? First.At(update) : Second.At(update - join);

    /// <inheritdoc/>
    public override string ToString() => $"{First} then {Second}";
}
