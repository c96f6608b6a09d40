namespace Descent.Schedules;

/// <summary>The same value always.</summary>
/// <param name="Value">At least 0.</param>
public sealed record ConstantSchedule(double Value) : Schedule
{
    /// <summary>At least 0.</summary>
    public double Value { get; init; } = Finite(Value, "The value of a constant schedule");

    /// <inheritdoc/>
    public override double? DecayPower => Value > 0 ? 0 : double.PositiveInfinity;

    /// <inheritdoc/>
    public override double At(long update) => Value;

    /// <inheritdoc/>
    public override string ToString() => $"constant({Text(Value)})";
}
