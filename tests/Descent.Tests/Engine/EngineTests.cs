using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Descent.Engine;
using Descent.Lanes;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.Schedules;

namespace Descent.Tests.Engine;

public class EngineTests
{
    [Fact]
    public void Every_vector_width_gives_the_same_bits()
    {
        var update = new DescendAndDecay<AdamRule>(new AdamRule(0.9, 0.99, new Constant("c", 1.5), new Constant("c", 2.5), new Constant("ε", 1e-8), 0), new Constant("η", 0.01), new Constant("δ", 1e-3));
        var narrow = Run<Lane128<float>>(update);
        Assert.Equal(narrow, Run<Lane256<float>>(update));
        if (Vector512.IsHardwareAccelerated)
        {
            Assert.Equal(narrow, Run<Lane512<float>>(update));
        }

        static float[] Run<V>(DescendAndDecay<AdamRule> update)
            where V : struct, IVectorLane<V, float>
        {
            const int Length = 77;
            var random = new SeededRandom(4);
            var arrays = Enumerable.Range(0, 4).Select(_ => Enumerable.Range(0, Length).Select(_ => (float)random.NextDouble()).ToArray()).ToArray();
            var range = new ElementRange<float>(
                ref arrays[0][0], ref arrays[1][0], ref arrays[2][0], ref arrays[3][0], ref arrays[0][0], ref arrays[0][0]);
            ElementLoop.Run<float, DescendAndDecay<AdamRule>, V>(in update, in range, 0, Length);
            return [.. arrays.SelectMany(array => array)];
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(77)]
    [InlineData(1024)]
    [InlineData(2500)]
    public void Sums_have_the_same_bits_at_every_vector_width_and_are_those_of_double(int length)
    {
        Compare<float, Lane128<float>, Lane256<float>, Lane512<float>>(length, 1e-6);
        Compare<double, Lane128<double>, Lane256<double>, Lane512<double>>(length, 1e-13);
    }

    private static void Compare<T, V1, V2, V3>(int length, double tolerance)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
        where V1 : struct, IVectorLane<V1, T>
        where V2 : struct, IVectorLane<V2, T>
        where V3 : struct, IVectorLane<V3, T>
    {
        var random = new SeededRandom(5);
        var (g, theta, b) = (Drawn(), Drawn(), Drawn());
        var measure = new ProjectionSums<HeavyBallRule>(new HeavyBallRule(0.9, 0.25));
        double[] expected = [Of((i, _) => g[i] * theta[i]), Of((i, _) => g[i] * g[i]), Of((i, _) => theta[i] * theta[i]), Of((i, u) => theta[i] * u)];
        var sums = Sums<V1>();
        Assert.Equal(sums, Sums<V2>());
        if (Vector512.IsHardwareAccelerated)
        {
            Assert.Equal(sums, Sums<V3>());
        }

        for (var term = 0; term < 4; term++)
        {
            var sum = 0.0;
            for (var leaf = term; leaf < sums.Length; leaf += 4)
            {
                sum += sums[leaf];
            }

            Assert.True(Math.Abs(sum - expected[term]) <= tolerance * length, $"term {term}: expected {expected[term]:R}, was {sum:R}");
        }

        T[] Drawn() => [.. Enumerable.Range(0, length + 1).Select(_ => T.CreateTruncating((2 * random.NextDouble()) - 1))];

        double Of(Func<int, T, T> term) => Enumerable.Range(0, length).Sum(i => double.CreateTruncating(term(i, (T.CreateTruncating(0.9) * b[i]) + (T.CreateTruncating(0.75) * g[i]))));

        double[] Sums<V>()
            where V : struct, IVectorLane<V, T>
        {
            var partial = new double[4 * MeasuredSums.LeavesOf(length)];
            var range = new ElementRange<T>(ref theta[0], ref g[0], ref b[0], ref b[0], ref b[0], ref b[0]);
            MeasureLoop.Run<T, ProjectionSums<HeavyBallRule>, V>(in measure, in range, length, partial, 4);
            return partial;
        }
    }

    [Fact]
    public unsafe void Native_memory_is_stepped_in_place()
    {
        var values = (float*)NativeMemory.Alloc(5, sizeof(float));
        var gradient = (float*)NativeMemory.Alloc(5, sizeof(float));
        for (var i = 0; i < 5; i++)
        {
            (values[i], gradient[i]) = (1, 2);
        }

        var optimizer = Optimizer.For([new Parameter<float>("native", values, gradient, [5])], new Sgd { LearningRate = 0.25 });
        optimizer.Step();
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(0.5f, values[i]);
        }

        NativeMemory.Free(values);
        NativeMemory.Free(gradient);
    }

