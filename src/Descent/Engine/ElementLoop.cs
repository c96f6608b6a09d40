using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Descent.Lanes;

namespace Descent.Engine;

/// <summary>References to the first elements of a range: what one pass reads and writes.</summary>
internal readonly ref struct ElementRange<T>(ref T theta, ref T gradient, ref T s0, ref T s1, ref T s2, ref T s3)
{
    public readonly ref T Theta = ref theta;
    public readonly ref T Gradient = ref gradient;
    public readonly ref T S0 = ref s0;
    public readonly ref T S1 = ref s1;
    public readonly ref T S2 = ref s2;
    public readonly ref T S3 = ref s3;
}

/// <summary>
/// The one loop over memory: it reads every parameter, gradient and state once and writes parameter and state once.
/// Elements left over at the end go through the same rule in narrower and partly filled lanes, so that every length, and
/// every split into ranges, gives the same bits.
/// </summary>
internal static class ElementLoop
{
    /// <summary>Segments of parameters one after the other; their tensors may be small.</summary>
    public static void Run<T, TUpdate>(in TUpdate update, ReadOnlySpan<Segment> segments)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TUpdate : struct, IUpdate
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Run<T, TUpdate, Lane512<T>>(in update, segments);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Run<T, TUpdate, Lane256<T>>(in update, segments);
        }
        else
        {
            Run<T, TUpdate, Lane128<T>>(in update, segments);
        }
    }

    public static void Run<T, TUpdate>(in TUpdate update, in ElementRange<T> range, int count)
        where T : unmanaged
        where TUpdate : struct, IUpdate
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Run<T, TUpdate, Lane512<T>>(in update, in range, (nuint)count);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Run<T, TUpdate, Lane256<T>>(in update, in range, (nuint)count);
        }
        else
        {
            Run<T, TUpdate, Lane128<T>>(in update, in range, (nuint)count);
        }
    }

    /// <summary>The loop at a given width; tests run every width and compare bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Run<T, TUpdate, V>(in TUpdate update, in ElementRange<T> range, nuint count)
        where T : unmanaged
        where TUpdate : struct, IUpdate
        where V : struct, IVectorLane<V, T>
    {
        nuint i = 0;
        Whole<T, TUpdate, V>(in update, in range, ref i, count);
        if (V.Count > Lane128<T>.Count && i < count)
        {
            Whole<T, TUpdate, Lane128<T>>(in update, in range, ref i, count);
        }

        if (i < count)
        {
            Part(in update, in range, i, (int)(count - i));
        }
    }

    // One method around both loops: a call for each of many small tensors was measured to cost as much as half of its arithmetic.
    private static void Run<T, TUpdate, V>(in TUpdate update, ReadOnlySpan<Segment> segments)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TUpdate : struct, IUpdate
        where V : struct, IVectorLane<V, T>
    {
        foreach (ref readonly var segment in segments)
        {
            Run<T, TUpdate, V>(in update, segment.Range<T>(TUpdate.Slots), (nuint)segment.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Whole<T, TUpdate, V>(in TUpdate update, in ElementRange<T> range, ref nuint start, nuint count)
        where T : unmanaged
        where TUpdate : struct, IUpdate
        where V : struct, IVectorLane<V, T>
    {
        ref var theta = ref range.Theta;
        ref var gradient = ref range.Gradient;
        ref var s0 = ref range.S0;
        ref var s1 = ref range.S1;
        ref var s2 = ref range.S2;
        ref var s3 = ref range.S3;
        var width = (nuint)V.Count;
        var i = start;
        for (; i + width <= count; i += width)
        {
            var a = TUpdate.Slots > 0 ? V.Load(ref s0, i) : default;
            var b = TUpdate.Slots > 1 ? V.Load(ref s1, i) : default;
            var c = TUpdate.Slots > 2 ? V.Load(ref s2, i) : default;
            var d = TUpdate.Slots > 3 ? V.Load(ref s3, i) : default;
            V.Store(update.Next(V.Load(ref gradient, i), V.Load(ref theta, i), ref a, ref b, ref c, ref d), ref theta, i);
            if (TUpdate.Slots > 0)
            {
                V.Store(a, ref s0, i);
            }

            if (TUpdate.Slots > 1)
            {
                V.Store(b, ref s1, i);
            }

            if (TUpdate.Slots > 2)
            {
                V.Store(c, ref s2, i);
            }

            if (TUpdate.Slots > 3)
            {
                V.Store(d, ref s3, i);
            }
        }

        start = i;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Part<T, TUpdate>(in TUpdate update, in ElementRange<T> range, nuint i, int count)
        where T : unmanaged
        where TUpdate : struct, IUpdate
    {
        var a = TUpdate.Slots > 0 ? Lane128<T>.LoadPart(ref range.S0, i, count) : default;
        var b = TUpdate.Slots > 1 ? Lane128<T>.LoadPart(ref range.S1, i, count) : default;
        var c = TUpdate.Slots > 2 ? Lane128<T>.LoadPart(ref range.S2, i, count) : default;
        var d = TUpdate.Slots > 3 ? Lane128<T>.LoadPart(ref range.S3, i, count) : default;
        var gradient = Lane128<T>.LoadPart(ref range.Gradient, i, count);
        var theta = Lane128<T>.LoadPart(ref range.Theta, i, count);
        Lane128<T>.StorePart(update.Next(gradient, theta, ref a, ref b, ref c, ref d), ref range.Theta, i, count);
        if (TUpdate.Slots > 0)
        {
            Lane128<T>.StorePart(a, ref range.S0, i, count);
        }

        if (TUpdate.Slots > 1)
        {
            Lane128<T>.StorePart(b, ref range.S1, i, count);
        }

        if (TUpdate.Slots > 2)
        {
            Lane128<T>.StorePart(c, ref range.S2, i, count);
        }

        if (TUpdate.Slots > 3)
        {
            Lane128<T>.StorePart(d, ref range.S3, i, count);
        }
    }
}
