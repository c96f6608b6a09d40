using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Descent.Storage;

/// <summary>
/// The dynamic map between numbers in a block and codes of 8 bits. A number is divided by the largest magnitude of its block;
/// large quotients get more bits of mantissa than small ones. With a bit for the sign, [½, 1) has 32 codes, [⅛, ½) 16 for
/// each doubling, [2⁻⁷, ⅛) 8, and [2⁻²³, 2⁻⁷) 2. A block without negative numbers has no sign, and twice as many.
/// Between two codes chance decides (<see cref="Dither"/>), so that the mean is the number: slow averages move.
/// </summary>
/// <remarks>
/// Source: Dettmers, Lewis, Shleifer, Zettlemoyer, "8-bit Optimizers via Block-wise Quantization", ICLR 2022,
/// <see href="https://arxiv.org/abs/2110.02861"/>, sections 1.3 (dynamic tree quantization) and 2.1 (blocks).
/// Departures: the number of mantissa bits falls with powers of two instead of powers of ten, so that a code is found by
/// shifts and sums instead of a search; blocks have 1,024 numbers instead of 2,048; whether a block has a sign follows from
/// its numbers instead of the method; a positive number becomes 0 in a block without sign only below 2⁻¹²⁵ of the largest,
/// because methods divide by the root of such state; and rounding is stochastic instead of to the nearest, because a change
/// by a thousandth, as β₂ = 0.999 makes, is lost below half of the distance between codes.
/// </remarks>
internal static class EightBitMap
{
    /// <summary>How many numbers share a scale.</summary>
    public const int Block = NumberStore.Block;

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

    // The largest magnitude of a block has the highest code, whose number is this. Without sign there would be one more code
    // above; but there all are one higher, because the lowest stands for the smallest number and 0 has one of its own.
    internal const float Highest = 63f / 64;
    private const int HighestUpper = 0x3F7C;

    /// <summary>Codes for the numbers of one block.</summary>
    /// <returns>The scale: what decoded magnitudes are multiplied by; negative for a block without sign.</returns>
    public static float Encode(ReadOnlySpan<float> numbers, Span<byte> codes, in Dither dither)
    {
        if (numbers.Length % Words512.Count != 0)
        {
            // What is left over goes through the same arithmetic, filled up with zeros.
            Span<float> filled = stackalloc float[Block];
            Span<byte> all = stackalloc byte[Block];
            numbers.CopyTo(filled);
            filled[numbers.Length..].Clear();
            var scale = Encode(filled, all, in dither);
            all[..numbers.Length].CopyTo(codes);
            return scale;
        }

        return Vector512.IsHardwareAccelerated ? Encode<Words512>(numbers, codes, in dither) : Encode<Words256>(numbers, codes, in dither);
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
    internal static float Encode<V>(ReadOnlySpan<float> numbers, Span<byte> codes, in Dither dither)
        where V : struct, IWords<V>
    {
        ref var source = ref MemoryMarshal.GetReference(numbers);
        var (magnitude, bits) = V.Measure(ref source, (nuint)numbers.Length);
        var hasSign = bits < 0;
        if (!IsUsable(magnitude))
        {
            codes.Clear();
            return ScaleOf(magnitude, hasSign);
        }

        ref var destination = ref MemoryMarshal.GetReference(codes);
        var (noise, step) = ((V.Indices * V.All(dither.Step)) + V.All(dither.Start), V.All(dither.Step * V.Count));
        for (nuint i = 0; i < (nuint)numbers.Length; i += (nuint)V.Count)
        {
            noise &= V.All(Dither.Parts - 1);
            var upper = V.UpperHalves(ref source, i, Highest / magnitude, dither.Below);
            V.StoreBytes(hasSign ? Signed(upper, noise) : Unsigned(upper, noise), ref destination, i);
            noise += step;
        }

        return ScaleOf(magnitude, hasSign);
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
                var code = V.LoadBytes(ref source, i);
                V.StoreProducts(Number(code + V.All(-1), 1) & ~V.IsZero(code), -scale, ref destination, i);
            }
        }
        else
        {
            for (nuint i = 0; i < (nuint)codes.Length; i += (nuint)V.Count)
            {
                var code = V.LoadBytes(ref source, i);
                var magnitude = code & V.All(Sign - 1);
                V.StoreProducts((Number(magnitude, 0) & ~V.IsZero(magnitude)) | ((code & V.All(Sign)) << 8), scale, ref destination, i);
            }
        }
    }

    /// <summary>
    /// The line that the magnitudes of two doublings are on, whose upper halves have these 8 bits before the last 8: how many codes there are
    /// for all 256 of them, and the first one. Every line begins with two doublings.
    /// </summary>
    internal static (int Codes, int First) LineOf(int upperByte, bool hasSign)
    {
        var more = hasSign ? 0 : 1;
        var (shift, offset) = upperByte switch
        {
            63 => (Shift1, Offset1),
            62 => (Shift2, Offset2),
            60 or 61 => (Shift3, Offset3),
            _ => (Shift4, Offset4),
        };
        var first = (upperByte << 8 >> (shift - more)) - (offset << more);
        return first < 0 ? (0, hasSign || upperByte == 0 ? 0 : 1) : (256 >> (shift - more), first + more);
    }

    /// <summary>Whether numbers can be divided by the largest magnitude among them; otherwise all codes are 0.</summary>
    internal static bool IsUsable(float magnitude) => magnitude >= BitConverter.Int32BitsToSingle(0x0080_0000) && float.IsFinite(magnitude);

    internal static float ScaleOf(float magnitude, bool hasSign) =>
        magnitude < BitConverter.Int32BitsToSingle(0x0080_0000) ? 0 : hasSign ? magnitude * (1 / Highest) : -magnitude * (1 / Highest);

    /// <summary>0 for numbers below the lowest line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Signed<V>(V upper, V noise)
        where V : struct, IWords<V> =>
        Code(upper & V.All(0x7FFF), noise, 0) | ((upper >>> 8) & V.All(Sign));

    /// <summary>1 for numbers below the lowest line that are normal when divided.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Unsigned<V>(V upper, V noise)
        where V : struct, IWords<V> =>
        (Code(upper, noise, 1) + V.All(1)) & ~V.IsZero(upper >>> 8);

    /// <summary>The code of a magnitude, with so many more bits of mantissa; not below 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Code<V>(V upper, V noise, int more)
        where V : struct, IWords<V>
    {
        upper = V.Min(upper, V.All(HighestUpper));
        return V.Max(
            V.Max(Line(upper, noise, Shift1 - more, Offset1 << more), Line(upper, noise, Shift2 - more, Offset2 << more)),
            V.Max(V.Max(Line(upper, noise, Shift3 - more, Offset3 << more), Line(upper, noise, Shift4 - more, Offset4 << more)), V.All(0)));
    }

    /// <summary>What is cut off by the shift is compared with as many bits of noise.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Line<V>(V upper, V noise, int shift, int offset)
        where V : struct, IWords<V> =>
        (upper + V.All(-(offset << shift)) + (noise >>> (Dither.Bits - shift))) >> shift;

    /// <summary>The upper half of the magnitude that a code stands for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Number<V>(V code, int more)
        where V : struct, IWords<V>
    {
        var first = (code << (Shift1 - more)) + V.All(Offset1 << Shift1);
        var second = (code << (Shift2 - more)) + V.All(Offset2 << Shift2);
        var third = (code << (Shift3 - more)) + V.All(Offset3 << Shift3);
        var fourth = (code << (Shift4 - more)) + V.All(Offset4 << Shift4);
        return V.Min(V.Min(first, second), V.Min(third, fourth));
    }
}
