using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Lanes;

/// <summary>A lane of 512 bits: as many <typeparamref name="T"/> as fit.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal readonly struct Lane512<T>(Vector512<T> vector) : IVectorLane<Lane512<T>, T>
    where T : unmanaged
{
    private readonly Vector512<T> vector = vector;

    public static int Count => Vector512<T>.Count;

    public Vector512<T> Vector => vector;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Load(ref T source, nuint index) => new(Vector512.LoadUnsafe(ref source, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lane512<T> value, ref T destination, nuint index) => value.vector.StoreUnsafe(ref destination, index);

    /// <summary>Adds the elements, in double, to the sums of the first and of the last eight; of doubles there are but eight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddTo(ref Vector512<double> low, ref Vector512<double> high)
    {
        var (first, last) = Widened;
        low += first;
        high += last;
    }

    /// <summary>The same for their squares in double, and those of both to a third sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddSquaresTo(ref Vector512<double> all, ref Vector512<double> low, ref Vector512<double> high)
    {
        var (first, last) = Widened;
        first *= first;
        last *= last;
        all += first + last;
        low += first;
        high += last;
    }

    private (Vector512<double> First, Vector512<double> Last) Widened
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(double) ? (vector.AsDouble(), default) : Vector512.Widen(vector.AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(ref double sums, nuint index, Lane512<T> value)
    {
        if (typeof(T) == typeof(double))
        {
            (Vector512.LoadUnsafe(ref sums, index) + value.vector.AsDouble()).StoreUnsafe(ref sums, index);
            return;
        }

        var (low, high) = Vector512.Widen(value.vector.AsSingle());
        (Vector512.LoadUnsafe(ref sums, index) + low).StoreUnsafe(ref sums, index);
        (Vector512.LoadUnsafe(ref sums, index + 8) + high).StoreUnsafe(ref sums, index + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Lane512<T>(in Constant constant) => typeof(T) == typeof(float)
        ? new(Vector512.Create(constant.AsSingle).As<float, T>())
        : new(Vector512.Create(constant.AsDouble).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> operator +(Lane512<T> a, Lane512<T> b) => new(a.vector + b.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> operator -(Lane512<T> a, Lane512<T> b) => new(a.vector - b.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> operator *(Lane512<T> a, Lane512<T> b) => new(a.vector * b.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> operator /(Lane512<T> a, Lane512<T> b) => new(a.vector / b.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> operator -(Lane512<T> a) => new(-a.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Sqrt(Lane512<T> a) => new(Vector512.Sqrt(a.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Abs(Lane512<T> a) => new(Vector512.Abs(a.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Min(Lane512<T> a, Lane512<T> b) => new(Vector512.Min(a.vector, b.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Max(Lane512<T> a, Lane512<T> b) => new(Vector512.Max(a.vector, b.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Sign(Lane512<T> a)
    {
        var one = Vector512<T>.One;
        var positive = Vector512.GreaterThan(a.vector, Vector512<T>.Zero) & one;
        var negative = Vector512.LessThan(a.vector, Vector512<T>.Zero) & one;
        return new(positive - negative);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Select(Lane512<T> test, Lane512<T> positive, Lane512<T> otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(test.vector, Vector512<T>.Zero), positive.vector, otherwise.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Exp(Lane512<T> a) => typeof(T) == typeof(float)
        ? LaneMath.Exp<Lane512<T>, T>(a)
        : LaneMath.CalledExp<Lane512<T>, T>(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> CubeRoot(Lane512<T> a) => LaneMath.CubeRoot<Lane512<T>, T>(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Number(double value) => typeof(T) == typeof(float)
        ? new(Vector512.Create((float)value).As<float, T>())
        : new(Vector512.Create(value).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> HalfPowerOfTwo(Lane512<T> shifted) => typeof(T) == typeof(float)
        ? new((Vector512.ShiftLeft(shifted.vector.AsInt32(), 23) + Vector512.Create(126 << 23)).As<int, T>())
        : new((Vector512.ShiftLeft(shifted.vector.AsInt64(), 52) + Vector512.Create(1022L << 52)).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> InverseCubeRootGuess(Lane512<T> a)
    {
        if (typeof(T) == typeof(float))
        {
            var third = Vector512.ConvertToSingle(a.vector.AsInt32()) * Vector512.Create(1f / 3);
            return new((Vector512.Create(LaneMath.InverseCubeRootOfSingle) - Vector512.ConvertToInt32Native(third)).As<int, T>());
        }

        // The upper half of the bits, as a number, by way of the mantissa of 2⁵².
        var shift = Vector512.Create(LaneMath.TwoTo52);
        var upper = (Vector512.ShiftRightLogical(a.vector.AsInt64(), 32) | shift.AsInt64()).AsDouble() - shift;
        var guess = (Vector512.Create((double)LaneMath.InverseCubeRootOfDouble) - (upper * Vector512.Create(1.0 / 3))) + shift;
        return new(Vector512.ShiftLeft(guess.AsInt64(), 32).As<long, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Power(Lane512<T> a, in Constant exponent)
    {
        var logarithm = typeof(T) == typeof(float)
            ? Vector512.Log(a.vector.AsSingle()).As<float, T>()
            : Vector512.Log(a.vector.AsDouble()).As<double, T>();
        return Exp(new Lane512<T>(logarithm) * exponent);
    }
}
