using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Benchmarks.Loops;

/// <summary>θ ← a·θ + g: one stream read and written, and one read.</summary>
internal sealed class TwoStreams(AdamWArrays arrays) : ChunkJob(arrays), IMeasuredWork
{
    private const float A = 0.999f;

    public static int BytesPerElement => 3 * sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Loop(int start, int count)
    {
        ref var theta = ref At(Arrays.Theta, start);
        ref var g = ref At(Arrays.Gradient, start);
        var n = (nuint)count;
        nuint i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            var a = Vector512.Create(A);
            for (; i + (nuint)Vector512<float>.Count <= n; i += (nuint)Vector512<float>.Count)
            {
                ((Vector512.LoadUnsafe(ref theta, i) * a) + Vector512.LoadUnsafe(ref g, i)).StoreUnsafe(ref theta, i);
            }
        }
        else
        {
            var a = Vector256.Create(A);
            for (; i + (nuint)Vector256<float>.Count <= n; i += (nuint)Vector256<float>.Count)
            {
                ((Vector256.LoadUnsafe(ref theta, i) * a) + Vector256.LoadUnsafe(ref g, i)).StoreUnsafe(ref theta, i);
            }
        }
    }
}
