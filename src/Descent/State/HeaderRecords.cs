using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Descent.State;

/// <summary>
/// What a header says, in fewer bytes than its text has: names and texts in UTF-8, each with an end that no UTF-8 has, and numbers of as many
/// bytes as they need. The array may be that of the text itself: what is written never overtakes what is being read.
/// </summary>
/// <remarks>
/// A tensor is its name, 5 bytes for a checksum, its type, its number of axes, their sizes, and the range of its bytes. The positions of tensors
/// lie behind the last of them, in the order of their names. An object that has more than one tensor is written with at least 44 bytes less than
/// its text has.
/// </remarks>
/// <param name="bytes">Where they are kept: the text, or an array that grows.</param>
/// <param name="most">The length of the text.</param>
internal sealed partial class HeaderRecords(byte[] bytes, int most)
{
    private const byte End = 0xFF;
    private const int ChecksumBytes = 5;
    private const long LargestBlock = 1 << 26;
    private const int Little = 1 << 16;
    private byte[] bytes = bytes;
    private int written;
    private int metadataStart = -1;
    private int metadataEnd;
    private int texts;

    /// <summary>How many tensors there are.</summary>
    public int Count { get; private set; }

    /// <summary>The tensors, in the order of the header: where each begins.</summary>
    public IEnumerable<int> Tensors
    {
        get
        {
            var position = 0;
            for (var i = 0; i < Count; i++)
            {
                position = position == metadataStart ? metadataEnd : position;
                yield return position;
                position = EndOf(position);
            }
        }
    }

    /// <summary>Where the data can be cut into blocks of whole tensors, both ends of the data included.</summary>
    public List<long> Cuts { get; } = [0];

    /// <summary>Begins the metadata; false when there are some already.</summary>
    public bool BeginMetadata()
    {
        if (metadataStart >= 0)
        {
            return false;
        }

        metadataStart = metadataEnd = written;
        return true;
    }

    /// <summary>Ends a key and its text.</summary>
    public void EndMetadata() => (metadataEnd, texts) = (written, texts + 1);

    /// <summary>Writes a text without its escapes, and returns where it begins.</summary>
    /// <exception cref="InvalidOperationException">Half of a surrogate pair stands in it.</exception>
    public int AddText(ref Utf8JsonReader json)
    {
        var start = written;
        var room = Room(json.ValueSpan.Length + 1);
        var length = json.ValueSpan.Length;
        if (json.ValueIsEscaped)
        {
            length = JsonText.Unescape(json.ValueSpan, room);
        }
        else
        {
            json.ValueSpan.CopyTo(room);
        }

        room[length] = End;
        written += length + 1;
        return start;
    }

    /// <summary>Begins a tensor with the name that was read, and returns where it begins.</summary>
    public int BeginTensor(ref Utf8JsonReader json) => AddText(ref json);

    /// <summary>Ends the tensor.</summary>
    public void EndTensor(int elementType, ReadOnlySpan<int> shape, long start, long end)
    {
        Room(ChecksumBytes + 2)[..ChecksumBytes].Clear();
        written += ChecksumBytes;
        bytes[written++] = (byte)elementType;
        bytes[written++] = (byte)shape.Length;
        foreach (var size in shape)
        {
            AddNumber(size);
        }

        AddNumber(start);
        AddNumber(end);
        Count++;
    }

    /// <summary>The text that begins there, or as much of it as messages show.</summary>
    public string Text(int start) => Encoding.UTF8.GetString(SpanOf(start));

    /// <summary>The name of a tensor.</summary>
    public string NameOf(int tensor) => Text(tensor);

    /// <summary>The type of a tensor's elements.</summary>
    public string ElementTypeOf(int tensor) => ElementTypes.NameOf(Decode(tensor, []).ElementType);

    /// <summary>The sizes of a tensor's axes.</summary>
    public int[] ShapeOf(int tensor)
    {
        var shape = new int[Decode(tensor, []).Axes];
        Decode(tensor, shape);
        return shape;
    }

    /// <summary>Where a tensor's bytes lie in the data.</summary>
    public (long Start, long End) RangeOf(int tensor)
    {
        var (_, _, start, end) = Decode(tensor, []);
        return (start, end);
    }

    /// <summary>Reads a tensor, and its shape as far as there is room for it.</summary>
    public (int ElementType, int Axes, long Start, long End) Decode(int tensor, Span<int> shape)
    {
        var position = FieldsOf(tensor) + ChecksumBytes;
        int elementType = bytes[position++], axes = bytes[position++];
        for (var i = 0; i < axes; i++)
        {
            var size = (int)NumberAt(ref position);
            if (i < shape.Length)
            {
                shape[i] = size;
            }
        }

        return (elementType, axes, NumberAt(ref position), NumberAt(ref position));
    }

    /// <summary>The checksum of a tensor; null where it has none.</summary>
    public uint? ChecksumOf(int tensor)
    {
        var fields = bytes.AsSpan(FieldsOf(tensor), ChecksumBytes);
        return fields[0] == 0 ? null : BinaryPrimitives.ReadUInt32LittleEndian(fields[1..]);
    }

    /// <summary>Gives a tensor a checksum; false when it has one.</summary>
    public bool SetChecksum(int tensor, uint value)
    {
        var fields = bytes.AsSpan(FieldsOf(tensor), ChecksumBytes);
        if (fields[0] != 0)
        {
            return false;
        }

        fields[0] = 1;
        BinaryPrimitives.WriteUInt32LittleEndian(fields[1..], value);
        return true;
    }

    /// <summary>Makes a cut before a tensor where the block would become too long.</summary>
    public void Cut(long start, long end)
    {
        var last = Cuts.Count - 1;
        if (last > 0 && (end - Cuts[last - 1] <= LargestBlock || end == start))
        {
            Cuts[last] = end;
        }
        else if (end > Cuts[last])
        {
            Cuts.Add(end);
        }
    }

    private Span<byte> Room(int length)
    {
        if (written + length > bytes.Length)
        {
            // A header of which much is kept is a right one so far: then there is room for all of it.
            Array.Resize(ref bytes, written + length > Little ? Math.Max(most, written + length) : Math.Max(2 * bytes.Length, written + length));
        }

        return bytes.AsSpan(written, length);
    }

    private void AddNumber(long number)
    {
        Room(10);
        for (; number >= 0x80; number >>= 7)
        {
            bytes[written++] = (byte)(number | 0x80);
        }

        bytes[written++] = (byte)number;
    }

    private long NumberAt(ref int position)
    {
        var (number, shift) = (0L, 0);
        for (; bytes[position] >= 0x80; shift += 7)
        {
            number |= (long)(bytes[position++] & 0x7F) << shift;
        }

        return number | ((long)bytes[position++] << shift);
    }

    private int FieldsOf(int tensor) => tensor + SpanOf(tensor).Length + 1;

    private int EndOf(int tensor)
    {
        var position = FieldsOf(tensor) + ChecksumBytes;
        int axes = bytes[position + 1];
        for (position += 2, axes += 2; axes > 0; axes--)
        {
            NumberAt(ref position);
        }

        return position;
    }

    private ReadOnlySpan<byte> SpanOf(int start) => bytes.AsSpan(start, bytes.AsSpan(start).IndexOf(End));
}
