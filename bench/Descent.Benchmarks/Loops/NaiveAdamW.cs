using System.Runtime.CompilerServices;

namespace Descent.Benchmarks.Loops;

/// <summary>AdamW as one writes it down: one loop, one number at a time, one thread.</summary>
internal static class NaiveAdamW
{
    // Compiled fully at the first call: the loop of 25 million elements is called too seldom to be promoted in time.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Step(Span<float> theta, ReadOnlySpan<float> gradient, Span<float> m, Span<float> v, AdamWConstants c)
    {
        for (var i = 0; i < theta.Length; i++)
        {
            var g = gradient[i];
            m[i] = (AdamWConstants.Beta1 * m[i]) + (AdamWConstants.OneMinusBeta1 * g);
            v[i] = (AdamWConstants.Beta2 * v[i]) + (AdamWConstants.OneMinusBeta2 * (g * g));
            var d = m[i] * c.MHat / (MathF.Sqrt(v[i] * c.VHat) + AdamWConstants.Epsilon);
            theta[i] -= (AdamWConstants.Eta * d) + (AdamWConstants.Delta * theta[i]);
        }
    }
}
