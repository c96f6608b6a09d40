namespace Descent.Schedules;

/// <summary>η(t) = from + (to − from)·√(min(t, steps)/steps): the 1 − √ decay at the end of a warmup–stable–decay schedule.</summary>
/// <remarks>
/// Source: Hägele et al., "Scaling Laws and Compute-Optimal Training Beyond Fixed Training Durations", NeurIPS 2024,
/// <see href="https://arxiv.org/abs/2405.18392"/>, equation 1.
/// </remarks>
/// <param name="From">The value at update 0; at least 0.</param>
/// <param name="To">The value from update <paramref name="Steps"/> on; at least 0.</param>
/// <param name="Steps">At least 1.</param>
public sealed record RootSchedule(double From, double To, long Steps) : Schedule
{
    /// <summary>The value at update 0; at least 0.</summary>
    public double From { get; init; } = Finite(From, "The start of a one-minus-sqrt schedule");

    /// <summary>The value from the last update on; at least 0.</summary>
    public double To { get; init; } = Finite(To, "The end of a one-minus-sqrt schedule");

    /// <summary>At least 1.</summary>
    public long Steps { get; init; } = AtLeastOne(Steps, "The length of a one-minus-sqrt schedule");

    /// <inheritdoc/>
    public override long? Duration => Steps;

    /// <inheritdoc/>
    public override double At(long update) => Between(From, To, Math.Sqrt(Math.Min(update, Steps) / (double)Steps));

    /// <inheritdoc/>
    public override string ToString() => $"one-minus-sqrt({Text(From)}..{Text(To)}, {Steps})";
}
