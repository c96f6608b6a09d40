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

    private static readonly string AnyType = $"one of {ElementTypes.Names}";

    private readonly string file;
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly List<long> numbers = [];

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
            var json = header.Begin(text);
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

    /// <summary>A reader before the first token. What stands for true, false or null must be one of them: the reader's own message would quote all the rest.</summary>
    private Utf8JsonReader Begin(ReadOnlySpan<byte> text)
    {
        var rest = text;
        while (rest.IndexOfAny("\"tfn"u8) is >= 0 and var next)
        {
            rest = rest[next..];
            var length = rest[0] == '"' ? StringLength(rest) : rest.StartsWith("true"u8) || rest.StartsWith("null"u8) ? 4 : rest.StartsWith("false"u8) ? 5 : 0;
            rest = length > 0 ? rest[length..] : throw Bad(file, $"its header is not the expected JSON (a word begins with '{(char)rest[0]}' that is not true, false or null)");
        }

        return new Utf8JsonReader(text);

        static int StringLength(ReadOnlySpan<byte> text)
        {
            var length = 1;
            while (length < text.Length && text[length..].IndexOfAny((byte)'"', (byte)'\\') is >= 0 and var next)
            {
                length += next;
                if (text[length] == '"')
                {
                    return length + 1;
                }

                length += 2;
            }

            return text.Length;
        }
    }

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

        Expect(json.TokenType == JsonTokenType.StartObject, "its metadata", null, "an object", ref json);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var key = json.GetString()!;
            json.Read();
            Expect(json.TokenType == JsonTokenType.String, "its metadata", key, "a text", ref json);
            if (!Metadata.TryAdd(key, json.GetString()!))
            {
                throw Bad(file, $"'{Name(key)}' occurs twice in its metadata");
            }
        }
    }

    private Entry ReadTensor(string name, ref Utf8JsonReader json)
    {
        Expect(json.TokenType == JsonTokenType.StartObject, "tensor", name, "an object", ref json);
        string? elementType = null;
        int[]? shape = null;
        (long Start, long End)? offsets = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (elementType is null && json.ValueTextEquals("dtype"u8))
            {
                json.Read();
                elementType = json.TokenType == JsonTokenType.String ? ElementTypes.Find(ref json) : null;
                Expect(elementType is not null, "the type of tensor", name, AnyType, ref json);
            }
            else if (shape is null && json.ValueTextEquals("shape"u8))
            {
                ReadNumbers(ref json, "the shape of tensor", name, "whole numbers from 0 to 2147483647", int.MaxValue);
                shape = new int[numbers.Count];
                for (var i = 0; i < shape.Length; i++)
                {
                    shape[i] = (int)numbers[i];
                }
            }
            else if (offsets is null && json.ValueTextEquals("data_offsets"u8))
            {
                ReadNumbers(ref json, "the offsets of tensor", name, "whole numbers from 0 to 9223372036854775807", long.MaxValue);
                offsets = numbers.Count == 2 ? (numbers[0], numbers[1]) : throw Bad(file, $"tensor '{Name(name)}' must have 2 data offsets, but has {numbers.Count}");
            }
            else if (json.ValueTextEquals("dtype"u8) || json.ValueTextEquals("shape"u8) || json.ValueTextEquals("data_offsets"u8))
            {
                throw Bad(file, $"tensor '{Name(name)}' has '{json.GetString()}' twice");
            }
            else
            {
                json.Skip();
            }
        }

        return elementType is not null && shape is not null && offsets is not null
            ? new Entry(name, elementType, shape, offsets.Value.Start, offsets.Value.End)
            : throw Bad(file, $"tensor '{Name(name)}' has no {(elementType is null ? "dtype" : shape is null ? "shape" : "data_offsets")}");
    }

    private void ReadNumbers(ref Utf8JsonReader json, string what, string name, string allowed, long most)
    {
        json.Read();
        Expect(json.TokenType == JsonTokenType.StartArray, what, name, "an array", ref json);
        numbers.Clear();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            var number = 0L;
            Expect(json.TokenType == JsonTokenType.Number && json.ValueSpan[0] != '-' && json.TryGetInt64(out number) && number <= most, what, name, allowed, ref json);
            numbers.Add(numbers.Count < MostAxes ? number : throw Bad(file, $"{what} '{Name(name)}' must have at most {MostAxes} numbers"));
        }
    }

    private void Expect(bool condition, string what, string? name, string allowed, ref Utf8JsonReader json)
    {
        if (!condition)
        {
            throw Bad(file, $"{what}{(name is null ? "" : $" '{Name(name)}'")} must be {allowed}, but was {Token(ref json)}");
        }
    }

    private void ReadChecksums()
    {
        if (!Metadata.Remove(ChecksumsKey, out var text))
        {
            return;
        }

        var json = Begin(Encoding.UTF8.GetBytes(text));
        json.Read();
        Expect(json.TokenType == JsonTokenType.StartObject, "the list of checksums", null, "an object", ref json);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var tensor = json.GetString()!;
            json.Read();
            var value = 0u;
            Expect(
                json.TokenType == JsonTokenType.String && json.ValueSpan.Length == 8 && uint.TryParse(json.ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value),
                "the checksum of tensor",
                tensor,
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
