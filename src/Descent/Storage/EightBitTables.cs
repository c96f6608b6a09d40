using System.Runtime.InteropServices;

namespace Descent.Storage;

/// <summary>What <see cref="EightBitLoop"/> looks up in registers: <see cref="EightBitMap"/> as tables of bytes.</summary>
internal static unsafe class EightBitTables
{
    private const int LineBytes = 128;

    private static readonly byte* Memory = Create();

    /// <summary>The lower bytes of the upper halves of the numbers that codes stand for, 256 of them, then the higher bytes.</summary>
    public static byte* Numbers(bool hasSign) => Memory + (hasSign ? 0 : 512);

    /// <summary>
    /// For the two doublings with this upper byte (modulo 64) half of the number of their codes, and then the first code, less 128 in a block
    /// without sign. A third table, for numbers that cannot be divided, is all zeros.
    /// </summary>
    public static byte* Lines(bool isUsable, bool hasSign) => Memory + 1024 + (isUsable ? hasSign ? 0 : LineBytes : 2 * LineBytes);

    private static byte* Create()
    {
        var memory = (byte*)NativeMemory.AlignedAlloc(2048, 64);
        new Span<byte>(memory, 2048).Clear();
        Span<byte> codes = stackalloc byte[256];
        Span<float> numbers = stackalloc float[256];
        for (var i = 0; i < 256; i++)
        {
            codes[i] = (byte)i;
        }

        foreach (var hasSign in new[] { true, false })
        {
            EightBitMap.Decode(codes, hasSign ? 1 : -1, numbers);
            for (var i = 0; i < 256; i++)
            {
                var upper = BitConverter.SingleToInt32Bits(numbers[i]) >> 16;
                memory[(hasSign ? 0 : 512) + i] = (byte)upper;
                memory[(hasSign ? 256 : 768) + i] = (byte)(upper >> 8);
            }

            for (var i = 0; i < 64; i++)
            {
                var (count, first) = EightBitMap.LineOf(i, hasSign);
                memory[1024 + (hasSign ? 0 : LineBytes) + i] = (byte)(count / 2);
                memory[1024 + (hasSign ? 64 : LineBytes + 64) + i] = (byte)(hasSign ? first : first - 128);
            }
        }

        return memory;
    }
}