    [Fact]
    public void A_slice_of_memory_is_stepped_and_its_surroundings_are_not()
    {
        var array = new float[7];
        Array.Fill(array, 1f);
        var optimizer = Optimizer.For([new Parameter<float>("slice", array.AsMemory(2, 3), new float[] { 1, 1, 1 })], new Sgd { LearningRate = 1 });
        optimizer.Step();
        Assert.Equal([1, 1, 0, 0, 0, 1, 1], array);
    }

    [Fact]
    public void A_parameter_without_gradient_is_skipped_and_its_count_does_not_advance()
    {
        var a = new Parameter<double>("a", new double[] { 1 }, new double[] { 1 });
        var b = new Parameter<double>("b", new double[] { 1 });
        var optimizer = Optimizer.For([a, b], new Adam { LearningRate = 0.1 });
        optimizer.Step();
        Assert.Equal(1, b.Values.Span[0]);
        b.Gradient = new double[] { 1 };
        optimizer.Step();
        Assert.Equal(0.9, b.Values.Span[0], 1e-7);
    }

    [Fact]
    public void The_schedule_is_a_function_of_applied_updates()
    {
        var a = new Parameter<double>("a", new double[] { 0 }, new double[] { 1 });
        var optimizer = Optimizer.For([a], new Sgd { LearningRate = Schedule.Linear(0.1, 0.0, 10) });
        optimizer.NonFinite = NonFiniteGradients.Skip;
        Assert.Equal(0.1, optimizer.Step().LearningRate);
        a.Gradient.Span[0] = double.NaN;
        var skipped = optimizer.Step();
        Assert.False(skipped.Applied);
        Assert.Equal("a", skipped.NonFiniteParameter);
        Assert.Equal(1, optimizer.Updates);
        a.Gradient.Span[0] = 1;
        Assert.Equal(0.09, optimizer.Step().LearningRate, 1e-15);
    }

    [Fact]
    public void A_gradient_that_is_not_finite_can_throw_and_changes_nothing()
    {
        var a = new Parameter<float>("layer.weight", new float[] { 1, 2 }, new[] { 1, float.PositiveInfinity });
        var optimizer = Optimizer.For([a], new Adam());
        optimizer.NonFinite = NonFiniteGradients.Throw;
        var error = Assert.Throws<DescentException>(() => optimizer.Step());
        Assert.Equal("The gradient of parameter 'layer.weight' must be finite, but held NaN or an infinity at update 0; nothing was changed.", error.Message);
        Assert.Equal([1, 2], a.Values.ToArray());
    }

    [Fact]
    public void Clipping_scales_to_the_limit_and_reports()
    {
        var a = new Parameter<double>("a", new double[2], new double[] { 3, 4 });
        var optimizer = Optimizer.For([a], new Sgd { LearningRate = 1 });
        optimizer.ClipNorm = 1;
        var result = optimizer.Step();
        Assert.True(result.Clipped);
        Assert.Equal(5, result.GradientNorm, 1e-12);
        Assert.Equal(-0.6, a.Values.Span[0], 1e-6);
        optimizer.ClipNorm = 100;
        Assert.False(optimizer.Step().Clipped);
    }

    [Fact]
    public void The_norm_of_gradients_whose_squares_overflow_is_finite()
    {
        var a = new Parameter<double>("a", new double[2], new[] { 3e200, 4e200 });
        var optimizer = Optimizer.For([a], new Sgd { LearningRate = 1 });
        optimizer.ClipNorm = 1;
        Assert.Equal(5e200, optimizer.Step().GradientNorm, 1e186);
        Assert.Equal(-0.6, a.Values.Span[0], 1e-12);
    }

    [Fact]
    public void Gradient_scale_averages_accumulated_batches_before_the_norm()
    {
        var a = new Parameter<double>("a", new double[] { 0 }, new double[] { 8 });
        var optimizer = Optimizer.For([a], new Sgd { LearningRate = 1 });
        (optimizer.GradientScale, optimizer.ClipNorm) = (0.25, 10);
        Assert.Equal(2, optimizer.Step().GradientNorm);
        Assert.Equal(-2, a.Values.Span[0]);
    }

