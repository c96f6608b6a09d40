namespace Descent.Schedules;

/// <summary>η(t) = from + (to − from)·min(t, steps)/steps.</summary>
/// <param name="From">The value at update 0; at least 0.</param>
/// <param name="To">The value from update <paramref name="Steps"/> on; at least 0.</param>
/// <param name="Steps">At least 1.</param>
public sealed record LinearSchedule(double From, double To, long Steps) : Schedule
{
    /// <summary>The value at update 0; at least 0.</summary>
    public double From { get; init; } = Finite(From, "The start of a linear schedule");

    /// <summary>The value from the last update on; at least 0.</summary>
    public double To { get; init; } = Finite(To, "The end of a linear schedule");

    /// <summary>At least 1.</summary>
    public long Steps { get; init; } = AtLeastOne(Steps, "The length of a linear schedule");

    /// <inheritdoc/>
    public override long? Duration => Steps;

    /// <inheritdoc/>
    public override double At(long update) => Between(From, To, Math.Min(update, Steps) / (double)Steps);

    /// <inheritdoc/>
    public override string ToString() => $"linear({Text(From)}..{Text(To)}, {Steps})";
}
