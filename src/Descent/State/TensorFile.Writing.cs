using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Descent.State;

/// <content>How files are written.</content>
public sealed partial class TensorFile
{
    private const int LengthBytes = 8;

    /// <summary>Writes the file atomically, with a checksum of each tensor.</summary>
    /// <exception cref="DescentException">It cannot be written; an old file is unchanged.</exception>
    public void Write(string path) => AtomicFile.Write(path, WriteTo);

    /// <summary>Writes the file's bytes to a stream.</summary>
    /// <exception cref="DescentException">Names, shapes and metadata are more than the header of a file may hold.</exception>
    public void WriteTo(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);

        // The widest elements come first, as the reference implementation has it, so that every tensor is aligned in a file that is mapped.
        StoredTensor[] ordered = [.. Tensors.OrderByDescending(tensor => ElementTypes.BitsOf(tensor.ElementType))];
        var header = Header(ordered);
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var tensor in ordered)
        {
            stream.Write(tensor.Bytes.Span);
        }
    }

    private byte[] Header(StoredTensor[] ordered)
    {
        var starts = new Dictionary<string, long>(StringComparer.Ordinal);
        long next = 0;
        foreach (var tensor in ordered)
        {
            starts[tensor.Name] = next;
            next += tensor.Bytes.Length;
        }

        if (Metadata.ContainsKey(TensorHeader.ChecksumsKey))
        {
            throw new DescentException($"The metadata '{TensorHeader.ChecksumsKey}' are the file's own; choose another name.");
        }

        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject(TensorHeader.MetadataKey);
            foreach (var (key, value) in Metadata)
            {
                json.WriteString(key, value);
            }

            json.WriteString(TensorHeader.ChecksumsKey, ChecksumsOf(ordered));
            json.WriteEndObject();
            foreach (var tensor in Tensors)
            {
                WriteEntry(json, tensor, starts[tensor.Name]);
            }

            json.WriteEndObject();
        }

        buffer.Write(Encoding.ASCII.GetBytes(new string(' ', (LengthBytes - (int)(buffer.Length % LengthBytes)) % LengthBytes)));
        return buffer.Length <= TensorHeader.Largest
            ? buffer.ToArray()
            : throw new DescentException($"The names, shapes and metadata have {buffer.Length} bytes, and the format allows {TensorHeader.Largest}; save less in one file.");
    }

    private static void WriteEntry(Utf8JsonWriter json, StoredTensor tensor, long start)
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
        json.WriteNumberValue(start);
        json.WriteNumberValue(start + tensor.Bytes.Length);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A checksum for each tensor, as the text of a JSON object.</summary>
    private static string ChecksumsOf(StoredTensor[] tensors)
    {
        var json = new JsonObject();
        foreach (var tensor in tensors)
        {
            json[tensor.Name] = Crc32C.Of(tensor.Bytes.Span).ToString("x8", CultureInfo.InvariantCulture);
        }

        return json.ToJsonString();
    }
}
