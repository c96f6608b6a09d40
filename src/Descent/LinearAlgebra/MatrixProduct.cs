using Descent.Engine;

namespace Descent.LinearAlgebra;

/// <summary>The product of row-major matrices, on all vector units and threads.</summary>
/// <remarks>
/// The bits of a result do not depend on the number of threads, nor on the width of the vector unit. Each element is summed in the order of the
/// inner dimension within blocks of at most 512, and the blocks in order; a vector times a transposed matrix in as many partial sums as 512 bits
/// have lanes. Nothing is allocated once a thread's packing memory (at most some
/// 8 MB for <see cref="float"/>) has grown to the largest product. Multiplication and addition are fused, rounded once, where the processor can
/// (docs/decisions/0001): processors without that give other last bits.
/// </remarks>
public static class MatrixProduct
{
    /// <summary>
    /// result = op(left) · op(right), or result += … with <paramref name="accumulate"/>, where op transposes or not; dense matrices.
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
    /// <exception cref="DescentException">
    /// A size is negative, a span's length is not the product of its sizes, the result overlaps an operand, or the elements are
    /// neither float nor double.
    /// </exception>
    public static void Multiply<T>(
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
        CheckLength("left", left.Length, rows, inner);
        CheckLength("right", right.Length, inner, columns);
        CheckLength("result", result.Length, rows, columns);
        Multiply(left, right, result, new ProductShape(rows, columns, inner) { TransposeLeft = transposeLeft, TransposeRight = transposeRight, Accumulate = accumulate }, null, workers);
    }

    /// <summary>One product or many, of matrices that may be parts of larger arrays.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="left">Begins with the first left matrix.</param>
    /// <param name="right">Begins with the first right matrix.</param>
    /// <param name="result">Begins with the first result; it must not overlap the operands, nor results each other.</param>
    /// <param name="shape">Sizes, places and count.</param>
    /// <param name="finish">What is done to the results at last; null for nothing.</param>
    /// <param name="workers">The threads to use; <see cref="Workers.Shared"/> when not given.</param>
    /// <exception cref="DescentException">
    /// A size is negative, a span is too short, the result overlaps an operand or itself, or the elements are neither float nor double.
    /// </exception>
    public static unsafe void Multiply<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result, in ProductShape shape, IProductFinish<T>? finish = null, Workers? workers = null)
        where T : unmanaged
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            throw new DescentException($"A matrix product takes float or double elements, but they were {typeof(T).Name}.");
        }

        if (shape.Rows < 0 || shape.Columns < 0 || shape.Inner < 0 || shape.Items < 0)
        {
            throw new DescentException($"The sizes of a product and their count must be at least 0, but were {shape.Rows}×{shape.Columns}, {shape.Inner} and {shape.Items}.");
        }

        CheckPlace("left", left.Length, shape.Left, shape.Items);
        CheckPlace("right", right.Length, shape.Right, shape.Items);
        CheckPlace("result", result.Length, shape.Result, shape.Items);
        if (shape.Items > 1 && shape.Result is var place && place.Step < place.Extent(1))
        {
            throw new DescentException($"The results of {shape.Items} products must not overlap, but lie {place.Step} elements apart and have {place.Extent(1)}.");
        }

        if (result.Overlaps(left) || result.Overlaps(right))
        {
            throw new DescentException("The result of a matrix product must not overlap its operands; give it memory of its own.");
        }

        if (shape.Rows == 0 || shape.Columns == 0 || shape.Items == 0)
        {
            return;
        }

        fixed (T* l = left, r = right, c = result)
        {
            if (OpenBlas.IsUsed && shape.Inner > 0)
            {
                OpenBlas.Multiply(shape, l, r, c, finish);
                return;
            }

            MatrixProductBatch<T>.Current.Run(shape, l, r, c, finish, workers ?? Workers.Shared);
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

    private static void CheckPlace(string name, int length, MatrixLayout layout, int items)
    {
        if (layout.Stride < layout.Columns || layout.Step < 0)
        {
            throw new DescentException($"The rows of the {name} matrix have {layout.Columns} elements, so that they must lie at least so far apart and matrices 0 or more, but they lie {layout.Stride} and {layout.Step} apart.");
        }

        if (layout.Extent(items) > length)
        {
            throw new DescentException($"The {name} matrices of a product reach over {layout.Extent(items)} elements, but there are {length}.");
        }
    }
}
