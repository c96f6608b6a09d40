using Descent.Engine;

namespace Descent.LinearAlgebra;

/// <summary>
/// Products of the same sizes, shared out among the threads: whole ones, or where a product is large, parts of its result. Each thread packs what
/// its part needs into memory of its own, so that threads wait for each other once and exchange nothing but operands and results.
/// </summary>
internal sealed unsafe class MatrixProductBatch<T> : IChunkedWork
    where T : unmanaged
{
    /// <summary>A product with so many multiplications has work for all threads.</summary>
    private const long Large = 1 << 24;

    /// <summary>Below so many multiplications waking a thread costs more than it saves.</summary>
    private const long LeastParallelWork = 1 << 22;

    private const int MostPartRows = 384;
    private const int LeastPartRows = 48;
    private const int MostPartColumns = 512;
    private const int LeastPartColumns = 128;
    private const int PartsPerThread = 3;

    /// <summary>Parts have whole panels of the widest registers.</summary>
    private const int ColumnMultiple = 32;

    /// <summary>Columns are kept packed for the parts that follow where they take up to so many numbers.</summary>
    private const long MostKept = 1 << 20;

    private static long products;

    [ThreadStatic]
    private static MatrixProductBatch<T>? current;

    private ProductShape shape;
    private T* left;
    private T* right;
    private T* result;
    private IProductFinish<T>? finish;
    private int perChunk;
    private int whole;
    private int gridRows;
    private int gridColumns;
    private int rowParts;
    private long product;

    /// <summary>The calling thread's own.</summary>
    public static MatrixProductBatch<T> Current => current ??= new MatrixProductBatch<T>();

    /// <summary>Computes all of them; all arguments are valid and no result is empty.</summary>
    public void Run(in ProductShape shape, T* left, T* right, T* result, IProductFinish<T>? finish, Workers workers)
    {
        var work = (long)shape.Rows * shape.Columns * Math.Max(shape.Inner, 1);
        (this.shape, this.finish) = (shape, finish);
        this.left = left;
        this.right = right;
        this.result = result;
        if (shape.Items == 1 || work >= Large || work * shape.Items < LeastParallelWork)
        {
            for (var item = 0; item < shape.Items; item++)
            {
                Run(item, work < LeastParallelWork ? Workers.Sequential : workers);
            }
        }
        else
        {
            whole = -1;
            perChunk = (int)Math.Min(1 + (LeastParallelWork / 16 / work), shape.Items);
            workers.Run(this, (shape.Items + perChunk - 1) / perChunk);
        }

        this.finish = null;
    }

    /// <inheritdoc/>
    public void RunChunk(int index)
    {
        if (whole >= 0)
        {
            RunPart(whole, index % rowParts * gridRows, index / rowParts * gridColumns, gridRows, gridColumns, product);
            return;
        }

        var end = Math.Min((index + 1) * perChunk, shape.Items);
        for (var item = index * perChunk; item < end; item++)
        {
            Run(item, Workers.Sequential);
        }
    }

    private void Run(int item, Workers workers)
    {
        var target = result + (item * (nint)shape.Result.Step);
        if (shape.Inner > 0)
        {
            var first = left + (item * (nint)shape.Left.Step);
            var second = right + (item * (nint)shape.Right.Step);
            if (RowProductJob<T>.Takes(shape))
            {
                RowProductJob<T>.Current.Run(shape, first, second, target, workers);
                finish?.Finish(new Span<T>(target, shape.Columns), item, 0, 0);
            }
            else if (shape.Columns == 1 && shape.Result.Stride == 1 && shape.Turned is var turned && RowProductJob<T>.Takes(turned))
            {
                // A single column is computed as a single row, (A·b)ᵀ = bᵀ·Aᵀ.
                RowProductJob<T>.Current.Run(turned, second, first, target, workers);
                for (var row = 0; finish is not null && row < shape.Rows; row++)
                {
                    finish.Finish(new Span<T>(target + row, 1), item, row, 0);
                }
            }
            else
            {
                RunParts(item, workers);
            }

            return;
        }

        for (var row = 0; row < shape.Rows; row++)
        {
            var values = new Span<T>(target + (row * (nint)shape.Result.Stride), shape.Columns);
            if (!shape.Accumulate)
            {
                values.Clear();
            }

            finish?.Finish(values, item, row, 0);
        }
    }

    /// <summary>Cuts the result into parts: large ones, because of each the operands are packed anew, but enough for all threads.</summary>
    private void RunParts(int item, Workers workers)
    {
        // Also called by several threads at once, each for products of its own.
        if (workers.Count == 1)
        {
            RunPart(item, 0, 0, shape.Rows, shape.Columns, product: 0);
            return;
        }

        (gridRows, gridColumns) = (MostPartRows, MostPartColumns);
        while (Parts(shape.Rows, gridRows) * Parts(shape.Columns, gridColumns) < PartsPerThread * workers.Count)
        {
            if (gridColumns > LeastPartColumns && (gridColumns >= gridRows || gridRows == LeastPartRows) && shape.Columns > LeastPartColumns)
            {
                gridColumns /= 2;
            }
            else if (gridRows > LeastPartRows)
            {
                gridRows /= 2;
            }
            else
            {
                break;
            }
        }

        rowParts = Parts(shape.Rows, gridRows);
        gridRows = Parts(Parts(shape.Rows, rowParts), MicroKernel.MostRows) * MicroKernel.MostRows;
        rowParts = Parts(shape.Rows, gridRows);
        gridColumns = Parts(Parts(shape.Columns, Parts(shape.Columns, gridColumns)), ColumnMultiple) * ColumnMultiple;
        whole = item;
        product = rowParts > 1 && (long)gridColumns * shape.Inner <= MostKept ? Interlocked.Increment(ref products) : 0;
        workers.Run(this, rowParts * Parts(shape.Columns, gridColumns));
    }

    private void RunPart(int item, int row, int column, int rows, int columns, long product)
    {
        var part = shape with
        {
            Rows = Math.Min(rows, shape.Rows - row),
            Columns = Math.Min(columns, shape.Columns - column),
            LeftStride = shape.Left.Stride,
            RightStride = shape.Right.Stride,
            ResultStride = shape.Result.Stride,
        };
        MatrixProductJob<T>.Current.Run(
            part,
            left + (item * (nint)shape.Left.Step) + (row * (shape.TransposeLeft ? 1 : (nint)shape.Left.Stride)),
            right + (item * (nint)shape.Right.Step) + (column * (shape.TransposeRight ? (nint)shape.Right.Stride : 1)),
            result + (item * (nint)shape.Result.Step) + (row * (nint)shape.Result.Stride) + column,
            finish,
            item,
            row,
            column,
            product);
    }

    private static int Parts(int length, int part) => (length + part - 1) / part;
}
