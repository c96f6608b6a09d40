using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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

    /// <summary>eˣ = 2ⁿ·eʳ, n the integer nearest to x/ln 2 and |r| at most (ln 2)/2, where the series converges fast. For doubles; floats have their own below.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Exp<V, T>(V x)
        where V : struct, IVectorLane<V, T>
    {
        // Beyond these the result is infinite, or below the normal numbers.
        var (highest, lowest) = (V.Number(709.78), V.Number(-707.7));
        var shift = V.Number(1.5 * TwoTo52);
        var bounded = V.Max(V.Min(x, highest), lowest);
        var shifted = (bounded * V.Number(1 / 0.693147180559945309)) + shift;
        var n = shifted - shift;

        // ln 2 in two parts; the product with the first is exact.
        var r = (bounded - (n * V.Number(0.693147180369123816490))) - (n * V.Number(1.90821492927058770002e-10));
        var series = Series<V, T>(r);
        var power = V.HalfPowerOfTwo(shifted);
        var result = (series * power) * V.Number(2);
        var infinite = V.Select(x - highest, V.Number(double.PositiveInfinity), result);
        return V.Select(lowest - x, V.Number(0), infinite);
    }

    /// <summary>As <see cref="Exp{V, T}"/> for floats, in the processor's own words: the compiler puts those into a rule's loop, where it gives up on as many of ours.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        var (highest, lowest, shift) = (Vector256.Create(88.72f), Vector256.Create(-86.6f), Vector256.Create(1.5f * (1 << 23)));
        var (above, below) = (Vector256.GreaterThan(x, highest), Vector256.LessThan(x, lowest));
        var bounded = Vector256.ConditionalSelect(below, lowest, Vector256.ConditionalSelect(above, highest, x));
        var shifted = (bounded * Vector256.Create(1.44269504f)) + shift;
        var n = shifted - shift;
        var r = (bounded - (n * Vector256.Create(0.693359375f))) - (n * Vector256.Create(-2.12194440e-4f));
        var sum = Vector256.Create(1f / 5040);
        sum = (sum * r) + Vector256.Create(1f / 720);
        sum = (sum * r) + Vector256.Create(1f / 120);
        sum = (sum * r) + Vector256.Create(1f / 24);
        sum = (sum * r) + Vector256.Create(1f / 6);
        sum = (sum * r) + Vector256.Create(0.5f);
        sum = (sum * r) + Vector256<float>.One;
        sum = (sum * r) + Vector256<float>.One;
        var power = (Vector256.ShiftLeft(shifted.AsInt32(), 23) + Vector256.Create(126 << 23)).AsSingle();
        var result = (sum * power) * Vector256.Create(2f);
        var bounds = Vector256.ConditionalSelect(above, Vector256.Create(float.PositiveInfinity), result);
        return Vector256.ConditionalSelect(below, Vector256<float>.Zero, bounds);
    }

    /// <summary>The same for half as many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Exp(Vector128<float> x) => Exp(x.ToVector256()).GetLower();

    /// <summary>The same for twice as many, again in full: as two halves it was measured to cost a third of diffGrad's speed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        var (highest, lowest, shift) = (Vector512.Create(88.72f), Vector512.Create(-86.6f), Vector512.Create(1.5f * (1 << 23)));
        var (above, below) = (Vector512.GreaterThan(x, highest), Vector512.LessThan(x, lowest));
        var bounded = Vector512.ConditionalSelect(below, lowest, Vector512.ConditionalSelect(above, highest, x));
        var shifted = (bounded * Vector512.Create(1.44269504f)) + shift;
        var n = shifted - shift;
        var r = (bounded - (n * Vector512.Create(0.693359375f))) - (n * Vector512.Create(-2.12194440e-4f));
        var sum = Vector512.Create(1f / 5040);
        sum = (sum * r) + Vector512.Create(1f / 720);
        sum = (sum * r) + Vector512.Create(1f / 120);
        sum = (sum * r) + Vector512.Create(1f / 24);
        sum = (sum * r) + Vector512.Create(1f / 6);
        sum = (sum * r) + Vector512.Create(0.5f);
        sum = (sum * r) + Vector512<float>.One;
        sum = (sum * r) + Vector512<float>.One;
        var power = (Vector512.ShiftLeft(shifted.AsInt32(), 23) + Vector512.Create(126 << 23)).AsSingle();
        var result = (sum * power) * Vector512.Create(2f);
        var bounds = Vector512.ConditionalSelect(above, Vector512.Create(float.PositiveInfinity), result);
        return Vector512.ConditionalSelect(below, Vector512<float>.Zero, bounds);
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

    /// <summary>Σ rᵏ/k!, to the precision of a double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Series<V, T>(V r)
        where V : struct, IVectorLane<V, T>
    {
        var sum = V.Number(1.0 / 6227020800);
        sum = (sum * r) + V.Number(1.0 / 479001600);
        sum = (sum * r) + V.Number(1.0 / 39916800);
        sum = (sum * r) + V.Number(1.0 / 3628800);
        sum = (sum * r) + V.Number(1.0 / 362880);
        sum = (sum * r) + V.Number(1.0 / 40320);
        sum = (sum * r) + V.Number(1.0 / 5040);
        sum = (sum * r) + V.Number(1.0 / 720);
        sum = (sum * r) + V.Number(1.0 / 120);
        sum = (sum * r) + V.Number(1.0 / 24);
        sum = (sum * r) + V.Number(1.0 / 6);
        sum = (sum * r) + V.Number(0.5);
        sum = (sum * r) + V.Number(1);
        return (sum * r) + V.Number(1);
    }
}
