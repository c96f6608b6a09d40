using System.Numerics;

namespace Descent.Landscapes.Runs;

/// <summary>The rules by which the steps of a run get their status, one after the other.</summary>
/// <param name="run">Points, losses and norms of gradients up to the step that is asked about.</param>
/// <param name="objective">For the Hessian.</param>
/// <param name="box">What is plotted; null where nothing is.</param>
internal sealed class StatusRules(Trajectory run, Objective objective, Box? box)
{
    public const double FarAway = 1e12;
    public const double SmallGradient = 1e-6;
    private const double HugeLoss = 1e6;
    private const double DomainFactor = 3;
    private const int RisingSteps = 3;
    private const int MixedChanges = 8;
    private const uint LastThree = 0b111;
    private const uint LastTen = 0b11_1111_1111;
    private const int CrawlSteps = 50;
    private const double CrawlShare = 1e-3;

    // Per variable, a bit per step, the newest lowest: whether it moved the other way than the step before.
    private readonly uint[] turns = new uint[run.Dimension];
    private readonly double[] gradient = new double[run.Dimension];
    private readonly double[] hessian = new double[run.Dimension * run.Dimension];
    private int step = -1;

    /// <summary>Whether nothing can follow: a number that is not finite, or a point beyond all distances.</summary>
    public static bool IsLost(Trajectory run, int step) => !double.IsFinite(run.Loss[step]) || IsFar(run, step);

    /// <summary>The status at the next step.</summary>
    public RunStatus Next()
    {
        step++;
        var isOscillating = Turns();
        return HasDiverged() ? RunStatus.Diverged
            : run.GradientNorm[step] <= SmallGradient ? IsValley() ? RunStatus.Converged : RunStatus.Stalled
            : box is not null && !box.Contains(run.PointAt(step), DomainFactor) ? RunStatus.LeftDomain
            : isOscillating ? RunStatus.Oscillating
            : IsCrawling() ? RunStatus.Crawling
            : RunStatus.Moving;
    }

    private static bool IsFar(Trajectory run, int step)
    {
        var theta = run.Theta;
        for (var i = step * run.Dimension; i < (step + 1) * run.Dimension; i++)
        {
            if (!(Math.Abs(theta[i]) <= FarAway))
            {
                return true;
            }
        }

        return false;
    }

    private bool HasDiverged()
    {
        var loss = run.Loss;
        if (IsLost(run, step) || !double.IsFinite(run.GradientNorm[step]) || loss[step] > HugeLoss * Math.Max(1, loss[0]))
        {
            return true;
        }

        var rising = step >= RisingSteps && loss[step] > loss[0];
        for (var i = 0; rising && i < RisingSteps; i++)
        {
            rising = loss[step - i] > loss[step - i - 1];
        }

        return rising;
    }

    private bool IsValley()
    {
        objective.Hessian(run.PointAt(step), gradient, hessian);
        return Curvature.IsPositiveSemidefinite(hessian);
    }

    /// <summary>Whether a variable turned in each of the last three steps, or in most of the last ten; it looks at each step once.</summary>
    private bool Turns()
    {
        if (step < 2)
        {
            return false;
        }

        var (theta, size, found) = (run.Theta, turns.Length, false);
        for (var (i, at) = (0, step * turns.Length); i < size; i++, at++)
        {
            var (now, before) = (theta[at] - theta[at - size], theta[at - size] - theta[at - size - size]);
            var last = (turns[i] << 1) | ((now < 0 && before > 0) || (now > 0 && before < 0) ? 1u : 0);
            turns[i] = last;
            found |= (last & LastThree) == LastThree || BitOperations.PopCount(last & LastTen) >= MixedChanges;
        }

        return found;
    }

    private bool IsCrawling()
    {
        var loss = run.Loss;
        return step >= CrawlSteps && Math.Abs(loss[step] - loss[step - CrawlSteps]) < CrawlShare * Math.Abs(loss[step - CrawlSteps]);
    }
}
