using System.Numerics;

namespace Descent.Nn;

/// <summary>y[n] = x[n, column[n]]: ∂x is zeros with g[n] at (n, column[n]).</summary>
internal sealed class PickPerRowOperation<T>(Tensor<T> input, int[] columns) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Picks one element of each row of a matrix; the columns are valid.</summary>
    public static Tensor<T> Apply(Tensor<T> input, int[] columns)
    {
        var result = Tensor<T>.Result([columns.Length]);
        var source = input.Span;
        var target = result.Span;
        for (var row = 0; row < columns.Length; row++)
        {
            target[row] = source[(row * input.Shape[1]) + columns[row]];
        }

        return result.From(new PickPerRowOperation<T>(input, columns));
    }

    public override void Backward(Tensor<T> gradient, GradientSums<T> sums) =>
        sums.Add(input, ScatterPerRowOperation<T>.Apply(gradient, columns, input.Shape[1]));
}

/// <summary>y is zeros with x[n] at (n, column[n]): ∂x[n] = g[n, column[n]].</summary>
internal sealed class ScatterPerRowOperation<T>(Tensor<T> input, int[] columns) : Operation<T>(input)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Puts each element of a vector into its own row of a matrix of zeros of the given width.</summary>
    public static Tensor<T> Apply(Tensor<T> input, int[] columns, int width)
    {
        var result = Tensor<T>.Result([columns.Length, width]);
        var source = input.Span;
        var target = result.Span;
        target.Clear();
        for (var row = 0; row < columns.Length; row++)
        {
            target[(row * width) + columns[row]] = source[row];
        }

        return result.From(new ScatterPerRowOperation<T>(input, columns));
    }

    public override void Backward(Tensor<T> gradient, GradientSums<T> sums) =>
        sums.Add(input, PickPerRowOperation<T>.Apply(gradient, columns));
}
