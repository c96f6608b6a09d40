using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Descent.Engine;

namespace Descent.Benchmarks.Methods;

/// <summary>The memory limit of a pass.</summary>
internal interface IStreamJob : IChunkedWork
{
    /// <summary>Reads and writes of one element.</summary>
    int BytesPerElement { get; }
}

/// <summary>The memory limit of a pass that moves: θ and up to four states are read and written, g is read, with next to no arithmetic.</summary>
internal sealed class WritingStreams(float[] gradient, float[][] written) : IStreamJob
{
    /// <summary>Reads and writes of one element.</summary>
    public int BytesPerElement { get; } = sizeof(float) * (1 + (2 * written.Length));

    public void RunChunk(int index)
    {
        var start = index * EngineInternals.Chunk;
        var count = Math.Min(EngineInternals.Chunk, gradient.Length - start);
        ref var g = ref At(gradient, start);
        ref var x0 = ref At(written[0], start);
        ref var x1 = ref At(written[Math.Min(1, written.Length - 1)], start);
        ref var x2 = ref At(written[Math.Min(2, written.Length - 1)], start);
        ref var x3 = ref At(written[Math.Min(3, written.Length - 1)], start);
        ref var x4 = ref At(written[Math.Min(4, written.Length - 1)], start);
        switch (written.Length)
        {
            case 1: Loop<One>(ref g, ref x0, ref x1, ref x2, ref x3, ref x4, count); break;
            case 2: Loop<Two>(ref g, ref x0, ref x1, ref x2, ref x3, ref x4, count); break;
            case 3: Loop<Three>(ref g, ref x0, ref x1, ref x2, ref x3, ref x4, count); break;
            case 4: Loop<Four>(ref g, ref x0, ref x1, ref x2, ref x3, ref x4, count); break;
            default: Loop<Five>(ref g, ref x0, ref x1, ref x2, ref x3, ref x4, count); break;
        }
    }

    private static ref float At(float[] array, int start) => ref MemoryMarshal.GetReference(array.AsSpan(start));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Loop<TCount>(ref float g, ref float x0, ref float x1, ref float x2, ref float x3, ref float x4, int count)
        where TCount : struct, ICount
    {
        var a = new Vector<float>(0.999f);
        for (nuint i = 0; i + (nuint)Vector<float>.Count <= (nuint)count; i += (nuint)Vector<float>.Count)
        {
            var b = Vector.LoadUnsafe(ref g, i);
            ((Vector.LoadUnsafe(ref x0, i) * a) + b).StoreUnsafe(ref x0, i);
            if (TCount.Value > 1)
            {
                ((Vector.LoadUnsafe(ref x1, i) * a) + b).StoreUnsafe(ref x1, i);
            }

            if (TCount.Value > 2)
            {
                ((Vector.LoadUnsafe(ref x2, i) * a) + b).StoreUnsafe(ref x2, i);
            }

            if (TCount.Value > 3)
            {
                ((Vector.LoadUnsafe(ref x3, i) * a) + b).StoreUnsafe(ref x3, i);
            }

            if (TCount.Value > 4)
            {
                ((Vector.LoadUnsafe(ref x4, i) * a) + b).StoreUnsafe(ref x4, i);
            }
        }
    }

    private interface ICount
    {
        static abstract int Value { get; }
    }

    private readonly struct One : ICount
    {
        public static int Value => 1;
    }

    private readonly struct Two : ICount
    {
        public static int Value => 2;
    }

    private readonly struct Three : ICount
    {
        public static int Value => 3;
    }

    private readonly struct Four : ICount
    {
        public static int Value => 4;
    }

    private readonly struct Five : ICount
    {
        public static int Value => 5;
    }
}

/// <summary>The memory limit of a pass that only reads: the sum of some arrays.</summary>
internal sealed class ReadingStreams(float[][] read) : IStreamJob
{
    private readonly float[] sums = new float[16 * EngineInternals.ChunksOf(read[0].Length)];

    public int BytesPerElement { get; } = sizeof(float) * read.Length;

    public void RunChunk(int index)
    {
        var start = index * EngineInternals.Chunk;
        var count = Math.Min(EngineInternals.Chunk, read[0].Length - start);
        var total = Vector<float>.Zero;

        // In blocks that the first-level cache holds, so that one loop serves any number of arrays.
        for (var block = 0; block < count; block += 1024)
        {
            var length = Math.Min(1024, count - block);
            foreach (var array in read)
            {
                total += Sum(ref MemoryMarshal.GetReference(array.AsSpan(start + block)), length);
            }
        }

        sums[16 * index] = Vector.Sum(total);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector<float> Sum(ref float first, int count)
    {
        Vector<float> a = default, b = default;
        for (nuint i = 0; i + (2 * (nuint)Vector<float>.Count) <= (nuint)count; i += 2 * (nuint)Vector<float>.Count)
        {
            a += Vector.LoadUnsafe(ref first, i);
            b += Vector.LoadUnsafe(ref first, i + (nuint)Vector<float>.Count);
        }

        return a + b;
    }
}
