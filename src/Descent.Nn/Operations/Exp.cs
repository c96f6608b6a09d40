using System.Numerics;
using System.Numerics.Tensors;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>e to the power of every element.</summary>
    public Tensor<T> Exp()
    {
        var result = Result(shape);
        TensorPrimitives.Exp(Span, result.Span);
        return result.From(new ExpOperation<T>(this, result));
    }
}

/// <summary>y = eˣ: ∂x = g·y.</summary>
internal sealed class ExpOperation<T>(Tensor<T> input, Tensor<T> output) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Backward(Tensor<T> gradient, GradientSums<T> sums) => sums.Add(input, gradient * output);
}
