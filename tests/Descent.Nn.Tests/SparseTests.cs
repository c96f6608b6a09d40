using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Nn.Tests;

/// <summary>Layers whose gradients are rows.</summary>
public sealed class SparseTests
{
    [Fact]
    public void An_embedding_gives_gradients_to_the_rows_of_the_batch()
    {
        var (sparse, dense) = (new Embedding<double>(9, 3, new(1), paddingIndex: 2, sparse: true), new Embedding<double>(9, 3, new(1), paddingIndex: 2));
        foreach (var tokens in new double[][] { [7, 1, 2, 1], [8, 7, 7, 0] })
        {
            foreach (var layer in new[] { sparse, dense })
            {
                var output = layer.Forward(new Tensor<double>(tokens, [2, 2]));
                (output * output).Sum().Backward();
            }
        }

        Assert.Equal([0, 1, 7, 8], sparse.Weight.GradientRows!.Ascending().ToArray());
        Assert.Equal(dense.Weight.Gradient.ToArray(), sparse.Weight.Gradient.ToArray());
        Assert.Null(dense.Weight.GradientRows);
        sparse.ZeroGradient();
        Assert.Equal(0, sparse.Weight.GradientRows.Count);
        Assert.All(sparse.Weight.Gradient.ToArray(), number => Assert.Equal(0, number));
        sparse.Weight.Sum().Backward();
        Assert.Equal(9, sparse.Weight.GradientRows.Count);
    }

    [Fact]
    public void Gradients_that_are_asked_for_do_not_touch_the_leaf()
    {
        var layer = new Embedding<double>(4, 2, new(1), sparse: true);
        var output = layer.Forward(new Tensor<double>(new double[] { 3, 1 }, [2]));
        var gradient = Autograd.Gradients((output * output).Sum(), [layer.Weight])[0];
        Assert.Equal(0, layer.Weight.GradientRows!.Count);
        Assert.All(layer.Weight.Gradient.ToArray(), number => Assert.Equal(0, number));
        Assert.Equal(2 * layer.Weight.Values.Span[7], gradient.Values.Span[7]);
    }

    [Fact]
    public void A_sparse_linear_layer_is_a_linear_layer_of_the_whole_rows()
    {
        var random = new SeededRandom(2);
        var sparse = new SparseLinear<double>(6, 4, random);
        var weight = sparse.Weight.Detach().Transpose(0, 1).ToArray();
        var dense = new Linear<double>(new Tensor<double>(weight, [4, 6], requiresGradient: true), new Tensor<double>(sparse.Bias.ToArray(), [4], requiresGradient: true));
        double[] pairs = [0, 5, -1, 1.5, -2, 0, 3, -1, -1, 0.25, 0, 0, -1, -1, -1, 9, 9, 9];
        double[] rows = [1.5, 0, 0, 0, 0, -2, 0, 0, 0, 0.25, 0, 0, 0, 0, 0, 0, 0, 0];
        var (ours, theirs) = (sparse.Forward(new Tensor<double>(pairs, [3, 6])), dense.Forward(new Tensor<double>(rows, [3, 6])));
        AssertClose(theirs.ToArray(), ours.ToArray());
        (ours * ours).Sum().Backward();
        (theirs * theirs).Sum().Backward();
        AssertClose(new Tensor<double>(dense.Weight.Gradient, [4, 6]).Transpose(0, 1).ToArray(), sparse.Weight.Gradient.ToArray());
        AssertClose(dense.Bias!.Gradient.ToArray(), sparse.Bias.Gradient.ToArray());
        Assert.Equal([0, 3, 5], sparse.Weight.GradientRows!.Ascending().ToArray());
    }

    /// <summary>AdaGrad gives the weights of a dense layer, and the step costs no more than its rows.</summary>
    [Fact]
    public void A_model_with_sparse_rows_learns_as_the_dense_one()
    {
        var sparse = Models.Mlp<double>(50, [4], 2, new(3), sparse: true);
        var table = (SparseLinear<double>)sparse.Modules[0].Module;
        var dense = new Sequential<double>(
            ("fc1", new Linear<double>(new Tensor<double>(table.Weight.Detach().Transpose(0, 1).ToArray(), [4, 50], requiresGradient: true), new Tensor<double>(new double[4], [4], requiresGradient: true))),
            ("relu1", new Relu<double>()),
            ("fc2", new Linear<double>(new Tensor<double>(((Linear<double>)sparse.Modules[2].Module).Weight.ToArray(), [2, 4], requiresGradient: true), new Tensor<double>(new double[2], [2], requiresGradient: true))));
        var (first, second) = (Optimizer.For(sparse.Parameters, new AdaGrad { LearningRate = 0.1 }), Optimizer.For(dense.Parameters, new AdaGrad { LearningRate = 0.1 }));
        var random = new SeededRandom(4);
        for (var step = 0; step < 20; step++)
        {
            var (pairs, rows, labels) = (new double[3 * 4], new double[3 * 50], new int[3]);
            for (var row = 0; row < 3; row++)
            {
                var place = random.NextInt32(25);
                (pairs[4 * row], pairs[(4 * row) + 1], pairs[(4 * row) + 2], pairs[(4 * row) + 3]) = (place, place + 25, random.NextNormal(), random.NextNormal());
                (rows[(50 * row) + place], rows[(50 * row) + place + 25]) = (pairs[(4 * row) + 2], pairs[(4 * row) + 3]);
                labels[row] = place % 2;
            }

            sparse.ZeroGradient();
            dense.ZeroGradient();
            Loss.CrossEntropy(sparse.Forward(new Tensor<double>(pairs, [3, 4])), labels).Backward();
            Loss.CrossEntropy(dense.Forward(new Tensor<double>(rows, [3, 50])), labels).Backward();
            Assert.InRange(table.Weight.GradientRows!.Count, 2, 6);
            first.Step();
            second.Step();
        }

        AssertClose(((Linear<double>)dense.Modules[0].Module).Weight.Detach().Transpose(0, 1).ToArray(), table.Weight.ToArray());
    }

    [Fact]
    public void Mistakes_are_explained()
    {
        var layer = new SparseLinear<float>(3, 2, new(1));
        Says("A sparse linear layer needs an input of shape [batch, places and as many numbers], but its shape is [1, 3].", () => layer.Forward(Tensor<float>.Zeros([1, 3])));
        Says("A sparse linear layer needs places from 0 to 2, or −1 for none, but place 0 of row 1 is 3.", () => layer.Forward(new Tensor<float>(new float[] { 0, 1, 3, 1 }, [2, 2])));
        Says("A sparse linear layer needs places from 0 to 2, or −1 for none, but place 0 of row 0 is 0.5.", () => layer.Forward(new Tensor<float>(new float[] { 0.5f, 1 }, [1, 2])));
        Says("A sparse linear layer needs 1 to 16777216 inputs and at least 1 output, but was given 0 inputs and 2 outputs.", () => _ = new SparseLinear<float>(0, 2, new(1)));
        Says("Rows are tracked for a leaf that requires a gradient and has at least 1 row, but the tensor has shape [2] and no gradient.", () => Tensor<float>.Zeros([2]).TrackRows());
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        var difference = expected.Zip(actual).Max(pair => Math.Abs(pair.First - pair.Second));
        Assert.True(expected.Length == actual.Length && difference < 1e-13, $"The largest difference is {difference}.");
    }

    private static void Says(string sentence, Action action) => Assert.Equal(sentence, Assert.Throws<DescentException>(action).Message);
}
