using System.Text.Json.Nodes;
using Descent.Optimizers;
using Descent.Text;

namespace Descent.State;

/// <summary>
/// Saves and restores what an optimizer knows: its state by name (<c>fc1.weight.m</c>), the counts of steps and updates,
/// and the options of its methods. Restoring is strict: names, shapes and methods must match.
/// </summary>
public static class OptimizerState
{
    private const string Key = "descent.optimizer";
    private const string What = "optimizer state";
    private const int FormatVersion = 1;

    /// <summary>Adds the state to a file.</summary>
    /// <param name="optimizer">What to save.</param>
    /// <param name="file">The tensors are copied now.</param>
    /// <param name="prefix">Put before the names, to keep them apart from the weights in one file.</param>
    public static void Save(Optimizer optimizer, TensorFile file, string prefix = "optimizer.")
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(file);
        var steps = new JsonObject();
        foreach (var bound in optimizer.Bound)
        {
            steps[bound.Parameter.Name] = bound.Steps;
            bound.Save(file, prefix);
        }

        file.Metadata[Key] = new JsonObject
        {
            ["format_version"] = FormatVersion,
            ["updates"] = optimizer.Updates,
            ["methods"] = new JsonArray([.. optimizer.Groups.Select(group => Catalogue.ToJson(group.Method))]),
            ["steps"] = steps,
        }.ToJsonString();
    }

    /// <summary>Restores what <see cref="Save"/> wrote.</summary>
    /// <exception cref="DescentException">
    /// The file has no optimizer state or a newer format, other methods, or other names and shapes; nothing is changed then.
    /// </exception>
    public static void Load(Optimizer optimizer, TensorFile file, string prefix = "optimizer.")
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(file);
        if (!file.Metadata.TryGetValue(Key, out var text))
        {
            throw new DescentException("The file holds no optimizer state.");
        }

        var json = JsonFields.Parse(text, What);
        var version = json.Count("format_version");
        if (version > FormatVersion)
        {
            throw new DescentException($"The optimizer state has format version {version}, but this version reads up to {FormatVersion}; use a newer Descent.");
        }

        CheckMethods(optimizer, json.Items("methods"));
        var steps = json.Fields("steps");
        long[] counts = [.. optimizer.Bound.Select(bound => steps.Count(bound.Parameter.Name))];
        var updates = json.Count("updates");
        foreach (var bound in optimizer.Bound)
        {
            bound.CheckState(file, prefix);
        }

        foreach (var (bound, count) in optimizer.Bound.Zip(counts))
        {
            bound.LoadState(file, prefix);
            bound.Steps = count;
        }

        optimizer.Updates = updates;
        optimizer.ForgetPrepared();
    }

    private static void CheckMethods(Optimizer optimizer, IReadOnlyList<JsonFields> saved)
    {
        if (saved.Count != optimizer.Groups.Count)
        {
            throw new DescentException($"The optimizer state was saved with {saved.Count} groups, but this optimizer has {optimizer.Groups.Count}.");
        }

        foreach (var (group, json) in optimizer.Groups.Zip(saved))
        {
            var (ours, theirs) = (Catalogue.Find(group.Method).Name, json.Text("method"));
            if (ours != theirs)
            {
                throw new DescentException($"The optimizer state was saved by {theirs}, but this optimizer is {ours}; use the same method.");
            }
        }
    }
}
