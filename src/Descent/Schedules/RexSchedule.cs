namespace Descent.Schedules;

/// <summary>η(t) = to + (from − to)·(1 − z)/(½ + ½·(1 − z)), z = min(t, steps)/steps: slow at first, then steep.</summary>
/// <remarks>
/// Source: Chen, Wolfe, Kyrillidis, "REX: Revisiting Budgeted Training with an Improved Schedule", MLSys 2022,
/// <see href="https://arxiv.org/abs/2107.04197"/>, section 4. An end above 0 is ours.
/// </remarks>
/// <param name="From">The value at update 0; at least 0.</param>
/// <param name="To">The value from update <paramref name="Steps"/> on; at least 0.</param>
/// <param name="Steps">At least 1.</param>
public sealed record RexSchedule(double From, double To, long Steps) : Schedule
{
    /// <summary>The value at update 0; at least 0.</summary>
    public double From { get; init; } = Finite(From, "The start of a REX schedule");

    /// <summary>The value from the last update on; at least 0.</summary>
    public double To { get; init; } = Finite(To, "The end of a REX schedule");

    /// <summary>At least 1.</summary>
    public long Steps { get; init; } = AtLeastOne(Steps, "The length of a REX schedule");

    /// <inheritdoc/>
    public override long? Duration => Steps;

    /// <inheritdoc/>
    public override double At(long update)
    {
        var left = 1 - (Math.Min(update, Steps) / (double)Steps);
        return Between(To, From, left / (0.5 + (0.5 * left)));
    }

    /// <inheritdoc/>
    public override string ToString() => $"rex({Text(From)}..{Text(To)}, {Steps})";
}
