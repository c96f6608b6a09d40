namespace Descent.Nn;

/// <summary>Arithmetic on shapes: sizes of axes, row-major, empty for a scalar.</summary>
internal static class Shapes
{
    public static string Describe(ReadOnlySpan<int> shape) => $"[{string.Join(", ", shape.ToArray())}]";

    /// <summary>How many elements a tensor of the shape has.</summary>
    public static int Count(ReadOnlySpan<int> shape)
    {
        var count = 1L;
        foreach (var size in shape)
        {
            if (size < 0)
            {
                throw new DescentException($"The shape of a tensor must have no negative size, but was {Describe(shape)}.");
            }

            count *= size;
            if (count > int.MaxValue)
            {
                throw new DescentException($"A tensor may have at most {int.MaxValue} elements, but shape {Describe(shape)} has more; split it.");
            }
        }

        return (int)count;
    }

    /// <summary>The axis as a number from 0, where −1 means the last one.</summary>
    public static int Axis(string operation, int axis, int rank)
    {
        if (axis < -rank || axis >= rank)
        {
            throw new DescentException(rank == 0
                ? $"{operation} over axis {axis} needs a tensor with axes, but the tensor is a scalar."
                : $"{operation} needs an axis from {-rank} to {rank - 1} for a tensor of rank {rank}, but was given {axis}.");
        }

        return axis < 0 ? axis + rank : axis;
    }

    /// <summary>The shape that two shapes broadcast to: aligned at the last axis, each pair of sizes equal or one of them 1.</summary>
    public static int[] Broadcast(string operation, ReadOnlySpan<int> left, ReadOnlySpan<int> right)
    {
        var result = new int[Math.Max(left.Length, right.Length)];
        for (var fromEnd = 1; fromEnd <= result.Length; fromEnd++)
        {
            var l = fromEnd <= left.Length ? left[^fromEnd] : 1;
            var r = fromEnd <= right.Length ? right[^fromEnd] : 1;
            if (l != r && l != 1 && r != 1)
            {
                throw new DescentException(
                    $"{operation} needs shapes that broadcast, but they were {Describe(left)} and {Describe(right)}; make the sizes equal or 1, aligned at the last axis.");
            }

            result[^fromEnd] = l == 1 ? r : l;
        }

        return result;
    }

    /// <summary>
    /// For each axis of <paramref name="over"/> the step in a dense tensor of <paramref name="shape"/>; 0 where it is broadcast.
    /// </summary>
    public static int[] Strides(ReadOnlySpan<int> shape, ReadOnlySpan<int> over)
    {
        var strides = new int[over.Length];
        var step = 1;
        for (var fromEnd = 1; fromEnd <= shape.Length; fromEnd++)
        {
            strides[^fromEnd] = shape[^fromEnd] == 1 ? 0 : step;
            step *= shape[^fromEnd];
        }

        return strides;
    }

    /// <summary>The step along each axis of a dense tensor, also where the axis has size 1.</summary>
    public static int[] DenseStrides(ReadOnlySpan<int> shape)
    {
        var strides = new int[shape.Length];
        var step = 1;
        for (var axis = shape.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = step;
            step *= shape[axis];
        }

        return strides;
    }

    /// <summary>The shape with the size of one axis replaced.</summary>
    public static int[] With(ReadOnlySpan<int> shape, int axis, int size)
    {
        var result = shape.ToArray();
        result[axis] = size;
        return result;
    }

    /// <summary>Splits a shape at an axis: how many slices, the axis's size, and how many elements one step along it moves.</summary>
    public static (int Outer, int Size, int Inner) Around(ReadOnlySpan<int> shape, int axis) =>
        (Count(shape[..axis]), shape[axis], Count(shape[(axis + 1)..]));
}
