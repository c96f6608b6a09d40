using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.LinearAlgebra;

/// <summary>
/// Copies a block of a matrix into panels: for each inner step the panel's numbers lie side by side, in the order the
/// micro-kernel reads them; transposes are undone and short panels are filled up with zeros.
/// </summary>
internal static unsafe class Packing
{
    /// <summary>Packs neighbouring full panels of a matrix whose lines lie side by side, an inner step of all of them at a time.</summary>
    /// <param name="source">The element of line 0 and inner step 0.</param>
    /// <param name="innerStride">The distance from inner step to inner step.</param>
    /// <param name="target">The first panel; the others follow it.</param>
    /// <param name="width">Lines of a panel: 2 registers.</param>
    /// <param name="panels">How many.</param>
    /// <param name="inner">Inner steps.</param>
    public static void Panels<T>(T* source, nint innerStride, T* target, int width, int panels, int inner)
        where T : unmanaged
    {
        if (width == MicroKernel.Registers * Vector512<T>.Count)
        {
            Panels<T, Vector512<T>, Lanes512<T>>(source, innerStride, target, panels, inner);
        }
        else if (width == MicroKernel.Registers * Vector256<T>.Count)
        {
            Panels<T, Vector256<T>, Lanes256<T>>(source, innerStride, target, panels, inner);
        }
        else
        {
            Panels<T, Vector128<T>, Lanes128<T>>(source, innerStride, target, panels, inner);
        }
    }

