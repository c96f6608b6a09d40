namespace Descent.Engine;

/// <summary>
/// Memory for the state of small parameters: each slot's numbers lie one parameter behind the other, so that a step on many
/// small tensors walks over memory as one on a large tensor does.
/// </summary>
internal sealed class StatePool<T>(int slots)
{
    /// <summary>The most elements per block.</summary>
    private const int Block = 65_536;

    /// <summary>The longest parameter that shares a block.</summary>
    private const int Longest = Block / 8;

    /// <summary>Parameters start at a line of the cache.</summary>
    private const int Alignment = 16;

    /// <summary>Elements of the first block; each block is twice as long as the one before it.</summary>
    private const int First = 1_024;

    private readonly T[][] blocks = new T[slots][];
    private int size;
    private int used;

    /// <summary>An array of zeros for each slot of a parameter.</summary>
    public ArraySegment<T>[] Take(int length)
    {
        var taken = new ArraySegment<T>[slots];
        var isShared = length is > 0 and <= Longest;
        if (isShared && used + length > size)
        {
            size = Math.Min(Block, Math.Max(First, 2 * Math.Max(size, length)));
            used = 0;
            for (var slot = 0; slot < slots; slot++)
            {
                blocks[slot] = new T[size];
            }
        }

        for (var slot = 0; slot < slots; slot++)
        {
            taken[slot] = isShared ? new ArraySegment<T>(blocks[slot], used, length) : new ArraySegment<T>(new T[length]);
        }

        used += isShared ? (length + Alignment - 1) / Alignment * Alignment : 0;
        return taken;
    }
}
