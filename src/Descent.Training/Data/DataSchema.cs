using System.Text.Json.Nodes;
using Descent.Text;

namespace Descent.Training.Data;

/// <summary>
/// What a model needs to know about the data it was trained on, to read other files in the same way; saved with the model.
/// </summary>
public sealed record DataSchema
{
    /// <summary>What the model says about a row.</summary>
    public required LearningTask Task { get; init; }

    /// <summary>
    /// The names of the features in their order; where the file names none, by position: <c>column1</c>, <c>pixel1</c>, <c>character1</c>, …. Those of sparse rows are of
    /// the features there are, not of the pairs of a row, and have the index that the file has: <c>feature0</c>, <c>feature1</c>, ….
    /// </summary>
    public required IReadOnlyList<string> FeatureNames { get; init; }

    /// <summary>The shape of one row of features, such as [4] or [28, 28]; its product is the number of features, for sparse rows of numbers in a row.</summary>
    public required IReadOnlyList<int> FeatureShape { get; init; }

    /// <summary>Whether the names come from the file, so that other files are matched by name; otherwise by position.</summary>
    public required bool HasNames { get; init; }

    /// <summary>The name of the target column; null for data without columns (images).</summary>
    public string? TargetName { get; init; }

    /// <summary>The position of the target among the columns of the training file, counted from 0; −1 for data without columns.</summary>
    public int TargetIndex { get; init; } = -1;

    /// <summary>The classes, in the order of the labels; empty for regression.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>For sparse rows, how many features there are: a row is pairs, the places of its features (from 0; −1 for none) and then as many values. Otherwise null.</summary>
    public int? SparseFeatures { get; init; }

    /// <summary>The merges of a byte-pair encoding (<see cref="BytePairEncoding.Merges"/>), whose tokens are then the classes; null for characters and for other data than text.</summary>
    public IReadOnlyList<int>? Merges { get; init; }

    /// <summary>What the data are, for messages.</summary>
    internal string Rows => Task == LearningTask.Text ? "a text" : SparseFeatures is not null ? "sparse rows" : FeatureShape.Count > 1 ? "images" : "a table with columns";

    /// <summary>How many numbers a row has.</summary>
    internal int Columns => FeatureShape.Aggregate(1, static (product, size) => checked(product * size));

    /// <summary>The schema as JSON, in full words.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["task"] = Task.ToText(),
            ["feature_shape"] = new JsonArray([.. FeatureShape.Select(size => (JsonNode)size)]),
            ["feature_names"] = HasNames ? new JsonArray([.. FeatureNames.Select(name => (JsonNode)name)]) : null,
            ["target"] = TargetName,
            ["target_index"] = TargetIndex,
            ["class_names"] = new JsonArray([.. ClassNames.Select(name => (JsonNode)name)]),
        };
        if (SparseFeatures is { } features)
        {
            json["sparse_features"] = features;
        }

        if (Merges is not null)
        {
            json["merges"] = new JsonArray([.. Merges.Select(token => (JsonNode)token)]);
        }

        return json;
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="DescentException">A field is missing or is not what it should be.</exception>
    public static DataSchema FromJson(JsonFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var shape = fields.Integers("feature_shape");
        var count = shape.Aggregate(1L, (product, size) => size < 1 ? 0 : Math.Min(product * size, int.MaxValue + 1L));
        if (shape.Length == 0 || count is < 1 or > int.MaxValue)
        {
            throw fields.Wrong("feature_shape", "an array of sizes of at least 1");
        }

        var target = fields.TextOrNull("target");
        var names = !fields.Has("feature_names") ? null : fields.Texts("feature_names");
        if (names is not null && names.Length != count)
        {
            throw fields.Wrong("feature_names", $"an array of {count} texts");
        }

        var sparse = fields.WholeOrNull("sparse_features");
        if (sparse is < 1 || (sparse is not null && (shape.Length > 1 || count % 2 != 0)))
        {
            throw fields.Wrong("sparse_features", "an integer of at least 1, for pairs of places and values");
        }

        var merges = fields.Has("merges") ? fields.Integers("merges") : null;
        if (merges is not null && fields.Texts("class_names").Length != BytePairEncoding.Bytes + (merges.Length / 2))
        {
            throw fields.Wrong("merges", "two tokens for each class after the first 256");
        }

        return new DataSchema
        {
            Merges = merges,
            SparseFeatures = sparse,
            Task = fields.TaskOrNull("task") ?? throw fields.Wrong("task", "'classification', 'regression' or 'text'"),
            FeatureShape = shape,
            TargetName = target,
            TargetIndex = fields.Whole("target_index"),
            ClassNames = fields.Texts("class_names"),
            HasNames = names is not null,
            FeatureNames = (IReadOnlyList<string>?)names ?? (sparse is { } features ? new NumberedNames("feature", features, First: 0)
                : new NumberedNames(target is not null ? "column" : fields.TaskOrNull("task") == LearningTask.Text ? "character" : "pixel", (int)count, Except: target is null ? -1 : fields.Whole("target_index"))),
        };
    }
}