    /// <summary>Asks for numbers that are needed soon.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch<T>(T* first, int count)
        where T : unmanaged
    {
        for (var i = 0; Sse.IsSupported && i < count; i += 64 / sizeof(T))
        {
            Sse.Prefetch0(first + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Panels<T, V, L>(T* source, nint innerStride, T* target, int panels, int inner)
        where T : unmanaged
        where V : struct
        where L : struct, IVectorLanes<T, V>
    {
        var width = MicroKernel.Registers * L.Count;
        var distance = (nint)inner * width;
        for (var k = 0; k < inner; k++)
        {
            Fetch(source + (Math.Min(4, inner - 1 - k) * innerStride), panels * width);
            for (var (panel, from, to) = (0, (nint)0, (nint)0); panel < panels; panel++, from += width, to += distance)
            {
                L.Store(L.Load(source + from), target + to);
                L.Store(L.Load(source + from + L.Count), target + to + L.Count);
            }

            source += innerStride;
            target += width;
        }
    }

    /// <summary>
    /// Packs one panel of <paramref name="width"/> lines (rows of the left matrix, columns of the right one), of which
    /// <paramref name="used"/> exist: element (line i, inner step k) goes to <c>target[k·width + i]</c>.
    /// </summary>
    /// <param name="source">The element of line 0 and inner step 0.</param>
    /// <param name="lineStride">The distance from line to line.</param>
    /// <param name="innerStride">The distance from inner step to inner step. One of the two distances is 1.</param>
    /// <param name="target">Room for <paramref name="inner"/>·<paramref name="width"/> numbers.</param>
    /// <param name="width">Lines of a full panel.</param>
    /// <param name="used">1 … <paramref name="width"/>.</param>
    /// <param name="inner">Inner steps.</param>
    public static void Panel<T>(T* source, nint lineStride, nint innerStride, T* target, int width, int used, int inner)
        where T : unmanaged
    {
        if (used < width)
        {
            new Span<T>(target, checked(inner * width)).Clear();
        }

        if (lineStride == 1)
        {
            for (var k = 0; k < inner; k++)
            {
                new ReadOnlySpan<T>(source, used).CopyTo(new Span<T>(target, used));
                source += innerStride;
                target += width;
            }

            return;
        }

        var line = 0;
        if (typeof(T) == typeof(float) && Avx.IsSupported)
        {
            for (; line <= used - 8; line += 8)
            {
                EightLines((float*)source + (line * lineStride), lineStride, (float*)target + line, width, inner);
            }
        }

        for (; line <= used - 4; line += 4)
        {
            FourLines(source + (line * lineStride), lineStride, target + line, width, inner);
        }

        for (; line < used; line++)
        {
            var from = source + (line * lineStride);
            var to = target + line;
            for (var k = 0; k < inner; k++)
            {
                *to = from[k];
                to += width;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourLines<T>(T* line0, nint lineStride, T* target, int width, int inner)
        where T : unmanaged
    {
        var line1 = line0 + lineStride;
        var line2 = line1 + lineStride;
        var line3 = line2 + lineStride;
        var k = 0;
        if (typeof(T) == typeof(float) && Sse.IsSupported)
        {
            for (; k <= inner - 4; k += 4)
            {
                TransposeFour((float*)line0 + k, (float*)line1 + k, (float*)line2 + k, (float*)line3 + k, (float*)target, width);
                target += 4 * width;
            }
        }

        for (; k < inner; k++)
        {
            target[0] = line0[k];
            target[1] = line1[k];
            target[2] = line2[k];
            target[3] = line3[k];
            target += width;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightLines(float* line0, nint lineStride, float* target, int width, int inner)
    {
        var line3 = line0 + (3 * lineStride);
        var line6 = line3 + (3 * lineStride);
        var k = 0;
        for (; k <= inner - 8; k += 8)
        {
            // Rows 0 to 7 of 8 numbers become 8 columns, by pairs, by fours, by halves.
            var (a, b, c, d) = (Vector256.Load(line0 + k), Vector256.Load(line0 + lineStride + k), Vector256.Load(line0 + (2 * lineStride) + k), Vector256.Load(line3 + k));
            var (e, f, g, h) = (Vector256.Load(line3 + lineStride + k), Vector256.Load(line3 + (2 * lineStride) + k), Vector256.Load(line6 + k), Vector256.Load(line6 + lineStride + k));
            var (lowAb, highAb, lowCd, highCd) = (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b), Avx.UnpackLow(c, d), Avx.UnpackHigh(c, d));
            var (lowEf, highEf, lowGh, highGh) = (Avx.UnpackLow(e, f), Avx.UnpackHigh(e, f), Avx.UnpackLow(g, h), Avx.UnpackHigh(g, h));
            var (low0, low1, low2, low3) = (Avx.Shuffle(lowAb, lowCd, 0x44), Avx.Shuffle(lowAb, lowCd, 0xEE), Avx.Shuffle(highAb, highCd, 0x44), Avx.Shuffle(highAb, highCd, 0xEE));
            var (high0, high1, high2, high3) = (Avx.Shuffle(lowEf, lowGh, 0x44), Avx.Shuffle(lowEf, lowGh, 0xEE), Avx.Shuffle(highEf, highGh, 0x44), Avx.Shuffle(highEf, highGh, 0xEE));
            Avx.Permute2x128(low0, high0, 0x20).Store(target);
            Avx.Permute2x128(low1, high1, 0x20).Store(target + width);
            Avx.Permute2x128(low2, high2, 0x20).Store(target + (2 * width));
            Avx.Permute2x128(low3, high3, 0x20).Store(target + (3 * width));
            Avx.Permute2x128(low0, high0, 0x31).Store(target + (4 * width));
            Avx.Permute2x128(low1, high1, 0x31).Store(target + (5 * width));
            Avx.Permute2x128(low2, high2, 0x31).Store(target + (6 * width));
            Avx.Permute2x128(low3, high3, 0x31).Store(target + (7 * width));
            target += 8 * width;
        }

        for (; k < inner; k++, target += width)
        {
            for (var i = 0; i < 8; i++)
            {
                target[i] = line0[(i * lineStride) + k];
            }
        }
    }

    /// <summary>Writes a 4×4 block transposed, in registers: half the memory accesses of element by element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeFour(float* line0, float* line1, float* line2, float* line3, float* target, int width)
    {
        var (a, b, c, d) = (Vector128.Load(line0), Vector128.Load(line1), Vector128.Load(line2), Vector128.Load(line3));
        var (lowAb, lowCd) = (Sse.UnpackLow(a, b), Sse.UnpackLow(c, d));
        var (highAb, highCd) = (Sse.UnpackHigh(a, b), Sse.UnpackHigh(c, d));
        Sse.MoveLowToHigh(lowAb, lowCd).Store(target);
        Sse.MoveHighToLow(lowCd, lowAb).Store(target + width);
        Sse.MoveLowToHigh(highAb, highCd).Store(target + (2 * width));
        Sse.MoveHighToLow(highCd, highAb).Store(target + (3 * width));
    }
}
