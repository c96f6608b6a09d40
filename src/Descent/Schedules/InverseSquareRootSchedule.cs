namespace Descent.Schedules;

/// <summary>η(t) = value·√(timescale/(t + timescale)). After a warmup of as many updates it is the usual 1/√t with t from the very beginning.</summary>
/// <remarks>
/// Source: the fall of Vaswani et al., "Attention Is All You Need", NeurIPS 2017, <see href="https://arxiv.org/abs/1706.03762"/>, equation
/// 3, with a timescale of its own as in Zhai et al., "Scaling Vision Transformers", CVPR 2022, <see href="https://arxiv.org/abs/2106.04560"/>.
/// </remarks>
/// <param name="Value">The value at update 0; at least 0.</param>
/// <param name="Timescale">After three times as many updates the value is half; at least 1.</param>
public sealed record InverseSquareRootSchedule(double Value, long Timescale) : Schedule
{
    /// <summary>The value at update 0; at least 0.</summary>
    public double Value { get; init; } = Finite(Value, "The start of an inverse-square-root schedule");

    /// <summary>After three times as many updates the value is half; at least 1.</summary>
    public long Timescale { get; init; } = AtLeastOne(Timescale, "The timescale of an inverse-square-root schedule");

    /// <inheritdoc/>
    public override double? DecayPower => Value > 0 ? 0.5 : double.PositiveInfinity;

    /// <inheritdoc/>
    public override double At(long update) => Value / Math.Sqrt((update + (double)Timescale) / Timescale);

    /// <inheritdoc/>
    public override string ToString() => $"inverse-square-root({Text(Value)}, {Timescale})";
}
