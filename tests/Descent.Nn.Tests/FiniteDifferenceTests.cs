using Descent.Numerics;

namespace Descent.Nn.Tests;

/// <summary>
/// Gradients, and gradients of gradients, of every operation along random directions: central differences on random shapes.
/// </summary>
public sealed class FiniteDifferenceTests
{
    private static readonly int[] Classes = [2, 0, 1, 2, 2];

    private static readonly Dictionary<string, Func<SeededRandom, (int[][] Shapes, Func<Tensor<double>[], Tensor<double>> Function)>> Operations = new()
    {
        ["add"] = random => Same(random, x => x[0] + x[1]),
        ["add, row broadcast"] = random => Row(random, x => x[0] + x[1]),
        ["subtract"] = random => Same(random, x => x[0] - x[1]),
        ["subtract, row broadcast"] = random => Row(random, x => x[1] - x[0]),
        ["multiply"] = random => Same(random, x => x[0] * x[1]),
        ["multiply, both broadcast"] = random => Outer(random, x => x[0] * x[1]),
        ["multiply with itself"] = random => One(random, x => x[0] * x[0]),
        ["scale and shift"] = random => One(random, x => -((x[0] * 3.5) + 2) - 0.25),
        ["square"] = random => One(random, x => x[0].Square()),
        ["exp"] = random => One(random, x => x[0].Exp()),
        ["tanh"] = random => One(random, x => x[0].Tanh()),
        ["relu"] = random => One(random, x => x[0].Relu() * x[0]),
        ["reciprocal root"] = random => One(random, x => (x[0].Square() + 0.5).ReciprocalSqrt()),
        ["divide"] = random => Same(random, x => x[0] / x[1]),
        ["divide, both broadcast"] = random => Outer(random, x => x[0] / x[1]),
        ["maximum"] = random => Same(random, x => Tensor<double>.Maximum(x[0], x[1] + 3.3) * Tensor<double>.Maximum(x[0], x[1] - 3.3) * x[0]),
        ["minimum, both broadcast"] = random => Outer(random, x => Tensor<double>.Minimum(x[0] + 3.3, x[1]) * x[1]),
        ["power, scalar exponent"] = random => One(random, x => (x[0].Square() + 0.5).Pow(1.7)),
        ["power, any sign"] = random => One(random, x => x[0].Pow(3)),
        ["power, tensor exponent"] = random => Outer(random, x => (x[0].Square() + 0.5).Pow(x[1])),
        ["exp minus 1 and logarithms"] = random => One(random, x => x[0].Expm1() * (x[0].Square() + 0.3).Log() * (x[0].Square() + 0.1).Log1p()),
        ["sine and cosine"] = random => One(random, x => x[0].Sin() * x[0].Cos()),
        ["error function"] = random => One(random, x => (x[0] * 2).Erf()),
        ["root and reciprocal"] = random => One(random, x => (x[0].Square() + 0.5).Sqrt() + x[0].Reciprocal()),
        ["sigmoid"] = random => One(random, x => x[0].Sigmoid()),
        ["softplus"] = random => One(random, x => x[0].Softplus(1.5)),
        ["log-sigmoid"] = random => One(random, x => x[0].LogSigmoid()),
        ["leaky ReLU"] = random => One(random, x => x[0].LeakyRelu(0.2) * x[0]),
        ["ELU"] = random => One(random, x => x[0].Elu(0.7)),
        ["SiLU"] = random => One(random, x => x[0].Silu()),
        ["GELU"] = random => One(random, x => x[0].Gelu()),
        ["GELU, approximate"] = random => One(random, x => x[0].Gelu(approximate: true)),
        ["absolute value"] = random => One(random, x => x[0].Abs() * x[0]),
        ["clamp"] = random => One(random, x => (x[0] * 10).Clamp(-0.4, 0.4) * x[0]),
        ["masked fill"] = random => One(random, x => x[0].Square().MaskedFill(x[0].GreaterThan(0), 3)),
        ["where, broadcast"] = random => ([[3, 4], [4]], x => Tensor<double>.Where(Ramp(3, 4).LessThan(5), x[0], x[1]).Square()),
        ["maximum over axes"] = random => One(random, x => (x[0] + (Ramp(x[0].Shape.ToArray()) * 3)).Max([0, 2]).Square()),
        ["minimum over all"] = random => One(random, x => (x[0] + (Ramp(x[0].Shape.ToArray()) * 3)).Min().Square()),
        ["maximum with indices"] = random => One(random, x => (x[0] + (Ramp(x[0].Shape.ToArray()) * 3)).MaxWithIndices(1).Values.Square()),
        ["variance"] = random => ([[3, 4, 2]], x => x[0].Variance([0, 2])),
        ["standard deviation"] = random => ([[3, 4, 2]], x => x[0].StandardDeviation([1], 0, keepAxes: true)),
        ["log of the sum of exps"] = random => One(random, x => x[0].LogSumExp([0, 1])),
        ["product"] = random => One(random, x => x[0].Prod(1)),
        ["product of all"] = random => ([[5]], x => x[0].Prod()),
        ["cumulative sum"] = random => One(random, x => x[0].CumSum(1).Square()),
        ["permute"] = random => One(random, x => x[0].Permute(2, 0, 1).Square()),
        ["transpose"] = random => One(random, x => x[0].Transpose(0, -1).Square()),
        ["slice"] = random => ([[4, 5, 3]], x => x[0][1..3, new Slice(null, null, 2), -1].Square()),
        ["slices that overlap"] = random => ([[6, 2]], x => x[0][..4] * x[0][2..]),
        ["narrow"] = random => ([[3, 6]], x => x[0].Narrow(1, 2, 3).Square()),
        ["flip and roll"] = random => One(random, x => x[0].Flip(0, 2).Roll(2, 1).Square()),
        ["repeat"] = random => One(random, x => x[0].Repeat(2, 1, 3, 1).Square()),
        ["repeat, interleaved"] = random => One(random, x => x[0].RepeatInterleave(3, 1).Square()),
        ["concat"] = random => ([[2, 3], [2, 1]], x => Tensor<double>.Concat([x[0], x[1], x[0]], 1).Square()),
        ["stack"] = random => Same(random, x => Tensor<double>.Stack([x[0], x[1]], -1).Square()),
        ["split"] = random => ([[7, 2]], x => x[0].Split(3)[1] * x[0].Chunk(3)[0]),
        ["pad"] = random => ([[3, 4]], x => x[0].Pad([(1, 0), (-1, 2)], value: 0.7).Square()),
        ["pad, reflect"] = random => ([[3, 4]], x => x[0].Pad([(1, 2), (0, 3)], PadMode.Reflect).Square()),
        ["triangles"] = random => ([[2, 3, 4]], x => x[0].Tril().Square() + x[0].Triu(1)),
        ["index select"] = random => ([[4, 3, 2]], x => x[0].IndexSelect(1, [2, 0, 2]).Square()),
        ["gather"] = random => ([[3, 2]], x => x[0].Gather(0, [2, 0, 2, 1], [2, 2]).Square()),
        ["scatter and add"] = random => ([[3, 2], [2, 2]], x => x[0].ScatterAdd(0, [1, 1, 1, 2], x[1]).Square()),
        ["embedding"] = random => ([[5, 3]], x => x[0].Embedding([4, 0, 4, 2], [2, 2]).Square()),
        ["matrix product, batches that broadcast"] = random => ([[2, 1, 3, 4], [3, 4, 2]], x => x[0].MatrixMultiply(x[1])),
        ["matrix product, batches transposed"] = random => ([[2, 4, 3], [2, 5, 4]], x => x[0].MatrixMultiply(x[1], transposeLeft: true, transposeRight: true)),
        ["vector by batch"] = random => ([[4], [2, 4, 3]], x => x[0].MatrixMultiply(x[1])),
        ["einsum"] = random => ([[2, 3, 4], [2, 4], [3]], x => Tensor<double>.Einsum("bij,bj,i->bi", x)),
        ["convolution"] = random => ([[2, 4, 5, 6], [6, 2, 3, 2], [6]], x => x[0].Conv2d(x[1], x[2], (2, 1), (1, 1), (1, 2), groups: 2)),
        ["convolution, pointwise"] = random => ([[2, 3, 2, 2], [4, 3, 1, 1]], x => x[0].Conv2d(x[1])),
        ["convolution of sequences"] = random => ([[2, 3, 6], [2, 3, 3]], x => x[0].Conv1d(x[1], stride: 2, padding: 1)),
        ["transposed convolution"] = random => ([[2, 4, 3, 3], [4, 2, 3, 2], [4]], x => x[0].ConvTranspose2d(x[1], x[2], (2, 1), (1, 0), (1, 0), groups: 2)),
        ["max pooling"] = random => ([[1, 2, 5, 5]], x => (x[0] + (Ramp(1, 2, 5, 5) * 3)).MaxPool2d((3, 2), (2, 1), (1, 0)).Square()),
        ["mean pooling"] = random => ([[1, 2, 5, 5]], x => x[0].AvgPool2d((3, 2), (2, 1), (1, 0), countPadding: false).Square()),
        ["adaptive mean pooling"] = random => ([[1, 2, 5, 4]], x => x[0].AdaptiveAvgPool2d((3, 2)).Square()),
        ["layer norm"] = random => ([[3, 4], [4], [4]], x => x[0].LayerNorm([4], x[1], x[2], 1e-2)),
        ["layer norm, two axes, nothing to learn"] = random => ([[2, 3, 1 + random.NextInt32(20)]], x => x[0].LayerNorm(x[0].Shape[1..], epsilon: 1e-2).Square()),
        ["layer norm, bias only"] = random => Row(random, x => x[0].LayerNorm(x[1].Shape, null, x[1], 1e-2).Square()),
        ["RMS norm, long rows"] = random => Long(random, x => x[0].RmsNorm(x[1].Shape, x[1], 1e-2)),
        ["layer norm, long rows"] = random => Long(random, x => x[0].LayerNorm(x[1].Shape, x[1], x[1], 1e-2)),
        ["RMS norm"] = random => ([[3, 4], [4]], x => x[0].RmsNorm([4], x[1], 1e-2)),
        ["group norm"] = random => ([[2, 4, 3], [4], [4]], x => x[0].GroupNorm(2, x[1], x[2], 1e-2)),
        ["dropout"] = random => ([[3, 4]], x => x[0].Dropout(0.4, new SeededRandom(3)).Square()),
        ["attention"] = random => ([[2, 3, 4], [2, 3, 4], [2, 3, 2]], x => Tensor<double>.ScaledDotProductAttention(x[0], x[1], x[2], causal: true)),
        ["attention, not causal"] = random => Heads(random, x => Tensor<double>.ScaledDotProductAttention(x[0], x[1], x[2], scale: 0.7)),
        ["attention, causal, several blocks"] = random => ([[70, 2], [70, 2], [70, 1]], x => Tensor<double>.ScaledDotProductAttention(x[0], x[1], x[2], causal: true)),
        ["attention, causal, more keys than queries"] = random => ([[3, 2], [5, 2], [5, 3]], x => Tensor<double>.ScaledDotProductAttention(x[0], x[1], x[2], causal: true)),
        ["attention, one tensor for all"] = random => ([[2, 4, 3]], x => Tensor<double>.ScaledDotProductAttention(x[0], x[0], x[0])),
        ["attention with heads"] = random => Module(new MultiHeadAttention<double>(6, 3, new SeededRandom(1), causal: true), 2, 1 + random.NextInt32(5), 6),
        ["rotary positions"] = random => ([[3, 4]], x => PositionalEncoding.Rotary(x[0]).Square()),
        ["LSTM"] = random => Module(new Lstm<double>(3, 2, new SeededRandom(1), new RecurrentOptions { Bidirectional = true }), 2, 3, 3),
        ["GRU"] = random => Module(new Gru<double>(3, 2, new SeededRandom(1), new RecurrentOptions { Layers = 2 }), 2, 3, 3),
        ["LSTM, state"] = random => Recurrent(new Lstm<double>(2, 3, new SeededRandom(1), new RecurrentOptions { BatchFirst = false }), random, cell: true),
        ["GRU, state, no bias"] = random => Recurrent(new Gru<double>(2, 3, new SeededRandom(1), new RecurrentOptions { Bias = false, Bidirectional = true }), random, cell: false),
        ["RNN, two layers"] = random => Module(new Rnn<double>(3, 17, new SeededRandom(1), new RecurrentOptions { Layers = 2 }), 2, 3, 3),
        ["Transformer block"] = random => Module(new TransformerBlock<double>(4, 2, 6, new SeededRandom(1), causal: true), 2, 3, 4),
        ["standardize"] = random => ([[6, 3]], x => x[0].Standardize([0], 1e-3, out _, out _)),
        ["batch norm of images"] = random => ([[2, 2, 3, 7], [2], [2]], x => ChannelNormOperation<double>.Apply(x[0], x[1], x[2], 1e-2, false, out _, out _)),
        ["batch norm with a ReLU"] = random => ([[2, 2, 3, 7], [2], [2]], x => ChannelNormOperation<double>.Apply(x[0], x[1], x[2], 1e-2, true, out _, out _) * x[0]),
        ["batch norm of short sequences"] = random => ([[3, 2, 3], [2]], x => ChannelNormOperation<double>.Apply(x[0], x[1], null, 1e-2, false, out _, out _)),
        ["convolution, place by place"] = random => ([[2, 2, 4, 5], [3, 2, 3, 2], [3]], x => x[0].Conv2d(x[1], x[2], (1, 1), (1, 1), (1, 2))),
        ["batch norm"] = random => ([[4, 3, 2], [3], [3]], x => (x[0].Standardize([0, 2], 1e-3, out _, out _) * x[1].Reshape(3, 1)) + x[2].Reshape(3, 1)),
        ["softmax, last axis"] = random => One(random, x => x[0].Softmax()),
        ["softmax, first axis"] = random => One(random, x => x[0].Softmax(0)),
        ["log-softmax, last axis"] = random => One(random, x => x[0].LogSoftmax()),
        ["log-softmax, middle axis"] = random => One(random, x => x[0].LogSoftmax(1)),
        ["sum, square"] = random => One(random, x => x[0].Sum([1]).Square()),
        ["mean, square"] = random => One(random, x => x[0].Mean([0, -1], keepAxes: true).Square()),
        ["mean of all, square"] = random => One(random, x => x[0].Mean().Square()),
        ["reshape"] = random => One(random, x => x[0].Reshape(x[0].Length).Square()),
        ["expand"] = random => ([[3, 1]], x => x[0].Expand(2, 3, 4).Square()),
        ["linear"] = random => Layer(random, x => x[0].Linear(x[1], x[2])),
        ["linear, rank 3, no bias"] = random => ([[2, 3, 4], [5, 4]], x => x[0].Linear(x[1])),
        ["matrix product"] = random => Matrices(random, false, false),
        ["matrix product, left transposed"] = random => Matrices(random, true, false),
        ["matrix product, right transposed"] = random => Matrices(random, false, true),
        ["matrix product, both transposed"] = random => Matrices(random, true, true),
        ["matrix by vector"] = random => ([[4, 3], [3]], x => x[0].MatrixMultiply(x[1])),
        ["vector by vector"] = random => ([[6], [6]], x => x[0].MatrixMultiply(x[1])),
        ["transposed matrix by vector"] = random => ([[3, 4], [3]], x => x[0].MatrixMultiply(x[1], transposeLeft: true)),
        ["vector by transposed matrix"] = random => ([[3], [4, 3]], x => x[0].MatrixMultiply(x[1], transposeRight: true)),
        ["cross-entropy, mean"] = random => ([[5, 3]], x => Loss.CrossEntropy(x[0], Classes)),
        ["cross-entropy, smoothed and weighted"] = random => ([[5, 3]], x => Loss.CrossEntropy(x[0], Classes, labelSmoothing: 0.2, ignoreIndex: 1, classWeights: Ramp(3) + 1)),
        ["cross-entropy, many classes"] = random => ([[5, 3 + random.NextInt32(40)]], x => Loss.CrossEntropy(x[0] * 3, Classes, labelSmoothing: 0.1)),
        ["cross-entropy of probabilities"] = random => ([[5, 3]], x => Loss.CrossEntropy(x[0], Ramp(5, 3) * 0.1)),
        ["binary cross-entropy"] = random => Same(random, x => Loss.BinaryCrossEntropyWithLogits(x[0], x[1].Sigmoid(), positiveWeight: Tensor<double>.Filled([1], 2))),
        ["absolute error"] = random => Same(random, x => Loss.MeanAbsoluteError(x[0], x[1] + 3, Reduction.None) * x[0]),
        ["Huber"] = random => Same(random, x => Loss.Huber(x[0] * 5, x[1] * 0.01, 0.2)),
        ["smooth L1"] = random => Same(random, x => Loss.SmoothL1(x[0], x[1] * 0.01, 3)),
        ["Kullback-Leibler"] = random => Same(random, x => Loss.KullbackLeibler(x[0].LogSoftmax(), x[1].Softmax())),
        ["cross-entropy, none"] = random => ([[5, 3]], x => Loss.CrossEntropy(x[0], Classes, Reduction.None)),
        ["mean squared error"] = random => Same(random, x => Loss.MeanSquaredError(x[0], x[1])),
        ["small network"] = random => ([[5, 4], [6, 4], [6], [3, 6], [3]], x => Loss.CrossEntropy(x[0].Linear(x[1], x[2]).Tanh().Linear(x[3], x[4]), Classes)),
    };

