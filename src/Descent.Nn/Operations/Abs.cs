using System.Numerics;
using System.Numerics.Tensors;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>|x| of every element; the gradient at 0 is 0.</summary>
    public Tensor<T> Abs() => Map(default(Functions<T>.Abs));

    /// <summary>−1, 0 or 1 by the sign of every element, NaN for NaN; a constant for gradients.</summary>
    public Tensor<T> Sign() => MapToConstant(static x => x > T.Zero ? T.One : x < T.Zero ? -T.One : x);

    /// <summary>Every element brought into a range; the gradient is 1 inside and on a bound, else 0.</summary>
    /// <param name="minimum">The lower bound; none when null.</param>
    /// <param name="maximum">The upper bound, not below the lower one; none when null.</param>
    /// <exception cref="DescentException">The lower bound is above the upper one.</exception>
    public Tensor<T> Clamp(T? minimum = null, T? maximum = null)
    {
        if (minimum > maximum)
        {
            throw new DescentException($"Clamp needs a minimum that is not above the maximum, but they were {minimum} and {maximum}; exchange them.");
        }

        return Map(new Functions<T>.Clamp(minimum ?? T.NegativeInfinity, maximum ?? T.PositiveInfinity));
    }
}

internal static partial class Functions<T>
{
    /// <summary>y = |x|: ∂x = g·sign x.</summary>
    public readonly struct Abs : IUnary<T>
    {
        public void Apply(ReadOnlySpan<T> x, Span<T> y) => TensorPrimitives.Abs(x, y);

        public Tensor<T> Backward(Tensor<T> x, Tensor<T> y, Tensor<T> g) => g * x.Sign();
    }

    /// <summary>y = min(max(x, low), high): ∂x = g where low ≤ x ≤ high, else 0.</summary>
    public readonly struct Clamp(T low, T high) : IUnary<T>
    {
        private readonly T low = low;
        private readonly T high = high;

        public void Apply(ReadOnlySpan<T> x, Span<T> y)
        {
            TensorPrimitives.Max(x, low, y);
            TensorPrimitives.Min(y, high, y);
        }

        public Tensor<T> Backward(Tensor<T> x, Tensor<T> y, Tensor<T> g)
        {
            var (from, to) = (low, high);
            return g.MaskedFill(x.MapToConstant(element => element < from || element > to ? T.One : T.Zero), T.Zero);
        }
    }
}
