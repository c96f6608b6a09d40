namespace Descent.Nn;

/// <summary>By how much a layer's weights are scaled so that the activation after it keeps the size of the signal.</summary>
/// <remarks>The values of <c>torch.nn.init.calculate_gain</c>.</remarks>
public static class Gain
{
    /// <summary>No activation: 1.</summary>
    public const double Linear = 1;

    /// <summary>Sigmoid: 1.</summary>
    public const double Sigmoid = 1;

    /// <summary>Hyperbolic tangent: 5/3.</summary>
    public const double Tanh = 5.0 / 3.0;

    /// <summary>ReLU: √2, since half of the signal's power is cut off (He et al. 2015).</summary>
    public const double Relu = 1.4142135623730951;

    /// <summary>SELU: 3/4.</summary>
    public const double Selu = 0.75;

    /// <summary>Leaky ReLU: √(2 / (1 + slope²)).</summary>
    /// <param name="slope">The slope for negative inputs; any finite number.</param>
    /// <exception cref="DescentException">The slope is not finite.</exception>
    public static double LeakyRelu(double slope = 0.01) => double.IsFinite(slope)
        ? Math.Sqrt(2 / (1 + (slope * slope)))
        : throw new DescentException($"The slope of a leaky ReLU must be finite, but was {slope}.");
}
