using System.Numerics;
using System.Numerics.Tensors;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The square of every element.</summary>
    public Tensor<T> Square() => Map(default(Functions<T>.Square));

    /// <summary>√x of every element; NaN for negative ones.</summary>
    public Tensor<T> Sqrt() => Map(default(Functions<T>.Sqrt));

    /// <summary>1/√x of every element, exactly rounded operations; NaN for negative ones.</summary>
    public Tensor<T> ReciprocalSqrt() => Map(default(Functions<T>.ReciprocalSqrt));

    /// <summary>1/x of every element.</summary>
    public Tensor<T> Reciprocal() => Map(default(Functions<T>.Reciprocal));

    /// <summary>Every element to the power of <paramref name="exponent"/>; x⁰ = 1 for every x.</summary>
    public Tensor<T> Pow(T exponent) => Map(new Functions<T>.Pow(exponent));

    /// <summary>
    /// Every element to the power of that of <paramref name="exponent"/>; the shapes broadcast. The gradient by the exponent is 0
    /// where the base is 0, and NaN where it is negative.
    /// </summary>
    /// <exception cref="DescentException">The shapes do not broadcast.</exception>
    public Tensor<T> Pow(Tensor<T> exponent) => Zip(default(BinaryFunctions<T>.Pow), this, exponent);
}

internal static partial class Functions<T>
{
    /// <summary>y = x²: ∂x = 2·g·x.</summary>
    public readonly struct Square : IUnary<T>
    {
        public void Apply(ReadOnlySpan<T> x, Span<T> y) => TensorPrimitives.Multiply(x, x, y);

        public Tensor<T> Backward(Tensor<T> x, Tensor<T> y, Tensor<T> g) => g * x * Number(2);
    }

    /// <summary>y = √x: ∂x = g/(2·y).</summary>
    public readonly struct Sqrt : IUnary<T>
    {
        public void Apply(ReadOnlySpan<T> x, Span<T> y) => TensorPrimitives.Sqrt(x, y);

        public Tensor<T> Backward(Tensor<T> x, Tensor<T> y, Tensor<T> g) => g / (y * Number(2));
    }

    /// <summary>y = x^(−½): ∂x = −½·g·y³.</summary>
    public readonly struct ReciprocalSqrt : IUnary<T>
    {
        public void Apply(ReadOnlySpan<T> x, Span<T> y)
        {
            TensorPrimitives.Sqrt(x, y);
            TensorPrimitives.Divide(T.One, y, y);
        }

        public Tensor<T> Backward(Tensor<T> x, Tensor<T> y, Tensor<T> g) => g * y * y.Square() * Number(-0.5);
    }

    /// <summary>y = 1/x: ∂x = −g·y².</summary>
    public readonly struct Reciprocal : IUnary<T>
    {
        public void Apply(ReadOnlySpan<T> x, Span<T> y) => TensorPrimitives.Divide(T.One, x, y);

        public Tensor<T> Backward(Tensor<T> x, Tensor<T> y, Tensor<T> g) => -(g * y.Square());
    }

    /// <summary>y = xᵖ: ∂x = g·p·xᵖ⁻¹.</summary>
    public readonly struct Pow(T exponent) : IUnary<T>
    {
        private readonly T exponent = exponent;

        public void Apply(ReadOnlySpan<T> x, Span<T> y)
        {
            for (var i = 0; i < x.Length; i++)
            {
                y[i] = T.Pow(x[i], exponent);
            }
        }

        public Tensor<T> Backward(Tensor<T> x, Tensor<T> y, Tensor<T> g) =>
            exponent == T.Zero ? g * T.Zero : g * (x.Pow(exponent - T.One) * exponent);
    }
}

internal static partial class BinaryFunctions<T>
{
    /// <summary>y = aᵇ: ∂a = g·b·aᵇ⁻¹, ∂b = g·y·log a.</summary>
    public readonly struct Pow : IBinary<T>
    {
        public void Apply(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        {
            for (var i = 0; i < y.Length; i++)
            {
                y[i] = T.Pow(a[i], b[i]);
            }
        }

        public void Apply(ReadOnlySpan<T> a, T b, Span<T> y)
        {
            for (var i = 0; i < y.Length; i++)
            {
                y[i] = T.Pow(a[i], b);
            }
        }

        public void Apply(T a, ReadOnlySpan<T> b, Span<T> y)
        {
            for (var i = 0; i < y.Length; i++)
            {
                y[i] = T.Pow(a, b[i]);
            }
        }

        public Tensor<T> ByLeft(Tensor<T> a, Tensor<T> b, Tensor<T> y, Tensor<T> g) => g * (b * a.Pow(b - T.One));

        public Tensor<T> ByRight(Tensor<T> a, Tensor<T> b, Tensor<T> y, Tensor<T> g) =>
            g * (y * a.MaskedFill(a.MapToConstant(static x => x == T.Zero ? T.One : T.Zero), T.One).Log());
    }
}
