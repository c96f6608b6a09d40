using System.Runtime.CompilerServices;

namespace Descent.LinearAlgebra;

/// <summary>Where a tile finds its rows of the left matrix: packed, or where the caller has them.</summary>
/// <param name="first">The first row's first number.</param>
/// <param name="rowStride">From row to row.</param>
/// <param name="innerStride">From inner step to inner step.</param>
internal readonly unsafe struct LeftTile<T>(T* first, nint rowStride, nint innerStride)
    where T : unmanaged
{
    public readonly T* First = first;
    public readonly nint RowStride = rowStride;
    public readonly nint InnerStride = innerStride;
}

/// <summary>
/// The innermost product: a tile of some rows by 2 registers of columns, held in registers while the inner dimension streams by. Twelve rows have 24
/// independent sums and fit the 32 registers of AVX-512, six rows have 12 and fit the 16 of AVX2; the few rows that are left go through smaller
/// tiles. Every element is summed in the same order in all of them.
/// </summary>
internal static unsafe class MicroKernel
{
    /// <summary>Registers of a tile's row.</summary>
    public const int Registers = 2;

    /// <summary>Rows of the largest tile.</summary>
    public const int MostRows = 12;

    /// <summary>result (+)= left · right for a tile of as many rows as there are registers for, and no more than <paramref name="rows"/>.</summary>
    /// <param name="rows">How many there are, at least 1.</param>
    /// <param name="inner">Inner steps.</param>
    /// <param name="left">The rows of the left matrix.</param>
    /// <param name="right">For each inner step 2·lanes numbers side by side.</param>
    /// <param name="result">The tile of the result.</param>
    /// <param name="stride">From row to row of the result.</param>
    /// <param name="accumulate">Whether to add to the result.</param>
    /// <returns>How many rows are done.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Tile<T, V, L>(int rows, int inner, in LeftTile<T> left, T* right, T* result, nint stride, bool accumulate)
        where T : unmanaged
        where V : struct
        where L : struct, IVectorLanes<T, V>
    {
        if (rows >= 12 && L.HasManyRegisters)
        {
            Tile12<T, V, L>(inner, in left, right, result, stride, accumulate);
            return 12;
        }

        if (rows >= 6)
        {
            Tile6<T, V, L>(inner, in left, right, result, stride, accumulate);
            return 6;
        }

        if (rows >= 4)
        {
            Tile4<T, V, L>(inner, in left, right, result, stride, accumulate);
            return 4;
        }

        if (rows >= 2)
        {
            Tile2<T, V, L>(inner, in left, right, result, stride, accumulate);
            return 2;
        }

        Tile1<T, V, L>(inner, in left, right, result, stride, accumulate);
        return 1;
    }

