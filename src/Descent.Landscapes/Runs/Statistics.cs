using Descent.Numerics;

namespace Descent.Landscapes.Runs;

/// <summary>How often a method does what, over random starts and seeds.</summary>
/// <param name="Label">The method.</param>
/// <param name="Runs">How many runs.</param>
/// <param name="Arrived">How many reached the threshold.</param>
/// <param name="Diverged">How many diverged.</param>
/// <param name="MedianArrival">The median step of arrival over those that arrived; null when none did.</param>
/// <param name="MedianFinalLoss">The median of the final losses; those that are not finite count as the largest.</param>
/// <param name="LowestFinalLoss">The lowest.</param>
/// <param name="HighestFinalLoss">The highest.</param>
public sealed record RunStatistics(
    string Label,
    int Runs,
    int Arrived,
    int Diverged,
    double? MedianArrival,
    double MedianFinalLoss,
    double LowestFinalLoss,
    double HighestFinalLoss);

/// <summary>Repeats a request from random starts in the box, each with a seed of its own; all optimizers get the same starts and seeds.</summary>
public static class Statistics
{
    private const ulong StartStream = 3;

    /// <summary>The starts of the repetitions of a request.</summary>
    /// <param name="request">Its seed chooses them.</param>
    /// <param name="count">How many; from 1 to 2000.</param>
    /// <returns>Points, uniform in the box of the landscape.</returns>
    /// <exception cref="DescentException">The landscape has no box, as a stream of gradients has none, or the count is out of range.</exception>
    public static IReadOnlyList<double[]> Starts(RunRequest request, int count)
    {
        ArgumentNullException.ThrowIfNull(request);
        Limits.Check("The number of starts", count, Limits.Replicates);
        var course = Course.Of(request.Landscape);
        var box = course.Box ?? throw new DescentException("Random starts need a landscape or a formula, but a stream of gradients was given.");
        var random = new SeededRandom(request.Seed, StartStream);
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, course.Objective.Dimension).Select(i => random.NextUniform(box[i].Low, box[i].High)).ToArray())];
    }

    /// <summary>Runs each optimizer from each start.</summary>
    /// <param name="request">What is repeated; its start is not used unless <paramref name="keepStart"/>.</param>
    /// <param name="count">How many repetitions; from 1 to 2000.</param>
    /// <param name="keepStart">Whether only the seed changes, for noise and batches.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static IReadOnlyList<RunStatistics> Of(RunRequest request, int count, bool keepStart = false, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var course = Course.Of(request.Landscape);
        var starts = keepStart ? [.. Enumerable.Repeat(request.Start ?? course.Start, Counted(count))] : Starts(request, count);
        return [.. request.Optimizers.Select(entrant => Of(course, request, entrant, starts, cancellation))];
    }

    private static int Counted(int count)
    {
        Limits.Check("The number of repetitions", count, Limits.Replicates);
        return count;
    }

    private static RunStatistics Of(Course course, RunRequest request, Entrant entrant, IReadOnlyList<double[]> starts, CancellationToken cancellation)
    {
        var runs = starts.Select((start, i) => Runner.RunOne(course, request with { Start = start, Seed = request.Seed + (ulong)i, Internals = false }, entrant, cancellation)).ToArray();
        double[] losses = [.. runs.Select(run => run.JudgedLoss[^1]).Select(loss => double.IsFinite(loss) ? loss : double.PositiveInfinity).Order()];
        double[] arrivals = request.Threshold is { } threshold ? [.. runs.Select(run => run.StepsTo(threshold)).Where(step => step is not null).Select(step => (double)step!).Order()] : [];
        return new RunStatistics(
            entrant.Label ?? Runner.MethodOf(request, entrant, Math.Max(1, request.Steps)).ToString(),
            runs.Length,
            arrivals.Length,
            runs.Count(run => run.Status == RunStatus.Diverged),
            arrivals.Length > 0 ? Median(arrivals) : null,
            Median(losses),
            losses[0],
            losses[^1]);
    }

    private static double Median(double[] sorted) => sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
}
