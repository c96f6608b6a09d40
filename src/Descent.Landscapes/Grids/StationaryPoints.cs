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

        var sizes = starts.ConvertAll(SizeOfHessian).FindAll(double.IsFinite);
        sizes.Sort();
        var scale = sizes.Count == 0 ? 0 : sizes[sizes.Count / 2];
        var found = new List<CriticalPoint>();
        foreach (var start in starts)
        {
            start.CopyTo(point, 0);
            if (found.Count < Most && Solve() && !found.Exists(other => IsSame(other.Point)))
            {
                var value = objective.Hessian(point, gradient, hessian);
                var critical = new CriticalPoint([.. point], value, KindOf(scale), Curvature.Eigenvalues(hessian));
                found.Insert(found.FindLastIndex(other => !IsBefore(critical, other)) + 1, critical);
            }
        }

        return found;

        double SizeOfHessian(double[] at)
        {
            objective.Hessian(at, gradient, hessian);
            var largest = double.NaN;
            foreach (var entry in hessian)
            {
                if (double.IsNaN(largest) || Math.Abs(entry) > largest)
                {
                    largest = Math.Abs(entry);
                }
            }

            return largest;
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

        bool IsSame(double[] other) => IsNear(other, 0) && (size == 1 || IsNear(other, 1));

        bool IsNear(double[] other, int i) => Math.Abs(other[i] - point[i]) <= 1e-5 * Width(i);

        static bool IsBefore(CriticalPoint a, CriticalPoint b) => a.Value.CompareTo(b.Value) is not 0 and var order ? order < 0 : a.Point[0].CompareTo(b.Point[0]) < 0;

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
