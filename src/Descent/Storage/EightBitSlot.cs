using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Descent.Storage;

/// <summary>
/// What the scale of a block follows from. As integers without sign, the bits of negative numbers are above those of all others, and
/// greater with the magnitude; as integers with sign, those of positive ones are.
/// </summary>
internal struct EightBitRange
{
    private Vector512<uint> unsigned;
    private Vector512<int> signed;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(Vector512<uint> bits)
    {
        unsigned = Vector512.Max(unsigned, bits);
        signed = Vector512.Max(signed, bits.AsInt32());
    }

    /// <summary>The largest magnitude, and whether a number is negative.</summary>
    public readonly (float Magnitude, bool HasSign) Largest()
    {
        var negative = Words256.Largest(Vector256.Max(unsigned.GetLower(), unsigned.GetUpper()));
        var positive = Words256.Largest(Vector256.Max(signed.GetLower(), signed.GetUpper()));
        return (BitConverter.Int32BitsToSingle(Math.Max((int)(negative & int.MaxValue), positive)), (int)negative < 0);
    }
}

/// <summary>A slot on its way from codes to numbers, and one block later back. It begins at a border of 64 bytes.</summary>
internal unsafe struct EightBitSlot
{
    public fixed float Kept[EightBitMap.Block];
    public Vector512<float> Scale;
    public EightBitRange Seen;
    public Vector512<float> Factor;
    public Vector512<uint> Below;
    public Vector512<byte> Counts;
    public Vector512<byte> Firsts;
    public Vector512<ushort> Sign;
    public fixed short Shares[Dither.Parts];
    public byte* Codes;
    public byte* Old;
    public byte* Table;
    public bool HasSign;
    private float* scales;
    private uint key;
    private fixed byte gap[16];

    public void Begin(StagedParameter parameter, int slot, int start, byte* nowhere)
    {
        var store = Unsafe.As<EightBitNumbers>(parameter.State[slot]);
        Codes = (byte*)Unsafe.AsPointer(ref store.Codes[start]);
        Old = nowhere;
        scales = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(store.Scales));
        key = parameter.Key((uint)slot + 1);
    }

    /// <summary>Before a block is moved.</summary>
    public void Open(int block)
    {
        HasSign = !float.IsNegative(scales[block]);
        Table = EightBitTables.Numbers(HasSign);
        Scale = Vector512.Create(MathF.Abs(scales[block]));
    }

    /// <summary>When the block was moved: what its codes need is known now.</summary>
    public void Close(int block)
    {
        var (magnitude, hasSign) = Seen.Largest();
        var isUsable = EightBitMap.IsUsable(magnitude);
        scales[block] = EightBitMap.ScaleOf(magnitude, hasSign);
        Factor = Vector512.Create(EightBitMap.Highest / magnitude);
        Sign = Vector512.Create((ushort)(hasSign && isUsable ? 0x8000 : 0));
        var lines = EightBitTables.Lines(isUsable, hasSign);
        Counts = Vector512.Load(lines);
        Firsts = Vector512.Load(lines + 64);
        var dither = new Dither(BitNoise.At((uint)block, key));
        Below = dither.Below;

        // Without the offset, and with a table of zeros, whatever the products are becomes code 0.
        var offset = (ushort)(isUsable ? 0x4000 : 0);
        var share = (Vector512<ushort>.Indices * Vector512.Create((ushort)dither.Step)) + Vector512.Create((ushort)dither.Start);
        for (var i = 0; i < Dither.Parts; i += 32)
        {
            ((share & Vector512.Create((ushort)(Dither.Parts - 1))) | Vector512.Create(offset)).Store((ushort*)Unsafe.AsPointer(ref Shares[i]));
            share += Vector512.Create((ushort)(dither.Step * 32));
        }

        Old = Codes;
        Codes += EightBitMap.Block;
    }
}
