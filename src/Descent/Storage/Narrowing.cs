using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Descent.Numerics;

namespace Descent.Storage;

/// <summary>Conversions between <see cref="float"/> and numbers of 16 bits, <see cref="Half"/> or <see cref="BFloat16"/>.</summary>
internal static class Narrowing
{
    /// <summary>How many numbers are converted at once where a buffer is needed.</summary>
    public const int Stretch = 256;

    private const uint Exponent = 0x7F80_0000;
    private const uint Magnitude = 0x7FFF_FFFF;

    /// <summary>Exact.</summary>
    public static void Widen<T>(ReadOnlySpan<T> source, Span<float> destination)
        where T : unmanaged
    {
        if (typeof(T) == typeof(Half))
        {
            TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<T, Half>(source), destination);
            return;
        }

        var numbers = MemoryMarshal.Cast<T, ushort>(source);
        ref var from = ref MemoryMarshal.GetReference(numbers);
        ref var to = ref MemoryMarshal.GetReference(destination[..numbers.Length]);
        nuint i = 0;
        for (; i + 16 <= (nuint)numbers.Length; i += 16)
        {
            var (low, high) = Vector256.Widen(Vector256.LoadUnsafe(ref from, i));
            (low << 16).AsSingle().StoreUnsafe(ref to, i);
            (high << 16).AsSingle().StoreUnsafe(ref to, i + 8);
        }

        for (; i < (nuint)numbers.Length; i++)
        {
            destination[(int)i] = (float)new BFloat16(numbers[(int)i]);
        }
    }

    /// <summary>To the nearest, ties to even.</summary>
    public static void Nearest<T>(ReadOnlySpan<float> source, Span<T> destination)
        where T : unmanaged
    {
        if (typeof(T) == typeof(Half))
        {
            TensorPrimitives.ConvertToHalf(source, MemoryMarshal.Cast<T, Half>(destination));
            return;
        }

        var numbers = MemoryMarshal.Cast<T, ushort>(destination)[..source.Length];
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(numbers);
        nuint i = 0;
        for (; i + 16 <= (nuint)source.Length; i += 16)
        {
            var low = NearestUpper(Vector256.LoadUnsafe(ref from, i).AsUInt32());
            var high = NearestUpper(Vector256.LoadUnsafe(ref from, i + 8).AsUInt32());
            Vector256.Narrow(low >> 16, high >> 16).StoreUnsafe(ref to, i);
        }

        for (; i < (nuint)source.Length; i++)
        {
            numbers[(int)i] = ((BFloat16)source[(int)i]).Bits;
        }
    }

    /// <summary>
    /// Up or down at random, with the probabilities that make the mean exact. Numbers beyond the largest become an infinity;
    /// NaN and infinities stay.
    /// </summary>
    /// <param name="source">The numbers.</param>
    /// <param name="destination">As many.</param>
    /// <param name="index">The number of the first one, which with <paramref name="key"/> chooses what is random.</param>
    /// <param name="key">Other random numbers for each key.</param>
    public static void Stochastic<T>(ReadOnlySpan<float> source, Span<T> destination, uint index, uint key)
        where T : unmanaged
    {
        Span<float> kept = stackalloc float[Stretch];
        for (var start = 0; start < source.Length; start += Stretch)
        {
            var part = source.Slice(start, Math.Min(Stretch, source.Length - start));
            part.CopyTo(kept);
            ref var number = ref MemoryMarshal.GetReference(kept);
            for (nuint i = 0; i < (nuint)part.Length; i += 8)
            {
                var noise = BitNoise.At(Vector256.Create(index + (uint)start + (uint)i) + Vector256<uint>.Indices, key);
                var value = Vector256.LoadUnsafe(ref number, i);
                (typeof(T) == typeof(Half) ? RandomHalf(value, noise) : RandomUpper(value, noise)).StoreUnsafe(ref number, i);
            }

            // The numbers fit into 16 bits now, so that this is exact.
            Nearest<T>(kept[..part.Length], destination[start..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> NearestUpper(Vector256<uint> bits)
    {
        var isNaN = Vector256.GreaterThan(bits & Vector256.Create(Magnitude), Vector256.Create(Exponent));
        var rounded = bits + Vector256.Create(0x7FFFu) + ((bits >> 16) & Vector256<uint>.One);
        return Vector256.ConditionalSelect(isNaN, bits | Vector256.Create(0x40_0000u), rounded);
    }

    /// <summary>The upper 16 bits, up with the probability that the lower 16 say.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> RandomUpper(Vector256<float> value, Vector256<uint> noise)
    {
        var bits = value.AsUInt32();
        var rounded = (bits + (noise >> 16)) & Vector256.Create(0xFFFF_0000u);
        return Vector256.ConditionalSelect(IsFinite(bits), rounded, bits).AsSingle();
    }

    /// <summary>As above for <see cref="Half"/>: 10 bits of mantissa, or multiples of 2⁻²⁴ below 2⁻¹⁴.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> RandomHalf(Vector256<float> value, Vector256<uint> noise)
    {
        var bits = value.AsUInt32();
        var rounded = (bits + (noise >> 19)) & Vector256.Create(0xFFFF_E000u);
        var magnitude = Vector256.Abs(value);
        var share = (noise >> 8).AsInt32();
        var small = Vector256.Floor((magnitude * Vector256.Create(16_777_216f)) + (Vector256.ConvertToSingle(share) * Vector256.Create(1 / 16_777_216f))) * Vector256.Create(1 / 16_777_216f);
        var signed = small.AsUInt32() | (bits & Vector256.Create(~Magnitude));
        var isSmall = Vector256.LessThan(magnitude, Vector256.Create(6.103515625e-5f)).AsUInt32();
        return Vector256.ConditionalSelect(IsFinite(bits), Vector256.ConditionalSelect(isSmall, signed, rounded), bits).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> IsFinite(Vector256<uint> bits) =>
        Vector256.LessThan(bits & Vector256.Create(Exponent), Vector256.Create(Exponent));
}
