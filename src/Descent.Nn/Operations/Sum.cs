using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private ReadOnlySpan<int> AllAxes => Enumerable.Range(0, Rank).ToArray();

    /// <summary>The sum of all elements, a scalar.</summary>
    public Tensor<T> Sum() => Sum(AllAxes);

    /// <summary>The sum over some axes.</summary>
    /// <param name="axes">Which, each once, from −rank to rank − 1 (−1 is the last); none sums nothing.</param>
    /// <param name="keepAxes">Whether the axes stay, with size 1, rather than go.</param>
    /// <exception cref="DescentException">An axis does not exist or is given twice.</exception>
    public Tensor<T> Sum(ReadOnlySpan<int> axes, bool keepAxes = false)
    {
        var (kept, dropped) = SumOperation<T>.Reduce("Sum", shape, axes);
        var sums = Result(kept);
        sums.Span.Clear();
        if (Length >= Blocks.LeastElements && sums.Length > 1 && sums.Length == Shapes.Count(shape.AsSpan(^SumOperation<T>.TrailingKept(kept, shape)..)))
        {
            SumColumns(sums);
        }
        else
        {
            var body = new SumOperation<T>.Body(Span, sums.Span);
            Runs.ForEach(shape, shape, kept, ref body);
        }

        return (keepAxes ? sums : sums.View(dropped)).From(new SumOperation<T>(this, kept));
    }

    /// <summary>The mean of all elements, a scalar; NaN when there are none.</summary>
    public Tensor<T> Mean() => Sum() * (T.One / T.CreateChecked(Length));

    /// <summary>The mean over some axes; the arguments are those of <see cref="Sum(ReadOnlySpan{int}, bool)"/>.</summary>
    /// <exception cref="DescentException">An axis does not exist or is given twice.</exception>
    public Tensor<T> Mean(ReadOnlySpan<int> axes, bool keepAxes = false)
    {
        var count = 1L;
        foreach (var axis in axes)
        {
            count *= shape[Shapes.Axis("Mean", axis, Rank)];
        }

        return Sum(axes, keepAxes) * (T.One / T.CreateChecked(count));
    }

    /// <summary>The sums of columns, each in the order of the rows: the same bits as one row after the other, for threads.</summary>
    private void SumColumns(Tensor<T> sums) => Blocks.Run(sums.Length, 4 * Vector512<T>.Count, (start, end) =>
    {
        ReadOnlySpan<T> x = Span;
        var columns = sums.Length;
        var target = sums.Span[start..end];
        if (target.Length < 4 * Vector512<T>.Count)
        {
            for (var row = 0; row < x.Length; row += columns)
            {
                TensorPrimitives.Add(target, x.Slice(row + start, target.Length), target);
            }

            return;
        }

        Vector512<T> a = default, b = default, c = default, d = default;
        for (var row = start; row < x.Length; row += columns)
        {
            a += Vectors.Load(x, row);
            b += Vectors.Load(x, row + Vector512<T>.Count);
            c += Vectors.Load(x, row + (2 * Vector512<T>.Count));
            d += Vectors.Load(x, row + (3 * Vector512<T>.Count));
        }

        a.Store(target, 0);
        b.Store(target, Vector512<T>.Count);
        c.Store(target, 2 * Vector512<T>.Count);
        d.Store(target, 3 * Vector512<T>.Count);
    });

    /// <summary>
    /// Undoes a broadcast for a gradient: sums over the axes that were repeated to reach this shape from <paramref name="smaller"/>.
    /// </summary>
    internal Tensor<T> SumTo(ReadOnlySpan<int> smaller)
    {
        if (smaller.SequenceEqual(shape))
        {
            return this;
        }

        var added = Rank - smaller.Length;
        var axes = new List<int>();
        for (var axis = 0; axis < Rank; axis++)
        {
            if (axis < added || (smaller[axis - added] == 1 && shape[axis] != 1))
            {
                axes.Add(axis);
            }
        }

        return Sum(axes.ToArray()).Reshape(smaller);
    }
}

/// <summary>y = Σ x over axes: ∂x = g repeated along them.</summary>
internal sealed class SumOperation<T>(Tensor<T> input, int[] kept) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The shape after the reduction, with the axes kept as size 1 and with them dropped.</summary>
    public static (int[] Kept, int[] Dropped) Reduce(string operation, ReadOnlySpan<int> shape, ReadOnlySpan<int> axes)
    {
        var kept = shape.ToArray();
        var reduced = new bool[shape.Length];
        foreach (var given in axes)
        {
            var axis = Shapes.Axis(operation, given, shape.Length);
            if (reduced[axis])
            {
                throw new DescentException($"{operation} takes each axis once, but axis {given} of shape {Shapes.Describe(shape)} was given twice.");
            }

            reduced[axis] = true;
            kept[axis] = 1;
        }

        return (kept, [.. kept.Where((_, axis) => !reduced[axis])]);
    }

    public override void Backward(Tensor<T> gradient, GradientSums<T> sums) =>
        sums.Add(input, gradient.Reshape(kept).Expand(input.Shape));

    /// <summary>How many of the last axes are not summed over.</summary>
    public static int TrailingKept(int[] kept, int[] shape)
    {
        var axes = 0;
        while (axes < shape.Length && kept[^(axes + 1)] == shape[^(axes + 1)])
        {
            axes++;
        }

        return axes;
    }

    internal readonly ref struct Body(ReadOnlySpan<T> source, Span<T> sums) : IRunBody
    {
        private readonly ReadOnlySpan<T> source = source;
        private readonly Span<T> sums = sums;

        public void Run(int first, int firstStep, int second, int secondStep, int length)
        {
            var run = source.Slice(first, length);
            if (secondStep == 0)
            {
                sums[second] += TensorPrimitives.Sum(run);
            }
            else
            {
                var target = sums.Slice(second, length);
                TensorPrimitives.Add(target, run, target);
            }
        }
    }
}
