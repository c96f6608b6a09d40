using Descent.Numerics;
using Descent.TestSupport;

namespace Descent.Nn.Tests;

public sealed class BatchNormTests
{
    [Fact]
    public void It_names_what_is_trained_and_what_is_only_saved()
    {
        var model = Models.Mlp<float>(4, [5], 3, new SeededRandom(1), batchNorm: true);
        Assert.Equal(["fc1", "bn1", "relu1", "fc2"], model.Modules.Select(item => item.Name));
        Assert.Equal(["fc1.weight", "fc1.bias", "bn1.weight", "bn1.bias", "fc2.weight", "fc2.bias"], model.Parameters.Select(parameter => parameter.Name));
        Assert.Equal(["bn1.running_mean", "bn1.running_var", "bn1.num_batches_tracked"], model.NamedBuffers.Select(item => item.Name));
        Assert.All(model.Parameters.Where(parameter => parameter.Name.StartsWith("bn", StringComparison.Ordinal)), parameter => Assert.True(parameter.DecayExempt));
    }

    [Fact]
    public void Evaluation_uses_and_keeps_the_running_statistics()
    {
        var layer = new BatchNorm<double>(2);
        layer.Forward(Draw([8, 2], 1));
        var (mean, variance) = (layer.RunningMean.ToArray(), layer.RunningVariance.ToArray());
        layer.IsTraining = false;
        var x = Draw([3, 2], 2);
        var differ = new Differ(1e-14);
        differ.Compare([.. x.ToArray().Select((value, i) => (value - mean[i % 2]) / Math.Sqrt(variance[i % 2] + 1e-5))], layer.Forward(x).ToArray(), "evaluation");
        differ.AssertClose();
        Assert.Equal<double>([.. mean, .. variance], [.. layer.RunningMean.ToArray(), .. layer.RunningVariance.ToArray()]);
        Assert.Equal(1, layer.Batches.ToScalar());
    }

    [Fact]
    public void A_norm_and_its_ReLU_are_the_same_in_one_pass_as_one_after_the_other()
    {
        foreach (var shape in (int[][])[[4, 3, 5, 7], [3, 3, 2], [6, 3], [2, 3, 4, 4]])
        {
            var (norm, relu, x) = (new BatchNorm<float>(3), new Relu<float>(), Tensor<float>.Zeros(shape, requiresGradient: true));
            Initialization.Normal(x, 1, new SeededRandom(11));
            Initialization.Normal(norm.Weight!, 1, new SeededRandom(12));
            Initialization.Normal(norm.Bias!, 1, new SeededRandom(13));
            var (fused, apart) = (Numbers(new Sequential<float>(norm, relu).Forward), Numbers(input => relu.Forward(norm.Forward(input))));
            Assert.Equal(apart, fused);
            Assert.Contains(0f, fused);
            norm.IsTraining = false;
            Assert.Equal(relu.Forward(norm.Forward(x)).ToArray(), new Sequential<float>(norm, relu).Forward(x).ToArray());

            float[] Numbers(Func<Tensor<float>, Tensor<float>> forward)
            {
                x.ZeroGradient();
                norm.ZeroGradient();
                var y = forward(x);
                (y * (x + 2)).Sum().Backward();
                return [.. y.ToArray(), .. x.Gradient.ToArray(), .. norm.Weight!.Gradient.ToArray(), .. norm.Bias!.Gradient.ToArray()];
            }
        }
    }

    [Fact]
    public void A_model_passes_its_mode_on_to_all_inside()
    {
        var layer = new BatchNorm<float>(1);
        var model = new Sequential<float>(new Sequential<float>(layer), new Relu<float>());
        Assert.True(model.IsTraining);
        model.IsTraining = false;
        Assert.False(layer.IsTraining);
        model.IsTraining = true;
        Assert.True(layer.IsTraining);
    }

