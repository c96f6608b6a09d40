using Descent.Engine;
using Descent.Gradients;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.State;

namespace Descent.Tests.Gradients;

public class GradientToolsTests
{
    /// <summary>The mean of unequal micro-batches, weighted by their rows, is the mean of all rows.</summary>
    [Fact]
    public void Unequal_micro_batches_give_the_gradient_of_the_whole_batch()
    {
        var random = new SeededRandom(1);
        double[][] rows = [.. Enumerable.Range(0, 10).Select(_ => new[] { random.NextNormal(), random.NextNormal() })];
        var (used, unused) = (new Parameter<double>("used", new double[2], new double[2]), new Parameter<double>("unused", new double[2]));
        var accumulator = new GradientAccumulator([used, unused]);
        for (var round = 0; round < 2; round++)
        {
            var start = 0;
            foreach (var count in new[] { 1, 4, 2, 3 })
            {
                var part = rows[start..(start + count)];
                used.Gradient = new[] { part.Average(row => row[0]), part.Average(row => row[1]) };
                accumulator.Add(count);
                start += count;
            }

            Assert.Equal(10, accumulator.Weight);
            accumulator.Finish();
            Assert.Equal(rows.Average(row => row[0]), used.Gradient.Span[0], 1e-15);
            Assert.Equal(rows.Average(row => row[1]), used.Gradient.Span[1], 1e-15);
            Assert.False(unused.HasGradient);
        }
    }

    [Fact]
    public void Accumulating_16_bits_sums_in_32()
    {
        var parameter = new Parameter<BFloat16>("w", new BFloat16[1500], new BFloat16[1500]);
        var accumulator = new GradientAccumulator([parameter]);
        for (var i = 0; i < 1000; i++)
        {
            parameter.Gradient.Span.Fill((BFloat16)1f);
            accumulator.Add(1);
        }

        accumulator.Finish();
        Assert.All(parameter.Gradient.ToArray(), value => Assert.Equal(1, (float)value));
    }

    [Fact]
    public void Noise_has_the_variance_that_fades_and_follows_from_seed_name_and_update()
    {
        float[] Noise(ulong seed, string name, long update, double gamma = 0.55)
        {
            var parameter = new Parameter<float>(name, new float[50_000], new float[50_000]);
            new GradientNoise(0.3, gamma, seed).Add([parameter], update);
            return parameter.Gradient.ToArray();
        }

        var noise = Noise(1, "w", 9);
        Assert.Equal(0.3 / Math.Pow(10, 0.55), noise.Average(value => value * (double)value), 0.003);
        Assert.Equal(0, noise.Average(value => (double)value), 0.01);
        Assert.Equal(noise, Noise(1, "w", 9));
        Assert.All(new[] { Noise(2, "w", 9), Noise(1, "v", 9), Noise(1, "w", 8), Noise(1, "w", 9, 0.5) }, other => Assert.NotEqual(noise, other));
    }

    /// <summary>Rows with gradient G + noise of a known covariance: the estimate finds tr(Σ)/|G|².</summary>
    [Fact]
    public void The_noise_scale_of_a_known_distribution_is_found()
    {
        var random = new SeededRandom(7);
        var scale = new GradientNoiseScale(0.998);
        var mean = new double[20];
        Array.Fill(mean, 0.5);
        for (var step = 0; step < 4_000; step++)
        {
            double[] Batch(int rows) => [.. mean.Select(g => g + (2 * random.NextNormal() / Math.Sqrt(rows)))];
            double Norm(double[] g) => Math.Sqrt(g.Sum(value => value * value));
            scale.Add(Norm(Batch(8)), 8, Norm(Batch(64)), 64);
        }

        // tr(Σ) = 20·4, |G|² = 20·0.25.
        Assert.Equal(16, scale.Value, 1.5);
    }

    /// <summary>The accumulator tells it the same from unequal micro-batches: their mean squared norm is that of one of their harmonic mean.</summary>
    [Fact]
    public void An_accumulator_finds_the_noise_scale_on_the_way()
    {
        var random = new SeededRandom(8);
        var scale = new GradientNoiseScale(0.998);
        var parameter = new Parameter<double>("w", new double[20], new double[20]);
        var accumulator = new GradientAccumulator([parameter], scale);
        accumulator.Add(3);
        accumulator.Finish();
        Assert.Equal(double.NaN, scale.Value);
        for (var step = 0; step < 4_000; step++)
        {
            foreach (var rows in new[] { 4, 16, 8, 36 })
            {
                foreach (ref var g in parameter.Gradient.Span)
                {
                    g = 0.5 + (2 * random.NextNormal() / Math.Sqrt(rows));
                }

                accumulator.Add(rows);
            }

            accumulator.Finish();
        }

        Assert.Equal(16, scale.Value, 1.5);
        scale.Add(double.NaN, 1, 1, 2);
        scale.Add(double.PositiveInfinity, 1, 1, 2);
        Assert.Equal(16, scale.Value, 1.5);
    }

    /// <summary>Sums of scaled gradients are unscaled by the step, and one micro-batch that overflows is found.</summary>
    [Fact]
    public void Accumulation_and_loss_scaling_go_together()
    {
        var parameter = new Parameter<float>("w", new float[2], new float[2]);
        var accumulator = new GradientAccumulator([parameter]);
        var optimizer = Optimizer.For([parameter], new Sgd { LearningRate = 1 });
        optimizer.LossScaling = new DynamicLossScaling { InitialScale = 1024 };
        foreach (var (g, rows) in new[] { (1f, 1), (2f, 3) })
        {
            parameter.Gradient.Span.Fill(g * (float)optimizer.LossScale);
            accumulator.Add(rows);
        }

        accumulator.Finish();
        Assert.True(optimizer.Step().Applied);
        Assert.Equal([-1.75f, -1.75f], parameter.Values.ToArray());
        foreach (var g in new[] { float.PositiveInfinity, 1 })
        {
            parameter.Gradient.Span.Fill(g);
            accumulator.Add(1);
        }

        accumulator.Finish();
        Assert.Equal((false, "w"), (optimizer.Step() is var result && result.Applied, result.NonFiniteParameter));
        Assert.Equal(512, optimizer.LossScale);
    }

