using Descent.Optimizers;
using Descent.Schedules;

namespace Descent.Landscapes.Runs;

/// <summary>Runs optimizers over an objective, in double, with the library's own steps.</summary>
public static class Runner
{
    /// <summary>Runs all optimizers of a request.</summary>
    /// <param name="request">What is to be run.</param>
    /// <param name="cancellation">Ends the run early with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="DescentException">Something is not known, not allowed, or beyond a limit; the message names it.</exception>
    public static RunResult Run(RunRequest request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(request.Optimizers);
        Limits.Check("The number of optimizers", request.Optimizers.Length, Limits.Optimizers);
        var course = Course.Of(request.Landscape);
        var lanes = Array.ConvertAll(request.Optimizers, entrant => new RunLane(course, request, entrant));
        var styles = OptimizerStyle.For(Array.ConvertAll(lanes, lane => lane.Method));
        var entries = new RunEntry[lanes.Length];
        for (var i = 0; i < lanes.Length; i++)
        {
            entries[i] = lanes[i].Run(styles[i], cancellation);
        }

        return new RunResult(request, course, entries);
    }

    /// <summary>One run without its result's trimmings, for maps and statistics.</summary>
    internal static Trajectory RunOne(Course course, RunRequest request, Entrant entrant, CancellationToken cancellation) =>
        new RunLane(course, request, entrant).Run(cancellation);

    /// <summary>The method of a participant with its learning rate and schedule, for so many updates.</summary>
    internal static Method MethodOf(RunRequest request, Entrant entrant, long updates)
    {
        var method = Catalogue.Parse(entrant.Optimizer ?? throw new DescentException("An optimizer must be given, as in sgd(momentum=0.9)."));
        if ((entrant.LearningRate ?? request.LearningRate) is { } rate)
        {
            method = method with { LearningRate = rate };
        }

        if ((entrant.Schedule ?? request.Schedule) is { } schedule)
        {
            var rateNow = method.LearningRate.At(0);
            method = method with { LearningRate = Schedule.Parse(schedule, new ScheduleContext(rateNow, updates)) };
        }

        method = method.ForRun(updates);
        method.Validate();
        return entrant.Correction is { } correction ? Corrected(method, correction) : method;
    }

    /// <summary>Every update of one entrant is made, and only some of them are kept; for runs of up to a million.</summary>
    internal static Trajectory RunThinned(Course course, RunRequest request, Entrant entrant, ReadOnlySpan<int> kept, out Method method, CancellationToken cancellation)
    {
        var lane = new RunLane(course, request, entrant, Limits.ThinnedUpdates);
        method = lane.Method;
        return lane.RunThinned(kept, cancellation);
    }

    /// <summary>
    /// Adam with one average corrected is Adam with both or neither, whose learning rate is multiplied by 1 − β₁ᵗ or divided by it: m stands
    /// outside the root, so that its correction is a factor of the update.
    /// </summary>
    private static AdamMethod Corrected(Method method, Correction correction)
    {
        if (method is not AdamMethod adam || !(method.WeightDecay.IsZero || method.DecayForm == DecayForm.Coupled))
        {
            throw new DescentException($"Correction is for adam, and for adamw without weight decay, but was given to {method}.");
        }

        Schedule Folded(Func<double, double> factor) => Schedule.Custom("with-correction", update => method.LearningRate.At(update) * factor(1 - Math.Pow(adam.Beta1.At(update), update + 1)));
        return correction switch
        {
            Correction.Mean => adam with { BiasCorrection = false, LearningRate = Folded(c => 1 / c) },
            Correction.Square => adam with { BiasCorrection = true, LearningRate = Folded(c => c) },
            _ => adam with { BiasCorrection = correction == Correction.Both },
        };
    }
}
