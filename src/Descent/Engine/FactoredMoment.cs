using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Descent.Lanes;

namespace Descent.Engine;

/// <summary>
/// A mean of squares that is kept as two factors, its means over columns R and over rows C: V = R·Cᵀ/mean(R), the matrix of rank 1 with
/// the same means. Sums of squares are in double, added up in one order, so neither threads nor the width of vectors change a bit.
/// </summary>
internal sealed class FactoredMoment<T>(RowBlocks blocks)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly T[] Ones = [.. Enumerable.Repeat(T.One, Piece.Longest)];

    private readonly FactoredShape shape = blocks.Shape;
    private readonly double[] rowSums = new double[blocks.Shape.AllRows * blocks.Shape.Inner];
    private readonly double[] columnSums = new double[blocks.PartCount * blocks.Shape.RowLength];
    private readonly T[] rowFactors = new T[blocks.Shape.AllRows * blocks.Shape.Inner];
    private readonly T[] columnFactors = new T[blocks.Shape.Slices * blocks.Shape.RowLength];

    /// <summary>Clears the sums of a block.</summary>
    public void Clear(int block)
    {
        var (first, end) = blocks.RowsOf(block);
        rowSums.AsSpan(first * shape.Inner, (end - first) * shape.Inner).Clear();
        var (firstPart, lastPart) = (blocks.PartOf(block, first / shape.Rows), blocks.PartOf(block, (end - 1) / shape.Rows));
        columnSums.AsSpan(firstPart * shape.RowLength, (lastPart - firstPart + 1) * shape.RowLength).Clear();
    }

    /// <summary>Adds the squares of a piece to the sums of its rows and columns.</summary>
    public void Add(in Piece piece, ReadOnlySpan<T> x)
    {
        var width = piece.Width;
        var slice = new SliceOfRow(piece.Row, shape.Rows);
        for (var row = 0; row < piece.Rows; row++, slice.Advance())
        {
            var part = x.Slice(row * width, width);
            var columns = columnSums.AsSpan((blocks.PartOf(piece.Block, slice.Number) * shape.RowLength) + piece.Column, width);
            if (shape.Inner == 1)
            {
                rowSums[piece.Row + row] += typeof(T) == typeof(float)
                    ? AddSquares(MemoryMarshal.Cast<T, float>(part), columns)
                    : AddSquares(MemoryMarshal.Cast<T, double>(part), columns);
                continue;
            }

            var rows = rowSums.AsSpan((piece.Row + row) * shape.Inner, shape.Inner);
            var inner = piece.Column % shape.Inner;
            for (var i = 0; i < width; i++)
            {
                var value = double.CreateTruncating(part[i]);
                columns[i] += value * value;
                rows[inner] += value * value;
                inner = inner + 1 == shape.Inner ? 0 : inner + 1;
            }
        }
    }

    /// <summary>
    /// R ← β·R + (1 − β)·(mean over columns + ε), C with the means over rows, and what 1/√V is made of; for the slices of a block that
    /// has them whole. The pass that adds up calls it at the end of each block.
    /// </summary>
    public void UpdateBlock(int block, Span<T> r, Span<T> c, double beta, double epsilon)
    {
        if (!blocks.CutsSlices)
        {
            var (first, end) = blocks.RowsOf(block);
            Update(first / shape.Rows, end / shape.Rows, r, c, beta, epsilon);
        }
    }

    /// <summary>The same for slices that are cut into blocks, when all blocks were added up.</summary>
    public void UpdateAll(Span<T> r, Span<T> c, double beta, double epsilon)
    {
        if (blocks.CutsSlices)
        {
            Update(0, shape.Slices, r, c, beta, epsilon);
        }
    }

    private void Update(int firstSlice, int endSlice, Span<T> r, Span<T> c, double beta, double epsilon)
    {
        for (var slice = firstSlice; slice < endSlice; slice++)
        {
            var length = shape.RowLength;
            var columns = columnSums.AsSpan(slice * blocks.PartsPerSlice * length, length);
            for (var part = 1; part < blocks.PartsPerSlice; part++)
            {
                TensorPrimitives.Add(columns, columnSums.AsSpan(((slice * blocks.PartsPerSlice) + part) * length, length), columns);
            }

            for (var i = 0; i < length; i++)
            {
                ref var mean = ref c[(slice * length) + i];
                mean = Mixed(mean, columns[i] / shape.Rows);
                columnFactors[(slice * length) + i] = T.CreateTruncating(1 / Math.Sqrt(double.CreateTruncating(mean)));
            }

            for (var inner = 0; inner < shape.Inner; inner++)
            {
                var (first, sum) = ((slice * shape.Rows * shape.Inner) + inner, 0.0);
                for (var row = 0; row < shape.Rows; row++)
                {
                    ref var mean = ref r[first + (row * shape.Inner)];
                    mean = Mixed(mean, rowSums[first + (row * shape.Inner)] / shape.Columns);
                    sum += double.CreateTruncating(mean);
                }

                for (var row = 0; row < shape.Rows; row++)
                {
                    var at = first + (row * shape.Inner);
                    rowFactors[at] = T.CreateTruncating(1 / Math.Sqrt(double.CreateTruncating(r[at]) / (sum / shape.Rows)));
                }
            }
        }

        T Mixed(T old, double mean) => T.CreateTruncating((beta * double.CreateTruncating(old)) + ((1 - beta) * (mean + epsilon)));
    }

    /// <summary>u ← scale·x/√V.</summary>
    public void Whiten(in Piece piece, ReadOnlySpan<T> x, Span<T> u, T scale) => Run(default(Whitened), in piece, x, x, u, scale);

    /// <summary>result ← what the rule makes of x, the factors of scale/√V, and state per element.</summary>
    public void Run<TRule>(in TRule rule, in Piece piece, ReadOnlySpan<T> x, ReadOnlySpan<T> state, Span<T> result, T scale)
        where TRule : struct, IRowRule
    {
        var width = piece.Width;
        var slice = new SliceOfRow(piece.Row, shape.Rows);
        Span<T> whitened = stackalloc T[shape.Inner == 1 ? 0 : Piece.Longest];
        for (var row = 0; row < piece.Rows; row++, slice.Advance())
        {
            var from = x.Slice(row * width, width);
            var old = state.Slice(row * width, width);
            var to = result.Slice(row * width, width);
            var columns = columnFactors.AsSpan((slice.Number * shape.RowLength) + piece.Column, width);
            if (shape.Inner == 1)
            {
                FactoredLoop.Run(in rule, from, columns, scale * rowFactors[piece.Row + row], old, to);
                continue;
            }

            var rows = rowFactors.AsSpan((piece.Row + row) * shape.Inner, shape.Inner);
            var inner = piece.Column % shape.Inner;
            for (var i = 0; i < width; i++)
            {
                whitened[i] = from[i] * columns[i] * (scale * rows[inner]);
                inner = inner + 1 == shape.Inner ? 0 : inner + 1;
            }

            FactoredLoop.Run(in rule, whitened[..width], Ones, T.One, old, to);
        }
    }

    /// <summary>Σ(x/√V)²; for floats in one loop, without writing x/√V to the cache.</summary>
    public double SumOfWhitenedSquares(in Piece piece, ReadOnlySpan<T> x, Span<T> work)
    {
        if (typeof(T) == typeof(double) || shape.Inner > 1)
        {
            Whiten(in piece, x, work, T.One);
            return SumOfSquares.Of<T>(work[..x.Length]);
        }

        var (width, sum) = (piece.Width, 0.0);
        var slice = new SliceOfRow(piece.Row, shape.Rows);
        for (var row = 0; row < piece.Rows; row++, slice.Advance())
        {
            var columns = columnFactors.AsSpan((slice.Number * shape.RowLength) + piece.Column, width);
            sum += SumOfScaledSquares(
                MemoryMarshal.Cast<T, float>(x.Slice(row * width, width)),
                MemoryMarshal.Cast<T, float>(columns),
                float.CreateTruncating(rowFactors[piece.Row + row]));
        }

        return sum;
    }

    /// <summary>Adds squares to the sums of their columns, and returns their sum.</summary>
    private static double AddSquares(ReadOnlySpan<float> x, Span<double> columns)
    {
        ref var first = ref MemoryMarshal.GetReference(x);
        ref var sums = ref MemoryMarshal.GetReference(columns);
        Vector256<double> a = default, b = default;
        var (i, count, rest) = ((nuint)0, (nuint)x.Length, 0.0);
        for (; i + 8 <= count; i += 8)
        {
            var (low, high) = Vector256.Widen(Vector256.LoadUnsafe(ref first, i));
            low *= low;
            high *= high;
            (Vector256.LoadUnsafe(ref sums, i) + low).StoreUnsafe(ref sums, i);
            (Vector256.LoadUnsafe(ref sums, i + 4) + high).StoreUnsafe(ref sums, i + 4);
            a += low;
            b += high;
        }

        for (; i < count; i++)
        {
            var value = (double)Unsafe.Add(ref first, i);
            Unsafe.Add(ref sums, i) += value * value;
            rest += value * value;
        }

        return Vector256.Sum(a + b) + rest;
    }

    private static double AddSquares(ReadOnlySpan<double> x, Span<double> columns)
    {
        ref var first = ref MemoryMarshal.GetReference(x);
        ref var sums = ref MemoryMarshal.GetReference(columns);
        Vector256<double> a = default;
        var (i, count, rest) = ((nuint)0, (nuint)x.Length, 0.0);
        for (; i + 4 <= count; i += 4)
        {
            var squares = Vector256.LoadUnsafe(ref first, i);
            squares *= squares;
            (Vector256.LoadUnsafe(ref sums, i) + squares).StoreUnsafe(ref sums, i);
            a += squares;
        }

        for (; i < count; i++)
        {
            var value = Unsafe.Add(ref first, i);
            Unsafe.Add(ref sums, i) += value * value;
            rest += value * value;
        }

        return Vector256.Sum(a) + rest;
    }

    /// <summary>Σ(x·column·row)².</summary>
    private static double SumOfScaledSquares(ReadOnlySpan<float> x, ReadOnlySpan<float> columns, float row)
    {
        ref var first = ref MemoryMarshal.GetReference(x);
        ref var factors = ref MemoryMarshal.GetReference(columns);
        var rows = Vector512.Create(row);
        Vector512<double> a = default, b = default;
        var (i, count, rest) = ((nuint)0, (nuint)x.Length, 0.0);
        for (; i + 16 <= count; i += 16)
        {
            var (low, high) = Vector512.Widen(Vector512.LoadUnsafe(ref first, i) * Vector512.LoadUnsafe(ref factors, i) * rows);
            a += low * low;
            b += high * high;
        }

        for (; i < count; i++)
        {
            var value = (double)(Unsafe.Add(ref first, i) * Unsafe.Add(ref factors, i) * row);
            rest += value * value;
        }

        return Total(a + b) + rest;
    }

    private static double Total(Vector512<double> sums) => Vector256.Sum(sums.GetLower() + sums.GetUpper());
}

/// <summary>x/√V, a factor after the other: their product alone may be too large a number.</summary>
internal readonly struct Whitened : IRowRule
{
    public static bool HasState => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Next<V>(V x, V column, V row, V state)
        where V : struct, ILane<V> => x * column * row;
}

/// <summary>The slice that a row belongs to, row after row.</summary>
internal struct SliceOfRow(int row, int rows)
{
    private int left = rows - (row % rows);

    public int Number { get; private set; } = row / rows;

    public void Advance()
    {
        if (--left == 0)
        {
            (Number, left) = (Number + 1, rows);
        }
    }
}
