using Descent.Engine;

namespace Descent.LinearAlgebra;

/// <summary>The product of dense row-major matrices, on all vector units and threads.</summary>
public static class MatrixProduct
{
    /// <summary>
    /// result = op(left) · op(right), or result += … with <paramref name="accumulate"/>, where op transposes or not.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="left">op(left) is rows × inner: stored rows × inner, or inner × rows when transposed.</param>
    /// <param name="right">op(right) is inner × columns: stored inner × columns, or columns × inner when transposed.</param>
    /// <param name="result">rows × columns; it must not overlap the operands.</param>
    /// <param name="rows">Rows of the result, 0 or more.</param>
    /// <param name="columns">Columns of the result, 0 or more.</param>
    /// <param name="inner">The dimension that is summed over; with 0 every sum is empty.</param>
    /// <param name="transposeLeft">Whether <paramref name="left"/> is stored transposed.</param>
    /// <param name="transposeRight">Whether <paramref name="right"/> is stored transposed.</param>
    /// <param name="accumulate">Whether to add to what <paramref name="result"/> holds rather than to replace it.</param>
    /// <param name="workers">The threads to use; <see cref="Workers.Shared"/> when not given.</param>
    /// <remarks>
    /// The bits of the result do not depend on the number of threads. Each element is summed in the order of the inner
    /// dimension within blocks of at most 256, and the blocks in order. Nothing is allocated once the calling thread's
    /// packing memory (at most some 4 MB for <see cref="float"/>) has grown to the largest product.
    /// </remarks>
    /// <exception cref="DescentException">
    /// A size is negative, a span's length is not the product of its sizes, the result overlaps an operand, or the elements are
    /// neither float nor double.
    /// </exception>
    public static unsafe void Multiply<T>(
        ReadOnlySpan<T> left,
        ReadOnlySpan<T> right,
        Span<T> result,
        int rows,
        int columns,
        int inner,
        bool transposeLeft = false,
        bool transposeRight = false,
        bool accumulate = false,
        Workers? workers = null)
        where T : unmanaged
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            throw new DescentException($"A matrix product takes float or double elements, but they were {typeof(T).Name}.");
        }

        CheckLength("left", left.Length, rows, inner);
        CheckLength("right", right.Length, inner, columns);
        CheckLength("result", result.Length, rows, columns);
        if (result.Overlaps(left) || result.Overlaps(right))
        {
            throw new DescentException("The result of a matrix product must not overlap its operands; give it memory of its own.");
        }

        if (rows == 0 || columns == 0)
        {
            return;
        }

        if (inner == 0)
        {
            if (!accumulate)
            {
                result.Clear();
            }

            return;
        }

        // A single column is computed as a single row, (A·b)ᵀ = bᵀ·Aᵀ: the kernel is wide in columns.
        var shape = columns == 1
            ? new MatrixProductShape(1, rows, inner, !transposeRight, !transposeLeft)
            : new MatrixProductShape(rows, columns, inner, transposeLeft, transposeRight);
        fixed (T* l = left, r = right, c = result)
        {
            var (first, second) = columns == 1 ? ((nint)r, (nint)l) : ((nint)l, (nint)r);
            MatrixProductJob<T>.Current.Run(shape, (T*)first, (T*)second, c, accumulate, workers ?? Workers.Shared);
        }
    }

    private static void CheckLength(string name, int length, int rows, int columns)
    {
        if (rows < 0 || columns < 0 || (long)rows * columns != length)
        {
            throw new DescentException(
                $"The {name} matrix of a product must hold {rows}×{columns} elements (sizes of 0 or more), but holds {length}.");
        }
    }
}
