using System.Numerics;
using System.Numerics.Tensors;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The hyperbolic tangent of every element.</summary>
    public Tensor<T> Tanh()
    {
        var result = Result(shape);
        TensorPrimitives.Tanh(Span, result.Span);
        return result.From(new TanhOperation<T>(this, result));
    }
}

/// <summary>y = tanh x: ∂x = g·(1 − y²).</summary>
internal sealed class TanhOperation<T>(Tensor<T> input, Tensor<T> output) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Backward(Tensor<T> gradient, GradientSums<T> sums) => sums.Add(input, gradient - (gradient * output.Square()));
}
