using System.Runtime.CompilerServices;
using Descent.LinearAlgebra;

namespace Descent.Nn;

/// <summary>
/// The innermost loops of a convolution with stride 1, over an image that has its padding around it: there one element of a kernel meets, for places
/// of the output side by side, numbers of the image side by side, so that nothing is unfolded. A tile of 8 rows by 2 registers has 16 independent sums and fits
/// 32 registers; where there are 16, two of 4 rows are used. Every element is summed in the same order in all of them.
/// </summary>
internal static unsafe class ConvolutionTiles
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 8;

    /// <summary>sums = weights · image for 8 outputs and 2·lanes places side by side.</summary>
    /// <param name="weights">For each element of the kernels the 8 outputs' numbers side by side.</param>
    /// <param name="image">The first place.</param>
    /// <param name="offsets">How far from a place each element of the kernels is.</param>
    /// <param name="inner">How many there are.</param>
    /// <param name="sums">The first output's first place.</param>
    /// <param name="pitch">From output to output.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Places<T, V, L>(T* weights, T* image, nint* offsets, int inner, T* sums, nint pitch)
        where T : unmanaged
        where V : struct
        where L : struct, IVectorLanes<T, V>
    {
        if (L.HasManyRegisters)
        {
            Places8<T, V, L>(weights, image, offsets, inner, sums, pitch);
            return;
        }

        Places4<T, V, L>(weights, image, offsets, inner, sums, pitch);
        Places4<T, V, L>(weights + 4, image, offsets, inner, sums + (4 * pitch), pitch);
    }

    /// <summary>sums += image · right for 8 elements of the kernels and 2·lanes outputs, over all places.</summary>
    /// <param name="image">The first place.</param>
    /// <param name="offsets">How far from a place each of the 8 elements is.</param>
    /// <param name="right">For each place the outputs' numbers side by side.</param>
    /// <param name="output">Lines and places of a line.</param>
    /// <param name="imageWidth">From line to line of the image.</param>
    /// <param name="sums">For each of the 8 elements the outputs side by side.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Weights<T, V, L>(T* image, nint* offsets, T* right, (int Height, int Width) output, nint imageWidth, T* sums)
        where T : unmanaged
        where V : struct
        where L : struct, IVectorLanes<T, V>
    {
        if (L.HasManyRegisters)
        {
            Weights8<T, V, L>(image, offsets, right, output, imageWidth, sums);
            return;
        }

        Weights4<T, V, L>(image, offsets, right, output, imageWidth, sums);
        Weights4<T, V, L>(image, offsets + 4, right, output, imageWidth, sums + (8 * L.Count));
    }

    /// <summary>A tile of 8 rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Places8<T, V, L>(T* weights, T* image, nint* offsets, int inner, T* sums, nint pitch)
        where T : unmanaged
        where V : struct
        where L : struct, IVectorLanes<T, V>
    {
        V a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        V e0 = default, e1 = default, f0 = default, f1 = default, g0 = default, g1 = default, h0 = default, h1 = default;
        for (var k = 0; k < inner; k++)
        {
            var right = image + offsets[k];
            var (r0, r1) = (L.Load(right), L.Load(right + L.Count));
            var l = L.Broadcast(weights[0]);
            a0 = L.MultiplyAdd(l, r0, a0);
            a1 = L.MultiplyAdd(l, r1, a1);
            l = L.Broadcast(weights[1]);
            b0 = L.MultiplyAdd(l, r0, b0);
            b1 = L.MultiplyAdd(l, r1, b1);
            l = L.Broadcast(weights[2]);
            c0 = L.MultiplyAdd(l, r0, c0);
            c1 = L.MultiplyAdd(l, r1, c1);
            l = L.Broadcast(weights[3]);
            d0 = L.MultiplyAdd(l, r0, d0);
            d1 = L.MultiplyAdd(l, r1, d1);
            l = L.Broadcast(weights[4]);
            e0 = L.MultiplyAdd(l, r0, e0);
            e1 = L.MultiplyAdd(l, r1, e1);
            l = L.Broadcast(weights[5]);
            f0 = L.MultiplyAdd(l, r0, f0);
            f1 = L.MultiplyAdd(l, r1, f1);
            l = L.Broadcast(weights[6]);
            g0 = L.MultiplyAdd(l, r0, g0);
            g1 = L.MultiplyAdd(l, r1, g1);
            l = L.Broadcast(weights[7]);
            h0 = L.MultiplyAdd(l, r0, h0);
            h1 = L.MultiplyAdd(l, r1, h1);
            weights += Rows;
        }

        Put<T, V, L>(a0, a1, sums);
        Put<T, V, L>(b0, b1, sums + pitch);
        Put<T, V, L>(c0, c1, sums + (2 * pitch));
        Put<T, V, L>(d0, d1, sums + (3 * pitch));
        Put<T, V, L>(e0, e1, sums + (4 * pitch));
        Put<T, V, L>(f0, f1, sums + (5 * pitch));
        Put<T, V, L>(g0, g1, sums + (6 * pitch));
        Put<T, V, L>(h0, h1, sums + (7 * pitch));
    }

    /// <summary>A tile of 4 rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Places4<T, V, L>(T* weights, T* image, nint* offsets, int inner, T* sums, nint pitch)
        where T : unmanaged
        where V : struct
        where L : struct, IVectorLanes<T, V>
    {
        V a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        for (var k = 0; k < inner; k++)
        {
            var right = image + offsets[k];
            var (r0, r1) = (L.Load(right), L.Load(right + L.Count));
            var l = L.Broadcast(weights[0]);
            a0 = L.MultiplyAdd(l, r0, a0);
            a1 = L.MultiplyAdd(l, r1, a1);
            l = L.Broadcast(weights[1]);
            b0 = L.MultiplyAdd(l, r0, b0);
            b1 = L.MultiplyAdd(l, r1, b1);
            l = L.Broadcast(weights[2]);
            c0 = L.MultiplyAdd(l, r0, c0);
            c1 = L.MultiplyAdd(l, r1, c1);
            l = L.Broadcast(weights[3]);
            d0 = L.MultiplyAdd(l, r0, d0);
            d1 = L.MultiplyAdd(l, r1, d1);
            weights += Rows;
        }

        Put<T, V, L>(a0, a1, sums);
        Put<T, V, L>(b0, b1, sums + pitch);
        Put<T, V, L>(c0, c1, sums + (2 * pitch));
        Put<T, V, L>(d0, d1, sums + (3 * pitch));
    }

    /// <summary>A tile of 8 rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Weights8<T, V, L>(T* image, nint* offsets, T* right, (int Height, int Width) output, nint imageWidth, T* sums)
        where T : unmanaged
        where V : struct
        where L : struct, IVectorLanes<T, V>
    {
        V a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        V e0 = default, e1 = default, f0 = default, f1 = default, g0 = default, g1 = default, h0 = default, h1 = default;
        T* p0 = image + offsets[0], p1 = image + offsets[1], p2 = image + offsets[2], p3 = image + offsets[3];
        T* p4 = image + offsets[4], p5 = image + offsets[5], p6 = image + offsets[6], p7 = image + offsets[7];
        for (nint y = 0; y < output.Height; y++)
        {
            var end = (y * imageWidth) + output.Width;
            for (var at = y * imageWidth; at < end; at++)
            {
                var (r0, r1) = (L.Load(right), L.Load(right + L.Count));
                var l = L.Broadcast(p0[at]);
                a0 = L.MultiplyAdd(l, r0, a0);
                a1 = L.MultiplyAdd(l, r1, a1);
                l = L.Broadcast(p1[at]);
                b0 = L.MultiplyAdd(l, r0, b0);
                b1 = L.MultiplyAdd(l, r1, b1);
                l = L.Broadcast(p2[at]);
                c0 = L.MultiplyAdd(l, r0, c0);
                c1 = L.MultiplyAdd(l, r1, c1);
                l = L.Broadcast(p3[at]);
                d0 = L.MultiplyAdd(l, r0, d0);
                d1 = L.MultiplyAdd(l, r1, d1);
                l = L.Broadcast(p4[at]);
                e0 = L.MultiplyAdd(l, r0, e0);
                e1 = L.MultiplyAdd(l, r1, e1);
                l = L.Broadcast(p5[at]);
                f0 = L.MultiplyAdd(l, r0, f0);
                f1 = L.MultiplyAdd(l, r1, f1);
                l = L.Broadcast(p6[at]);
                g0 = L.MultiplyAdd(l, r0, g0);
                g1 = L.MultiplyAdd(l, r1, g1);
                l = L.Broadcast(p7[at]);
                h0 = L.MultiplyAdd(l, r0, h0);
                h1 = L.MultiplyAdd(l, r1, h1);
                right += 2 * L.Count;
            }
        }

        Add<T, V, L>(a0, a1, sums);
        Add<T, V, L>(b0, b1, sums + (2 * L.Count));
        Add<T, V, L>(c0, c1, sums + (4 * L.Count));
        Add<T, V, L>(d0, d1, sums + (6 * L.Count));
        Add<T, V, L>(e0, e1, sums + (8 * L.Count));
        Add<T, V, L>(f0, f1, sums + (10 * L.Count));
        Add<T, V, L>(g0, g1, sums + (12 * L.Count));
        Add<T, V, L>(h0, h1, sums + (14 * L.Count));
    }

    /// <summary>A tile of 4 rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Weights4<T, V, L>(T* image, nint* offsets, T* right, (int Height, int Width) output, nint imageWidth, T* sums)
        where T : unmanaged
        where V : struct
        where L : struct, IVectorLanes<T, V>
    {
        V a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        T* p0 = image + offsets[0], p1 = image + offsets[1], p2 = image + offsets[2], p3 = image + offsets[3];
        for (nint y = 0; y < output.Height; y++)
        {
            var end = (y * imageWidth) + output.Width;
            for (var at = y * imageWidth; at < end; at++)
            {
                var (r0, r1) = (L.Load(right), L.Load(right + L.Count));
                var l = L.Broadcast(p0[at]);
                a0 = L.MultiplyAdd(l, r0, a0);
                a1 = L.MultiplyAdd(l, r1, a1);
                l = L.Broadcast(p1[at]);
                b0 = L.MultiplyAdd(l, r0, b0);
                b1 = L.MultiplyAdd(l, r1, b1);
                l = L.Broadcast(p2[at]);
                c0 = L.MultiplyAdd(l, r0, c0);
                c1 = L.MultiplyAdd(l, r1, c1);
                l = L.Broadcast(p3[at]);
                d0 = L.MultiplyAdd(l, r0, d0);
                d1 = L.MultiplyAdd(l, r1, d1);
                right += 2 * L.Count;
            }
        }

        Add<T, V, L>(a0, a1, sums);
        Add<T, V, L>(b0, b1, sums + (2 * L.Count));
        Add<T, V, L>(c0, c1, sums + (4 * L.Count));
        Add<T, V, L>(d0, d1, sums + (6 * L.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<T, V, L>(V c0, V c1, T* row)
        where T : unmanaged
        where V : struct
        where L : struct, IVectorLanes<T, V>
    {
        L.Store(c0, row);
        L.Store(c1, row + L.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<T, V, L>(V c0, V c1, T* row)
        where T : unmanaged
        where V : struct
        where L : struct, IVectorLanes<T, V>
    {
        L.Store(L.Add(L.Load(row), c0), row);
        L.Store(L.Add(L.Load(row + L.Count), c1), row + L.Count);
    }
}
