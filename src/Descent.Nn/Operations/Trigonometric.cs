using System.Numerics;
using System.Numerics.Tensors;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The sine of every element, in radians.</summary>
    public Tensor<T> Sin() => Map(default(Functions<T>.Sin));

    /// <summary>The cosine of every element, in radians.</summary>
    public Tensor<T> Cos() => Map(default(Functions<T>.Cos));
}

internal static partial class Functions<T>
{
    /// <summary>y = sin x: ∂x = g·cos x.</summary>
    public readonly struct Sin : IUnary<T>
    {
        public void Apply(ReadOnlySpan<T> x, Span<T> y) => TensorPrimitives.Sin(x, y);

        public Tensor<T> Backward(Tensor<T> x, Tensor<T> y, Tensor<T> g) => g * x.Cos();
    }

    /// <summary>y = cos x: ∂x = −g·sin x.</summary>
    public readonly struct Cos : IUnary<T>
    {
        public void Apply(ReadOnlySpan<T> x, Span<T> y) => TensorPrimitives.Cos(x, y);

        public Tensor<T> Backward(Tensor<T> x, Tensor<T> y, Tensor<T> g) => -(g * x.Sin());
    }
}
