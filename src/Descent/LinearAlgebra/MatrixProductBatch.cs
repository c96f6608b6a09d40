using Descent.Engine;

namespace Descent.LinearAlgebra;

/// <summary>
/// Products of the same sizes: one by one with all threads where they are large, otherwise shared out among the threads, each with its own
/// packing memory.
/// </summary>
internal sealed unsafe class MatrixProductBatch<T> : IChunkedWork
    where T : unmanaged
{
    /// <summary>A product with so many multiplications has work for all threads.</summary>
    private const long Large = 1 << 24;

    /// <summary>Below so many multiplications waking a thread costs more than it saves.</summary>
    private const long LeastParallelWork = 1 << 22;

    [ThreadStatic]
    private static MatrixProductBatch<T>? current;

    private ProductShape shape;
    private T* left;
    private T* right;
    private T* result;
    private IProductFinish<T>? finish;
    private int perChunk;

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
                Run(item, workers);
            }
        }
        else
        {
            perChunk = (int)Math.Min(1 + (LeastParallelWork / 16 / work), shape.Items);
            workers.Run(this, (shape.Items + perChunk - 1) / perChunk);
        }

        this.finish = null;
    }

    /// <inheritdoc/>
    public void RunChunk(int index)
    {
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
                MatrixProductJob<T>.Current.Run(shape, first, second, target, finish, item, workers);
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
}
