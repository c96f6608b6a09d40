using System.Numerics;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Tensors one after the other along an axis; all other sizes agree.</summary>
    /// <exception cref="DescentException">There is no tensor, the axis does not exist, or the shapes do not fit.</exception>
    public static Tensor<T> Concat(ReadOnlySpan<Tensor<T>> tensors, int axis = 0)
    {
        if (tensors.IsEmpty)
        {
            throw new DescentException("Concat needs at least 1 tensor, but was given none.");
        }

        var first = tensors[0];
        var position = Shapes.Axis("Concat", axis, first.Rank);
        var size = 0;
        foreach (var tensor in tensors)
        {
            if (tensor.Rank != first.Rank || !Shapes.With(tensor.shape, position, 0).AsSpan().SequenceEqual(Shapes.With(first.shape, position, 0)))
            {
                throw new DescentException($"Concat needs shapes that differ along axis {axis} only, but they were {Shapes.Describe(first.shape)} and {Shapes.Describe(tensor.shape)}.");
            }

            size += tensor.shape[position];
        }

        return tensors.Length == 1 ? first : ConcatOperation<T>.Apply(tensors.ToArray(), position, Shapes.With(first.shape, position, size));
    }

    /// <summary>Tensors of one shape side by side along a new axis.</summary>
    /// <param name="tensors">At least one.</param>
    /// <param name="axis">Where the new axis is in the result, from −rank − 1 to rank.</param>
    /// <exception cref="DescentException">There is no tensor, the axis is out of range, or the shapes differ.</exception>
    public static Tensor<T> Stack(ReadOnlySpan<Tensor<T>> tensors, int axis = 0)
    {
        var slices = new Tensor<T>[tensors.Length];
        for (var i = 0; i < slices.Length; i++)
        {
            slices[i] = tensors[i].Unsqueeze(axis);
        }

        return Concat(slices, axis);
    }

    /// <summary>The tensor cut along an axis into parts of the given sizes.</summary>
    /// <exception cref="DescentException">The axis does not exist, or the sizes do not sum to its.</exception>
    public Tensor<T>[] Split(ReadOnlySpan<int> sizes, int axis = 0)
    {
        var position = Shapes.Axis("Split", axis, Rank);
        var (parts, start, sum) = (new Tensor<T>[sizes.Length], 0, 0L);
        foreach (var size in sizes)
        {
            sum += size < 0 ? throw new DescentException($"The sizes of a split must be at least 0, but were {Shapes.Describe(sizes)}.") : size;
        }

        if (sum != shape[position])
        {
            throw new DescentException($"Split needs sizes that sum to {shape[position]}, the size of axis {axis} of shape {Shapes.Describe(shape)}, but they were {Shapes.Describe(sizes)}.");
        }

        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = Narrow(position, start, sizes[i]);
            start += sizes[i];
        }

        return parts;
    }

    /// <summary>The tensor cut along an axis into parts of one size; the last one has the rest.</summary>
    /// <exception cref="DescentException">The axis does not exist, or the size is below 1.</exception>
    public Tensor<T>[] Split(int size, int axis = 0)
    {
        var whole = shape[Shapes.Axis("Split", axis, Rank)];
        return size < 1
            ? throw new DescentException($"The parts of a split must have a size of at least 1, but it was {size}.")
            : Split([.. Enumerable.Range(0, (whole + size - 1) / size).Select(part => Math.Min(size, whole - (part * size)))], axis);
    }

    /// <summary>The tensor cut along an axis into at most <paramref name="count"/> parts of one size; the last one has the rest.</summary>
    /// <exception cref="DescentException">The axis does not exist, or the count is below 1.</exception>
    public Tensor<T>[] Chunk(int count, int axis = 0)
    {
        var whole = shape[Shapes.Axis("Chunk", axis, Rank)];
        return count < 1 ? throw new DescentException($"Chunk makes at least 1 part, but was asked for {count}.") : Split(Math.Max(1, (whole + count - 1) / count), axis);
    }
}

/// <summary>y = the inputs one after the other: ∂ of each = its part of g.</summary>
internal sealed class ConcatOperation<T>(Tensor<T>[] inputs, int axis) : Operation<T>(inputs)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Tensor<T> Apply(Tensor<T>[] inputs, int axis, int[] shape)
    {
        var result = Tensor<T>.Result(shape);
        var (outer, size, inner) = Shapes.Around(shape, axis);
        var start = 0;
        foreach (var input in inputs)
        {
            var length = input.Shape[axis] * inner;
            for (var slice = 0; slice < outer; slice++)
            {
                input.Span.Slice(slice * length, length).CopyTo(result.Span[((slice * size * inner) + start)..]);
            }

            start += length;
        }

        return result.From(new ConcatOperation<T>(inputs, axis));
    }

    public override void Backward(Tensor<T> gradient, GradientSums<T> sums)
    {
        var start = 0;
        foreach (var input in Inputs)
        {
            if (GradientSums<T>.Need(input))
            {
                sums.Add(input, gradient.Narrow(axis, start, input.Shape[axis]));
            }

            start += input.Shape[axis];
        }
    }
}
