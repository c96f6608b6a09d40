using System.Numerics;
using System.Numerics.Tensors;
using Descent.Numerics;

namespace Descent.Nn;

/// <summary>Which connections of a layer keep the variance of the signal.</summary>
public enum FanMode
{
    /// <summary>The inputs of an output: keeps the size of the signal forward.</summary>
    FanIn,

    /// <summary>The outputs of an input: keeps the size of the gradient backward.</summary>
    FanOut,
}

/// <summary>
/// Where the parameters of a layer start. Every draw comes from a <see cref="SeededRandom"/>, element by element in order.
/// </summary>
/// <remarks>
/// <para>
/// Weights have shape [outputs, inputs, receptive field …]; fan in is inputs × receptive field, fan out is outputs × receptive field.
/// </para>
/// <para>
/// Xavier: X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks",
/// AISTATS 2010, <see href="https://proceedings.mlr.press/v9/glorot10a.html"/>, equation 16 (gain 1).
/// He (Kaiming): K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers: surpassing human-level performance on
/// ImageNet classification", ICCV 2015, <see href="https://arxiv.org/abs/1502.01852"/>, equations 10 and 14.
/// LeCun: Y. LeCun, L. Bottou, G. B. Orr and K.-R. Müller, "Efficient BackProp", 1998,
/// <see href="http://yann.lecun.com/exdb/publis/pdf/lecun-98b.pdf"/>, section 4.6.
/// Departure, shared with PyTorch: the gain is a free argument of the first two.
/// </para>
/// </remarks>
public static class Initialization
{
    /// <summary>How many inputs an output of the weight is computed from, and how many outputs an input is part of.</summary>
    /// <param name="shape">[outputs, inputs, receptive field …], at least two axes.</param>
    /// <exception cref="DescentException">There are fewer than two axes, or a size is below 1.</exception>
    public static (int In, int Out) Fans(ReadOnlySpan<int> shape)
    {
        if (shape.Length < 2 || Shapes.Count(shape) == 0)
        {
            throw new DescentException(
                $"Initialization by fan needs a weight of shape [outputs, inputs, …] without empty axes, but the shape was {Shapes.Describe(shape)}; start it with Zeros, Uniform or Normal.");
        }

        var field = Shapes.Count(shape[2..]);
        return (shape[1] * field, shape[0] * field);
    }

    /// <summary>The standard deviation of Xavier's draws: gain · √(2 / (fan in + fan out)).</summary>
    /// <param name="shape">[outputs, inputs, receptive field …], at least two axes.</param>
    /// <param name="gain">What follows the layer asks for, above 0: see <see cref="Gain"/>; that of a linear layer when not given.</param>
    /// <exception cref="DescentException">The shape has no fans, or the gain is not positive and finite.</exception>
    public static double XavierDeviation(ReadOnlySpan<int> shape, double gain = Gain.Linear)
    {
        var (fanIn, fanOut) = Fans(shape);
        return Checked(gain) * Math.Sqrt(2.0 / ((double)fanIn + fanOut));
    }

    /// <summary>The standard deviation of He's draws: gain / √fan.</summary>
    /// <param name="shape">[outputs, inputs, receptive field …], at least two axes.</param>
    /// <param name="mode">Whether the fan is that of inputs (activations keep their size) or of outputs (gradients do).</param>
    /// <param name="gain">What follows the layer asks for, above 0: see <see cref="Gain"/>; ReLU's when not given.</param>
    /// <exception cref="DescentException">The shape has no fans, or the gain is not positive and finite.</exception>
    public static double HeDeviation(ReadOnlySpan<int> shape, FanMode mode = FanMode.FanIn, double gain = Gain.Relu)
    {
        var (fanIn, fanOut) = Fans(shape);
        return Checked(gain) / Math.Sqrt(mode == FanMode.FanIn ? fanIn : fanOut);
    }

    /// <summary>The half-width of the uniform distribution around 0 that has a standard deviation: √3 times it.</summary>
    public static double UniformBound(double deviation) => Math.Sqrt(3) * deviation;

