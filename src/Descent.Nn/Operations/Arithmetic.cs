using System.Numerics;
using System.Numerics.Tensors;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// left + right, element by element; the shapes broadcast as in NumPy (aligned at the last axis, a size of 1 repeats).
    /// </summary>
    /// <exception cref="DescentException">The shapes do not broadcast.</exception>
    public static Tensor<T> operator +(Tensor<T> left, Tensor<T> right) => Zip(default(BinaryFunctions<T>.Add), left, right);

    /// <summary>
    /// left − right, element by element; the shapes broadcast as in NumPy (aligned at the last axis, a size of 1 repeats).
    /// </summary>
    /// <exception cref="DescentException">The shapes do not broadcast.</exception>
    public static Tensor<T> operator -(Tensor<T> left, Tensor<T> right) => Zip(default(BinaryFunctions<T>.Subtract), left, right);

    /// <summary>
    /// left · right, element by element; the shapes broadcast as in NumPy (aligned at the last axis, a size of 1 repeats).
    /// </summary>
    /// <exception cref="DescentException">The shapes do not broadcast.</exception>
    public static Tensor<T> operator *(Tensor<T> left, Tensor<T> right) => Zip(default(BinaryFunctions<T>.Multiply), left, right);

    /// <summary>
    /// left / right, element by element; the shapes broadcast as in NumPy (aligned at the last axis, a size of 1 repeats).
    /// </summary>
    /// <exception cref="DescentException">The shapes do not broadcast.</exception>
    public static Tensor<T> operator /(Tensor<T> left, Tensor<T> right) => Zip(default(BinaryFunctions<T>.Divide), left, right);

    /// <summary>The larger of two elements, NaN if one is; the shapes broadcast. Equal elements share the gradient half and half.</summary>
    /// <exception cref="DescentException">The shapes do not broadcast.</exception>
    public static Tensor<T> Maximum(Tensor<T> left, Tensor<T> right) => Zip(default(BinaryFunctions<T>.Maximum), left, right);

    /// <summary>The smaller of two elements, NaN if one is; the shapes broadcast. Equal elements share the gradient half and half.</summary>
    /// <exception cref="DescentException">The shapes do not broadcast.</exception>
    public static Tensor<T> Minimum(Tensor<T> left, Tensor<T> right) => Zip(default(BinaryFunctions<T>.Minimum), left, right);
}

internal static partial class BinaryFunctions<T>
{
    /// <summary>y = a + b: ∂a = g, ∂b = g.</summary>
    public readonly struct Add : IBinary<T>
    {
        public void Apply(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) => TensorPrimitives.Add(a, b, y);

        public void Apply(ReadOnlySpan<T> a, T b, Span<T> y) => TensorPrimitives.Add(a, b, y);

        public void Apply(T a, ReadOnlySpan<T> b, Span<T> y) => TensorPrimitives.Add(b, a, y);

        public Tensor<T> ByLeft(Tensor<T> a, Tensor<T> b, Tensor<T> y, Tensor<T> g) => g;

        public Tensor<T> ByRight(Tensor<T> a, Tensor<T> b, Tensor<T> y, Tensor<T> g) => g;
    }

    /// <summary>y = a − b: ∂a = g, ∂b = −g.</summary>
    public readonly struct Subtract : IBinary<T>
    {
        public void Apply(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) => TensorPrimitives.Subtract(a, b, y);

        public void Apply(ReadOnlySpan<T> a, T b, Span<T> y) => TensorPrimitives.Subtract(a, b, y);

        public void Apply(T a, ReadOnlySpan<T> b, Span<T> y) => TensorPrimitives.Subtract(a, b, y);

        public Tensor<T> ByLeft(Tensor<T> a, Tensor<T> b, Tensor<T> y, Tensor<T> g) => g;

        public Tensor<T> ByRight(Tensor<T> a, Tensor<T> b, Tensor<T> y, Tensor<T> g) => -g.SumTo(b.Shape);
    }

    /// <summary>y = a·b: ∂a = g·b, ∂b = g·a.</summary>
    public readonly struct Multiply : IBinary<T>
    {
        public void Apply(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) => TensorPrimitives.Multiply(a, b, y);

        public void Apply(ReadOnlySpan<T> a, T b, Span<T> y) => TensorPrimitives.Multiply(a, b, y);

        public void Apply(T a, ReadOnlySpan<T> b, Span<T> y) => TensorPrimitives.Multiply(b, a, y);

        public Tensor<T> ByLeft(Tensor<T> a, Tensor<T> b, Tensor<T> y, Tensor<T> g) => g * b;

        public Tensor<T> ByRight(Tensor<T> a, Tensor<T> b, Tensor<T> y, Tensor<T> g) => g * a;
    }

    /// <summary>y = a/b: ∂a = g/b, ∂b = −g·y/b.</summary>
    public readonly struct Divide : IBinary<T>
    {
        public void Apply(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) => TensorPrimitives.Divide(a, b, y);

        public void Apply(ReadOnlySpan<T> a, T b, Span<T> y) => TensorPrimitives.Divide(a, b, y);

        public void Apply(T a, ReadOnlySpan<T> b, Span<T> y) => TensorPrimitives.Divide(a, b, y);

        public Tensor<T> ByLeft(Tensor<T> a, Tensor<T> b, Tensor<T> y, Tensor<T> g) => g / b;

        public Tensor<T> ByRight(Tensor<T> a, Tensor<T> b, Tensor<T> y, Tensor<T> g) => -(g * y / b);
    }

    /// <summary>y = max(a, b): ∂a = g where a is larger, ½·g where they are equal.</summary>
    public readonly struct Maximum : IBinary<T>
    {
        public void Apply(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) => TensorPrimitives.Max(a, b, y);

        public void Apply(ReadOnlySpan<T> a, T b, Span<T> y) => TensorPrimitives.Max(a, b, y);

        public void Apply(T a, ReadOnlySpan<T> b, Span<T> y) => TensorPrimitives.Max(b, a, y);

        public Tensor<T> ByLeft(Tensor<T> a, Tensor<T> b, Tensor<T> y, Tensor<T> g) => g * Share(a, b);

        public Tensor<T> ByRight(Tensor<T> a, Tensor<T> b, Tensor<T> y, Tensor<T> g) => g * Share(b, a);
    }

    /// <summary>y = min(a, b): ∂a = g where a is smaller, ½·g where they are equal.</summary>
    public readonly struct Minimum : IBinary<T>
    {
        public void Apply(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) => TensorPrimitives.Min(a, b, y);

        public void Apply(ReadOnlySpan<T> a, T b, Span<T> y) => TensorPrimitives.Min(a, b, y);

        public void Apply(T a, ReadOnlySpan<T> b, Span<T> y) => TensorPrimitives.Min(b, a, y);

        public Tensor<T> ByLeft(Tensor<T> a, Tensor<T> b, Tensor<T> y, Tensor<T> g) => g * Share(b, a);

        public Tensor<T> ByRight(Tensor<T> a, Tensor<T> b, Tensor<T> y, Tensor<T> g) => g * Share(a, b);
    }

    /// <summary>1 where x &gt; y, ½ where they are equal, else 0: a constant.</summary>
    private static Tensor<T> Share(Tensor<T> x, Tensor<T> y) =>
        (x.Detach() - y.Detach()).MapToConstant(static difference => difference > T.Zero ? T.One : difference < T.Zero ? T.Zero : T.CreateChecked(0.5));
}
