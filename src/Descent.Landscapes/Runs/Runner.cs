using Descent.Engine;
using Descent.Gradients;
using Descent.Landscapes.Data;
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
        var lanes = request.Optimizers.Select(entrant => new RunLane(course, request, entrant)).ToArray();
        var styles = OptimizerStyle.For(lanes.Select(lane => lane.Method));
        return new RunResult(request, course, [.. lanes.Zip(styles, (lane, style) => lane.Run(style, cancellation))]);
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

        method.Validate();
        return method;
    }

    /// <summary>One participant on its way.</summary>
    private sealed class RunLane
    {
        private readonly Course course;
        private readonly RunRequest request;
        private readonly Entrant entrant;
        private readonly double[] values;
        private readonly double[] gradient;
        private readonly double[] exact;
        private readonly Parameter<double> theta;
        private readonly Optimizer optimizer;
        private readonly GradientSource source;
        private readonly int updates;

        public RunLane(Course course, RunRequest request, Entrant entrant)
        {
            (this.course, this.request, this.entrant) = (course, request, entrant);
            var size = course.Objective.Dimension;
            values = Start(request.Start ?? course.Start, size);
            (gradient, exact) = (new double[size], new double[size]);
            theta = new Parameter<double>("theta", values, gradient);
            source = new GradientSource(course.Objective, request);
            Limits.Check("The number of steps", request.Steps, request.Budget == Budget.Examples ? (long)Limits.Updates * source.ExamplesPerGradient : 2 * Limits.Updates);

            // What an update costs follows from the method, and the schedule from how many updates there are.
            Method = MethodOf(request, entrant, request.Steps);
            EvaluationsPerUpdate = Optimizer.For([theta], Method).UsesCurvature ? 2 : 1;
            updates = (int)(request.Steps / CostOf(request.Budget));
            Limits.Check("The number of updates", updates, Limits.Updates, least: 0);
            Method = MethodOf(request, entrant, Math.Max(1, updates));
            optimizer = Optimizer.For([theta], Method);
            optimizer.Clipping = ClippingOf(request);
        }

        public Method Method { get; }

        private int EvaluationsPerUpdate { get; }

        public RunEntry Run(OptimizerStyle style, CancellationToken cancellation) => new(
            entrant.Label ?? Method.ToString(),
            Method,
            style,
            Run(cancellation),
            EvaluationsPerUpdate,
            EvaluationsPerUpdate * source.ExamplesPerGradient,
            request.Threshold);

        public Trajectory Run(CancellationToken cancellation)
        {
            var trajectory = new Trajectory(values.Length, updates);
            var trace = request.Internals ? new StateTrace(optimizer, theta, Method, trajectory) : null;
            var evaluation = optimizer.HasEvaluationPoint ? (new double[(updates + 1) * values.Length], new double[updates + 1]) : ([], Array.Empty<double>());
            trajectory.Evaluation = evaluation;
            for (var step = 0; ; step++)
            {
                Record(trajectory, step);
                trace?.Record(step, step == 0 ? 0 : trajectory.LearningRate[step - 1]);
                if (step == updates || StatusRules.IsLost(trajectory, step))
                {
                    break;
                }

                cancellation.ThrowIfCancellationRequested();
                UpdateCurvature();
                trace?.Before();
                optimizer.Step();
                trace?.After(step + 1);
            }

            trajectory.Trim();
            return trajectory;
        }

        private static double[] Start(double[] start, int size)
        {
            if (start.Length != size)
            {
                throw new DescentException($"The start must have {size} {(size == 1 ? "number" : "numbers")}, one per variable, but had {start.Length}.");
            }

            return Array.TrueForAll(start, double.IsFinite)
                ? [.. start]
                : throw new DescentException($"The start must be finite numbers, but was {Words.Point(start, Words.Number)}.");
        }

        private static GradientClipping ClippingOf(RunRequest request) => (request.ClipNorm, request.ClipValue) switch
        {
            (null, null) => GradientClipping.None,
            ({ } norm, null) => new ClipByNorm(norm),
            (null, { } limit) => new ClipByValue(limit),
            _ => throw new DescentException("Clip by norm or by value, not by both; leave clip_norm or clip_value out."),
        };

        private long CostOf(Budget budget) => budget switch
        {
            Budget.Updates => 1,
            Budget.Examples => EvaluationsPerUpdate * source.ExamplesPerGradient,
            _ => EvaluationsPerUpdate,
        };

        private void Record(Trajectory run, int step)
        {
            var objective = course.Objective;
            if (objective is GradientStream stream)
            {
                stream.Update = step;
            }

            run.Loss[step] = objective.Gradient(values, exact);
            source.Next(values, exact, gradient);
            values.CopyTo(run.Theta.AsSpan(step * values.Length));
            gradient.CopyTo(run.Gradient.AsSpan(step * values.Length));
            run.GradientNorm[step] = values.Length == 2 ? double.Hypot(exact[0], exact[1]) : Math.Sqrt(exact.Sum(g => g * g));
            run.LearningRate[step] = Method.RateAt(new StepPoint(step + 1, step));
            run.Statuses[step] = StatusRules.At(run, step, objective, course.Box);
            if (run.Evaluation.Loss.Length > 0)
            {
                optimizer.MoveTo(ParameterPoint.Evaluation);
                values.CopyTo(run.Evaluation.Theta.AsSpan(step * values.Length));
                run.Evaluation.Loss[step] = objective.Value(values);
                optimizer.MoveTo(ParameterPoint.Training);
            }

            run.Add();
        }

        private void UpdateCurvature()
        {
            if (!optimizer.UsesCurvature)
            {
                return;
            }

            // The exact diagonal, where training would have an estimate of it.
            var size = values.Length;
            var (slope, hessian) = (new double[size], new double[size * size]);
            course.Objective.Hessian(values, slope, hessian);
            theta.CurvatureEstimate = Enumerable.Range(0, size).Select(i => hessian[i * (size + 1)]).ToArray();
            optimizer.UpdateCurvature();
        }
    }
}