    /// <summary>Xavier (Glorot) uniform: in ±gain · √(6 / (fan in + fan out)).</summary>
    /// <param name="weight">[outputs, inputs, …]: what is filled.</param>
    /// <param name="random">Draws the elements.</param>
    /// <param name="gain">What follows the layer asks for, above 0: see <see cref="Gain"/>; that of a linear layer when not given.</param>
    /// <exception cref="DescentException">The shape has no fans, or the gain is not positive and finite.</exception>
    public static void XavierUniform<T>(Tensor<T> weight, SeededRandom random, double gain = Gain.Linear)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Uniform(weight, UniformBound(XavierDeviation(ShapeOf(weight), gain)), random);

    /// <summary>Xavier (Glorot) normal: standard deviation gain · √(2 / (fan in + fan out)).</summary>
    /// <param name="weight">[outputs, inputs, …]: what is filled.</param>
    /// <param name="random">Draws the elements.</param>
    /// <param name="gain">What follows the layer asks for, above 0: see <see cref="Gain"/>; that of a linear layer when not given.</param>
    /// <exception cref="DescentException">The shape has no fans, or the gain is not positive and finite.</exception>
    public static void XavierNormal<T>(Tensor<T> weight, SeededRandom random, double gain = Gain.Linear)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Normal(weight, XavierDeviation(ShapeOf(weight), gain), random);

    /// <summary>He (Kaiming) uniform: in ±gain · √(3 / fan).</summary>
    /// <param name="weight">[outputs, inputs, …]: what is filled.</param>
    /// <param name="random">Draws the elements.</param>
    /// <param name="mode">Whether the fan is that of inputs (activations keep their size) or of outputs (gradients do).</param>
    /// <param name="gain">What follows the layer asks for, above 0: see <see cref="Gain"/>; ReLU's when not given.</param>
    /// <exception cref="DescentException">The shape has no fans, or the gain is not positive and finite.</exception>
    public static void HeUniform<T>(Tensor<T> weight, SeededRandom random, FanMode mode = FanMode.FanIn, double gain = Gain.Relu)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Uniform(weight, UniformBound(HeDeviation(ShapeOf(weight), mode, gain)), random);

    /// <summary>He (Kaiming) normal: standard deviation gain / √fan.</summary>
    /// <param name="weight">[outputs, inputs, …]: what is filled.</param>
    /// <param name="random">Draws the elements.</param>
    /// <param name="mode">Whether the fan is that of inputs (activations keep their size) or of outputs (gradients do).</param>
    /// <param name="gain">What follows the layer asks for, above 0: see <see cref="Gain"/>; ReLU's when not given.</param>
    /// <exception cref="DescentException">The shape has no fans, or the gain is not positive and finite.</exception>
    public static void HeNormal<T>(Tensor<T> weight, SeededRandom random, FanMode mode = FanMode.FanIn, double gain = Gain.Relu)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Normal(weight, HeDeviation(ShapeOf(weight), mode, gain), random);

    /// <summary>LeCun normal: standard deviation 1 / √fan in, that is He with gain 1.</summary>
    /// <param name="weight">[outputs, inputs, …]: what is filled.</param>
    /// <param name="random">Draws the elements.</param>
    /// <exception cref="DescentException">The shape has no fans.</exception>
    public static void LeCunNormal<T>(Tensor<T> weight, SeededRandom random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => HeNormal(weight, random, FanMode.FanIn, Gain.Linear);

    /// <summary>PyTorch's default for the weight and the bias of a linear layer: uniform in ±1/√inputs.</summary>
    /// <param name="tensor">The weight or the bias.</param>
    /// <param name="inputs">The inputs of the layer, at least 1.</param>
    /// <param name="random">Draws the elements.</param>
    /// <exception cref="DescentException">There is no input.</exception>
    public static void LinearDefault<T>(Tensor<T> tensor, int inputs, SeededRandom random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (inputs < 1)
        {
            throw new DescentException($"The default start of a linear layer needs at least 1 input, but was given {inputs}.");
        }

        Uniform(tensor, 1 / Math.Sqrt(inputs), random);
    }

    /// <summary>All elements 0.</summary>
    public static void Zeros<T>(Tensor<T> tensor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tensor);
        tensor.Span.Clear();
    }

