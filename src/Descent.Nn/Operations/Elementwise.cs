using System.Numerics;

namespace Descent.Nn;

/// <summary>An arithmetic operation on two numbers, over runs of them.</summary>
internal interface IBinary<T>
{
    static abstract void Apply(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result);

    static abstract void Apply(ReadOnlySpan<T> x, T y, Span<T> result);

    static abstract void Apply(T x, ReadOnlySpan<T> y, Span<T> result);
}

/// <summary>Applies a binary operation to two tensors that broadcast.</summary>
internal static class Elementwise
{
    public static Tensor<T> Apply<T, TBinary>(string name, Tensor<T> left, Tensor<T> right)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBinary : struct, IBinary<T>
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (left.Shape.SequenceEqual(right.Shape))
        {
            var same = Tensor<T>.Result(left.Shape.ToArray());
            TBinary.Apply(left.Span, right.Span, same.Span);
            return same;
        }

        var result = Tensor<T>.Result(Shapes.Broadcast(name, left.Shape, right.Shape));
        var body = new Body<T, TBinary>(left.Span, right.Span, result.Span);
        Runs.ForEach(result.Shape, left.Shape, right.Shape, ref body);
        return result;
    }

    private ref struct Body<T, TBinary>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result) : IRunBody
        where TBinary : struct, IBinary<T>
    {
        private readonly ReadOnlySpan<T> left = left;
        private readonly ReadOnlySpan<T> right = right;
        private Span<T> rest = result;

        public void Run(int first, int firstStep, int second, int secondStep, int length)
        {
            var target = rest[..length];
            rest = rest[length..];
            if (firstStep == 0)
            {
                // Both are never repeated in one run: an axis longer than 1 is that long in one of them.
                TBinary.Apply(left[first], right.Slice(second, length), target);
            }
            else if (secondStep == 0)
            {
                TBinary.Apply(left.Slice(first, length), right[second], target);
            }
            else
            {
                TBinary.Apply(left.Slice(first, length), right.Slice(second, length), target);
            }
        }
    }
}
