using System.CommandLine;
using System.Globalization;
using Descent.State;

namespace Descent.Cli.Commands;

/// <summary><c>descent state diff</c>: in what two files differ. Exit code 0 when in nothing, 1 when in something.</summary>
internal static class StateDifference
{
    public static Command Create(Terminal terminal)
    {
        var (first, second) = (StateCommand.FileArgument("FIRST"), StateCommand.FileArgument("SECOND"));
        var tolerance = Options.Number("--tolerance", "Differences of numbers up to this are none. Default: 0.");
        var command = new Command("diff", "Compare two files: names, types, shapes, numbers, metadata.") { first, second, tolerance };
        command.SetAction(parsed =>
        {
            using TensorFile a = TensorFile.Open(parsed.GetValue(first)!), b = TensorFile.Open(parsed.GetValue(second)!);
            a.Verify();
            b.Verify();
            string[] lines = [.. Differences(a, b, parsed.GetValue(tolerance) ?? 0)];
            foreach (var line in lines)
            {
                terminal.Output.WriteLine(line);
            }

            terminal.Output.WriteLine(lines.Length == 0 ? $"{a.Tensors.Count} tensors, no difference" : $"{lines.Length} differences");
            return lines.Length == 0 ? 0 : 1;
        });
        return command;
    }

    private static IEnumerable<string> Differences(TensorFile a, TensorFile b, double tolerance)
    {
        foreach (var key in a.Metadata.Keys.Union(b.Metadata.Keys).Order(StringComparer.Ordinal))
        {
            if (!a.Metadata.TryGetValue(key, out var ours) | !b.Metadata.TryGetValue(key, out var theirs) || ours != theirs)
            {
                yield return ours is null ? $"metadata {key}: only in the second" : theirs is null ? $"metadata {key}: only in the first" : $"metadata {key}: differs";
            }
        }

        foreach (var tensor in a.Tensors)
        {
            if (b.Find(tensor.Name) is not { } other)
            {
                yield return $"{tensor.Name}: only in the first";
            }
            else if (tensor.ElementType != other.ElementType || !tensor.Shape.SequenceEqual(other.Shape))
            {
                yield return $"{tensor.Name}: {Describe(tensor)} and {Describe(other)}";
            }
            else if (!tensor.Bytes.Span.SequenceEqual(other.Bytes.Span))
            {
                var largest = StateInspection.Numbers(tensor).Zip(StateInspection.Numbers(other), (x, y) => x.Equals(y) ? 0 : Math.Abs(x - y)).DefaultIfEmpty(double.NaN).Max();
                if (!(largest <= tolerance))
                {
                    yield return $"{tensor.Name}: largest difference {largest.ToString("G4", CultureInfo.InvariantCulture)}";
                }
            }
        }

        foreach (var tensor in b.Tensors.Where(tensor => a.Find(tensor.Name) is null))
        {
            yield return $"{tensor.Name}: only in the second";
        }
    }

    private static string Describe(StoredTensor tensor) => $"{tensor.ElementType} [{string.Join(", ", tensor.Shape)}]";
}
