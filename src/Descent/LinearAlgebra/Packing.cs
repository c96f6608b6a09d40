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
