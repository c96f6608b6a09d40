namespace Descent.Schedules;

/// <summary>η(t) = from·(to/from)^(min(t, steps)/steps): equal ratios from update to update, as a learning-rate range test goes.</summary>
/// <remarks>
/// Source: Smith, "Cyclical Learning Rates for Training Neural Networks", WACV 2017,
/// <see href="https://arxiv.org/abs/1506.01186"/>, section 3.3 (there in a straight line: <see cref="LinearSchedule"/>).
/// A test of n rates, the first and the last included, has n − 1 steps.
/// </remarks>
/// <param name="From">The value at update 0; above 0.</param>
/// <param name="To">The value from update <paramref name="Steps"/> on; above 0.</param>
/// <param name="Steps">At least 1.</param>
public sealed record GeometricSchedule(double From, double To, long Steps) : Schedule
{
    /// <summary>The value at update 0; above 0.</summary>
    public double From { get; init; } = Positive(From, "The start of a geometric schedule");

    /// <summary>The value from the last update on; above 0.</summary>
    public double To { get; init; } = Positive(To, "The end of a geometric schedule");

    /// <summary>At least 1.</summary>
    public long Steps { get; init; } = AtLeastOne(Steps, "The length of a geometric schedule");

    /// <inheritdoc/>
    public override long? Duration => Steps;

    /// <inheritdoc/>
    public override double At(long update)
    {
        // As a product of powers it is exact at both ends, and no ratio can overflow.
        var z = Math.Min(update, Steps) / (double)Steps;
        return Math.Pow(From, 1 - z) * Math.Pow(To, z);
    }

    /// <inheritdoc/>
    public override string ToString() => $"geometric({Text(From)}..{Text(To)}, {Steps})";
}
