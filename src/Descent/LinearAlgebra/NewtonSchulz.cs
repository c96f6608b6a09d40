using System.Numerics;
using Descent.Engine;

namespace Descent.LinearAlgebra;

/// <summary>
/// Brings the singular values of a matrix near 1 and leaves its singular vectors: X ← a·X + b·A·X + c·A²·X with A = X·Xᵀ,
/// five times, after X was divided by its Frobenius norm. The coefficients trade exactness for speed: singular values end
/// between about 0.7 and 1.2.
/// </summary>
/// <remarks>
/// <para>Source: Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024,
/// <see href="https://kellerjordan.github.io/posts/muon/"/>. Departures: the arithmetic is in the element's type, not in bfloat16.</para>
/// <para>Its memory grows to the largest matrix and is used again. The bits do not depend on the number of threads.</para>
/// </remarks>
internal sealed class NewtonSchulz<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Iterations = 5;
    private const double A = 3.4445;
    private const double B = -4.7750;
    private const double C = 2.0315;

    private T[] x = [];
    private T[] ax = [];
    private T[] a = [];
    private T[] polynomial = [];

    /// <summary>Orthogonalizes a row-major matrix in place.</summary>
    /// <param name="matrix">rows × columns elements.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">How many columns.</param>
    /// <param name="epsilon">What is added to the norm.</param>
    public void Orthogonalize(Span<T> matrix, int rows, int columns, double epsilon)
    {
        // The products of the short side are the small ones.
        var transposed = rows > columns;
        var (shortSide, longSide) = transposed ? (columns, rows) : (rows, columns);
        var product = Reserve(ref ax, matrix.Length);
        var gram = Reserve(ref a, shortSide * shortSide);
        var weights = Reserve(ref polynomial, gram.Length);
        var current = Reserve(ref x, matrix.Length);
        Scale(matrix, 1 / (Math.Sqrt(Sum.OfSquares<T>(matrix)) + epsilon));
        if (transposed)
        {
            Transpose(matrix, current, rows, columns);
        }
        else
        {
            matrix.CopyTo(current);
        }

        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            // X ← a·X + (b·A + c·A²)·X, A = X·Xᵀ.
            MatrixProduct.Multiply<T>(current, current, gram, shortSide, shortSide, longSide, transposeRight: true);
            MatrixProduct.Multiply<T>(gram, gram, weights, shortSide, shortSide, shortSide);
            Combine(gram, B, weights, C);
            MatrixProduct.Multiply<T>(weights, current, product, shortSide, longSide, shortSide);
            Combine(current, A, product, 1);
            (x, ax) = (ax, x);
            current = x.AsSpan(0, matrix.Length);
            product = ax.AsSpan(0, matrix.Length);
        }

        if (transposed)
        {
            Transpose(current, matrix, columns, rows);
        }
        else
        {
            current.CopyTo(matrix);
        }
    }

    /// <summary>second ← first·p + second·q.</summary>
    private static void Combine(ReadOnlySpan<T> first, double p, Span<T> second, double q)
    {
        var (left, right) = (T.CreateTruncating(p), T.CreateTruncating(q));
        for (var i = 0; i < second.Length; i++)
        {
            second[i] = (left * first[i]) + (right * second[i]);
        }
    }

    private static void Scale(Span<T> values, double factor)
    {
        var scale = T.CreateTruncating(factor);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] *= scale;
        }
    }

    private static void Transpose(ReadOnlySpan<T> source, Span<T> target, int rows, int columns)
    {
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                target[(column * rows) + row] = source[(row * columns) + column];
            }
        }
    }

    private static Span<T> Reserve(ref T[] memory, int count)
    {
        if (memory.Length < count)
        {
            memory = new T[count];
        }

        return memory.AsSpan(0, count);
    }
}
