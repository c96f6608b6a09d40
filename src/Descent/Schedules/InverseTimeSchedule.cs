namespace Descent.Schedules;

/// <summary>η(t) = value/(1 + rate·t)^power.</summary>
/// <remarks>
/// Source: Robbins, Monro, "A Stochastic Approximation Method", Annals of Mathematical Statistics 22(3), 1951, whose conditions
/// Ση = ∞ and Ση² &lt; ∞ hold for powers in (½, 1]: see <see cref="Schedule.SatisfiesRobbinsMonro"/>.
/// </remarks>
/// <param name="Value">The value at update 0; at least 0.</param>
/// <param name="Rate">At least 0; with 1 and power 1 the value at update t is value/(t + 1).</param>
/// <param name="Power">Above 0.</param>
public sealed record InverseTimeSchedule(double Value, double Rate = 1, double Power = 1) : Schedule
{
    /// <summary>The value at update 0; at least 0.</summary>
    public double Value { get; init; } = Finite(Value, "The start of an inverse-time schedule");

    /// <summary>At least 0.</summary>
    public double Rate { get; init; } = Finite(Rate, "The rate of an inverse-time schedule");

    /// <summary>Above 0.</summary>
    public double Power { get; init; } = Positive(Power, "The power of an inverse-time schedule");

    /// <inheritdoc/>
    public override double? DecayPower => Value == 0 ? double.PositiveInfinity : Rate == 0 ? 0 : Power;

    /// <inheritdoc/>
    public override double At(long update) => Value / Math.Pow(1 + (Rate * update), Power);

    /// <inheritdoc/>
    public override string ToString() => $"inverse-time({Text(Value)}, rate {Text(Rate)}, power {Text(Power)})";
}
