using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Descent.Text;

namespace Descent.State;

/// <summary>
/// Reads the header of a safetensors file and checks it against the length of the data behind it. It is read token by token, and what it says is
/// kept as <see cref="HeaderRecords"/>, which are shorter than the text: no header costs more memory than itself.
/// </summary>
internal sealed partial class TensorHeader
{
    public const string MetadataKey = "__metadata__";
    public const string ChecksumsKey = "descent.checksums";

    /// <summary>The reference implementation's limit.</summary>
    public const int Largest = 100_000_000;

    /// <summary>NumPy and PyTorch have fewer.</summary>
    private const int MostAxes = 255;

    private static readonly string AnyType = $"one of {ElementTypes.Names}";

    private readonly string file;
    private readonly List<int> shape = [];
    private readonly HeaderRecords records;

    private TensorHeader(string file, HeaderRecords records) => (this.file, this.records) = (file, records);

    /// <summary>Reads a header, whose array is then what it is kept in.</summary>
    /// <param name="text">Its bytes; they are overwritten.</param>
    /// <param name="dataLength">How many bytes of data follow.</param>
    /// <param name="file">What messages call the file.</param>
    /// <exception cref="DescentException">It is not of the format, or the data are not those that it describes.</exception>
    public static HeaderRecords Take(byte[] text, long dataLength, string file) => Parse(text, new HeaderRecords(text, text.Length), dataLength, file);

    /// <summary>Reads a header that stays as it is.</summary>
    /// <inheritdoc cref="Take"/>
    public static HeaderRecords Read(ReadOnlySpan<byte> text, long dataLength, string file) => Parse(text, new HeaderRecords([], text.Length), dataLength, file);

    private static HeaderRecords Parse(ReadOnlySpan<byte> text, HeaderRecords records, long dataLength, string file)
    {
        var header = new TensorHeader(file, records);
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
            header.CheckNames();
            header.CheckRanges(dataLength);
            records.SortByName();
            header.ReadChecksums();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Bad(file, $"its header is not the expected JSON ({Shown.Brief(error.Message.TrimEnd('.'), 200)})", error);
        }

        return records;
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
            if (json.ValueTextEquals(MetadataKey))
            {
                json.Read();
                ReadMetadata(ref json);
            }
            else
            {
                ReadTensor(ref json);
            }
        }
    }

    private void ReadMetadata(ref Utf8JsonReader json)
    {
        if (!records.BeginMetadata())
        {
            throw Bad(file, $"'{MetadataKey}' occurs twice in its header");
        }

        if (json.TokenType == JsonTokenType.Null)
        {
            return;
        }

        Expect(json.TokenType == JsonTokenType.StartObject, "its metadata", null, "an object", ref json);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var key = records.AddText(ref json);
            json.Read();
            if (json.TokenType != JsonTokenType.String)
            {
                Expect(false, "its metadata", records.Text(key), "a text", ref json);
            }

            records.AddText(ref json);
            records.EndMetadata();
        }
    }

    private void ReadTensor(ref Utf8JsonReader json)
    {
        var tensor = records.BeginTensor(ref json);
        json.Read();
        Expect(json.TokenType == JsonTokenType.StartObject, "tensor", tensor, "an object", ref json);
        var (elementType, hasShape, offsets) = (-1, false, ((long Start, long End)?)null);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (elementType < 0 && json.ValueTextEquals("dtype"u8))
            {
                json.Read();
                elementType = json.TokenType == JsonTokenType.String ? ElementTypes.Find(ref json) : -1;
                Expect(elementType >= 0, "the type of tensor", tensor, AnyType, ref json);
            }
            else if (!hasShape && json.ValueTextEquals("shape"u8))
            {
                shape.Clear();
                for (ReadStart(ref json, "the shape of tensor", tensor); ReadNumber(ref json, "the shape of tensor", tensor, "whole numbers from 0 to 2147483647", int.MaxValue) is { } size;)
                {
                    shape.Add(shape.Count < MostAxes ? (int)size : throw Bad(file, $"the shape of tensor '{NameOf(tensor)}' must have at most {MostAxes} numbers"));
                }

                hasShape = true;
            }
            else if (offsets is null && json.ValueTextEquals("data_offsets"u8))
            {
                var (count, start, end) = (0, 0L, 0L);
                for (ReadStart(ref json, "the offsets of tensor", tensor); ReadNumber(ref json, "the offsets of tensor", tensor, "whole numbers from 0 to 9223372036854775807", long.MaxValue) is { } number; count++)
                {
                    (start, end) = (count == 0 ? number : start, number);
                }

                offsets = count == 2 ? (start, end) : throw Bad(file, $"tensor '{NameOf(tensor)}' must have 2 data offsets, but has {count}");
            }
            else if (json.ValueTextEquals("dtype"u8) || json.ValueTextEquals("shape"u8) || json.ValueTextEquals("data_offsets"u8))
            {
                throw Bad(file, $"tensor '{NameOf(tensor)}' has '{json.GetString()}' twice");
            }
            else
            {
                json.Skip();
            }
        }

        if (elementType < 0 || !hasShape || offsets is null)
        {
            throw Bad(file, $"tensor '{NameOf(tensor)}' has no {(elementType < 0 ? "dtype" : !hasShape ? "shape" : "data_offsets")}");
        }

        records.EndTensor(elementType, CollectionsMarshal.AsSpan(shape), offsets.Value.Start, offsets.Value.End);
    }

    private string NameOf(int tensor) => Name(records.NameOf(tensor));

    private void ReadStart(ref Utf8JsonReader json, string what, int tensor)
    {
        json.Read();
        Expect(json.TokenType == JsonTokenType.StartArray, what, tensor, "an array", ref json);
    }

    /// <summary>The next number of an array; null at its end.</summary>
    private long? ReadNumber(ref Utf8JsonReader json, string what, int tensor, string allowed, long most)
    {
        if (!json.Read() || json.TokenType == JsonTokenType.EndArray)
        {
            return null;
        }

        var number = 0L;
        Expect(json.TokenType == JsonTokenType.Number && json.ValueSpan[0] != '-' && json.TryGetInt64(out number) && number <= most, what, tensor, allowed, ref json);
        return number;
    }

    private void Expect(bool condition, string what, int tensor, string allowed, ref Utf8JsonReader json)
    {
        if (!condition)
        {
            Expect(false, what, records.NameOf(tensor), allowed, ref json);
        }
    }

    private void Expect(bool condition, string what, string? name, string allowed, ref Utf8JsonReader json)
    {
        if (!condition)
        {
            throw Bad(file, $"{what}{(name is null ? "" : $" '{Name(name)}'")} must be {allowed}, but was {Token(ref json)}");
        }
    }
}
