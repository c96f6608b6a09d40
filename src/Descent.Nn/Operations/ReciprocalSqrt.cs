using System.Numerics;
using System.Numerics.Tensors;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>1/√x of every element, exactly rounded operations; NaN for negative ones.</summary>
    public Tensor<T> ReciprocalSqrt()
    {
        var result = Result(shape);
        TensorPrimitives.Sqrt(Span, result.Span);
        TensorPrimitives.Divide(T.One, result.Span, result.Span);
        return result.From(new ReciprocalSqrtOperation<T>(this, result));
    }
}

/// <summary>y = x^(−½): ∂x = −½·g·y³.</summary>
internal sealed class ReciprocalSqrtOperation<T>(Tensor<T> input, Tensor<T> output) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Backward(Tensor<T> gradient, GradientSums<T> sums) =>
        sums.Add(input, gradient * output * output.Square() * T.CreateChecked(-0.5));
}
