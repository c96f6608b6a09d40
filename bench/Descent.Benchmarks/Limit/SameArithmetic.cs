using Descent.Engine;

namespace Descent.Benchmarks.Limit;

/// <summary>Before anything is timed: the engine, the hand-written and the naive AdamW must arrive at the same numbers.</summary>
internal static class SameArithmetic
{
    // Not whole vectors, so that what is left over at the end is seen as well.
    private const int Count = 100_003;
    private const int Steps = 10;
    private const float Tolerance = 1e-5f;

    public static void Check()
    {
        var engine = After(arrays => Contender.Engine(arrays, Workers.Sequential, Steps));
        Compare(engine, After(arrays => Contender.FusedAdamW(arrays, Workers.Sequential, Steps)), "hand-written");
        Compare(engine, After(arrays => Contender.Naive(arrays, Steps)), "naive");
    }

    private static float[] After(Func<AdamWArrays, Contender> contender)
    {
        var arrays = new AdamWArrays(Count);
        contender(arrays).Batch();
        return arrays.Theta;
    }

    private static void Compare(float[] expected, float[] actual, string name)
    {
        for (var i = 0; i < Count; i++)
        {
            if (!(MathF.Abs(expected[i] - actual[i]) <= Tolerance))
            {
                throw new DescentException(
                    $"The {name} AdamW must do what the engine does, but after {Steps} steps θ[{i}] was {actual[i]}, not {expected[i]}.");
            }
        }
    }
}
