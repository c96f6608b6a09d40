using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Storage;

/// <summary>A vector of 16-bit words, and of twice as many bytes as floats: what <see cref="EightBitMap"/> is written in.</summary>
/// <typeparam name="V">The vector itself.</typeparam>
internal interface IWords<V>
    where V : struct, IWords<V>
{
    static abstract int Count { get; }

    /// <summary>0, 1, 2 …</summary>
    static abstract V Indices { get; }

    static abstract V operator +(V a, V b);

    static abstract V operator *(V a, V b);

    static abstract V operator &(V a, V b);

    static abstract V operator |(V a, V b);

    static abstract V operator ~(V a);

    static abstract V operator <<(V a, int by);

    /// <summary>With the sign.</summary>
    static abstract V operator >>(V a, int by);

    /// <summary>Without sign.</summary>
    static abstract V operator >>>(V a, int by);

    static abstract V All(int value);

    static abstract V Max(V a, V b);

    /// <summary>As numbers without sign.</summary>
    static abstract V Min(V a, V b);

    /// <summary>All bits where a is 0.</summary>
    static abstract V IsZero(V a);

    /// <summary>The upper halves of the products of floats and a factor, after numbers were added to the bits of each 16.</summary>
    static abstract V UpperHalves(ref float source, nuint index, float factor, in Vector512<uint> below);

    /// <summary>The products of the floats with these upper halves, and a factor.</summary>
    static abstract void StoreProducts(V upperHalves, float factor, ref float destination, nuint index);

    static abstract V LoadBytes(ref byte source, nuint index);

    /// <summary>The lower bytes.</summary>
    static abstract void StoreBytes(V value, ref byte destination, nuint index);

    /// <summary>The largest magnitude of floats, NaN when one is, and all their bits.</summary>
    static abstract (float Largest, int Bits) Measure(ref float source, nuint count);
}

