using Descent.Optimizers;

namespace Descent.Landscapes.Runs;

/// <summary>A run of which only some updates are kept, so that it may be long.</summary>
/// <param name="Updates">Which updates were kept: row k of every trajectory is after so many.</param>
/// <param name="Entries">In the order of the request; a run that was lost early has fewer rows. Statuses are not judged.</param>
public sealed record ThinnedRun(int[] Updates, IReadOnlyList<(string Label, Method Method, Trajectory Trajectory)> Entries)
{
    /// <summary>How many of the last updates are all kept, so that one sees what repeats.</summary>
    private const int Tail = 16;

    /// <summary>Makes every update and keeps some: the first and the last ones, and those between at equal factors.</summary>
    /// <param name="request">What is to be run; up to 1 000 000 updates.</param>
    /// <param name="rows">About how many rows to keep; 2 to 2000.</param>
    /// <param name="cancellation">Ends it early with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="DescentException">Something is not known, not allowed, or beyond a limit; the message names it.</exception>
    public static ThinnedRun Of(RunRequest request, int rows, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(request.Optimizers);
        Limits.Check("The number of rows of a trace", rows, Limits.TraceRows, least: 2);
        Limits.Check("The number of optimizers", request.Optimizers.Length, Limits.Optimizers);
        Limits.Check("The number of updates of a trace", request.Steps, Limits.ThinnedUpdates);
        var (course, kept) = (Course.Of(request.Landscape), Kept(request.Steps, rows));
        return new ThinnedRun(kept, [.. request.Optimizers.Select(entrant =>
        {
            var run = Runner.RunThinned(course, request with { Budget = Budget.Updates }, entrant, kept, out var method, cancellation);
            return (entrant.Label ?? method.ToString(), method, run);
        })]);
    }

    /// <summary>0, the last ones, and what lies between at equal factors, each once.</summary>
    internal static int[] Kept(int updates, int rows)
    {
        if (updates < rows)
        {
            return [.. Enumerable.Range(0, updates + 1)];
        }

        var spaced = Enumerable.Range(0, rows).Select(i => (int)Math.Round(Math.Pow(updates, (double)i / (rows - 1))));
        return [.. spaced.Concat(Enumerable.Range(updates - Tail + 1, Tail).Where(update => update > 0)).Append(0).Distinct().Order()];
    }
}
