using Descent.Engine;
using Descent.Gradients;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.Schedules;
using Descent.State;

namespace Descent.Tests.Schedules;

/// <summary>Resuming at any step equals never stopping: optimizers with scheduled options and a plateau, saved and loaded at random steps.</summary>
public class ResumeTests
{
    private const int Updates = 60;

    [Fact]
    public void An_optimizer_that_is_saved_and_loaded_at_random_steps_does_not_notice()
    {
        var random = new SeededRandom(11);
        for (var round = 0; round < 25; round++)
        {
            var method = Scheduled(random);
            var stops = Enumerable.Range(0, 1 + random.NextInt32(5)).Select(_ => random.NextInt32(Updates)).ToHashSet();
            var (straight, expected) = Run(method, round, stops: []);
            var (resumed, actual) = Run(method, round, stops);
            Assert.Equal(straight, resumed);
            Assert.Equal(expected, actual);
        }
    }

    /// <summary>Every option of AdamW scheduled, the learning rate with a warmup, a plateau, and a random schedule.</summary>
    private static AdamW Scheduled(SeededRandom random)
    {
        Schedule Within(double least, double most) => RandomSchedules.Next(random, 2, mayFollowMetric: false).Clamp(least, most);
        return new AdamW
        {
            LearningRate = Schedule.Warmup(random.NextInt32(10)).Then(Schedule.ReduceOnPlateau(0.05, 0.5, patience: random.NextInt32(2)) with { Cooldown = random.NextInt32(2) }).Times(Within(0.5, 2)),
            Beta1 = Within(0.5, 0.95),
            Beta2 = Within(0.9, 0.999),
            WeightDecay = Within(0, 0.1),
        };
    }

    private static (List<double> Rates, double[] Values) Run(Method method, int round, HashSet<int> stops)
    {
        var random = new SeededRandom(12, (ulong)round);
        var parameters = New();
        var optimizer = Bind(method, parameters);
        var rates = new List<double>();
        for (var step = 0; step < Updates; step++)
        {
            if (stops.Contains(step))
            {
                var file = new TensorFile();
                OptimizerState.Save(optimizer, file);
                var restored = New();
                foreach (var (from, to) in parameters.Zip(restored))
                {
                    from.Values.CopyTo(to.Values);
                }

                parameters = restored;
                optimizer = Bind(method, parameters);
                OptimizerState.Load(optimizer, file);
            }

            foreach (var parameter in parameters)
            {
                foreach (ref var g in parameter.Gradient.Span)
                {
                    g = random.NextNormal() * optimizer.LossScale;
                }
            }

            if (random.NextInt32(8) == 0)
            {
                parameters[0].Gradient.Span[0] = double.PositiveInfinity;
            }

            var result = optimizer.Step();
            rates.AddRange([result.LearningRate, result.ClipFactor, result.LossScale]);
            if (step % 2 == 0)
            {
                optimizer.Observe(1 + (0.1 * random.NextDouble()));
            }
        }

        Assert.Contains(rates.Chunk(3), step => step[0] > 0);
        return (rates, [.. parameters.SelectMany(parameter => parameter.Values.ToArray())]);
    }

    private static Parameter<double>[] New() =>
        [new("w", new double[] { 1, 2, 3, 4, 5, 6 }, new double[6], [2, 3]), new("b", new double[] { -1, 0.5 }, new double[2])];

    private static Optimizer Bind(Method method, Parameter<double>[] parameters)
    {
        var optimizer = Optimizer.For(parameters, method);
        optimizer.Clipping = new ClipByPercentile(50, 7);
        optimizer.LossScaling = new DynamicLossScaling { InitialScale = 64, Interval = 3 };
        return optimizer;
    }
}
