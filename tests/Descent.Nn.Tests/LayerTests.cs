using Descent.Numerics;

namespace Descent.Nn.Tests;

public sealed class LayerTests
{
    public static TheoryData<string, Action> Mistakes => new()
    {
        { "Concat needs shapes that differ along axis 1 only, but they were [2, 3] and [3, 3].", () => Tensor<float>.Concat([Zeros(2, 3), Zeros(3, 3)], 1) },
        { "Concat needs at least 1 tensor, but was given none.", () => Tensor<float>.Concat([]) },
        { "Split needs sizes that sum to 3, the size of axis 1 of shape [2, 3], but they were [1, 1].", () => Zeros(2, 3).Split([1, 1], 1) },
        { "Reshape cannot make [4, -1] of shape [2, 3], which has 6 elements.", () => Zeros(2, 3).Reshape(4, -1) },
        { "Squeeze removes an axis of size 1, but axis 0 of shape [2, 3] has size 2.", () => Zeros(2, 3).Squeeze(0) },
        { "Permute names every axis once, but the order of shape [2, 3] was [0, 0].", () => Zeros(2, 3).Permute(0, 0) },
        { "Axis 1 of shape [2, 3] has elements from -3 to 2, but was asked for 3.", () => _ = Zeros(2, 3)[0, 3] },
        { "A tensor of shape [2, 3] has 2 axes, but was sliced along 3; leave some out.", () => _ = Zeros(2, 3)[0, 0, 0] },
        { "The step of a slice must be at least 1, but was 0; use Flip for the opposite order.", () => _ = Zeros(2, 3)[new Slice(0, 1, 0)] },
        { "Narrow takes elements from 0 to 3 along axis 1 of shape [2, 3], but was asked for 2 from 2 on.", () => Zeros(2, 3).Narrow(1, 2, 2) },
        { "IndexSelect needs indices from 0 to 2, but index 1 is 3.", () => Zeros(2, 3).IndexSelect(1, [0, 3]) },
        { "Embedding needs a table of shape [rows, size] and as many indices as their shape says, but the table's shape is [2, 3] and there are 1 indices for shape [2].", () => Zeros(2, 3).Embedding([0], [2]) },
        { "An embedding needs token numbers from 0 to 2, but element 0 is 0.5.", () => new Embedding<float>(3, 2, Random).Forward(new Tensor<float>(new[] { 0.5f }, [1])) },
        { "Embedding needs indices from 0 to 2, but index 0 is 3.", () => new Embedding<float>(3, 2, Random).Forward(new Tensor<float>(new[] { 3f }, [1])) },
        { "Pad in mode Reflect cannot add 3 before and 0 after along axis 1 of shape [2, 3].", () => Zeros(2, 3).Pad([(0, 0), (3, 0)], PadMode.Reflect) },
        { "Clamp needs a minimum that is not above the maximum, but they were 2 and 1; exchange them.", () => Zeros(1).Clamp(2, 1) },
        { "Max needs at least one element to choose from, but the shape is [0].", () => Zeros(0).Max() },
        { "Einsum needs an equation such as 'ij,jk->ik' whose letters have one size each, but it was 'ij,jk->ik' for shapes [2, 3] and [2, 3].", () => Tensor<float>.Einsum("ij,jk->ik", Zeros(2, 3), Zeros(2, 3)) },
        { "Conv2d needs an input of shape [batch, inputs, height, width] and a weight of shape [outputs, inputs/groups, height, width], but with 1 groups the shapes were [1, 3, 4, 4] and [2, 2, 3, 3]; make the channels fit.", () => Zeros(1, 3, 4, 4).Conv2d(Zeros(2, 2, 3, 3)) },
        { "Conv2d needs images that are no smaller than the kernel, but with padding (0, 0) and dilation (1, 1) the shapes were [1, 2, 2, 2] and [2, 2, 3, 3].", () => Zeros(1, 2, 2, 2).Conv2d(Zeros(2, 2, 3, 3)) },
        { "Conv2d needs a bias of shape [2], one number for each output, but its shape is [3].", () => Zeros(1, 2, 3, 3).Conv2d(Zeros(2, 2, 3, 3), Zeros(3)) },
        { "ConvTranspose2d needs an output padding from 0 to below the stride or the dilation, but they were (1, 0), (1, 1) and (1, 1).", () => Zeros(1, 2, 3, 3).ConvTranspose2d(Zeros(2, 2, 3, 3), outputPadding: (1, 0)) },
        { "MaxPool2d needs a kernel that fits, a stride and a dilation of at least 1 and a padding of at most half a kernel, but along axis -2 of shape [1, 2, 2] they were 3, 3, 1 and 0.", () => Zeros(1, 2, 2).MaxPool2d((3, 1)) },
        { "LayerNorm needs an input whose last axes are [4], and a weight and a bias of that shape or none, but the shapes were [2, 3], none and none.", () => Zeros(2, 3).LayerNorm([4]) },
        { "GroupNorm needs an input of shape [batch, channels, …], groups that divide the channels, and one weight and bias for each, but the shapes were [2, 3] with 2 groups, none and none.", () => Zeros(2, 3).GroupNorm(2) },
        { "The probability of a dropout must be in [0, 1), but was 1.", () => Zeros(2).Dropout(1, Random) },
        { "Attention needs queries and keys of shape […, length, size] with one size, but the shapes were [2, 3] and [2, 4].", () => Tensor<float>.ScaledDotProductAttention(Zeros(2, 3), Zeros(2, 4), Zeros(2, 4)) },
        { "Attention needs a size that is a multiple of its heads, but was given a size of 6 and 4 heads.", () => _ = new MultiHeadAttention<float>(6, 4, Random) },
        { "Attention of size 4 needs queries and a memory of shape [batch, length, 4], but the shapes were [2, 4] and none.", () => new MultiHeadAttention<float>(4, 2, Random).Forward(Zeros(2, 4)) },
        { "A recurrent network of 3 inputs needs an input of shape [batch, steps, 3], but its shape is [2, 3].", () => new Lstm<float>(3, 2, Random).Forward(Zeros(2, 3)) },
        { "The state must be 2 tensors of shape [1, 2, 2], but was [1, 2, 2].", () => new Lstm<float>(3, 2, Random).Run(Zeros(2, 4, 3), [Zeros(1, 2, 2)]) },
        { "A Transformer with a context of 4 needs an input of shape [batch, length] with a length of at most that, but its shape is [1, 5].", () => new Transformer<float>(3, 4, 4, 2, 1, Random).Forward(Zeros(1, 5)) },
        { "ALiBi needs a power of two for its heads, but was given 3.", () => PositionalEncoding.Alibi<float>(3, 2, 2) },
        { "CrossEntropy needs at least 1 example and 1 class, but the logits' shape is [0, 3]; leave an empty batch out.", () => Loss.CrossEntropy(Zeros(0, 3), []) },
        { "The mean of losses needs at least 1 of them, but their shape is [0, 1]; leave an empty batch out.", () => Loss.MeanSquaredError(Zeros(0, 1), Zeros(0, 1)) },
        { "CrossEntropy needs targets from 0 to 1 for 2 classes, but target 0 is 2; correct the label or give the model more outputs.", () => Loss.CrossEntropy(Zeros(1, 2), [2]) },
        { "CrossEntropy needs logits of shape [examples, classes] and one target for each example, but the logits' shape is [2, 3] and there are 1 targets; make them fit.", () => Loss.CrossEntropy(Zeros(2, 3), [0]) },
        { "Linear needs an input whose last axis is as long as the weight's, but the input's shape is [2, 3] and the weight's [2, 4]; change one of them.", () => Zeros(2, 3).Linear(Zeros(2, 4)) },
        { "MeanSquaredError needs a target of the prediction's shape, but they were [2, 3] and [3, 2]; reshape one of them.", () => Loss.MeanSquaredError(Zeros(2, 3), Zeros(3, 2)) },
        { "The label smoothing must be in [0, 1], but was 1.5.", () => Loss.CrossEntropy(Zeros(1, 2), [0], labelSmoothing: 1.5) },
        { "CrossEntropy needs one weight for each of the 2 classes, but the weights' shape is [3].", () => Loss.CrossEntropy(Zeros(1, 2), [0], classWeights: Zeros(3)) },
        { "The delta of Huber must be a number above 0, but was 0.", () => Loss.Huber(Zeros(1), Zeros(1), 0) },
        { "The beta of a softplus must be a number above 0, but was -1.", () => Zeros(1).Softplus(-1) },
        { "No parameter is called 'fc3.*'; the nearest names are 'fc1.bias', 'fc2.bias', 'fc1.weight'.", () => Models.Mlp<float>(2, [3], 2, Random).Freeze("fc3.*") },
        { "A CNN halves its images at every convolution, but images of 3 × 8 cannot be halved 2 times and more than 0.", () => Models.Cnn<float>(1, 3, 8, [4, 8], 2, Random) },
        { "The reduction must be Mean, Sum, None or BatchMean, but was 9.", () => Loss.MeanSquaredError(Zeros(1), Zeros(1), (Reduction)9) },
        { "A convolution needs at least 1 input, 1 output and a kernel of at least 1, and groups that divide both, but was given 3, 4, 2 groups and a weight of shape [4, 1, 3, 3].", () => _ = new Conv2d<float>(3, 4, (3, 3), Random, groups: 2) },
        { "An embedding needs 1 to 16777216 rows of at least 1 number and a padding index that is one of them, but was given 3 rows of 2 and 3.", () => _ = new Embedding<float>(3, 2, Random, paddingIndex: 3) },
        { "An embedding needs 1 to 16777216 rows of at least 1 number and a padding index that is one of them, but was given 0 rows of 2 and none.", () => _ = new Embedding<float>(0, 2, Random) },
        { "The recurrent network must take the 4 numbers of an embedded token, but takes 3.", () => Models.RecurrentLanguageModel(5, 4, new Gru<float>(3, 2, Random), Random) },
        { "A recurrent network needs at least 1 input, 1 hidden unit and 1 layer, but was given 3, 0 and 1.", () => _ = new Lstm<float>(3, 0, Random) },
        { "Rotary positions need an input of shape […, length, size] with an even size, but its shape is [2, 3].", () => PositionalEncoding.Rotary(Zeros(2, 3)) },
        { "The parts of a split must have a size of at least 1, but it was 0.", () => Zeros(2, 3).Split(0) },
        { "The sizes of a split must be at least 0, but were [4, -1].", () => Zeros(2, 3).Split([4, -1], 1) },
        { "Chunk makes at least 1 part, but was asked for 0.", () => Zeros(2, 3).Chunk(0) },
        { "ConvTranspose2d with padding (2, 2) leaves nothing of shapes [1, 2, 1, 1] and [2, 2, 3, 3].", () => Zeros(1, 2, 1, 1).ConvTranspose2d(Zeros(2, 2, 3, 3), padding: (2, 2)) },
        { "Gather needs an index of the tensor's rank that is no larger along other axes than 1, but the shapes were [2, 3] and [3, 1] with 3 elements.", () => Zeros(2, 3).Gather(1, [0, 0, 0], [3, 1]) },
        { "The mode of a pad must be Constant, Reflect, Replicate or Circular, but was 9.", () => Zeros(2).Pad([(1, 0)], (PadMode)9) },
        { "Pad needs one pair for each of the 2 axes of shape [2, 3], but was given 1.", () => Zeros(2, 3).Pad([(1, 0)]) },
        { "Tril needs at least two axes, but the shape is [3].", () => Zeros(3).Tril() },
        { "The bound of a truncated normal must be at least 0.1 deviations, but was 0.", () => Initialization.TruncatedNormal(Zeros(1), 1, Random, 0) },
    };

