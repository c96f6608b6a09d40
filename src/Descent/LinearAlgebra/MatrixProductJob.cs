using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Descent.Engine;

namespace Descent.LinearAlgebra;

/// <summary>
/// One running matrix product: the blocks it is cut into and the memory of its packed panels, kept per thread and used again.
/// </summary>
/// <remarks>
/// Blocking after Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34(3), 2008,
/// <see href="https://doi.org/10.1145/1356052.1356053"/>. Departure: both operands are packed before any tile is
/// computed, so that threads share the tiles of both dimensions. The cut into blocks depends on the sizes only, and each
/// element of the result is summed by one chunk in the order of the inner dimension: the bits do not depend on the threads.
/// </remarks>
internal sealed unsafe class MatrixProductJob<T> : IChunkedWork
    where T : unmanaged
{
    private const int ChunkRows = 16 * MicroKernel.Rows;
    private const int ChunkColumns = 128;
    private const int OuterRows = 16 * ChunkRows;
    private const int OuterColumns = 16 * ChunkColumns;
    private const int MostInner = 256;
    private const int Alignment = 64;

    /// <summary>Below so many multiplications waking a thread costs more than it saves.</summary>
    private const long LeastParallelWork = 1 << 20;

    [ThreadStatic]
    private static MatrixProductJob<T>? current;

    private T[] leftMemory = [];
    private T[] rightMemory = [];
    private T* leftPanels;
    private T* rightPanels;
    private T* leftBlock;
    private T* rightBlock;
    private T* resultBlock;
    private nint leftRowStride;
    private nint leftInnerStride;
    private nint rightColumnStride;
    private nint rightInnerStride;
    private nint resultStride;
    private int panelColumns;
    private int blockRows;
    private int blockColumns;
    private int blockInner;
    private int rowChunks;
    private bool accumulateBlock;
    private bool packing;

    /// <summary>The calling thread's job; its memory grows to what the largest product needed.</summary>
    public static MatrixProductJob<T> Current => current ??= new MatrixProductJob<T>();

    /// <summary>Computes the whole product; all arguments are valid and every dimension is at least 1.</summary>
    public void Run(MatrixProductShape shape, T* left, T* right, T* result, bool accumulate, Workers workers)
    {
        var (rows, columns, inner) = (shape.Rows, shape.Columns, shape.Inner);
        if ((long)rows * columns * inner < LeastParallelWork)
        {
            workers = Workers.Sequential;
        }

        (leftRowStride, leftInnerStride) = shape.TransposeLeft ? ((nint)1, (nint)rows) : (inner, 1);
        (rightColumnStride, rightInnerStride) = shape.TransposeRight ? ((nint)inner, (nint)1) : (1, columns);
        resultStride = columns;
        panelColumns = MicroKernel.Registers * LanesFor(columns);

        var innerBlocks = (inner + MostInner - 1) / MostInner;
        var mostInner = (inner + innerBlocks - 1) / innerBlocks;
        leftPanels = Reserve(ref leftMemory, RoundUp(Math.Min(rows, OuterRows), MicroKernel.Rows) * mostInner);
        rightPanels = Reserve(ref rightMemory, RoundUp(Math.Min(columns, OuterColumns), panelColumns) * mostInner);
        for (var column = 0; column < columns; column += OuterColumns)
        {
            blockColumns = Math.Min(OuterColumns, columns - column);
            for (var step = 0; step < inner; step += mostInner)
            {
                blockInner = Math.Min(mostInner, inner - step);
                accumulateBlock = accumulate || step > 0;
                rightBlock = right + (column * rightColumnStride) + (step * rightInnerStride);
                for (var row = 0; row < rows; row += OuterRows)
                {
                    blockRows = Math.Min(OuterRows, rows - row);
                    leftBlock = left + (row * leftRowStride) + (step * leftInnerStride);
                    resultBlock = result + (row * resultStride) + column;
                    RunBlock(workers, packRight: row == 0);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void RunChunk(int index)
    {
        if (!packing)
        {
            MultiplyChunk(index % rowChunks * ChunkRows, index / rowChunks * ChunkColumns);
        }
        else if (index < rowChunks)
        {
            PackLeft(index * ChunkRows);
        }
        else
        {
            PackRight((index - rowChunks) * ChunkColumns);
        }
    }

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    /// <summary>The widest register of the machine that the columns fill at least half.</summary>
    private static int LanesFor(int columns)
    {
        if (Vector512.IsHardwareAccelerated && columns > MicroKernel.Registers * Vector256<T>.Count)
        {
            return Vector512<T>.Count;
        }

        return Vector256.IsHardwareAccelerated && columns > MicroKernel.Registers * Vector128<T>.Count
            ? Vector256<T>.Count
            : Vector128<T>.Count;
    }

    /// <summary>Memory for so many elements that starts at a cache line and that the collector does not move.</summary>
    private static T* Reserve(ref T[] memory, int count)
    {
        var needed = count + (Alignment / sizeof(T));
        if (memory.Length < needed)
        {
            memory = GC.AllocateUninitializedArray<T>(Math.Max(needed, 2 * memory.Length), pinned: true);
        }

        var address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(memory));
        return (T*)((address + Alignment - 1) & -Alignment);
    }

    private void RunBlock(Workers workers, bool packRight)
    {
        rowChunks = (blockRows + ChunkRows - 1) / ChunkRows;
        var columnChunks = (blockColumns + ChunkColumns - 1) / ChunkColumns;
        packing = true;
        workers.Run(this, rowChunks + (packRight ? columnChunks : 0));
        packing = false;
        workers.Run(this, rowChunks * columnChunks);
    }

    private void PackLeft(int first)
    {
        var end = Math.Min(first + ChunkRows, blockRows);
        for (var row = first; row < end; row += MicroKernel.Rows)
        {
            var used = Math.Min(MicroKernel.Rows, end - row);
            var source = leftBlock + (row * leftRowStride);
            Packing.Panel(source, leftRowStride, leftInnerStride, LeftPanel(row), MicroKernel.Rows, used, blockInner);
        }
    }

    private void PackRight(int first)
    {
        var end = Math.Min(first + ChunkColumns, blockColumns);
        for (var column = first; column < end; column += panelColumns)
        {
            var used = Math.Min(panelColumns, end - column);
            var source = rightBlock + (column * rightColumnStride);
            Packing.Panel(source, rightColumnStride, rightInnerStride, RightPanel(column), panelColumns, used, blockInner);
        }
    }

    private T* LeftPanel(int row) => leftPanels + ((nint)row * blockInner);

    private T* RightPanel(int column) => rightPanels + ((nint)column * blockInner);

    private void MultiplyChunk(int row, int column)
    {
        if (panelColumns == MicroKernel.Registers * Vector512<T>.Count)
        {
            MultiplyChunk<Vector512<T>, Lanes512<T>>(row, column);
        }
        else if (panelColumns == MicroKernel.Registers * Vector256<T>.Count)
        {
            MultiplyChunk<Vector256<T>, Lanes256<T>>(row, column);
        }
        else
        {
            MultiplyChunk<Vector128<T>, Lanes128<T>>(row, column);
        }
    }

    private void MultiplyChunk<V, L>(int firstRow, int firstColumn)
        where V : struct
        where L : struct, IVectorLanes<T, V>
    {
        var width = MicroKernel.Registers * L.Count;
        var edge = stackalloc T[MicroKernel.Rows * width];
        var endRow = Math.Min(firstRow + ChunkRows, blockRows);
        var endColumn = Math.Min(firstColumn + ChunkColumns, blockColumns);
        for (var column = firstColumn; column < endColumn; column += width)
        {
            var right = RightPanel(column);
            var usedColumns = Math.Min(width, endColumn - column);
            for (var row = firstRow; row < endRow; row += MicroKernel.Rows)
            {
                var target = resultBlock + (row * resultStride) + column;
                var usedRows = Math.Min(MicroKernel.Rows, endRow - row);
                if (usedRows == MicroKernel.Rows && usedColumns == width)
                {
                    MicroKernel.Tile<T, V, L>(blockInner, LeftPanel(row), right, target, resultStride, accumulateBlock);
                    continue;
                }

                CopyTile(target, resultStride, edge, width, usedRows, accumulateBlock ? usedColumns : 0);
                MicroKernel.Tile<T, V, L>(blockInner, LeftPanel(row), right, edge, width, accumulateBlock);
                CopyTile(edge, width, target, resultStride, usedRows, usedColumns);
            }
        }
    }

    private static void CopyTile(T* source, nint sourceStride, T* target, nint targetStride, int rows, int columns)
    {
        for (var row = 0; row < rows; row++)
        {
            new ReadOnlySpan<T>(source + (row * sourceStride), columns).CopyTo(new Span<T>(target + (row * targetStride), columns));
        }
    }
}
