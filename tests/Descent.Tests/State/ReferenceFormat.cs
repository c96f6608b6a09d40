using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Descent.Tests.State;

/// <summary>A tensor as a file has it.</summary>
internal sealed record ReferenceTensor(string Name, string ElementType, ulong[] Shape, byte[] Bytes);

/// <summary>
/// Reads and writes safetensors files as the reference implementation in Rust does, which the Python package is built on: the same order, the same
/// padding, the same reasons to refuse. It shares no code with what it checks.
/// </summary>
internal static class ReferenceFormat
{
    /// <summary>The element types with their bits, in the order of the reference, which writes the last ones first.</summary>
    public static IReadOnlyList<(string Name, int Bits)> ElementTypes { get; } =
    [
        ("BOOL", 8), ("F4", 4), ("F6_E2M3", 6), ("F6_E3M2", 6), ("U8", 8), ("I8", 8), ("F8_E5M2", 8), ("F8_E4M3", 8), ("F8_E8M0", 8), ("F8_E4M3FNUZ", 8), ("F8_E5M2FNUZ", 8),
        ("I16", 16), ("U16", 16), ("F16", 16), ("BF16", 16), ("I32", 32), ("U32", 32), ("F32", 32), ("C64", 64), ("F64", 64), ("I64", 64), ("U64", 64),
    ];

    /// <summary>A file with a header as it is given.</summary>
    public static byte[] File(string header, params byte[] data) => File(Encoding.UTF8.GetBytes(header), data);

    public static byte[] File(byte[] header, params byte[] data)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. data];
    }

    public static byte[] Write(IEnumerable<ReferenceTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ReferenceTensor[] ordered = [.. tensors.OrderByDescending(tensor => Order(tensor.ElementType)).ThenBy(tensor => tensor.Name, StringComparer.Ordinal)];
        var (header, offset) = (new StringBuilder(), 0L);
        if (metadata is not null)
        {
            header.Append($"\"__metadata__\":{JsonSerializer.Serialize(metadata)}");
        }

        foreach (var tensor in ordered)
        {
            header.Append(header.Length > 0 ? "," : "").Append(
                $"{JsonSerializer.Serialize(tensor.Name)}:{{\"dtype\":\"{tensor.ElementType}\",\"shape\":[{string.Join(',', tensor.Shape)}],\"data_offsets\":[{offset},{offset += tensor.Bytes.Length}]}}");
        }

        var text = Encoding.UTF8.GetBytes($"{{{header}}}");
        return File([.. text, .. Enumerable.Repeat((byte)' ', (8 - (text.Length % 8)) % 8)], [.. ordered.SelectMany(tensor => tensor.Bytes)]);
    }

    /// <summary>Reads a file, or throws <see cref="InvalidDataException"/> with the reference's reason.</summary>
    public static (Dictionary<string, string> Metadata, List<ReferenceTensor> Tensors) Read(byte[] file)
    {
        Require(file.Length >= 8, "HeaderTooSmall");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(file);
        Require(length <= 100_000_000, "HeaderTooLarge");
        Require(8 + length <= (ulong)file.Length, "InvalidHeaderLength");
        var header = file.AsMemory(8, (int)length);
        var data = file.AsMemory(8 + (int)length);
        try
        {
            new UTF8Encoding(false, throwOnInvalidBytes: true).GetCharCount(header.Span);
        }
        catch (DecoderFallbackException error)
        {
            throw new InvalidDataException("InvalidHeader", error);
        }

        var (metadata, tensors) = (new Dictionary<string, string>(), new List<(ReferenceTensor Tensor, ulong Start, ulong End)>());
        try
        {
            using var json = JsonDocument.Parse(header, new JsonDocumentOptions { MaxDepth = 127 });
            Require(IsDistinct(json.RootElement), "a name twice");
            foreach (var item in json.RootElement.EnumerateObject())
            {
                if (item.Name == "__metadata__")
                {
                    Require(item.Value.ValueKind == JsonValueKind.Null || IsDistinct(item.Value), "metadata twice");
                    foreach (var text in item.Value.ValueKind == JsonValueKind.Null ? default : item.Value.EnumerateObject())
                    {
                        Require(text.Value.ValueKind == JsonValueKind.String, "metadata must be texts");
                        metadata.Add(text.Name, text.Value.GetString()!);
                    }

                    continue;
                }

                Require(IsDistinct(item.Value, "dtype", "shape", "data_offsets"), "a field twice");
                var offsets = item.Value.GetProperty("data_offsets").EnumerateArray().Select(Unsigned).ToArray();
                Require(offsets.Length == 2, "two offsets");
                var tensor = new ReferenceTensor(item.Name, item.Value.GetProperty("dtype").GetString()!, [.. item.Value.GetProperty("shape").EnumerateArray().Select(Unsigned)], []);
                Require(Order(tensor.ElementType) >= 0, "unknown dtype");
                tensors.Add((tensor, offsets[0], offsets[1]));
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new InvalidDataException("InvalidHeaderDeserialization", error);
        }

        ulong next = 0;
        var read = new List<ReferenceTensor>();
        foreach (var (tensor, start, end) in tensors.OrderBy(item => item.Start).ThenBy(item => item.End))
        {
            Require(start == next && end >= start, "InvalidOffset");
            UInt128 bits = 1;
            foreach (var size in tensor.Shape.Append((ulong)ElementTypes[Order(tensor.ElementType)].Bits))
            {
                bits *= size;
                Require(bits <= ulong.MaxValue, "ValidationOverflow");
            }

            Require(bits % 8 == 0, "MisalignedSlice");
            Require(end - start == bits / 8, "TensorInvalidInfo");
            Require(end <= (ulong)data.Length, "MetadataIncompleteBuffer");
            next = end;
            read.Add(tensor with { Bytes = data[(int)start..(int)end].ToArray() });
        }

        Require(next == (ulong)data.Length, "MetadataIncompleteBuffer");
        return (metadata, read);
    }

    /// <summary>Whether no name, or none of these, occurs twice.</summary>
    private static bool IsDistinct(JsonElement json, params string[] names) =>
        json.EnumerateObject().Select(item => item.Name).Where(name => names.Length == 0 || names.Contains(name)).GroupBy(name => name, StringComparer.Ordinal).All(group => group.Count() == 1);

    private static int Order(string elementType)
    {
        for (var i = 0; i < ElementTypes.Count; i++)
        {
            if (ElementTypes[i].Name == elementType)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>An unsigned integer as serde reads it: no sign, no fraction, no exponent.</summary>
    private static ulong Unsigned(JsonElement number) =>
        number.ValueKind == JsonValueKind.Number && ulong.TryParse(number.GetRawText(), System.Globalization.NumberStyles.None, null, out var value) ? value : throw new FormatException("not an unsigned integer");

    private static void Require(bool condition, string reason)
    {
        if (!condition)
        {
            throw new InvalidDataException(reason);
        }
    }
}
