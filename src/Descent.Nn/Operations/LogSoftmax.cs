using System.Numerics;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>x − log Σ eˣ along an axis: the logarithm of <see cref="Softmax"/>, exact also where that rounds to 0.</summary>
    /// <param name="axis">From −rank to rank − 1; −1 is the last.</param>
    /// <exception cref="DescentException">The axis does not exist.</exception>
    public Tensor<T> LogSoftmax(int axis = -1)
    {
        var position = Shapes.Axis("LogSoftmax", axis, Rank);
        var result = Result(shape);
        SoftmaxKernel.Apply(Span, result.Span, Shapes.Around(shape, position), logarithm: true);
        return result.From(new LogSoftmaxOperation<T>(this, result, position));
    }
}

/// <summary>y = x − log Σ eˣ: ∂x = g − eʸ·Σ g, with the sums along the axis.</summary>
internal sealed class LogSoftmaxOperation<T>(Tensor<T> input, Tensor<T> output, int axis) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Backward(Tensor<T> gradient, GradientSums<T> sums) =>
        sums.Add(input, gradient - (output.Exp() * gradient.Sum([axis], keepAxes: true)));
}
