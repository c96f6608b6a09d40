using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Lanes;

/// <summary>
/// Four lanes of 512 bits side by side. A rule does each of its operations for all four before the next one, so that the processor, which looks
/// ahead a hundred or so operations, finds some that wait for nothing: one lane after the other it meets the root and the quotient of the first.
/// </summary>
internal readonly struct Quad512(Vector512<float> first, Vector512<float> second, Vector512<float> third, Vector512<float> fourth) : INumberLane<Quad512>
{
    public readonly Vector512<float> First = first;
    public readonly Vector512<float> Second = second;
    public readonly Vector512<float> Third = third;
    public readonly Vector512<float> Fourth = fourth;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad512 Load(ref float source, nuint index) => new(
        Vector512.LoadUnsafe(ref source, index),
        Vector512.LoadUnsafe(ref source, index + 16),
        Vector512.LoadUnsafe(ref source, index + 32),
        Vector512.LoadUnsafe(ref source, index + 48));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Quad512 value, ref float destination, nuint index)
    {
        value.First.StoreUnsafe(ref destination, index);
        value.Second.StoreUnsafe(ref destination, index + 16);
        value.Third.StoreUnsafe(ref destination, index + 32);
        value.Fourth.StoreUnsafe(ref destination, index + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Quad512(in Constant constant)
    {
        var all = Vector512.Create(constant.AsSingle);
        return new(all, all, all, all);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad512 operator +(Quad512 a, Quad512 b) => new(a.First + b.First, a.Second + b.Second, a.Third + b.Third, a.Fourth + b.Fourth);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad512 operator -(Quad512 a, Quad512 b) => new(a.First - b.First, a.Second - b.Second, a.Third - b.Third, a.Fourth - b.Fourth);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad512 operator *(Quad512 a, Quad512 b) => new(a.First * b.First, a.Second * b.Second, a.Third * b.Third, a.Fourth * b.Fourth);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad512 operator /(Quad512 a, Quad512 b) => new(a.First / b.First, a.Second / b.Second, a.Third / b.Third, a.Fourth / b.Fourth);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad512 operator -(Quad512 a) => new(-a.First, -a.Second, -a.Third, -a.Fourth);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad512 Sqrt(Quad512 a) => new(Vector512.Sqrt(a.First), Vector512.Sqrt(a.Second), Vector512.Sqrt(a.Third), Vector512.Sqrt(a.Fourth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad512 Abs(Quad512 a) => new(Vector512.Abs(a.First), Vector512.Abs(a.Second), Vector512.Abs(a.Third), Vector512.Abs(a.Fourth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad512 Min(Quad512 a, Quad512 b) => new(
        Vector512.Min(a.First, b.First),
        Vector512.Min(a.Second, b.Second),
        Vector512.Min(a.Third, b.Third),
        Vector512.Min(a.Fourth, b.Fourth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad512 Max(Quad512 a, Quad512 b) => new(
        Vector512.Max(a.First, b.First),
        Vector512.Max(a.Second, b.Second),
        Vector512.Max(a.Third, b.Third),
        Vector512.Max(a.Fourth, b.Fourth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad512 Sign(Quad512 a) => new(Sign(a.First), Sign(a.Second), Sign(a.Third), Sign(a.Fourth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad512 Exp(Quad512 a) => LaneMath.Exp<Quad512, float>(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad512 CubeRoot(Quad512 a) => LaneMath.CubeRoot<Quad512, float>(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad512 Select(Quad512 test, Quad512 positive, Quad512 otherwise) => new(
        Vector512.ConditionalSelect(Vector512.GreaterThan(test.First, Vector512<float>.Zero), positive.First, otherwise.First),
        Vector512.ConditionalSelect(Vector512.GreaterThan(test.Second, Vector512<float>.Zero), positive.Second, otherwise.Second),
        Vector512.ConditionalSelect(Vector512.GreaterThan(test.Third, Vector512<float>.Zero), positive.Third, otherwise.Third),
        Vector512.ConditionalSelect(Vector512.GreaterThan(test.Fourth, Vector512<float>.Zero), positive.Fourth, otherwise.Fourth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad512 Number(double value)
    {
        var all = Vector512.Create((float)value);
        return new(all, all, all, all);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad512 HalfPowerOfTwo(Quad512 shifted) => Of(
        Lane512<float>.HalfPowerOfTwo(new(shifted.First)),
        Lane512<float>.HalfPowerOfTwo(new(shifted.Second)),
        Lane512<float>.HalfPowerOfTwo(new(shifted.Third)),
        Lane512<float>.HalfPowerOfTwo(new(shifted.Fourth)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad512 InverseCubeRootGuess(Quad512 a) => Of(
        Lane512<float>.InverseCubeRootGuess(new(a.First)),
        Lane512<float>.InverseCubeRootGuess(new(a.Second)),
        Lane512<float>.InverseCubeRootGuess(new(a.Third)),
        Lane512<float>.InverseCubeRootGuess(new(a.Fourth)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad512 Power(Quad512 a, in Constant exponent) => Of(
        Lane512<float>.Power(new(a.First), in exponent),
        Lane512<float>.Power(new(a.Second), in exponent),
        Lane512<float>.Power(new(a.Third), in exponent),
        Lane512<float>.Power(new(a.Fourth), in exponent));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Sign(Vector512<float> a)
    {
        var one = Vector512<float>.One;
        return (Vector512.GreaterThan(a, Vector512<float>.Zero) & one) - (Vector512.LessThan(a, Vector512<float>.Zero) & one);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Quad512 Of(Lane512<float> first, Lane512<float> second, Lane512<float> third, Lane512<float> fourth) => new(first.Vector, second.Vector, third.Vector, fourth.Vector);
}
