using System.CommandLine;
using System.Globalization;
using System.IO.Enumeration;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Descent.Numerics;
using Descent.State;
using Spectre.Console;

namespace Descent.Cli.Commands;

/// <summary><c>descent state inspect</c>: what a file holds.</summary>
internal static class StateInspection
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(Terminal terminal)
    {
        var file = StateCommand.FileArgument("FILE");
        var json = Options.Flag("--json", "Print it as JSON.");
        var tensors = Options.Text("--tensors", "Only tensors of such names; '*' stands for any text.", "PATTERN");
        var command = new Command("inspect", "Show what a file holds: metadata and tensors, with their checksums and numbers.") { file, json, tensors };
        command.SetAction(parsed =>
        {
            using var opened = TensorFile.Open(parsed.GetValue(file)!);
            var chosen = opened.Tensors.Where(tensor => parsed.GetValue(tensors) is not { } pattern || FileSystemName.MatchesSimpleExpression(pattern, tensor.Name, ignoreCase: false)).ToArray();
            if (parsed.GetValue(json))
            {
                terminal.Output.WriteLine(Json(opened, chosen).ToJsonString(Indented));
            }
            else
            {
                Show(terminal, opened, chosen);
            }

            return chosen.Any(tensor => opened.IsDamaged(tensor.Name)) ? 1 : 0;
        });
        return command;
    }

    private static void Show(Terminal terminal, TensorFile file, StoredTensor[] tensors)
    {
        foreach (var (key, value) in file.Metadata)
        {
            terminal.Output.WriteLine($"{key}: {Text.Shown.Brief(value)}");
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumns("Tensor", "Type", "Shape", "Bytes", "Checksum", "Least", "Largest", "Mean");
        foreach (var tensor in tensors)
        {
            var summary = NumbersIn(tensor);
            table.AddRow(
                Markup.Escape(tensor.Name), tensor.ElementType, Markup.Escape(Shape(tensor)), $"{tensor.Bytes.Length}", Checksum(file, tensor.Name),
                Number(summary.Least), Number(summary.Largest), summary.NotFinite > 0 ? $"{summary.NotFinite} not finite" : Number(summary.Mean));
        }

        terminal.Rich.Write(table);
        terminal.Output.WriteLine($"{tensors.Length} tensors, {tensors.Sum(tensor => (long)tensor.Bytes.Length)} bytes");
    }

    private static JsonObject Json(TensorFile file, StoredTensor[] tensors) => new()
    {
        ["metadata"] = new JsonObject(file.Metadata.Select(item => KeyValuePair.Create(item.Key, Parsed(item.Value)))),
        ["tensors"] = new JsonArray([.. tensors.Select(tensor =>
        {
            var summary = NumbersIn(tensor);
            return new JsonObject
            {
                ["name"] = tensor.Name,
                ["type"] = tensor.ElementType,
                ["shape"] = new JsonArray([.. tensor.Shape.Select(size => JsonValue.Create(size))]),
                ["bytes"] = tensor.Bytes.Length,
                ["checksum"] = Checksum(file, tensor.Name),
                ["least"] = summary.Least,
                ["largest"] = summary.Largest,
                ["mean"] = summary.Mean,
                ["not_finite"] = summary.NotFinite,
            };
        })]),
    };

    private static JsonNode? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private static string Checksum(TensorFile file, string tensor) =>
        !file.HasChecksum(tensor) ? "none" : file.IsDamaged(tensor) ? "damaged" : "right";

    private static string Shape(StoredTensor tensor) => $"[{string.Join(", ", tensor.Shape)}]";

    private static string Number(double? value) => value?.ToString("G4", CultureInfo.InvariantCulture) ?? "";

    /// <summary>What the finite numbers of a tensor are like; nothing for types that are no numbers here.</summary>
    private static (double? Least, double? Largest, double? Mean, long NotFinite) NumbersIn(StoredTensor tensor)
    {
        var (least, largest, sum, count, other) = (double.PositiveInfinity, double.NegativeInfinity, 0.0, 0L, 0L);
        foreach (var number in Numbers(tensor))
        {
            if (!double.IsFinite(number))
            {
                other++;
                continue;
            }

            (least, largest, sum, count) = (Math.Min(least, number), Math.Max(largest, number), sum + number, count + 1);
        }

        return count == 0 ? (null, null, null, other) : (least, largest, sum / count, other);
    }

    /// <summary>The elements as numbers of 64 bits; none for types that are no numbers here.</summary>
    public static IEnumerable<double> Numbers(StoredTensor tensor) => tensor.ElementType switch
    {
        "F64" => Read<double>(tensor, number => number),
        "F32" => Read<float>(tensor, number => number),
        "F16" => Read<Half>(tensor, number => (double)number),
        "BF16" => Read<BFloat16>(tensor, number => (float)number),
        "I64" => Read<long>(tensor, number => number),
        "I32" => Read<int>(tensor, number => number),
        "U8" => Read<byte>(tensor, number => number),
        _ => [],
    };

    private static IEnumerable<double> Read<T>(StoredTensor tensor, Func<T, double> convert)
        where T : unmanaged
    {
        for (var i = 0; i < tensor.Bytes.Length; i += Marshal.SizeOf<T>())
        {
            yield return convert(MemoryMarshal.Read<T>(tensor.Bytes.Span[i..]));
        }
    }
}
