using System.Numerics;
using System.Numerics.Tensors;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The square of every element.</summary>
    public Tensor<T> Square()
    {
        var result = Result(shape);
        TensorPrimitives.Multiply(Span, Span, result.Span);
        return result.From(new SquareOperation<T>(this));
    }
}

/// <summary>y = x²: ∂x = 2·g·x.</summary>
internal sealed class SquareOperation<T>(Tensor<T> input) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Backward(Tensor<T> gradient, GradientSums<T> sums) => sums.Add(input, gradient * input * T.CreateChecked(2));
}