    private static SeededRandom Random => new(1);

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_explained_in_one_sentence(string sentence, Action mistake) => Assert.Equal(sentence, Assert.Throws<DescentException>(mistake).Message);

    [Fact]
    public void The_operation_that_makes_the_first_NaN_is_named()
    {
        var x = new Tensor<double>(new double[] { -1, 0 }, [2], requiresGradient: true);
        using var checks = Autograd.DetectAnomalies();
        Assert.Equal(
            "The operation Log made the first NaN, of numbers of shape [2]; look at its inputs, the learning rate and the clipping.",
            Assert.Throws<DescentException>(() => x.Exp() * x.Log()).Message);
        Assert.Equal(
            "The operation Divide in the backward pass of Sqrt made the first NaN, of numbers of shape [1] and [1]; look at its inputs, the learning rate and the clipping.",
            Assert.Throws<DescentException>(() => x[1..].Sqrt().Backward(Tensor<double>.Filled([1], 0))).Message);
        Assert.Equal(
            "The operation Square was given a NaN among its inputs of shape [1]; look at the data and the weights.",
            Assert.Throws<DescentException>(() => new Tensor<double>(new[] { double.NaN }, [1]).Square()).Message);
        checks.Dispose();
        Assert.Equal(double.NaN, x.Log().ToArray()[0]);
    }

