using Descent.Engine;
using Descent.Gradients;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.State;
using Descent.TestSupport;

namespace Descent.Tests.Gradients;

public class ClippingTests
{
    private static readonly GradientClipping[] All =
    [
        new ClipByNorm(1), new ClipByNorm(1, 1), new ClipByNorm(0.01, double.PositiveInfinity), new ClipByNorm(1, 3), new ClipByValue(0.01), new ClipEachTensor(0.5),
        new AdaptiveClipping(), new ClipByPercentile(20, 5),
    ];

    [Fact]
    public void Threads_do_not_change_a_bit_and_a_step_allocates_nothing()
    {
        foreach (var clipping in All)
        {
            using var workers = new Workers(3);
            var (one, first) = New(clipping, Workers.Sequential);
            var (three, second) = New(clipping, workers);
            (one.LossScaling, three.LossScaling) = (new DynamicLossScaling { InitialScale = 2, Interval = 2 }, new DynamicLossScaling { InitialScale = 2, Interval = 2 });
            for (var step = 0; step < 3; step++)
            {
                Fill(first, step);
                Fill(second, step);
                Assert.Equal(one.Step(), three.Step());
            }

            Assert.All(first.Zip(second), pair => Assert.Equal(pair.First.Values.ToArray(), pair.Second.Values.ToArray()));
            Assert.Equal(0, Allocation.Least(() => Steps(three)));
        }

        static void Steps(Optimizer optimizer)
        {
            for (var i = 0; i < 10; i++)
            {
                optimizer.Step();
            }
        }
    }

