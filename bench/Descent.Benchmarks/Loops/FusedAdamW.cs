using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Descent.Benchmarks.Loops.AdamWConstants;

namespace Descent.Benchmarks.Loops;

/// <summary>AdamW written by hand with vectors, for this one method and type; what is left over goes through the naive loop.</summary>
internal sealed class FusedAdamW(AdamWArrays arrays) : ChunkJob(arrays), IMeasuredWork
{
    private AdamWConstants constants = new(1);
    private long steps;

    public static int BytesPerElement => AdamWArrays.BytesPerStep;

    /// <summary>Begins the next step.</summary>
    public void Advance() => constants = new AdamWConstants(++steps);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Loop(int start, int count)
    {
        ref var theta = ref At(Arrays.Theta, start);
        ref var gradient = ref At(Arrays.Gradient, start);
        ref var m = ref At(Arrays.M, start);
        ref var v = ref At(Arrays.V, start);
        var c = constants;
        var n = (nuint)count;
        nuint i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            var (beta1, beta2) = (Vector512.Create(Beta1), Vector512.Create(Beta2));
            var (oneMinusBeta1, oneMinusBeta2) = (Vector512.Create(OneMinusBeta1), Vector512.Create(OneMinusBeta2));
            var (mHat, vHat, epsilon) = (Vector512.Create(c.MHat), Vector512.Create(c.VHat), Vector512.Create(Epsilon));
            var (eta, delta) = (Vector512.Create(Eta), Vector512.Create(Delta));
            for (; i + (nuint)Vector512<float>.Count <= n; i += (nuint)Vector512<float>.Count)
            {
                var g = Vector512.LoadUnsafe(ref gradient, i);
                var x = Vector512.LoadUnsafe(ref theta, i);
                var nextM = (beta1 * Vector512.LoadUnsafe(ref m, i)) + (oneMinusBeta1 * g);
                var nextV = (beta2 * Vector512.LoadUnsafe(ref v, i)) + (oneMinusBeta2 * (g * g));
                var d = nextM * mHat / (Vector512.Sqrt(nextV * vHat) + epsilon);
                (x - ((eta * d) + (delta * x))).StoreUnsafe(ref theta, i);
                nextM.StoreUnsafe(ref m, i);
                nextV.StoreUnsafe(ref v, i);
            }
        }
        else
        {
            var (beta1, beta2) = (Vector256.Create(Beta1), Vector256.Create(Beta2));
            var (oneMinusBeta1, oneMinusBeta2) = (Vector256.Create(OneMinusBeta1), Vector256.Create(OneMinusBeta2));
            var (mHat, vHat, epsilon) = (Vector256.Create(c.MHat), Vector256.Create(c.VHat), Vector256.Create(Epsilon));
            var (eta, delta) = (Vector256.Create(Eta), Vector256.Create(Delta));
            for (; i + (nuint)Vector256<float>.Count <= n; i += (nuint)Vector256<float>.Count)
            {
                var g = Vector256.LoadUnsafe(ref gradient, i);
                var x = Vector256.LoadUnsafe(ref theta, i);
                var nextM = (beta1 * Vector256.LoadUnsafe(ref m, i)) + (oneMinusBeta1 * g);
                var nextV = (beta2 * Vector256.LoadUnsafe(ref v, i)) + (oneMinusBeta2 * (g * g));
                var d = nextM * mHat / (Vector256.Sqrt(nextV * vHat) + epsilon);
                (x - ((eta * d) + (delta * x))).StoreUnsafe(ref theta, i);
                nextM.StoreUnsafe(ref m, i);
                nextV.StoreUnsafe(ref v, i);
            }
        }

        if (i < n)
        {
            var rest = (start + (int)i)..(start + count);
            NaiveAdamW.Step(Arrays.Theta.AsSpan(rest), Arrays.Gradient.AsSpan(rest), Arrays.M.AsSpan(rest), Arrays.V.AsSpan(rest), c);
        }
    }
}
