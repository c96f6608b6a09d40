using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Nn;

/// <summary>What functions of vectors are made of, for one register width: a vector of 512 bits that the machine does not have would live in memory.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="V">The register.</typeparam>
internal interface IVectorOperations<T, V>
    where T : unmanaged
    where V : struct
{
    static abstract V All(T number);

    static abstract V Add(V x, V y);

    static abstract V Subtract(V x, V y);

    static abstract V Multiply(V x, V y);

    static abstract V Divide(V x, V y);

    static abstract V MultiplyAdd(V x, V y, V addend);

    static abstract V Abs(V x);

    /// <summary>x with the sign of y.</summary>
    static abstract V CopySign(V x, V y);

    /// <summary>below where x is less than y, else other.</summary>
    static abstract V SelectLess(V x, V y, V below, V other);

    /// <summary>x times two to the power of the number in the last bits of <paramref name="shifted"/>; of floats only.</summary>
    static abstract V Scale(V x, V shifted);

    /// <summary>The runtime's eˣ; of doubles only.</summary>
    static abstract V Exp(V x);
}

internal readonly struct Operations512<T> : IVectorOperations<T, Vector512<T>>
    where T : unmanaged
{
    public static Vector512<T> All(T number) => Vector512.Create(number);

    public static Vector512<T> Add(Vector512<T> x, Vector512<T> y) => x + y;

    public static Vector512<T> Subtract(Vector512<T> x, Vector512<T> y) => x - y;

    public static Vector512<T> Multiply(Vector512<T> x, Vector512<T> y) => x * y;

    public static Vector512<T> Divide(Vector512<T> x, Vector512<T> y) => x / y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd(Vector512<T> x, Vector512<T> y, Vector512<T> addend) => Vectors.MultiplyAdd(x, y, addend);

    public static Vector512<T> Abs(Vector512<T> x) => Vector512.Abs(x);

    public static Vector512<T> CopySign(Vector512<T> x, Vector512<T> y) => Vector512.CopySign(x, y);

    public static Vector512<T> SelectLess(Vector512<T> x, Vector512<T> y, Vector512<T> below, Vector512<T> other) => Vector512.ConditionalSelect(Vector512.LessThan(x, y), below, other);

    public static Vector512<T> Scale(Vector512<T> x, Vector512<T> shifted) => (x.AsInt32() + (shifted.AsInt32() << 23)).As<int, T>();

    public static Vector512<T> Exp(Vector512<T> x) => Vector512.Exp(x.AsDouble()).As<double, T>();
}

internal readonly struct Operations256<T> : IVectorOperations<T, Vector256<T>>
    where T : unmanaged
{
    public static Vector256<T> All(T number) => Vector256.Create(number);

    public static Vector256<T> Add(Vector256<T> x, Vector256<T> y) => x + y;

    public static Vector256<T> Subtract(Vector256<T> x, Vector256<T> y) => x - y;

    public static Vector256<T> Multiply(Vector256<T> x, Vector256<T> y) => x * y;

    public static Vector256<T> Divide(Vector256<T> x, Vector256<T> y) => x / y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> MultiplyAdd(Vector256<T> x, Vector256<T> y, Vector256<T> addend) => typeof(T) == typeof(float)
        ? Vector256.MultiplyAddEstimate(x.AsSingle(), y.AsSingle(), addend.AsSingle()).As<float, T>()
        : Vector256.MultiplyAddEstimate(x.AsDouble(), y.AsDouble(), addend.AsDouble()).As<double, T>();

    public static Vector256<T> Abs(Vector256<T> x) => Vector256.Abs(x);

    public static Vector256<T> CopySign(Vector256<T> x, Vector256<T> y) => Vector256.CopySign(x, y);

    public static Vector256<T> SelectLess(Vector256<T> x, Vector256<T> y, Vector256<T> below, Vector256<T> other) => Vector256.ConditionalSelect(Vector256.LessThan(x, y), below, other);

    public static Vector256<T> Scale(Vector256<T> x, Vector256<T> shifted) => (x.AsInt32() + (shifted.AsInt32() << 23)).As<int, T>();

    public static Vector256<T> Exp(Vector256<T> x) => Vector256.Exp(x.AsDouble()).As<double, T>();
}
