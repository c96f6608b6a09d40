using Descent.Engine;

namespace Descent.Nn;

/// <summary>
/// Numbered items cut into blocks of a size that does not depend on the machine, which the threads of <see cref="Compute.Workers"/> share: the
/// same bits for any number of them.
/// </summary>
internal sealed class Blocks : IChunkedWork
{
    /// <summary>Elements in a block of a loop over elements: 64 KB of floats.</summary>
    public const int Elements = 1 << 14;

    /// <summary>A loop over fewer elements is over before another thread is awake.</summary>
    public const int LeastElements = 4 * Elements;

    private readonly Action<int, int> body;
    private readonly int count;
    private readonly int size;

    private Blocks(Action<int, int> body, int count, int size) => (this.body, this.count, this.size) = (body, count, size);

    /// <summary>Calls <paramref name="body"/> with the first item of each block and the first behind it, on any thread and in any order.</summary>
    public static void Run(int count, int size, Action<int, int> body)
    {
        if (count > 0)
        {
            Compute.Workers.Run(new Blocks(body, count, size), (int)(((long)count + size - 1) / size));
        }
    }

    /// <summary>Blocks of whole rows with some <see cref="Elements"/> numbers.</summary>
    public static void RunRows(int rows, int rowLength, Action<int, int> body) => Run(rows, Math.Max(1, Elements / Math.Max(1, rowLength)), body);

    /// <inheritdoc/>
    public void RunChunk(int index) => body(index * size, (int)Math.Min(((long)index + 1) * size, count));
}
