using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Descent.Text;

namespace Descent.State;

/// <summary>
/// What the header of a safetensors file says, checked against the length of the data behind it. It is read token by token, so that what a hostile
/// header makes the reader keep is no more than names, shapes and texts that stand in it.
/// </summary>
internal sealed class TensorHeader
{
    public const string MetadataKey = "__metadata__";
    public const string ChecksumsKey = "descent.checksums";

    /// <summary>The reference implementation's limit.</summary>
    public const int Largest = 100_000_000;

    /// <summary>NumPy and PyTorch have fewer.</summary>
    private const int MostAxes = 255;

    private readonly string file;
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    private TensorHeader(string file) => this.file = file;

    /// <summary>The tensors, in the order of the header.</summary>
    public List<Entry> Entries { get; } = [];

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, uint> Checksums { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads a header.</summary>
    /// <param name="text">Its bytes.</param>
    /// <param name="dataLength">How many bytes of data follow.</param>
    /// <param name="file">What messages call the file.</param>
    /// <exception cref="DescentException">It is not of the format, or the data are not those that it describes.</exception>
    public static TensorHeader Parse(ReadOnlySpan<byte> text, long dataLength, string file)
    {
        var header = new TensorHeader(file);
        if (text[0] != '{')
        {
            throw Bad(file, "its header does not start with '{'");
        }

        if (!Utf8.IsValid(text))
        {
            throw Bad(file, "its header is not UTF-8");
        }

        try
        {
            var json = new Utf8JsonReader(text);
            header.ReadTensors(ref json);
            json.Read();
            header.ReadChecksums();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Bad(file, $"its header is not the expected JSON ({Shown.Brief(error.Message.TrimEnd('.'), 200)})", error);
        }

        header.CheckRanges(dataLength);
        return header;
    }

    public static DescentException Bad(string file, string reason, Exception? inner = null) =>
        new($"'{file}' is not a readable safetensors file: {reason}.", inner!);

    private static string Name(string name) => Shown.Brief(name, 200);

    private static string Token(ref Utf8JsonReader json) =>
        json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? json.TokenType == JsonTokenType.StartObject ? "an object" : "an array"
        : Shown.Brief(Encoding.UTF8.GetString(json.ValueSpan[..Math.Min(json.ValueSpan.Length, 200)]));

    private void ReadTensors(ref Utf8JsonReader json)
    {
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            if (!names.Add(name))
            {
                throw Bad(file, $"'{Name(name)}' occurs twice in its header");
            }

            json.Read();
            if (name == MetadataKey)
            {
                ReadMetadata(ref json);
            }
            else
            {
                Entries.Add(ReadTensor(name, ref json));
            }
        }
    }

    private void ReadMetadata(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Null)
        {
            return;
        }

