namespace Descent.Schedules;

/// <summary>The same value always.</summary>
/// <param name="Value">At least 0.</param>
/// <param name="Steps">How long, when another schedule follows; null for no end.</param>
public sealed record ConstantSchedule(double Value, long? Steps = null) : Schedule
{
    /// <summary>At least 0.</summary>
    public double Value { get; init; } = Finite(Value, "The value of a constant schedule");

    /// <summary>How long, when another schedule follows; null for no end.</summary>
    public long? Steps { get; init; } = Steps is { } steps ? AtLeastOne(steps, "The length of a constant schedule") : null;

    /// <inheritdoc/>
    public override long? Duration => Steps;

    /// <inheritdoc/>
    public override double At(long update) => Value;

    /// <inheritdoc/>
    public override string ToString() => Steps is { } steps ? $"constant({Text(Value)}, {steps})" : $"constant({Text(Value)})";
}
