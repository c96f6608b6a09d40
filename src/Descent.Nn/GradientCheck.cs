using Descent.Numerics;

namespace Descent.Nn;

/// <summary>Compares gradients with central differences: a test for operations and modules of your own.</summary>
/// <example><code>double error = GradientCheck.LargestError(x =&gt; x[0].Tanh() * x[1], [a, b], seed: 1);   // 1e-10</code></example>
public static class GradientCheck
{
    /// <summary>
    /// The error of the gradient along a random direction: |slope − gradient · direction|/(1 + |slope|), where the slope is
    /// that of a random weighted sum of the outputs, by central differences with Richardson's extrapolation.
    /// </summary>
    /// <param name="function">What is checked; it must give the same for the same inputs, and be smooth around them.</param>
    /// <param name="inputs">Where; their values are copied.</param>
    /// <param name="seed">Draws the direction and the weights.</param>
    /// <param name="step">The half-width of the differences.</param>
    /// <returns>Around 1e-10 for a right gradient, and around 1 for a wrong one.</returns>
    /// <exception cref="DescentException">The output does not depend on the inputs.</exception>
    public static double LargestError(Func<Tensor<double>[], Tensor<double>> function, IReadOnlyList<Tensor<double>> inputs, ulong seed, double step = 3.2e-4)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(inputs);
        var random = new SeededRandom(seed);
        Tensor<double>[] leaves = [.. inputs.Select(static input => new Tensor<double>(input.ToArray(), input.Shape, requiresGradient: true))];
        double[][] directions = [.. leaves.Select(leaf => Draw(leaf.Length))];
        var output = function(leaves);
        var weights = new Tensor<double>(Draw(output.Length), output.Shape);
        var gradients = Autograd.Gradients((output * weights).Sum(), leaves);
        var expected = gradients.Zip(directions, static (gradient, direction) => gradient.ToArray().Zip(direction, static (g, d) => g * d).Sum()).Sum();

        // The error of the extrapolated difference is of order step⁴.
        var slope = ((4 * Slope(step)) - Slope(2 * step)) / 3;
        return Math.Abs(slope - expected) / (1 + Math.Abs(slope));

        double Slope(double width) => (At(width) - At(-width)) / (2 * width);

        double At(double width) => (function([.. leaves.Zip(directions, (leaf, direction) => Moved(leaf, direction, width))]) * weights).Sum().ToScalar();

        double[] Draw(int length)
        {
            var values = new double[length];
            foreach (ref var value in values.AsSpan())
            {
                value = random.NextUniform(-1, 1);
            }

            return values;
        }
    }

    /// <summary>The same for second derivatives: what is checked is the gradient of the squared norm of the gradient of Σ output².</summary>
    /// <param name="function">What is checked; it must give the same for the same inputs, and be smooth around them.</param>
    /// <param name="inputs">Where; their values are copied.</param>
    /// <param name="seed">Draws the direction.</param>
    /// <param name="step">The half-width of the differences.</param>
    /// <exception cref="DescentException">The output does not depend on the inputs.</exception>
    public static double LargestSecondOrderError(Func<Tensor<double>[], Tensor<double>> function, IReadOnlyList<Tensor<double>> inputs, ulong seed, double step = 3.2e-4) => LargestError(
        leaves => Autograd.Gradients(function(leaves).Square().Sum(), leaves, differentiable: true).Select(static gradient => gradient.Square().Sum()).Aggregate(static (sum, next) => sum + next),
        inputs,
        seed,
        step);

    private static Tensor<double> Moved(Tensor<double> leaf, double[] direction, double width) =>
        new(leaf.ToArray().Zip(direction, (x, d) => x + (width * d)).ToArray(), leaf.Shape, requiresGradient: true);
}