        Expect(json.TokenType == JsonTokenType.StartObject, "its metadata", "an object", ref json);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var key = json.GetString()!;
            json.Read();
            Expect(json.TokenType == JsonTokenType.String, $"its metadata '{Name(key)}'", "a text", ref json);
            if (!Metadata.TryAdd(key, json.GetString()!))
            {
                throw Bad(file, $"'{Name(key)}' occurs twice in its metadata");
            }
        }
    }

    private Entry ReadTensor(string name, ref Utf8JsonReader json)
    {
        var what = $"tensor '{Name(name)}'";
        Expect(json.TokenType == JsonTokenType.StartObject, what, "an object", ref json);
        string? elementType = null;
        List<long>? shape = null, offsets = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (elementType is null && json.ValueTextEquals("dtype"))
            {
                json.Read();
                elementType = json.TokenType == JsonTokenType.String ? ElementTypes.Find(ref json) : null;
                Expect(elementType is not null, $"the type of {what}", $"one of {ElementTypes.Names}", ref json);
            }
            else if (shape is null && json.ValueTextEquals("shape"))
            {
                shape = Integers(ref json, $"the shape of {what}", int.MaxValue);
            }
            else if (offsets is null && json.ValueTextEquals("data_offsets"))
            {
                offsets = Integers(ref json, $"the offsets of {what}", long.MaxValue);
            }
            else if (json.ValueTextEquals("dtype") || json.ValueTextEquals("shape") || json.ValueTextEquals("data_offsets"))
            {
                throw Bad(file, $"{what} has '{json.GetString()}' twice");
            }
            else
            {
                json.Skip();
            }
        }

        if (elementType is null || shape is null || offsets is null)
        {
            throw Bad(file, $"{what} has no {(elementType is null ? "dtype" : shape is null ? "shape" : "data_offsets")}");
        }

        return offsets.Count == 2
            ? new Entry(name, elementType, [.. shape.Select(size => (int)size)], offsets[0], offsets[1])
            : throw Bad(file, $"{what} must have 2 data offsets, but has {offsets.Count}");
    }

    private List<long> Integers(ref Utf8JsonReader json, string what, long most)
    {
        json.Read();
        Expect(json.TokenType == JsonTokenType.StartArray, what, "an array", ref json);
        var numbers = new List<long>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            var number = 0L;
            Expect(
                json.TokenType == JsonTokenType.Number && json.ValueSpan[0] != '-' && json.TryGetInt64(out number) && number <= most,
                what,
                string.Create(CultureInfo.InvariantCulture, $"whole numbers from 0 to {most}"),
                ref json);
            numbers.Add(numbers.Count < MostAxes ? number : throw Bad(file, $"{what} must have at most {MostAxes} numbers"));
        }

        return numbers;
    }

    private void Expect(bool condition, string what, string allowed, ref Utf8JsonReader json)
    {
        if (!condition)
        {
            throw Bad(file, $"{what} must be {allowed}, but was {Token(ref json)}");
        }
    }

    private void ReadChecksums()
    {
        if (!Metadata.Remove(ChecksumsKey, out var text))
        {
            return;
        }

        var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        json.Read();
        Expect(json.TokenType == JsonTokenType.StartObject, "the list of checksums", "an object", ref json);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var tensor = json.GetString()!;
            json.Read();
            var value = 0u;
            Expect(
                json.TokenType == JsonTokenType.String && json.ValueSpan.Length == 8 && uint.TryParse(json.ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value),
                $"the checksum of tensor '{Name(tensor)}'",
                "8 hexadecimal digits",
                ref json);
            if (!names.Contains(tensor) || tensor == MetadataKey || !Checksums.TryAdd(tensor, value))
            {
                throw Bad(file, $"it has a checksum of tensor '{Name(tensor)}', but not the tensor, or two checksums of it");
            }
        }

        json.Read();
    }

    /// <summary>The ranges follow each other without gap or overlap, and are as long as the shapes say: what is read is no more than the file has.</summary>
    private void CheckRanges(long dataLength)
    {
        long next = 0;
        foreach (var (name, elementType, shape, start, end) in Entries.OrderBy(entry => entry.Start).ThenBy(entry => entry.End))
        {
            if (end < start || end > dataLength)
            {
                throw Bad(file, $"the data of tensor '{Name(name)}' reach from {start} to {end}, but there are {dataLength} bytes of data");
            }

            if (start != next)
            {
                throw Bad(file, $"its tensors leave a gap or overlap at byte {start} of the data, where '{Name(name)}' begins");
            }

            if (ElementTypes.BytesOf(elementType, shape) != end - start)
            {
                throw Bad(file, $"tensor '{Name(name)}' of shape [{string.Join(", ", shape)}] and type {elementType} does not have {end - start} bytes");
            }

            if (end - start > Array.MaxLength)
            {
                throw Bad(file, $"tensor '{Name(name)}' has {end - start} bytes, and at most {Array.MaxLength} can be read as one; split it");
            }

            next = end;
        }

        if (next != dataLength)
        {
            throw Bad(file, $"its tensors end at byte {next} of the data, but there are {dataLength}");
        }
    }

    /// <summary>A tensor in the header, with the range of its bytes in the data.</summary>
    internal readonly record struct Entry(string Name, string ElementType, int[] Shape, long Start, long End)
    {
        public int Length => (int)(End - Start);
    }
}
