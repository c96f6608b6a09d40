using System.Text.Json.Nodes;
using Descent.Engine;
using Descent.Optimizers;
using Descent.Text;

namespace Descent.State;

/// <summary>
/// Saves and restores what an optimizer knows: its state by name (<c>fc1.weight.m</c>), the counts of steps and updates,
/// and the options of its methods. Restoring is strict: names, shapes and methods must match.
/// </summary>
public static class OptimizerState
{
    internal const string Key = "descent.optimizer";
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
            if (optimizer.Point == ParameterPoint.Evaluation)
            {
                bound.SaveTrainingPoint(file, prefix);
            }
        }

        foreach (var (name, state, slot) in GroupNumbers(optimizer, prefix))
        {
            file.Add<double>(name, [1], new[] { state.Scalars[slot] });
        }

        var parts = new JsonObject();
        foreach (var part in optimizer.Parts)
        {
            parts[part.Name] = part.Save(file, prefix);
        }

        file.Metadata[Key] = new JsonObject
        {
            ["format_version"] = FormatVersion,
            ["updates"] = optimizer.Updates,
            ["point"] = optimizer.Point == ParameterPoint.Evaluation ? "evaluation" : "training",
            ["methods"] = new JsonArray([.. optimizer.Groups.Select(group => Catalogue.ToJson(group.Method))]),
            ["precision"] = new JsonArray([.. optimizer.Groups.Select(group => Json(group.Precision))]),
            ["steps"] = steps,
            ["parts"] = parts,
        }.ToJsonString();
    }

    /// <summary>Restores what <see cref="Save"/> wrote.</summary>
    /// <param name="optimizer">Of the same methods, over parameters of the same names and shapes.</param>
    /// <param name="file">What was saved.</param>
    /// <param name="prefix">As it was saved.</param>
    /// <param name="options">Other names, or only what fits; strict by default.</param>
    /// <returns>What was restored and what was not.</returns>
    /// <exception cref="DescentException">
    /// The file has no optimizer state or a newer format, other methods, or other names and shapes; nothing is changed then.
    /// </exception>
    public static LoadReport Load(Optimizer optimizer, TensorFile file, string prefix = "optimizer.", LoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(file);
        options ??= new LoadOptions();
        file = options.Rename.Count == 0 ? file : StateNames.Renamed(file, options.Rename, prefix);
        var json = Header(file);
        CheckMethods(optimizer, json.Items("methods"));
        var parts = PartsIn(optimizer, json, options.IsPartial).ToArray();
        var steps = json.Fields("steps");
        var evaluation = json.TextOrNull("point") switch
        {
            null or "training" => false,
            "evaluation" => true,
            _ => throw json.Wrong("point", "training or evaluation"),
        };
        long[] counts = [.. optimizer.Bound.Select(bound => steps.Has(bound.Parameter.Name) ? NotNegative(steps, bound.Parameter.Name) : 0)];
        var updates = NotNegative(json, "updates");
        if (counts.Max() > updates)
        {
            throw steps.Wrong(optimizer.Bound[Array.IndexOf(counts, counts.Max())].Parameter.Name, $"at most the {updates} updates");
        }

        var (report, absent) = Compare(optimizer, file, prefix, steps, counts, evaluation, parts);
        if (!options.IsPartial)
        {
            report.ThrowUnlessComplete();
        }
        else if (evaluation && absent.Count > 0)
        {
            throw new DescentException($"The optimizer state was saved at the evaluation point, so that it cannot be loaded without {absent.First()}; save it at the training point.");
        }

        var numbers = GroupNumbers(optimizer, prefix).Where(item => !absent.Contains(item.Name)).Select(item => (item.State, item.Slot, Value: Number(file, item.Name))).ToArray();
        Action[] restoreParts = [.. parts.Select(item => item.Part.Prepare(item.Json, file, prefix, absent))];
        foreach (var (bound, count) in optimizer.Bound.Zip(counts))
        {
            if (report.Loaded.Contains(bound.Parameter.Name))
            {
                bound.LoadState(file, prefix);
                bound.Restore(count);
                if (evaluation)
                {
                    bound.LoadTrainingPoint(file, prefix);
                }
            }
        }

        foreach (var (state, slot, value) in numbers)
        {
            state.Scalars[slot] = value;
        }

        foreach (var restore in restoreParts)
        {
            restore();
        }

        optimizer.Restore(updates, evaluation ? ParameterPoint.Evaluation : ParameterPoint.Training);
        return report;
    }

    /// <summary>What a file says of the optimizer that it was saved by.</summary>
    /// <exception cref="DescentException">It holds no optimizer state, or one of a newer format.</exception>
    internal static JsonFields Header(TensorFile file)
    {
        if (!file.Metadata.TryGetValue(Key, out var text))
        {
            throw new DescentException("The file holds no optimizer state.");
        }

        var json = JsonFields.Parse(text, What);
        var version = json.Count("format_version");
        return version is >= 1 and <= FormatVersion
            ? json
            : throw new DescentException($"The optimizer state has format version {version}, but this version reads 1 to {FormatVersion}; use a newer Descent.");
    }

    /// <summary>Which parameters' state fits, what does not, and which names of the optimizer's the file has not, or not so.</summary>
    private static (LoadReport Report, HashSet<string> Absent) Compare(
        Optimizer optimizer, TensorFile file, string prefix, JsonFields steps, long[] counts, bool evaluation, (IStatePart Part, JsonFields Json)[] parts)
    {
        var (loaded, missing, mismatched) = (new List<string>(), new List<string>(), new List<string>());
        var (known, absent) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var expected in GroupNumbers(optimizer, prefix).Select(item => new StateTensor(item.Name, TensorFile.ElementTypeOf<double>(), [1])))
        {
            Check(expected);
        }

        foreach (var (bound, count) in optimizer.Bound.Zip(counts))
        {
            var name = bound.Parameter.Name;
            var fits = steps.Has(name);
            if (!fits)
            {
                missing.Add(name);
                absent.Add(name);
            }

            // What may be there and what must be there differ for parameters that were never stepped.
            known.UnionWith(evaluation ? bound.TrainingPointTensors(prefix, steps: 1).Select(tensor => tensor.Name) : []);
            foreach (var expected in bound.StateTensors(prefix).Concat(evaluation ? bound.TrainingPointTensors(prefix, count) : []))
            {
                fits &= Check(expected);
            }

            if (fits)
            {
                loaded.Add(name);
            }
        }

        foreach (var expected in parts.SelectMany(item => item.Part.Tensors(item.Json, prefix)))
        {
            Check(expected);
        }

        string[] unexpected =
        [
            .. file.Tensors.Select(tensor => tensor.Name).Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && !known.Contains(name)),
            .. steps.Json.Select(item => item.Key).Except(optimizer.Bound.Select(bound => bound.Parameter.Name), StringComparer.Ordinal),
        ];
        return (new LoadReport(loaded, missing, unexpected, mismatched), absent);

        bool Check(StateTensor expected)
        {
            known.Add(expected.Name);
            var found = file.Find(expected.Name);
            if (found is not null && found.ElementType == expected.ElementType && found.Shape.SequenceEqual(expected.Shape))
            {
                return true;
            }

            absent.Add(expected.Name);
            (found is null ? missing : mismatched).Add(found is null
                ? expected.Name
                : $"{expected.Name} is {found.ElementType} {Parameter.Describe(found.Shape.ToArray())}, not {expected.ElementType} {Parameter.Describe(expected.Shape)}");
            return false;
        }
    }

    /// <summary>For those who read the file: what tensors are kept in shows in them, and random numbers follow from the seed and the counts of steps.</summary>
    private static JsonObject Json(Precision precision) => new()
    {
        ["state"] = $"{precision.State}",
        ["weights"] = $"{precision.Weights}",
        ["smallest_reduced"] = precision.SmallestReduced,
        ["seed"] = precision.Seed,
    };

    /// <summary>The numbers that methods keep for whole groups, under names that no parameter's state has.</summary>
    private static IEnumerable<(string Name, GroupState State, int Slot)> GroupNumbers(Optimizer optimizer, string prefix) =>
        from @group in Enumerable.Range(0, optimizer.Groups.Count)
        from item in optimizer.Kernels.Where(set => set.GroupIndex == @group).Select((set, index) => (set.Group, index))
        from slot in Enumerable.Range(0, item.Group.Names.Count)
        select ($"{prefix}#{@group}{(item.index > 0 ? $"-{item.index}" : "")}.{item.Group.Names[slot].Name}", item.Group, slot);

    private static double Number(TensorFile file, string name)
    {
        var value = new double[1];
        file[name].CopyTo<double>(value);
        return value[0];
    }

    private static void CheckMethods(Optimizer optimizer, IReadOnlyList<JsonFields> saved)
    {
        if (saved.Count != optimizer.Groups.Count)
        {
            throw new DescentException($"The optimizer state was saved with {saved.Count} groups, but this optimizer has {optimizer.Groups.Count}.");
        }

        foreach (var (group, json) in optimizer.Groups.Zip(saved))
        {
            CheckMethod(group.Method, json);
        }
    }

    private static void CheckMethod(Method method, JsonFields json)
    {
        var (ours, theirs) = (Catalogue.NameOf(method), json.Text(Catalogue.NameKey));
        if (ours != theirs)
        {
            throw new DescentException($"The optimizer state was saved by {Shown.Brief(theirs)}, but this optimizer is {ours}; use the same method.");
        }

        // Choices say what the state means; numbers may change between runs.
        foreach (var option in MethodOption.Of(method.GetType()).Where(option => option.IsChoice && json.Has(option.Name)))
        {
            if (option.InnerOf(method) is { } inner)
            {
                CheckMethod(inner, json.Fields(option.Name));
                continue;
            }

            var was = json.Json[option.Name]!.ToString();
            if (was != option.Text(method))
            {
                throw new DescentException($"The optimizer state was saved by {theirs} with {option.Name} {Shown.Brief(was)}, but here it is {option.Text(method)}; use the same.");
            }
        }
    }

    /// <summary>The parts of the optimizer with what the file says of them; both must have the same ones, but where only what fits is loaded.</summary>
    private static IEnumerable<(IStatePart Part, JsonFields Json)> PartsIn(Optimizer optimizer, JsonFields json, bool isPartial)
    {
        var saved = json.Has("parts") ? json.Fields("parts") : new JsonFields([], What);
        if (!isPartial && saved.Json.Select(item => item.Key).FirstOrDefault(name => optimizer.Parts.All(part => part.Name != name)) is { } unknown)
        {
            throw new DescentException($"The optimizer state was saved with '{Shown.Brief(unknown)}', which this optimizer does not have; set it up in the same way.");
        }

        foreach (var part in optimizer.Parts)
        {
            if (saved.Has(part.Name))
            {
                yield return (part, saved.Fields(part.Name));
            }
            else if (!isPartial)
            {
                throw new DescentException($"The optimizer state was saved without '{part.Name}', which this optimizer has; set it up in the same way.");
            }
        }
    }

    private static long NotNegative(JsonFields fields, string name) =>
        fields.Count(name) is >= 0 and var count ? count : throw fields.Wrong(name, "an integer of at least 0");
}
