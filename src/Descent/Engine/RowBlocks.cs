namespace Descent.Engine;

/// <summary>A range of neighbouring elements that fits the first-level cache: some whole rows, or a part of one.</summary>
/// <param name="Block">The block that it belongs to.</param>
/// <param name="Start">The first element.</param>
/// <param name="Count">How many elements.</param>
/// <param name="Row">The first row, counted over all slices.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Column">The place of the first element in its row.</param>
internal readonly record struct Piece(int Block, int Start, int Count, int Row, int Rows, int Column)
{
    public const int Longest = MeasureLoop.Leaf;

    /// <summary>How many elements each row has here.</summary>
    public int Width => Count / Rows;

    public Range Range => Start..(Start + Count);
}

/// <summary>
/// Where a tensor is cut into blocks of whole rows: the unit of work. A block is a part of one slice or some whole slices; sums over
/// rows are kept for each block and slice, so that they can be added up in one order. The places depend on the shape alone.
/// </summary>
internal sealed class RowBlocks
{
    /// <summary>Elements that make the work of a block large beside its administration.</summary>
    private const int Enough = 32_768;

    private readonly int rowsPerBlock;

    /// <summary>Cuts a tensor into blocks of at least so many rows; with 64, sums over rows take a 32nd of the memory of floats.</summary>
    public RowBlocks(FactoredShape shape, int fewestRows)
    {
        Shape = shape;
        var rows = Math.Max(fewestRows, Enough / Math.Max(1, shape.RowLength));
        CutsSlices = shape.Rows >= rows;
        rowsPerBlock = CutsSlices ? rows : Math.Max(1, rows / Math.Max(1, shape.Rows)) * shape.Rows;
        PartsPerSlice = CutsSlices ? (shape.Rows + rows - 1) / rows : 1;
        Count = shape.AllRows * shape.RowLength == 0 ? 0
            : CutsSlices ? shape.Slices * PartsPerSlice
            : (shape.AllRows + rowsPerBlock - 1) / rowsPerBlock;
    }

    public FactoredShape Shape { get; }

    public int Count { get; }

    /// <summary>Whether a block is a part of one slice; otherwise its slices are whole, and no other block has to do with them.</summary>
    public bool CutsSlices { get; }

    /// <summary>How many sums over rows each slice has.</summary>
    public int PartsPerSlice { get; }

    /// <summary>The rows of a block: the first, and the one behind the last.</summary>
    public (int First, int End) RowsOf(int block)
    {
        if (!CutsSlices)
        {
            return (block * rowsPerBlock, Math.Min((block + 1) * rowsPerBlock, Shape.AllRows));
        }

        var (slice, part) = Math.DivRem(block, PartsPerSlice);
        return ((slice * Shape.Rows) + (part * rowsPerBlock), (slice * Shape.Rows) + Math.Min((part + 1) * rowsPerBlock, Shape.Rows));
    }

    /// <summary>Which of the sums over rows a slice has in a block; those of a slice are neighbours.</summary>
    public int PartOf(int block, int slice) => CutsSlices ? block : slice;

    public int PartCount => Shape.Slices * PartsPerSlice;

    /// <summary>The first piece of a block; it has no elements when the block has none.</summary>
    public Piece FirstPiece(int block) => At(block, RowsOf(block).First, 0);

    /// <summary>The piece behind another one; it has no elements at the end of the block.</summary>
    public Piece Next(in Piece piece)
    {
        var end = piece.Column + piece.Width;
        return end < Shape.RowLength ? At(piece.Block, piece.Row, end) : At(piece.Block, piece.Row + piece.Rows, 0);
    }

    private Piece At(int block, int row, int column)
    {
        var (length, end) = (Shape.RowLength, RowsOf(block).End);
        var rows = Math.Min(Math.Max(1, Piece.Longest / length), end - row);
        return new Piece(block, (row * length) + column, rows == 1 ? Math.Min(length - column, Piece.Longest) : rows * length, row, rows, column);
    }
}
