using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;

namespace Descent.Nn;

/// <summary>The loops of softmax and of its logarithm. The largest number is taken out first, so that eˣ cannot overflow.</summary>
internal static class SoftmaxKernel
{
    /// <summary>Handles every line along the axis of a tensor of shape [outer, size, inner].</summary>
    public static void Apply<T>(ReadOnlySpan<T> source, Span<T> target, (int Outer, int Size, int Inner) shape, bool logarithm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (outer, size, inner) = shape;
        if (source.IsEmpty)
        {
            return;
        }

        var scratchLength = inner == 1 ? size : 3 * inner;
        var scratch = ArrayPool<T>.Shared.Rent(scratchLength);
        for (var slice = 0; slice < outer; slice++)
        {
            var x = source.Slice(slice * size * inner, size * inner);
            var y = target.Slice(slice * size * inner, size * inner);
            if (inner == 1)
            {
                Line(x, y, scratch.AsSpan(0, size), logarithm);
            }
            else
            {
                Lines(x, y, scratch.AsSpan(0, scratchLength), size, inner, logarithm);
            }
        }

        ArrayPool<T>.Shared.Return(scratch);
    }

    /// <summary>One line whose elements lie side by side.</summary>
    private static void Line<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> exponentials, bool logarithm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorPrimitives.Subtract(x, TensorPrimitives.Max(x), y);
        TensorPrimitives.Exp(y, exponentials);
        var sum = TensorPrimitives.Sum<T>(exponentials);
        if (logarithm)
        {
            TensorPrimitives.Subtract(y, T.Log(sum), y);
        }
        else
        {
            TensorPrimitives.Divide(exponentials, sum, y);
        }
    }

    /// <summary>As many lines side by side as <paramref name="inner"/>, one step along the axis at a time.</summary>
    private static void Lines<T>(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch, int size, int inner, bool logarithm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var largest = scratch[..inner];
        var sum = scratch.Slice(inner, inner);
        var exponentials = scratch.Slice(2 * inner, inner);
        x[..inner].CopyTo(largest);
        for (var i = 1; i < size; i++)
        {
            TensorPrimitives.Max(largest, x.Slice(i * inner, inner), largest);
        }

        sum.Clear();
        for (var i = 0; i < size; i++)
        {
            var line = y.Slice(i * inner, inner);
            TensorPrimitives.Subtract(x.Slice(i * inner, inner), largest, line);
            TensorPrimitives.Exp<T>(line, logarithm ? exponentials : line);
            TensorPrimitives.Add(sum, logarithm ? exponentials : line, sum);
        }

        if (logarithm)
        {
            TensorPrimitives.Log<T>(sum, sum);
        }

        for (var i = 0; i < size; i++)
        {
            var line = y.Slice(i * inner, inner);
            if (logarithm)
            {
                TensorPrimitives.Subtract<T>(line, sum, line);
            }
            else
            {
                TensorPrimitives.Divide<T>(line, sum, line);
            }
        }
    }
}