/// <summary>Sixteen words.</summary>
internal readonly struct Words256(Vector256<ushort> vector) : IWords<Words256>
{
    private readonly Vector256<ushort> vector = vector;

    public static int Count => 16;

    public static Words256 Indices
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector256<ushort>.Indices);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 operator +(Words256 a, Words256 b) => new(a.vector + b.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 operator *(Words256 a, Words256 b) => new(a.vector * b.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 operator &(Words256 a, Words256 b) => new(a.vector & b.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 operator |(Words256 a, Words256 b) => new(a.vector | b.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 operator ~(Words256 a) => new(~a.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 operator <<(Words256 a, int by) => new(a.vector << by);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 operator >>(Words256 a, int by) => new((a.vector.AsInt16() >> by).AsUInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 operator >>>(Words256 a, int by) => new(a.vector >>> by);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 All(int value) => new(Vector256.Create((ushort)value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 Max(Words256 a, Words256 b) => new(Vector256.Max(a.vector.AsInt16(), b.vector.AsInt16()).AsUInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 Min(Words256 a, Words256 b) => new(Vector256.Min(a.vector, b.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 IsZero(Words256 a) => new(Vector256.Equals(a.vector, Vector256<ushort>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 UpperHalves(ref float source, nuint index, float factor, in Vector512<uint> below)
    {
        var low = (Vector256.LoadUnsafe(ref source, index) * Vector256.Create(factor)).AsUInt32() + below.GetLower();
        var high = (Vector256.LoadUnsafe(ref source, index + 8) * Vector256.Create(factor)).AsUInt32() + below.GetUpper();
        return new(Vector256.Narrow(low >>> 16, high >>> 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreProducts(Words256 upperHalves, float factor, ref float destination, nuint index)
    {
        var (low, high) = Vector256.Widen(upperHalves.vector);
        ((low << 16).AsSingle() * Vector256.Create(factor)).StoreUnsafe(ref destination, index);
        ((high << 16).AsSingle() * Vector256.Create(factor)).StoreUnsafe(ref destination, index + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words256 LoadBytes(ref byte source, nuint index)
    {
        var (low, high) = Vector128.Widen(Vector128.LoadUnsafe(ref source, index));
        return new(Vector256.Create(low, high));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Words256 value, ref byte destination, nuint index)
    {
        var low = value.vector & Vector256.Create((ushort)255);
        Vector128.Narrow(low.GetLower(), low.GetUpper()).StoreUnsafe(ref destination, index);
    }

    public static (float Largest, int Bits) Measure(ref float source, nuint count)
    {
        var (largest, either) = (Vector256<int>.Zero, Vector256<int>.Zero);
        for (nuint i = 0; i < count; i += 8)
        {
            var bits = Vector256.LoadUnsafe(ref source, i).AsInt32();
            either |= bits;
            largest = Vector256.Max(largest, bits & Vector256.Create(int.MaxValue));
        }

        return (BitConverter.Int32BitsToSingle(Largest(largest)), Either(either));
    }

    /// <summary>The largest number. By shuffles: comparing elements one by one means branches that no processor foresees.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Largest<T>(Vector256<T> numbers)
        where T : unmanaged
    {
        var half = Vector128.Max(numbers.GetLower(), numbers.GetUpper());
        half = Vector128.Max(half, Vector128.Shuffle(half.AsInt32(), Vector128.Create(2, 3, 0, 1)).As<int, T>());
        return Vector128.Max(half, Vector128.Shuffle(half.AsInt32(), Vector128.Create(1, 0, 3, 2)).As<int, T>()).ToScalar();
    }

    internal static int Either(Vector256<int> numbers)
    {
        var half = numbers.GetLower() | numbers.GetUpper();
        return half[0] | half[1] | half[2] | half[3];
    }
}

/// <summary>Thirty-two words.</summary>
internal readonly struct Words512(Vector512<ushort> vector) : IWords<Words512>
{
    private readonly Vector512<ushort> vector = vector;

    public static int Count => 32;

    public static Words512 Indices
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector512<ushort>.Indices);
    }

    /// <summary>The numbers of the odd words of two vectors, in order.</summary>
    private static Vector512<ushort> OddWords
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(
            1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31,
            33, 35, 37, 39, 41, 43, 45, 47, 49, 51, 53, 55, 57, 59, 61, (ushort)63);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 operator +(Words512 a, Words512 b) => new(a.vector + b.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 operator *(Words512 a, Words512 b) => new(a.vector * b.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 operator &(Words512 a, Words512 b) => new(a.vector & b.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 operator |(Words512 a, Words512 b) => new(a.vector | b.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 operator ~(Words512 a) => new(~a.vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 operator <<(Words512 a, int by) => new(a.vector << by);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 operator >>(Words512 a, int by) => new((a.vector.AsInt16() >> by).AsUInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 operator >>>(Words512 a, int by) => new(a.vector >>> by);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 All(int value) => new(Vector512.Create((ushort)value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 Max(Words512 a, Words512 b) => new(Vector512.Max(a.vector.AsInt16(), b.vector.AsInt16()).AsUInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 Min(Words512 a, Words512 b) => new(Vector512.Min(a.vector, b.vector));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 IsZero(Words512 a) => new(Vector512.Equals(a.vector, Vector512<ushort>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 UpperHalves(ref float source, nuint index, float factor, in Vector512<uint> below)
    {
        var low = (Vector512.LoadUnsafe(ref source, index) * Vector512.Create(factor)).AsUInt32() + below;
        var high = (Vector512.LoadUnsafe(ref source, index + 16) * Vector512.Create(factor)).AsUInt32() + below;
        return new(Avx512BW.IsSupported
            ? Avx512BW.PermuteVar32x16x2(low.AsUInt16(), OddWords, high.AsUInt16())
            : Vector512.Narrow(low >>> 16, high >>> 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreProducts(Words512 upperHalves, float factor, ref float destination, nuint index)
    {
        var (low, high) = Vector512.Widen(upperHalves.vector);
        ((low << 16).AsSingle() * Vector512.Create(factor)).StoreUnsafe(ref destination, index);
        ((high << 16).AsSingle() * Vector512.Create(factor)).StoreUnsafe(ref destination, index + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Words512 LoadBytes(ref byte source, nuint index)
    {
        if (Avx512BW.IsSupported)
        {
            return new(Avx512BW.ConvertToVector512UInt16(Vector256.LoadUnsafe(ref source, index)));
        }

        var (low, high) = Vector256.Widen(Vector256.LoadUnsafe(ref source, index));
        return new(Vector512.Create(low, high));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Words512 value, ref byte destination, nuint index)
    {
        if (Avx512BW.IsSupported)
        {
            Avx512BW.ConvertToVector256Byte(value.vector).StoreUnsafe(ref destination, index);
            return;
        }

        var low = value.vector & Vector512.Create((ushort)255);
        Vector256.Narrow(low.GetLower(), low.GetUpper()).StoreUnsafe(ref destination, index);
    }

    public static (float Largest, int Bits) Measure(ref float source, nuint count)
    {
        var (largest, either) = (Vector512<int>.Zero, Vector512<int>.Zero);
        for (nuint i = 0; i < count; i += 16)
        {
            var bits = Vector512.LoadUnsafe(ref source, i).AsInt32();
            either |= bits;
            largest = Vector512.Max(largest, bits & Vector512.Create(int.MaxValue));
        }

        return (
            BitConverter.Int32BitsToSingle(Words256.Largest(Vector256.Max(largest.GetLower(), largest.GetUpper()))),
            Words256.Either(either.GetLower() | either.GetUpper()));
    }
}
