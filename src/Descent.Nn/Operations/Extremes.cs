using System.Numerics;
using System.Numerics.Tensors;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The largest element, a scalar; elements that are equal to it share the gradient evenly.</summary>
    public Tensor<T> Max() => Max(AllAxes);

    /// <summary>The largest elements over some axes, NaN where there is one; elements that are equal to it share the gradient evenly.</summary>
    /// <param name="axes">Which, each once, from −rank to rank − 1.</param>
    /// <param name="keepAxes">Whether the axes stay, with size 1, rather than go.</param>
    /// <exception cref="DescentException">An axis does not exist, is given twice or is empty.</exception>
    public Tensor<T> Max(ReadOnlySpan<int> axes, bool keepAxes = false)
    {
        var (kept, dropped) = SumOperation<T>.Reduce("Max", shape, axes);
        if (Length == 0 && Shapes.Count(kept) > 0)
        {
            throw new DescentException($"Max needs at least one element to choose from, but the shape is {Shapes.Describe(shape)}.");
        }

        var largest = Result(kept);
        largest.Span.Fill(T.NegativeInfinity);
        var body = new MaxOperation<T>.Body(Span, largest.Span);
        Runs.ForEach(shape, shape, kept, ref body);
        largest.From(new MaxOperation<T>(this, largest));
        return keepAxes ? largest : largest.Reshape(dropped);
    }

    /// <summary>The smallest element, a scalar; elements that are equal to it share the gradient evenly.</summary>
    public Tensor<T> Min() => -(-this).Max();

    /// <summary>The smallest elements over some axes; the arguments are those of <see cref="Max(ReadOnlySpan{int}, bool)"/>.</summary>
    /// <exception cref="DescentException">An axis does not exist, is given twice or is empty.</exception>
    public Tensor<T> Min(ReadOnlySpan<int> axes, bool keepAxes = false) => -(-this).Max(axes, keepAxes);

    /// <summary>The largest elements along an axis, which goes, and where they are; of equal ones the first, which gets all of the gradient.</summary>
    /// <exception cref="DescentException">The axis does not exist or is empty.</exception>
    public (Tensor<T> Values, int[] Indices) MaxWithIndices(int axis)
    {
        var position = Shapes.Axis("MaxWithIndices", axis, Rank);
        var indices = ArgMax(axis);
        var (_, size, inner) = Shapes.Around(shape, position);
        var map = new int[indices.Length];
        for (var i = 0; i < map.Length; i++)
        {
            map[i] = (((i / inner * size) + indices[i]) * inner) + (i % inner);
        }

        return (TakeOperation<T>.Apply(this, map, 1, [.. shape[..position], .. shape[(position + 1)..]], "Max"), indices);
    }

    /// <summary>Where the largest elements along an axis are; of equal ones the first.</summary>
    /// <exception cref="DescentException">The axis does not exist or is empty.</exception>
    public int[] ArgMax(int axis = -1)
    {
        var (outer, size, inner) = Shapes.Around(shape, Shapes.Axis("ArgMax", axis, Rank));
        if (size == 0)
        {
            throw new DescentException($"ArgMax needs at least one element to choose from, but the shape is {Shapes.Describe(shape)}.");
        }

        var indices = new int[outer * inner];
        var x = Span;
        for (var i = 0; i < indices.Length; i++)
        {
            var start = (i / inner * size * inner) + (i % inner);
            for (var k = 1; k < size; k++)
            {
                indices[i] = x[start + (k * inner)] > x[start + (indices[i] * inner)] ? k : indices[i];
            }
        }

        return indices;
    }
}

/// <summary>y = max x over axes: ∂x = g where x is y, shared by those that are.</summary>
internal sealed class MaxOperation<T>(Tensor<T> input, Tensor<T> output) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Backward(Tensor<T> gradient, GradientSums<T> sums)
    {
        var isLargest = (input.Detach() - output.Detach()).EqualTo(T.Zero);
        var count = isLargest.SumTo(output.Shape);
        sums.Add(input, isLargest * (gradient / count));
    }

    internal readonly ref struct Body(ReadOnlySpan<T> source, Span<T> largest) : IRunBody
    {
        private readonly ReadOnlySpan<T> source = source;
        private readonly Span<T> largest = largest;

        public void Run(int first, int firstStep, int second, int secondStep, int length)
        {
            var run = source.Slice(first, length);
            if (secondStep == 0)
            {
                largest[second] = T.Max(largest[second], TensorPrimitives.Max(run));
            }
            else
            {
                var target = largest.Slice(second, length);
                TensorPrimitives.Max(target, run, target);
            }
        }
    }
}
