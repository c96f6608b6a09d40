using System.Runtime.CompilerServices;

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
        for (var k = 0; k < inner; k++)
        {
            target[0] = line0[k];
            target[1] = line1[k];
            target[2] = line2[k];
            target[3] = line3[k];
            target += width;
        }
    }
}
