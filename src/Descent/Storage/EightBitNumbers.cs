using System.Runtime.InteropServices;
using Descent.State;

namespace Descent.Storage;

/// <summary>Numbers of 8 bits with a scale for each block.</summary>
internal sealed class EightBitNumbers : NumberStore
{
    private const int Line = 64;

    private readonly Memory<byte> codes;
    private readonly float[] scales;

    public EightBitNumbers(int length)
    {
        // Vectors across the borders of the cache's lines take twice as long; both arrays stay where they are, because loops hold pointers to them.
        var bytes = GC.AllocateArray<byte>(length + Line, pinned: true);
        codes = bytes.AsMemory((int)(-Marshal.UnsafeAddrOfPinnedArrayElement(bytes, 0) & (Line - 1)), length);
        scales = GC.AllocateArray<float>((length + EightBitMap.Block - 1) / EightBitMap.Block, pinned: true);
    }

    /// <summary>One for each number.</summary>
    public Span<byte> Codes => codes.Span;

    /// <summary>One for each block, as <see cref="EightBitMap.Encode(ReadOnlySpan{float}, Span{byte}, in Dither)"/> says.</summary>
    public Span<float> Scales => scales;

    public override IEnumerable<(string Suffix, string ElementType, int Length)> Tensors =>
        [("", TensorFile.ElementTypeOf<byte>(), codes.Length), (".scale", TensorFile.ElementTypeOf<float>(), scales.Length)];

    public override ref float Load(int start, int count, Span<float> buffer)
    {
        for (var i = 0; i < count; i += EightBitMap.Block)
        {
            var part = Math.Min(EightBitMap.Block, count - i);
            EightBitMap.Decode(Codes.Slice(start + i, part), scales[(start + i) / EightBitMap.Block], buffer.Slice(i, part));
        }

        return ref buffer[0];
    }

    public override void Store(int start, Span<float> values, uint key)
    {
        for (var i = 0; i < values.Length; i += EightBitMap.Block)
        {
            var part = Math.Min(EightBitMap.Block, values.Length - i);
            var block = (start + i) / EightBitMap.Block;
            scales[block] = EightBitMap.Encode(values.Slice(i, part), Codes.Slice(start + i, part), new Dither(BitNoise.At((uint)block, key)));
        }
    }

    public override void Save(TensorFile file, string name, ReadOnlySpan<int> shape)
    {
        file.Add<byte>(name, shape, codes);
        file.Add<float>(name + ".scale", [scales.Length], scales);
    }

    public override void Restore(TensorFile file, string name)
    {
        file[name].CopyTo<byte>(Codes);
        file[name + ".scale"].CopyTo<float>(scales);
    }
}
