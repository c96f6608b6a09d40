using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Storage;

/// <summary>
/// The dynamic map between numbers in a block and codes of 8 bits. A number is divided by the largest magnitude of its block;
/// large quotients get more bits of mantissa than small ones. With a bit for the sign, [½, 1) has 32 codes, [⅛, ½) 16 for
/// each doubling, [2⁻⁷, ⅛) 8, and [2⁻²³, 2⁻⁷) 2. A block without negative numbers has no sign, and twice as many.
/// </summary>
/// <remarks>
/// Source: Dettmers, Lewis, Shleifer, Zettlemoyer, "8-bit Optimizers via Block-wise Quantization", ICLR 2022,
/// <see href="https://arxiv.org/abs/2110.02861"/>, sections 1.3 (dynamic tree quantization) and 2.1 (blocks).
/// Departures: the number of mantissa bits falls with powers of two instead of powers of ten, so that a code is found by
/// shifts and sums instead of a search; blocks have 256 numbers instead of 2,048; whether a block has a sign follows from
/// its numbers instead of the method; and a positive number never becomes 0 in a block without sign, because methods
/// divide by the root of such state.
/// </remarks>
internal static class EightBitMap
{
    /// <summary>How many numbers share a scale.</summary>
    public const int Block = 256;

    // As integers, the upper halves of floats are a logarithm in straight pieces. Over them the code is a convex chain of
    // straight lines, one for each number of mantissa bits: the largest line is the code; on the way back, the smallest.
    private const int Shift1 = 2;
    private const int Shift2 = 3;
    private const int Shift3 = 4;
    private const int Shift4 = 6;
    private const int Offset1 = (126 << 5) - 96;
    private const int Offset2 = (125 << 4) - 80;
    private const int Offset3 = (123 << 3) - 56;
    private const int Offset4 = (119 << 1) - 30;
    private const int Sign = 0x80;

    // Where the lines begin, as the bits of floats.
    private const int Line1 = Offset1 << Shift1 << 16;
    private const int Line2 = Offset2 << Shift2 << 16;
    private const int Line3 = Offset3 << Shift3 << 16;
    private const int Line4 = Offset4 << Shift4 << 16;

    // The largest magnitude of a block has the highest code, whose number is 1 less one step.
    private const float HighestSigned = 63f / 64;
    private const float HighestUnsigned = 127f / 128;

    /// <summary>Codes for the numbers of one block.</summary>
    /// <returns>The scale: what decoded magnitudes are multiplied by; negative for a block without sign.</returns>
    public static float Encode(ReadOnlySpan<float> numbers, Span<byte> codes)
    {
        if (numbers.Length % Words512.Count != 0)
        {
            // What is left over goes through the same arithmetic, filled up with zeros.
            Span<float> filled = stackalloc float[Block];
            Span<byte> all = stackalloc byte[Block];
            numbers.CopyTo(filled);
            filled[numbers.Length..].Clear();
            var scale = Encode(filled, all);
            all[..numbers.Length].CopyTo(codes);
            return scale;
        }

        return Vector512.IsHardwareAccelerated ? Encode<Words512>(numbers, codes) : Encode<Words256>(numbers, codes);
    }

    /// <summary>The numbers of one block.</summary>
    public static void Decode(ReadOnlySpan<byte> codes, float scale, Span<float> numbers)
    {
        if (codes.Length % Words512.Count != 0)
        {
            Span<float> filled = stackalloc float[Block];
            Span<byte> all = stackalloc byte[Block];
            codes.CopyTo(all);
            Decode(all, scale, filled);
            filled[..codes.Length].CopyTo(numbers);
            return;
        }

        if (Vector512.IsHardwareAccelerated)
        {
            Decode<Words512>(codes, scale, numbers);
        }
        else
        {
            Decode<Words256>(codes, scale, numbers);
        }
    }

    /// <summary>As above, at a given width; tests run both and compare bits.</summary>
    internal static float Encode<V>(ReadOnlySpan<float> numbers, Span<byte> codes)
        where V : struct, IWords<V>
    {
        var (magnitude, bits) = V.Measure(ref MemoryMarshal.GetReference(numbers), (nuint)numbers.Length);
        return Encode<V>(numbers, codes, magnitude, bits < 0);
    }

    /// <summary>As above, of numbers that were measured.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Encode<V>(ReadOnlySpan<float> numbers, Span<byte> codes, float magnitude, bool hasSign)
        where V : struct, IWords<V>
    {
        ref var source = ref MemoryMarshal.GetReference(numbers);
        if (magnitude < BitConverter.Int32BitsToSingle(0x0080_0000))
        {
            codes.Clear();
            return 0;
        }

        ref var destination = ref MemoryMarshal.GetReference(codes);
        if (hasSign)
        {
            var factor = HighestSigned / magnitude;
            for (nuint i = 0; i < (nuint)numbers.Length; i += (nuint)V.Count)
            {
                V.StoreBytes(Signed(V.UpperHalves(ref source, i, factor)), ref destination, i);
            }

            return magnitude / HighestSigned;
        }
        else
        {
            var factor = HighestUnsigned / magnitude;
            for (nuint i = 0; i < (nuint)numbers.Length; i += (nuint)V.Count)
            {
                V.StoreBytes(Unsigned(V.UpperHalves(ref source, i, factor)), ref destination, i);
            }

            return -magnitude / HighestUnsigned;
        }
    }

