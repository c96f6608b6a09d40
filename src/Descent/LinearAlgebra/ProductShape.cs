namespace Descent.LinearAlgebra;

/// <summary>
/// The sizes of a matrix product result = op(left) · op(right), where its matrices lie in memory, and how many such products there are.
/// Every matrix is row-major; what is not set is dense, one matrix behind the other.
/// </summary>
/// <param name="Rows">Rows of the result, 0 or more.</param>
/// <param name="Columns">Columns of the result, 0 or more.</param>
/// <param name="Inner">The dimension that is summed over; with 0 every sum is empty.</param>
public readonly record struct ProductShape(int Rows, int Columns, int Inner)
{
    /// <summary>Whether the left matrix is stored inner × rows.</summary>
    public bool TransposeLeft { get; init; }

    /// <summary>Whether the right matrix is stored columns × inner.</summary>
    public bool TransposeRight { get; init; }

    /// <summary>Whether to add to what the result holds rather than to replace it.</summary>
    public bool Accumulate { get; init; }

    /// <summary>The distance from one stored row of the left matrix to the next; null for that of a dense one.</summary>
    public int? LeftStride { get; init; }

    /// <summary>The distance from one stored row of the right matrix to the next; null for that of a dense one.</summary>
    public int? RightStride { get; init; }

    /// <summary>The distance from one row of the result to the next; null for that of a dense one.</summary>
    public int? ResultStride { get; init; }

    /// <summary>How many products there are, 0 or more; null for one.</summary>
    public int? Count { get; init; }

    /// <summary>The distance from one left matrix to the next, 0 where all products have the same; null for one behind the other.</summary>
    public int? LeftStep { get; init; }

    /// <summary>The distance from one right matrix to the next, 0 where all products have the same; null for one behind the other.</summary>
    public int? RightStep { get; init; }

    /// <summary>The distance from one result to the next; null for one behind the other.</summary>
    public int? ResultStep { get; init; }

    internal MatrixLayout Left => MatrixLayout.Of(TransposeLeft ? Inner : Rows, TransposeLeft ? Rows : Inner, LeftStride, LeftStep);

    internal MatrixLayout Right => MatrixLayout.Of(TransposeRight ? Columns : Inner, TransposeRight ? Inner : Columns, RightStride, RightStep);

    internal MatrixLayout Result => MatrixLayout.Of(Rows, Columns, ResultStride, ResultStep);

    internal int Items => Count ?? 1;

    /// <summary>The product of the transposed matrices, in the other order; its result is the transposed one.</summary>
    internal ProductShape Turned => new(Columns, Rows, Inner)
    {
        TransposeLeft = !TransposeRight,
        TransposeRight = !TransposeLeft,
        Accumulate = Accumulate,
        LeftStride = Right.Stride,
        RightStride = Left.Stride,
    };
}

/// <summary>Where the matrices of one operand lie.</summary>
/// <param name="Rows">Stored rows.</param>
/// <param name="Columns">Stored columns.</param>
/// <param name="Stride">From row to row.</param>
/// <param name="Step">From matrix to matrix.</param>
internal readonly record struct MatrixLayout(int Rows, int Columns, int Stride, long Step)
{
    public static MatrixLayout Of(int rows, int columns, int? stride, int? step) =>
        new(rows, columns, stride ?? columns, step ?? ((long)rows * (stride ?? columns)));

    /// <summary>How many elements so many matrices need, the last row only as far as it goes.</summary>
    public long Extent(int items) => items == 0 || Rows == 0 || Columns == 0 ? 0 : ((items - 1) * Step) + ((long)(Rows - 1) * Stride) + Columns;
}

/// <summary>What is done to the numbers of a product while they are in the cache: a bias, an activation.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface IProductFinish<T>
    where T : unmanaged
{
    /// <summary>Changes finished numbers. Every number is given once, on any thread.</summary>
    /// <param name="values">A part of a row of the result.</param>
    /// <param name="item">Which of the products.</param>
    /// <param name="row">Which row.</param>
    /// <param name="column">The column of the first of them.</param>
    void Finish(Span<T> values, int item, int row, int column);
}
