using System.Numerics;
using System.Runtime.CompilerServices;

namespace Descent.Engine;

/// <summary>Goes through the pieces of a block, with the numbers of each element's row and column. Those of short rows are written down one by one, so that a loop is long enough.</summary>
internal ref struct PieceReader<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>How often a number of a whole row is there: as often as the widest vector has elements.</summary>
    public const int Copies = 16;

    /// <summary>How much memory a reader works in.</summary>
    public const int Work = 3 * Piece.Longest;

    private readonly BoundParameter<T> parameter;
    private readonly FactoredScratch scratch;
    private readonly Factors<T> factors;
    private readonly Span<T> columns;
    private readonly Span<T> rows;
    private readonly Span<T> means;
    private readonly int block;
    private readonly bool sideBySide;
    private int row;
    private int column;

    public PieceReader(BoundParameter<T> parameter, Factors<T> factors, int block, Span<T> work, bool sideBySide = false)
    {
        (this.parameter, this.factors, this.block, this.sideBySide) = (parameter, factors, block, sideBySide);
        scratch = (FactoredScratch)parameter.Scratch!;
        columns = work[..Piece.Longest];
        rows = work.Slice(Piece.Longest, Piece.Longest);
        means = work.Slice(2 * Piece.Longest, Piece.Longest);
        means[..Copies].Clear();
        row = scratch.Blocks.RowsOf(block).First;
        Range.Sigma = parameter.Sigma;
    }

    /// <summary>Where the present piece is.</summary>
    public Piece Piece { get; private set; }

    /// <summary>What the loop over the present piece runs over.</summary>
    public FactoredRange<T> Range;

    /// <summary>Goes to the next piece; false behind the last.</summary>
    public bool Next()
    {
        var blocks = scratch.Blocks;
        if (row >= blocks.RowsOf(block).End)
        {
            return false;
        }

        Piece = blocks.PieceAt(block, row, column, sideBySide);
        var end = column + Piece.Width;
        (row, column) = end < blocks.Shape.RowLength ? (row, end) : (row + Piece.Rows, 0);
        Range.Theta = ref Unsafe.Add(ref parameter.Typed.FirstValue, Piece.Start);
        Range.Gradient = ref Unsafe.Add(ref parameter.Typed.FirstGradient, Piece.Start);
        Range.S2 = ref StateOf(0);
        Range.S3 = ref StateOf(1);
        Range.Columns = ref Range.Theta;
        Range.Rows = ref Range.Theta;
        Range.Means = ref means[0];
        Range.IsGiven = Range.Sigma == 1 && scratch.RowGradients.Length == 0 && (factors.Rows.Length == 0 || blocks.Shape.HasLongRows);
        if (blocks.Shape.HasLongRows)
        {
            TakeLongRows(blocks.Shape);
        }
        else
        {
            WriteDown(blocks.Shape);
        }

        return true;
    }

    private readonly ref T StateOf(int place)
    {
        var slot = scratch.FirstState + place;
        return ref slot < parameter.State.Length ? ref Unsafe.Add(ref parameter.FirstOf(slot), Piece.Start) : ref Range.Theta;
    }

    private void TakeLongRows(FactoredShape shape)
    {
        for (var k = 0; k < Piece.Rows; k++)
        {
            if (factors.Rows.Length > 0)
            {
                rows.Slice(k * Copies, Copies).Fill(factors.Scale * factors.Rows[Piece.Row + k]);
            }

            means.Slice(k * Copies, Copies).Fill(scratch.MeanOf<T>(Piece.Row + k, parameter.Sigma));
        }

        if (factors.Rows.Length > 0)
        {
            Range.Columns = ref factors.Columns[(Piece.Row / shape.Rows) * shape.RowLength];
            Range.Rows = ref rows[0];
        }
    }

    private void WriteDown(FactoredShape shape)
    {
        var width = Piece.Width;
        var slice = new SliceOfRow(Piece.Row, shape.Rows);
        if (scratch.RowGradients.Length > 0)
        {
            Range.MeanMask = nuint.MaxValue;
            for (var k = 0; k < Piece.Rows; k++)
            {
                means.Slice(k * width, width).Fill(scratch.MeanOf<T>(Piece.Row + k, parameter.Sigma));
            }
        }

        if (factors.Rows.Length == 0)
        {
            return;
        }

        for (var k = 0; k < Piece.Rows; k++, slice.Advance())
        {
            factors.Columns.AsSpan((slice.Number * shape.RowLength) + Piece.Column, width).CopyTo(columns[(k * width)..]);
            Repeat(factors.Rows.AsSpan((Piece.Row + k) * shape.Inner, shape.Inner), Piece.Column % shape.Inner, rows.Slice(k * width, width));
        }

        Range.RowMask = nuint.MaxValue;
        Range.Columns = ref columns[0];
        Range.Rows = ref rows[0];
    }

    /// <summary>The same numbers again and again, from one of them on.</summary>
    private readonly void Repeat(ReadOnlySpan<T> pattern, int next, Span<T> result)
    {
        // Copying pays where there is more of it than calls.
        var one = result.Length < Copies ? result.Length : Math.Min(pattern.Length, result.Length);
        for (var i = 0; i < one; i++)
        {
            result[i] = factors.Scale * pattern[next];
            next = next + 1 == pattern.Length ? 0 : next + 1;
        }

        for (var done = one; done < result.Length; done *= 2)
        {
            result[..Math.Min(done, result.Length - done)].CopyTo(result[done..]);
        }
    }
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
