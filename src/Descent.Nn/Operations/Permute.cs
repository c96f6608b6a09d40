using System.Numerics;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The axes in another order: axis i of the result is axis order[i] of this tensor.</summary>
    /// <exception cref="DescentException">The order does not name every axis once.</exception>
    public Tensor<T> Permute(params ReadOnlySpan<int> order)
    {
        var axes = new int[order.Length];
        for (var i = 0; i < axes.Length; i++)
        {
            axes[i] = Shapes.Axis("Permute", order[i], Rank);
        }

        if (axes.Length != Rank || axes.Distinct().Count() != Rank)
        {
            throw new DescentException($"Permute names every axis once, but the order of shape {Shapes.Describe(shape)} was {Shapes.Describe(order)}.");
        }

        return PermuteOperation<T>.Apply(this, axes);
    }

    /// <summary>Two axes exchanged.</summary>
    /// <exception cref="DescentException">An axis does not exist.</exception>
    public Tensor<T> Transpose(int first, int second)
    {
        var order = Enumerable.Range(0, Rank).ToArray();
        var (a, b) = (Shapes.Axis("Transpose", first, Rank), Shapes.Axis("Transpose", second, Rank));
        (order[a], order[b]) = (b, a);
        return PermuteOperation<T>.Apply(this, order);
    }
}

/// <summary>y = x with its axes in another order: ∂x = g with them in the old one.</summary>
internal sealed class PermuteOperation<T>(Tensor<T> input, int[] order) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Tensor<T> Apply(Tensor<T> input, int[] order)
    {
        var moved = false;
        var last = -1;
        foreach (var axis in order)
        {
            // Axes of size 1 may go anywhere: the elements stay where they are.
            moved |= input.Shape[axis] != 1 && axis < last;
            last = input.Shape[axis] != 1 ? axis : last;
        }

        var strides = Shapes.DenseStrides(input.Shape);
        int[] shape = [.. order.Select(axis => input.Shape[axis])];
        if (!moved)
        {
            return input.Reshape(shape);
        }

        var result = Tensor<T>.Result(shape);
        StridedOperation<T>.Copy(input.Span, new StridedView(0, [.. order.Select(axis => strides[axis])], shape), result.Span);
        return result.From(new PermuteOperation<T>(input, order));
    }

    public override void Backward(Tensor<T> gradient, GradientSums<T> sums)
    {
        var inverse = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            inverse[order[i]] = i;
        }

        sums.Add(input, Apply(gradient, inverse));
    }
}
