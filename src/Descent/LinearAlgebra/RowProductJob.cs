using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Descent.Engine;

namespace Descent.LinearAlgebra;

/// <summary>
/// A single row times a matrix, which reads every number of the matrix once: nothing is packed, and memory says how fast it is. Of a matrix that
/// is stored as it is, rows are added up; of a transposed one, each row is multiplied with the vector.
/// </summary>
/// <remarks>
/// The bits depend on neither threads nor vector width: sums along the row are taken in the order of the inner dimension, and sums of a product in
/// as many partial ones as 512 bits have lanes, which are added pair by pair.
/// </remarks>
internal sealed unsafe class RowProductJob<T> : IChunkedWork
    where T : unmanaged
{
    private const int ChunkColumns = 512;
    private const int ChunkRows = 64;

    /// <summary>Below so many multiplications waking a thread costs more than it saves.</summary>
    private const long LeastParallelWork = 1 << 20;

    [ThreadStatic]
    private static RowProductJob<T>? current;

    private T* left;
    private T* right;
    private T* result;
    private nint leftStep;
    private nint stride;
    private int columns;
    private int inner;
    private bool isTransposed;
    private bool accumulate;

    /// <summary>The calling thread's own.</summary>
    public static RowProductJob<T> Current => current ??= new RowProductJob<T>();

    /// <summary>Computes a product of one row; its inner dimension is at least 1, and a row that is transposed has its numbers a stride apart.</summary>
    public void Run(in ProductShape shape, T* left, T* right, T* result, Workers workers)
    {
        (columns, inner, isTransposed, accumulate) = (shape.Columns, shape.Inner, shape.TransposeRight, shape.Accumulate);
        (leftStep, stride) = (shape.TransposeLeft ? shape.Left.Stride : 1, shape.Right.Stride);
        this.left = left;
        this.right = right;
        this.result = result;
        var chunk = isTransposed ? ChunkRows : ChunkColumns;
        ((long)columns * inner < LeastParallelWork ? Workers.Sequential : workers).Run(this, (columns + chunk - 1) / chunk);
    }

    /// <summary>Whether it can be computed here: the vector of a transposed matrix must lie number by number.</summary>
    public static bool Takes(in ProductShape shape) => shape.Rows == 1 && (!shape.TransposeRight || !shape.TransposeLeft || shape.Left.Stride == 1);

    /// <inheritdoc/>
    public void RunChunk(int index)
    {
        if (isTransposed)
        {
            MultiplyRows(index * ChunkRows, Math.Min((index + 1) * ChunkRows, columns));
        }
        else
        {
            AddRows(index * ChunkColumns, Math.Min((index + 1) * ChunkColumns, columns));
        }
    }

    private void AddRows(int first, int end)
    {
        if (!accumulate)
        {
            new Span<T>(result + first, end - first).Clear();
        }

        var k = 0;
        for (; k <= inner - 4; k += 4)
        {
            AddSome(first, end, left + (k * leftStep), right + (k * stride), 4);
        }

        for (; k < inner; k++)
        {
            AddSome(first, end, left + (k * leftStep), right + (k * stride), 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddSome(int first, int end, T* factor, T* row, int count)
    {
        var column = first;
        var a = Vector512.Create(factor[0]);
        var (b, c, d) = count == 1 ? (a, a, a) : (Vector512.Create(factor[leftStep]), Vector512.Create(factor[2 * leftStep]), Vector512.Create(factor[3 * leftStep]));
        for (; column <= end - Vector512<T>.Count; column += Vector512<T>.Count)
        {
            var sum = Lanes512<T>.MultiplyAdd(a, Vector512.Load(row + column), Vector512.Load(result + column));
            if (count == 4)
            {
                sum = Lanes512<T>.MultiplyAdd(b, Vector512.Load(row + stride + column), sum);
                sum = Lanes512<T>.MultiplyAdd(c, Vector512.Load(row + (2 * stride) + column), sum);
                sum = Lanes512<T>.MultiplyAdd(d, Vector512.Load(row + (3 * stride) + column), sum);
            }

            sum.Store(result + column);
        }

        if (column < end)
        {
            var sum = Part(result + column, end - column);
            sum = Lanes512<T>.MultiplyAdd(a, Part(row + column, end - column), sum);
            if (count == 4)
            {
                sum = Lanes512<T>.MultiplyAdd(b, Part(row + stride + column, end - column), sum);
                sum = Lanes512<T>.MultiplyAdd(c, Part(row + (2 * stride) + column, end - column), sum);
                sum = Lanes512<T>.MultiplyAdd(d, Part(row + (3 * stride) + column, end - column), sum);
            }

            Put(sum, result + column, end - column);
        }
    }

    private void MultiplyRows(int first, int end)
    {
        var column = first;
        for (; column <= end - 4; column += 4)
        {
            MultiplySome(column, 4);
        }

        for (; column < end; column++)
        {
            MultiplySome(column, 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void MultiplySome(int column, int count)
    {
        Vector512<T> a = default, b = default, c = default, d = default;
        var row = right + (column * stride);
        var k = 0;
        for (; k <= inner - Vector512<T>.Count; k += Vector512<T>.Count)
        {
            var x = Vector512.Load(left + k);
            a = Lanes512<T>.MultiplyAdd(x, Vector512.Load(row + k), a);
            if (count == 4)
            {
                b = Lanes512<T>.MultiplyAdd(x, Vector512.Load(row + stride + k), b);
                c = Lanes512<T>.MultiplyAdd(x, Vector512.Load(row + (2 * stride) + k), c);
                d = Lanes512<T>.MultiplyAdd(x, Vector512.Load(row + (3 * stride) + k), d);
            }
        }

        if (k < inner)
        {
            var x = Part(left + k, inner - k);
            a = Lanes512<T>.MultiplyAdd(x, Part(row + k, inner - k), a);
            if (count == 4)
            {
                b = Lanes512<T>.MultiplyAdd(x, Part(row + stride + k, inner - k), b);
                c = Lanes512<T>.MultiplyAdd(x, Part(row + (2 * stride) + k, inner - k), c);
                d = Lanes512<T>.MultiplyAdd(x, Part(row + (3 * stride) + k, inner - k), d);
            }
        }

        PutSum(a, column);
        if (count == 4)
        {
            PutSum(b, column + 1);
            PutSum(c, column + 2);
            PutSum(d, column + 3);
        }
    }

    /// <summary>The lanes by halves: the same pairs on every machine.</summary>
    private void PutSum(Vector512<T> lanes, int column)
    {
        var half = lanes.GetLower() + lanes.GetUpper();
        var quarter = half.GetLower() + half.GetUpper();
        var sums = stackalloc T[Vector128<T>.Count];
        (typeof(T) == typeof(float) ? (quarter.AsSingle() + Vector128.Shuffle(quarter.AsSingle(), Vector128.Create(2, 3, 0, 1))).As<float, T>() : quarter).Store(sums);
        result[column] = Sum(accumulate ? result[column] : default, Sum(sums[0], sums[1]));
    }

    private static T Sum(T x, T y) => typeof(T) == typeof(float)
        ? (T)(object)((float)(object)x + (float)(object)y)
        : (T)(object)((double)(object)x + (double)(object)y);

    private static Vector512<T> Part(T* first, int count)
    {
        Vector512<T> part = default;
        new ReadOnlySpan<T>(first, count).CopyTo(new Span<T>(&part, Vector512<T>.Count));
        return part;
    }

    private static void Put(Vector512<T> values, T* first, int count) => new ReadOnlySpan<T>(&values, count).CopyTo(new Span<T>(first, count));
}
