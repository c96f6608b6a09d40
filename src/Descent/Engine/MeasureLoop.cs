using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Descent.Lanes;

namespace Descent.Engine;

/// <summary>
/// The reading pass of a layer-wise rule: sums of terms, leaf by leaf. A leaf is a fixed number of elements, counted from the
/// start of the row or tensor. Element i of a leaf belongs to column i mod 16; a column's terms are added in their own precision,
/// eight at a time, which loses no more than their own rounding did, and those sums in double. So neither the vector width nor
/// blocks nor threads change a bit.
/// </summary>
internal static class MeasureLoop
{
    /// <summary>Elements per partial sum.</summary>
    public const int Leaf = 1024;

    private const int Columns = 16;

    /// <summary>Terms of a column that are added up before they are widened.</summary>
    private const int Rows = 8;

    /// <summary>Sums the terms of a range that starts at a leaf; the sums of leaf i go to <paramref name="partial"/>[i·stride…].</summary>
    public static void Run<T, TMeasure>(in TMeasure measure, in ElementRange<T> range, int count, Span<double> partial, int stride)
        where T : unmanaged
        where TMeasure : struct, IMeasure
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Run<T, TMeasure, Lane512<T>>(in measure, in range, count, partial, stride);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Run<T, TMeasure, Lane256<T>>(in measure, in range, count, partial, stride);
        }
        else
        {
            Run<T, TMeasure, Lane128<T>>(in measure, in range, count, partial, stride);
        }
    }

    /// <summary>The loop at a given width, in a method of its own, as in <see cref="ElementLoop"/>; tests run every width and compare bits.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Run<T, TMeasure, V>(in TMeasure measure, in ElementRange<T> range, int count, Span<double> partial, int stride)
        where T : unmanaged
        where TMeasure : struct, IMeasure
        where V : struct, IVectorLane<V, T>
    {
        Unsafe.SkipInit(out Buffer<double> buffer);
        Span<double> sums = buffer;
        for (var (start, leaf) = (0, 0); start < count; start += Leaf, leaf++)
        {
            var length = Math.Min(Leaf, count - start);
            sums.Clear();
            Whole<T, TMeasure, V>(in measure, in range, (nuint)start, length, ref MemoryMarshal.GetReference(sums));
            if (length % Columns != 0)
            {
                Rest(in measure, in range, (nuint)(start + length - (length % Columns)), length % Columns, sums);
            }

            for (var i = 0; i < TMeasure.Terms; i++)
            {
                partial[(leaf * stride) + i] = Sum.Of<double>(sums.Slice(i * Columns, Columns));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Whole<T, TMeasure, V>(in TMeasure measure, in ElementRange<T> range, nuint start, int count, ref double sums)
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
        var end = start + (nuint)(count - (count % Columns));
        for (; start < end; start += Rows * Columns)
        {
            var last = nuint.Min(start + (Rows * Columns), end);
            for (nuint column = 0; column < Columns; column += (nuint)V.Count)
            {
                V a0 = default, a1 = default, a2 = default, a3 = default;
                for (var i = start + column; i < last; i += Columns)
                {
                    V t0 = default, t1 = default, t2 = default, t3 = default;
                    Unsafe.AsRef(in measure).Measure(
                        V.Load(ref gradient, i),
                        V.Load(ref theta, i),
                        TMeasure.Slots > 0 ? V.Load(ref s0, i) : default,
                        TMeasure.Slots > 1 ? V.Load(ref s1, i) : default,
                        TMeasure.Slots > 2 ? V.Load(ref s2, i) : default,
                        TMeasure.Slots > 3 ? V.Load(ref s3, i) : default,
                        ref t0,
                        ref t1,
                        ref t2,
                        ref t3);
                    a0 += t0;
                    a1 = TMeasure.Terms > 1 ? a1 + t1 : a1;
                    a2 = TMeasure.Terms > 2 ? a2 + t2 : a2;
                    a3 = TMeasure.Terms > 3 ? a3 + t3 : a3;
                }

                V.AddTo(ref sums, column, a0);
                if (TMeasure.Terms > 1)
                {
                    V.AddTo(ref sums, Columns + column, a1);
                }

                if (TMeasure.Terms > 2)
                {
                    V.AddTo(ref sums, (2 * Columns) + column, a2);
                }

                if (TMeasure.Terms > 3)
                {
                    V.AddTo(ref sums, (3 * Columns) + column, a3);
                }
            }
        }
    }

    /// <summary>The last elements, fewer than columns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Rest<T, TMeasure>(in TMeasure measure, in ElementRange<T> range, nuint start, int count, Span<double> sums)
        where T : unmanaged
        where TMeasure : struct, IMeasure
    {
        Buffer<double> buffer = default;
        Span<double> terms = buffer;
        ref var first = ref MemoryMarshal.GetReference(terms);
        for (var column = 0; column < count; column += Lane128<T>.Count)
        {
            var (at, part) = (start + (nuint)column, Math.Min(Lane128<T>.Count, count - column));
            Lane128<T> t0 = default, t1 = default, t2 = default, t3 = default;
            Unsafe.AsRef(in measure).Measure(
                Load(ref range.Gradient, at, part),
                Load(ref range.Theta, at, part),
                TMeasure.Slots > 0 ? Load(ref range.S0, at, part) : default,
                TMeasure.Slots > 1 ? Load(ref range.S1, at, part) : default,
                TMeasure.Slots > 2 ? Load(ref range.S2, at, part) : default,
                TMeasure.Slots > 3 ? Load(ref range.S3, at, part) : default,
                ref t0,
                ref t1,
                ref t2,
                ref t3);
            Lane128<T>.AddTo(ref first, (nuint)column, t0);
            Lane128<T>.AddTo(ref first, (nuint)(Columns + column), t1);
            Lane128<T>.AddTo(ref first, (nuint)((2 * Columns) + column), t2);
            Lane128<T>.AddTo(ref first, (nuint)((3 * Columns) + column), t3);
        }

        // Not those of the lane's elements that are none.
        for (var i = 0; i < TMeasure.Terms * Columns; i++)
        {
            sums[i] += i % Columns < count ? terms[i] : 0;
        }
    }

    private static Lane128<T> Load<T>(ref T source, nuint index, int count)
        where T : unmanaged =>
        count == Lane128<T>.Count ? Lane128<T>.Load(ref source, index) : Lane128<T>.LoadPart(ref source, index, count);

    [InlineArray(4 * Columns)]
    private struct Buffer<T>
    {
        private T first;
    }
}
