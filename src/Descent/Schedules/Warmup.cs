namespace Descent.Schedules;

/// <summary>
/// The rise at the beginning of a schedule. It takes its peak from what follows, so it is not a schedule until
/// <see cref="Then"/> or <see cref="To"/> completes it.
/// </summary>
/// <param name="Steps">How many updates the rise takes; 0 for none.</param>
/// <param name="From">The fraction of the peak to start from, in [0, 1].</param>
/// <param name="OneBased">Whether the first update already has one step's worth.</param>
public sealed record Warmup(long Steps, double From = 0, bool OneBased = false)
{
    /// <summary>How many updates the rise takes; 0 for none.</summary>
    public long Steps { get; init; } = Steps >= 0 ? Steps : throw new DescentException($"The length of a warmup must be at least 0 updates, but was {Steps}.");

    /// <summary>The fraction of the peak to start from, in [0, 1].</summary>
    public double From { get; init; } = From is >= 0 and <= 1
        ? From
        : throw new DescentException($"The fraction that a warmup starts from must be in [0, 1], but was {Schedule.Text(From)}.");

    /// <summary>Rises to the first value of <paramref name="next"/>, which then runs from its own beginning.</summary>
    public Schedule Then(Schedule next) => new WarmupSchedule(this, next);

    /// <summary>Rises to <paramref name="peak"/> and stays there.</summary>
    public Schedule To(double peak) => Then(Schedule.Constant(peak));

    /// <summary>The fraction of the peak in force at <paramref name="update"/>.</summary>
    public double FractionAt(long update) => update >= Steps ? 1 : Schedule.Between(From, 1, (update + (OneBased ? 1 : 0)) / (double)Steps);

    /// <inheritdoc/>
    public override string ToString() =>
        $"warmup({Steps}{(From == 0 ? "" : $", from {Schedule.Text(From)}")}{(OneBased ? ", one-based" : "")})";
}

/// <summary>A warmup and what follows it.</summary>
/// <param name="Rise">The warmup.</param>
/// <param name="Next">What gives the peak and follows.</param>
public sealed record WarmupSchedule(Warmup Rise, Schedule Next) : Schedule
{
    /// <inheritdoc/>
    public override long? Duration => Next.Duration is { } rest ? Sum(Rise.Steps, rest) : null;

    /// <inheritdoc/>
    public override double? DecayPower => Next.DecayPower;

    /// <inheritdoc/>
    public override double At(long update) => update < Rise.Steps ? Next.At(0) * Rise.FractionAt(update) : Next.At(update - Rise.Steps);

    /// <inheritdoc/>
    public override Schedule Then(Schedule next) => this with { Next = Next.Then(next) };

    /// <inheritdoc/>
    public override string ToString() => $"{Rise} then {Next}";

    internal override int Level => ChainLevel;

    private protected override IEnumerable<Schedule> Inners => [Next];

    /// <summary>Metrics during the rise do not count.</summary>
    /// <inheritdoc/>
    public override Schedule Observe(double metric, long update) =>
        update < Rise.Steps ? this : this with { Next = Next.Observe(metric, update - Rise.Steps) };
}
