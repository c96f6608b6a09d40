using System.Runtime.CompilerServices;

namespace Descent.Lanes;

/// <summary>
/// Functions made of additions, multiplications and shifts alone, so that they have the same bits at every width and on every
/// processor, as the rest of the vocabulary has.
/// </summary>
internal static class LaneMath
{
    /// <summary>Bits of a single that a third of the argument's bits are taken from, for 1/∛.</summary>
    public const int InverseCubeRootOfSingle = 0x54A2_1D2A;

    /// <summary>The same for the upper half of a double's bits.</summary>
    public const int InverseCubeRootOfDouble = 0x553E_F0FF;

    /// <summary>2⁵², whose mantissa holds any integer below it.</summary>
    public const double TwoTo52 = 4_503_599_627_370_496;

    /// <summary>eˣ = 2ⁿ·eʳ, n the integer nearest to x/ln 2 and |r| at most (ln 2)/2, where the series converges fast.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Exp<V, T>(V x)
        where V : struct, IVectorLane<V, T>
    {
        // Beyond these the result is infinite, or below the normal numbers.
        var (highest, lowest) = typeof(T) == typeof(float) ? (V.Number(88.72), V.Number(-86.6)) : (V.Number(709.78), V.Number(-707.7));
        var shift = V.Number(typeof(T) == typeof(float) ? 1.5 * (1 << 23) : 1.5 * TwoTo52);
        var bounded = V.Max(V.Min(x, highest), lowest);
        var shifted = (bounded * V.Number(1 / 0.693147180559945309)) + shift;
        var n = shifted - shift;

        // ln 2 in two parts; the product with the first is exact.
        var r = typeof(T) == typeof(float)
            ? (bounded - (n * V.Number(0.693359375))) - (n * V.Number(-2.12194440054690583e-4))
            : (bounded - (n * V.Number(0.693147180369123816490))) - (n * V.Number(1.90821492927058770002e-10));
        var series = Series<V, T>(r);
        var power = V.HalfPowerOfTwo(shifted);
        var result = (series * power) * V.Number(2);
        var infinite = V.Select(x - highest, V.Number(double.PositiveInfinity), result);
        return V.Select(lowest - x, V.Number(0), infinite);
    }

    /// <summary>1/∛a from the bits and two or three steps of third order, then ∛a = a·(1/∛a)²: no division.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V CubeRoot<V, T>(V a)
        where V : struct, IVectorLane<V, T>
    {
        var bounded = V.Min(a, V.Number(typeof(T) == typeof(float) ? float.MaxValue : double.MaxValue));
        var z = Refined<V, T>(bounded, Refined<V, T>(bounded, V.InverseCubeRootGuess(bounded)));
        if (typeof(T) == typeof(double))
        {
            z = Refined<V, T>(bounded, z);
        }

        // What was cut off puts infinity back.
        return ((bounded * z) * z) + (a - bounded);
    }

    /// <summary>z ← z·(1 + h/3 + 2h²/9), h = 1 − a·z³.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Refined<V, T>(V a, V z)
        where V : struct, IVectorLane<V, T>
    {
        var h = V.Number(1) - (((a * z) * z) * z);
        return z + ((z * h) * (V.Number(1.0 / 3) + (h * V.Number(2.0 / 9))));
    }

    /// <summary>Σ rᵏ/k!, to the precision of the element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Series<V, T>(V r)
        where V : struct, IVectorLane<V, T>
    {
        var sum = V.Number(1.0 / 5040);
        if (typeof(T) == typeof(double))
        {
            sum = V.Number(1.0 / 6227020800);
            sum = (sum * r) + V.Number(1.0 / 479001600);
            sum = (sum * r) + V.Number(1.0 / 39916800);
            sum = (sum * r) + V.Number(1.0 / 3628800);
            sum = (sum * r) + V.Number(1.0 / 362880);
            sum = (sum * r) + V.Number(1.0 / 40320);
            sum = (sum * r) + V.Number(1.0 / 5040);
        }

        sum = (sum * r) + V.Number(1.0 / 720);
        sum = (sum * r) + V.Number(1.0 / 120);
        sum = (sum * r) + V.Number(1.0 / 24);
        sum = (sum * r) + V.Number(1.0 / 6);
        sum = (sum * r) + V.Number(0.5);
        sum = (sum * r) + V.Number(1);
        return (sum * r) + V.Number(1);
    }
}
