using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Descent.Engine;

/// <summary>
/// Σx², accumulated in double in 16 interleaved partial sums that are added in a fixed order, so that the result has
/// the same bits at every vector width. Callers cut long ranges at fixed places and add the parts in order.
/// </summary>
internal static class SumOfSquares
{
    public static double Of<T>(ReadOnlySpan<T> values)
        where T : unmanaged =>
        typeof(T) == typeof(float)
            ? Of(MemoryMarshal.Cast<T, float>(values))
            : Of(MemoryMarshal.Cast<T, double>(values));

    private static double Of(ReadOnlySpan<float> values)
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        Vector256<double> a = default, b = default, c = default, d = default;
        nuint i = 0;
        for (; i + 16 <= (nuint)values.Length; i += 16)
        {
            var (x, y) = Vector256.Widen(Vector256.LoadUnsafe(ref first, i));
            var (z, w) = Vector256.Widen(Vector256.LoadUnsafe(ref first, i + 8));
            a += x * x;
            b += y * y;
            c += z * z;
            d += w * w;
        }

        var rest = 0.0;
        for (; i < (nuint)values.Length; i++)
        {
            var x = (double)values[(int)i];
            rest += x * x;
        }

        return Vector256.Sum((a + b) + (c + d)) + rest;
    }

    private static double Of(ReadOnlySpan<double> values)
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        Vector256<double> a = default, b = default, c = default, d = default;
        nuint i = 0;
        for (; i + 16 <= (nuint)values.Length; i += 16)
        {
            var x = Vector256.LoadUnsafe(ref first, i);
            var y = Vector256.LoadUnsafe(ref first, i + 4);
            var z = Vector256.LoadUnsafe(ref first, i + 8);
            var w = Vector256.LoadUnsafe(ref first, i + 12);
            a += x * x;
            b += y * y;
            c += z * z;
            d += w * w;
        }

        var rest = 0.0;
        for (; i < (nuint)values.Length; i++)
        {
            rest += values[(int)i] * values[(int)i];
        }

        return Vector256.Sum((a + b) + (c + d)) + rest;
    }
}
