namespace Descent.Landscapes.Theory;

/// <summary>After k steps on the worst function of size 2k + 1: how far the methods are, between what none can beat and what is proved.</summary>
/// <param name="K">Steps.</param>
/// <param name="N">Variables, 2k + 1.</param>
/// <param name="R2">The squared distance R² of the start from the minimum.</param>
/// <param name="FStar">The minimum.</param>
/// <param name="GradientDescent">f − f* of gradient descent with η = 1/L.</param>
/// <param name="Nesterov">f − f* of Nesterov's method.</param>
/// <param name="BoundGradientDescent">LR²/2k.</param>
/// <param name="BoundNesterov">2LR²/(k + 1)².</param>
/// <param name="LowerBound">3LR²/32(k + 1)²: no method that sees gradients only is below it after k steps.</param>
public sealed record WorstFunctionRow(int K, int N, double R2, double FStar, double GradientDescent, double Nesterov, double BoundGradientDescent, double BoundNesterov, double LowerBound);

/// <summary>What <c>worstfunction</c> gives.</summary>
/// <param name="Rows">One per number of steps.</param>
public sealed record WorstFunctionReply(IReadOnlyList<WorstFunctionRow> Rows);

/// <summary>
/// Nesterov's chain f = ¼(½(x₁² + Σ(xᵢ − xᵢ₊₁)² + xₙ²) − x₁), L = 1, from 0: each step can reach one variable further. Source: Nesterov,
/// "Introductory Lectures on Convex Optimization", 2004, theorems 2.1.7 and 2.2.2.
/// </summary>
public static class WorstFunction
{
    private static readonly int[] Steps = [1, 5, 10, 25, 50];

    /// <summary>The rows for 1, 5, 10, 25 and 50 steps.</summary>
    public static IReadOnlyList<WorstFunctionRow> Rows() => [.. Steps.Select(Row)];

    private static WorstFunctionRow Row(int k)
    {
        var n = (2 * k) + 1;

        // The gradient is 0 at xᵢ = 1 − i/(n + 1).
        double[] minimum = [.. Enumerable.Range(1, n).Select(i => 1 - ((double)i / (n + 1)))];
        var (r2, low) = (minimum.Sum(x => x * x), Value(minimum));
        return new WorstFunctionRow(k, n, r2, low, Value(Descend(k, n, isAccelerated: false)) - low, Value(Descend(k, n, isAccelerated: true)) - low, r2 / (2 * k), 2 * r2 / ((k + 1.0) * (k + 1)), 3 * r2 / (32 * (k + 1.0) * (k + 1)));
    }

    /// <summary>x ← y − ∇f(y); t ← (1 + √(1 + 4t²))/2; y ← x + (t_before − 1)/t · (x − x_before); without acceleration y ← x.</summary>
    private static double[] Descend(int steps, int n, bool isAccelerated)
    {
        double[] x = new double[n], before = new double[n], y = new double[n], gradient = new double[n];
        var t = 1.0;
        for (var step = 0; step < steps; step++)
        {
            Gradient(y, gradient);
            x.CopyTo(before, 0);
            var next = (1 + Math.Sqrt(1 + (4 * t * t))) / 2;
            for (var i = 0; i < n; i++)
            {
                x[i] = y[i] - gradient[i];
                y[i] = isAccelerated ? x[i] + ((t - 1) / next * (x[i] - before[i])) : x[i];
            }

            t = next;
        }

        return x;
    }

    private static double Value(double[] x)
    {
        var sum = (x[0] * x[0]) + (x[^1] * x[^1]);
        for (var i = 0; i + 1 < x.Length; i++)
        {
            sum += (x[i] - x[i + 1]) * (x[i] - x[i + 1]);
        }

        return ((sum / 2) - x[0]) / 4;
    }

    private static void Gradient(double[] x, double[] gradient)
    {
        for (var i = 0; i < x.Length; i++)
        {
            var (left, right) = (i > 0 ? x[i - 1] : 0, i + 1 < x.Length ? x[i + 1] : 0);
            gradient[i] = ((2 * x[i]) - left - right - (i == 0 ? 1 : 0)) / 4;
        }
    }
}
