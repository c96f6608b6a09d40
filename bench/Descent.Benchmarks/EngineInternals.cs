using Descent.Engine;

namespace Descent.Benchmarks;

/// <summary>What a fair comparison must share with the engine and its public API has no reason to show: the size of a chunk, and the arrays of state.</summary>
internal static class EngineInternals
{
    /// <summary>Elements per chunk, as the engine cuts them.</summary>
    public const int Chunk = Partition.DefaultChunk;

    /// <summary>How many chunks an array has.</summary>
    public static int ChunksOf(int count) => (count + Chunk - 1) / Chunk;

    /// <summary>How many arrays, as long as the parameter, each pass of an optimizer of one parameter reads, and how many of them it writes.</summary>
    public static (int Read, int Written)[] Streams(Optimizer optimizer)
    {
        var bound = (BoundParameter<float>)optimizer.Bound[0];
        var kernel = bound.Kernels.Of<float>();
        var states = bound.State.Take(bound.Kernels.Binding.Synchronization?.SlowSlot ?? bound.State.Length).Count(slot => slot.Count == bound.Typed.Length);

        // The last pass reads g, or the state that a pass before it moved, and it writes θ.
        var moved = 1 + kernel.Written(kernel.Passes, states);
        return [.. Enumerable.Range(0, kernel.Passes).Select(pass => (kernel.Streams(pass), kernel.Written(pass, states))).Where(pass => pass.Item1 > 0), (1 + moved, moved)];
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
