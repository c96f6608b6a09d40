using Descent.Engine;

namespace Descent.Benchmarks;

/// <summary>What a fair comparison must share with the engine and its public API has no reason to show: the size of a chunk, and the arrays of state.</summary>
internal static class EngineInternals
{
    /// <summary>Elements per chunk, as the engine cuts them.</summary>
    public const int Chunk = Partition.DefaultChunk;

    /// <summary>How many chunks an array has.</summary>
    public static int ChunksOf(int count) => (count + Chunk - 1) / Chunk;

    /// <summary>How many arrays each reading pass of an optimizer of one parameter reads, and how many arrays of state, as long as the parameter, it writes in every step.</summary>
    public static (int[] Reading, int States) Streams(Optimizer optimizer)
    {
        var bound = (BoundParameter<float>)optimizer.Bound[0];
        var kernel = bound.Kernels.Of<float>();
        return (
            [.. Enumerable.Range(0, kernel.Passes).Select(kernel.Streams).Where(count => count > 0)],
            bound.State.Take(bound.Kernels.Binding.Synchronization?.SlowSlot ?? bound.State.Length).Count(slot => slot.Count == bound.Typed.Length));
    }

    /// <summary>Makes an optimizer of one parameter work on the given arrays of state instead of its own.</summary>
    public static void ShareState(Optimizer optimizer, params ReadOnlySpan<float[]> state)
    {
        var bound = (BoundParameter<float>)optimizer.Bound[0];
        for (var slot = 0; slot < state.Length; slot++)
        {
            bound.State[slot] = state[slot];
        }

        // The engine looks again at what it runs over when a gradient goes or comes.
        (bound.Parameter.HasGradient, bound.Parameter.HasGradient) = (false, true);
    }
}
