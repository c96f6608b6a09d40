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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator Lane128<T>(Constant constant) => typeof(T) == typeof(float)
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
}
