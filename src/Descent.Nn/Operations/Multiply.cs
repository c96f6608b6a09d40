using System.Numerics;
using System.Numerics.Tensors;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// left · right, element by element; the shapes broadcast as in NumPy (aligned at the last axis, a size of 1 repeats).
    /// </summary>
    /// <exception cref="DescentException">The shapes do not broadcast.</exception>
    public static Tensor<T> operator *(Tensor<T> left, Tensor<T> right) =>
        Elementwise.Apply<T, MultiplyOperation<T>.Kernel>("Multiply", left, right).From(new MultiplyOperation<T>(left, right));
}

/// <summary>y = a·b: ∂a = g·b, ∂b = g·a, each summed over the axes that were broadcast.</summary>
internal sealed class MultiplyOperation<T>(Tensor<T> left, Tensor<T> right) : Operation<T>(left, right)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Backward(Tensor<T> gradient, GradientSums<T> sums)
    {
        if (GradientSums<T>.Need(left))
        {
            sums.Add(left, (gradient * right).SumTo(left.Shape));
        }

        if (GradientSums<T>.Need(right))
        {
            sums.Add(right, (gradient * left).SumTo(right.Shape));
        }
    }

    internal readonly struct Kernel : IBinary<T>
    {
        public static void Apply(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Multiply(x, y, result);

        public static void Apply(ReadOnlySpan<T> x, T y, Span<T> result) => TensorPrimitives.Multiply(x, y, result);

        public static void Apply(T x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Multiply(y, x, result);
    }
}
