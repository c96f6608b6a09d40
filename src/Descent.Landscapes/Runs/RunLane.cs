using Descent.Engine;
using Descent.Gradients;
using Descent.Landscapes.Data;
using Descent.Optimizers;

namespace Descent.Landscapes.Runs;

/// <summary>One participant on its way.</summary>
internal sealed class RunLane
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
    private readonly GradientAccumulator? accumulator;
    private readonly int updates;
    private int[] examples = [];

    public RunLane(Course course, RunRequest request, Entrant entrant, int mostUpdates = Limits.Updates)
    {
        (this.course, this.request, this.entrant) = (course, request, entrant);
        var size = course.Objective.Dimension;
        values = Start(request.Start ?? course.Start, size);
        (gradient, exact) = (new double[size], new double[size]);
        theta = new Parameter<double>("theta", values, gradient);
        source = new GradientSource(course.Objective, request);
        Limits.Check("The number of steps", request.Steps, request.Budget == Budget.Examples ? (long)mostUpdates * source.ExamplesPerGradient : 2 * mostUpdates);

        Method = Runner.MethodOf(request, entrant, request.Steps);
        optimizer = Optimizer.For([theta], Method);
        EvaluationsPerUpdate = optimizer.UsesCurvature ? 2 : 1;
        updates = (int)(request.Steps / CostOf(request.Budget));
        Limits.Check("The number of updates", updates, mostUpdates, least: 0);
        if (updates != request.Steps)
        {
            // What an update costs follows from the method, and the schedule from how many updates there are.
            Method = Runner.MethodOf(request, entrant, Math.Max(1, updates));
            optimizer = Optimizer.For([theta], Method);
        }

        optimizer.Clipping = ClippingOf(request);
        accumulator = request.Batches is { Accumulate: > 1 } ? new GradientAccumulator([theta]) : null;
        optimizer.GradientScale = request.Batches is { Undivided: true } mistaken ? mistaken.Accumulate : 1;
        if (entrant.State is { } state)
        {
            InitialState.Set(optimizer, theta, state);
        }
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
        var trajectory = new Trajectory(values.Length, updates) { Examples = request.Batches is null ? [] : new int[(updates + 1) * source.ExamplesPerGradient] };
        var trace = request.Internals ? new StateTrace(optimizer, theta, Method, trajectory) : null;
        var evaluation = optimizer.HasEvaluationPoint ? (new double[(updates + 1) * values.Length], new double[updates + 1]) : ([], Array.Empty<double>());
        trajectory.Evaluation = evaluation;
        var rules = new StatusRules(trajectory, course.Objective, course.Box);
        for (var step = 0; ; step++)
        {
            Record(trajectory, step, rules);
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

    /// <param name="kept">Updates whose rows are kept, from 0 on, growing.</param>
    /// <param name="cancellation">Ends it early.</param>
    public Trajectory RunThinned(ReadOnlySpan<int> kept, CancellationToken cancellation)
    {
        var trajectory = new Trajectory(values.Length, kept.Length - 1);
        var trace = request.Internals ? new StateTrace(optimizer, theta, Method, trajectory) : null;
        var row = 0;
        for (var step = 0; ; step++)
        {
            var loss = Evaluate(step);
            if (step == kept[row])
            {
                Keep(trajectory, row, step, loss);
                trace?.Record(row, step == 0 ? 0 : Method.RateAt(new StepPoint(step, step - 1)));
                if (++row == kept.Length || !double.IsFinite(loss))
                {
                    break;
                }
            }

            cancellation.ThrowIfCancellationRequested();
            UpdateCurvature();
            var isKept = step + 1 == kept[row];
            if (isKept)
            {
                trace?.Before();
            }

            optimizer.Step();
            if (isKept)
            {
                trace?.After(row);
            }
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

    /// <summary>Loss and gradient where the parameters are now.</summary>
    private double Evaluate(int step)
    {
        if (course.Objective is GradientStream stream)
        {
            stream.Update = step;
        }

        var loss = course.Objective.Gradient(values, exact);
        if (accumulator is null)
        {
            source.Next(values, exact, gradient);
            examples = source.Batch;
            return loss;
        }

        examples = [];
        for (var micro = 0; micro < request.Batches!.Accumulate; micro++)
        {
            source.Next(values, exact, gradient);
            accumulator.Add(source.Batch.Length);
            examples = [.. examples, .. source.Batch];
        }

        accumulator.Finish();
        return loss;
    }

    /// <summary>Writes a row.</summary>
    private void Keep(Trajectory run, int row, int step, double loss)
    {
        // One by one: a browser's runtime takes longer to begin a copy than to move two numbers.
        var (size, thetas, gradients) = (values.Length, run.Theta, run.Gradient);
        for (var (i, at) = (0, row * size); i < size; i++, at++)
        {
            (thetas[at], gradients[at]) = (values[i], gradient[i]);
        }

        run.Loss[row] = loss;
        run.GradientNorm[row] = size == 2 ? double.Hypot(exact[0], exact[1]) : Norm(exact);
        run.LearningRate[row] = Method.RateAt(new StepPoint(step + 1, step));
        if (run.Examples.Length > 0)
        {
            var used = run.Examples.AsSpan(row * source.ExamplesPerGradient, source.ExamplesPerGradient);
            used.Fill(-1);
            examples.CopyTo(used);
        }

        run.Add();
    }

    private static double Norm(double[] vector)
    {
        var sum = 0.0;
        foreach (var number in vector)
        {
            sum += number * number;
        }

        return Math.Sqrt(sum);
    }

    private void Record(Trajectory run, int step, StatusRules rules)
    {
        Keep(run, step, step, Evaluate(step));
        run.Statuses[step] = rules.Next();
        if (run.Evaluation.Loss.Length > 0)
        {
            optimizer.MoveTo(ParameterPoint.Evaluation);
            values.CopyTo(run.Evaluation.Theta.AsSpan(step * values.Length));
            run.Evaluation.Loss[step] = course.Objective.Value(values);
            optimizer.MoveTo(ParameterPoint.Training);
        }
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
