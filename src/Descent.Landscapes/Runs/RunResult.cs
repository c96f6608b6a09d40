using Descent.Optimizers;

namespace Descent.Landscapes.Runs;

/// <summary>A participant's run.</summary>
/// <param name="Label">For tables.</param>
/// <param name="Method">What moved.</param>
/// <param name="Style">How it is drawn, everywhere.</param>
/// <param name="Trajectory">All steps.</param>
/// <param name="GradientEvaluationsPerUpdate">What an update costs.</param>
/// <param name="ExamplesPerUpdate">How many examples gradients of an update are computed from, at most.</param>
/// <param name="Threshold">The loss at which it has arrived; null for no such question.</param>
public sealed record RunEntry(
    string Label,
    Method Method,
    OptimizerStyle Style,
    Trajectory Trajectory,
    int GradientEvaluationsPerUpdate,
    int ExamplesPerUpdate,
    double? Threshold)
{
    /// <summary>The last judged loss.</summary>
    public double FinalLoss => Trajectory.JudgedLoss[^1];

    /// <summary>The first step at which it had arrived; null when it never did, or nothing was asked.</summary>
    public int? Arrival => Threshold is { } threshold ? Trajectory.StepsTo(threshold) : null;

    /// <summary>How many gradients it took to arrive.</summary>
    public int? EvaluationsToArrival => Arrival * GradientEvaluationsPerUpdate;
}

/// <summary>What came of a request.</summary>
/// <param name="Request">The request.</param>
/// <param name="Course">What was descended on.</param>
/// <param name="Entries">In the order of the request.</param>
public sealed record RunResult(RunRequest Request, Course Course, IReadOnlyList<RunEntry> Entries);
