using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Lanes;

/// <summary>A lane of 128 bits: as many <typeparamref name="T"/> as fit.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal readonly struct Lane128<T>(Vector128<T> vector) : IVectorLane<Lane128<T>, T>
    where T : unmanaged
{
    private readonly Vector128<T> vector = vector;

    public static int Count => Vector128<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Load(ref T source, nuint index) => new(Vector128.LoadUnsafe(ref source, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lane128<T> value, ref T destination, nuint index) => value.vector.StoreUnsafe(ref destination, index);

    /// <summary>Loads the first <paramref name="count"/> elements, 1 to 3, element by element: a lane built in memory would stall.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> LoadPart(ref T source, nuint index, int count)
    {
        var part = Vector128.CreateScalar(Unsafe.Add(ref source, index));
        if (count > 1)
        {
            part = part.WithElement(1, Unsafe.Add(ref source, index + 1));
        }

        if (count > 2)
        {
            part = part.WithElement(2, Unsafe.Add(ref source, index + 2));
        }

        return new(part);
    }

    /// <summary>Stores the first <paramref name="count"/> elements, 1 to 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePart(Lane128<T> value, ref T destination, nuint index, int count)
    {
        Unsafe.Add(ref destination, index) = value.vector.ToScalar();
        if (count > 1)
        {
            Unsafe.Add(ref destination, index + 1) = value.vector.GetElement(1);
        }

        if (count > 2)
        {
            Unsafe.Add(ref destination, index + 2) = value.vector.GetElement(2);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(ref double sums, nuint index, Lane128<T> value)
    {
        if (typeof(T) == typeof(double))
        {
            (Vector128.LoadUnsafe(ref sums, index) + value.vector.AsDouble()).StoreUnsafe(ref sums, index);
            return;
        }

        var (low, high) = Vector128.Widen(value.vector.AsSingle());
        (Vector128.LoadUnsafe(ref sums, index) + low).StoreUnsafe(ref sums, index);
        (Vector128.LoadUnsafe(ref sums, index + 2) + high).StoreUnsafe(ref sums, index + 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Lane128<T>(in Constant constant) => typeof(T) == typeof(float)
        ? new(Vector128.Create(constant.AsSingle).As<float, T>())
        : new(Vector128.Create(constant.AsDouble).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> operator +(Lane128<T> a, Lane128<T> b) => new(a.vector + b.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> operator -(Lane128<T> a, Lane128<T> b) => new(a.vector - b.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> operator *(Lane128<T> a, Lane128<T> b) => new(a.vector * b.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> operator /(Lane128<T> a, Lane128<T> b) => new(a.vector / b.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> operator -(Lane128<T> a) => new(-a.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Sqrt(Lane128<T> a) => new(Vector128.Sqrt(a.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Abs(Lane128<T> a) => new(Vector128.Abs(a.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Min(Lane128<T> a, Lane128<T> b) => new(Vector128.Min(a.vector, b.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Max(Lane128<T> a, Lane128<T> b) => new(Vector128.Max(a.vector, b.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Sign(Lane128<T> a)
    {
        var one = Vector128<T>.One;
        var positive = Vector128.GreaterThan(a.vector, Vector128<T>.Zero) & one;
        var negative = Vector128.LessThan(a.vector, Vector128<T>.Zero) & one;
        return new(positive - negative);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Select(Lane128<T> test, Lane128<T> positive, Lane128<T> otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.GreaterThan(test.vector, Vector128<T>.Zero), positive.vector, otherwise.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Exp(Lane128<T> a) => typeof(T) == typeof(float)
        ? LaneMath.Exp<Lane128<T>, T>(a)
        : LaneMath.CalledExp<Lane128<T>, T>(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> CubeRoot(Lane128<T> a) => LaneMath.CubeRoot<Lane128<T>, T>(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Number(double value) => typeof(T) == typeof(float)
        ? new(Vector128.Create((float)value).As<float, T>())
        : new(Vector128.Create(value).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> HalfPowerOfTwo(Lane128<T> shifted) => typeof(T) == typeof(float)
        ? new((Vector128.ShiftLeft(shifted.vector.AsInt32(), 23) + Vector128.Create(126 << 23)).As<int, T>())
        : new((Vector128.ShiftLeft(shifted.vector.AsInt64(), 52) + Vector128.Create(1022L << 52)).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> InverseCubeRootGuess(Lane128<T> a)
    {
        if (typeof(T) == typeof(float))
        {
            var third = Vector128.ConvertToSingle(a.vector.AsInt32()) * Vector128.Create(1f / 3);
            return new((Vector128.Create(LaneMath.InverseCubeRootOfSingle) - Vector128.ConvertToInt32Native(third)).As<int, T>());
        }

        // The upper half of the bits, as a number, by way of the mantissa of 2⁵².
        var shift = Vector128.Create(LaneMath.TwoTo52);
        var upper = (Vector128.ShiftRightLogical(a.vector.AsInt64(), 32) | shift.AsInt64()).AsDouble() - shift;
        var guess = (Vector128.Create((double)LaneMath.InverseCubeRootOfDouble) - (upper * Vector128.Create(1.0 / 3))) + shift;
        return new(Vector128.ShiftLeft(guess.AsInt64(), 32).As<long, T>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Power(Lane128<T> a, in Constant exponent)
    {
        var logarithm = typeof(T) == typeof(float)
            ? Vector128.Log(a.vector.AsSingle()).As<float, T>()
            : Vector128.Log(a.vector.AsDouble()).As<double, T>();
        return Exp(new Lane128<T>(logarithm) * exponent);
    }
}
