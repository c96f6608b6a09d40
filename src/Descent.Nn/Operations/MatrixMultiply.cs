using System.Numerics;
using Descent.LinearAlgebra;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The matrix product op(this) · op(<paramref name="right"/>), where op transposes or not. Without transposes the left
    /// operand may be a vector (a row) or have more axes (a stack of rows), and the right one a vector (a column).
    /// </summary>
    /// <param name="right">The right operand.</param>
    /// <param name="transposeLeft">Whether to transpose this tensor, which must then have rank 2.</param>
    /// <param name="transposeRight">Whether to transpose <paramref name="right"/>, which must then have rank 2.</param>
    /// <exception cref="DescentException">
    /// The inner sizes differ, an operand is a scalar, or the right operand has more than two axes.
    /// </exception>
    public Tensor<T> MatrixMultiply(Tensor<T> right, bool transposeLeft = false, bool transposeRight = false)
    {
        ArgumentNullException.ThrowIfNull(right);
        if (Rank == 2 && right.Rank == 2)
        {
            return MatrixMultiplyOperation<T>.Apply(this, right, transposeLeft, transposeRight);
        }

        if (Rank == 0 || right.Rank is 0 or > 2 || (transposeLeft && Rank != 2) || (transposeRight && right.Rank != 2))
        {
            throw MatrixMultiplyOperation<T>.Mismatch(this, right, transposeLeft, transposeRight);
        }

        var matrix = right.Rank == 1 ? right.Reshape(right.Length, 1) : right;
        var rows = transposeLeft ? this : Reshape(Shapes.Count(shape.AsSpan(..^1)), shape[^1]);
        var leading = transposeLeft ? [shape[1]] : shape[..^1];
        var columns = right.Rank == 1 ? [] : new[] { right.shape[transposeRight ? 0 : 1] };
        return MatrixMultiplyOperation<T>.Apply(rows, matrix, transposeLeft, transposeRight).Reshape([.. leading, .. columns]);
    }
}

/// <summary>C = op(A)·op(B): ∂op(A) = G·op(B)ᵀ, ∂op(B) = op(A)ᵀ·G, and the transpose of that where op transposes.</summary>
internal sealed class MatrixMultiplyOperation<T>(Tensor<T> left, Tensor<T> right, bool transposeLeft, bool transposeRight)
    : Operation<T>(left, right)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static Tensor<T> Apply(Tensor<T> left, Tensor<T> right, bool transposeLeft, bool transposeRight)
    {
        var (rows, inner) = transposeLeft ? (left.Shape[1], left.Shape[0]) : (left.Shape[0], left.Shape[1]);
        var (innerRight, columns) = transposeRight ? (right.Shape[1], right.Shape[0]) : (right.Shape[0], right.Shape[1]);
        if (inner != innerRight)
        {
            throw Mismatch(left, right, transposeLeft, transposeRight);
        }

        var result = Tensor<T>.Result([rows, columns]);
        MatrixProduct.Multiply<T>(
            left.Span, right.Span, result.Span, rows, columns, inner, transposeLeft, transposeRight, workers: Compute.Workers);
        return result.From(new MatrixMultiplyOperation<T>(left, right, transposeLeft, transposeRight));
    }

    public static DescentException Mismatch(Tensor<T> left, Tensor<T> right, bool transposeLeft, bool transposeRight) => new(
        $"MatrixMultiply needs the columns of the left matrix to equal the rows of the right one, but the shapes were "
        + $"{Shapes.Describe(left.Shape)}{(transposeLeft ? " transposed" : "")} and {Shapes.Describe(right.Shape)}{(transposeRight ? " transposed" : "")}; "
        + "transpose or reshape one of them.");

    public override void Backward(Tensor<T> gradient, GradientSums<T> sums)
    {
        if (GradientSums<T>.Need(left))
        {
            sums.Add(left, transposeLeft
                ? right.MatrixMultiply(gradient, transposeRight, transposeRight: true)
                : gradient.MatrixMultiply(right, transposeRight: !transposeRight));
        }

        if (GradientSums<T>.Need(right))
        {
            sums.Add(right, transposeRight
                ? gradient.MatrixMultiply(left, transposeLeft: true, transposeLeft)
                : left.MatrixMultiply(gradient, transposeLeft: !transposeLeft));
        }
    }
}
