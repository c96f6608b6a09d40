using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Descent.State;
using Descent.Text;

namespace Descent.Cli.Commands;

/// <summary><c>descent state diff</c>: in what two files differ. Exit code 0 when in nothing, 1 when in something.</summary>
internal static class StateDifference
{
    public static Command Create(Terminal terminal)
    {
        var (first, second) = (StateCommand.FileArgument("FIRST"), StateCommand.FileArgument("SECOND"));
        var json = Options.Flag("--json", "Print it as JSON.");
        var tolerance = Options.Number("--tolerance", "Differences of numbers up to this are none. Default: 0.", least: 0);
        var command = new Command("diff", "Compare two files: names, types, shapes, numbers, metadata. Exit code 1 when they differ.") { first, second, tolerance, json };
        command.SetAction(parsed =>
        {
            using TensorFile a = TensorFile.Open(parsed.GetValue(first)!), b = TensorFile.Open(parsed.GetValue(second)!);
            a.Verify();
            b.Verify();
            Difference[] differences = [.. InMetadata(a, b), .. InTensors(a, b, parsed.GetValue(tolerance) ?? 0)];
            if (parsed.GetValue(json))
            {
                terminal.Output.WriteLine(new JsonObject { ["differences"] = new JsonArray([.. differences.Select(difference => difference.Json)]) }.ToJsonString(StateInspection.Indented));
            }
            else
            {
                foreach (var difference in differences)
                {
                    terminal.Output.WriteLine(difference);
                }

                terminal.Output.WriteLine(differences.Length switch { 0 => $"{a.Tensors.Count} tensors, no difference", 1 => "1 difference", var count => $"{count} differences" });
            }

            return differences.Length == 0 ? 0 : 1;
        });
        return command;
    }

    private static IEnumerable<Difference> InMetadata(TensorFile a, TensorFile b) =>
        from key in a.Metadata.Keys.Union(b.Metadata.Keys).Order(StringComparer.Ordinal)
        from difference in InJson($"metadata {key}", StateInspection.Parsed(a.Metadata, key), StateInspection.Parsed(b.Metadata, key))
        select difference;

    /// <summary>The fields that differ, at any depth.</summary>
    private static IEnumerable<Difference> InJson(string name, JsonNode? a, JsonNode? b)
    {
        if (a is JsonObject ours && b is JsonObject theirs)
        {
            return ours.Select(item => item.Key).Union(theirs.Select(item => item.Key), StringComparer.Ordinal).SelectMany(key => InJson($"{name}.{key}", ours[key], theirs[key]));
        }

        if (a is JsonArray first && b is JsonArray second && first.Count == second.Count)
        {
            return first.Zip(second).SelectMany((pair, i) => InJson($"{name}[{i}]", pair.First, pair.Second));
        }

        return JsonNode.DeepEquals(a, b) ? [] : [new Difference(name, a?.ToJsonString(StateInspection.Compact), b?.ToJsonString(StateInspection.Compact))];
    }

    private static IEnumerable<Difference> InTensors(TensorFile a, TensorFile b, double tolerance)
    {
        foreach (var tensor in a.Tensors)
        {
            var other = b.Find(tensor.Name);
            if (other is null || tensor.ElementType != other.ElementType || !tensor.Shape.SequenceEqual(other.Shape))
            {
                yield return new Difference(tensor.Name, Describe(tensor), other is null ? null : Describe(other));
            }
            else if (!tensor.Bytes.Span.SequenceEqual(other.Bytes.Span) && LargestDifference(tensor, other) is var largest && !(largest <= tolerance))
            {
                yield return new Difference(tensor.Name, Describe(tensor), Describe(other), largest);
            }
        }

        foreach (var tensor in b.Tensors.Where(tensor => a.Find(tensor.Name) is null))
        {
            yield return new Difference(tensor.Name, null, Describe(tensor));
        }
    }

    /// <summary>The largest difference of two numbers, infinite where only one is not a number; not a number for elements that are none.</summary>
    private static double LargestDifference(StoredTensor a, StoredTensor b)
    {
        if (!TensorNumbers.Has(a))
        {
            return double.NaN;
        }

        Span<double> first = new double[TensorNumbers.Stretch], second = new double[TensorNumbers.Stretch];
        var (count, largest) = (TensorNumbers.Count(a), 0.0);
        for (long start = 0; start < count; start += TensorNumbers.Stretch)
        {
            var length = (int)Math.Min(TensorNumbers.Stretch, count - start);
            TensorNumbers.Read(a, start, first[..length]);
            TensorNumbers.Read(b, start, second[..length]);
            for (var i = 0; i < length; i++)
            {
                var difference = first[i].Equals(second[i]) ? 0 : Math.Abs(first[i] - second[i]);
                largest = Math.Max(largest, double.IsNaN(difference) ? double.PositiveInfinity : difference);
            }
        }

        return largest;
    }

    private static string Describe(StoredTensor tensor) => $"{tensor.ElementType} [{string.Join(", ", tensor.Shape)}]";

    /// <summary>One difference: what the files have, null where they have nothing, and for tensors of the same shape how far apart the numbers are.</summary>
    private sealed record Difference(string Name, string? First, string? Second, double? Largest = null)
    {
        public JsonObject Json => new()
        {
            ["name"] = Name,
            ["first"] = First,
            ["second"] = Second,
            ["largest"] = Largest is { } number && double.IsFinite(number) ? number : Largest?.ToString(CultureInfo.InvariantCulture),
        };

        public override string ToString() => $"{Name}: " + (
            Second is null ? "only in the first"
            : First is null ? "only in the second"
            : Largest is { } number ? double.IsNaN(number) ? "other bytes" : string.Create(CultureInfo.InvariantCulture, $"largest difference {number:G4}")
            : $"{Shown.Brief(First)} and {Shown.Brief(Second)}");
    }
}
