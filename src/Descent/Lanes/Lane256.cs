using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Lanes;

/// <summary>A lane of 256 bits: as many <typeparamref name="T"/> as fit.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal readonly struct Lane256<T>(Vector256<T> vector) : IVectorLane<Lane256<T>, T>
    where T : unmanaged
{
    private readonly Vector256<T> vector = vector;

    public static int Count => Vector256<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Load(ref T source, nuint index) => new(Vector256.LoadUnsafe(ref source, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lane256<T> value, ref T destination, nuint index) => value.vector.StoreUnsafe(ref destination, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(ref double sums, nuint index, Lane256<T> value)
    {
        if (typeof(T) == typeof(double))
        {
            (Vector256.LoadUnsafe(ref sums, index) + value.vector.AsDouble()).StoreUnsafe(ref sums, index);
            return;
        }

        var (low, high) = Vector256.Widen(value.vector.AsSingle());
        (Vector256.LoadUnsafe(ref sums, index) + low).StoreUnsafe(ref sums, index);
        (Vector256.LoadUnsafe(ref sums, index + 4) + high).StoreUnsafe(ref sums, index + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Lane256<T>(in Constant constant) => typeof(T) == typeof(float)
        ? new(Vector256.Create(constant.AsSingle).As<float, T>())
        : new(Vector256.Create(constant.AsDouble).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> operator +(Lane256<T> a, Lane256<T> b) => new(a.vector + b.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> operator -(Lane256<T> a, Lane256<T> b) => new(a.vector - b.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> operator *(Lane256<T> a, Lane256<T> b) => new(a.vector * b.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> operator /(Lane256<T> a, Lane256<T> b) => new(a.vector / b.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> operator -(Lane256<T> a) => new(-a.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Sqrt(Lane256<T> a) => new(Vector256.Sqrt(a.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Abs(Lane256<T> a) => new(Vector256.Abs(a.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Min(Lane256<T> a, Lane256<T> b) => new(Vector256.Min(a.vector, b.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Max(Lane256<T> a, Lane256<T> b) => new(Vector256.Max(a.vector, b.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Sign(Lane256<T> a)
    {
        var one = Vector256<T>.One;
        var positive = Vector256.GreaterThan(a.vector, Vector256<T>.Zero) & one;
        var negative = Vector256.LessThan(a.vector, Vector256<T>.Zero) & one;
        return new(positive - negative);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Select(Lane256<T> test, Lane256<T> positive, Lane256<T> otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThan(test.vector, Vector256<T>.Zero), positive.vector, otherwise.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Exp(Lane256<T> a) => typeof(T) == typeof(float)
        ? LaneMath.Exp<Lane256<T>, T>(a)
        : LaneMath.CalledExp<Lane256<T>, T>(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> CubeRoot(Lane256<T> a) => LaneMath.CubeRoot<Lane256<T>, T>(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Number(double value) => typeof(T) == typeof(float)
        ? new(Vector256.Create((float)value).As<float, T>())
        : new(Vector256.Create(value).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> HalfPowerOfTwo(Lane256<T> shifted) => typeof(T) == typeof(float)
        ? new((Vector256.ShiftLeft(shifted.vector.AsInt32(), 23) + Vector256.Create(126 << 23)).As<int, T>())
        : new((Vector256.ShiftLeft(shifted.vector.AsInt64(), 52) + Vector256.Create(1022L << 52)).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> InverseCubeRootGuess(Lane256<T> a)
    {
        if (typeof(T) == typeof(float))
        {
            var third = Vector256.ConvertToSingle(a.vector.AsInt32()) * Vector256.Create(1f / 3);
            return new((Vector256.Create(LaneMath.InverseCubeRootOfSingle) - Vector256.ConvertToInt32Native(third)).As<int, T>());
        }

        // The upper half of the bits, as a number, by way of the mantissa of 2⁵².
        var shift = Vector256.Create(LaneMath.TwoTo52);
        var upper = (Vector256.ShiftRightLogical(a.vector.AsInt64(), 32) | shift.AsInt64()).AsDouble() - shift;
        var guess = (Vector256.Create((double)LaneMath.InverseCubeRootOfDouble) - (upper * Vector256.Create(1.0 / 3))) + shift;
        return new(Vector256.ShiftLeft(guess.AsInt64(), 32).As<long, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Power(Lane256<T> a, in Constant exponent)
    {
        var logarithm = typeof(T) == typeof(float)
            ? Vector256.Log(a.vector.AsSingle()).As<float, T>()
            : Vector256.Log(a.vector.AsDouble()).As<double, T>();
        return Exp(new Lane256<T>(logarithm) * exponent);
    }
}
