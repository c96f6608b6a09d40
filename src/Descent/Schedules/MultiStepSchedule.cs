using Descent.Text;

namespace Descent.Schedules;

/// <summary>η(t) = value·factorⁿ, where n milestones are at most t. A milestone that is given twice counts twice.</summary>
/// <param name="Value">The value at update 0; at least 0.</param>
/// <param name="Factor">At least 0.</param>
/// <param name="Milestones">Updates, at least 0, from small to large; at least one.</param>
public sealed record MultiStepSchedule(double Value, double Factor, ValueList<long> Milestones) : Schedule
{
    /// <summary>The value at update 0; at least 0.</summary>
    public double Value { get; init; } = Finite(Value, "The start of a multi-step schedule");

    /// <summary>At least 0.</summary>
    public double Factor { get; init; } = Finite(Factor, "The factor of a multi-step schedule");

    /// <summary>Updates, at least 0, from small to large; at least one.</summary>
    public ValueList<long> Milestones { get; init; } = Ascending(Milestones);

    /// <inheritdoc/>
    public override double? DecayPower => At(long.MaxValue) > 0 ? 0 : double.PositiveInfinity;

    /// <inheritdoc/>
    public override double At(long update) => Value * Math.Pow(Factor, Milestones.CountUpTo(update));

    /// <inheritdoc/>
    public override string ToString() => $"multi-step({Text(Value)}, {Text(Factor)}, {string.Join(", ", Milestones)})";

    private static ValueList<long> Ascending(ValueList<long> milestones)
    {
        for (var i = 0; i < milestones.Count; i++)
        {
            if (milestones[i] < (i == 0 ? 0 : milestones[i - 1]))
            {
                throw new DescentException($"The milestones of a multi-step schedule must be at least 0 and go from small to large, but were {string.Join(", ", milestones)}.");
            }
        }

        return milestones.Count > 0 ? milestones : throw new DescentException("A multi-step schedule needs at least one milestone, but was given none.");
    }
}
