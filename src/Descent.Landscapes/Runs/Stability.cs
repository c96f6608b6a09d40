using Descent.Optimizers;

namespace Descent.Landscapes.Runs;

/// <summary>
/// Where gradient descent with and without momentum is stable: the learning rate times the largest curvature, and the limit that it must stay
/// below, on a quadratic, or near the known minimum next to the start.
/// </summary>
/// <param name="Curvature">The largest eigenvalue λ of the Hessian.</param>
/// <param name="Product">η·λ at the first step.</param>
/// <param name="Limit">
/// What ηλ must stay below: 2 for gradient descent, 2(1 + β) for the heavy ball, (2 + 2β)/(1 + 2β) for Nesterov's method; 2(1 + β)/(1 − β) where
/// the momentum is an average.
/// </param>
public sealed record Stability(double Curvature, double Product, double Limit)
{
    /// <summary>Whether steps shrink the distance to the minimum in the end.</summary>
    public bool IsStable => Product < Limit;

    /// <summary>The largest learning rate.</summary>
    public double LargestRate => Limit / Curvature;

    /// <summary>As people write it: <c>ηλ = 1.8 > 1.357</c>.</summary>
    public string Text => $"ηλ = {Words.Short(Product)} {(IsStable ? "<" : Product > Limit ? ">" : "=")} {Words.Short(Limit)}";

    /// <summary>The stability of a method on a course; null where no limit is known: for other methods, with decay, and where the curvature changes and no minimum is known.</summary>
    /// <param name="method">With its learning rate.</param>
    /// <param name="course">What is descended on.</param>
    /// <param name="start">Where the run begins.</param>
    public static Stability? Of(Method method, Course course, ReadOnlySpan<double> start)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(course);
        return LimitOf(method) is { } limit && CurvatureOf(course, start.ToArray()) is { } curvature and > 0
            ? new Stability(curvature, curvature * method.RateAt(new StepPoint(1, 0)), limit)
            : null;
    }

    private static double? LimitOf(Method method) => method switch
    {
        { WeightDecay.IsZero: false } => null,
        SgdMethod sgd => (sgd.Momentum.At(0), sgd.Nesterov) switch
        {
            (0, _) => 2,
            (var beta, true) => (2 + (2 * beta)) / (1 + (2 * beta)),
            var (beta, _) => 2 * (1 + beta) / (1 - sgd.Dampening.At(0)),
        },
        SgdEma ema => 2 * (1 + ema.Momentum.At(0)) / (1 - ema.Momentum.At(0)),
        _ => null,
    };

    private static double? CurvatureOf(Course course, double[] start)
    {
        if (course.Box is not { } box)
        {
            return null;
        }

        var size = course.Objective.Dimension;
        if (NearestMinimum(course, start) is { } minimum)
        {
            return Largest(Hessian(minimum.Point));
        }

        double[] low = new double[size], high = new double[size];
        for (var i = 0; i < size; i++)
        {
            (low[i], high[i]) = box[i];
        }

        var here = Hessian(start);
        return here.AsSpan().SequenceEqual(Hessian(low)) && here.AsSpan().SequenceEqual(Hessian(high)) ? Largest(here) : null;

        double[] Hessian(double[] point)
        {
            var hessian = new double[size * size];
            course.Objective.Hessian(point, new double[size], hessian);
            return hessian;
        }

        static double Largest(double[] hessian) => Landscapes.Curvature.Eigenvalues(hessian)[^1];
    }

    private static KnownPoint? NearestMinimum(Course course, double[] start)
    {
        var (nearest, least) = (default(KnownPoint), double.PositiveInfinity);
        foreach (var known in course.Known)
        {
            var square = 0.0;
            for (var i = 0; i < start.Length; i++)
            {
                square += (known.Point[i] - start[i]) * (known.Point[i] - start[i]);
            }

            if (known.Kind == "minimum" && (nearest is null || square < least))
            {
                (nearest, least) = (known, square);
            }
        }

        return nearest;
    }
}
