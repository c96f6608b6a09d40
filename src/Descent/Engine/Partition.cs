namespace Descent.Engine;

/// <summary>
/// All elements of an optimizer's parameters, cut into chunks at fixed places: the unit of work for threads and of
/// partial sums. The places depend on the lengths only, so results do not depend on the number of threads.
/// </summary>
internal sealed class Partition
{
    /// <summary>Elements per chunk: with four arrays of floats it is what a core's second-level cache holds.</summary>
    public const int DefaultChunk = 32_768;

    private readonly (BoundParameter Parameter, int Start, int Count)[] chunks;

    public Partition(IEnumerable<BoundParameter> parameters, int chunk)
    {
        var list = new List<(BoundParameter, int, int)>();
        foreach (var parameter in parameters)
        {
            var length = parameter.Parameter.Length;
            for (var start = 0; start < length; start += chunk)
            {
                list.Add((parameter, start, Math.Min(chunk, length - start)));
            }

            Elements += length;
        }

        chunks = [.. list];
    }

    public long Elements { get; }

    public int Count => chunks.Length;

    public ref readonly (BoundParameter Parameter, int Start, int Count) this[int index] => ref chunks[index];
}
