namespace Descent.Landscapes.Runs;

/// <summary>The rules by which a step of a run gets its status.</summary>
internal static class StatusRules
{
    public const double FarAway = 1e12;
    public const double SmallGradient = 1e-6;
    private const double HugeLoss = 1e6;
    private const double DomainFactor = 3;
    private const int RisingSteps = 3;
    private const int AlternatingSteps = 3;
    private const int MixedSteps = 10;
    private const int MixedChanges = 8;
    private const int CrawlSteps = 50;
    private const double CrawlShare = 1e-3;

    /// <summary>Whether nothing can follow: a number that is not finite, or a point beyond all distances.</summary>
    public static bool IsLost(Trajectory run, int step) => !double.IsFinite(run.Loss[step]) || IsFar(run, step);

    /// <summary>The status at a step, given all before it.</summary>
    /// <param name="run">Points, losses and norms of gradients up to the step.</param>
    /// <param name="step">0 for the start.</param>
    /// <param name="objective">For the Hessian.</param>
    /// <param name="box">What is plotted; null where nothing is.</param>
    public static RunStatus At(Trajectory run, int step, Objective objective, Box? box) =>
        HasDiverged(run, step) ? RunStatus.Diverged
        : run.GradientNorm[step] <= SmallGradient ? IsValley(run, step, objective) ? RunStatus.Converged : RunStatus.Stalled
        : box is not null && !box.Contains(run.PointAt(step), DomainFactor) ? RunStatus.LeftDomain
        : IsOscillating(run, step) ? RunStatus.Oscillating
        : IsCrawling(run, step) ? RunStatus.Crawling
        : RunStatus.Moving;

    private static bool HasDiverged(Trajectory run, int step)
    {
        if (IsLost(run, step) || !double.IsFinite(run.GradientNorm[step]) || run.Loss[step] > HugeLoss * Math.Max(1, run.Loss[0]))
        {
            return true;
        }

        var rising = step >= RisingSteps && run.Loss[step] > run.Loss[0];
        for (var i = 0; rising && i < RisingSteps; i++)
        {
            rising = run.Loss[step - i] > run.Loss[step - i - 1];
        }

        return rising;
    }

    private static bool IsFar(Trajectory run, int step)
    {
        foreach (var coordinate in run.PointAt(step))
        {
            if (!(Math.Abs(coordinate) <= FarAway))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsValley(Trajectory run, int step, Objective objective)
    {
        var size = objective.Dimension;
        var (gradient, hessian) = (new double[size], new double[size * size]);
        objective.Hessian(run.PointAt(step), gradient, hessian);
        return Curvature.IsPositiveSemidefinite(hessian);
    }

    private static bool IsOscillating(Trajectory run, int step)
    {
        for (var component = 0; component < run.Dimension; component++)
        {
            var (changes, unbroken) = (0, 0);
            for (var back = 0; back < MixedSteps && step - back >= 2; back++)
            {
                var changed = Move(run, step - back, component) * (double)Math.Sign(Move(run, step - back - 1, component)) < 0;
                unbroken += changed && unbroken == back ? 1 : 0;
                changes += changed ? 1 : 0;
            }

            if (unbroken >= AlternatingSteps || changes >= MixedChanges)
            {
                return true;
            }
        }

        return false;
    }

    private static double Move(Trajectory run, int step, int component) =>
        run.Theta[(step * run.Dimension) + component] - run.Theta[((step - 1) * run.Dimension) + component];

    private static bool IsCrawling(Trajectory run, int step) =>
        step >= CrawlSteps && Math.Abs(run.Loss[step] - run.Loss[step - CrawlSteps]) < CrawlShare * Math.Abs(run.Loss[step - CrawlSteps]);
}
