using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Descent.Lanes;

namespace Descent.Engine;

/// <summary>What a factored method makes of an element, a number of its column, one of its row, and its state.</summary>
internal interface IRowRule
{
    /// <summary>Whether there is state per element.</summary>
    static abstract bool HasState { get; }

    V Next<V>(V x, V column, V row, V state)
        where V : struct, ILane<V>;
}

/// <summary>The loop over a part of a row: everything is read once, and the result written. It may take the place of what was read.</summary>
internal static class FactoredLoop
{
    public static void Run<T, TRule>(in TRule rule, ReadOnlySpan<T> x, ReadOnlySpan<T> columns, T row, ReadOnlySpan<T> state, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRule : struct, IRowRule
    {
        var range = new ElementRange<T>(
            ref MemoryMarshal.GetReference(result),
            ref MemoryMarshal.GetReference(x),
            ref MemoryMarshal.GetReference(columns),
            ref MemoryMarshal.GetReference(state),
            ref MemoryMarshal.GetReference(x),
            ref MemoryMarshal.GetReference(x));
        var (rows, i, count) = (new Constant("row", double.CreateTruncating(row)), (nuint)0, (nuint)x.Length);
        if (Vector512.IsHardwareAccelerated)
        {
            Whole<T, TRule, Lane512<T>>(in rule, in range, in rows, ref i, count);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Whole<T, TRule, Lane256<T>>(in rule, in range, in rows, ref i, count);
        }

        Whole<T, TRule, Lane128<T>>(in rule, in range, in rows, ref i, count);
        if (i < count)
        {
            var rest = (int)(count - i);
            var next = rule.Next(
                Lane128<T>.LoadPart(ref range.Gradient, i, rest),
                Lane128<T>.LoadPart(ref range.S0, i, rest),
                rows,
                TRule.HasState ? Lane128<T>.LoadPart(ref range.S1, i, rest) : default);
            Lane128<T>.StorePart(next, ref range.Theta, i, rest);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Whole<T, TRule, V>(in TRule rule, in ElementRange<T> range, in Constant rows, ref nuint start, nuint count)
        where T : unmanaged
        where TRule : struct, IRowRule
        where V : struct, ILane<V>, IVectorLane<V, T>
    {
        ref var x = ref range.Gradient;
        ref var columns = ref range.S0;
        ref var state = ref range.S1;
        ref var result = ref range.Theta;
        V row = rows;
        var i = start;
        for (; i + (nuint)V.Count <= count; i += (nuint)V.Count)
        {
            V.Store(rule.Next(V.Load(ref x, i), V.Load(ref columns, i), row, TRule.HasState ? V.Load(ref state, i) : default), ref result, i);
        }

        start = i;
    }
}
