using System.Numerics;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The cross-correlation of images with kernels (no kernel is flipped), as all deep-learning libraries call convolution.</summary>
    /// <param name="weight">[outputs, inputs/groups, height, width].</param>
    /// <param name="bias">[outputs]; none when null.</param>
    /// <param name="stride">Steps from one output to the next, along height and width, each at least 1.</param>
    /// <param name="padding">Zeros before and after, along height and width, each at least 0.</param>
    /// <param name="dilation">Steps from one element of a kernel to the next, each at least 1.</param>
    /// <param name="groups">Into how many parts inputs and outputs are cut, which see nothing of each other.</param>
    /// <returns>[batch, outputs, height', width'] of this tensor's [batch, inputs, height, width].</returns>
    /// <exception cref="DescentException">The shapes do not fit, or an option is out of range.</exception>
    public Tensor<T> Conv2d(
        Tensor<T> weight, Tensor<T>? bias = null, (int Height, int Width)? stride = null, (int Height, int Width)? padding = null, (int Height, int Width)? dilation = null, int groups = 1)
    {
        ArgumentNullException.ThrowIfNull(weight);
        var geometry = new ConvolutionGeometry(stride ?? (1, 1), padding ?? (0, 0), dilation ?? (1, 1), groups);
        geometry.Check("Conv2d");
        if (Rank != 4 || weight.Rank != 4 || shape[1] != weight.shape[1] * groups || weight.shape[0] % groups != 0)
        {
            throw ConvolutionGeometry.Mismatch("Conv2d", "[outputs, inputs/groups, height, width]", shape, weight.shape, groups);
        }

        var output = geometry.Output("Conv2d", shape, weight.shape);
        CheckBias("Conv2d", output[1], bias);
        return ConvolutionOperation<T>.Apply(ConvolutionPart.Output, this, weight, geometry, output, bias);
    }

    /// <summary>The transposed convolution: what leads from a convolution's output back to the size of its input.</summary>
    /// <param name="weight">[inputs, outputs/groups, height, width].</param>
    /// <param name="bias">[outputs]; none when null.</param>
    /// <param name="stride">Steps from one input to the next in the output, each at least 1.</param>
    /// <param name="padding">What is cut off before and after, each at least 0.</param>
    /// <param name="outputPadding">How much larger the output is at its end, each below the stride or the dilation.</param>
    /// <param name="dilation">Steps from one element of a kernel to the next, each at least 1.</param>
    /// <param name="groups">Into how many parts inputs and outputs are cut, which see nothing of each other.</param>
    /// <returns>[batch, outputs, (height − 1)·stride − 2·padding + dilation·(kernel − 1) + output padding + 1, …].</returns>
    /// <exception cref="DescentException">The shapes do not fit, or an option is out of range.</exception>
    public Tensor<T> ConvTranspose2d(
        Tensor<T> weight,
        Tensor<T>? bias = null,
        (int Height, int Width)? stride = null,
        (int Height, int Width)? padding = null,
        (int Height, int Width)? outputPadding = null,
        (int Height, int Width)? dilation = null,
        int groups = 1)
    {
        ArgumentNullException.ThrowIfNull(weight);
        var geometry = new ConvolutionGeometry(stride ?? (1, 1), padding ?? (0, 0), dilation ?? (1, 1), groups);
        geometry.Check("ConvTranspose2d");
        if (Rank != 4 || weight.Rank != 4 || shape[1] != weight.shape[0] || shape[1] % groups != 0)
        {
            throw ConvolutionGeometry.Mismatch("ConvTranspose2d", "[inputs, outputs/groups, height, width]", shape, weight.shape, groups);
        }

        var output = geometry.Input("ConvTranspose2d", shape, weight.shape, outputPadding ?? (0, 0));
        CheckBias("ConvTranspose2d", output[1], bias);
        var result = ConvolutionOperation<T>.Apply(ConvolutionPart.Input, this, weight, geometry, output);
        return bias is null ? result : result + bias.Reshape(bias.Length, 1, 1);
    }

    /// <summary>The convolution of sequences: [batch, inputs, length] with a weight of [outputs, inputs/groups, length]. See <see cref="Conv2d"/>.</summary>
    /// <param name="weight">[outputs, inputs/groups, length].</param>
    /// <param name="bias">[outputs]; none when null.</param>
    /// <param name="stride">Steps from one output to the next, at least 1.</param>
    /// <param name="padding">Zeros before and after, at least 0.</param>
    /// <param name="dilation">Steps from one element of a kernel to the next, at least 1.</param>
    /// <param name="groups">Into how many parts inputs and outputs are cut, which see nothing of each other.</param>
    /// <returns>[batch, outputs, ⌊(length + 2·padding − dilation·(kernel − 1) − 1)/stride⌋ + 1].</returns>
    /// <exception cref="DescentException">The shapes do not fit, or an option is out of range.</exception>
    public Tensor<T> Conv1d(Tensor<T> weight, Tensor<T>? bias = null, int stride = 1, int padding = 0, int dilation = 1, int groups = 1)
    {
        CheckSequence("Conv1d", weight);
        return Unsqueeze(2).Conv2d(weight.Unsqueeze(2), bias, (1, stride), (0, padding), (1, dilation), groups).Squeeze(2);
    }

    /// <summary>The transposed convolution of sequences: [batch, inputs, length] with a weight of [inputs, outputs/groups, length]. See <see cref="ConvTranspose2d"/>.</summary>
    /// <param name="weight">[inputs, outputs/groups, length].</param>
    /// <param name="bias">[outputs]; none when null.</param>
    /// <param name="stride">Steps from one input to the next in the output, at least 1.</param>
    /// <param name="padding">What is cut off before and after, at least 0.</param>
    /// <param name="outputPadding">How much longer the output is at its end, below the stride or the dilation.</param>
    /// <param name="dilation">Steps from one element of a kernel to the next, at least 1.</param>
    /// <param name="groups">Into how many parts inputs and outputs are cut, which see nothing of each other.</param>
    /// <returns>[batch, outputs, (length − 1)·stride − 2·padding + dilation·(kernel − 1) + output padding + 1].</returns>
    /// <exception cref="DescentException">The shapes do not fit, or an option is out of range.</exception>
    public Tensor<T> ConvTranspose1d(Tensor<T> weight, Tensor<T>? bias = null, int stride = 1, int padding = 0, int outputPadding = 0, int dilation = 1, int groups = 1)
    {
        CheckSequence("ConvTranspose1d", weight);
        return Unsqueeze(2).ConvTranspose2d(weight.Unsqueeze(2), bias, (1, stride), (0, padding), (0, outputPadding), (1, dilation), groups).Squeeze(2);
    }

    private static void CheckBias(string operation, int outputs, Tensor<T>? bias)
    {
        if (bias is not null && (bias.Rank != 1 || bias.Length != outputs))
        {
            throw new DescentException($"{operation} needs a bias of shape [{outputs}], one number for each output, but its shape is {Shapes.Describe(bias.shape)}.");
        }
    }

    private void CheckSequence(string operation, Tensor<T> weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        if (Rank != 3 || weight.Rank != 3)
        {
            throw new DescentException($"{operation} needs an input of shape [batch, inputs, length] and a weight of three axes, but the shapes were {Shapes.Describe(shape)} and {Shapes.Describe(weight.shape)}.");
        }
    }
}