    [Fact]
    public void Frozen_parameters_get_no_gradients_and_may_be_trained_again()
    {
        var model = Models.Mlp<float>(2, [3], 2, Random);
        Assert.Equal(2, model.Freeze("fc1.*"));
        Loss.CrossEntropy(model.Forward(Zeros(1, 2)), [0]).Backward();
        Assert.Equal([false, false, true, true], model.Parameters.Select(parameter => parameter.HasGradient));
        Assert.Equal(1, model.Unfreeze("fc1.bias"));
        Loss.CrossEntropy(model.Forward(Zeros(1, 2)), [0]).Backward();
        Assert.Equal([false, true, true, true], model.Parameters.Select(parameter => parameter.HasGradient));
    }

    [Fact]
    public void A_model_goes_through_a_file_and_a_file_that_does_not_fit_changes_nothing()
    {
        var model = Models.Cnn<float>(1, 4, 4, [2], 3, Random);
        using var file = model.ToTensorFile();
        var other = Models.Cnn<double>(1, 4, 4, [2], 3, new SeededRandom(2));
        other.Load(file);
        Assert.Equal(model.NamedTensors[0].Tensor.ToArray().Select(x => (double)x), other.NamedTensors[0].Tensor.ToArray());
        var before = other.NamedTensors[0].Tensor.ToArray();
        using var wrong = Models.Cnn<float>(1, 4, 4, [2], 4, new SeededRandom(3)).ToTensorFile();
        Assert.Equal("Tensor 'fc.weight' must have the shape [3, 8], but the file's is [4, 8].", Assert.Throws<DescentException>(() => other.Load(wrong)).Message);
        Assert.Equal(before, other.NamedTensors[0].Tensor.ToArray());
        wrong.Add<float>("extra", [1], new float[1]);
        Assert.Equal(
            "The file has no tensor 'fc1.weight'; the nearest names are 'fc.weight', 'bn1.weight', 'conv1.weight'.",
            Assert.Throws<DescentException>(() => Models.Mlp<float>(2, [3], 2, Random).Load(wrong)).Message);
        Assert.Equal(
            "The file has tensors that the module does not: extra; load with strict: false to leave them out.",
            Assert.Throws<DescentException>(() => Models.Cnn<float>(1, 4, 4, [2], 4, Random).Load(wrong)).Message);
        Models.Cnn<float>(1, 4, 4, [2], 4, Random).Load(wrong, strict: false);
    }

