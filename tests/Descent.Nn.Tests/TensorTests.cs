using Descent.Engine;

namespace Descent.Nn.Tests;

public sealed class TensorTests
{
    public static TheoryData<string, Action> Mistakes => new()
    {
        { "A tensor of shape [2, 2] must have 4 values, but was given 3.", () => _ = new Tensor<float>(new float[3], [2, 2]) },
        { "The shape of a tensor must have no negative size, but was [2, -1].", () => Tensor<float>.Zeros([2, -1]) },
        { "A tensor may have at most 2147483647 elements, but shape [65536, 65536] has more; split it.", () => Tensor<float>.Zeros([65536, 65536]) },
        { "The elements of a tensor must be float or double, but were Half.", () => _ = new Tensor<Half>(new Half[1], [1]) },
        { "Add needs shapes that broadcast, but they were [2, 3] and [2]; make the sizes equal or 1, aligned at the last axis.", () => _ = Ones(2, 3) + Ones(2) },
        { "MatrixMultiply needs the columns of the left matrix to equal the rows of the right one, but the shapes were [2, 3] and [2, 3]; transpose or reshape one of them.", () => Ones(2, 3).MatrixMultiply(Ones(2, 3)) },
        { "MatrixMultiply needs the columns of the left matrix to equal the rows of the right one, but the shapes were [2, 3] transposed and [3, 3]; transpose or reshape one of them.", () => Ones(2, 3).MatrixMultiply(Ones(3, 3), transposeLeft: true) },
        { "MatrixMultiply needs the columns of the left matrix to equal the rows of the right one, but the shapes were [] and [3]; transpose or reshape one of them.", () => Ones().MatrixMultiply(Ones(3)) },
        { "Linear needs an input whose last axis is as long as the weight's, but the input's shape is [2, 3] and the weight's [4, 2]; change one of them.", () => Ones(2, 3).Linear(Ones(4, 2)) },
        { "Linear needs a weight of shape [outputs, inputs] and a bias of shape [outputs] or none, but the weight's shape is [4, 3] and the bias's [3]; reshape them.", () => Ones(2, 3).Linear(Ones(4, 3), Ones(3)) },
        { "Softmax needs an axis from -2 to 1 for a tensor of rank 2, but was given 2.", () => Ones(2, 3).Softmax(2) },
        { "LogSoftmax over axis -1 needs a tensor with axes, but the tensor is a scalar.", () => Ones().LogSoftmax() },
        { "Sum takes each axis once, but axis -1 of shape [2, 3] was given twice.", () => Ones(2, 3).Sum([1, -1]) },
        { "Reshape needs as many elements as before, but shape [2, 3] has 6 and [4] has 4.", () => Ones(2, 3).Reshape(4) },
        { "Expand repeats axes of size 1 only, but was asked to make [1, 3] of [2, 3].", () => Ones(2, 3).Expand(1, 3) },
        { "ToScalar needs a tensor of one element, but its shape is [2]; reduce it with Sum or Mean.", () => Ones(2).ToScalar() },
        { "Backward starts from one number, but the tensor has shape [2]; reduce it with Sum or Mean, or give the output gradient.", () => Ones(2).Backward() },
        { "The output gradient must have the output's shape [2], but has [3].", () => Ones(2).Backward(Ones(3)) },
        { "A backward pass needs a result that depends on a tensor with requiresGradient: true, recorded outside Autograd.NoGradient; this one does not.", () => Ones(2).Detach().Sum().Backward() },
        { "A tensor of shape [2] keeps no gradient, because it is not a leaf that requires one; create it with requiresGradient: true.", () => _ = Ones(2).Exp().Gradient },
        { "CrossEntropy needs targets from 0 to 2 for 3 classes, but target 1 is 3; correct the label or give the model more outputs.", () => Loss.CrossEntropy(Ones(2, 3), [0, 3]) },
        { "CrossEntropy needs targets from 0 to 2 for 3 classes, but target 0 is -1; correct the label or give the model more outputs.", () => Loss.CrossEntropy(Ones(2, 3), [-1, 3]) },
        { "CrossEntropy needs logits of shape [examples, classes] and one target for each example, but the logits' shape is [2, 3] and there are 1 targets; make them fit.", () => Loss.CrossEntropy(Ones(2, 3), [0]) },
        { "MeanSquaredError needs a target of the prediction's shape, but they were [2, 1] and [2]; reshape one of them.", () => Loss.MeanSquaredError(Ones(2, 1), Ones(2)) },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_explained_in_one_sentence(string sentence, Action mistake) =>
        Assert.Equal(sentence, Assert.Throws<DescentException>(mistake).Message);

    [Fact]
    public void The_gradient_keeps_its_memory_and_adds_up_until_it_is_zeroed()
    {
        var x = new Tensor<double>(new double[] { 1, 2 }, [2], requiresGradient: true);
        var memory = x.Gradient;
        x.Square().Sum().Backward();
        x.Square().Sum().Backward();
        Assert.Equal([4, 8], x.Gradient.ToArray());
        Assert.True(memory.Equals(x.Gradient));
        x.ZeroGradient();
        Assert.Equal([0, 0], memory.ToArray());
    }

    [Fact]
    public void A_parameter_shares_memory_and_has_a_gradient_once_a_backward_pass_reached_it()
    {
        var used = Ones(2);
        var unused = Ones(2);
        Parameter<double>[] parameters = [used.ToParameter("used"), unused.ToParameter("unused")];
        Assert.All(parameters, parameter => Assert.False(parameter.HasGradient));
        (used * 3).Sum().Backward();
        Assert.True(parameters[0].HasGradient);
        Assert.False(parameters[1].HasGradient);
        Assert.Equal([3, 3], parameters[0].Gradient.ToArray());
        parameters[0].Values.Span[1] = 7;
        Assert.Equal([1, 7], used.ToArray());
    }

    [Fact]
    public void A_tensor_used_on_many_paths_gets_the_sum_of_their_gradients()
    {
        var x = new Tensor<double>(new double[] { 3 }, [], requiresGradient: true);
        var y = x * x;
        (y + (y * x) + x).Backward();
        Assert.Equal((2 * 3) + (3 * 9) + 1, x.Gradient.Span[0]);
    }

    [Fact]
    public void Without_recording_nothing_is_remembered_and_recording_resumes()
    {
        var x = Ones(2);
        using (Autograd.NoGradient())
        {
            Assert.False(x.Exp().RequiresGradient);
        }

        Assert.True(x.Exp().RequiresGradient);
    }

    [Fact]
    public void Gradients_leave_the_memory_of_leaves_alone_and_are_zero_for_what_does_not_matter()
    {
        var x = Ones(2);
        var other = Ones(3);
        var gradients = Autograd.Gradients(x.Square().Sum(), [x, other]);
        Assert.Equal([2, 2], gradients[0].ToArray());
        Assert.Equal([0, 0, 0], gradients[1].ToArray());
        Assert.Equal([0, 0], x.Gradient.ToArray());
        Assert.False(gradients[0].RequiresGradient);
    }

    [Fact]
    public void A_graph_of_a_hundred_thousand_operations_is_walked_without_recursion()
    {
        var x = Ones(1);
        var y = x;
        for (var i = 0; i < 100_000; i++)
        {
            y += 1;
        }

        y.Sum().Backward();
        Assert.Equal(1, x.Gradient.Span[0]);
    }

    [Fact]
    public void Empty_tensors_are_allowed()
    {
        var empty = Tensor<double>.Zeros([0, 3], requiresGradient: true);
        var result = empty.Linear(Ones(2, 3), Ones(2)).Relu().Softmax();
        Assert.Equal([0, 2], result.Shape.ToArray());
        result.Sum().Backward();
        Assert.Equal(0, result.Sum().ToScalar());
        Assert.Equal(double.NaN, result.Mean().ToScalar());
    }

    [Fact]
    public void Relu_keeps_NaN_and_softmax_of_huge_numbers_stays_finite()
    {
        var x = new Tensor<float>(new[] { float.NaN, -1, 0, 2 }, [4]);
        Assert.Equal([float.NaN, 0, 0, 2], x.Relu().ToArray());
        var huge = new Tensor<float>(new[] { 3e38f, -3e38f, 3e38f }, [3]);
        Assert.Equal([0.5f, 0, 0.5f], huge.Softmax().ToArray());
    }

    private static Tensor<double> Ones(params int[] shape)
    {
        var tensor = Tensor<double>.Zeros(shape, requiresGradient: true);
        tensor.Values.Span.Fill(1);
        return tensor;
    }
}
