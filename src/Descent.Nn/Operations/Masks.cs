using System.Numerics;

namespace Descent.Nn;

/// <summary>Masks are tensors of 0 (false) and other numbers (true): constants for gradients.</summary>
public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A mask: 1 where an element is above <paramref name="bound"/>, else 0.</summary>
    public Tensor<T> GreaterThan(T bound) => MapToConstant(x => x > bound ? T.One : T.Zero);

    /// <summary>A mask: 1 where an element is below <paramref name="bound"/>, else 0.</summary>
    public Tensor<T> LessThan(T bound) => MapToConstant(x => x < bound ? T.One : T.Zero);

    /// <summary>A mask: 1 where an element is <paramref name="value"/>, else 0.</summary>
    public Tensor<T> EqualTo(T value) => MapToConstant(x => x == value ? T.One : T.Zero);

    /// <summary>The mask that is 1 where this one is 0, and 0 elsewhere.</summary>
    public Tensor<T> Not() => EqualTo(T.Zero);

    /// <summary><paramref name="value"/> where the mask is not 0, else the element; the shapes broadcast.</summary>
    /// <exception cref="DescentException">The shapes do not broadcast.</exception>
    public Tensor<T> MaskedFill(Tensor<T> mask, T value) => Zip(new BinaryFunctions<T>.MaskedFill(value), this, (mask ?? throw new ArgumentNullException(nameof(mask))).Detach());

    /// <summary>The element of <paramref name="left"/> where the condition is not 0, else that of <paramref name="right"/>; the shapes broadcast.</summary>
    /// <exception cref="DescentException">The shapes do not broadcast.</exception>
    public static Tensor<T> Where(Tensor<T> condition, Tensor<T> left, Tensor<T> right)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return left.MaskedFill(condition.Not(), T.Zero) + right.MaskedFill(condition, T.Zero);
    }
}

internal static partial class BinaryFunctions<T>
{
    /// <summary>y = c where the mask b is not 0, else a: ∂a = 0 or g.</summary>
    public readonly struct MaskedFill(T value) : IBinary<T>
    {
        private readonly T value = value;

        public void Apply(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        {
            var (i, replacement) = (0, new Vector<T>(value));
            for (; i <= y.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                var isKept = Vector.Equals(new Vector<T>(b[i..]), Vector<T>.Zero);
                Vector.ConditionalSelect(isKept, new Vector<T>(a[i..]), replacement).CopyTo(y[i..]);
            }

            for (; i < y.Length; i++)
            {
                y[i] = b[i] != T.Zero ? value : a[i];
            }
        }

        public void Apply(ReadOnlySpan<T> a, T b, Span<T> y)
        {
            if (b != T.Zero)
            {
                y.Fill(value);
            }
            else
            {
                a.CopyTo(y);
            }
        }

        public void Apply(T a, ReadOnlySpan<T> b, Span<T> y)
        {
            for (var i = 0; i < y.Length; i++)
            {
                y[i] = b[i] != T.Zero ? value : a;
            }
        }

        public Tensor<T> ByLeft(Tensor<T> a, Tensor<T> b, Tensor<T> y, Tensor<T> g) => g.MaskedFill(b, T.Zero);

        public Tensor<T> ByRight(Tensor<T> a, Tensor<T> b, Tensor<T> y, Tensor<T> g) => throw new InvalidOperationException("A mask has no gradient.");
    }
}
