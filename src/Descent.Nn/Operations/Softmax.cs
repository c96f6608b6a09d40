using System.Numerics;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>eˣ / Σ eˣ along an axis, computed without overflow: positive numbers that sum to 1.</summary>
    /// <param name="axis">From −rank to rank − 1; −1 is the last.</param>
    /// <exception cref="DescentException">The axis does not exist.</exception>
    public Tensor<T> Softmax(int axis = -1)
    {
        var position = Shapes.Axis("Softmax", axis, Rank);
        var result = Result(shape);
        SoftmaxKernel.Apply(Span, result.Span, Shapes.Around(shape, position), logarithm: false);
        return result.From(new SoftmaxOperation<T>(this, result, position));
    }
}

/// <summary>y = softmax x: ∂x = y·(g − Σ g·y), with the sum along the axis.</summary>
internal sealed class SoftmaxOperation<T>(Tensor<T> input, Tensor<T> output, int axis) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Backward(Tensor<T> gradient, GradientSums<T> sums) =>
        sums.Add(input, output * (gradient - (gradient * output).Sum([axis], keepAxes: true)));
}