    /// <summary>Uniform in [−<paramref name="bound"/>, <paramref name="bound"/>).</summary>
    /// <param name="tensor">What is filled.</param>
    /// <param name="bound">At least 0.</param>
    /// <param name="random">Draws the elements.</param>
    public static void Uniform<T>(Tensor<T> tensor, double bound, SeededRandom random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(random);
        foreach (ref var element in tensor.Span)
        {
            element = T.CreateChecked(random.NextUniform(-bound, bound));
        }
    }

    /// <summary>Normal with mean 0 and the given standard deviation.</summary>
    /// <param name="tensor">What is filled.</param>
    /// <param name="deviation">At least 0.</param>
    /// <param name="random">Draws the elements.</param>
    public static void Normal<T>(Tensor<T> tensor, double deviation, SeededRandom random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(random);
        foreach (ref var element in tensor.Span)
        {
            element = T.CreateChecked(deviation * random.NextNormal());
        }
    }

    /// <summary>Normal with mean 0 and the given standard deviation, drawn again where it is more than <paramref name="bound"/> deviations away.</summary>
    /// <remarks>The truncation makes the deviation a little smaller: 0.88 of the given one for a bound of 2, as in PyTorch's <c>trunc_normal_</c>.</remarks>
    /// <param name="tensor">What is filled.</param>
    /// <param name="deviation">The deviation before truncation.</param>
    /// <param name="random">Draws the elements.</param>
    /// <param name="bound">In deviations, at least 0.1.</param>
    /// <exception cref="DescentException">The bound is below 0.1.</exception>
    public static void TruncatedNormal<T>(Tensor<T> tensor, double deviation, SeededRandom random, double bound = 2)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(random);
        if (!(bound >= 0.1))
        {
            throw new DescentException($"The bound of a truncated normal must be at least 0.1 deviations, but was {bound:R}.");
        }

        foreach (ref var element in tensor.Span)
        {
            var draw = random.NextNormal();
            while (Math.Abs(draw) > bound)
            {
                draw = random.NextNormal();
            }

            element = T.CreateChecked(deviation * draw);
        }
    }

    /// <summary>A random matrix with orthonormal rows or columns, whichever are fewer, times a gain; further axes count as columns.</summary>
    /// <remarks>
    /// Source: Saxe, McClelland, Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks", ICLR 2014,
    /// <see href="https://arxiv.org/abs/1312.6120"/>. Rows are drawn normal and made orthogonal one after the other (Gram and Schmidt, twice).
    /// </remarks>
    /// <param name="weight">[outputs, inputs, …].</param>
    /// <param name="random">Draws the elements.</param>
    /// <param name="gain">What the matrix is multiplied with.</param>
    /// <exception cref="DescentException">The shape has no fans, or the gain is not positive and finite.</exception>
    public static void Orthogonal<T>(Tensor<T> weight, SeededRandom random, double gain = Gain.Linear)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(random);
        Fans(ShapeOf(weight));
        var scale = Checked(gain);
        var (rows, columns) = (weight.Shape[0], weight.Length / weight.Shape[0]);
        var (vectors, size) = (Math.Min(rows, columns), Math.Max(rows, columns));
        var basis = new double[vectors][];
        for (var i = 0; i < vectors; i++)
        {
            basis[i] = [.. Enumerable.Range(0, size).Select(_ => random.NextNormal())];
            for (var pass = 0; pass < 2; pass++)
            {
                for (var j = 0; j < i; j++)
                {
                    var share = TensorPrimitives.Dot<double>(basis[i], basis[j]);
                    TensorPrimitives.MultiplyAdd(basis[j], -share, basis[i], basis[i]);
                }
            }

            TensorPrimitives.Divide(basis[i], TensorPrimitives.Norm<double>(basis[i]), basis[i]);
        }

        for (var i = 0; i < weight.Length; i++)
        {
            var (row, column) = Math.DivRem(i, columns);
            weight.Span[i] = T.CreateChecked(scale * (rows <= columns ? basis[row][column] : basis[column][row]));
        }
    }

    private static ReadOnlySpan<int> ShapeOf<T>(Tensor<T> tensor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor.Shape;
    }

    private static double Checked(double gain) => gain > 0 && double.IsFinite(gain)
        ? gain
        : throw new DescentException($"The gain of an initialization must be positive and finite, but was {gain}.");
}
