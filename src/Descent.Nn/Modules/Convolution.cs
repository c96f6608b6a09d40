using System.Numerics;
using Descent.Numerics;

namespace Descent.Nn;

/// <summary>What all convolutions have: kernels, biases, and PyTorch's default start. Weight decay leaves biases alone.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class Convolution<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected Convolution(string what, int inputs, int outputs, int groups, int[] weightShape, SeededRandom random, bool bias)
    {
        if (inputs < 1 || outputs < 1 || groups < 1 || inputs % groups != 0 || outputs % groups != 0 || weightShape.Any(static size => size < 1))
        {
            throw new DescentException(
                $"A {what} needs at least 1 input, 1 output and a kernel of at least 1, and groups that divide both, but was given {inputs}, {outputs}, {groups} groups and a weight of shape {Shapes.Describe(weightShape)}.");
        }

        Groups = groups;
        Weight = Tensor<T>.Zeros(weightShape, requiresGradient: true);
        var fanIn = Weight.Length / weightShape[0];
        Initialization.LinearDefault(Weight, fanIn, random);
        if (bias)
        {
            Bias = Tensor<T>.Zeros([outputs], requiresGradient: true);
            Bias.DecayExempt = true;
            Initialization.LinearDefault(Bias, fanIn, random);
        }
    }

    /// <summary>The kernels: [outputs, inputs/groups, …], or [inputs, outputs/groups, …] of a transposed convolution.</summary>
    public Tensor<T> Weight { get; }

    /// <summary>[outputs], or null.</summary>
    public Tensor<T>? Bias { get; }

    /// <summary>Parts that see nothing of each other.</summary>
    public int Groups { get; }

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, Tensor<T> Tensor)> OwnTensors => Bias is null ? [("weight", Weight)] : [("weight", Weight), ("bias", Bias)];
}

/// <summary>A convolution of images: [batch, inputs, height, width] to [batch, outputs, …]. See <see cref="Tensor{T}.Conv2d"/>.</summary>
/// <param name="inputs">Channels of the input.</param>
/// <param name="outputs">Channels of the output.</param>
/// <param name="kernel">Height and width of the kernels.</param>
/// <param name="random">Draws the weight, then the bias: uniform in ±1/√(inputs of an output).</param>
/// <param name="stride">Steps between outputs; 1 when null.</param>
/// <param name="padding">Zeros around; 0 when null.</param>
/// <param name="dilation">Steps within a kernel; 1 when null.</param>
/// <param name="groups">Parts that see nothing of each other.</param>
/// <param name="bias">Whether there is a bias.</param>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Conv2d<T>(
    int inputs,
    int outputs,
    (int Height, int Width) kernel,
    SeededRandom random,
    (int Height, int Width)? stride = null,
    (int Height, int Width)? padding = null,
    (int Height, int Width)? dilation = null,
    int groups = 1,
    bool bias = true)
    : Convolution<T>("convolution", inputs, outputs, groups, [outputs, inputs / Math.Max(1, groups), kernel.Height, kernel.Width], random, bias)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    /// <exception cref="DescentException">The input's shape does not fit.</exception>
    public override Tensor<T> Forward(Tensor<T> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Conv2d(Weight, Bias, stride, padding, dilation, Groups);
    }
}

/// <summary>A convolution of sequences: [batch, inputs, length] to [batch, outputs, …]. See <see cref="Tensor{T}.Conv1d"/>.</summary>
/// <param name="inputs">Channels of the input.</param>
/// <param name="outputs">Channels of the output.</param>
/// <param name="kernel">Length of the kernels.</param>
/// <param name="random">Draws the weight, then the bias: uniform in ±1/√(inputs of an output).</param>
/// <param name="stride">Steps between outputs.</param>
/// <param name="padding">Zeros on both sides.</param>
/// <param name="dilation">Steps within a kernel.</param>
/// <param name="groups">Parts that see nothing of each other.</param>
/// <param name="bias">Whether there is a bias.</param>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Conv1d<T>(int inputs, int outputs, int kernel, SeededRandom random, int stride = 1, int padding = 0, int dilation = 1, int groups = 1, bool bias = true)
    : Convolution<T>("convolution", inputs, outputs, groups, [outputs, inputs / Math.Max(1, groups), kernel], random, bias)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    /// <exception cref="DescentException">The input's shape does not fit.</exception>
    public override Tensor<T> Forward(Tensor<T> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Conv1d(Weight, Bias, stride, padding, dilation, Groups);
    }
}

/// <summary>A transposed convolution of images. See <see cref="Tensor{T}.ConvTranspose2d"/>.</summary>
/// <param name="inputs">Channels of the input.</param>
/// <param name="outputs">Channels of the output.</param>
/// <param name="kernel">Height and width of the kernels.</param>
/// <param name="random">Draws the weight, then the bias, as PyTorch does: uniform in ±1/√(outputs/groups · kernel).</param>
/// <param name="stride">Steps between inputs in the output; 1 when null.</param>
/// <param name="padding">What is cut off around; 0 when null.</param>
/// <param name="outputPadding">How much larger the output is at its end; 0 when null.</param>
/// <param name="dilation">Steps within a kernel; 1 when null.</param>
/// <param name="groups">Parts that see nothing of each other.</param>
/// <param name="bias">Whether there is a bias.</param>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class ConvTranspose2d<T>(
    int inputs,
    int outputs,
    (int Height, int Width) kernel,
    SeededRandom random,
    (int Height, int Width)? stride = null,
    (int Height, int Width)? padding = null,
    (int Height, int Width)? outputPadding = null,
    (int Height, int Width)? dilation = null,
    int groups = 1,
    bool bias = true)
    : Convolution<T>("transposed convolution", inputs, outputs, groups, [inputs, outputs / Math.Max(1, groups), kernel.Height, kernel.Width], random, bias)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    /// <exception cref="DescentException">The input's shape does not fit.</exception>
    public override Tensor<T> Forward(Tensor<T> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.ConvTranspose2d(Weight, Bias, stride, padding, outputPadding, dilation, Groups);
    }
}

/// <summary>A transposed convolution of sequences. See <see cref="Tensor{T}.ConvTranspose1d"/>.</summary>
/// <param name="inputs">Channels of the input.</param>
/// <param name="outputs">Channels of the output.</param>
/// <param name="kernel">Length of the kernels.</param>
/// <param name="random">Draws the weight, then the bias, as PyTorch does: uniform in ±1/√(outputs/groups · kernel).</param>
/// <param name="stride">Steps between inputs in the output.</param>
/// <param name="padding">What is cut off on both sides.</param>
/// <param name="outputPadding">How much longer the output is at its end.</param>
/// <param name="dilation">Steps within a kernel.</param>
/// <param name="groups">Parts that see nothing of each other.</param>
/// <param name="bias">Whether there is a bias.</param>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class ConvTranspose1d<T>(
    int inputs, int outputs, int kernel, SeededRandom random, int stride = 1, int padding = 0, int outputPadding = 0, int dilation = 1, int groups = 1, bool bias = true)
    : Convolution<T>("transposed convolution", inputs, outputs, groups, [inputs, outputs / Math.Max(1, groups), kernel], random, bias)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    /// <exception cref="DescentException">The input's shape does not fit.</exception>
    public override Tensor<T> Forward(Tensor<T> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.ConvTranspose1d(Weight, Bias, stride, padding, outputPadding, dilation, Groups);
    }
}