    [Fact]
    public void Orthogonal_weights_keep_lengths_and_truncated_ones_their_bound()
    {
        foreach (var shape in new[] { new[] { 3, 5 }, [5, 3], [4, 2, 2] })
        {
            var weight = Tensor<double>.Zeros(shape);
            Initialization.Orthogonal(weight, Random, gain: 2);
            var matrix = weight.Flatten(1);
            var isWide = matrix.Shape[0] <= matrix.Shape[1];
            var product = isWide ? matrix.MatrixMultiply(matrix, transposeRight: true) : matrix.MatrixMultiply(matrix, transposeLeft: true);
            Assert.All(product.ToArray().Index(), entry => Assert.Equal(entry.Index % (product.Shape[0] + 1) == 0 ? 4 : 0, entry.Item, 1e-14));
        }

        var truncated = Tensor<double>.Zeros([10_000]);
        Initialization.TruncatedNormal(truncated, 0.5, Random);
        Assert.InRange(truncated.Abs().Max().ToScalar(), 0.9, 1);
        Assert.InRange(truncated.StandardDeviation().ToScalar(), 0.43, 0.45);
    }

    [Fact]
    public void Dropout_keeps_the_mean_and_does_nothing_when_evaluated()
    {
        var layer = new Dropout<double>(0.25, Random);
        var ones = Tensor<double>.Filled([20_000], 1);
        Assert.InRange(layer.Forward(ones).Mean().ToScalar(), 0.98, 1.02);
        Assert.Equal(20_000UL, layer.Random.Position);
        layer.IsTraining = false;
        Assert.Same(ones, layer.Forward(ones));
    }

    [Fact]
    public void A_recurrent_state_carries_over_to_the_next_part_of_a_sequence()
    {
        var layer = new Lstm<double>(3, 2, Random, new RecurrentOptions { Layers = 2 });
        var sequence = new Tensor<double>(Enumerable.Range(0, 24).Select(i => Math.Sin(i)).ToArray(), [2, 4, 3]);
        var whole = layer.Forward(sequence);
        var (first, state) = layer.Run(sequence.Narrow(1, 0, 3));
        var parts = Tensor<double>.Concat([first, layer.Run(sequence.Narrow(1, 3, 1), state).Output], 1);
        Assert.Equal(whole.ToArray(), parts.ToArray());
    }

