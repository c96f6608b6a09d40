using System.Runtime.Intrinsics;

namespace Descent.LinearAlgebra;

/// <summary>
/// The right operand of products that are made again and again, packed once: a recurrent network multiplies a few rows with the same weights at every step.
/// Its memory is kept and grows to the largest matrix. The results have the bits of <see cref="MatrixProduct"/> where the inner dimension is at most 512.
/// </summary>
internal sealed unsafe class PackedMatrix<T>
    where T : unmanaged
{
    private T[] memory = [];
    private T* panels;
    private int inner;

    /// <summary>Columns of a panel: two registers of the machine.</summary>
    private static int Width => MicroKernel.Registers
        * (Vector512.IsHardwareAccelerated ? Vector512<T>.Count : Vector256.IsHardwareAccelerated ? Vector256<T>.Count : Vector128<T>.Count);

    /// <summary>The columns that a product fills: those of the matrix, and zeros up to whole panels.</summary>
    public int Columns { get; private set; }

    /// <summary>Takes a dense matrix of inner × columns, or when transposed of columns × inner, at least 1 each.</summary>
    public void Pack(ReadOnlySpan<T> matrix, int columns, int inner, bool transposed)
    {
        Columns = (columns + Width - 1) / Width * Width;
        this.inner = inner;
        panels = PanelMemory.Reserve(ref memory, Columns * inner);
        fixed (T* first = matrix)
        {
            for (var column = 0; column < columns; column += Width)
            {
                var (line, step) = transposed ? ((nint)inner, (nint)1) : (1, columns);
                Packing.Panel(first + (column * line), line, step, panels + ((nint)column * inner), Width, Math.Min(Width, columns - column), inner);
            }
        }
    }

    /// <summary>result = left · matrix on the calling thread; several threads may multiply with one matrix.</summary>
    /// <param name="left">Rows of as many numbers as the inner dimension has.</param>
    /// <param name="leftStride">From row to row of the left matrix.</param>
    /// <param name="rows">How many.</param>
    /// <param name="result">Dense rows of <see cref="Columns"/>.</param>
    public void Multiply(ReadOnlySpan<T> left, int leftStride, int rows, Span<T> result)
    {
        if (rows == 0 || left.Length < ((rows - 1) * (long)leftStride) + inner || result.Length < rows * (long)Columns)
        {
            throw new DescentException($"A product of {rows} rows with a packed matrix of {inner}×{Columns} needs that many numbers, but was given {left.Length} and {result.Length}.");
        }

        fixed (T* l = left, r = result)
        {
            if (Vector512.IsHardwareAccelerated)
            {
                Multiply<Vector512<T>, Lanes512<T>>(l, leftStride, rows, r);
            }
            else if (Vector256.IsHardwareAccelerated)
            {
                Multiply<Vector256<T>, Lanes256<T>>(l, leftStride, rows, r);
            }
            else
            {
                Multiply<Vector128<T>, Lanes128<T>>(l, leftStride, rows, r);
            }
        }
    }

    private void Multiply<V, L>(T* left, nint leftStride, int rows, T* result)
        where V : struct
        where L : struct, IVectorLanes<T, V>
    {
        for (var column = 0; column < Columns; column += MicroKernel.Registers * L.Count)
        {
            for (var row = 0; row < rows;)
            {
                row += MicroKernel.Tile<T, V, L>(
                    rows - row, inner, new LeftTile<T>(left + (row * leftStride), leftStride, 1), panels + ((nint)column * inner), result + ((nint)row * Columns) + column, Columns, accumulate: false);
            }
        }
    }
}
