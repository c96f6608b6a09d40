using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Descent.Lanes;

namespace Descent.Engine;

/// <summary>
/// The loop over a piece of a tensor whose rows and columns have numbers of their own: everything is read once, and what moves is
/// written at once.
/// </summary>
internal static class FactoredLoop
{
    /// <summary>How many elements ahead to fetch.</summary>
    public const nuint Stretch = 512;

    /// <summary>Moves a piece; the state of each element only if it is to be kept.</summary>
    public static void Move<T, TUpdate>(in TUpdate update, in FactoredRange<T> range, int count, bool keep)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TUpdate : struct, IUpdate
    {
        if (range.IsGiven)
        {
            Move<T, TUpdate, Given>(in update, in range, (nuint)count, keep);
        }
        else
        {
            Move<T, TUpdate, Changed>(in update, in range, (nuint)count, keep);
        }
    }

    /// <summary>result ← the rule's direction.</summary>
    public static void Write<T, TRule>(in TRule rule, FactoredRange<T> range, Span<T> result, bool keep)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRule : struct, IRule
    {
        range.Theta = ref MemoryMarshal.GetReference(result);
        Move(new Written<TRule>(rule), in range, result.Length, keep);
    }

    /// <summary>Asks for what is to be read after a while: these loops do too much with a number for the processor to look far enough ahead by itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Fetch<T>(ref T first, nuint at)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref first, at)));
        }
    }

    private static void Move<T, TUpdate, TView>(in TUpdate update, in FactoredRange<T> range, nuint count, bool keep)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TUpdate : struct, IUpdate
        where TView : struct, IView
    {
        nuint i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            Whole<T, TUpdate, TView, Lane512<T>>(in update, in range, ref i, count, keep);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Whole<T, TUpdate, TView, Lane256<T>>(in update, in range, ref i, count, keep);
        }

        Whole<T, TUpdate, TView, Lane128<T>>(in update, in range, ref i, count, keep);
        if (i < count)
        {
            Part(in update, in range, i, (int)(count - i), keep);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Whole<T, TUpdate, TView, V>(in TUpdate update, in FactoredRange<T> range, ref nuint start, nuint count, bool keep)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TUpdate : struct, IUpdate
        where TView : struct, IView
        where V : struct, IVectorLane<V, T>
    {
        if (start + (nuint)V.Count > count)
        {
            return;
        }

        ref var theta = ref range.Theta;
        ref var gradient = ref range.Gradient;
        ref var columns = ref range.Columns;
        ref var rows = ref range.Rows;
        ref var means = ref range.Means;
        ref var s2 = ref range.S2;
        ref var s3 = ref range.S3;
        var (width, rowMask, meanMask, sigma) = ((nuint)V.Count, range.RowMask, range.MeanMask, V.Number(range.Sigma));
        V rowOfAll = V.Load(ref rows, 0);
        var i = start;
        for (; i + width <= count; i += width)
        {
            Fetch(ref gradient, i + Stretch);
            Fetch(ref theta, i + Stretch);
            if (TUpdate.Slots > 2)
            {
                Fetch(ref s2, i + Stretch);
            }

            if (TUpdate.Slots > 3)
            {
                Fetch(ref s3, i + Stretch);
            }

            var column = TUpdate.Slots > 0 ? V.Load(ref columns, i) : default;
            var row = TView.IsGiven ? rowOfAll : V.Load(ref rows, i & rowMask);
            var a = TUpdate.Slots > 2 ? V.Load(ref s2, i) : default;
            var b = TUpdate.Slots > 3 ? V.Load(ref s3, i) : default;
            var g = V.Load(ref gradient, i);
            if (!TView.IsGiven)
            {
                g = (g * sigma) - V.Load(ref means, i & meanMask);
            }

            V.Store(update.Next(g, V.Load(ref theta, i), ref column, ref row, ref a, ref b), ref theta, i);
            if (TUpdate.Slots > 2 && keep)
            {
                V.Store(a, ref s2, i);
            }

            if (TUpdate.Slots > 3 && keep)
            {
                V.Store(b, ref s3, i);
            }
        }

        start = i;
    }

    private static void Part<T, TUpdate>(in TUpdate update, in FactoredRange<T> range, nuint i, int count, bool keep)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TUpdate : struct, IUpdate
    {
        var (column, row) = (Lane128<T>.LoadPart(ref range.Columns, i, count), Lane128<T>.LoadPart(ref range.Rows, i & range.RowMask, count));
        var a = TUpdate.Slots > 2 ? Lane128<T>.LoadPart(ref range.S2, i, count) : default;
        var b = TUpdate.Slots > 3 ? Lane128<T>.LoadPart(ref range.S3, i, count) : default;
        var g = (Lane128<T>.LoadPart(ref range.Gradient, i, count) * Lane128<T>.Number(range.Sigma)) - Lane128<T>.LoadPart(ref range.Means, i & range.MeanMask, count);
        Lane128<T>.StorePart(update.Next(g, Lane128<T>.LoadPart(ref range.Theta, i, count), ref column, ref row, ref a, ref b), ref range.Theta, i, count);
        if (TUpdate.Slots > 2 && keep)
        {
            Lane128<T>.StorePart(a, ref range.S2, i, count);
        }

        if (TUpdate.Slots > 3 && keep)
        {
            Lane128<T>.StorePart(b, ref range.S3, i, count);
        }
    }

}
