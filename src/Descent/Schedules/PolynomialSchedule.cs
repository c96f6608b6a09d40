namespace Descent.Schedules;

/// <summary>η(t) = to + (from − to)·(1 − min(t, steps)/steps)^power.</summary>
/// <remarks>
/// Source: Chen, Papandreou, Kokkinos, Murphy, Yuille, "DeepLab: Semantic Image Segmentation with Deep Convolutional Nets, Atrous
/// Convolution, and Fully Connected CRFs", 2018, <see href="https://arxiv.org/abs/1606.00915"/>, section 4.1, with power 0.9. An end
/// above 0 is that of TensorFlow's <c>PolynomialDecay</c>.
/// </remarks>
/// <param name="From">The value at update 0; at least 0.</param>
/// <param name="To">The value from update <paramref name="Steps"/> on; at least 0.</param>
/// <param name="Steps">At least 1.</param>
/// <param name="Power">Above 0; 1 is a straight line.</param>
public sealed record PolynomialSchedule(double From, double To, long Steps, double Power = 1) : Schedule
{
    /// <summary>The value at update 0; at least 0.</summary>
    public double From { get; init; } = Finite(From, "The start of a polynomial schedule");

    /// <summary>The value from the last update on; at least 0.</summary>
    public double To { get; init; } = Finite(To, "The end of a polynomial schedule");

    /// <summary>At least 1.</summary>
    public long Steps { get; init; } = AtLeastOne(Steps, "The length of a polynomial schedule");

    /// <summary>Above 0; 1 is a straight line.</summary>
    public double Power { get; init; } = Positive(Power, "The power of a polynomial schedule");

    /// <inheritdoc/>
    public override long? Duration => Steps;

    /// <inheritdoc/>
    public override double At(long update) => Between(To, From, Math.Pow(1 - (Math.Min(update, Steps) / (double)Steps), Power));

    /// <inheritdoc/>
    public override string ToString() => $"polynomial({Text(From)}..{Text(To)}, {Steps}, power {Text(Power)})";
}
