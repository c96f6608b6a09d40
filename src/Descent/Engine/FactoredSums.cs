using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Descent.Lanes;
using Descent.Optimizers;

namespace Descent.Engine;

/// <summary>
/// Sums of squares of what rules make of a piece, in double, in partial sums that do not depend on the processor's width. The rules
/// must not look at θ, which is not read.
/// </summary>
internal static class FactoredSums
{
    /// <summary>The sum of the squares of the rule's directions. A square is a number as the rule's are, so that it may be too large for one.</summary>
    public static double Of<T, TRule>(in TRule rule, in FactoredRange<T> range, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRule : struct, IRule => range.IsGiven
        ? Of<T, TRule, Given>(in rule, in range, count)
        : Of<T, TRule, Changed>(in rule, in range, count);

    private static double Of<T, TRule, TView>(in TRule rule, in FactoredRange<T> range, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRule : struct, IRule
        where TView : struct, IView
    {
        var (width, whole) = ((nuint)Lane512<T>.Count, (nuint)(count - (count % Lane512<T>.Count)));
        var rest = whole < (nuint)count ? SumOfRest(in rule, range.From(whole, whole, 0), count - (int)whole) : 0;
        Vector512<double> low = default, high = default;
        ref var gradient = ref range.Gradient;
        ref var columns = ref range.Columns;
        ref var rows = ref range.Rows;
        ref var means = ref range.Means;
        ref var s2 = ref range.S2;
        ref var s3 = ref range.S3;
        var (rowMask, meanMask, sigma) = (range.RowMask, range.MeanMask, Lane512<T>.Number(range.Sigma));
        Lane512<T> rowOfAll = TView.IsGiven && whole > 0 ? Lane512<T>.Load(ref rows, 0) : default;
        nuint i = 0;
        for (; i + (4 * width) <= whole; i += 4 * width)
        {
            // Squares of four vectors make one, so that fewer are widened.
            var first = Square<T, TRule, TView>(in rule, ref gradient, ref columns, ref rows, rowOfAll, rowMask, ref means, meanMask, ref s2, ref s3, sigma, i) + Square<T, TRule, TView>(in rule, ref gradient, ref columns, ref rows, rowOfAll, rowMask, ref means, meanMask, ref s2, ref s3, sigma, i + width);
            var second = Square<T, TRule, TView>(in rule, ref gradient, ref columns, ref rows, rowOfAll, rowMask, ref means, meanMask, ref s2, ref s3, sigma, i + (2 * width)) + Square<T, TRule, TView>(in rule, ref gradient, ref columns, ref rows, rowOfAll, rowMask, ref means, meanMask, ref s2, ref s3, sigma, i + (3 * width));
            (first + second).AddTo(ref low, ref high);
        }

        for (; i < whole; i += width)
        {
            Square<T, TRule, TView>(in rule, ref gradient, ref columns, ref rows, rowOfAll, rowMask, ref means, meanMask, ref s2, ref s3, sigma, i).AddTo(ref low, ref high);
        }

        return Total(low + high) + rest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lane512<T> Square<T, TRule, TView>(in TRule rule, ref T gradient, ref T columns, ref T rows, Lane512<T> rowOfAll, nuint rowMask, ref T means, nuint meanMask, ref T s2, ref T s3, Lane512<T> sigma, nuint i)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRule : struct, IRule
        where TView : struct, IView
    {
        FactoredLoop.Fetch(ref gradient, i + FactoredLoop.Stretch);
        var column = TRule.Slots > 0 ? Lane512<T>.Load(ref columns, i) : default;
        var row = TView.IsGiven ? rowOfAll : TRule.Slots > 0 ? Lane512<T>.Load(ref rows, i & rowMask) : default;
        var a = TRule.Slots > 2 ? Lane512<T>.Load(ref s2, i) : default;
        var b = TRule.Slots > 3 ? Lane512<T>.Load(ref s3, i) : default;
        var g = Lane512<T>.Load(ref gradient, i);
        if (!TView.IsGiven)
        {
            g = (g * sigma) - Lane512<T>.Load(ref means, i & meanMask);
        }

        var x = rule.Direction(g, default, ref column, ref row, ref a, ref b);
        return x * x;
    }

    /// <summary>The sum of squares.</summary>
    public static double Of<T>(Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> zeros = stackalloc T[PieceReader<T>.Copies];
        zeros.Clear();
        ref var first = ref MemoryMarshal.GetReference(values);
        var range = new FactoredRange<T> { Theta = ref first, Gradient = ref first, S2 = ref first, S3 = ref first, Columns = ref first, Rows = ref first, Means = ref zeros[0], Sigma = 1, IsGiven = true };
        return Of(default(GradientRule), in range, values.Length);
    }

    /// <summary>Adds the squares of the rule's directions to the sums of their columns and rows: one row, or four, whose column sums are then read and written once.</summary>
    public static void AddSquares<T, TRule>(in TRule rule, in FactoredRange<T> range, int width, int rows, bool keep, ref double columnSums, Span<double> rowSums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRule : struct, IRule
    {
        switch (rows, range.IsGiven)
        {
            case (1, true):
                AddSquares<T, TRule, Given, SingleRow>(in rule, in range, width, keep, ref columnSums, rowSums);
                break;
            case (1, false):
                AddSquares<T, TRule, Changed, SingleRow>(in rule, in range, width, keep, ref columnSums, rowSums);
                break;
            case (_, true):
                AddSquares<T, TRule, Given, FourRows>(in rule, in range, width, keep, ref columnSums, rowSums);
                break;
            default:
                AddSquares<T, TRule, Changed, FourRows>(in rule, in range, width, keep, ref columnSums, rowSums);
                break;
        }
    }

    private static void AddSquares<T, TRule, TView, TRows>(in TRule rule, in FactoredRange<T> range, int length, bool keep, ref double columnSums, Span<double> rowSums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRule : struct, IRule
        where TView : struct, IView
        where TRows : struct, IRows
    {
        var (width, count, whole) = ((nuint)Lane512<T>.Count, (nuint)length, (nuint)(length - (length % Lane512<T>.Count)));
        for (var k = 0; k < TRows.Count; k++)
        {
            rowSums[k] = whole < count ? AddRest(in rule, range.From(whole + ((nuint)k * count), whole, (nuint)k), (int)(count - whole), keep, ref Unsafe.Add(ref columnSums, whole)) : 0;
        }

        Vector512<double> row0 = default, row1 = default, row2 = default, row3 = default;
        ref var gradient = ref range.Gradient;
        ref var columns = ref range.Columns;
        ref var state = ref range.S2;
        var ahead = AheadOf(TRows.Count, count);
        Lane512<T> sigma = Lane512<T>.Number(range.Sigma), r0 = RowOf(in range, 0), r1 = default, r2 = default, r3 = default;
        Lane512<T> m0 = MeanOf(in range, 0), m1 = default, m2 = default, m3 = default;
        if (TRows.Count > 1)
        {
            (r1, r2, r3) = (RowOf(in range, 1), RowOf(in range, 2), RowOf(in range, 3));
            (m1, m2, m3) = (MeanOf(in range, 1), MeanOf(in range, 2), MeanOf(in range, 3));
        }

        for (nuint i = 0; i < whole; i += width)
        {
            var column = TRule.Slots > 0 ? Lane512<T>.Load(ref columns, i) : default;
            var low = Vector512.LoadUnsafe(ref columnSums, i);
            var high = typeof(T) == typeof(float) ? Vector512.LoadUnsafe(ref columnSums, i + 8) : default;
            Direction<T, TRule, TView>(in rule, ref gradient, ref state, i, ahead, column, r0, m0, sigma, keep).AddSquaresTo(ref row0, ref low, ref high);
            if (TRows.Count > 1)
            {
                Direction<T, TRule, TView>(in rule, ref gradient, ref state, i + count, ahead, column, r1, m1, sigma, keep).AddSquaresTo(ref row1, ref low, ref high);
                Direction<T, TRule, TView>(in rule, ref gradient, ref state, i + (2 * count), ahead, column, r2, m2, sigma, keep).AddSquaresTo(ref row2, ref low, ref high);
                Direction<T, TRule, TView>(in rule, ref gradient, ref state, i + (3 * count), ahead, column, r3, m3, sigma, keep).AddSquaresTo(ref row3, ref low, ref high);
            }

            low.StoreUnsafe(ref columnSums, i);
            if (typeof(T) == typeof(float))
            {
                high.StoreUnsafe(ref columnSums, i + 8);
            }
        }

        rowSums[0] += Total(row0);
        if (TRows.Count > 1)
        {
            rowSums[1] += Total(row1);
            rowSums[2] += Total(row2);
            rowSums[3] += Total(row3);
        }
    }

    /// <summary>How far ahead of an element to fetch: some groups of rows, or, where these are long, a stretch of each.</summary>
    public static nuint AheadOf(int rows, nuint width)
    {
        var together = (nuint)rows * width;
        return rows == 1 || together > 32_768 ? FactoredLoop.Stretch : together * Math.Max(1, FactoredLoop.Stretch / together);
    }

    /// <summary>The number of a row that has one.</summary>
    public static Lane512<T> RowOf<T>(in FactoredRange<T> range, nuint row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Lane512<T>.Load(ref range.Rows, row * PieceReader<T>.Copies);

    /// <summary>The mean of a row's gradients.</summary>
    public static Lane512<T> MeanOf<T>(in FactoredRange<T> range, nuint row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Lane512<T>.Load(ref range.Means, row * PieceReader<T>.Copies);

    /// <summary>The direction of neighbouring elements of a row that has one number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Direction<T, TRule, TView>(in TRule rule, ref T gradient, ref T state, nuint i, nuint ahead, Lane512<T> column, Lane512<T> row, Lane512<T> mean, Lane512<T> sigma, bool keep)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRule : struct, IRule
        where TView : struct, IView
    {
        FactoredLoop.Fetch(ref gradient, i + ahead);
        if (TRule.Slots > 2)
        {
            FactoredLoop.Fetch(ref state, i + ahead);
        }

        Lane512<T> none = default, a = TRule.Slots > 2 ? Lane512<T>.Load(ref state, i) : default;
        var g = TView.IsGiven ? Lane512<T>.Load(ref gradient, i) : (Lane512<T>.Load(ref gradient, i) * sigma) - mean;
        var result = rule.Direction(g, default, ref column, ref row, ref a, ref none);
        if (TRule.Slots > 2 && keep)
        {
            Lane512<T>.Store(a, ref state, i);
        }

        return result;
    }

    /// <summary>The squares at the end of a row, fewer than a vector's; in a method of its own, since sums that live on behind a call are kept in memory.</summary>
    private static double SumOfRest<T, TRule>(in TRule rule, FactoredRange<T> range, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRule : struct, IRule
    {
        Span<double> unused = stackalloc double[PieceReader<T>.Copies];
        return AddRest(in rule, range, count, keep: false, ref unused[0]);
    }

    /// <summary>The same, added to the sums of columns too.</summary>
    private static double AddRest<T, TRule>(in TRule rule, FactoredRange<T> range, int count, bool keep, ref double columnSums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRule : struct, IRule
    {
        Vector512<double> all = default, low = default, high = default;
        Rest(in rule, range, count, keep).AddSquaresTo(ref all, ref low, ref high);
        for (var i = 0; i < count; i++)
        {
            Unsafe.Add(ref columnSums, i) += i < 8 ? low[i] : high[i - 8];
        }

        return Total(all);
    }

    /// <summary>The directions of the elements at the end of a row, fewer than a vector's, and zeros.</summary>
    public static Lane512<T> Rest<T, TRule>(in TRule rule, FactoredRange<T> range, int count, bool keep)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRule : struct, IRule
    {
        Span<T> directions = stackalloc T[PieceReader<T>.Copies];
        directions.Clear();
        FactoredLoop.Write(in rule, range, directions[..count], keep);
        return Lane512<T>.Load(ref directions[0], 0);
    }

    private static double Total(Vector512<double> sums) => Vector256.Sum(sums.GetLower() + sums.GetUpper());
}

/// <summary>How many rows a loop takes side by side.</summary>
internal interface IRows
{
    static abstract int Count { get; }
}

internal readonly struct SingleRow : IRows
{
    public static int Count => 1;
}

internal readonly struct FourRows : IRows
{
    public static int Count => Piece.MostRows;
}
