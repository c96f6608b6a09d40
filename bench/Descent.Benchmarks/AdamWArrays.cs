using Descent.Engine;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Benchmarks;

/// <summary>
/// The four arrays of an AdamW step. All contenders work on the same ones, so pages, alignment and cache placement are
/// the same for all. The values stay normal numbers whatever runs on them: gradients are ±0.01 … ±0.1, and v is above 0.
/// </summary>
internal sealed class AdamWArrays
{
    /// <summary>Reads θ, g, m, v and writes θ, m, v.</summary>
    public const int BytesPerStep = 7 * sizeof(float);

    public AdamWArrays(int count)
    {
        Theta = new float[count];
        Gradient = new float[count];
        M = new float[count];
        V = new float[count];
        var random = new SeededRandom(1);
        for (var i = 0; i < count; i++)
        {
            var g = random.NextUniform(0.01, 0.1);
            Theta[i] = (float)random.NextUniform(-1, 1);
            Gradient[i] = (float)(random.NextInt32(2) == 0 ? g : -g);
        }

        // Written, not only cleared: a page that was never written is not there yet.
        Array.Fill(M, 0.01f);
        Array.Fill(V, 0.01f);
    }

    public float[] Theta { get; }

    public float[] Gradient { get; }

    public float[] M { get; }

    public float[] V { get; }

    public int Count => Theta.Length;

    /// <summary>An optimizer that steps these arrays, its state included.</summary>
    public Optimizer CreateOptimizer(Workers workers)
    {
        var optimizer = Optimizer.For([new Parameter<float>("theta", Theta, Gradient)], new AdamW { WeightDecay = 0.01 }, workers);
        EngineInternals.ShareState(optimizer, M, V);
        return optimizer;
    }

    /// <summary>Throws if a number is no longer normal: arithmetic with others is slower and would be measured.</summary>
    public void Check()
    {
        foreach (var array in (ReadOnlySpan<float[]>)[Theta, Gradient, M, V])
        {
            var index = Array.FindIndex(array, x => !float.IsNormal(x));
            if (index >= 0)
            {
                throw new DescentException($"The measured values must stay normal numbers, but one became {array[index]}.");
            }
        }
    }
}
