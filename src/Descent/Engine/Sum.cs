using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Descent.Engine;

/// <summary>
/// Σx, Σ|x| and Σx², accumulated in double in 16 interleaved partial sums that are added in a fixed order, so that the result has
/// the same bits at every vector width. Callers cut long ranges at fixed places and add the parts in order.
/// </summary>
internal static class Sum
{
    /// <summary>What is added up.</summary>
    private interface ITerm
    {
        static abstract double Of(double x);

        static abstract Vector256<double> Of(Vector256<double> x);

        static abstract Vector512<double> Of(Vector512<double> x);
    }

    /// <summary>Σx.</summary>
    public static double Of<T>(ReadOnlySpan<T> values)
        where T : unmanaged => Of<T, Itself>(values);

    /// <summary>Σ|x|.</summary>
    public static double OfMagnitudes<T>(ReadOnlySpan<T> values)
        where T : unmanaged => Of<T, Magnitude>(values);

    /// <summary>Σx².</summary>
    public static double OfSquares<T>(ReadOnlySpan<T> values)
        where T : unmanaged => Of<T, Square>(values);

    private static double Of<T, TTerm>(ReadOnlySpan<T> values)
        where T : unmanaged
        where TTerm : ITerm =>
        typeof(T) == typeof(float)
            ? Of<TTerm>(MemoryMarshal.Cast<T, float>(values))
            : Of<TTerm>(MemoryMarshal.Cast<T, double>(values));

    private static double Of<TTerm>(ReadOnlySpan<float> values)
        where TTerm : ITerm
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
                ab += TTerm.Of(low);
                cd += TTerm.Of(high);
            }

            (a, b, c, d) = (ab.GetLower(), ab.GetUpper(), cd.GetLower(), cd.GetUpper());
        }

        for (; i + 16 <= (nuint)values.Length; i += 16)
        {
            var (x, y) = Vector256.Widen(Vector256.LoadUnsafe(ref first, i));
            var (z, w) = Vector256.Widen(Vector256.LoadUnsafe(ref first, i + 8));
            a += TTerm.Of(x);
            b += TTerm.Of(y);
            c += TTerm.Of(z);
            d += TTerm.Of(w);
        }

        var rest = 0.0;
        for (; i < (nuint)values.Length; i++)
        {
            rest += TTerm.Of((double)values[(int)i]);
        }

        return Vector256.Sum((a + b) + (c + d)) + rest;
    }

    private static double Of<TTerm>(ReadOnlySpan<double> values)
        where TTerm : ITerm
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        Vector256<double> a = default, b = default, c = default, d = default;
        nuint i = 0;
        for (; i + 16 <= (nuint)values.Length; i += 16)
        {
            a += TTerm.Of(Vector256.LoadUnsafe(ref first, i));
            b += TTerm.Of(Vector256.LoadUnsafe(ref first, i + 4));
            c += TTerm.Of(Vector256.LoadUnsafe(ref first, i + 8));
            d += TTerm.Of(Vector256.LoadUnsafe(ref first, i + 12));
        }

        var rest = 0.0;
        for (; i < (nuint)values.Length; i++)
        {
            rest += TTerm.Of(values[(int)i]);
        }

        return Vector256.Sum((a + b) + (c + d)) + rest;
    }

    private readonly struct Itself : ITerm
    {
        public static double Of(double x) => x;

        public static Vector256<double> Of(Vector256<double> x) => x;

        public static Vector512<double> Of(Vector512<double> x) => x;
    }

    private readonly struct Magnitude : ITerm
    {
        public static double Of(double x) => Math.Abs(x);

        public static Vector256<double> Of(Vector256<double> x) => Vector256.Abs(x);

        public static Vector512<double> Of(Vector512<double> x) => Vector512.Abs(x);
    }

    private readonly struct Square : ITerm
    {
        public static double Of(double x) => x * x;

        public static Vector256<double> Of(Vector256<double> x) => x * x;

        public static Vector512<double> Of(Vector512<double> x) => x * x;
    }
}
