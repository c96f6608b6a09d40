namespace Descent.Schedules;

/// <summary>η(t) = scale·dimension^−½·min(s^−½, s·warmup^−³ᐟ²), s = t + 1: a rise in a straight line, then 1/√s.</summary>
/// <remarks>
/// Source: Vaswani et al., "Attention Is All You Need", NeurIPS 2017, <see href="https://arxiv.org/abs/1706.03762"/>, equation 3,
/// which counts steps from 1.
/// </remarks>
/// <param name="Dimension">The width of the model; at least 1.</param>
/// <param name="RiseSteps">The updates of the rise; at least 1.</param>
public sealed record NoamSchedule(long Dimension, long RiseSteps) : Schedule
{
    /// <summary>The width of the model; at least 1.</summary>
    public long Dimension { get; init; } = Dimension >= 1
        ? Dimension
        : throw new DescentException($"The dimension of a Noam schedule must be at least 1, but was {Dimension}.");

    /// <summary>The updates of the rise; at least 1.</summary>
    public long RiseSteps { get; init; } = AtLeastOne(RiseSteps, "The warmup of a Noam schedule");

    /// <summary>A factor of the whole; at least 0.</summary>
    public double Factor { get; init => field = Finite(value, "The scale of a Noam schedule"); } = 1;

    /// <inheritdoc/>
    public override double? DecayPower => Factor > 0 ? 0.5 : double.PositiveInfinity;

    /// <inheritdoc/>
    public override double At(long update)
    {
        var s = update + 1.0;
        return Factor / Math.Sqrt(Dimension) * Math.Min(1 / Math.Sqrt(s), s / (RiseSteps * Math.Sqrt(RiseSteps)));
    }

    /// <inheritdoc/>
    public override string ToString() => $"noam({Dimension}, {RiseSteps}{(Factor == 1 ? "" : $", factor {Text(Factor)}")})";
}
