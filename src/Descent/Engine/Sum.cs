using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Descent.Engine;

/// <summary>
/// Σx, accumulated in double in 16 interleaved partial sums that are added in a fixed order, so that the result has the
/// same bits at every vector width.
/// </summary>
internal static class Sum
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
        if (Vector512.IsHardwareAccelerated)
        {
            // The same 16 partial sums, two vectors of four in one.
            Vector512<double> ab = default, cd = default;
            for (; i + 16 <= (nuint)values.Length; i += 16)
            {
                var (low, high) = Vector512.Widen(Vector512.LoadUnsafe(ref first, i));
                ab += low;
                cd += high;
            }

            (a, b, c, d) = (ab.GetLower(), ab.GetUpper(), cd.GetLower(), cd.GetUpper());
        }

        for (; i + 16 <= (nuint)values.Length; i += 16)
        {
            var (x, y) = Vector256.Widen(Vector256.LoadUnsafe(ref first, i));
            var (z, w) = Vector256.Widen(Vector256.LoadUnsafe(ref first, i + 8));
            a += x;
            b += y;
            c += z;
            d += w;
        }

        var rest = 0.0;
        for (; i < (nuint)values.Length; i++)
        {
            rest += values[(int)i];
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
            a += Vector256.LoadUnsafe(ref first, i);
            b += Vector256.LoadUnsafe(ref first, i + 4);
            c += Vector256.LoadUnsafe(ref first, i + 8);
            d += Vector256.LoadUnsafe(ref first, i + 12);
        }

        var rest = 0.0;
        for (; i < (nuint)values.Length; i++)
        {
            rest += values[(int)i];
        }

        return Vector256.Sum((a + b) + (c + d)) + rest;
    }
}
