using System.Globalization;

namespace Descent.Numerics;

/// <summary>
/// A number of 16 bits with the range of <see cref="float"/> and 8 bits of precision: its upper half. It is stored and
/// converted; arithmetic is done in <see cref="float"/>.
/// </summary>
/// <param name="Bits">Sign, 8 bits of exponent, 7 of mantissa.</param>
public readonly record struct BFloat16(ushort Bits)
{
    /// <summary>The nearest one, ties to even; NaN stays NaN.</summary>
    public static explicit operator BFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value)
            ? new((ushort)((bits >> 16) | 0x40))
            : new((ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16));
    }

    /// <summary>Exact.</summary>
    public static explicit operator float(BFloat16 value) => BitConverter.UInt32BitsToSingle((uint)value.Bits << 16);

    /// <inheritdoc/>
    public override string ToString() => ((float)this).ToString("R", CultureInfo.InvariantCulture);
}
