using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Descent.Lanes;

namespace Descent.Engine;

/// <summary>
/// A mean of squares that is kept as two factors, its means over columns R and over rows C: V = R·Cᵀ/mean(R), the matrix of rank 1 with
/// the same means. Sums of squares are in double, added up in one order, so neither threads nor the width of vectors change a bit.
/// </summary>
internal sealed class FactoredMoment<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RowBlocks blocks;
    private readonly FactoredShape shape;
    private readonly double[] rowSums;
    private readonly double[] columnSums;
    private readonly T[] rowFactors;
    private readonly T[] columnFactors;

    public FactoredMoment(RowBlocks blocks)
    {
        (this.blocks, shape) = (blocks, blocks.Shape);
        rowSums = new double[shape.AllRows * shape.Inner];
        columnSums = new double[blocks.PartCount * shape.RowLength];
        rowFactors = new T[shape.AllRows * shape.Inner];
        columnFactors = new T[shape.Slices * shape.RowLength];
    }

    /// <summary>What 1/√V is made of: a number for each column, and one for each row.</summary>
    public Factors<T> Factors(double scale = 1) => new(columnFactors, rowFactors, T.CreateTruncating(scale));

    /// <summary>Sums the squares of what the rule makes of a block's elements, by rows and by columns.</summary>
    public void Sum<TRule>(in TRule rule, ref PieceReader<T> pieces, int block, bool keep)
        where TRule : struct, IRule
    {
        Clear(block);
        Span<T> x = stackalloc T[shape.HasLongRows ? 0 : Piece.Longest];
        Span<double> squares = stackalloc double[shape.HasLongRows ? 0 : Piece.Longest];
        while (pieces.Next())
        {
            var piece = pieces.Piece;
            if (shape.HasLongRows)
            {
                ref var columns = ref columnSums[blocks.PartOf(block, piece.Row / shape.Rows) * shape.RowLength];
                FactoredSums.AddSquares(in rule, in pieces.Range, piece.Width, piece.Rows, keep, ref columns, rowSums.AsSpan(piece.Row, piece.Rows));
            }
            else
            {
                FactoredLoop.Write(in rule, pieces.Range, x[..piece.Count], keep);
                TensorPrimitives.ConvertTruncating<T, double>(x[..piece.Count], squares);
                TensorPrimitives.Multiply(squares[..piece.Count], squares[..piece.Count], squares);
                AddUp(in piece, block, squares[..piece.Count]);
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

    private void Clear(int block)
    {
        var (first, end) = blocks.RowsOf(block);
        rowSums.AsSpan(first * shape.Inner, (end - first) * shape.Inner).Clear();
        var (firstPart, lastPart) = (blocks.PartOf(block, first / shape.Rows), blocks.PartOf(block, (end - 1) / shape.Rows));
        columnSums.AsSpan(firstPart * shape.RowLength, (lastPart - firstPart + 1) * shape.RowLength).Clear();
    }

    /// <summary>Adds squares of short rows, or of parts of rows whose entries are short vectors.</summary>
    private void AddUp(in Piece piece, int block, ReadOnlySpan<double> squares)
    {
        var (width, inner) = (piece.Width, shape.Inner);
        var slice = new SliceOfRow(piece.Row, shape.Rows);
        for (var k = 0; k < piece.Rows; k++, slice.Advance())
        {
            var part = squares.Slice(k * width, width);
            var columns = columnSums.AsSpan((blocks.PartOf(block, slice.Number) * shape.RowLength) + piece.Column, width);
            var rows = rowSums.AsSpan((piece.Row + k) * inner, inner);
            if (width >= PieceReader<T>.Copies)
            {
                TensorPrimitives.Add(columns, part, columns);
            }
            else
            {
                for (var i = 0; i < part.Length; i++)
                {
                    columns[i] += part[i];
                }
            }

            var at = piece.Column % inner;
            for (var i = 0; i < part.Length; i++)
            {
                rows[at] += part[i];
                at = at + 1 == inner ? 0 : at + 1;
            }
        }
    }

    private void Update(int firstSlice, int endSlice, Span<T> r, Span<T> c, double beta, double epsilon)
    {
        var (length, lanes) = (shape.RowLength, shape.Rows * shape.Inner);
        for (var slice = firstSlice; slice < endSlice; slice++)
        {
            var columns = columnSums.AsSpan(slice * blocks.PartsPerSlice * shape.RowLength, length);
            for (var part = 1; part < blocks.PartsPerSlice; part++)
            {
                TensorPrimitives.Add(columns, columnSums.AsSpan(((slice * blocks.PartsPerSlice) + part) * shape.RowLength, length), columns);
            }

            if (blocks.PartsPerSlice > 1)
            {
                Advance(columns, shape.Rows, c.Slice(slice * length, length), columnFactors.AsSpan(slice * length), beta, epsilon);
            }
        }

        if (blocks.PartsPerSlice == 1)
        {
            // Slice after slice without a gap.
            var (first, count) = (firstSlice * length, (endSlice - firstSlice) * length);
            Advance(columnSums.AsSpan(first, count), shape.Rows, c.Slice(first, count), columnFactors.AsSpan(first), beta, epsilon);
        }

        var rows = rowSums.AsSpan(firstSlice * lanes, (endSlice - firstSlice) * lanes);
        Advance(rows, shape.Columns, r.Slice(firstSlice * lanes, rows.Length), rowFactors.AsSpan(firstSlice * lanes), beta, epsilon);
        for (var slice = firstSlice; slice < endSlice; slice++)
        {
            for (var inner = 0; inner < shape.Inner; inner++)
            {
                var (first, sum) = ((slice * lanes) + inner, 0.0);
                for (var at = first; at < (slice + 1) * lanes; at += shape.Inner)
                {
                    sum += double.CreateTruncating(r[at]);
                }

                var root = Math.Sqrt(sum / shape.Rows);
                for (var at = first; at < (slice + 1) * lanes; at += shape.Inner)
                {
                    rowFactors[at] = T.CreateTruncating(double.CreateTruncating(rowFactors[at]) * root);
                }
            }
        }
    }

    /// <summary>mean ← β·mean + (1 − β)·(sum/count + ε); factor = 1/√mean. Sums are used up.</summary>
    private static void Advance(Span<double> sums, int count, Span<T> means, Span<T> factors, double beta, double epsilon)
    {
        Span<double> buffer = stackalloc double[256];
        for (var start = 0; start < sums.Length; start += buffer.Length)
        {
            var length = Math.Min(buffer.Length, sums.Length - start);
            var sum = sums.Slice(start, length);
            var mean = means.Slice(start, length);
            var old = buffer[..length];
            TensorPrimitives.Divide(sum, count, sum);
            TensorPrimitives.Add(sum, epsilon, sum);
            TensorPrimitives.Multiply(sum, 1 - beta, sum);
            TensorPrimitives.ConvertTruncating<T, double>(mean, old);
            TensorPrimitives.Multiply(old, beta, old);
            TensorPrimitives.Add(old, sum, old);
            TensorPrimitives.ConvertTruncating<double, T>(old, mean);
            TensorPrimitives.ConvertTruncating<T, double>(mean, old);
            TensorPrimitives.ReciprocalSqrt(old, old);
            TensorPrimitives.ConvertTruncating<double, T>(old, factors.Slice(start, length));
        }
    }
}

/// <summary>x/√V, a factor after the other: their product alone may be too large a number.</summary>
internal readonly struct Whitened : IRule
{
    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V column, ref V row, ref V s2, ref V s3)
        where V : struct, ILane<V> => g * column * row;
}
