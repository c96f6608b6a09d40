using System.Runtime.CompilerServices;

namespace Descent.Lanes;

/// <summary>
/// The vocabulary in which rules are written: numbers that are added, multiplied and compared element by element.
/// A lane is a SIMD vector (<see cref="Lane256{T}"/>, what runs) or an expression (<see cref="Symbol"/>, what prints).
/// </summary>
/// <remarks>
/// Every operation is rounded on its own, as IEEE 754 defines it; products are never fused with sums. So a rule gives
/// the same bits at every vector width, on every processor, and in the browser.
/// </remarks>
/// <typeparam name="V">The lane itself.</typeparam>
public interface ILane<V>
    where V : struct, ILane<V>
{
    /// <summary>a + b.</summary>
    static abstract V operator +(V a, V b);

    /// <summary>a − b.</summary>
    static abstract V operator -(V a, V b);

    /// <summary>a · b.</summary>
    static abstract V operator *(V a, V b);

    /// <summary>a ÷ b.</summary>
    static abstract V operator /(V a, V b);

    /// <summary>−a.</summary>
    static abstract V operator -(V a);

    /// <summary>The same number in every element.</summary>
    static abstract implicit operator V(in Constant constant);

    /// <summary>√a.</summary>
    static abstract V Sqrt(V a);

    /// <summary>|a|.</summary>
    static abstract V Abs(V a);

    /// <summary>The smaller one; NaN when either is.</summary>
    static abstract V Min(V a, V b);

    /// <summary>The larger one; NaN when either is.</summary>
    static abstract V Max(V a, V b);

    /// <summary>1, −1, or 0 where a is 0 or NaN.</summary>
    static abstract V Sign(V a);

    /// <summary><paramref name="positive"/> where <paramref name="test"/> is above 0; otherwise, and where it is NaN, the other.</summary>
    static abstract V Select(V test, V positive, V otherwise);

    /// <summary>eᵃ, to a few units in the last place; ∞ above the largest number, and 0 below the normal ones.</summary>
    static abstract V Exp(V a);

    /// <summary>∛a for a ≥ 0, to a few units in the last place.</summary>
    static abstract V CubeRoot(V a);

    /// <summary>a to a constant power above 0, for a ≥ 0, as e^(p·ln a); its last bits may differ between processors, because the runtime's logarithm is used.</summary>
    static abstract V Power(V a, in Constant exponent);

    /// <summary>
    /// Gives an intermediate result the name the paper gives it. It costs nothing where numbers run; where expressions
    /// are printed it makes a line of its own.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static virtual V Named(string name, V value) => value;
}

/// <summary>A lane of numbers whose bits functions are made of (<see cref="LaneMath"/>).</summary>
/// <typeparam name="V">The lane itself.</typeparam>
internal interface INumberLane<V> : ILane<V>
    where V : struct, INumberLane<V>
{
    /// <summary>The same number in every element.</summary>
    static abstract V Number(double value);

    /// <summary>2ⁿ⁻¹ of floats that hold n + 1.5·2²³, or doubles that hold n + 1.5·2⁵², whose last bits are the integer n.</summary>
    static abstract V HalfPowerOfTwo(V shifted);

    /// <summary>1/∛a to a few percent, from the bits of a normal a.</summary>
    static abstract V InverseCubeRootGuess(V a);
}

/// <summary>A lane that moves between memory and registers.</summary>
/// <typeparam name="V">The lane itself.</typeparam>
/// <typeparam name="T">The element.</typeparam>
internal interface IVectorLane<V, T> : INumberLane<V>
    where V : struct, IVectorLane<V, T>
{
    static abstract int Count { get; }

    static abstract V Load(ref T source, nuint index);

    static abstract void Store(V value, ref T destination, nuint index);

    /// <summary>Adds every element to a number of its own, in double.</summary>
    static abstract void AddTo(ref double sums, nuint index, V value);
}