/// <summary>Which of the three tensors of a convolution is computed from the other two.</summary>
internal enum ConvolutionPart
{
    Output,
    Input,
    Weight,
}

/// <summary>
/// ⟨Y, conv(X, W)⟩ = Σ Y·X·W is linear in each of the three, so that each one's gradient is made of the other two by one of three
/// products: Y of X and W (the convolution), X of Y and W (the transposed one), W of X and Y. They are each other's gradients. To the first a bias may be added.
/// </summary>
internal sealed class ConvolutionOperation<T>(ConvolutionPart part, Tensor<T> first, Tensor<T> second, ConvolutionGeometry geometry, Tensor<T>? bias = null)
    : Operation<T>(bias is null ? [first, second] : [first, second, bias])
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => part switch { ConvolutionPart.Output => "Convolution", ConvolutionPart.Input => "TransposedConvolution", _ => "ConvolutionWeight" };

    /// <summary>Computes Y of (X, W), X of (Y, W) or W of (X, Y), and adds to Y a number for each output.</summary>
    public static Tensor<T> Apply(ConvolutionPart part, Tensor<T> first, Tensor<T> second, ConvolutionGeometry geometry, int[] shape, Tensor<T>? bias = null)
    {
        var result = Tensor<T>.Result(shape);
        var (x, w, y) = part switch
        {
            ConvolutionPart.Output => (first, second, result),
            ConvolutionPart.Input => (result, second, first),
            _ => (first, result, second),
        };
        var kernels = new ConvolutionKernels<T>(x, w, y, geometry);
        kernels.Count();
        switch (part)
        {
            case ConvolutionPart.Output:
                kernels.Output(bias);
                break;
            case ConvolutionPart.Input:
                kernels.Input();
                break;
            default:
                kernels.Weight();
                break;
        }

        return result.From(new ConvolutionOperation<T>(part, first, second, geometry, bias));
    }

    public override void Backward(Tensor<T> gradient, GradientSums<T> sums)
    {
        // Y(X, W): ∂X = X(g, W), ∂W = W(X, g). X(Y, W): ∂Y = Y(g, W), ∂W = W(g, Y). W(X, Y): ∂X = X(Y, g), ∂Y = Y(X, g).
        if (GradientSums<T>.Need(first))
        {
            sums.Add(first, part switch
            {
                ConvolutionPart.Output => Apply(ConvolutionPart.Input, gradient, second, geometry, first.Shape.ToArray()),
                ConvolutionPart.Input => Apply(ConvolutionPart.Output, gradient, second, geometry, first.Shape.ToArray()),
                _ => Apply(ConvolutionPart.Input, second, gradient, geometry, first.Shape.ToArray()),
            });
        }

        if (GradientSums<T>.Need(second))
        {
            sums.Add(second, part switch
            {
                ConvolutionPart.Output => Apply(ConvolutionPart.Weight, first, gradient, geometry, second.Shape.ToArray()),
                ConvolutionPart.Input => Apply(ConvolutionPart.Weight, gradient, first, geometry, second.Shape.ToArray()),
                _ => Apply(ConvolutionPart.Output, first, gradient, geometry, second.Shape.ToArray()),
            });
        }

        if (bias is not null && GradientSums<T>.Need(bias))
        {
            sums.Add(bias, gradient.SumByChannel());
        }
    }
}
