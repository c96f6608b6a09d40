namespace Descent.Schedules;

/// <summary>The beginning of a schedule: its first updates, after which another may follow; else the value of the last of them is held.</summary>
/// <param name="Inner">What is cut.</param>
/// <param name="Steps">Where; at least 1.</param>
public sealed record CutSchedule(Schedule Inner, long Steps) : Schedule
{
    /// <summary>Where it is cut; at least 1.</summary>
    public long Steps { get; init; } = AtLeastOne(Steps, "The length of a cut schedule");

    /// <inheritdoc/>
    public override long? Duration => Steps;

    /// <inheritdoc/>
    public override double At(long update) => Inner.At(Math.Min(update, Steps - 1));

    /// <inheritdoc/>
    public override string ToString() => $"{Within(Inner, PostfixLevel)} for {Steps}";

    internal override int Level => PostfixLevel;

    private protected override IEnumerable<Schedule> Inners => [Inner];

    /// <inheritdoc/>
    public override Schedule Observe(double metric, long update) => update < Steps ? this with { Inner = Inner.Observe(metric, update) } : this;
}
