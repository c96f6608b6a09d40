using System.Runtime.CompilerServices;

namespace Descent.LinearAlgebra;

/// <summary>
/// The innermost product: a tile of 6 rows by 2 registers, held in 12 registers while the inner dimension streams by.
/// Twelve independent sums hide the latency of the multiply-add, and 12 + 2 + 1 registers fit the 16 of AVX2.
/// </summary>
internal static unsafe class MicroKernel
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 6;

    /// <summary>Registers of a tile's row.</summary>
    public const int Registers = 2;

    /// <summary>
    /// result (+)= left · right, where left holds <see cref="Rows"/> and right 2·lanes numbers for each of the inner steps.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile<T, V, L>(int inner, T* left, T* right, T* result, nint stride, bool accumulate)
        where T : unmanaged
        where V : struct
        where L : struct, IVectorLanes<T, V>
    {
        V c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        V c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        for (var k = 0; k < inner; k++)
        {
            var b0 = L.Load(right);
            var b1 = L.Load(right + L.Count);
            var a = L.Broadcast(left[0]);
            c00 = L.MultiplyAdd(a, b0, c00);
            c01 = L.MultiplyAdd(a, b1, c01);
            a = L.Broadcast(left[1]);
            c10 = L.MultiplyAdd(a, b0, c10);
            c11 = L.MultiplyAdd(a, b1, c11);
            a = L.Broadcast(left[2]);
            c20 = L.MultiplyAdd(a, b0, c20);
            c21 = L.MultiplyAdd(a, b1, c21);
            a = L.Broadcast(left[3]);
            c30 = L.MultiplyAdd(a, b0, c30);
            c31 = L.MultiplyAdd(a, b1, c31);
            a = L.Broadcast(left[4]);
            c40 = L.MultiplyAdd(a, b0, c40);
            c41 = L.MultiplyAdd(a, b1, c41);
            a = L.Broadcast(left[5]);
            c50 = L.MultiplyAdd(a, b0, c50);
            c51 = L.MultiplyAdd(a, b1, c51);
            left += Rows;
            right += Registers * L.Count;
        }

        Put<T, V, L>(c00, c01, result, accumulate);
        Put<T, V, L>(c10, c11, result + stride, accumulate);
        Put<T, V, L>(c20, c21, result + (2 * stride), accumulate);
        Put<T, V, L>(c30, c31, result + (3 * stride), accumulate);
        Put<T, V, L>(c40, c41, result + (4 * stride), accumulate);
        Put<T, V, L>(c50, c51, result + (5 * stride), accumulate);
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