    /// <summary>A tile of 12 rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile12<T, V, L>(int inner, in LeftTile<T> tile, T* right, T* result, nint stride, bool accumulate)
        where T : unmanaged
        where V : struct
        where L : struct, IVectorLanes<T, V>
    {
        V a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default;
        V d0 = default, d1 = default, e0 = default, e1 = default, f0 = default, f1 = default;
        V g0 = default, g1 = default, h0 = default, h1 = default, i0 = default, i1 = default;
        V j0 = default, j1 = default, k0 = default, k1 = default, l0 = default, l1 = default;
        nint step = tile.InnerStride;
        nint next = tile.RowStride, third = 2 * next;
        var p0 = tile.First;
        var p1 = p0 + (3 * next);
        var p2 = p1 + (3 * next);
        var p3 = p2 + (3 * next);
        for (var k = 0; k < inner; k++)
        {
            var (r0, r1) = (L.Load(right), L.Load(right + L.Count));
            var l = L.Broadcast(p0[0]);
            a0 = L.MultiplyAdd(l, r0, a0);
            a1 = L.MultiplyAdd(l, r1, a1);
            l = L.Broadcast(p0[next]);
            b0 = L.MultiplyAdd(l, r0, b0);
            b1 = L.MultiplyAdd(l, r1, b1);
            l = L.Broadcast(p0[third]);
            c0 = L.MultiplyAdd(l, r0, c0);
            c1 = L.MultiplyAdd(l, r1, c1);
            l = L.Broadcast(p1[0]);
            d0 = L.MultiplyAdd(l, r0, d0);
            d1 = L.MultiplyAdd(l, r1, d1);
            l = L.Broadcast(p1[next]);
            e0 = L.MultiplyAdd(l, r0, e0);
            e1 = L.MultiplyAdd(l, r1, e1);
            l = L.Broadcast(p1[third]);
            f0 = L.MultiplyAdd(l, r0, f0);
            f1 = L.MultiplyAdd(l, r1, f1);
            l = L.Broadcast(p2[0]);
            g0 = L.MultiplyAdd(l, r0, g0);
            g1 = L.MultiplyAdd(l, r1, g1);
            l = L.Broadcast(p2[next]);
            h0 = L.MultiplyAdd(l, r0, h0);
            h1 = L.MultiplyAdd(l, r1, h1);
            l = L.Broadcast(p2[third]);
            i0 = L.MultiplyAdd(l, r0, i0);
            i1 = L.MultiplyAdd(l, r1, i1);
            l = L.Broadcast(p3[0]);
            j0 = L.MultiplyAdd(l, r0, j0);
            j1 = L.MultiplyAdd(l, r1, j1);
            l = L.Broadcast(p3[next]);
            k0 = L.MultiplyAdd(l, r0, k0);
            k1 = L.MultiplyAdd(l, r1, k1);
            l = L.Broadcast(p3[third]);
            l0 = L.MultiplyAdd(l, r0, l0);
            l1 = L.MultiplyAdd(l, r1, l1);
            p0 += step;
            p1 += step;
            p2 += step;
            p3 += step;
            right += Registers * L.Count;
        }

        Put<T, V, L>(a0, a1, result, accumulate);
        Put<T, V, L>(b0, b1, result + stride, accumulate);
        Put<T, V, L>(c0, c1, result + (2 * stride), accumulate);
        Put<T, V, L>(d0, d1, result + (3 * stride), accumulate);
        Put<T, V, L>(e0, e1, result + (4 * stride), accumulate);
        Put<T, V, L>(f0, f1, result + (5 * stride), accumulate);
        Put<T, V, L>(g0, g1, result + (6 * stride), accumulate);
        Put<T, V, L>(h0, h1, result + (7 * stride), accumulate);
        Put<T, V, L>(i0, i1, result + (8 * stride), accumulate);
        Put<T, V, L>(j0, j1, result + (9 * stride), accumulate);
        Put<T, V, L>(k0, k1, result + (10 * stride), accumulate);
        Put<T, V, L>(l0, l1, result + (11 * stride), accumulate);
    }

    /// <summary>A tile of 6 rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6<T, V, L>(int inner, in LeftTile<T> tile, T* right, T* result, nint stride, bool accumulate)
        where T : unmanaged
        where V : struct
        where L : struct, IVectorLanes<T, V>
    {
        V a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default;
        V d0 = default, d1 = default, e0 = default, e1 = default, f0 = default, f1 = default;
        nint step = tile.InnerStride;
        nint next = tile.RowStride, third = 2 * next;
        var p0 = tile.First;
        var p1 = p0 + (3 * next);
        for (var k = 0; k < inner; k++)
        {
            var (r0, r1) = (L.Load(right), L.Load(right + L.Count));
            var l = L.Broadcast(p0[0]);
            a0 = L.MultiplyAdd(l, r0, a0);
            a1 = L.MultiplyAdd(l, r1, a1);
            l = L.Broadcast(p0[next]);
            b0 = L.MultiplyAdd(l, r0, b0);
            b1 = L.MultiplyAdd(l, r1, b1);
            l = L.Broadcast(p0[third]);
            c0 = L.MultiplyAdd(l, r0, c0);
            c1 = L.MultiplyAdd(l, r1, c1);
            l = L.Broadcast(p1[0]);
            d0 = L.MultiplyAdd(l, r0, d0);
            d1 = L.MultiplyAdd(l, r1, d1);
            l = L.Broadcast(p1[next]);
            e0 = L.MultiplyAdd(l, r0, e0);
            e1 = L.MultiplyAdd(l, r1, e1);
            l = L.Broadcast(p1[third]);
            f0 = L.MultiplyAdd(l, r0, f0);
            f1 = L.MultiplyAdd(l, r1, f1);
            p0 += step;
            p1 += step;
            right += Registers * L.Count;
        }

        Put<T, V, L>(a0, a1, result, accumulate);
        Put<T, V, L>(b0, b1, result + stride, accumulate);
        Put<T, V, L>(c0, c1, result + (2 * stride), accumulate);
        Put<T, V, L>(d0, d1, result + (3 * stride), accumulate);
        Put<T, V, L>(e0, e1, result + (4 * stride), accumulate);
        Put<T, V, L>(f0, f1, result + (5 * stride), accumulate);
    }

