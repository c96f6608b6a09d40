using System.Numerics;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The matrices of the last two axes with 0 above a diagonal: column − row greater than <paramref name="diagonal"/>.</summary>
    /// <exception cref="DescentException">There are fewer than two axes.</exception>
    public Tensor<T> Tril(int diagonal = 0) => MaskedFill(Triangle("Tril", (row, column) => column - row > diagonal), T.Zero);

    /// <summary>The matrices of the last two axes with 0 below a diagonal: column − row less than <paramref name="diagonal"/>.</summary>
    /// <exception cref="DescentException">There are fewer than two axes.</exception>
    public Tensor<T> Triu(int diagonal = 0) => MaskedFill(Triangle("Triu", (row, column) => column - row < diagonal), T.Zero);

    /// <summary>A mask over the last two axes.</summary>
    internal Tensor<T> Triangle(string operation, Func<int, int, bool> isMasked)
    {
        if (Rank < 2)
        {
            throw new DescentException($"{operation} needs at least two axes, but the shape is {Shapes.Describe(shape)}.");
        }

        var mask = Result(shape[^2..]);
        var span = mask.Span;
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = isMasked(i / shape[^1], i % shape[^1]) ? T.One : T.Zero;
        }

        return mask;
    }
}
