using System.CommandLine;
using System.Globalization;
using System.IO.Enumeration;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Descent.State;
using Descent.Text;
using Spectre.Console;

namespace Descent.Cli.Commands;

/// <summary><c>descent state inspect</c>: what a file holds. Exit code 1 when a tensor is damaged.</summary>
internal static class StateInspection
{
    public static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    public static readonly JsonSerializerOptions Indented = new(Compact) { WriteIndented = true };

    public static Command Create(Terminal terminal)
    {
        var file = StateCommand.FileArgument("FILE");
        var json = Options.Flag("--json", "Print it as JSON.");
        var tensors = Options.Text("--tensors", "Only tensors of such names; '*' stands for any text.", "PATTERN");
        var command = new Command("inspect", "Show what a file holds: metadata and tensors, with their checksums and numbers. Exit code 1 when a checksum is wrong.") { file, json, tensors };
        command.SetAction(parsed =>
        {
            using var opened = TensorFile.Open(parsed.GetValue(file)!);
            var pattern = parsed.GetValue(tensors);
            Summary[] chosen = [.. opened.Tensors.Where(tensor => pattern is null || FileSystemName.MatchesSimpleExpression(pattern, tensor.Name, ignoreCase: false)).Select(tensor => Summary.Of(opened, tensor))];
            if (chosen.Length == 0 && pattern is not null)
            {
                throw new DescentException($"No tensor is named like '{Shown.Brief(pattern)}'; the file has {string.Join(", ", opened.Tensors.Take(8).Select(tensor => Shown.Brief(tensor.Name, 200)))}.");
            }

            if (parsed.GetValue(json))
            {
                terminal.Output.WriteLine(Json(opened, chosen).ToJsonString(Indented));
            }
            else
            {
                Show(terminal, opened, chosen);
            }

            return chosen.Any(summary => summary.IsDamaged) ? 1 : 0;
        });
        return command;
    }

    /// <summary>A metadata text as JSON where it is that; null where there is none.</summary>
    public static JsonNode? Parsed(IDictionary<string, string> metadata, string key)
    {
        try
        {
            return metadata.TryGetValue(key, out var text) ? JsonNode.Parse(text) : null;
        }
        catch (JsonException)
        {
            return JsonValue.Create(metadata[key]);
        }
    }

    private static void Show(Terminal terminal, TensorFile file, Summary[] tensors)
    {
        const int Width = 100;
        foreach (var (key, value) in file.Metadata)
        {
            if (Parsed(file.Metadata, key) is JsonObject fields)
            {
                foreach (var (name, field) in fields)
                {
                    terminal.Output.WriteLine($"{key}.{name}: {Shown.Brief(field?.ToJsonString(Compact) ?? "null", Width)}");
                }
            }
            else
            {
                terminal.Output.WriteLine($"{key}: {Shown.Brief(value, Width)}");
            }
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumns("Tensor", "Type", "Shape", "Bytes", "Checksum", "Least", "Largest", "Mean");
        foreach (var (tensor, checksum, least, largest, mean, notFinite) in tensors)
        {
            table.AddRow(
                Markup.Escape(Shown.Brief(tensor.Name, Width)), tensor.ElementType, Markup.Escape($"[{string.Join(", ", tensor.Shape)}]"), $"{tensor.Bytes.Length}", checksum,
                Number(least), Number(largest), notFinite > 0 ? $"{notFinite} not finite" : Number(mean));
        }

        terminal.Rich.Write(table);
        terminal.Output.WriteLine($"{(tensors.Length == 1 ? "1 tensor" : $"{tensors.Length} tensors")}, {tensors.Sum(summary => (long)summary.Tensor.Bytes.Length)} bytes");
    }

    private static JsonObject Json(TensorFile file, Summary[] tensors) => new()
    {
        ["metadata"] = new JsonObject(file.Metadata.Keys.Select(key => KeyValuePair.Create(key, Parsed(file.Metadata, key)))),
        ["tensors"] = new JsonArray([.. tensors.Select(summary => new JsonObject
        {
            ["name"] = summary.Tensor.Name,
            ["type"] = summary.Tensor.ElementType,
            ["shape"] = new JsonArray([.. summary.Tensor.Shape.Select(size => JsonValue.Create(size))]),
            ["bytes"] = summary.Tensor.Bytes.Length,
            ["checksum"] = summary.Checksum,
            ["least"] = summary.Least,
            ["largest"] = summary.Largest,
            ["mean"] = summary.Mean,
            ["not_finite"] = summary.NotFinite,
        })]),
    };

    private static string Number(double? value) => value?.ToString("G4", CultureInfo.InvariantCulture) ?? "";

    /// <summary>What a tensor is like; the numbers are those that are finite, and null where there are none.</summary>
    private sealed record Summary(StoredTensor Tensor, string Checksum, double? Least, double? Largest, double? Mean, long NotFinite)
    {
        private const string Damaged = "damaged";

        public bool IsDamaged => Checksum == Damaged;

        public static Summary Of(TensorFile file, StoredTensor tensor)
        {
            var checksum = !file.HasChecksum(tensor.Name) ? "none" : file.IsDamaged(tensor.Name) ? Damaged : "right";
            var (least, largest, sum, finite) = (double.PositiveInfinity, double.NegativeInfinity, 0.0, 0L);
            var total = TensorNumbers.Has(tensor) ? TensorNumbers.Count(tensor) : 0;
            var numbers = new double[TensorNumbers.Stretch];
            for (long start = 0; start < total; start += numbers.Length)
            {
                var part = numbers.AsSpan(0, (int)Math.Min(numbers.Length, total - start));
                TensorNumbers.Read(tensor, start, part);
                foreach (var number in part)
                {
                    if (double.IsFinite(number))
                    {
                        (least, largest, sum, finite) = (Math.Min(least, number), Math.Max(largest, number), sum + number, finite + 1);
                    }
                }
            }

            return finite == 0
                ? new Summary(tensor, checksum, null, null, null, total)
                : new Summary(tensor, checksum, least, largest, sum / finite, total - finite);
        }
    }
}
