using Descent.Landscapes.Interface;

namespace Descent.Landscapes.Theory;

/// <summary>What <c>scaling</c> is asked for: a linear fit of two features and a bias by mean squared error.</summary>
public sealed record ScalingRequest
{
    /// <summary>The examples: two features each; 3 to 1000.</summary>
    public double[][] Features { get; set; } = [[25, 30_000], [32, 48_000], [47, 80_000], [51, 62_000], [62, 95_000], [38, 55_000]];
}

/// <summary>The loss of a fit around its minimum.</summary>
/// <param name="Features">The features that it is of.</param>
/// <param name="Hessian">∂²/∂w² with the bias, by rows: first feature, second feature, bias.</param>
/// <param name="Eigenvalues">From small to large.</param>
/// <param name="Condition">The largest over the smallest.</param>
/// <param name="StableBelow">The rate at which gradient descent stops converging, 2/λ.</param>
/// <param name="Slice">The Hessian of the two weights where the bias is always at its best, by rows: the ellipse.</param>
public sealed record ScaledFit(double[][] Features, double[] Hessian, double[] Eigenvalues, double Condition, double StableBelow, double[] Slice);

/// <summary>What <c>scaling</c> gives.</summary>
/// <param name="Raw">With the features as they are.</param>
/// <param name="Standardised">With mean 0 and standard deviation 1, over all examples.</param>
public sealed record ScalingReply(ScaledFit Raw, ScaledFit Standardised);

/// <summary>What standardising features does to the shape of a loss.</summary>
public static class FeatureScaling
{
    private const int Most = 1000;
    private const int Sweeps = 60;

    /// <summary>Compares the fits.</summary>
    /// <exception cref="DescentException">There are too few examples, or a feature does not vary or is not finite.</exception>
    public static ScalingReply Of(ScalingRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        Runs.Limits.Check("The number of examples", request.Features.Length, Most, least: 3);
        if (Array.Exists(request.Features, row => row.Length != 2 || !Array.TrueForAll(row, double.IsFinite)))
        {
            throw new DescentException("Every example must have two features that are numbers.");
        }

        var (first, second) = (Moments(request.Features, 0), Moments(request.Features, 1));
        for (var i = 0; i < 2; i++)
        {
            if (!((i == 0 ? first : second).Deviation > 0))
            {
                throw new DescentException($"Feature {i + 1} must vary, but is {Words.Number(request.Features[0][i])} in every example.");
            }
        }

        return new ScalingReply(
            Fit(request.Features),
            Fit([.. request.Features.Select(row => new[] { (row[0] - first.Mean) / first.Deviation, (row[1] - second.Mean) / second.Deviation })]));
    }

    internal static Answer Answer(ScalingRequest request) => Functions.Reply(Of(request), Json.Default.ScalingReply);

    private static (double Mean, double Deviation) Moments(double[][] rows, int column)
    {
        var mean = rows.Average(row => row[column]);
        return (mean, Math.Sqrt(rows.Average(row => (row[column] - mean) * (row[column] - mean))));
    }

    private static ScaledFit Fit(double[][] features)
    {
        // H = 2/n · Σ x·xᵀ with x = (a, b, 1).
        var hessian = new double[9];
        foreach (var row in features)
        {
            double[] x = [row[0], row[1], 1];
            for (var i = 0; i < 9; i++)
            {
                hessian[i] += 2 * x[i / 3] * x[i % 3] / features.Length;
            }
        }

        var values = Eigenvalues([.. hessian]);
        var (a, b) = (hessian[2], hessian[5]);
        return new ScaledFit(
            features,
            hessian,
            values,
            values[2] / values[0],
            2 / values[2],
            [hessian[0] - (a * a / hessian[8]), hessian[1] - (a * b / hessian[8]), hessian[3] - (a * b / hessian[8]), hessian[4] - (b * b / hessian[8])]);
    }

    /// <summary>Jacobi's rotations, until nothing is left beside the diagonal: accurate also for small eigenvalues of badly scaled matrices.</summary>
    private static double[] Eigenvalues(double[] m)
    {
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            foreach (var (p, q) in (ReadOnlySpan<(int, int)>)[(0, 1), (0, 2), (1, 2)])
            {
                var off = m[(3 * p) + q];
                if (off == 0)
                {
                    continue;
                }

                var theta = (m[4 * q] - m[4 * p]) / (2 * off);
                var t = Math.Sign(theta) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
                t = theta == 0 ? 1 : t;
                var c = 1 / Math.Sqrt((t * t) + 1);
                var s = t * c;
                (m[4 * p], m[4 * q]) = (m[4 * p] - (t * off), m[4 * q] + (t * off));
                m[(3 * p) + q] = m[(3 * q) + p] = 0;
                var r = 3 - p - q;
                var (rp, rq) = (m[(3 * r) + p], m[(3 * r) + q]);
                m[(3 * r) + p] = m[(3 * p) + r] = (c * rp) - (s * rq);
                m[(3 * r) + q] = m[(3 * q) + r] = (s * rp) + (c * rq);
            }
        }

        return [.. new[] { m[0], m[4], m[8] }.Order()];
    }
}
