using Descent.Engine;
using Descent.Gradients;
using Descent.Landscapes.Runs;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Landscapes.Networks;

/// <summary>How closely an update is looked at.</summary>
public enum Observation
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Norms of gradients, and lengths of updates.</summary>
    Norms,

    /// <summary>Norms, and m̂/√v̂ of every parameter.</summary>
    Everything,
}

/// <summary>A network on its way: one update after the other, each from batches that depend on the seed only.</summary>
public sealed class NetworkTraining
{
    private readonly Optimizer optimizer;
    private readonly CurvatureEstimator? curvature;
    private readonly SeededRandom batchRandom;
    private readonly int[] order;
    private readonly int[] batch;
    private readonly double[] before;
    private readonly StepTrace[] traces;
    private int used;

    /// <summary>Makes the examples and the network, and binds the method.</summary>
    /// <exception cref="DescentException">Something is not known, not allowed, or beyond a limit; the message names it.</exception>
    public NetworkTraining(NetworkRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        Request = request;
        Set = ExampleSet.Of(request);
        Limits.Check("The batch size", request.BatchSize, Math.Min(NetworkLimits.Batch, Set.TrainCount));
        Network = new Perceptron(request, Set.Inputs, Math.Max(1, Set.Classes));
        Method = Runner.MethodOf(new RunRequest { LearningRate = request.LearningRate, Schedule = request.Schedule }, new Entrant { Optimizer = request.Optimizer }, request.Steps);
        if (request.WeightDecay is { } decay)
        {
            Method = Method with { WeightDecay = decay };
            Method.Validate();
        }

        optimizer = Optimizer.For(Network.Parameters, Method);
        optimizer.GradientScale = 1.0 / request.Accumulation;
        optimizer.Clipping = request.ClipNorm is { } norm ? new ClipByNorm(norm) : GradientClipping.None;
        curvature = optimizer.UsesCurvature ? new CurvatureEstimator(Network, request.Activation, request.Seed) : null;
        batchRandom = new SeededRandom(request.Seed, stream: 14);
        order = [.. Enumerable.Range(0, Set.TrainCount)];
        (used, batch, before) = (order.Length, new int[request.BatchSize], new double[Network.Length]);
        LearningRate = Method.RateAt(new StepPoint(1, 0));
        (GradientNorms, UpdateRatios, Ratios) = (Unknown(Network.Layers.Count), Unknown(Network.Layers.Count), Unknown(Network.Length));
        traces = [.. Network.Parameters.Select(optimizer.TraceOf)];
    }

    /// <summary>What was asked.</summary>
    public NetworkRequest Request { get; }

    /// <summary>The examples.</summary>
    public ExampleSet Set { get; }

    /// <summary>The network as it is now.</summary>
    public Perceptron Network { get; }

    /// <summary>The method with its learning rate and schedule.</summary>
    public Method Method { get; }

    /// <summary>Updates made.</summary>
    public int Updates { get; private set; }

    /// <summary>The mean loss over the batches of the last update.</summary>
    public double BatchLoss { get; private set; } = double.NaN;

    /// <summary>The learning rate of the last update; of the first before there was one.</summary>
    public double LearningRate { get; private set; }

    /// <summary>Whether the last loss was not finite, so that there is nothing left to train.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Per layer, the norm of the gradient by its weights and biases at the last update, before clipping; NaN before there was one.</summary>
    public double[] GradientNorms { get; private set; }

    /// <summary>Per layer, the length of the last update of its weights over the length of the weights; NaN before there was one.</summary>
    public double[] UpdateRatios { get; private set; }

    /// <summary>Per parameter, m̂/√v̂ of the last update, where the method has both and it was observed; else NaN.</summary>
    public double[] Ratios { get; private set; }

    /// <summary>Makes an update.</summary>
    /// <param name="observation">What is wanted of it.</param>
    public void Step(Observation observation = Observation.None)
    {
        Network.ZeroGradients();
        BatchLoss = 0;
        for (var i = 0; i < Request.Accumulation; i++)
        {
            Next();
            BatchLoss += Network.AddGradients(Set, batch) / Request.Accumulation;
        }

        if (curvature is not null && Updates % CurvatureEstimator.Interval == 0)
        {
            curvature.Update(Set, batch);
            optimizer.UpdateCurvature();
        }

        if (observation != Observation.None)
        {
            GradientNorms = NormsOf(parameter => parameter.Gradient.Span, 1.0 / Request.Accumulation);
            Network.CopyTo(before);
            Array.ForEach(traces, trace => trace.Before());
        }

        LearningRate = optimizer.Step().LearningRate;
        Updates++;
        IsLost = !double.IsFinite(BatchLoss);
        if (observation != Observation.None)
        {
            UpdateRatios = RatiosOfUpdate();
            Ratios = observation == Observation.Everything ? HatsOfUpdate() : Unknown(Network.Length);
        }
    }

    /// <summary>Looks at the network where the method wants it evaluated.</summary>
    public void AtEvaluationPoint(Action act)
    {
        ArgumentNullException.ThrowIfNull(act);
        optimizer.MoveTo(ParameterPoint.Evaluation);
        act();
        optimizer.MoveTo(ParameterPoint.Training);
    }

    /// <summary>The next batch: without replacement, shuffled anew when fewer examples than a batch are left.</summary>
    private void Next()
    {
        if (used + batch.Length > order.Length)
        {
            batchRandom.Shuffle<int>(order);
            used = 0;
        }

        Array.Copy(order, used, batch, 0, batch.Length);
        used += batch.Length;
    }

    private double[] NormsOf(Func<Parameter<double>, Span<double>> values, double factor) =>
    [
        .. Enumerable.Range(0, Network.Layers.Count).Select(layer =>
            factor * Math.Sqrt(Squares(values(Network.Parameters[2 * layer])) + Squares(values(Network.Parameters[(2 * layer) + 1])))),
    ];

    private double[] RatiosOfUpdate()
    {
        var ratios = new double[Network.Layers.Count];
        var at = 0;
        for (var layer = 0; layer < ratios.Length; layer++)
        {
            var now = Network.Parameters[2 * layer].Values.Span;
            var old = before.AsSpan(at, now.Length);
            var moved = 0.0;
            for (var i = 0; i < now.Length; i++)
            {
                moved += (now[i] - old[i]) * (now[i] - old[i]);
            }

            var length = Squares(old);
            ratios[layer] = length > 0 ? Math.Sqrt(moved / length) : double.NaN;
            at += now.Length + Network.Parameters[(2 * layer) + 1].Values.Length;
        }

        return ratios;
    }

    private double[] HatsOfUpdate()
    {
        var (all, at) = (Unknown(Network.Length), 0);
        for (var p = 0; p < traces.Length; p++)
        {
            for (var i = 0; i < Network.Parameters[p].Values.Length; i++, at++)
            {
                var (m, v) = (double.NaN, double.NaN);
                foreach (var (symbol, value) in traces[p].Of(i))
                {
                    (m, v) = (symbol == "m\u0302" ? value : m, symbol == "v\u0302" ? value : v);
                }

                if (double.IsNaN(m) || double.IsNaN(v))
                {
                    return all;
                }

                all[at] = v > 0 ? m / Math.Sqrt(v) : 0;
            }
        }

        return all;
    }

    private static double[] Unknown(int length)
    {
        var unknown = new double[length];
        Array.Fill(unknown, double.NaN);
        return unknown;
    }

    private static double Squares(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value * value;
        }

        return sum;
    }
}
