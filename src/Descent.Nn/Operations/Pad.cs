using System.Numerics;

namespace Descent.Nn;

/// <summary>What a padded tensor has beyond the edge.</summary>
public enum PadMode
{
    /// <summary>One number.</summary>
    Constant,

    /// <summary>The tensor mirrored at its edge, which is not repeated.</summary>
    Reflect,

    /// <summary>The element at the edge.</summary>
    Replicate,

    /// <summary>The tensor from its other end on.</summary>
    Circular,
}

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The tensor with more elements before and after, along every axis.</summary>
    /// <param name="pads">How many before and after, for each axis, the first one first; negative numbers cut off.</param>
    /// <param name="mode">What they are.</param>
    /// <param name="value">The number that <see cref="PadMode.Constant"/> pads with.</param>
    /// <exception cref="DescentException">There is not one pair for each axis, more is cut off than there is, or the mode cannot reach so far.</exception>
    public Tensor<T> Pad(ReadOnlySpan<(int Before, int After)> pads, PadMode mode = PadMode.Constant, double value = 0)
    {
        if (pads.Length != Rank)
        {
            throw new DescentException($"Pad needs one pair for each of the {Rank} axes of shape {Shapes.Describe(shape)}, but was given {pads.Length}.");
        }

        var result = this;
        var padded = (int[])shape.Clone();
        var offset = new int[Rank];
        for (var axis = 0; axis < Rank; axis++)
        {
            var (before, after) = pads[axis];
            var (size, reach) = (shape[axis], Math.Max(before, after));
            if (size + before + after < 0 || (mode == PadMode.Reflect && reach >= size) || (mode == PadMode.Circular && reach > size) || (mode == PadMode.Replicate && size == 0))
            {
                throw new DescentException($"Pad in mode {mode} cannot add {before} before and {after} after along axis {axis} of shape {Shapes.Describe(shape)}.");
            }

            if (mode != PadMode.Constant && (before, after) != (0, 0))
            {
                result = result.IndexSelect(axis, [.. Enumerable.Range(-before, size + before + after).Select(i => Inside(i, size, mode))]);
                continue;
            }

            result = result.Narrow(axis, Math.Max(0, -before), size + Math.Min(0, before) + Math.Min(0, after));
            padded[axis] = size + before + after;
            offset[axis] = Math.Max(0, before);
        }

        if (mode != PadMode.Constant || result.Shape.SequenceEqual(padded))
        {
            return result;
        }

        var strides = Shapes.DenseStrides(padded);
        var view = new StridedView(offset.Zip(strides, static (start, stride) => start * stride).Sum(), strides, result.Shape.ToArray());
        var zeroPadded = StridedSumOperation<T>.Apply(result, view, padded, "Pad");
        return value == 0
            ? zeroPadded
            : zeroPadded.MaskedFill(StridedSumOperation<T>.Apply(Filled(result.Shape, T.One), view, padded, "Pad").Not(), T.CreateChecked(value));
    }

    private static int Inside(int i, int size, PadMode mode) => mode switch
    {
        PadMode.Reflect => i < 0 ? -i : i >= size ? (2 * (size - 1)) - i : i,
        PadMode.Replicate => Math.Clamp(i, 0, size - 1),
        PadMode.Circular => (i + size) % size,
        _ => throw new DescentException($"The mode of a pad must be Constant, Reflect, Replicate or Circular, but was {mode}."),
    };
}
