using System.Numerics;

namespace Descent.Nn;

/// <summary>What is taken of one axis: a range, every n-th element of a range, or one element, which drops the axis.</summary>
/// <param name="Start">Where it starts, from the end when negative; at the beginning when null.</param>
/// <param name="Stop">Before where it stops, from the end when negative; at the end when null.</param>
/// <param name="Step">From one element to the next, at least 1.</param>
/// <param name="IsIndex">Whether it is the one element at <paramref name="Start"/>.</param>
public readonly record struct Slice(int? Start, int? Stop, int Step = 1, bool IsIndex = false)
{
    /// <summary>A range, such as <c>1..^1</c>.</summary>
    public static implicit operator Slice(Range range) => new(Position(range.Start), range.End.Equals(Index.End) ? null : Position(range.End));

    /// <summary>One element, from the end when negative.</summary>
    public static implicit operator Slice(int index) => new(index, null, 1, IsIndex: true);

    /// <summary>One element, such as <c>^1</c>.</summary>
    public static implicit operator Slice(Index index) => Position(index);

    private static int Position(Index index) => index.IsFromEnd ? -index.Value : index.Value;
}

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A part of the tensor, copied: <c>x[1..3, .., ^1]</c>. Axes that are not named are taken whole.</summary>
    /// <exception cref="DescentException">There are more slices than axes, a step is below 1, or an element does not exist.</exception>
    public Tensor<T> this[params ReadOnlySpan<Slice> slices]
    {
        get
        {
            if (slices.Length > Rank)
            {
                throw new DescentException($"A tensor of shape {Shapes.Describe(shape)} has {Rank} axes, but was sliced along {slices.Length}; leave some out.");
            }

            var (offset, strides, sizes) = (0, new List<int>(), new List<int>());
            var dense = Shapes.DenseStrides(shape);
            for (var axis = 0; axis < Rank; axis++)
            {
                var slice = axis < slices.Length ? slices[axis] : new Slice(null, null);
                var (start, size) = Resolve(slice, axis);
                offset += start * dense[axis];
                if (!slice.IsIndex)
                {
                    strides.Add(dense[axis] * slice.Step);
                    sizes.Add(size);
                }
            }

            return StridedOperation<T>.Apply(this, new StridedView(offset, [.. strides], [.. sizes]), "Slice");
        }
    }

    /// <summary>The elements from <paramref name="start"/> on along one axis.</summary>
    /// <param name="axis">From −rank to rank − 1.</param>
    /// <param name="start">The first element.</param>
    /// <param name="length">How many.</param>
    /// <exception cref="DescentException">The axis or an element does not exist.</exception>
    public Tensor<T> Narrow(int axis, int start, int length)
    {
        var position = Shapes.Axis("Narrow", axis, Rank);
        if (start < 0 || length < 0 || start > shape[position] - length)
        {
            throw new DescentException($"Narrow takes elements from 0 to {shape[position]} along axis {axis} of shape {Shapes.Describe(shape)}, but was asked for {length} from {start} on.");
        }

        return length == shape[position]
            ? this
            : StridedOperation<T>.Apply(this, new StridedView(start * Shapes.DenseStrides(shape)[position], Shapes.DenseStrides(shape), Shapes.With(shape, position, length)), "Slice");
    }

    /// <summary>The elements in the opposite order along some axes.</summary>
    /// <exception cref="DescentException">An axis does not exist.</exception>
    public Tensor<T> Flip(params ReadOnlySpan<int> axes)
    {
        var (offset, strides) = (0, Shapes.DenseStrides(shape));
        foreach (var given in axes)
        {
            var axis = Shapes.Axis("Flip", given, Rank);
            offset += strides[axis] * (shape[axis] - 1);
            strides[axis] = -strides[axis];
        }

        return Length == 0 ? this : StridedOperation<T>.Apply(this, new StridedView(offset, strides, shape), "Flip");
    }

    /// <summary>The elements moved by some places along an axis; those that leave come in at the other end.</summary>
    /// <exception cref="DescentException">The axis does not exist.</exception>
    public Tensor<T> Roll(int shift, int axis)
    {
        var position = Shapes.Axis("Roll", axis, Rank);
        var size = shape[position];
        var tail = size == 0 ? 0 : ((shift % size) + size) % size;
        return tail == 0 ? this : Concat([Narrow(position, size - tail, tail), Narrow(position, 0, size - tail)], position);
    }

    private (int Start, int Size) Resolve(Slice slice, int axis)
    {
        var size = shape[axis];
        if (slice.Step < 1)
        {
            throw new DescentException($"The step of a slice must be at least 1, but was {slice.Step}; use Flip for the opposite order.");
        }

        if (slice.IsIndex)
        {
            var index = slice.Start!.Value;
            return index >= -size && index < size
                ? (index < 0 ? index + size : index, 1)
                : throw new DescentException($"Axis {axis} of shape {Shapes.Describe(shape)} has elements from {-size} to {size - 1}, but was asked for {index}.");
        }

        var start = Clip(slice.Start ?? 0);
        var stop = Clip(slice.Stop ?? size);
        return (stop <= start ? 0 : start, stop <= start ? 0 : ((stop - start - 1) / slice.Step) + 1);

        int Clip(int position) => Math.Clamp(position < 0 ? position + size : position, 0, size);
    }
}
