using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace Descent.LinearAlgebra;

/// <summary>The few operations on one vector register that kernels of products and convolutions need, for one register width (decision 0014).</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="V">The register: <see cref="Vector128{T}"/>, <see cref="Vector256{T}"/> or <see cref="Vector512{T}"/>.</typeparam>
/// <remarks>
/// <c>MultiplyAdd</c> is fused where the processor can (one rounding); only processors without fused multiply-add round
/// twice. So all widths give the same bits on one machine, and so do all machines that have it.
/// </remarks>
internal unsafe interface IVectorLanes<T, V>
    where T : unmanaged
    where V : struct
{
    static abstract int Count { get; }

    /// <summary>Whether there are 32 registers of this width.</summary>
    static abstract bool HasManyRegisters { get; }

    static abstract V Load(T* source);

    static abstract void Store(V value, T* target);

    static abstract V Broadcast(T value);

    static abstract V Add(V x, V y);

    static abstract V MultiplyAdd(V x, V y, V addend);
}

/// <summary>The arithmetic that functions such as eˣ are made of besides.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="V">The register.</typeparam>
internal interface IArithmeticLanes<T, V> : IVectorLanes<T, V>
    where T : unmanaged
    where V : struct
{
    static abstract V Subtract(V x, V y);

    static abstract V Multiply(V x, V y);

    static abstract V Divide(V x, V y);

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

internal readonly unsafe struct Lanes128<T> : IVectorLanes<T, Vector128<T>>
    where T : unmanaged
{
    public static int Count => Vector128<T>.Count;

    public static bool HasManyRegisters => AdvSimd.IsSupported || Vector512.IsHardwareAccelerated;

    public static Vector128<T> Load(T* source) => Vector128.Load(source);

    public static void Store(Vector128<T> value, T* target) => value.Store(target);

    public static Vector128<T> Broadcast(T value) => Vector128.Create(value);

    public static Vector128<T> Add(Vector128<T> x, Vector128<T> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> MultiplyAdd(Vector128<T> x, Vector128<T> y, Vector128<T> addend) => typeof(T) == typeof(float)
        ? Vector128.MultiplyAddEstimate(x.AsSingle(), y.AsSingle(), addend.AsSingle()).As<float, T>()
        : Vector128.MultiplyAddEstimate(x.AsDouble(), y.AsDouble(), addend.AsDouble()).As<double, T>();
}

internal readonly unsafe struct Lanes256<T> : IArithmeticLanes<T, Vector256<T>>
    where T : unmanaged
{
    public static int Count => Vector256<T>.Count;

    public static bool HasManyRegisters => Vector512.IsHardwareAccelerated;

    public static Vector256<T> Load(T* source) => Vector256.Load(source);

    public static void Store(Vector256<T> value, T* target) => value.Store(target);

    public static Vector256<T> Broadcast(T value) => Vector256.Create(value);

    public static Vector256<T> Add(Vector256<T> x, Vector256<T> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> MultiplyAdd(Vector256<T> x, Vector256<T> y, Vector256<T> addend) => typeof(T) == typeof(float)
        ? Vector256.MultiplyAddEstimate(x.AsSingle(), y.AsSingle(), addend.AsSingle()).As<float, T>()
        : Vector256.MultiplyAddEstimate(x.AsDouble(), y.AsDouble(), addend.AsDouble()).As<double, T>();

    public static Vector256<T> Subtract(Vector256<T> x, Vector256<T> y) => x - y;

    public static Vector256<T> Multiply(Vector256<T> x, Vector256<T> y) => x * y;

    public static Vector256<T> Divide(Vector256<T> x, Vector256<T> y) => x / y;

    public static Vector256<T> Abs(Vector256<T> x) => Vector256.Abs(x);

    public static Vector256<T> CopySign(Vector256<T> x, Vector256<T> y) => Vector256.CopySign(x, y);

    public static Vector256<T> SelectLess(Vector256<T> x, Vector256<T> y, Vector256<T> below, Vector256<T> other) => Vector256.ConditionalSelect(Vector256.LessThan(x, y), below, other);

    public static Vector256<T> Scale(Vector256<T> x, Vector256<T> shifted) => (x.AsInt32() + (shifted.AsInt32() << 23)).As<int, T>();

    public static Vector256<T> Exp(Vector256<T> x) => Vector256.Exp(x.AsDouble()).As<double, T>();
}

internal readonly unsafe struct Lanes512<T> : IArithmeticLanes<T, Vector512<T>>
    where T : unmanaged
{
    public static int Count => Vector512<T>.Count;

    public static bool HasManyRegisters => true;

    public static Vector512<T> Load(T* source) => Vector512.Load(source);

    public static void Store(Vector512<T> value, T* target) => value.Store(target);

    public static Vector512<T> Broadcast(T value) => Vector512.Create(value);

    public static Vector512<T> Add(Vector512<T> x, Vector512<T> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd(Vector512<T> x, Vector512<T> y, Vector512<T> addend) => typeof(T) == typeof(float)
        ? Vector512.MultiplyAddEstimate(x.AsSingle(), y.AsSingle(), addend.AsSingle()).As<float, T>()
        : Vector512.MultiplyAddEstimate(x.AsDouble(), y.AsDouble(), addend.AsDouble()).As<double, T>();

    public static Vector512<T> Subtract(Vector512<T> x, Vector512<T> y) => x - y;

    public static Vector512<T> Multiply(Vector512<T> x, Vector512<T> y) => x * y;

    public static Vector512<T> Divide(Vector512<T> x, Vector512<T> y) => x / y;

    public static Vector512<T> Abs(Vector512<T> x) => Vector512.Abs(x);

    public static Vector512<T> CopySign(Vector512<T> x, Vector512<T> y) => Vector512.CopySign(x, y);

    public static Vector512<T> SelectLess(Vector512<T> x, Vector512<T> y, Vector512<T> below, Vector512<T> other) => Vector512.ConditionalSelect(Vector512.LessThan(x, y), below, other);

    public static Vector512<T> Scale(Vector512<T> x, Vector512<T> shifted) => (x.AsInt32() + (shifted.AsInt32() << 23)).As<int, T>();

    public static Vector512<T> Exp(Vector512<T> x) => Vector512.Exp(x.AsDouble()).As<double, T>();
}
