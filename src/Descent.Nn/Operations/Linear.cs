using System.Numerics;
using Descent.LinearAlgebra;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>x·Wᵀ + b for every row x of this tensor, where a row runs along the last axis.</summary>
    /// <param name="weight">W, of shape [outputs, inputs], where inputs is the size of this tensor's last axis.</param>
    /// <param name="bias">b, of shape [outputs]; no bias when null.</param>
    /// <returns>The shape of this tensor with outputs as the size of the last axis.</returns>
    /// <exception cref="DescentException">The shapes do not fit.</exception>
    public Tensor<T> Linear(Tensor<T> weight, Tensor<T>? bias = null)
    {
        ArgumentNullException.ThrowIfNull(weight);
        LinearOperation<T>.CheckWeights(weight, bias);
        if (Rank == 0 || weight.shape[1] != shape[^1])
        {
            throw new DescentException(
                $"Linear needs an input whose last axis is as long as the weight's, but the input's shape is {Shapes.Describe(shape)} and the weight's {Shapes.Describe(weight.shape)}; change one of them.");
        }

        var rows = Reshape(Shapes.Count(shape.AsSpan(..^1)), shape[^1]);
        return LinearOperation<T>.Apply(rows, weight, bias).Reshape([.. shape[..^1], weight.shape[0]]);
    }
}

/// <summary>Y = X·Wᵀ + b: ∂X = G·W, ∂W = Gᵀ·X, ∂b = Σ of G's rows.</summary>
internal sealed class LinearOperation<T>(Tensor<T> input, Tensor<T> weight, Tensor<T>? bias)
    : Operation<T>(bias is null ? [input, weight] : [input, weight, bias])
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static void CheckWeights(Tensor<T> weight, Tensor<T>? bias)
    {
        if (weight.Rank != 2 || (bias is not null && (bias.Rank != 1 || bias.Length != weight.Shape[0])))
        {
            throw new DescentException(
                $"Linear needs a weight of shape [outputs, inputs] and a bias of shape [outputs] or none, but the weight's shape is {Shapes.Describe(weight.Shape)} and the bias's {(bias is null ? "none" : Shapes.Describe(bias.Shape))}; reshape them.");
        }
    }

    public static Tensor<T> Apply(Tensor<T> input, Tensor<T> weight, Tensor<T>? bias)
    {
        var (rows, inputs, outputs) = (input.Shape[0], input.Shape[1], weight.Shape[0]);
        var result = Tensor<T>.Result([rows, outputs]);
        MatrixKernels.Multiply(
            input.Span, weight.Span, result.Span, new ProductShape(rows, outputs, inputs) { TransposeRight = true }, bias is null ? null : new BiasFinish<T>(bias.Values));
        return result.From(new LinearOperation<T>(input, weight, bias));
    }

    public override void Backward(Tensor<T> gradient, GradientSums<T> sums)
    {
        if (GradientSums<T>.Need(input))
        {
            sums.Add(input, gradient.MatrixMultiply(weight));
        }

        if (GradientSums<T>.Need(weight))
        {
            sums.Add(weight, gradient.MatrixMultiply(input, transposeLeft: true));
        }

        if (bias is not null && GradientSums<T>.Need(bias))
        {
            sums.Add(bias, gradient.Sum([0]));
        }
    }
}
