using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Descent.State;

/// <content>The bytes of the format.</content>
public sealed partial class TensorFile
{
    private const int LengthBytes = 8;
    private const long LargestHeader = 100_000_000;
    private const string MetadataKey = "__metadata__";
    private const string ChecksumsKey = "descent.checksums";
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private readonly Dictionary<string, uint> checksums = new(StringComparer.Ordinal);
    private MappedFile? mapped;
    private string name = "the file";

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

    /// <summary>
    /// Opens a file of any size without reading it: the header is checked, and a tensor's bytes are read when they are looked at. Checksums
    /// are compared by <see cref="Verify"/>. The file must stay as it is until the object is disposed of; its tensors cannot be used after that.
    /// </summary>
    /// <exception cref="DescentException">It is missing, truncated or not of the format.</exception>
    public static TensorFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new DescentException($"The file '{path}' does not exist.");
        }

        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
            var mapping = stream.Length == 0 ? null : new MappedFile(stream.SafeFileHandle, path);
            try
            {
                var file = Parse(stream, path, mapping);
                file.mapped = mapping;
                return file;
            }
            catch (DescentException)
            {
                mapping?.Dispose();
                throw;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DescentException($"The file '{path}' could not be read ({error.Message.TrimEnd('.')}); check its permissions.", error);
        }
    }

    /// <summary>Compares the checksums that the file has with its tensors' bytes.</summary>
    /// <exception cref="DescentException">One differs; the message names the tensor.</exception>
    public void Verify()
    {
        foreach (var tensor in tensors.Values)
        {
            if (IsDamaged(tensor.Name))
            {
                throw Bad(name, $"the bytes of tensor '{tensor.Name}' do not have the checksum they were saved with");
            }
        }
    }

    /// <summary>Whether a tensor has a checksum, and its bytes another.</summary>
    public bool IsDamaged(string tensor) => checksums.TryGetValue(tensor, out var saved) && Crc32C.Of(this[tensor].Bytes.Span) != saved;

    /// <summary>Whether a tensor has a checksum: not, when another program wrote the file.</summary>
    public bool HasChecksum(string tensor) => checksums.ContainsKey(tensor);

    /// <summary>Reads from a stream that can seek, whole or not larger than what it says: every tensor into memory of its own.</summary>
    /// <param name="stream">At the beginning of the file, which is the rest of the stream.</param>
    /// <param name="name">What messages call the file.</param>
    /// <exception cref="DescentException">The bytes are truncated or not of the format.</exception>
    public static TensorFile Parse(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var file = Parse(stream, name, null);
        file.Verify();
        return file;
    }

    private static TensorFile Parse(Stream stream, string name, MappedFile? mapping)
    {
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
            using var header = JsonDocument.Parse(text, Strict);
            return Parse(header.RootElement, stream, LengthBytes + headerLength, length - LengthBytes - headerLength, name, mapping);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or OverflowException)
        {
            throw Bad(name, $"its header is not the expected JSON ({error.Message.TrimEnd('.')})", error);
        }
    }

    private static TensorFile Parse(JsonElement header, Stream data, long dataStart, long length, string name, MappedFile? mapping)
    {
        var file = new TensorFile { name = name };
        var entries = new List<(string Name, string ElementType, int[] Shape, long Start, long End)>();
        foreach (var property in header.EnumerateObject())
        {
            if (property.Name == MetadataKey)
            {
                foreach (var item in property.Value.EnumerateObject())
                {
                    if (item.Name == ChecksumsKey)
                    {
                        file.ReadChecksums(item.Value.GetString() ?? "");
                        continue;
                    }

                    file.Metadata[item.Name] = item.Value.GetString() ?? "";
                }

                continue;
            }

            var elementType = property.Value.GetProperty("dtype").GetString() ?? "";
            int[] shape = [.. property.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
            var offsets = property.Value.GetProperty("data_offsets");
            if (offsets.GetArrayLength() != 2)
            {
                throw Bad(name, $"tensor '{property.Name}' must have 2 data offsets, but has {offsets.GetArrayLength()}");
            }

            var (start, end) = (offsets[0].GetInt64(), offsets[1].GetInt64());
            if (start < 0 || end < start || end > length)
            {
                throw Bad(name, $"the data of tensor '{property.Name}' reach from {start} to {end}, but there are {length} bytes of data");
            }

            if (Array.Exists(shape, size => size < 0) || end - start > Array.MaxLength || Expected(shape, elementType) != end - start)
            {
                throw Bad(name, $"tensor '{property.Name}' of shape [{string.Join(", ", shape)}] and type {elementType} does not have {end - start} bytes");
            }

            entries.Add((property.Name, elementType, shape, start, end));
        }

        // What is read is no more than the file has, because the ranges follow each other without gap or overlap.
        var bytes = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        long next = 0;
        foreach (var (entry, _, _, start, end) in entries.OrderBy(entry => entry.Start).ThenBy(entry => entry.End))
        {
            if (start != next)
            {
                throw Bad(name, $"its tensors leave a gap or overlap at byte {start} of the data");
            }

            if (mapping is null)
            {
                var own = new byte[end - start];
                data.ReadExactly(own);
                bytes[entry] = own;
            }
            else
            {
                bytes[entry] = mapping.Bytes(dataStart + start, (int)(end - start));
            }

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
            json.WriteStartObject(MetadataKey);
            foreach (var (key, value) in Metadata)
            {
                json.WriteString(key, value);
            }

            json.WriteString(ChecksumsKey, Checksums());
            json.WriteEndObject();

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

    /// <summary>A checksum for each tensor, as the text of a JSON object.</summary>
    private string Checksums()
    {
        var json = new JsonObject();
        foreach (var tensor in tensors.Values)
        {
            json[tensor.Name] = Crc32C.Of(tensor.Bytes.Span).ToString("x8", CultureInfo.InvariantCulture);
        }

        return json.ToJsonString();
    }

    private void ReadChecksums(string text)
    {
        using var json = JsonDocument.Parse(text, Strict);
        foreach (var item in json.RootElement.EnumerateObject())
        {
            checksums[item.Name] = uint.Parse(item.Value.GetString() ?? "", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        }
    }

    private static DescentException Bad(string name, string reason, Exception? inner = null) =>
        new($"'{name}' is not a readable safetensors file: {reason}.", inner!);
}