    /// <summary>As above, at a given width.</summary>
    internal static void Decode<V>(ReadOnlySpan<byte> codes, float scale, Span<float> numbers)
        where V : struct, IWords<V>
    {
        ref var source = ref MemoryMarshal.GetReference(codes);
        ref var destination = ref MemoryMarshal.GetReference(numbers);
        if (float.IsNegative(scale))
        {
            for (nuint i = 0; i < (nuint)codes.Length; i += (nuint)V.Count)
            {
                V.StoreProducts(Number(V.LoadBytes(ref source, i), 1), -scale, ref destination, i);
            }
        }
        else
        {
            for (nuint i = 0; i < (nuint)codes.Length; i += (nuint)V.Count)
            {
                var code = V.LoadBytes(ref source, i);
                V.StoreProducts(Number(code & V.All(Sign - 1), 0) | ((code & V.All(Sign)) << 8), scale, ref destination, i);
            }
        }
    }

    /// <summary>
    /// The numbers in a block that codes stand for, a code in each element. The two upper bits of a magnitude say which line it
    /// is on; a code with sign has one bit less, and is doubled first.
    /// </summary>
    /// <param name="code">0 to 255.</param>
    /// <param name="doubling">1 in a block with sign, 0 in one without.</param>
    /// <param name="sign">The upper bit in a block with sign, 0 in one without.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Numbers(Vector512<uint> code, Vector512<uint> doubling, Vector512<uint> sign)
    {
        var magnitude = Avx512F.ShiftLeftLogicalVariable(code, doubling) & Vector512.Create(255u);
        var line = (magnitude >> 6).AsInt32();

        // Written out, because only so the compiler takes them for constants.
        var shifts = Vector512.Create(
            Shift4 + 15, Shift3 + 15, Shift2 + 15, Shift1 + 15, Shift4 + 15, Shift3 + 15, Shift2 + 15, Shift1 + 15,
            Shift4 + 15, Shift3 + 15, Shift2 + 15, Shift1 + 15, Shift4 + 15, Shift3 + 15, Shift2 + 15, Shift1 + 15);
        var offsets = Vector512.Create(
            Line4, Line3, Line2, Line1, Line4, Line3, Line2, Line1,
            Line4, Line3, Line2, Line1, Line4, Line3, Line2, Line1);
        var shift = Avx512F.PermuteVar4x32(shifts.AsSingle(), line).AsUInt32();
        var offset = Avx512F.PermuteVar4x32(offsets.AsSingle(), line).AsUInt32();
        var number = Avx512F.ShiftLeftLogicalVariable(magnitude, shift) + offset;
        number &= ~Vector512.Equals(magnitude, Vector512<uint>.Zero);
        return (number | ((code << 24) & sign)).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Signed<V>(V upper)
        where V : struct, IWords<V> =>
        V.Max(Code(upper & V.All(0x7FFF), 0), V.All(0)) | ((upper >>> 8) & V.All(Sign));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Unsigned<V>(V upper)
        where V : struct, IWords<V> =>
        V.Max(Code(upper, 1), V.All(1)) & ~V.IsZero(upper);

    /// <summary>The code of a magnitude, rounded to the nearest, with so many more bits of mantissa; not above 0 for the smallest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Code<V>(V upper, int more)
        where V : struct, IWords<V>
    {
        var first = (upper + V.All(Rounding(Shift1 - more, Offset1 << more))) >> (Shift1 - more);
        var second = (upper + V.All(Rounding(Shift2 - more, Offset2 << more))) >> (Shift2 - more);
        var third = (upper + V.All(Rounding(Shift3 - more, Offset3 << more))) >> (Shift3 - more);
        var fourth = (upper + V.All(Rounding(Shift4 - more, Offset4 << more))) >> (Shift4 - more);
        return V.Max(V.Max(first, second), V.Max(third, fourth));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Rounding(int shift, int offset) => (1 << shift >> 1) - (offset << shift);

    /// <summary>The upper half of the magnitude that a code stands for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Number<V>(V code, int more)
        where V : struct, IWords<V>
    {
        var first = (code << (Shift1 - more)) + V.All(Offset1 << Shift1);
        var second = (code << (Shift2 - more)) + V.All(Offset2 << Shift2);
        var third = (code << (Shift3 - more)) + V.All(Offset3 << Shift3);
        var fourth = (code << (Shift4 - more)) + V.All(Offset4 << Shift4);
        return V.Min(V.Min(first, second), V.Min(third, fourth)) & ~V.IsZero(code);
    }
}
