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
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp<V, T>(V x)
        where V : struct, INumberLane<V>
    {
        var single = typeof(T) == typeof(float);

        // The last bits of what has 1.5·2²³ or 1.5·2⁵² added are an integer.
        var shift = V.Number(single ? 1.5 * (1 << 23) : 1.5 * TwoTo52);
        var shifted = (x * V.Number(1 / 0.693147180559945309)) + shift;
        var n = shifted - shift;

        // ln 2 in two parts; the product with the first is exact.
        var r = single
            ? (x - (n * V.Number(0.693359375))) - (n * V.Number(-2.12194440e-4))
            : (x - (n * V.Number(0.693147180369123816490))) - (n * V.Number(1.90821492927058770002e-10));

        // 2ⁿ⁻¹, which exists for every n, and twice the series.
        var result = (single ? SinglePrecision<V, T>(r) : DoublePrecision<V, T>(r)) * V.HalfPowerOfTwo(shifted);

        // Beyond these n is none, and the result is infinite, or below the normal numbers.
        var (highest, lowest) = (V.Number(single ? 88.72 : 709.78), V.Number(single ? -86.6 : -707.7));
        var infinite = V.Select(x - highest, V.Number(double.PositiveInfinity), result);
        return V.Select(lowest - x, V.Number(0), infinite);
    }

    /// <summary>As <see cref="Exp{V, T}"/>, in a call of its own, where its length would keep the rule around it from being put into the loop.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V CalledExp<V, T>(V x)
        where V : struct, INumberLane<V> => Exp<V, T>(x);

    /// <summary>z ≈ 1/∛a from the bits, refined once or twice; then ∛a ≈ w = a·z², refined once more by 2/3 of w·(1 − w·z): no division.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V CubeRoot<V, T>(V a)
        where V : struct, INumberLane<V>
    {
        // From 4 % to 5e-5: the coefficients of least error where |h| is at most 0.105, instead of the series.
        var z = Refined<V, T>(a, V.InverseCubeRootGuess(a), V.Number(0.33469824), V.Number(0.22263034));
        if (typeof(T) == typeof(double))
        {
            z = Refined<V, T>(a, z, V.Number(1.0 / 3), V.Number(2.0 / 9));
        }

        var w = (a * z) * z;
        var result = w + ((w * (V.Number(1) - (w * z))) * V.Number(2.0 / 3));
        return V.Select(a - V.Number(typeof(T) == typeof(float) ? float.MaxValue : double.MaxValue), a, result);
    }

    /// <summary>z ← z·(1 + h/3 + 2h²/9 + …), h = 1 − a·z³.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Refined<V, T>(V a, V z, V first, V second)
        where V : struct, INumberLane<V>
    {
        var h = V.Number(1) - (((a * z) * z) * z);
        return z + ((z * h) * (first + (h * second)));
    }

    /// <summary>2·Σ rᵏ/k! to the precision of a float, in pairs, so that the processor can compute them side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V SinglePrecision<V, T>(V r)
        where V : struct, INumberLane<V>
    {
        var r2 = r * r;
        var low = (V.Number(2) + (V.Number(2) * r)) + ((V.Number(1) + (V.Number(1.0 / 3) * r)) * r2);
        var high = (V.Number(2.0 / 24) + (V.Number(2.0 / 120) * r)) + ((V.Number(2.0 / 720) + (V.Number(2.0 / 5040) * r)) * r2);
        return low + (high * (r2 * r2));
    }

    /// <summary>2·Σ rᵏ/k! to the precision of a double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V DoublePrecision<V, T>(V r)
        where V : struct, INumberLane<V>
    {
        var sum = V.Number(2.0 / 6227020800);
        sum = (sum * r) + V.Number(2.0 / 479001600);
        sum = (sum * r) + V.Number(2.0 / 39916800);
        sum = (sum * r) + V.Number(2.0 / 3628800);
        sum = (sum * r) + V.Number(2.0 / 362880);
        sum = (sum * r) + V.Number(2.0 / 40320);
        sum = (sum * r) + V.Number(2.0 / 5040);
        sum = (sum * r) + V.Number(2.0 / 720);
        sum = (sum * r) + V.Number(2.0 / 120);
        sum = (sum * r) + V.Number(2.0 / 24);
        sum = (sum * r) + V.Number(2.0 / 6);
        sum = (sum * r) + V.Number(1);
        sum = (sum * r) + V.Number(2);
        return (sum * r) + V.Number(2);
    }
}
