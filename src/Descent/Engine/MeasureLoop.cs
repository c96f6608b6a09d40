using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Descent.Lanes;

namespace Descent.Engine;

/// <summary>
/// The reading pass of a layer-wise rule: sums of terms, leaf by leaf. A leaf is a fixed number of elements, counted from the
/// start of the row or tensor, and its sum does not depend on the vector width, so neither blocks nor threads change a bit.
/// </summary>
internal static class MeasureLoop
{
    /// <summary>Elements per partial sum.</summary>
    public const int Leaf = 1024;

    /// <summary>Elements whose terms wait in the first-level cache to be summed.</summary>
    private const int Block = 256;

    /// <summary>Sums the terms of a range that starts at a leaf; the sums of leaf i go to <paramref name="partial"/>[i·stride…].</summary>
    public static void Run<T, TMeasure>(in TMeasure measure, in ElementRange<T> range, int count, Span<double> partial, int stride)
        where T : unmanaged
        where TMeasure : struct, IMeasure
    {
        Unsafe.SkipInit(out Buffer<T> buffer);
        Span<T> terms = buffer;
        for (var (start, leaf) = (0, 0); start < count; start += Leaf, leaf++)
        {
            var sums = partial.Slice(leaf * stride, TMeasure.Terms);
            sums.Clear();
            for (var block = start; block < Math.Min(start + Leaf, count); block += Block)
            {
                var length = Math.Min(Block, Math.Min(start + Leaf, count) - block);
                Fill(in measure, in range, (nuint)block, length, ref MemoryMarshal.GetReference(terms));
                for (var i = 0; i < TMeasure.Terms; i++)
                {
                    sums[i] += Sum.Of<T>(terms.Slice(i * Block, length));
                }
            }
        }
    }

    private static void Fill<T, TMeasure>(in TMeasure measure, in ElementRange<T> range, nuint start, int count, ref T terms)
        where T : unmanaged
        where TMeasure : struct, IMeasure
    {
        var i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            Whole<T, TMeasure, Lane512<T>>(in measure, in range, start, ref i, count, ref terms);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Whole<T, TMeasure, Lane256<T>>(in measure, in range, start, ref i, count, ref terms);
        }

        Whole<T, TMeasure, Lane128<T>>(in measure, in range, start, ref i, count, ref terms);
        if (i < count)
        {
            var (at, rest) = (start + (nuint)i, count - i);
            Lane128<T> t0 = default, t1 = default, t2 = default, t3 = default;
            Unsafe.AsRef(in measure).Measure(
                Lane128<T>.LoadPart(ref range.Gradient, at, rest),
                Lane128<T>.LoadPart(ref range.Theta, at, rest),
                TMeasure.Slots > 0 ? Lane128<T>.LoadPart(ref range.S0, at, rest) : default,
                TMeasure.Slots > 1 ? Lane128<T>.LoadPart(ref range.S1, at, rest) : default,
                TMeasure.Slots > 2 ? Lane128<T>.LoadPart(ref range.S2, at, rest) : default,
                TMeasure.Slots > 3 ? Lane128<T>.LoadPart(ref range.S3, at, rest) : default,
                ref t0,
                ref t1,
                ref t2,
                ref t3);
            Lane128<T>.StorePart(t0, ref terms, (nuint)i, rest);
            if (TMeasure.Terms > 1)
            {
                Lane128<T>.StorePart(t1, ref terms, (nuint)(Block + i), rest);
            }

            if (TMeasure.Terms > 2)
            {
                Lane128<T>.StorePart(t2, ref terms, (nuint)((2 * Block) + i), rest);
            }

            if (TMeasure.Terms > 3)
            {
                Lane128<T>.StorePart(t3, ref terms, (nuint)((3 * Block) + i), rest);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Whole<T, TMeasure, V>(in TMeasure measure, in ElementRange<T> range, nuint start, ref int done, int count, ref T terms)
        where T : unmanaged
        where TMeasure : struct, IMeasure
        where V : struct, IVectorLane<V, T>
    {
        ref var theta = ref range.Theta;
        ref var gradient = ref range.Gradient;
        ref var s0 = ref range.S0;
        ref var s1 = ref range.S1;
        ref var s2 = ref range.S2;
        ref var s3 = ref range.S3;
        var i = done;
        for (; i + V.Count <= count; i += V.Count)
        {
            var at = start + (nuint)i;
            V t0 = default, t1 = default, t2 = default, t3 = default;
            Unsafe.AsRef(in measure).Measure(
                V.Load(ref gradient, at),
                V.Load(ref theta, at),
                TMeasure.Slots > 0 ? V.Load(ref s0, at) : default,
                TMeasure.Slots > 1 ? V.Load(ref s1, at) : default,
                TMeasure.Slots > 2 ? V.Load(ref s2, at) : default,
                TMeasure.Slots > 3 ? V.Load(ref s3, at) : default,
                ref t0,
                ref t1,
                ref t2,
                ref t3);
            V.Store(t0, ref terms, (nuint)i);
            if (TMeasure.Terms > 1)
            {
                V.Store(t1, ref terms, (nuint)(Block + i));
            }

            if (TMeasure.Terms > 2)
            {
                V.Store(t2, ref terms, (nuint)((2 * Block) + i));
            }

            if (TMeasure.Terms > 3)
            {
                V.Store(t3, ref terms, (nuint)((3 * Block) + i));
            }
        }

        done = i;
    }

    [InlineArray(4 * Block)]
    private struct Buffer<T>
    {
        private T first;
    }
}
