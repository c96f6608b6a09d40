using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Descent.State;

/// <content>The bytes of the format.</content>
public sealed partial class TensorFile
{
    private const int LengthBytes = 8;
    private const long LargestHeader = 100_000_000;
    private const string MetadataKey = "__metadata__";

    /// <summary>Writes the file atomically.</summary>
    /// <exception cref="DescentException">It cannot be written; an old file is unchanged.</exception>
    public void Write(string path) => AtomicFile.Write(path, WriteTo);

    /// <summary>Writes the file's bytes to a stream.</summary>
    public void WriteTo(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var header = Header();
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var tensor in tensors.Values)
        {
            stream.Write(tensor.Bytes.Span);
        }
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="DescentException">It is missing, truncated or not of the format.</exception>
    public static TensorFile Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new DescentException($"The file '{path}' does not exist.");
        }

        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
            return Parse(stream, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DescentException($"The file '{path}' could not be read ({error.Message.TrimEnd('.')}); check its permissions.", error);
        }
    }

    /// <summary>Reads from a stream that can seek, whole or not larger than what it says: every tensor into memory of its own.</summary>
    /// <param name="stream">At the beginning of the file, which is the rest of the stream.</param>
    /// <param name="name">What messages call the file.</param>
    /// <exception cref="DescentException">The bytes are truncated or not of the format.</exception>
    public static TensorFile Parse(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var length = stream.Length - stream.Position;
        if (length < LengthBytes)
        {
            throw Bad(name, $"it has {length} bytes, fewer than the {LengthBytes} of the header's length");
        }

        Span<byte> prefix = stackalloc byte[LengthBytes];
        stream.ReadExactly(prefix);
        var headerLength = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        if (headerLength is < 2 or > LargestHeader || headerLength > length - LengthBytes)
        {
            throw Bad(name, $"its header of {headerLength} bytes does not fit into the file's {length}");
        }

        var text = new byte[headerLength];
        stream.ReadExactly(text);
        try
        {
            using var header = JsonDocument.Parse(text);
            return Parse(header.RootElement, stream, length - LengthBytes - headerLength, name);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or IndexOutOfRangeException)
        {
            throw Bad(name, $"its header is not the expected JSON ({error.Message.TrimEnd('.')})", error);
        }
    }

    private static TensorFile Parse(JsonElement header, Stream data, long length, string name)
    {
        var file = new TensorFile();
        var entries = new List<(string Name, string ElementType, int[] Shape, long Start, long End)>();
        foreach (var property in header.EnumerateObject())
        {
            if (property.Name == MetadataKey)
            {
                foreach (var item in property.Value.EnumerateObject())
                {
                    file.Metadata[item.Name] = item.Value.GetString() ?? "";
                }

                continue;
            }

            var elementType = property.Value.GetProperty("dtype").GetString() ?? "";
            int[] shape = [.. property.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
            var offsets = property.Value.GetProperty("data_offsets");
            var (start, end) = (offsets[0].GetInt64(), offsets[1].GetInt64());
            if (start < 0 || end < start || end > length)
            {
                throw Bad(name, $"the data of tensor '{property.Name}' reach from {start} to {end}, but there are {length} bytes of data");
            }

            if (Array.Exists(shape, size => size < 0) || end - start > Array.MaxLength || Expected(shape, elementType) is { } size && size != end - start)
            {
                throw Bad(name, $"tensor '{property.Name}' of shape [{string.Join(", ", shape)}] and type {elementType} does not have {end - start} bytes");
            }

            entries.Add((property.Name, elementType, shape, start, end));
        }

        // What is read is no more than the file has, because the ranges follow each other without gap or overlap.
        var bytes = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        long next = 0;
        foreach (var (entry, _, _, start, end) in entries.OrderBy(entry => entry.Start).ThenBy(entry => entry.End))
        {
            if (start != next)
            {
                throw Bad(name, $"its tensors leave a gap or overlap at byte {start} of the data");
            }

            bytes[entry] = new byte[end - start];
            data.ReadExactly(bytes[entry]);
            next = end;
        }

        if (next != length)
        {
            throw Bad(name, $"its tensors end at byte {next} of the data, but there are {length}");
        }

        foreach (var (entry, elementType, shape, _, _) in entries)
        {
            file.Add(new StoredTensor(entry, elementType, shape, bytes[entry]));
        }

        return file;
    }

    private static long? Expected(int[] shape, string elementType)
    {
        int? size = elementType switch
        {
            "F64" or "I64" or "U64" => 8,
            "F32" or "I32" or "U32" => 4,
            "F16" or "BF16" or "I16" or "U16" => 2,
            "I8" or "U8" or "BOOL" or "F8_E4M3" or "F8_E5M2" => 1,
            _ => null,
        };
        Int128 count = size ?? 0;
        foreach (var axis in shape)
        {
            count = Int128.Min(count * axis, long.MaxValue);
        }

        return size is null ? null : (long)count;
    }

    private byte[] Header()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (Metadata.Count > 0)
            {
                json.WriteStartObject(MetadataKey);
                foreach (var (key, value) in Metadata)
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            long offset = 0;
            foreach (var tensor in tensors.Values)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.ElementType);
                json.WriteStartArray("shape");
                foreach (var size in tensor.Shape)
                {
                    json.WriteNumberValue(size);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Bytes.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        var padding = (LengthBytes - (int)(buffer.Length % LengthBytes)) % LengthBytes;
        buffer.Write(Encoding.ASCII.GetBytes(new string(' ', padding)));
        return buffer.ToArray();
    }

    private static DescentException Bad(string name, string reason, Exception? inner = null) =>
        new($"'{name}' is not a readable safetensors file: {reason}.", inner!);
}
