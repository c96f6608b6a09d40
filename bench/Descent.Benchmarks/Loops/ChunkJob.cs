using System.Runtime.InteropServices;
using Descent.Engine;

namespace Descent.Benchmarks.Loops;

/// <summary>Chunks of work whose traffic is known.</summary>
internal interface IMeasuredWork : IChunkedWork
{
    /// <summary>Bytes read and written per element by the work's own streams.</summary>
    static abstract int BytesPerElement { get; }

    /// <summary>How many chunks there are.</summary>
    int Chunks { get; }
}

/// <summary>A hand-written loop, cut into the engine's chunks and run by the engine's threads: only the loop differs.</summary>
internal abstract class ChunkJob(AdamWArrays arrays) : IChunkedWork
{
    public int Chunks { get; } = EngineInternals.ChunksOf(arrays.Count);

    protected AdamWArrays Arrays => arrays;

    public void RunChunk(int index)
    {
        var start = index * EngineInternals.Chunk;
        Loop(start, Math.Min(EngineInternals.Chunk, arrays.Count - start));
    }

    /// <summary>Runs over a range; the numbers of elements that are measured are whole vectors unless the loop says otherwise.</summary>
    protected abstract void Loop(int start, int count);

    protected static ref float At(float[] array, int start) => ref MemoryMarshal.GetReference(array.AsSpan(start));
}
