namespace Descent.Engine;

/// <summary>A range of neighbouring elements that one loop runs over: some whole rows, or a part of one.</summary>
/// <param name="Start">The first element.</param>
/// <param name="Count">How many elements.</param>
/// <param name="Row">The first row, counted over all slices.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Column">The place of the first element in its row.</param>
internal readonly record struct Piece(int Start, int Count, int Row, int Rows, int Column)
{
    /// <summary>Elements of pieces for which numbers of their own are written down; they stay in the first-level cache.</summary>
    public const int Longest = MeasureLoop.Leaf;

    /// <summary>How many rows may be taken side by side.</summary>
    public const int MostRows = 4;

    /// <summary>How many elements each row has here.</summary>
    public int Width => Count / Rows;
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
    private readonly bool inOnePiece;

    /// <summary>Cuts a tensor into blocks of at least so many rows; with 64, sums over rows take a 32nd of the memory of floats.</summary>
    /// <param name="shape">The tensor.</param>
    /// <param name="fewestRows">1 or more.</param>
    /// <param name="inOnePiece">Whether rows do not matter, so that one loop runs over a block.</param>
    public RowBlocks(FactoredShape shape, int fewestRows, bool inOnePiece = false)
    {
        (Shape, this.inOnePiece) = (shape, inOnePiece);
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

    /// <summary>The elements of a block.</summary>
    public Range RangeOf(int block)
    {
        var (first, end) = RowsOf(block);
        return (first * Shape.RowLength)..(end * Shape.RowLength);
    }

    /// <summary>Which of the sums over rows a slice has in a block; those of a slice are neighbours.</summary>
    public int PartOf(int block, int slice) => CutsSlices ? block : slice;

    public int PartCount => Shape.Slices * PartsPerSlice;

    /// <summary>The piece of a block that starts at a row and column. Where rows are long it is a row, or <see cref="Piece.MostRows"/> of one slice if they may be taken side by side.</summary>
    public Piece PieceAt(int block, int row, int column, bool sideBySide)
    {
        var (length, end) = (Shape.RowLength, RowsOf(block).End);
        var rows = inOnePiece ? end - row
            : Shape.HasLongRows ? (sideBySide && Shape.Rows - (row % Shape.Rows) >= Piece.MostRows && end - row >= Piece.MostRows ? Piece.MostRows : 1)
            : Math.Min(Math.Max(1, Piece.Longest / length), end - row);
        var isCut = rows == 1 && !inOnePiece && !Shape.HasLongRows;
        return new Piece((row * length) + column, isCut ? Math.Min(length - column, Piece.Longest) : rows * length, row, rows, column);
    }
}
