using System.Text.Json.Nodes;
using Descent.Optimizers;
using Descent.Text;

namespace Descent.State;

/// <summary>Moves optimizer state from one method to another, where numbers mean the same.</summary>
/// <remarks>
/// Slots of the same name mean the same in all of <see cref="Methods"/>; a largest average that was not kept starts as the average. An average
/// of gradients may start at 0 in the middle of a run: the first steps are small then. An average of squares may not: the first steps would be
/// divided by nearly nothing.
/// </remarks>
public static class StateConversion
{
    private static readonly Dictionary<string, string> Meanings = new(StringComparer.Ordinal)
    {
        ["m"] = "average of gradients",
        ["v"] = "average of squared gradients",
        ["v_max"] = "largest average of squared gradients",
    };

    /// <summary>The methods between which state can be moved; also inside <c>cautious</c> and <c>gradient_centralization</c>, which have none of their own.</summary>
    public static IReadOnlyList<string> Methods { get; } =
        ["adam", "adamw", "amsgrad", "padam", "nadamw", "radam", "lamb", "adabound", "qhadam", "grams", "lion", "sgd_ema", "rmsprop"];

    /// <summary>State for another method. Counts of steps carry over; other tensors of the file stay as they are.</summary>
    /// <param name="file">State of one method for all groups.</param>
    /// <param name="to">The method to move to, with its options; all groups get it.</param>
    /// <param name="prefix">What stands before the names of the optimizer's tensors.</param>
    /// <returns>The new file, and a sentence for each slot that was taken over, begun, or left behind.</returns>
    /// <exception cref="DescentException">The two methods have nothing in common, or keep more than is known to mean the same.</exception>
    public static (TensorFile File, IReadOnlyList<string> Report) Convert(TensorFile file, Method to, string prefix = "optimizer.")
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(to);
        to.Validate();
        var header = OptimizerState.Header(file);
        var from = MethodIn(header);
        var (theirs, ours) = (SlotsOf(from), SlotsOf(to));
        Check(from, theirs, to, ours);

        var converted = new TensorFile();
        foreach (var (key, value) in file.Metadata)
        {
            converted.Metadata[key] = value;
        }

        var keepsLargest = OnCorrected(from) == OnCorrected(to);
        var parameters = header.Fields("steps").Json.Select(item => item.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var tensor in file.Tensors)
        {
            if (!tensor.Name.StartsWith(prefix, StringComparison.Ordinal) || tensor.Name.StartsWith(prefix + '#', StringComparison.Ordinal))
            {
                converted.Add(tensor);
                continue;
            }

            var (owner, slot, part) = StateNames.Split(tensor.Name[prefix.Length..], parameters);
            var isSlot = theirs.Contains(slot) && part is "" or ".scale";
            if (owner is null || !(isSlot || (slot is "master" or "compensation" && part.Length == 0)))
            {
                throw new DescentException($"State of {from} is moved by the slots {string.Join(" and ", theirs)}, but the file also has '{Shown.Brief(tensor.Name, 200)}'; save it with plain options first.");
            }

            if (!isSlot || (ours.Contains(slot) && (slot != "v_max" || keepsLargest)))
            {
                converted.Add(tensor);
            }

            foreach (var begun in ours.Where(our => isSlot && our == Begun(our, slot)))
            {
                var bytes = begun == "m" ? new byte[tensor.Bytes.Length] : tensor.Bytes;
                converted.Add(tensor with { Name = $"{prefix}{owner}.{begun}{part}", Bytes = bytes });
            }
        }

        var json = header.Json;
        json["methods"] = new JsonArray([.. header.Items("methods").Select(_ => Catalogue.ToJson(to))]);
        MoveSchedules(json, to, header.Items("methods").Count);
        converted.Metadata[OptimizerState.Key] = json.ToJsonString();
        return (converted, [.. ours.Select(Describe), .. theirs.Except(ours).Select(slot => $"{slot}, the {Meanings[slot]}, is left behind.")]);

        // A slot that the source has not begins beside one that it has: the largest average as the average, the average of gradients at 0.
        string? Begun(string our, string beside) =>
            our == "v_max" && beside == "v" && !(theirs.Contains("v_max") && keepsLargest) ? our
            : our == "m" && beside == "v" && !theirs.Contains("m") ? our
            : null;

        string Describe(string slot) => $"{slot}, the {Meanings[slot]}, " + (
            slot == "v_max" && !(theirs.Contains(slot) && keepsLargest) ? "starts as v."
            : theirs.Contains(slot) ? "is taken over."
            : "starts at 0.");
    }

    private static Method MethodIn(JsonFields header)
    {
        Method[] methods = [.. header.Items("methods").Select(json => Catalogue.FromJson(json))];
        string[] names = [.. methods.Select(Catalogue.NameOf).Distinct()];
        return names.Length == 1 ? methods[0] : throw new DescentException($"State can be moved from one method for all groups, but the file has {(names.Length == 0 ? "none" : string.Join(" and ", names))}.");
    }

    private static Method Inside(Method method) => method is Cautious or GradientCentralization ? Inside(((Wrapper)method).Inner) : method;

    private static bool OnCorrected(Method method) => Inside(method) is AdamMethod { AmsGradOnCorrected: true };

    /// <summary>The slots of a method; none where it keeps something whose meaning is not known here.</summary>
    private static string[] SlotsOf(Method method)
    {
        string[] slots = [.. method.Rule.State.Select(slot => slot.Name)];
        return Methods.Contains(Catalogue.NameOf(Inside(method))) && method.Rule.Scalars.Count == 0 && Array.TrueForAll(slots, Meanings.ContainsKey) ? slots : [];
    }

    private static void Check(Method from, string[] theirs, Method to, string[] ours)
    {
        if (!ours.Intersect(theirs).Any())
        {
            throw new DescentException($"State of {from} has no meaning for {to}; it can be moved between {string.Join(", ", Methods)}, where they have slots in common.");
        }

        if (ours.Contains("v") && !theirs.Contains("v"))
        {
            throw new DescentException($"State of {from} has no {Meanings["v"]}, which {to} divides by: steps would be far too large until it has grown; start {to} anew.");
        }
    }

    /// <summary>Learning rates that follow a metric are saved with what they have observed: those of the new method have seen nothing yet.</summary>
    private static void MoveSchedules(JsonObject json, Method to, int groups)
    {
        const string Part = "schedules";
        var parts = json["parts"] as JsonObject;
        if (to.LearningRate.Schedule is not { FollowsMetric: true } schedule)
        {
            parts?.Remove(Part);
        }
        else if (parts?[Part] is null)
        {
            json["parts"] = parts ??= [];
            parts[Part] = new JsonObject { ["learning_rates"] = new JsonArray([.. Enumerable.Repeat($"{schedule}", groups).Select(text => JsonValue.Create(text))]) };
        }
    }
}
