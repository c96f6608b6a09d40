using System.Numerics;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The tensor repeated along axes of size 1, and along new axes in front, until it has <paramref name="newShape"/>.</summary>
    /// <exception cref="DescentException">The shape does not broadcast to the new one.</exception>
    public Tensor<T> Expand(params ReadOnlySpan<int> newShape)
    {
        if (newShape.SequenceEqual(shape))
        {
            return this;
        }

        if (!Shapes.Broadcast("Expand", shape, newShape).AsSpan().SequenceEqual(newShape))
        {
            throw new DescentException(
                $"Expand repeats axes of size 1 only, but was asked to make {Shapes.Describe(newShape)} of {Shapes.Describe(shape)}.");
        }

        var result = Result(newShape.ToArray());
        var body = new ExpandOperation<T>.Body(Span, result.Span);
        Runs.ForEach(newShape, newShape, shape, ref body);
        return result.From(new ExpandOperation<T>(this));
    }

    /// <summary>The whole tensor repeated along its axes; further axes come in front.</summary>
    /// <param name="repeats">How often along each axis of the result, each at least 0; not fewer than there are axes.</param>
    /// <exception cref="DescentException">There are too few numbers, or one is negative.</exception>
    public Tensor<T> Repeat(params ReadOnlySpan<int> repeats)
    {
        var added = repeats.Length - Rank;
        if (added < 0)
        {
            throw new DescentException($"Repeat needs at least one number for each axis of shape {Shapes.Describe(shape)}, but was given {Shapes.Describe(repeats)}.");
        }

        // [a, b] becomes [1, a, 1, b], is expanded to [r, a, s, b] and joined to [r·a, s·b].
        var (single, many, joined) = (new int[2 * repeats.Length], new int[2 * repeats.Length], new int[repeats.Length]);
        for (var i = 0; i < repeats.Length; i++)
        {
            var size = i < added ? 1 : shape[i - added];
            (single[2 * i], single[(2 * i) + 1]) = (1, size);
            (many[2 * i], many[(2 * i) + 1]) = (repeats[i], size);
            joined[i] = repeats[i] * size;
        }

        return Reshape(single).Expand(many).Reshape(joined);
    }

    /// <summary>Every slice along an axis repeated, before the next one.</summary>
    /// <exception cref="DescentException">The axis does not exist, or the number is negative.</exception>
    public Tensor<T> RepeatInterleave(int repeats, int axis)
    {
        var position = Shapes.Axis("RepeatInterleave", axis, Rank);
        int[] many = [.. shape[..(position + 1)], repeats, .. shape[(position + 1)..]];
        return Unsqueeze(position + 1).Expand(many).Reshape(Shapes.With(shape, position, shape[position] * repeats));
    }
}

/// <summary>y = x repeated: ∂x = g summed over the repetitions.</summary>
internal sealed class ExpandOperation<T>(Tensor<T> input) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Backward(Tensor<T> gradient, GradientSums<T> sums) => sums.Add(input, gradient.SumTo(input.Shape));

    internal readonly ref struct Body(ReadOnlySpan<T> source, Span<T> target) : IRunBody
    {
        private readonly ReadOnlySpan<T> source = source;
        private readonly Span<T> target = target;

        public void Run(int first, int firstStep, int second, int secondStep, int length)
        {
            if (secondStep == 0)
            {
                target.Slice(first, length).Fill(source[second]);
            }
            else
            {
                source.Slice(second, length).CopyTo(target[first..]);
            }
        }
    }
}
