using Descent.Engine;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Tests.Storage;

/// <summary>Parameters of 16 bits: their master weights, and other ways to keep what rounding cuts off.</summary>
public class SixteenBitParameterTests
{
    private const int Length = 10_007;

    /// <summary>A copy of 32 bits is what moves: with the same gradients it is the parameter of 32 bits, bit for bit.</summary>
    [Theory]
    [MemberData(nameof(ReducedPrecision.Methods), MemberType = typeof(ReducedPrecision))]
    public void A_parameter_of_16_bits_with_master_weights_is_that_of_32_bits_rounded(string name)
    {
        var (single, half, brain) = (new float[Length], new Half[Length], new BFloat16[Length]);
        var (gradient, halfGradient, brainGradient) = (new float[Length], new Half[Length], new BFloat16[Length]);
        for (var i = 0; i < Length; i++)
        {
            single[i] = (float)(BFloat16)(float)Math.Sin(i);
            (half[i], brain[i]) = ((Half)single[i], (BFloat16)single[i]);
        }

        Optimizer[] optimizers =
        [
            Optimizer.For([new Parameter<float>("w", single, gradient)], Catalogue.Parse(name)),
            Optimizer.For([new Parameter<Half>("w", half, halfGradient)], Catalogue.Parse(name)),
            Optimizer.For([new Parameter<BFloat16>("w", brain, brainGradient)], Catalogue.Parse(name)),
        ];
        for (var step = 0; step < 4; step++)
        {
            for (var i = 0; i < Length; i++)
            {
                gradient[i] = (float)(BFloat16)(float)Math.Cos(i * (step + 2));
                (halfGradient[i], brainGradient[i]) = ((Half)gradient[i], (BFloat16)gradient[i]);
            }

            Assert.All(optimizers, optimizer => Assert.True(optimizer.Step().Applied));
        }

        Assert.Equal(single.Select(value => (Half)value), half);
        Assert.Equal(single.Select(value => (BFloat16)value), brain);
        foreach (var optimizer in optimizers)
        {
            optimizer.MoveTo(ParameterPoint.Evaluation);
        }

        Assert.Equal(single.Select(value => (BFloat16)value), brain);
        Assert.Equal(single.Select(value => (Half)value), half);
        foreach (var optimizer in optimizers)
        {
            optimizer.MoveTo(ParameterPoint.Training);
        }

        Assert.Equal(single.Select(value => (BFloat16)value), brain);
    }

    /// <summary>What is rounded at random depends on the element, not on the thread that comes to it.</summary>
    [Fact]
    public void Stochastic_rounding_gives_the_same_bits_for_1_2_and_8_threads()
    {
        var expected = Run(1);
        Assert.NotEqual(expected, Run(1, seed: 10));
        Assert.Equal(expected, Run(2));
        Assert.Equal(expected, Run(8));

        static BFloat16[] Run(int threads, ulong seed = 9)
        {
            using var workers = new Workers(threads);
            var (values, gradient) = (new BFloat16[100_000], new BFloat16[100_000]);
            for (var i = 0; i < values.Length; i++)
            {
                (values[i], gradient[i]) = ((BFloat16)(float)Math.Sin(i), (BFloat16)(float)Math.Cos(3 * i));
            }

            var precision = new Precision { State = StateFormat.BFloat16Stochastic, Weights = WeightFormat.Stochastic, Seed = seed };
            var optimizer = Optimizer.WithChunks([new Parameter<BFloat16>("w", values, gradient)], [new ParameterGroup(new AdamW()) { Precision = precision }], workers, 5_000);
            for (var step = 0; step < 5; step++)
            {
                optimizer.Step();
            }

            return values;
        }
    }

    /// <summary>Steps of a thousandth of the last bit: compensation and stochastic rounding add them up, rounding to the nearest loses them.</summary>
    [Theory]
    [InlineData(WeightFormat.Master, 1e-6)]
    [InlineData(WeightFormat.Compensated, 0.05)]
    [InlineData(WeightFormat.Stochastic, 0.1)]
    [InlineData(WeightFormat.Nearest, null)]
    public void Small_steps_add_up_where_what_is_cut_off_is_kept(WeightFormat weights, double? tolerance)
    {
        const int Count = 4_096;
        const int Steps = 2_000;
        const float Small = 1f / 256 / 100;
        var values = Enumerable.Repeat((BFloat16)1f, Count).ToArray();
        var gradient = Enumerable.Repeat((BFloat16)(-Small), Count).ToArray();
        var optimizer = Optimizer.For(
            [new Parameter<BFloat16>("w", values, gradient)],
            [new ParameterGroup(new Sgd { LearningRate = 1 }) { Precision = new Precision { Weights = weights } }]);
        for (var step = 0; step < Steps; step++)
        {
            optimizer.Step();
        }

        var moved = values.Average(value => (double)(float)value) - 1;
        var expected = Steps * (double)(float)gradient[0] * -1;
        Assert.Equal(tolerance is null ? 0 : expected, moved, (tolerance ?? 0) + (1.0 / 256));
    }

    [Fact]
    public void Gradients_of_16_bits_that_are_not_finite_are_skipped_and_named()
    {
        var gradient = new Half[500];
        gradient[400] = Half.PositiveInfinity;
        var optimizer = Optimizer.For([new Parameter<Half>("w", new Half[500], gradient)], new AdamW());
        optimizer.NonFinite = NonFiniteGradients.Skip;
        Assert.Equal((false, "w"), (optimizer.Step().Applied, optimizer.Step().NonFiniteParameter));
        gradient[400] = (Half)3;
        gradient[0] = (Half)4;
        Assert.Equal(5, optimizer.Step().GradientNorm, 1e-6);
    }
}
