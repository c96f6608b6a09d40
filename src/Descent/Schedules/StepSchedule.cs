namespace Descent.Schedules;

/// <summary>η(t) = value·factor^⌊t/every⌋.</summary>
/// <param name="Value">The value at update 0; at least 0.</param>
/// <param name="Every">After how many updates the factor is applied again; at least 1.</param>
/// <param name="Factor">At least 0.</param>
public sealed record StepSchedule(double Value, long Every, double Factor = 0.1) : Schedule
{
    /// <summary>The value at update 0; at least 0.</summary>
    public double Value { get; init; } = Finite(Value, "The start of a step schedule");

    /// <summary>After how many updates the factor is applied again; at least 1.</summary>
    public long Every { get; init; } = AtLeastOne(Every, "The interval of a step schedule");

    /// <summary>At least 0.</summary>
    public double Factor { get; init; } = Finite(Factor, "The factor of a step schedule");

    /// <inheritdoc/>
    public override double? DecayPower => PowerOf(Value, Factor);

    /// <inheritdoc/>
    public override double At(long update) => Value * Math.Pow(Factor, update / Every);

    /// <inheritdoc/>
    public override string ToString() => $"step({Text(Value)}, {Every}, {Text(Factor)})";
}