    [Fact]
    public void Groups_take_the_first_match_and_exempt_parameters_do_not_decay()
    {
        var parameters = new[] { "fc.weight", "fc.bias", "head.weight" }
            .Select(name => new Parameter<double>(name, new double[] { 1 }, new double[] { 0 }) { DecayExempt = name == "fc.bias" }).ToArray();
        var optimizer = Optimizer.For(
            parameters,
            [new ParameterGroup(new Sgd { LearningRate = 1, WeightDecay = 0.5 }, "head.*"), new ParameterGroup(new Sgd { LearningRate = 1, WeightDecay = 0.25 })]);
        optimizer.Step();
        Assert.Equal([0.75, 1, 0.5], parameters.Select(parameter => parameter.Values.Span[0]));
    }

    [Fact]
    public void Many_small_and_large_parameters_share_one_step()
    {
        using var workers = new Workers(2);
        var parameters = Enumerable.Range(0, 200).Select(i =>
            new Parameter<float>($"p{i}", new float[i * 7], new float[i * 7]) { HasGradient = true }).ToArray();
        foreach (var parameter in parameters)
        {
            parameter.Gradient.Span.Fill(1);
        }

        Optimizer.For(parameters, new Sgd { LearningRate = 1 }, workers).Step();
        Assert.All(parameters, parameter => Assert.All(parameter.Values.ToArray(), value => Assert.Equal(-1, value)));
    }

    [Fact]
    public void A_schedule_that_leaves_the_range_throws_and_changes_nothing()
    {
        var a = new Parameter<double>("a", new double[] { 1 }, new double[] { 1 });
        var b = new Parameter<double>("b", new double[] { 1 }, new double[] { 1 });
        var optimizer = Optimizer.For([a, b], new AdamW { Beta1 = Schedule.Linear(0.9, 1.0, 3) });
        for (var i = 0; i < 3; i++)
        {
            optimizer.Step();
        }

        var before = a.Values.Span[0];
        Assert.Equal("Beta1 must be in [0, 1), but was 1 at update 3.", Assert.Throws<DescentException>(() => optimizer.Step()).Message);
        Assert.Equal("Beta1 must be in [0, 1), but was 1 at update 3.", Assert.Throws<DescentException>(() => optimizer.Step()).Message);
        Assert.Equal((before, before, 3), (a.Values.Span[0], b.Values.Span[0], optimizer.Updates));
    }

    [Fact]
    public void A_users_own_method_steps_and_its_state_is_saved_and_restored()
    {
        static Optimizer New(double[] theta) => Optimizer.For([new Parameter<double>("p", theta, new double[] { 1 })], new OwnMethod { Share = 0.25 });
        var (first, second) = (new double[] { 1 }, new double[] { 1 });
        var optimizer = New(first);
        optimizer.Step();
        var file = new Descent.State.TensorFile();
        Descent.State.OptimizerState.Save(optimizer, file);
        second[0] = first[0];
        var restored = New(second);
        Descent.State.OptimizerState.Load(restored, file);
        optimizer.Step();
        restored.Step();
        Assert.Equal(first, second);
        Assert.Equal(1 - 0.1 - (0.1 * 1.25), first[0], 1e-15);
        Assert.Equal(
            ["s ← s·share + g", "θ ← θ − η·s"],
            new OwnMethod().Rule.Equations(new OwnMethod()).Select(line => line.Replace(" + λ·θ", "")));
    }

    private sealed record OwnMethod() : Method(learningRate: 0.1)
    {
        [Option("share of the old sum", "[0, 1)")]
        public Hyperparameter Share { get; init; } = 0.5;

        public override RuleBinding Rule => RuleBinding.ElementWise(at => new OwnRule(Share.At(at.Update)), "s");
    }

    private readonly struct OwnRule(double share) : IRule
    {
        private readonly Constant share = new("share", share);

        public static int Slots => 1;

        public V Direction<V>(V g, V theta, ref V s, ref V s1, ref V s2, ref V s3)
            where V : struct, ILane<V>
        {
            s = (s * share) + g;
            return s;
        }
    }
}
