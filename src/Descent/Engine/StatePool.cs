namespace Descent.Engine;

/// <summary>
/// Memory for the state of small parameters: each slot's numbers lie one parameter behind the other, so that a step on many
/// small tensors walks over memory as one on a large tensor does.
/// </summary>
internal sealed class StatePool<T>(int slots)
{
    /// <summary>Elements per block.</summary>
    private const int Block = 65_536;

    /// <summary>The longest parameter that shares a block.</summary>
    private const int Longest = Block / 8;

    /// <summary>Parameters start at a line of the cache.</summary>
    private const int Alignment = 16;

    private T[][] blocks = [];
    private int used = Block;

    /// <summary>An array of zeros for each slot of a parameter.</summary>
    public ArraySegment<T>[] Take(int length)
    {
        if (length is 0 or > Longest)
        {
            return [.. Enumerable.Range(0, slots).Select(_ => new ArraySegment<T>(new T[length]))];
        }

        if (used + length > Block)
        {
            blocks = [.. Enumerable.Range(0, slots).Select(_ => new T[Block])];
            used = 0;
        }

        var start = used;
        used += (length + Alignment - 1) / Alignment * Alignment;
        return [.. blocks.Select(block => new ArraySegment<T>(block, start, length))];
    }
}
