using Descent.Engine;
using Descent.Numerics;

namespace Descent.Nn.Tests;

/// <summary>Runs alone, because a test changes the threads of the whole process.</summary>
[CollectionDefinition(nameof(RunsAlone), DisableParallelization = true)]
public sealed class RunsAlone;

[Collection(nameof(RunsAlone))]
public sealed class ModuleTests
{
    [Fact]
    public void A_shared_tensor_is_one_parameter()
    {
        var weight = new Tensor<double>(new double[] { 1 }, [1, 1], requiresGradient: true);
        var model = new Sequential<double>(new Linear<double>(weight, null), new Linear<double>(weight, null));
        Assert.Equal(["0.weight"], model.Parameters.Select(parameter => parameter.Name));
        model.Forward(new Tensor<double>(new double[] { 2 }, [1, 1])).Sum().Backward();
        Optimizer.For(model.Parameters, new Descent.Optimizers.Sgd { LearningRate = 0.1 }).Step();
        Assert.Equal(0.6, weight.Values.Span[0], 1e-15);
    }

    [Fact]
    public void Names_are_stable_and_say_where_a_parameter_is()
    {
        var random = new SeededRandom(1);
        Assert.Equal(["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias", "fc3.weight", "fc3.bias"], Names(Models.Mlp<float>(4, [5, 6], 3, random)));
        Assert.Equal(["fc.weight", "fc.bias"], Names(Models.Linear<float>(4, 3, random)));
        Assert.Equal(
            ["0.weight", "0.bias", "2.0.weight"],
            Names(new Sequential<float>(new Linear<float>(4, 3, random), new Tanh<float>(), new Sequential<float>(new Linear<float>(3, 2, random, bias: false)))));
    }

    [Fact]
    public void Parameters_have_the_shapes_and_the_memory_of_the_layer()
    {
        var layer = new Linear<double>(3, 2, new SeededRandom(1));
        Assert.Equal([2, 3], layer.Parameters[0].Shape.ToArray());
        Assert.Equal([2], layer.Parameters[1].Shape.ToArray());
        Assert.True(layer.Weight.Values.Equals(layer.Parameters[0].Values));
        Assert.True(layer.Weight.Gradient.Equals(layer.Parameters[0].Gradient));
        Assert.Same(layer.Parameters, layer.Parameters);
    }

    [Fact]
    public void Wrong_modules_are_explained_in_one_sentence()
    {
        var random = new SeededRandom(1);
        Assert.Equal(
            "A linear layer needs at least 1 input and 1 output, but was given 0 inputs and 2 outputs.",
            Assert.Throws<DescentException>(() => new Linear<float>(0, 2, random)).Message);
        Assert.Equal(
            "The children of a Sequential must have different names, but they were a, a; rename one.",
            Assert.Throws<DescentException>(() => new Sequential<float>(("a", new Relu<float>()), ("a", new Relu<float>()))).Message);
        Assert.Equal(
            "The names of a module's parameters must differ, but 'a.b.weight' occurs twice; rename a child.",
            Assert.Throws<DescentException>(() => new Sequential<float>(
                ("a", new Sequential<float>(("b", new Linear<float>(1, 1, random)))), ("a.b", new Linear<float>(1, 1, random))).Parameters).Message);
    }

    [Fact]
    public void A_perceptron_learns_exclusive_or()
    {
        var model = Models.Mlp<double>(2, [16], 2, new SeededRandom(7));
        var x = new Tensor<double>(new double[] { 0, 0, 0, 1, 1, 0, 1, 1 }, [4, 2]);
        int[] labels = [0, 1, 1, 0];
        for (var step = 0; step < 500; step++)
        {
            using var scope = TensorScope.Begin();
            model.ZeroGradient();
            Loss.CrossEntropy(model.Forward(x), labels).Backward();
            foreach (var parameter in model.Parameters)
            {
                System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(
                    parameter.Gradient.Span, -0.5, parameter.Values.Span, parameter.Values.Span);
            }
        }

        using var evaluation = Autograd.NoGradient();
        Assert.InRange(Loss.CrossEntropy(model.Forward(x), labels).ToScalar(), 0, 0.02);
    }

    [Fact]
    public void The_number_of_threads_does_not_change_a_bit_of_a_gradient()
    {
        using var two = new Workers(2);
        Assert.Equal(Gradient(Workers.Sequential), Gradient(two));
    }

    private static float[] Gradient(Workers workers)
    {
        var before = Compute.Workers;
        Compute.Workers = workers;
        var random = new SeededRandom(3);
        var model = Models.Mlp<float>(300, [200], 10, random);
        var x = Tensor<float>.Zeros([100, 300]);
        Initialization.Normal(x, 1, random);
        Loss.MeanSquaredError(model.Forward(x), Tensor<float>.Zeros([100, 10])).Backward();
        Compute.Workers = before;
        return model.Parameters[0].Gradient.ToArray();
    }

    private static IEnumerable<string> Names<T>(Module<T> module)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> => module.Parameters.Select(parameter => parameter.Name);
}
