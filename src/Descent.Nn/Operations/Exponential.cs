using System.Numerics;
using System.Numerics.Tensors;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>e to the power of every element.</summary>
    public Tensor<T> Exp() => Map(default(Functions<T>.Exp));

    /// <summary>eˣ − 1 of every element, exact also near 0.</summary>
    public Tensor<T> Expm1() => Map(default(Functions<T>.Expm1));

    /// <summary>The natural logarithm of every element: −∞ for 0, NaN for negative ones.</summary>
    public Tensor<T> Log() => Map(default(Functions<T>.Log));

    /// <summary>log(1 + x) of every element, exact also near 0.</summary>
    public Tensor<T> Log1p() => Map(default(Functions<T>.Log1p));
}

internal static partial class Functions<T>
{
    /// <summary>y = eˣ: ∂x = g·y.</summary>
    public readonly struct Exp : IUnary<T>
    {
        public void Apply(ReadOnlySpan<T> x, Span<T> y) => TensorPrimitives.Exp(x, y);

        public Tensor<T> Backward(Tensor<T> x, Tensor<T> y, Tensor<T> g) => g * y;
    }

    /// <summary>y = eˣ − 1: ∂x = g·(y + 1).</summary>
    public readonly struct Expm1 : IUnary<T>
    {
        /// <summary>The error of u = eˣ is undone by dividing by log u, which has the same one (Kahan's device).</summary>
        public static T Of(T x)
        {
            var u = T.Exp(x);
            return u == T.One ? x : u - T.One == -T.One || !T.IsFinite(u) ? u - T.One : (u - T.One) * x / T.Log(u);
        }

        public void Apply(ReadOnlySpan<T> x, Span<T> y)
        {
            for (var i = 0; i < x.Length; i++)
            {
                y[i] = Of(x[i]);
            }
        }

        public Tensor<T> Backward(Tensor<T> x, Tensor<T> y, Tensor<T> g) => g * (y + T.One);
    }

    /// <summary>y = log x: ∂x = g/x.</summary>
    public readonly struct Log : IUnary<T>
    {
        public void Apply(ReadOnlySpan<T> x, Span<T> y) => TensorPrimitives.Log(x, y);

        public Tensor<T> Backward(Tensor<T> x, Tensor<T> y, Tensor<T> g) => g / x;
    }

    /// <summary>y = log(1 + x): ∂x = g/(1 + x).</summary>
    public readonly struct Log1p : IUnary<T>
    {
        /// <summary>What 1 + x lost by rounding is put back by the factor x/(u − 1) (Kahan's device).</summary>
        public static T Of(T x)
        {
            var u = T.One + x;
            return u == T.One ? x : !T.IsFinite(u) ? T.Log(u) : T.Log(u) * x / (u - T.One);
        }

        public void Apply(ReadOnlySpan<T> x, Span<T> y)
        {
            for (var i = 0; i < x.Length; i++)
            {
                y[i] = Of(x[i]);
            }
        }

        public Tensor<T> Backward(Tensor<T> x, Tensor<T> y, Tensor<T> g) => g / (x + T.One);
    }
}
