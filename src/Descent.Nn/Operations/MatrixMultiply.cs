using System.Numerics;
using Descent.LinearAlgebra;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The matrix product op(this) · op(<paramref name="right"/>), where op transposes the last two axes or not. Axes before them are
    /// a batch of matrices and broadcast. A vector is a row on the left and a column on the right, and its axis goes.
    /// </summary>
    /// <param name="right">The right operand.</param>
    /// <param name="transposeLeft">Whether to transpose this tensor's matrices; it must then not be a vector.</param>
    /// <param name="transposeRight">Whether to transpose those of <paramref name="right"/>; it must then not be a vector.</param>
    /// <exception cref="DescentException">The inner sizes differ, the batches do not broadcast, or an operand is a scalar.</exception>
    public Tensor<T> MatrixMultiply(Tensor<T> right, bool transposeLeft = false, bool transposeRight = false)
    {
        ArgumentNullException.ThrowIfNull(right);
        if (Rank == 0 || right.Rank == 0 || (transposeLeft && Rank == 1) || (transposeRight && right.Rank == 1))
        {
            throw MatrixMultiplyOperation<T>.Mismatch(this, right, transposeLeft, transposeRight);
        }

        if (right.Rank <= 2 && !transposeLeft && Rank > 2)
        {
            // A batch by one matrix is a taller matrix.
            return Reshape(Shapes.Count(shape.AsSpan(..^1)), shape[^1]).MatrixMultiply(right, transposeRight: transposeRight)
                .Reshape(right.Rank == 1 ? shape[..^1] : [.. shape[..^1], right.shape[transposeRight ? 0 : 1]]);
        }

        var product = MatrixMultiplyOperation<T>.Apply(Rank == 1 ? Unsqueeze(0) : this, right.Rank == 1 ? right.Unsqueeze(1) : right, transposeLeft, transposeRight, this, right);
        product = right.Rank == 1 ? product.Squeeze(-1) : product;
        return Rank == 1 ? product.Squeeze(right.Rank == 1 ? -1 : -2) : product;
    }
}

/// <summary>C = op(A)·op(B): ∂op(A) = G·op(B)ᵀ, ∂op(B) = op(A)ᵀ·G, and the transpose of that where op transposes, summed over what was broadcast.</summary>
internal sealed class MatrixMultiplyOperation<T>(Tensor<T> left, Tensor<T> right, bool transposeLeft, bool transposeRight)
    : Operation<T>(left, right)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The product of two batches of matrices; the last two arguments are what a message shows.</summary>
    public static Tensor<T> Apply(Tensor<T> left, Tensor<T> right, bool transposeLeft, bool transposeRight, Tensor<T> givenLeft, Tensor<T> givenRight)
    {
        var (rows, inner) = transposeLeft ? (left.Shape[^1], left.Shape[^2]) : (left.Shape[^2], left.Shape[^1]);
        var (innerRight, columns) = transposeRight ? (right.Shape[^1], right.Shape[^2]) : (right.Shape[^2], right.Shape[^1]);
        if (inner != innerRight)
        {
            throw Mismatch(givenLeft, givenRight, transposeLeft, transposeRight);
        }

        var batch = Shapes.Broadcast("MatrixMultiply", left.Shape[..^2], right.Shape[..^2]);
        var result = Tensor<T>.Result([.. batch, rows, columns]);
        var (leftMap, rightMap) = (Matrices(left.Shape[..^2], batch), Matrices(right.Shape[..^2], batch));

        // Where matrices follow each other, or one is for all, they go together; a broadcast in between goes one by one.
        var shape = new ProductShape(rows, columns, inner) { TransposeLeft = transposeLeft, TransposeRight = transposeRight };
        if (Step(leftMap) is { } leftStep && Step(rightMap) is { } rightStep)
        {
            MatrixKernels.Multiply(left.Span, right.Span, result.Span, shape with { Count = leftMap.Length, LeftStep = leftStep * rows * inner, RightStep = rightStep * inner * columns });
        }
        else
        {
            for (var i = 0; i < leftMap.Length; i++)
            {
                MatrixKernels.Multiply(left.Span[(leftMap[i] * rows * inner)..], right.Span[(rightMap[i] * inner * columns)..], result.Span[(i * rows * columns)..], shape);
            }
        }

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
            sums.Add(left, (transposeLeft
                ? right.MatrixMultiply(gradient, transposeRight, transposeRight: true)
                : gradient.MatrixMultiply(right, transposeRight: !transposeRight)).SumTo(left.Shape));
        }

        if (GradientSums<T>.Need(right))
        {
            sums.Add(right, (transposeRight
                ? gradient.MatrixMultiply(left, transposeLeft: true, transposeLeft)
                : left.MatrixMultiply(gradient, transposeLeft: !transposeLeft)).SumTo(right.Shape));
        }
    }

    /// <summary>The distance from each matrix to the next, in matrices; null where it is not the same, or backwards.</summary>
    private static int? Step(int[] map)
    {
        var step = map.Length > 1 ? map[1] - map[0] : 0;
        for (var i = 0; i < map.Length; i++)
        {
            if (map[i] != i * step || step < 0)
            {
                return null;
            }
        }

        return step;
    }

    /// <summary>For each matrix of the result, which one of an operand is its factor.</summary>
    private static int[] Matrices(ReadOnlySpan<int> own, int[] batch)
    {
        var map = new int[Shapes.Count(batch)];
        var strides = Shapes.Strides(own, batch);
        for (var i = 0; i < map.Length; i++)
        {
            for (var (axis, rest) = (batch.Length - 1, i); axis >= 0; rest /= batch[axis--])
            {
                map[i] += rest % batch[axis] * strides[axis];
            }
        }

        return map;
    }
}
