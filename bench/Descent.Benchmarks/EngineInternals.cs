using Descent.Engine;

namespace Descent.Benchmarks;

/// <summary>What a fair comparison must share with the engine and its public API has no reason to show: the size of a chunk, and the arrays of state.</summary>
internal static class EngineInternals
{
    /// <summary>Elements per chunk, as the engine cuts them.</summary>
    public const int Chunk = Partition.DefaultChunk;

    /// <summary>How many chunks an array has.</summary>
    public static int ChunksOf(int count) => (count + Chunk - 1) / Chunk;

    /// <summary>Makes an optimizer of one parameter work on the given arrays of state instead of its own.</summary>
    public static void ShareState(Optimizer optimizer, params ReadOnlySpan<float[]> state) =>
        state.CopyTo(((BoundParameter<float>)optimizer.Bound[0]).State);
}