    [Fact]
    public void Statistics_are_reestimated_as_the_mean_over_the_batches_and_nothing_else_changes()
    {
        var random = new SeededRandom(5);
        var model = Models.Mlp<double>(3, [4, 4], 2, random, batchNorm: true);
        Tensor<double>[] batches = [Draw([8, 3], 1), Draw([6, 3], 2), Draw([7, 3], 3)];
        model.Forward(Draw([9, 3], 9));
        var trained = model.Parameters.Select(parameter => parameter.Values.ToArray()).ToArray();
        model.IsTraining = false;
        model.ReestimateStatistics(batches);
        Assert.False(model.Modules[1].Module.IsTraining);
        Assert.Equal(trained, model.Parameters.Select(parameter => parameter.Values.ToArray()));

        // The first layer sees the batches through fc1 alone, so that its statistics can be had by hand.
        var first = (BatchNorm<double>)model.Modules[1].Module;
        Tensor<double>[] seen = [.. batches.Select(batch => model.Modules[0].Module.Forward(batch))];
        var differ = new Differ(1e-13);
        for (var channel = 0; channel < 4; channel++)
        {
            double[][] values = [.. seen.Select(batch => batch.ToArray().Where((_, i) => i % 4 == channel).ToArray())];
            differ.Compare(values.Average(batch => batch.Average()), first.RunningMean.Values.Span[channel], "mean");
            differ.Compare(values.Average(batch => batch.Sum(value => Math.Pow(value - batch.Average(), 2)) / (batch.Length - 1)), first.RunningVariance.Values.Span[channel], "variance");
        }

        differ.AssertClose();
        Assert.Equal(3, first.Batches.ToScalar());

        // Twice gives the same; and training goes on with the momentum.
        var before = model.NamedBuffers.Select(item => item.Tensor.ToArray()).ToArray();
        model.ReestimateStatistics(batches);
        Assert.Equal(before, model.NamedBuffers.Select(item => item.Tensor.ToArray()));
        model.IsTraining = true;
        model.Forward(batches[0]);
        differ.Compare((0.9 * before[0][0]) + (0.1 * seen[0].ToArray().Where((_, i) => i % 4 == 0).Average()), first.RunningMean.Values.Span[0], "next mean");
        differ.AssertClose();
    }

    [Fact]
    public void Batches_that_do_not_fit_leave_the_statistics_as_they_were()
    {
        var model = Models.Mlp<double>(3, [4], 2, new SeededRandom(5), batchNorm: true);
        model.Forward(Draw([9, 3], 9));
        var before = model.NamedBuffers.Select(item => item.Tensor.ToArray()).ToArray();
        foreach (var (batches, message) in new (Tensor<double>[], string)[]
        {
            ([], "Statistics are re-estimated from at least 1 batch, but there was none; the old ones were kept."),
            ([Draw([5, 3], 1), Draw([1, 3], 2)], "A batch norm needs at least 2 values per channel while training, but the input's shape is [1, 4]; use larger batches, or evaluate."),
        })
        {
            Assert.Equal(message, Assert.Throws<DescentException>(() => model.ReestimateStatistics(batches)).Message);
            Assert.Equal(before, model.NamedBuffers.Select(item => item.Tensor.ToArray()));
            Assert.True(model.Modules[1].Module.IsTraining);
        }

        Models.Linear<double>(3, 2, new SeededRandom(1)).ReestimateStatistics([]);
    }

    public static TheoryData<string, Action> Refusals() => new()
    {
        { "A batch norm needs at least 1 channel, but was given 0.", () => _ = new BatchNorm<float>(0) },
        { "The epsilon of a batch norm must be a number above 0, but was 0.", () => _ = new BatchNorm<float>(1, epsilon: 0) },
        { "The momentum of a batch norm must be in (0, 1] or null, but was 1.5.", () => _ = new BatchNorm<float>(1, momentum: 1.5) },
        { "A batch norm of 3 channels needs an input of shape [batch, 3, …], but the input's shape is [2, 4].", () => new BatchNorm<float>(3).Forward(Tensor<float>.Zeros([2, 4])) },
        { "A batch norm of 3 channels needs an input of shape [batch, 3, …], but the input's shape is [3].", () => new BatchNorm<float>(3).Forward(Tensor<float>.Zeros([3])) },
        { "A format of 16 bits must be Half or BFloat16, but was Int16.", () => Tensor<float>.Zeros([3]).RoundTo<short>() },
        { "The destination of a conversion must have at least 2 elements, but had 1.", () => NarrowFormat.Widen(new Half[2], new float[1]) },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Mistakes_are_explained_in_one_sentence(string message, Action action) => Assert.Equal(message, Assert.Throws<DescentException>(action).Message);

    [Fact]
    public void Rounding_goes_both_ways()
    {
        var x = new Tensor<double>(new double[] { 1 + Math.Pow(2, -9), 70_000, -1e-9, 3 }, [4], requiresGradient: true);
        Assert.Equal([1, double.PositiveInfinity, -0.0, 3], x.RoundTo<Half>().Values.ToArray().Select(value => value > 1 && value < 1.01 ? 1 : value));
        Assert.Equal([1, 70_144, (double)(float)(BFloat16)(-1e-9f), 3], x.RoundTo<BFloat16>().ToArray());
        x.RoundTo<BFloat16>().Backward(new Tensor<double>(new double[] { 1 + Math.Pow(2, -9), 257, 0, -0.1 }, [4]));
        Assert.Equal([1, 256, 0, (double)(float)(BFloat16)(-0.1f)], x.Gradient.ToArray());
        Assert.Equal(300, Tensor<float>.Filled([300], 3).RoundTo<Half>().ToArray().Count(value => value == 3));
    }

    private static Tensor<double> Draw(int[] shape, ulong seed)
    {
        var tensor = Tensor<double>.Zeros(shape);
        Initialization.Normal(tensor, 1.5, new SeededRandom(seed));
        return tensor;
    }
}
