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
/// Elements left over at the end go through the same rule in a partly filled lane, so that every length, and every
/// split into ranges, gives the same bits.
/// </summary>
internal static class ElementLoop
{
    public static void Run<T, TUpdate>(in TUpdate update, in ElementRange<T> range, int count)
        where T : unmanaged
        where TUpdate : struct, IUpdate
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Run<T, TUpdate, Lane512<T>>(update, in range, (nuint)count);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Run<T, TUpdate, Lane256<T>>(update, in range, (nuint)count);
        }
        else
        {
            Run<T, TUpdate, Lane128<T>>(update, in range, (nuint)count);
        }
    }

    /// <summary>The loop at a given width; tests run every width and compare bits.</summary>
    internal static void Run<T, TUpdate, V>(TUpdate update, in ElementRange<T> range, nuint count)
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
        nuint i = 0;
        for (; i + width <= count; i += width)
        {
            V a = default, b = default, c = default, d = default;
            if (TUpdate.Slots > 0)
            {
                a = V.Load(ref s0, i);
            }

            if (TUpdate.Slots > 1)
            {
                b = V.Load(ref s1, i);
            }

            if (TUpdate.Slots > 2)
            {
                c = V.Load(ref s2, i);
            }

            if (TUpdate.Slots > 3)
            {
                d = V.Load(ref s3, i);
            }

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

        if (i < count)
        {
            Remainder<T, TUpdate, V>(in update, in range, i, (int)(count - i));
        }
    }

    private static void Remainder<T, TUpdate, V>(in TUpdate update, in ElementRange<T> range, nuint start, int count)
        where T : unmanaged
        where TUpdate : struct, IUpdate
        where V : struct, IVectorLane<V, T>
    {
        V a = default, b = default, c = default, d = default, gradient = default, theta = default;
        Fill(ref gradient, ref range.Gradient, start, count);
        Fill(ref theta, ref range.Theta, start, count);
        if (TUpdate.Slots > 0)
        {
            Fill(ref a, ref range.S0, start, count);
        }

        if (TUpdate.Slots > 1)
        {
            Fill(ref b, ref range.S1, start, count);
        }

        if (TUpdate.Slots > 2)
        {
            Fill(ref c, ref range.S2, start, count);
        }

        if (TUpdate.Slots > 3)
        {
            Fill(ref d, ref range.S3, start, count);
        }

        theta = update.Next(gradient, theta, ref a, ref b, ref c, ref d);
        Spill(ref theta, ref range.Theta, start, count);
        if (TUpdate.Slots > 0)
        {
            Spill(ref a, ref range.S0, start, count);
        }

        if (TUpdate.Slots > 1)
        {
            Spill(ref b, ref range.S1, start, count);
        }

        if (TUpdate.Slots > 2)
        {
            Spill(ref c, ref range.S2, start, count);
        }

        if (TUpdate.Slots > 3)
        {
            Spill(ref d, ref range.S3, start, count);
        }

        static void Fill(ref V lane, ref T source, nuint start, int count)
        {
            for (var j = 0; j < count; j++)
            {
                Unsafe.Add(ref Unsafe.As<V, T>(ref lane), j) = Unsafe.Add(ref source, start + (nuint)j);
            }
        }

        static void Spill(ref V lane, ref T destination, nuint start, int count)
        {
            for (var j = 0; j < count; j++)
            {
                Unsafe.Add(ref destination, start + (nuint)j) = Unsafe.Add(ref Unsafe.As<V, T>(ref lane), j);
            }
        }
    }
}