    /// <summary>Groups with clippings of their own, at once, for any number of threads.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    public void Groups_clip_with_the_same_bits_for_any_number_of_threads(int threads)
    {
        using var workers = new Workers(threads);
        var (expected, actual) = (Train(Workers.Sequential), Train(workers));
        Assert.Equal(expected.Results, actual.Results);
        Assert.Equal(expected.Values, actual.Values);

        static ((ClipResult, ClipResult, StepResult) Results, float[] Values) Train(Workers workers)
        {
            var (_, parameters) = New(GradientClipping.None, Workers.Sequential);
            var optimizer = Optimizer.For(
                parameters,
                [new ParameterGroup(new Sgd { LearningRate = 0.1 }, "a") { Clipping = new ClipByNorm(1, 3) }, new ParameterGroup(new Sgd { LearningRate = 0.1 }) { Clipping = new ClipByPercentile(50) }],
                workers);
            StepResult result = default;
            for (var step = 0; step < 3; step++)
            {
                Fill(parameters, step);
                result = optimizer.Step();
            }

            return ((optimizer.ClippingOf(0), optimizer.ClippingOf(1), result), [.. parameters.SelectMany(parameter => parameter.Values.ToArray())]);
        }
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 6.164414002968976)]
    [InlineData(3, 5.428835233189813)]
    [InlineData(double.PositiveInfinity, 5)]
    public void A_step_returns_the_norm_that_was_compared_and_the_factor(double p, double norm)
    {
        var parameter = new Parameter<double>("w", new double[4], new double[] { 0, -3, 2, 5 });
        var optimizer = Optimizer.For([parameter], new Sgd { LearningRate = 1 });
        optimizer.Clipping = new ClipByNorm(2, p);
        var result = optimizer.Step();
        Assert.Equal(norm, result.GradientNorm, 1e-14);
        Assert.Equal(2 / (norm + 1e-6), result.ClipFactor, 1e-15);
        Assert.Equal(new ClipResult(result.GradientNorm, result.ClipFactor, null), optimizer.ClippingOf());
        Assert.Equal(new ClipResult(norm, result.ClipFactor, null), new ClipByNorm(2, p).Apply([parameter]) with { Norm = norm });
    }

    [Fact]
    public void Each_group_has_a_result_and_the_step_reports_the_smallest_factor()
    {
        var (a, b, c) = (New("a", 3), New("b", 4), New("c", 5));
        var optimizer = Optimizer.For(
            [a, b, c],
            [
                new ParameterGroup(new Sgd(), "a") { Clipping = new ClipByNorm(1) }, new ParameterGroup(new Sgd(), "b") { Clipping = new ClipByNorm(1, double.PositiveInfinity) },
                new ParameterGroup(new Sgd()),
            ]);
        var result = optimizer.Step();
        Assert.Equal((3.0, 4.0, double.NaN), (optimizer.ClippingOf(0).Norm, optimizer.ClippingOf(1).Norm, optimizer.ClippingOf(2).Norm));
        Assert.Equal(1, optimizer.ClippingOf(2).Factor);
        Assert.Equal(optimizer.ClippingOf(1).Factor, result.ClipFactor);
        Assert.Equal(0.25, result.ClipFactor, 1e-6);
        optimizer.Clipping = new ClipByNorm(2);
        result = optimizer.Step();
        Assert.Equal((5.0, 5.0), (result.GradientNorm, optimizer.ClippingOf(2).Norm));
        Assert.Equal(0.4, result.ClipFactor, 1e-6);

        static Parameter<double> New(string name, double g) => new(name, new double[1], new double[] { g });
    }

    /// <summary>With nothing skipped the step is taken, and the first parameter that is not finite is named all the same.</summary>
    [Fact]
    public void The_first_parameter_that_is_not_finite_is_named_also_where_steps_pass()
    {
        Parameter<float>[] parameters = [.. new[] { (1f, "a"), (float.NaN, "b"), (float.PositiveInfinity, "c") }.Select(item => new Parameter<float>(item.Item2, new float[1], new[] { item.Item1 }))];
        foreach (var clipping in new GradientClipping[] { new ClipByNorm(1), new ClipByNorm(1, 1), new ClipByNorm(1, double.PositiveInfinity), new ClipByPercentile() })
        {
            var optimizer = Optimizer.For(parameters, new Sgd());
            optimizer.Clipping = clipping;
            var result = optimizer.Step();
            Assert.Equal((true, "b", "b"), (result.Applied, result.NonFiniteParameter, optimizer.ClippingOf().NonFiniteParameter));
            optimizer.NonFinite = NonFiniteGradients.Skip;
            Assert.Equal((false, "b"), (optimizer.Step().Applied, optimizer.Step().NonFiniteParameter));
        }
    }

    /// <summary>Powers that overflow or vanish are not the norm's: the largest number is taken out first.</summary>
    [Theory]
    [InlineData(1e200, 2)]
    [InlineData(1e-200, 2)]
    [InlineData(1e150, 3)]
    [InlineData(1e-150, 5)]
    [InlineData(1e30, 20)]
    public void Norms_of_huge_and_tiny_gradients_are_right(double size, double p)
    {
        var expected = size * Math.Pow(Math.Pow(3, p) + Math.Pow(4, p), 1 / p);
        var parameter = new Parameter<double>("w", new double[2], new[] { 3 * size, -4 * size });
        Assert.Equal(1, GradientReport.NormOf([parameter], p) / expected, 1e-14);
        var optimizer = Optimizer.For([parameter], new Sgd { LearningRate = 1 });
        optimizer.Clipping = new ClipByNorm(1, p);
        Assert.Equal(1, optimizer.Step().GradientNorm / expected, 1e-14);
        if (size > 1)
        {
            Assert.Equal(-3 / Math.Pow(Math.Pow(3, p) + Math.Pow(4, p), 1 / p), parameter.Values.Span[0], 1e-12);
            parameter.Gradient = new[] { 3 * size, -4 * size };
            new ClipEachTensor(1, p).Apply([parameter]);
            Assert.Equal(1, GradientReport.NormOf([parameter], p), 1e-12);
            parameter.Gradient = new[] { 3 * size, -4 * size };
            parameter.Values.Span.Fill(1);
            new AdaptiveClipping(0.5).Apply([parameter]);
            Assert.Equal(0.5 * Math.Sqrt(2), GradientReport.NormOf([parameter]), 1e-12);
        }
    }

    [Fact]
    public void A_step_that_is_skipped_leaves_the_history_alone()
    {
        var (optimizer, parameters) = New(new ClipByPercentile(0, 4), Workers.Sequential, 50);
        optimizer.NonFinite = NonFiniteGradients.Skip;
        Fill(parameters, 1);
        Assert.Equal(1, optimizer.Step().ClipFactor, 1e-6);
        parameters[1].Gradient.Span[3] = float.NegativeInfinity;
        Assert.Equal("b", optimizer.Step().NonFiniteParameter);
        parameters[1].Gradient.Span.Clear();
        parameters[0].Gradient.Span.Clear();
        parameters[0].Gradient.Span[0] = 1e6f;
        Assert.True(optimizer.Step().ClipFactor < 1e-4);
    }

    /// <summary>Every option changes what is clipped.</summary>
    [Fact]
    public void Every_option_matters()
    {
        foreach (var (one, other) in new (GradientClipping, GradientClipping)[]
        {
            (new ClipByNorm(1), new ClipByNorm(2)), (new ClipByNorm(1), new ClipByNorm(1, 1)), (new ClipByValue(1), new ClipByValue(2)),
            (new ClipEachTensor(1), new ClipEachTensor(2)), (new ClipEachTensor(1), new ClipEachTensor(1, double.PositiveInfinity)),
            (new AdaptiveClipping(), new AdaptiveClipping(0.02)), (new AdaptiveClipping(), new AdaptiveClipping(Floor: 50)),
            (new ClipByPercentile(10), new ClipByPercentile(90)), (new ClipByPercentile(10, 2), new ClipByPercentile(10, 4)),
        })
        {
            Assert.NotEqual(Train(one), Train(other));
        }

        static float[] Train(GradientClipping clipping)
        {
            var (optimizer, parameters) = New(clipping, Workers.Sequential, 100);
            for (var step = 0; step < 5; step++)
            {
                Fill(parameters, step);
                optimizer.Step();
            }

            return parameters[0].Values.ToArray();
        }
    }

    [Fact]
    public void A_history_is_saved()
    {
        var (straight, expected) = New(new ClipByPercentile(30, 4), Workers.Sequential, 50);
        var (first, half) = New(new ClipByPercentile(30, 4), Workers.Sequential, 50);
        Run(straight, expected, 0, 9);
        Run(first, half, 0, 6);
        var file = new TensorFile();
        OptimizerState.Save(first, file);
        var (second, rest) = New(new ClipByPercentile(30, 4), Workers.Sequential, 50);
        foreach (var (from, to) in half.Zip(rest))
        {
            from.Values.CopyTo(to.Values);
        }

        OptimizerState.Load(second, file);
        Run(second, rest, 6, 9);
        Assert.Equal(expected[1].Values.ToArray(), rest[1].Values.ToArray());
        var (without, _) = New(GradientClipping.None, Workers.Sequential, 50);
        Assert.Equal("The optimizer state was saved with 'clipping', which this optimizer does not have; set it up in the same way.", Assert.Throws<DescentException>(() => OptimizerState.Load(without, file)).Message);

        static void Run(Optimizer optimizer, Parameter<float>[] parameters, int from, int to)
        {
            for (var step = from; step < to; step++)
            {
                Fill(parameters, step);
                optimizer.Step();
            }
        }
    }

    [Fact]
    public void The_percentile_is_that_of_the_latest_norms()
    {
        var history = new ClippingHistory("clipping", 4);
        Assert.Equal([4, 3, 2.2, 2.2], new[] { (4.0, 10.0), (3.0, 0.0), (2.0, 10.0), (double.NaN, 0.0) }.Select(item => double.IsNaN(item.Item1) ? 2.2 : history.Next(item.Item1, item.Item2)));
        history.Next(10, 50);
        Assert.Equal(10, history.Next(1, 100));
        Assert.Equal(1.5, history.Next(1.5, 50 / 1.5), 1e-12);
    }

    [Fact]
    public void A_group_with_its_own_clipping_is_clipped_alone()
    {
        var (a, b) = (new Parameter<double>("a", new double[1], new double[] { 3 }), new Parameter<double>("b", new double[1], new double[] { 4 }));
        ParameterGroup[] groups = [new ParameterGroup(new Sgd { LearningRate = 1 }, "a") { Clipping = new ClipByValue(0.5) }, new ParameterGroup(new Sgd { LearningRate = 1 })];
        var optimizer = Optimizer.For([a, b], groups);
        optimizer.ClipNorm = 2;
        optimizer.Step();
        Assert.Equal((-0.5, -2.0), (a.Values.Span[0], Math.Round(b.Values.Span[0], 5)));
        groups[0] = groups[0] with { Clipping = GradientClipping.None };
        (a.Values.Span[0], b.Values.Span[0]) = (0, 0);
        a.Gradient.Span[0] = 3;
        optimizer = Optimizer.For([a, b], groups);
        optimizer.ClipNorm = 2;
        var result = optimizer.Step();
        Assert.Equal((-3.0, -2.0), (a.Values.Span[0], Math.Round(b.Values.Span[0], 5)));
        Assert.Equal(0.5, result.ClipFactor, 1e-6);
    }

    [Fact]
    public void Methods_that_orthogonalize_are_not_clipped_unless_asked()
    {
        var mars = new Mars { Kind = MarsKind.Shampoo };
        Assert.True(mars.MethodFor([4, 3]).Rule.Orthogonalizes);
        Assert.Equal(1, Step(null).ClipFactor);
        Assert.True(Step(new ClipByNorm(1e-3)).ClipFactor < 1);

        StepResult Step(GradientClipping? own)
        {
            var parameter = new Parameter<float>("w", new float[12], Enumerable.Range(1, 12).Select(i => (float)i).ToArray(), [4, 3]);
            var optimizer = Optimizer.For([parameter], [new ParameterGroup(mars) { Clipping = own }]);
            optimizer.Clipping = new ClipByNorm(1e-3);
            return optimizer.Step();
        }
    }

    /// <summary>A wrapper keeps what its method declares; a vector beside the matrix is not orthogonalized, so it is clipped.</summary>
    [Fact]
    public void What_is_left_out_of_clipping_goes_by_the_rule_that_moves_a_parameter()
    {
        Method method = new Lookahead { Inner = new Mars { Kind = MarsKind.Shampoo } };
        Assert.True(method.MethodFor([4, 3]).Rule.Orthogonalizes);
        Assert.False(method.MethodFor([4]).Rule.Orthogonalizes);
        var (matrix, vector) = (new Parameter<float>("w", new float[12], Enumerable.Repeat(100f, 12).ToArray(), [4, 3]), new Parameter<float>("b", new float[1], new float[] { 3 }));
        var optimizer = Optimizer.For([matrix, vector], method);
        optimizer.ClipNorm = 1;
        var result = optimizer.Step();
        Assert.Equal(3, result.GradientNorm);
        Assert.Equal(1 / 3.0, result.ClipFactor, 1e-6);
    }

    [Fact]
    public void Parameters_of_16_bits_are_clipped_too()
    {
        var parameter = new Parameter<Half>("w", new Half[3], new[] { (Half)3, (Half)0, (Half)(-4) });
        Assert.Equal(new ClipResult(5, 0.5 / (5 + 1e-6) * 5, null) with { Factor = 2.5 / 5.000001 }, new ClipByNorm(2.5).Apply([parameter]));
        Assert.Equal([1.5f, 0, -2], parameter.Gradient.ToArray().Select(value => (float)value));
        new ClipByValue(1).Apply([parameter]);
        Assert.Equal([1, 0, -1], parameter.Gradient.ToArray().Select(value => (float)value));
    }

    [Fact]
    public void What_is_not_finite_is_reported_before_anything_changes()
    {
        var parameter = new Parameter<float>("w", new float[2], new[] { 5, float.NaN });
        Assert.Equal("w", new ClipByValue(1).Apply([parameter], NonFiniteGradients.Skip).NonFiniteParameter);
        Assert.Equal(5, parameter.Gradient.Span[0]);
        Assert.Equal(
            "The gradient of parameter 'w' must be finite, but held NaN or an infinity; nothing was changed.",
            Assert.Throws<DescentException>(() => new ClipByValue(1).Apply([parameter], NonFiniteGradients.Throw)).Message);
        var optimizer = Optimizer.For([parameter], new Sgd());
        optimizer.Clipping = new ClipByValue(1);
        optimizer.NonFinite = NonFiniteGradients.Skip;
        Assert.False(optimizer.Step().Applied);
        Assert.Equal(5, parameter.Gradient.Span[0]);
    }

    public static TheoryData<string, Func<object>> Refusals() => new()
    {
        { "The largest norm of clipping must be a number of at least 0, but was -1.", () => new ClipByNorm(-1) },
        { "The order of a norm must be at least 1, but was 0.5.", () => new ClipByNorm(1, 0.5) },
        { "The order of a norm must be at least 1, but was 0.", () => new ClipEachTensor(1, 0) },
        { "The limit of clipping by value must be a number of at least 0, but was NaN.", () => new ClipByValue(double.NaN) },
        { "The factor of adaptive clipping must be a number above 0, but was 0.", () => new AdaptiveClipping(0) },
        { "The floor of adaptive clipping must be a number above 0, but was -1.", () => new AdaptiveClipping(Floor: -1) },
        { "The percentile of clipping must be in [0, 100], but was 101.", () => new ClipByPercentile(101) },
        { "The history of clipping must be at least 1, but was 0.", () => new ClipByPercentile(10, 0) },
        { "The loss scale must be a number above 0, but was 0.", () => new StaticLossScaling(0) },
        { "The growth of a loss scale must be a number above 1, but was 1.", () => new DynamicLossScaling { Growth = 1 } },
        { "The backoff of a loss scale must be in (0, 1), but was 1.", () => new DynamicLossScaling { Backoff = 1 } },
        { "The growth interval of a loss scale must be at least 1 update, but was 0.", () => new DynamicLossScaling { Interval = 0 } },
        { "The factor of a loss scale must be a number above 1, but was 0.", () => new HystereticLossScaling { Factor = 0 } },
        { "The hysteresis of a loss scale must be at least 1, but was 0.", () => new HystereticLossScaling { Hysteresis = 0 } },
        { "The variance of gradient noise must be a number above 0, but was 0.", () => new GradientNoise(0) },
        { "The decay of the noise scale's averages must be in [0, 1), but was 1.", () => new GradientNoiseScale(1) },
        { "The weight of a micro-batch must be a number above 0, but was 0.", () => { new GradientAccumulator([]).Add(0); return 0; } },
        { "There is no mean gradient, because no micro-batch was added; call Add after each backward pass.", () => { new GradientAccumulator([]).Finish(); return 0; } },
        { "The noise scale needs a batch of at least 1 row and a larger one, but was given 4 and 4.", () => { new GradientNoiseScale().Add(1, 4, 1, 4); return 0; } },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void What_is_out_of_range_is_refused_with_a_sentence(string message, Func<object> make) =>
        Assert.Equal(message, Assert.Throws<DescentException>(make).Message);

    private static (Optimizer Optimizer, Parameter<float>[] Parameters) New(GradientClipping clipping, Workers workers, int length = 200_000)
    {
        var random = new SeededRandom(3);
        Parameter<float>[] parameters = [.. new[] { "a", "b" }.Select(name =>
            new Parameter<float>(name, Enumerable.Range(0, length).Select(_ => (float)random.NextNormal()).ToArray(), new float[length], [length / 10, 10]))];
        var optimizer = Optimizer.For(parameters, new Sgd { LearningRate = 0.1 }, workers);
        optimizer.Clipping = clipping;
        return (optimizer, parameters);
    }

    private static void Fill(Parameter<float>[] parameters, int step)
    {
        var random = new SeededRandom((ulong)step, 1);
        foreach (var parameter in parameters)
        {
            foreach (ref var g in parameter.Gradient.Span)
            {
                g = (float)(random.NextNormal() * (1 + (step % 3)));
            }
        }
    }
}
