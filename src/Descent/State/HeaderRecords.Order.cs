using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Descent.State;

/// <content>What is found by name or by place.</content>
internal sealed partial class HeaderRecords
{
    private int index;

    /// <summary>The tensors in the order of their bytes.</summary>
    public ReadOnlySpan<int> ByStart() => Sorted((a, b) => RangeOf(a).CompareTo(RangeOf(b)));

    /// <summary>A name or a key of the metadata that occurs twice; null where none does.</summary>
    public string? FirstTwice(out bool isMetadata)
    {
        isMetadata = true;
        var keys = Index(texts);
        for (var (i, position) = (0, metadataStart); i < texts; i++)
        {
            keys[i] = position;
            position += SpanOf(position).Length + 1;
            position += SpanOf(position).Length + 1;
        }

        keys.Sort((a, b) => SpanOf(a).SequenceCompareTo(SpanOf(b)));
        if (FirstTwice(keys) is { } key)
        {
            return key;
        }

        isMetadata = false;
        return FirstTwice(Sorted((a, b) => SpanOf(a).SequenceCompareTo(SpanOf(b))));
    }

    /// <summary>Makes tensors be found by their names.</summary>
    public void SortByName() => Sorted((a, b) => SpanOf(a).SequenceCompareTo(SpanOf(b)));

    /// <summary>Where the tensor of that name begins; −1 where there is none.</summary>
    public int Find(string name)
    {
        Span<byte> few = stackalloc byte[512];
        var length = Encoding.UTF8.GetMaxByteCount(name.Length);
        var utf8 = length <= few.Length ? few : new byte[length];
        return Find(utf8[..Encoding.UTF8.GetBytes(name, utf8)]);
    }

    /// <summary>Where the tensor begins whose name was read; −1 where there is none.</summary>
    public int Find(ref Utf8JsonReader json)
    {
        if (!json.ValueIsEscaped)
        {
            return Find(json.ValueSpan);
        }

        Span<byte> few = stackalloc byte[512];
        var utf8 = json.ValueSpan.Length <= few.Length ? few : new byte[json.ValueSpan.Length];
        return Find(utf8[..JsonText.Unescape(json.ValueSpan, utf8)]);
    }

    /// <summary>Finds the text with that key.</summary>
    public bool TryMetadata(string key, out ReadOnlySpan<byte> text)
    {
        for (var (i, position) = (0, metadataStart); i < texts; i++)
        {
            var value = position + SpanOf(position).Length + 1;
            if (Encoding.UTF8.GetByteCount(key) == value - position - 1 && Text(position) == key)
            {
                text = SpanOf(value);
                return true;
            }

            position = value + SpanOf(value).Length + 1;
        }

        text = [];
        return false;
    }

    /// <summary>The metadata but the checksums.</summary>
    public Dictionary<string, string> Metadata()
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var (i, position) = (0, metadataStart); i < texts; i++)
        {
            var value = position + SpanOf(position).Length + 1;
            if (Text(position) is not TensorHeader.ChecksumsKey and var key)
            {
                metadata.Add(key, Text(value));
            }

            position = value + SpanOf(value).Length + 1;
        }

        return metadata;
    }

    private int Find(ReadOnlySpan<byte> name)
    {
        var names = Index(Count);
        var (least, most) = (0, Count - 1);
        while (least <= most)
        {
            var middle = (least + most) / 2;
            var order = name.SequenceCompareTo(SpanOf(names[middle]));
            if (order == 0)
            {
                return names[middle];
            }

            (least, most) = order > 0 ? (middle + 1, most) : (least, middle - 1);
        }

        return -1;
    }

    private string? FirstTwice(ReadOnlySpan<int> positions)
    {
        for (var i = 1; i < positions.Length; i++)
        {
            if (SpanOf(positions[i - 1]).SequenceEqual(SpanOf(positions[i])))
            {
                return Text(positions[i]);
            }
        }

        return null;
    }

    private Span<int> Sorted(Comparison<int> order)
    {
        var positions = Index(Count);
        var i = 0;
        foreach (var tensor in Tensors)
        {
            positions[i++] = tensor;
        }

        positions.Sort(order);
        return positions;
    }

    /// <summary>Room for numbers behind what is written.</summary>
    private Span<int> Index(int length)
    {
        if (index == 0)
        {
            index = (written + sizeof(int) - 1) / sizeof(int) * sizeof(int);
        }

        if (index + (sizeof(int) * length) > bytes.Length)
        {
            Array.Resize(ref bytes, index + (sizeof(int) * length));
        }

        return MemoryMarshal.Cast<byte, int>(bytes.AsSpan(index, sizeof(int) * length));
    }
}
