using System.Text.Json.Nodes;
using Descent.Optimizers;

namespace Descent.State;

/// <summary>Moves optimizer state from one method to another, where numbers mean the same.</summary>
public static class StateConversion
{
    /// <summary>An average of gradients, at the gradient's scale.</summary>
    private const string First = "average of gradients";

    /// <summary>An average of squared gradients.</summary>
    private const string Second = "average of squared gradients";

    /// <summary>The largest such average so far.</summary>
    private const string Largest = "largest average of squared gradients";

    private static readonly Dictionary<string, (string Slot, string Meaning)[]> Meanings = new(StringComparer.Ordinal)
    {
        ["adam"] = [("m", First), ("v", Second)],
        ["adamw"] = [("m", First), ("v", Second)],
        ["amsgrad"] = [("m", First), ("v", Second), ("v_max", Largest)],
        ["nadamw"] = [("m", First), ("v", Second)],
        ["radam"] = [("m", First), ("v", Second)],
        ["lamb"] = [("m", First), ("v", Second)],
        ["adabound"] = [("m", First), ("v", Second)],
        ["stable_adamw"] = [("m", First), ("v", Second)],
        ["lion"] = [("m", First)],
        ["sgd_ema"] = [("m", First)],
        ["rmsprop"] = [("v", Second)],
    };

    /// <summary>The methods between which state can be moved.</summary>
    public static IEnumerable<string> Methods => Meanings.Keys;

    /// <summary>State for another method. Counts of steps carry over; other tensors of the file stay as they are.</summary>
    /// <param name="file">State of one method for all groups.</param>
    /// <param name="to">The method to move to, with its options.</param>
    /// <param name="prefix">What stands before the names of the optimizer's tensors.</param>
    /// <returns>The new file, and a sentence for each slot that was taken over, begun, or left behind.</returns>
    /// <exception cref="DescentException">The two methods have nothing in common, or keep more than is known to mean the same.</exception>
    public static (TensorFile File, IReadOnlyList<string> Report) Convert(TensorFile file, Method to, string prefix = "optimizer.")
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(to);
        to.Validate();
        var header = OptimizerState.Header(file);
        string[] names = [.. header.Items("methods").Select(json => json.Text(Catalogue.NameKey)).Distinct()];
        var target = Catalogue.NameOf(to);
        var (ours, theirs) = (MeaningsOf(target, to.Rule.State.Select(slot => slot.Name)), names.Length == 1 ? Meanings.GetValueOrDefault(names[0]) : null);
        if (ours is null || theirs is null || to.Rule.Scalars.Count > 0 || !ours.Any(slot => SourceOf(slot.Meaning, theirs) is not null))
        {
            throw new DescentException($"State of {string.Join(" and ", names)} has no meaning for {Catalogue.Text(to)}; it can be moved between {string.Join(", ", Methods)}, with options that add no state.");
        }

        var (converted, report) = (new TensorFile(), new List<string>());
        foreach (var (key, value) in file.Metadata)
        {
            converted.Metadata[key] = value;
        }

        var parameters = header.Fields("steps").Json.Select(item => item.Key).ToArray();
        var state = parameters.SelectMany(parameter => theirs.Select(slot => $"{prefix}{parameter}.{slot.Slot}")).ToHashSet(StringComparer.Ordinal);
        var foreign = file.Tensors.FirstOrDefault(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal) && !tensor.Name.StartsWith($"{prefix}#", StringComparison.Ordinal) && !state.Contains(tensor.Name));
        if (foreign is not null)
        {
            throw new DescentException($"State of {names[0]} is moved by the slots {string.Join(" and ", theirs.Select(slot => slot.Slot))}, but the file also has '{foreign.Name}'; save it with plain options and in 32 bits first.");
        }

        foreach (var tensor in file.Tensors.Where(tensor => !state.Contains(tensor.Name)))
        {
            converted.Add(tensor);
        }

        foreach (var (slot, meaning) in ours)
        {
            var source = SourceOf(meaning, theirs);
            foreach (var parameter in parameters)
            {
                converted.Add(source is not null
                    ? file[$"{prefix}{parameter}.{source}"] with { Name = $"{prefix}{parameter}.{slot}" }
                    : Empty(file[$"{prefix}{parameter}.{theirs[0].Slot}"], $"{prefix}{parameter}.{slot}"));
            }

            report.Add(source is null ? $"{slot}, the {meaning}, starts at 0." : $"{slot}, the {meaning}, comes from {source}.");
        }

        report.AddRange(theirs.Where(slot => !ours.Any(other => SourceOf(other.Meaning, theirs) == slot.Slot)).Select(slot => $"{slot.Slot}, the {slot.Meaning}, is left behind."));
        var json = header.Json;
        json["methods"] = new JsonArray([.. header.Items("methods").Select(_ => Catalogue.ToJson(to))]);
        converted.Metadata[OptimizerState.Key] = json.ToJsonString();
        return (converted, report);
    }

    private static (string Slot, string Meaning)[]? MeaningsOf(string name, IEnumerable<string> slots) =>
        Meanings.GetValueOrDefault(name) is { } meanings && slots.SequenceEqual(meanings.Select(slot => slot.Slot)) ? meanings : null;

    /// <summary>The slot of the same meaning; the average itself where the largest so far is not known.</summary>
    private static string? SourceOf(string meaning, (string Slot, string Meaning)[] slots) =>
        slots.FirstOrDefault(slot => slot.Meaning == meaning).Slot ?? (meaning == Largest ? slots.FirstOrDefault(slot => slot.Meaning == Second).Slot : null);

    private static StoredTensor Empty(StoredTensor like, string name) => like with { Name = name, Bytes = new byte[like.Bytes.Length] };
}
