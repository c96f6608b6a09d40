using System.Buffers.Binary;
using System.Runtime.Intrinsics.X86;
using ArmCrc = System.Runtime.Intrinsics.Arm.Crc32;

namespace Descent.State;

/// <summary>The checksum CRC-32C (Castagnoli, 1993), by the processor's own instruction where it has one.</summary>
internal static class Crc32C
{
    private const uint Polynomial = 0x82F6_3B78;
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(EntryOf)];

    /// <summary>The checksum of all bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        if (Sse42.X64.IsSupported)
        {
            for (; bytes.Length >= 8; bytes = bytes[8..])
            {
                crc = (uint)Sse42.X64.Crc32(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            }
        }
        else if (ArmCrc.Arm64.IsSupported)
        {
            for (; bytes.Length >= 8; bytes = bytes[8..])
            {
                crc = ArmCrc.Arm64.ComputeCrc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            }
        }

        return ~Rest(crc, bytes);
    }

    /// <summary>As <see cref="Of"/>, byte by byte; tests compare.</summary>
    internal static uint OfBytes(ReadOnlySpan<byte> bytes) => ~Rest(uint.MaxValue, bytes);

    private static uint Rest(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            crc = (crc >> 8) ^ Table[(byte)(crc ^ value)];
        }

        return crc;
    }

    private static uint EntryOf(int value)
    {
        var entry = (uint)value;
        for (var bit = 0; bit < 8; bit++)
        {
            entry = (entry >> 1) ^ ((entry & 1) * Polynomial);
        }

        return entry;
    }
}
