using System.Numerics;
using Descent.LinearAlgebra;

namespace Descent.Nn;

/// <summary>The one place where operations multiply matrices: <see cref="MatrixProduct"/> on the threads of <see cref="Compute.Workers"/>.</summary>
internal static class MatrixKernels
{
    [ThreadStatic]
    private static long multiplications;

    /// <summary>The multiplications of all products on this thread so far: what summaries of models count.</summary>
    public static long Multiplications => multiplications;

    /// <summary>Adds the multiplications of products that are made elsewhere.</summary>
    public static void Count(long number) => multiplications += number;

    /// <summary>result = op(left)·op(right), or with <paramref name="accumulate"/> result += …, of dense matrices.</summary>
    public static void Multiply<T>(
        ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result, int rows, int columns, int inner, bool transposeLeft = false, bool transposeRight = false, bool accumulate = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        multiplications += (long)rows * columns * inner;
        MatrixProduct.Multiply(left, right, result, rows, columns, inner, transposeLeft, transposeRight, accumulate, Compute.Workers);
    }

    /// <summary>One product or many, of matrices that may be parts of larger arrays, with what is done to the results while they are in the cache.</summary>
    public static void Multiply<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result, in ProductShape shape, IProductFinish<T>? finish = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        multiplications += (long)shape.Rows * shape.Columns * shape.Inner * (shape.Count ?? 1);
        MatrixProduct.Multiply(left, right, result, shape, finish, Compute.Workers);
    }
}
