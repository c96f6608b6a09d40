namespace Descent.Landscapes;

/// <summary>The eigenvalues of a Hessian of one or two variables, and what follows from their signs.</summary>
public static class Curvature
{
    /// <summary>Below this share of the largest entry an eigenvalue counts as 0: what rounding leaves.</summary>
    private const double Rounding = 1e-12;

    /// <summary>The eigenvalues of a symmetric matrix of 1 or 2 rows, from small to large, in closed form.</summary>
    /// <param name="hessian">By rows.</param>
    public static double[] Eigenvalues(ReadOnlySpan<double> hessian)
    {
        if (hessian.Length == 1)
        {
            return [hessian[0]];
        }

        var (a, b, c) = (hessian[0], hessian[1], hessian[3]);
        if (b == 0)
        {
            return a <= c ? [a, c] : [c, a];
        }

        // The larger in size is a sum of equal signs; the other follows from the determinant without cancellation.
        var (mean, radius) = ((a / 2) + (c / 2), double.Hypot((a / 2) - (c / 2), b));
        var large = mean >= 0 ? mean + radius : mean - radius;
        var small = large == 0 ? 0 : (a * (c / large)) - (b * (b / large));
        return small <= large ? [small, large] : [large, small];
    }

    /// <summary>Whether no eigenvalue is below 0, but for rounding.</summary>
    public static bool IsPositiveSemidefinite(ReadOnlySpan<double> hessian) => Eigenvalues(hessian)[0] >= -Tolerance(hessian);

    /// <summary>What a critical point with this Hessian is.</summary>
    public static CriticalKind Classify(ReadOnlySpan<double> hessian)
    {
        var (eigenvalues, zero) = (Eigenvalues(hessian), Tolerance(hessian));
        var (up, down) = (0, 0);
        foreach (var value in eigenvalues)
        {
            (up, down) = (up + (value > zero ? 1 : 0), down + (value < -zero ? 1 : 0));
        }

        return up > 0 && down > 0 ? CriticalKind.Saddle
            : up == eigenvalues.Length ? CriticalKind.Minimum
            : down == eigenvalues.Length ? CriticalKind.Maximum
            : CriticalKind.Degenerate;
    }

    private static double Tolerance(ReadOnlySpan<double> hessian)
    {
        var largest = 0.0;
        foreach (var entry in hessian)
        {
            largest = Math.Max(largest, Math.Abs(entry));
        }

        return double.IsFinite(largest) ? Rounding * largest : 0;
    }

}
