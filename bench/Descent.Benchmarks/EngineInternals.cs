using System.Collections;
using System.Reflection;
using Descent.Engine;

namespace Descent.Benchmarks;

/// <summary>
/// What a fair comparison must share with the engine and its public API has no reason to show: the size of a chunk, and
/// the arrays of state. A renamed member ends the run with an exception instead of making the comparison unfair.
/// </summary>
internal static class EngineInternals
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Elements per chunk, as the engine cuts them.</summary>
    public static int Chunk { get; } = (int)typeof(Workers).Assembly
        .GetType("Descent.Engine.Partition", throwOnError: true)!
        .GetField("DefaultChunk", Any)!
        .GetRawConstantValue()!;

    /// <summary>How many chunks an array has.</summary>
    public static int ChunksOf(int count) => (count + Chunk - 1) / Chunk;

    /// <summary>Makes an optimizer of one parameter work on the given arrays of state instead of its own.</summary>
    public static void ShareState(Optimizer optimizer, params ReadOnlySpan<float[]> state)
    {
        var bound = ((IList)typeof(Optimizer).GetProperty("Bound", Any)!.GetValue(optimizer)!)[0]!;
        var own = (float[][])bound.GetType().GetProperty("State", Any)!.GetValue(bound)!;
        state.CopyTo(own);
    }
}
