namespace Descent.Benchmarks.Loops;

/// <summary>
/// A copy of as many bytes as an AdamW step moves. Copying an array moves 8 bytes per element (4 read, 4 written) and a
/// step moves 28, so it is three and a half arrays: g → m, v → θ, v → m, and the first half of g → θ, one after the other.
/// </summary>
internal sealed class Copy(AdamWArrays arrays) : IMeasuredWork
{
    private readonly int perArray = EngineInternals.ChunksOf(arrays.Count);

    public static int BytesPerElement => AdamWArrays.BytesPerStep;

    public int Chunks => (3 * perArray) + EngineInternals.ChunksOf(arrays.Count / 2);

    public void RunChunk(int index)
    {
        var (pass, chunk) = Math.DivRem(index, perArray);
        var (source, destination) = pass switch
        {
            0 => (arrays.Gradient, arrays.M),
            1 => (arrays.V, arrays.Theta),
            2 => (arrays.V, arrays.M),
            _ => (arrays.Gradient, arrays.Theta),
        };
        var length = pass < 3 ? arrays.Count : arrays.Count / 2;
        var start = chunk * EngineInternals.Chunk;
        var count = Math.Min(EngineInternals.Chunk, length - start);
        source.AsSpan(start, count).CopyTo(destination.AsSpan(start, count));
    }
}
