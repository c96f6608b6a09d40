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
    public static Tensor<T> operator +(Tensor<T> left, Tensor<T> right) =>
        Elementwise.Apply<T, AddOperation<T>.Kernel>("Add", left, right).From(new AddOperation<T>(left, right));
}

/// <summary>y = a + b: ∂a = g, ∂b = g, each summed over the axes that were broadcast.</summary>
internal sealed class AddOperation<T>(Tensor<T> left, Tensor<T> right) : Operation<T>(left, right)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Backward(Tensor<T> gradient, GradientSums<T> sums)
    {
        if (GradientSums<T>.Need(left))
        {
            sums.Add(left, gradient.SumTo(left.Shape));
        }

        if (GradientSums<T>.Need(right))
        {
            sums.Add(right, gradient.SumTo(right.Shape));
        }
    }

    internal readonly struct Kernel : IBinary<T>
    {
        public static void Apply(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Add(x, y, result);

        public static void Apply(ReadOnlySpan<T> x, T y, Span<T> result) => TensorPrimitives.Add(x, y, result);

        public static void Apply(T x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Add(y, x, result);
    }
}