    [Fact]
    public void Ready_models_have_stable_names_and_the_shapes_they_promise()
    {
        Assert.Equal([2, 5], Models.ResNet8<float>(3, 5, Random).Forward(Tensor<float>.Filled([2, 3, 8, 8], 1)).Shape.ToArray());
        Assert.Equal(
            ["conv1.weight", "conv1.bias", "bn1.weight", "bn1.bias", "fc.weight", "fc.bias"], Models.Cnn<float>(1, 4, 4, [2], 3, Random).Parameters.Select(parameter => parameter.Name));
        var language = Models.RecurrentLanguageModel(5, 3, new Gru<float>(3, 4, Random), Random);
        Assert.Equal(
            ["emb.weight", "rnn.weight_ih_l0", "rnn.weight_hh_l0", "rnn.bias_ih_l0", "rnn.bias_hh_l0", "fc.weight", "fc.bias"], language.Parameters.Select(parameter => parameter.Name));
        Assert.Equal([1, 2, 5], language.Forward(Zeros(1, 2)).Shape.ToArray());
    }

    [Fact]
    public void Sampling_takes_the_likeliest_token_when_cold_and_the_same_ones_for_a_seed()
    {
        var model = new Transformer<float>(7, 4, 8, 2, 1, Random);
        var likeliest = model.Forward(new Tensor<float>(new[] { 1f, 2f }, [1, 2]))[0, -1].ArgMax()[0];
        Assert.Equal(likeliest, new Sampling(Temperature: 0).Continue(model, [1, 2], 1, 4, Random).Single());
        Assert.Equal(likeliest, new Sampling(Temperature: 5, TopK: 1).Continue(model, [1, 2], 1, 4, Random).Single());
        var drawn = new Sampling(Temperature: 50).Continue(model, [1], 20, 4, Random).ToArray();
        Assert.Equal(drawn, new Sampling(Temperature: 50).Continue(model, [1], 20, 4, Random));
        Assert.True(drawn.Distinct().Count() > 2);
        Assert.Equal(
            "Sampling needs a prompt of at least 1 token, a temperature of at least 0 and a top-k of at least 1, but was given 0, 1 and none.",
            Assert.Throws<DescentException>(() => new Sampling().Continue(model, [], 1, 4, Random)).Message);
    }

    [Fact]
    public void A_summary_has_shapes_parameters_memory_and_operations()
    {
        var model = Models.Cnn<float>(1, 4, 4, [2], 3, Random);
        model.Freeze("fc.bias");
        var summary = model.Summarize(Tensor<float>.Zeros([5, 1, 4, 4]));
        Assert.Equal((2 * 9) + 2 + 4 + (8 * 3) + 3, summary.Parameters);
        Assert.Equal(summary.Parameters - 3, summary.Trainable);
        Assert.Equal((summary.Parameters * 8) + 20, summary.Bytes);
        Assert.Equal(2 * 5 * ((2 * 9 * 16) + (8 * 3)), summary.FloatingPointOperations);
        Assert.Equal([5, 2, 4, 4], summary.Layers[0].OutputShape!);
        Assert.Equal(["conv1", "bn1", "relu1", "pool1", "flatten", "fc"], summary.Layers.Select(layer => layer.Name));
        Assert.Equal(
            """
            layer    kind       output        parameters  operations
            conv1    Conv2d     [5, 2, 4, 4]          20       2,880
            bn1      BatchNorm  [5, 2, 4, 4]           4           0
            relu1    Relu       [5, 2, 4, 4]           0           0
            pool1    Function   [5, 2, 2, 2]           0           0
            flatten  Function   [5, 8]                 0           0
            fc       Linear     [5, 3]                27         240
            51 parameters, 48 of them trained, 428 bytes with gradients and buffers, 3,120 operations forward
            """.ReplaceLineEndings("\n"),
            summary.ToString());
        Assert.Null(model.Summarize().Layers[0].OutputShape);
        Assert.True(model.IsTraining);
    }

    private static Tensor<float> Zeros(params int[] shape) => Tensor<float>.Zeros(shape);
}
