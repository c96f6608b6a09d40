using System.Numerics;
using System.Numerics.Tensors;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Every element times <paramref name="factor"/>.</summary>
    public static Tensor<T> operator *(Tensor<T> tensor, T factor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var result = Result(tensor.shape);
        TensorPrimitives.Multiply(tensor.Span, factor, result.Span);
        return result.From(new ScaleOperation<T>(tensor, factor));
    }

    /// <summary>Every element times <paramref name="factor"/>.</summary>
    public static Tensor<T> operator *(T factor, Tensor<T> tensor) => tensor * factor;

    /// <summary>Every element divided by <paramref name="divisor"/>.</summary>
    public static Tensor<T> operator /(Tensor<T> tensor, T divisor) => tensor * (T.One / divisor);

    /// <summary>Every element with the opposite sign.</summary>
    public static Tensor<T> operator -(Tensor<T> tensor) => tensor * -T.One;
}

/// <summary>y = c·x with a constant c: ∂x = c·g.</summary>
internal sealed class ScaleOperation<T>(Tensor<T> input, T factor) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Backward(Tensor<T> gradient, GradientSums<T> sums) => sums.Add(input, gradient * factor);
}
