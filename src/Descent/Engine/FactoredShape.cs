namespace Descent.Engine;

/// <summary>
/// A tensor as slices of matrices whose entries are short vectors: slices × rows × columns × inner, in memory order. Sums over
/// columns are a number for each slice, row and inner index; sums over rows, one for each slice, column and inner index.
/// </summary>
/// <param name="Slices">Everything before the axis of the rows.</param>
/// <param name="Rows">The size of the axis of the rows.</param>
/// <param name="Columns">The size of the axis of the columns, which is the next one.</param>
/// <param name="Inner">Everything behind the axis of the columns.</param>
/// <param name="FirstAxis">The size of the tensor's first axis, over whose slices gradients are centralized.</param>
internal readonly record struct FactoredShape(int Slices, int Rows, int Columns, int Inner, int FirstAxis)
{
    /// <summary>Elements in a row of all columns, which lie together.</summary>
    public int RowLength => Columns * Inner;

    public int AllRows => Slices * Rows;

    /// <summary>Whether a row is long enough for a loop of its own, and has one factor.</summary>
    public bool HasLongRows => Inner == 1 && RowLength >= 64;

    /// <summary>The tensor with the axes <paramref name="row"/> and <paramref name="row"/> + 1 as a matrix.</summary>
    public static FactoredShape Of(ReadOnlySpan<int> shape, int row) =>
        new(Product(shape[..row]), shape[row], shape[row + 1], Product(shape[(row + 2)..]), shape[0]);

    /// <summary>The tensor cut in two between axes: those before <paramref name="column"/> are rows, the others columns.</summary>
    public static FactoredShape Cut(ReadOnlySpan<int> shape, int column) =>
        new(1, Product(shape[..column]), Product(shape[column..]), 1, shape[0]);

    /// <summary>A tensor whose elements stand alone; rows matter for centralized gradients only.</summary>
    public static FactoredShape Elements(ReadOnlySpan<int> shape, bool byRows) => byRows && shape.Length > 1
        ? Cut(shape, 1)
        : new(1, Product(shape), 1, 1, 1);

    public static int Product(ReadOnlySpan<int> sizes)
    {
        var product = 1;
        foreach (var size in sizes)
        {
            product *= size;
        }

        return product;
    }
}
