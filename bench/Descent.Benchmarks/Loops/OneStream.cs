using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Benchmarks.Loops;

/// <summary>θ ← a·θ + b: one stream, read and written.</summary>
internal sealed class OneStream(AdamWArrays arrays) : ChunkJob(arrays), IMeasuredWork
{
    private const float A = 0.999f;
    private const float B = 1e-4f;

    public static int BytesPerElement => 2 * sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Loop(int start, int count)
    {
        ref var theta = ref At(Arrays.Theta, start);
        var n = (nuint)count;
        nuint i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            var (a, b) = (Vector512.Create(A), Vector512.Create(B));
            for (; i + (nuint)Vector512<float>.Count <= n; i += (nuint)Vector512<float>.Count)
            {
                ((Vector512.LoadUnsafe(ref theta, i) * a) + b).StoreUnsafe(ref theta, i);
            }
        }
        else
        {
            var (a, b) = (Vector256.Create(A), Vector256.Create(B));
            for (; i + (nuint)Vector256<float>.Count <= n; i += (nuint)Vector256<float>.Count)
            {
                ((Vector256.LoadUnsafe(ref theta, i) * a) + b).StoreUnsafe(ref theta, i);
            }
        }
    }
}
