using System.Globalization;
using System.Text.Json;

namespace Descent.State;

/// <content>What can be checked when all is read.</content>
internal sealed partial class TensorHeader
{
    private void ReadChecksums()
    {
        if (!records.TryMetadata(ChecksumsKey, out var text))
        {
            return;
        }

        var json = Begin(text);
        json.Read();
        Expect(json.TokenType == JsonTokenType.StartObject, "the list of checksums", null, "an object", ref json);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var tensor = records.Find(ref json);
            var named = tensor >= 0 ? "" : Name(json.GetString()!);
            json.Read();
            var value = 0u;
            if (json.TokenType != JsonTokenType.String || json.ValueSpan.Length != 8 || !uint.TryParse(json.ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value))
            {
                Expect(false, "the checksum of tensor", tensor >= 0 ? records.NameOf(tensor) : named, "8 hexadecimal digits", ref json);
            }

            if (tensor < 0 || !records.SetChecksum(tensor, value))
            {
                throw Bad(file, $"it has a checksum of tensor '{(tensor >= 0 ? NameOf(tensor) : named)}', but not the tensor, or two checksums of it");
            }
        }

        json.Read();
    }

    private void CheckNames()
    {
        if (records.FirstTwice(out var isMetadata) is { } twice)
        {
            throw Bad(file, $"'{Name(twice)}' occurs twice in its {(isMetadata ? "metadata" : "header")}");
        }
    }

    /// <summary>The ranges follow each other without gap or overlap, and are as long as the shapes say: what is read is no more than the file has.</summary>
    private void CheckRanges(long dataLength)
    {
        long next = 0;
        Span<int> sizes = stackalloc int[MostAxes];
        foreach (var tensor in records.ByStart())
        {
            var entry = records.Decode(tensor, sizes);
            var (start, end) = (entry.Start, entry.End);
            if (end < start || end > dataLength)
            {
                throw Bad(file, $"the data of tensor '{NameOf(tensor)}' reach from {start} to {end}, but there are {dataLength} bytes of data");
            }

            if (start != next)
            {
                throw Bad(file, $"its tensors leave a gap or overlap at byte {start} of the data, where '{NameOf(tensor)}' begins");
            }

            var bytes = ElementTypes.BytesOf(ElementTypes.NameOf(entry.ElementType), sizes[..entry.Axes]);
            if (bytes != end - start)
            {
                throw Bad(file, $"tensor '{NameOf(tensor)}' of shape [{string.Join(", ", sizes[..entry.Axes].ToArray())}] and type {ElementTypes.NameOf(entry.ElementType)} does not have {end - start} bytes");
            }

            if (end - start > Array.MaxLength)
            {
                throw Bad(file, $"tensor '{NameOf(tensor)}' has {end - start} bytes, and at most {Array.MaxLength} can be read as one; split it");
            }

            records.Cut(start, end);
            next = end;
        }

        if (next != dataLength)
        {
            throw Bad(file, $"its tensors end at byte {next} of the data, but there are {dataLength}");
        }
    }
}
