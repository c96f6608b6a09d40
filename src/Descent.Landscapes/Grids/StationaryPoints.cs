namespace Descent.Landscapes.Grids;

/// <summary>Finds the points where a gradient is 0.</summary>
public static class StationaryPoints
{
    private const int Most = 500;
    private const int Iterations = 100;

    /// <summary>Newton's method for ∇f = 0 from every point of a grid; what it reaches inside the box is kept once and classified by the Hessian.</summary>
    /// <remarks>
    /// An eigenvalue below a millionth of the median size of Hessians over the grid counts as 0. Points at which the Hessian does not exist, such as the
    /// tip of a cone, are not found.
    /// </remarks>
    /// <param name="objective">Of one or two variables.</param>
    /// <param name="box">Where to look.</param>
    /// <param name="side">Starts along each side; 41 where not given, or fewer where a value is dear.</param>
    /// <returns>From low to high, at most 500.</returns>
    public static IReadOnlyList<CriticalPoint> Find(Objective objective, Box box, int? side = null)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(box);
        var (size, count) = (objective.Dimension, side ?? objective.SearchSide);
        double[] point = new double[size], gradient = new double[size], hessian = new double[size * size];
        var starts = new List<double[]>();
        for (var row = 0; row < (size == 1 ? 1 : count); row++)
        {
            for (var column = 0; column < count; column++)
            {
                starts.Add(size == 1 ? [LossGrid.At(box[0], column, count)] : [LossGrid.At(box[0], column, count), LossGrid.At(box[1], row, count)]);
            }
        }

        double[] sizes = [.. starts.Select(start => SizeOfHessian(start)).Where(double.IsFinite).Order()];
        var scale = sizes.Length == 0 ? 0 : sizes[sizes.Length / 2];
        var found = new List<CriticalPoint>();
        foreach (var start in starts)
        {
            start.CopyTo(point, 0);
            if (found.Count < Most && Solve() && !found.Exists(other => IsSame(other.Point)))
            {
                var value = objective.Hessian(point, gradient, hessian);
                found.Add(new CriticalPoint([.. point], value, KindOf(scale), Curvature.Eigenvalues(hessian)));
            }
        }

        return [.. found.OrderBy(critical => critical.Value).ThenBy(critical => critical.Point[0])];

        double SizeOfHessian(double[] at)
        {
            objective.Hessian(at, gradient, hessian);
            return hessian.Max(Math.Abs);
        }

        bool Solve()
        {
            for (var iteration = 0; iteration < Iterations; iteration++)
            {
                objective.Hessian(point, gradient, hessian);
                if (!Array.TrueForAll(gradient, double.IsFinite) || !Array.TrueForAll(hessian, double.IsFinite))
                {
                    return false;
                }

                if (Array.TrueForAll(gradient, g => g == 0))
                {
                    return box.Contains(point);
                }

                if (!NewtonStep(gradient, hessian, out var x, out var y))
                {
                    return false;
                }

                point[0] -= x;
                var isSmall = Math.Abs(x) <= 1e-14 * Width(0);
                if (size == 2)
                {
                    point[1] -= y;
                    isSmall &= Math.Abs(y) <= 1e-14 * Width(1);
                }

                if (!box.Contains(point, 3))
                {
                    return false;
                }

                if (isSmall)
                {
                    return box.Contains(point);
                }
            }

            return false;
        }

        bool IsSame(double[] other) => Enumerable.Range(0, size).All(i => Math.Abs(other[i] - point[i]) <= 1e-5 * Width(i));

        double Width(int variable) => box[variable].High - box[variable].Low;

        CriticalKind KindOf(double typical)
        {
            var eigenvalues = Curvature.Eigenvalues(hessian);
            return Array.Exists(eigenvalues, value => Math.Abs(value) <= 1e-6 * typical) ? CriticalKind.Degenerate : Curvature.Classify(hessian);
        }
    }

    private static bool NewtonStep(double[] g, double[] h, out double x, out double y)
    {
        if (g.Length == 1)
        {
            (x, y) = (g[0] / h[0], 0);
            return double.IsFinite(x);
        }

        var determinant = (h[0] * h[3]) - (h[1] * h[2]);
        (x, y) = (((h[3] * g[0]) - (h[1] * g[1])) / determinant, ((h[0] * g[1]) - (h[2] * g[0])) / determinant);
        return double.IsFinite(x) && double.IsFinite(y);
    }
}