    public static TheoryData<string> Names => [.. Operations.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_are_the_slopes(string name) => Check(name, 1e-8, static (function, inputs, seed) => GradientCheck.LargestError(function, inputs, seed));

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_of_gradients_are_the_slopes_of_gradients(string name) =>
        Check(name, 1e-7, static (function, inputs, seed) => GradientCheck.LargestSecondOrderError(function, inputs, seed));

    [Fact]
    public void A_wrong_gradient_is_found()
    {
        var x = new Tensor<double>(new double[] { 0.3, -0.7 }, [2]);
        Assert.InRange(GradientCheck.LargestError(x => x[0].Square() + x[0].Detach(), [x], seed: 1), 0.01, 2);
    }

    private static void Check(string name, double tolerance, Func<Func<Tensor<double>[], Tensor<double>>, Tensor<double>[], ulong, double> error)
    {
        for (ulong seed = 1; seed <= 3; seed++)
        {
            var random = new SeededRandom(seed);
            var (shapes, function) = Operations[name](random);
            var found = error(function, [.. shapes.Select(shape => Draw(random, shape))], seed);
            Assert.True(found <= tolerance, $"{name}, seed {seed}: largest difference {found:E3} > {tolerance:E1}");
        }
    }

    /// <summary>0, 1, 2, …: to keep what is compared apart.</summary>
    private static Tensor<double> Ramp(params int[] shape) => new(Enumerable.Range(0, shape.Aggregate(1, (x, y) => x * y)).Select(i => (double)i).ToArray(), shape);

    /// <summary>A module as a function of its input.</summary>
    private static (int[][] Shapes, Func<Tensor<double>[], Tensor<double>> Function) Module(Module<double> module, params int[] input) =>
        ([input], x => module.Forward(x[0]));

    /// <summary>The output and the final state of a network as a function of its input, its first state and a weight.</summary>
    private static (int[][] Shapes, Func<Tensor<double>[], Tensor<double>> Function) Recurrent(Recurrent<double> network, SeededRandom random, bool cell)
    {
        var (batch, steps, directions) = (Size(random), Size(random), network.Options.Bidirectional ? 2 : 1);
        int[] state = [directions, batch, network.Hidden];
        int[] input = network.Options.BatchFirst ? [batch, steps, network.Inputs] : [steps, batch, network.Inputs];
        return ([input, .. Enumerable.Repeat(state, cell ? 2 : 1)], x =>
        {
            var (output, final) = network.Run(x[0], x[1..]);
            return final.Aggregate(output.Square().Sum(), static (sum, part) => sum + (part * part.Square()).Sum());
        }
        );
    }

    private static (int[][] Shapes, Func<Tensor<double>[], Tensor<double>> Function) One(SeededRandom random, Func<Tensor<double>[], Tensor<double>> function) =>
        ([[Size(random), Size(random), Size(random)]], function);

    private static (int[][] Shapes, Func<Tensor<double>[], Tensor<double>> Function) Same(SeededRandom random, Func<Tensor<double>[], Tensor<double>> function)
    {
        int[] shape = [Size(random), Size(random)];
        return ([shape, shape], function);
    }

    private static (int[][] Shapes, Func<Tensor<double>[], Tensor<double>> Function) Row(SeededRandom random, Func<Tensor<double>[], Tensor<double>> function)
    {
        var columns = Size(random);
        return ([[Size(random), columns], [columns]], function);
    }

    private static (int[][] Shapes, Func<Tensor<double>[], Tensor<double>> Function) Long(SeededRandom random, Func<Tensor<double>[], Tensor<double>> function)
    {
        var length = 8 + random.NextInt32(20);
        return ([[3, length], [length]], function);
    }

    private static (int[][] Shapes, Func<Tensor<double>[], Tensor<double>> Function) Heads(SeededRandom random, Func<Tensor<double>[], Tensor<double>> function)
    {
        var (heads, queries, keys, size, values) = (Size(random), Size(random), 3 * Size(random), Size(random), Size(random));
        return ([[2, heads, queries, size], [2, heads, keys, size], [2, heads, keys, values]], function);
    }

    private static (int[][] Shapes, Func<Tensor<double>[], Tensor<double>> Function) Outer(SeededRandom random, Func<Tensor<double>[], Tensor<double>> function)
    {
        var (rows, columns) = (Size(random), Size(random));
        return ([[Size(random), 1, columns], [rows, 1]], function);
    }

    private static (int[][] Shapes, Func<Tensor<double>[], Tensor<double>> Function) Layer(SeededRandom random, Func<Tensor<double>[], Tensor<double>> function)
    {
        var (inputs, outputs) = (Size(random), Size(random));
        return ([[Size(random), inputs], [outputs, inputs], [outputs]], function);
    }

    private static (int[][] Shapes, Func<Tensor<double>[], Tensor<double>> Function) Matrices(SeededRandom random, bool transposeLeft, bool transposeRight)
    {
        var (rows, inner, columns) = (Size(random), Size(random), Size(random));
        int[] left = transposeLeft ? [inner, rows] : [rows, inner];
        int[] right = transposeRight ? [columns, inner] : [inner, columns];
        return ([left, right], x => x[0].MatrixMultiply(x[1], transposeLeft, transposeRight));
    }

    private static int Size(SeededRandom random) => 1 + random.NextInt32(5);

    /// <summary>Numbers at least 0.05 away from 0, so that no kink lies within a step.</summary>
    private static Tensor<double> Draw(SeededRandom random, int[] shape)
    {
        var values = new double[shape.Aggregate(1, (x, y) => x * y)];
        foreach (ref var value in values.AsSpan())
        {
            value = random.NextUniform(0.05, 1) * (random.NextInt32(2) == 0 ? 1 : -1);
        }

        return Leaf(values, shape);
    }

    private static Tensor<double> Leaf(double[] values, int[] shape) => new(values, shape, requiresGradient: true);
}
