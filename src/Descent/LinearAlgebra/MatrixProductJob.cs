using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.LinearAlgebra;

/// <summary>
/// A matrix product on one thread: the blocks it is cut into and the memory of its packed panels, kept per thread and used again.
/// </summary>
/// <remarks>
/// Blocking after Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34(3), 2008,
/// <see href="https://doi.org/10.1145/1356052.1356053"/>. Departures: columns of the right operand stay near
/// while the left one comes by; and the left one is not packed where it is small, because the kernel broadcasts its numbers one by one from wherever
/// they are. Each element of the result is summed in the order of the inner dimension, in blocks that depend on its length only.
/// </remarks>
internal sealed unsafe class MatrixProductJob<T>
    where T : unmanaged
{
    /// <summary>Rows of a chunk at most: what is packed of them fits the second-level cache beside the columns of a chunk, which stay there from chunk to chunk.</summary>
    private const int MostChunkRows = 16 * MicroKernel.MostRows;
    private const int ChunkColumns = 256;
    private const int OuterRows = 8 * MostChunkRows;
    private const int OuterColumns = 8 * ChunkColumns;

    /// <summary>
    /// A panel of so many inner steps streams from the second-level cache, which the kernel does not notice, and the result is read and written a quarter less often
    /// than with panels that fit the first-level cache.
    /// </summary>
    private const int MostInner = 512;

    /// <summary>Between packed rows, so that they do not all fall on the same sets of the cache.</summary>
    private const int Gap = 16;

    /// <summary>Packing the left matrix pays where each of its numbers is used so often.</summary>
    private const int LeastColumnsToPack = 192;

    [ThreadStatic]
    private static MatrixProductJob<T>? current;

    private T[] leftMemory = [];
    private T[] rightMemory = [];
    private T* leftPanels;
    private T* rightMemoryStart;
    private T* rightPanels;
    private long packedProduct;
    private int packedColumn;
    private T* leftBlock;
    private T* rightBlock;
    private T* resultBlock;
    private nint leftRowStride;
    private nint leftInnerStride;
    private nint rightColumnStride;
    private nint rightInnerStride;
    private nint resultStride;
    private nint leftPitch;
    private int panelColumns;
    private int blockRows;
    private int blockColumns;
    private int blockInner;
    private int chunkRows;
    private int rowChunks;
    private bool packLeft;
    private bool accumulateBlock;
    private bool isLast;
    private IProductFinish<T>? finish;
    private int item;
    private int resultRow;
    private int resultColumn;

    /// <summary>The calling thread's job; its memory grows to what the largest product needed.</summary>
    public static MatrixProductJob<T> Current => current ??= new MatrixProductJob<T>();

    /// <summary>
    /// Computes a whole product, or a part of one that begins at a row and a column; all arguments are valid and every dimension is at least 1. Parts of the
    /// same columns and the same <paramref name="product"/> that follow each other on a thread use the columns as they were packed for the first; 0 is no product.
    /// </summary>
    public void Run(in ProductShape shape, T* left, T* right, T* result, IProductFinish<T>? finish, int item, int firstRow = 0, int firstColumn = 0, long product = 0)
    {
        var (rows, columns, inner) = (shape.Rows, shape.Columns, shape.Inner);
        (this.finish, this.item) = (finish, item);
        (leftRowStride, leftInnerStride) = shape.TransposeLeft ? ((nint)1, (nint)shape.Left.Stride) : (shape.Left.Stride, 1);
        (rightColumnStride, rightInnerStride) = shape.TransposeRight ? ((nint)shape.Right.Stride, (nint)1) : (1, shape.Right.Stride);
        resultStride = shape.Result.Stride;
        panelColumns = MicroKernel.Registers * LanesFor(Math.Min(columns, MicroKernel.Registers * Vector512<T>.Count));
        packLeft = columns >= LeastColumnsToPack;

        var innerBlocks = (inner + MostInner - 1) / MostInner;
        var mostInner = (inner + innerBlocks - 1) / innerBlocks;
        if (packLeft)
        {
            leftPanels = PanelMemory.Reserve(ref leftMemory, RoundUp(Math.Min(rows, OuterRows), MicroKernel.MostRows) * (RoundUp(mostInner, Gap) + Gap));
        }

        var isKept = product != 0 && columns <= OuterColumns;
        var isPacked = isKept && product == packedProduct && firstColumn == packedColumn;
        packedProduct = 0;
        var width = RoundUp(Math.Min(columns, OuterColumns), panelColumns);
        rightMemoryStart = PanelMemory.Reserve(ref rightMemory, width * (isKept ? inner : mostInner));
        for (var column = 0; column < columns; column += OuterColumns)
        {
            blockColumns = Math.Min(OuterColumns, columns - column);
            for (var step = 0; step < inner; step += mostInner)
            {
                blockInner = Math.Min(mostInner, inner - step);
                leftPitch = RoundUp(blockInner, Gap) + Gap;
                accumulateBlock = shape.Accumulate || step > 0;
                isLast = step + blockInner == inner;
                rightPanels = rightMemoryStart + (isKept ? (nint)width * step : 0);
                rightBlock = right + (column * rightColumnStride) + (step * rightInnerStride);
                for (var row = 0; row < rows; row += OuterRows)
                {
                    blockRows = Math.Min(OuterRows, rows - row);
                    (resultRow, resultColumn) = (firstRow + row, firstColumn + column);
                    leftBlock = left + (row * leftRowStride) + (step * leftInnerStride);
                    resultBlock = result + (row * resultStride) + column;
                    RunBlock(packRight: row == 0 && !isPacked);
                }
            }
        }

        this.finish = null;
        (packedProduct, packedColumn) = (isKept ? product : 0, firstColumn);
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

    private void RunBlock(bool packRight)
    {
        // Chunks of equal height; where all rows are in one, columns are packed just before they are used.
        rowChunks = (blockRows + MostChunkRows - 1) / MostChunkRows;
        chunkRows = RoundUp((blockRows + rowChunks - 1) / rowChunks, MicroKernel.MostRows);
        for (var row = 0; packLeft && row < blockRows; row += chunkRows)
        {
            PackLeft(row);
        }

        for (var column = 0; column < blockColumns; column += ChunkColumns)
        {
            if (packRight)
            {
                PackRight(column);
            }

            for (var row = 0; row < blockRows; row += chunkRows)
            {
                MultiplyChunk(row, column);
            }
        }
    }

    /// <summary>Rows are copied as they are; of a transposed matrix, as many as a tile has are put side by side for each inner step.</summary>
    private void PackLeft(int first)
    {
        var end = Math.Min(first + chunkRows, blockRows);
        if (leftInnerStride == 1)
        {
            for (var row = first; row < end; row++)
            {
                Packing.Fetch(leftBlock + (Math.Min(row + 2, end - 1) * leftRowStride), blockInner);
                new ReadOnlySpan<T>(leftBlock + (row * leftRowStride), blockInner).CopyTo(new Span<T>(leftPanels + (row * leftPitch), blockInner));
            }

            return;
        }

        for (var row = first; row < end; row += MicroKernel.MostRows)
        {
            Packing.Panel(leftBlock + row, 1, leftInnerStride, leftPanels + ((nint)row * blockInner), MicroKernel.MostRows, Math.Min(MicroKernel.MostRows, end - row), blockInner);
        }
    }

    private void PackRight(int first)
    {
        var end = Math.Min(first + ChunkColumns, blockColumns);
        var column = first;
        if (rightColumnStride == 1)
        {
            var panels = (end - first) / panelColumns;
            Packing.Panels(rightBlock + first, rightInnerStride, RightPanel(first), panelColumns, panels, blockInner);
            column += panels * panelColumns;
        }

        for (; column < end; column += panelColumns)
        {
            var used = Math.Min(panelColumns, end - column);
            var source = rightBlock + (column * rightColumnStride);
            Packing.Panel(source, rightColumnStride, rightInnerStride, RightPanel(column), PanelWidth(used), used, blockInner);
        }
    }

    /// <summary>The last panel is only as wide as it needs to be.</summary>
    private int PanelWidth(int used) => used == panelColumns ? panelColumns : MicroKernel.Registers * LanesFor(used);

    private T* RightPanel(int column) => rightPanels + ((nint)column * blockInner);

    private LeftTile<T> LeftTileAt(int row) =>
        !packLeft ? new(leftBlock + (row * leftRowStride), leftRowStride, leftInnerStride)
        : leftInnerStride == 1 ? new(leftPanels + (row * leftPitch), leftPitch, 1)
        : new(leftPanels + ((nint)(row / MicroKernel.MostRows) * MicroKernel.MostRows * blockInner) + (row % MicroKernel.MostRows), 1, MicroKernel.MostRows);

    private void MultiplyChunk(int firstRow, int firstColumn)
    {
        var endRow = Math.Min(firstRow + chunkRows, blockRows);
        var endColumn = Math.Min(firstColumn + ChunkColumns, blockColumns);
        for (var column = firstColumn; column < endColumn; column += panelColumns)
        {
            var used = Math.Min(panelColumns, endColumn - column);
            var width = PanelWidth(used);
            if (width == MicroKernel.Registers * Vector512<T>.Count)
            {
                MultiplyPanel<Vector512<T>, Lanes512<T>>(firstRow, endRow, column, used);
            }
            else if (width == MicroKernel.Registers * Vector256<T>.Count)
            {
                MultiplyPanel<Vector256<T>, Lanes256<T>>(firstRow, endRow, column, used);
            }
            else
            {
                MultiplyPanel<Vector128<T>, Lanes128<T>>(firstRow, endRow, column, used);
            }
        }

        for (var row = firstRow; finish is not null && isLast && row < endRow; row++)
        {
            finish.Finish(new Span<T>(resultBlock + (row * resultStride) + firstColumn, endColumn - firstColumn), item, resultRow + row, resultColumn + firstColumn);
        }
    }

    private void MultiplyPanel<V, L>(int firstRow, int endRow, int column, int usedColumns)
        where V : struct
        where L : struct, IVectorLanes<T, V>
    {
        var width = MicroKernel.Registers * L.Count;
        var edge = stackalloc T[MicroKernel.MostRows * width];
        var right = RightPanel(column);
        for (var row = firstRow; row < endRow;)
        {
            var target = resultBlock + (row * resultStride) + column;
            if (usedColumns == width)
            {
                Fetch(target, Math.Min(MicroKernel.MostRows, endRow - row), width);
                row += MicroKernel.Tile<T, V, L>(endRow - row, blockInner, LeftTileAt(row), right, target, resultStride, accumulateBlock);
                continue;
            }

            var done = MicroKernel.Tile<T, V, L>(endRow - row, blockInner, LeftTileAt(row), right, edge, width, accumulate: false);
            for (var i = 0; i < done; i++)
            {
                AddRow(edge + (i * width), target + (i * resultStride), usedColumns);
            }

            row += done;
        }
    }

    /// <summary>Asks for the tile of the result, which is needed at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Fetch(T* tile, int rows, int columns)
    {
        for (var i = 0; Sse.IsSupported && i < rows; i++)
        {
            Sse.Prefetch0(tile + (i * resultStride));
            Sse.Prefetch0(tile + (i * resultStride) + columns - 1);
        }
    }

    private void AddRow(T* sums, T* row, int columns)
    {
        var i = 0;
        for (; i <= columns - Vector128<T>.Count; i += Vector128<T>.Count)
        {
            var part = Vector128.Load(sums + i);
            (accumulateBlock ? Vector128.Load(row + i) + part : part).Store(row + i);
        }

        for (; i < columns; i++)
        {
            row[i] = !accumulateBlock ? sums[i]
                : typeof(T) == typeof(float) ? (T)(object)((float)(object)row[i] + (float)(object)sums[i])
                : (T)(object)((double)(object)row[i] + (double)(object)sums[i]);
        }
    }
}