    /// <summary>A tile of 4 rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4<T, V, L>(int inner, in LeftTile<T> tile, T* right, T* result, nint stride, bool accumulate)
        where T : unmanaged
        where V : struct
        where L : struct, IVectorLanes<T, V>
    {
        V a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default;
        V d0 = default, d1 = default;
        nint step = tile.InnerStride;
        nint next = tile.RowStride, third = 2 * next;
        var p0 = tile.First;
        var p1 = p0 + (3 * next);
        for (var k = 0; k < inner; k++)
        {
            var (r0, r1) = (L.Load(right), L.Load(right + L.Count));
            var l = L.Broadcast(p0[0]);
            a0 = L.MultiplyAdd(l, r0, a0);
            a1 = L.MultiplyAdd(l, r1, a1);
            l = L.Broadcast(p0[next]);
            b0 = L.MultiplyAdd(l, r0, b0);
            b1 = L.MultiplyAdd(l, r1, b1);
            l = L.Broadcast(p0[third]);
            c0 = L.MultiplyAdd(l, r0, c0);
            c1 = L.MultiplyAdd(l, r1, c1);
            l = L.Broadcast(p1[0]);
            d0 = L.MultiplyAdd(l, r0, d0);
            d1 = L.MultiplyAdd(l, r1, d1);
            p0 += step;
            p1 += step;
            right += Registers * L.Count;
        }

        Put<T, V, L>(a0, a1, result, accumulate);
        Put<T, V, L>(b0, b1, result + stride, accumulate);
        Put<T, V, L>(c0, c1, result + (2 * stride), accumulate);
        Put<T, V, L>(d0, d1, result + (3 * stride), accumulate);
    }

    /// <summary>A tile of 2 rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile2<T, V, L>(int inner, in LeftTile<T> tile, T* right, T* result, nint stride, bool accumulate)
        where T : unmanaged
        where V : struct
        where L : struct, IVectorLanes<T, V>
    {
        V a0 = default, a1 = default, b0 = default, b1 = default;
        nint step = tile.InnerStride;
        nint next = tile.RowStride;
        var p0 = tile.First;
        for (var k = 0; k < inner; k++)
        {
            var (r0, r1) = (L.Load(right), L.Load(right + L.Count));
            var l = L.Broadcast(p0[0]);
            a0 = L.MultiplyAdd(l, r0, a0);
            a1 = L.MultiplyAdd(l, r1, a1);
            l = L.Broadcast(p0[next]);
            b0 = L.MultiplyAdd(l, r0, b0);
            b1 = L.MultiplyAdd(l, r1, b1);
            p0 += step;
            right += Registers * L.Count;
        }

        Put<T, V, L>(a0, a1, result, accumulate);
        Put<T, V, L>(b0, b1, result + stride, accumulate);
    }

    /// <summary>A tile of 1 row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1<T, V, L>(int inner, in LeftTile<T> tile, T* right, T* result, nint stride, bool accumulate)
        where T : unmanaged
        where V : struct
        where L : struct, IVectorLanes<T, V>
    {
        V a0 = default, a1 = default;
        nint step = tile.InnerStride;
        var p0 = tile.First;
        for (var k = 0; k < inner; k++)
        {
            var (r0, r1) = (L.Load(right), L.Load(right + L.Count));
            var l = L.Broadcast(p0[0]);
            a0 = L.MultiplyAdd(l, r0, a0);
            a1 = L.MultiplyAdd(l, r1, a1);
            p0 += step;
            right += Registers * L.Count;
        }

        Put<T, V, L>(a0, a1, result, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<T, V, L>(V c0, V c1, T* row, bool accumulate)
        where T : unmanaged
        where V : struct
        where L : struct, IVectorLanes<T, V>
    {
        if (accumulate)
        {
            c0 = L.Add(L.Load(row), c0);
            c1 = L.Add(L.Load(row + L.Count), c1);
        }

        L.Store(c0, row);
        L.Store(c1, row + L.Count);
    }
}