    /// <summary>The sensitivity rule for loss scaling: every option changes the course of scales.</summary>
    [Fact]
    public void Every_option_of_loss_scaling_matters()
    {
        var dynamic = new DynamicLossScaling { InitialScale = 64, Interval = 2 };
        Assert.All(
            new[] { dynamic with { InitialScale = 32 }, dynamic with { Growth = 3 }, dynamic with { Backoff = 0.25 }, dynamic with { Interval = 3 } },
            changed => Assert.NotEqual(Course(dynamic), Course(changed)));
        var hysteretic = new HystereticLossScaling { InitialScale = 64, Window = 2, Minimum = 16 };
        Assert.All(
            new[]
            {
                hysteretic with { InitialScale = 32 }, hysteretic with { Factor = 3 }, hysteretic with { Window = 3 }, hysteretic with { Minimum = 8 }, hysteretic with { Hysteresis = 1 },
                hysteretic with { IsConsecutive = true },
            },
            changed => Assert.NotEqual(Course(hysteretic), Course(changed)));
        Assert.NotEqual(Course(new StaticLossScaling(2)), Course(new StaticLossScaling(4)));

        static double[] Course(LossScaling scaling)
        {
            var state = scaling.Start;
            return
            [
                .. "..x..xx.x.xxxxxx......x".Select(step =>
                {
                    state = scaling.Next(state, step == 'x');
                    return state.Scale;
                }),
            ];
        }
    }

    [Fact]
    public void A_scale_stays_a_number_however_many_steps_overflow_or_do_not()
    {
        foreach (var scaling in new LossScaling[] { new DynamicLossScaling { Interval = 1 }, new HystereticLossScaling { Window = 1, Hysteresis = 1 } })
        {
            foreach (var overflows in new[] { true, false })
            {
                var state = scaling.Start;
                for (var step = 0; step < 3_000; step++)
                {
                    state = scaling.Next(state, overflows);
                }

                Assert.InRange(state.Scale, 1e-30, 1e30);
            }
        }
    }

    [Fact]
    public void Reports_say_how_large_gradients_weights_and_updates_are()
    {
        var parameter = new Parameter<double>("w", new double[] { 3, 4 }, new double[] { 0.6, -0.8 });
        var none = new Parameter<double>("frozen", new double[] { 1 });
        var report = GradientReport.Of([parameter, none]).Single();
        Assert.Equal(("w", 1.0, 0.8, 5.0), (report.Name, Math.Round(report.GradientNorm, 12), report.LargestGradient, report.ValueNorm));
        Assert.Equal(0.2, report.RelativeGradient, 1e-12);
        var watch = new UpdateWatch([parameter, none]);
        Optimizer.For([parameter, none], new Sgd { LearningRate = 0.05 }).Step();
        Assert.Equal((0.01, 0.0), (Math.Round(watch.Ratios()["w"], 12), watch.Ratios()["frozen"]));
        Assert.Equal(1.4, GradientReport.NormOf([parameter], 1), 1e-12);
    }

    [Fact]
    public void An_overflowed_step_advances_neither_schedule_nor_bias_correction_and_is_saved()
    {
        var (gradient, theta) = (new float[] { 1, 1 }, new float[] { 1, 1 });
        var optimizer = New(theta, gradient);
        Assert.Equal((8.0, 8.0), (optimizer.LossScale, optimizer.Step().LossScale));
        var before = theta.ToArray();
        gradient[1] = float.PositiveInfinity;
        var result = optimizer.Step();
        Assert.Equal((false, "w", 8.0), (result.Applied, result.NonFiniteParameter, result.LossScale));
        Assert.Equal((1L, 4.0), (optimizer.Updates, optimizer.LossScale));
        Assert.Equal(before, theta);
        gradient[1] = 1;
        optimizer.Step();
        var file = new TensorFile();
        OptimizerState.Save(optimizer, file);
        var other = New(theta, gradient);
        OptimizerState.Load(other, file);
        Assert.Equal(4, other.LossScale);
        optimizer.Step();
        other.Step();
        Assert.Equal((8.0, 8.0), (optimizer.LossScale, other.LossScale));
        optimizer.LossScaling = null;
        Assert.Equal(1, optimizer.LossScale);
        Assert.Null(optimizer.LossScaling);

        static Optimizer New(float[] theta, float[] gradient)
        {
            var optimizer = Optimizer.For([new Parameter<float>("w", theta, gradient)], new Adam());
            optimizer.LossScaling = new DynamicLossScaling { InitialScale = 8, Interval = 2 };
            return optimizer;
        }
    }

    [Fact]
    public void A_static_scale_stays_and_divides()
    {
        var theta = new double[] { 0 };
        var optimizer = Optimizer.For([new Parameter<double>("w", theta, new double[] { 1024 })], new Sgd { LearningRate = 1 });
        optimizer.LossScaling = new StaticLossScaling(1024);
        optimizer.Step();
        Assert.Equal((-1.0, 1024.0), (theta[0], optimizer.LossScale));
    }
}
