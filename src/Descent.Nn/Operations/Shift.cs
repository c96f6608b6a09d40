using System.Numerics;
using System.Numerics.Tensors;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Every element plus <paramref name="addend"/>.</summary>
    public static Tensor<T> operator +(Tensor<T> tensor, T addend)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var result = Result(tensor.shape);
        TensorPrimitives.Add(tensor.Span, addend, result.Span);
        return result.From(new ShiftOperation<T>(tensor));
    }

    /// <summary>Every element plus <paramref name="addend"/>.</summary>
    public static Tensor<T> operator +(T addend, Tensor<T> tensor) => tensor + addend;

    /// <summary><paramref name="minuend"/> minus every element.</summary>
    public static Tensor<T> operator -(T minuend, Tensor<T> tensor) => -tensor + minuend;

    /// <summary>Every element minus <paramref name="subtrahend"/>.</summary>
    public static Tensor<T> operator -(Tensor<T> tensor, T subtrahend) => tensor + (-subtrahend);
}

/// <summary>y = x + c with a constant c: ∂x = g.</summary>
internal sealed class ShiftOperation<T>(Tensor<T> input) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Backward(Tensor<T> gradient, GradientSums<T> sums) => sums.Add(input, gradient);
}
