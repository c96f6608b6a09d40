namespace Descent.Engine;

/// <summary>Some rows of a tensor, each once: those whose gradient may be other than 0. See <see cref="Parameter.GradientRows"/>.</summary>
/// <param name="rows">How many rows the tensor has, at least 0.</param>
public sealed class RowSet(int rows)
{
    private readonly bool[] has = new bool[rows];
    private readonly int[] items = new int[rows];
    private bool isAscending = true;

    /// <summary>How many rows are in the set.</summary>
    public int Count { get; private set; }

    /// <summary>How many rows the tensor has.</summary>
    public int Rows => has.Length;

    /// <summary>Adds a row; nothing happens when it is there.</summary>
    /// <exception cref="DescentException">There is no such row.</exception>
    public void Add(int row)
    {
        if ((uint)row >= (uint)has.Length)
        {
            throw new DescentException($"A row must be in [0, {has.Length}), but was {row}.");
        }

        if (!has[row])
        {
            isAscending &= Count == 0 || items[Count - 1] < row;
            (has[row], items[Count++]) = (true, row);
        }
    }

    /// <summary>Adds the rows of another set.</summary>
    public void Add(RowSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var row in other.items.AsSpan(0, other.Count))
        {
            Add(row);
        }
    }

    /// <summary>Adds all rows.</summary>
    public void AddAll()
    {
        for (var row = 0; row < has.Length; row++)
        {
            Add(row);
        }
    }

    /// <summary>Removes all rows, in a time that depends on how many there are.</summary>
    public void Clear()
    {
        foreach (var row in items.AsSpan(0, Count))
        {
            has[row] = false;
        }

        (Count, isAscending) = (0, true);
    }

    /// <summary>The rows in their order.</summary>
    public ReadOnlySpan<int> Ascending()
    {
        if (!isAscending)
        {
            items.AsSpan(0, Count).Sort();
            isAscending = true;
        }

        return items.AsSpan(0, Count);
    }
}
