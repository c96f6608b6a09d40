using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Benchmarks.Loops;

/// <summary>θ ← a·θ + g, m ← a·m + g, v ← a·v + b: exactly the streams of an AdamW step, with next to no arithmetic.</summary>
internal sealed class FourStreams(AdamWArrays arrays) : ChunkJob(arrays), IMeasuredWork
{
    private const float A = 0.999f;
    private const float B = 1e-5f;

    public static int BytesPerElement => AdamWArrays.BytesPerStep;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Loop(int start, int count)
    {
        ref var theta = ref At(Arrays.Theta, start);
        ref var gradient = ref At(Arrays.Gradient, start);
        ref var m = ref At(Arrays.M, start);
        ref var v = ref At(Arrays.V, start);
        var n = (nuint)count;
        nuint i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            var (a, b) = (Vector512.Create(A), Vector512.Create(B));
            for (; i + (nuint)Vector512<float>.Count <= n; i += (nuint)Vector512<float>.Count)
            {
                var g = Vector512.LoadUnsafe(ref gradient, i);
                var nextTheta = (Vector512.LoadUnsafe(ref theta, i) * a) + g;
                var nextM = (Vector512.LoadUnsafe(ref m, i) * a) + g;
                var nextV = (Vector512.LoadUnsafe(ref v, i) * a) + b;
                nextTheta.StoreUnsafe(ref theta, i);
                nextM.StoreUnsafe(ref m, i);
                nextV.StoreUnsafe(ref v, i);
            }
        }
        else
        {
            var (a, b) = (Vector256.Create(A), Vector256.Create(B));
            for (; i + (nuint)Vector256<float>.Count <= n; i += (nuint)Vector256<float>.Count)
            {
                var g = Vector256.LoadUnsafe(ref gradient, i);
                var nextTheta = (Vector256.LoadUnsafe(ref theta, i) * a) + g;
                var nextM = (Vector256.LoadUnsafe(ref m, i) * a) + g;
                var nextV = (Vector256.LoadUnsafe(ref v, i) * a) + b;
                nextTheta.StoreUnsafe(ref theta, i);
                nextM.StoreUnsafe(ref m, i);
                nextV.StoreUnsafe(ref v, i);
            }
        }
    }
}
