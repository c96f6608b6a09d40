namespace Descent.Schedules;

/// <summary>η(t) = value·factor^t.</summary>
/// <param name="Value">The value at update 0; at least 0.</param>
/// <param name="Factor">At least 0; below 1 to decay.</param>
public sealed record ExponentialSchedule(double Value, double Factor) : Schedule
{
    /// <summary>The value at update 0; at least 0.</summary>
    public double Value { get; init; } = Finite(Value, "The start of an exponential schedule");

    /// <summary>At least 0; below 1 to decay.</summary>
    public double Factor { get; init; } = Finite(Factor, "The factor of an exponential schedule");

    /// <inheritdoc/>
    public override double? DecayPower => PowerOf(Value, Factor);

    /// <inheritdoc/>
    public override double At(long update) => Value * Math.Pow(Factor, update);

    /// <inheritdoc/>
    public override string ToString() => $"exponential({Text(Value)}, {Text(Factor)})";
}
