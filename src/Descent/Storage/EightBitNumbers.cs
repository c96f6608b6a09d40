using Descent.State;

namespace Descent.Storage;

/// <summary>Numbers of 8 bits with a scale for each block.</summary>
internal sealed class EightBitNumbers(int length) : NumberStore
{
    private readonly byte[] codes = new byte[length];
    private readonly float[] scales = new float[(length + EightBitMap.Block - 1) / EightBitMap.Block];

    /// <summary>One for each number.</summary>
    public Span<byte> Codes => codes;

    /// <summary>One for each block, as <see cref="EightBitMap.Encode(ReadOnlySpan{float}, Span{byte})"/> says.</summary>
    public Span<float> Scales => scales;

    public override IEnumerable<(string Suffix, string ElementType, int Length)> Tensors =>
        [("", TensorFile.ElementTypeOf<byte>(), codes.Length), (".scale", TensorFile.ElementTypeOf<float>(), scales.Length)];

    public override ref float Load(int start, int count, Span<float> buffer)
    {
        for (var i = 0; i < count; i += EightBitMap.Block)
        {
            var part = Math.Min(EightBitMap.Block, count - i);
            EightBitMap.Decode(codes.AsSpan(start + i, part), scales[(start + i) / EightBitMap.Block], buffer.Slice(i, part));
        }

        return ref buffer[0];
    }

    public override void Store(int start, Span<float> values, uint key)
    {
        for (var i = 0; i < values.Length; i += EightBitMap.Block)
        {
            var part = Math.Min(EightBitMap.Block, values.Length - i);
            scales[(start + i) / EightBitMap.Block] = EightBitMap.Encode(values.Slice(i, part), codes.AsSpan(start + i, part));
        }
    }

    public override void Save(TensorFile file, string name, ReadOnlySpan<int> shape)
    {
        file.Add<byte>(name, shape, codes);
        file.Add<float>(name + ".scale", [scales.Length], scales);
    }

    public override void Restore(TensorFile file, string name)
    {
        file[name].CopyTo<byte>(codes);
        file[name + ".scale"].CopyTo<float>(scales);
    }
}
