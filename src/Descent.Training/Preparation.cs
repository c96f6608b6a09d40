using System.Text.Json.Nodes;
using Descent.Text;
using Descent.Training.Data;

namespace Descent.Training;

/// <summary>
/// What happens to numbers before the model and to its outputs after it, fitted on the training rows and saved with the model.
/// </summary>
/// <param name="Schema">Names, shape, task and classes of the data.</param>
/// <param name="Features">Applied to every row of features.</param>
/// <param name="Target">Applied to the target and undone on predictions; null for classification.</param>
public sealed record Preparation(DataSchema Schema, Standardizer Features, Standardizer? Target)
{
    /// <summary>How many numbers the model gives for a row: one per class or character, or one.</summary>
    public int Outputs => Schema.Task == LearningTask.Regression ? 1 : Schema.ClassNames.Count;

    /// <summary>Fits on the training rows: columns of a table each on its own, all pixels of images together.</summary>
    public static Preparation Fit(Dataset data, ReadOnlySpan<int> rows)
    {
        ArgumentNullException.ThrowIfNull(data);
        var isImage = data.Schema.FeatureShape.Count > 1;
        return new Preparation(
            data.Schema,
            data.Task == LearningTask.Text || data.Schema.SparseFeatures is not null ? Standardizer.Identity(data.Columns) : isImage ? Standardizer.FitPixels(data, rows) : Standardizer.FitFeatures(data, rows),
            data.Task == LearningTask.Regression ? Standardizer.FitTargets(data, rows) : null);
    }

    /// <summary>As JSON, kept in the model file.</summary>
    public JsonObject ToJson() => new()
    {
        ["schema"] = Schema.ToJson(),
        ["features"] = Features.ToJson(),
        ["target"] = Target?.ToJson(),
    };

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="DescentException">A field is missing or is not what it should be.</exception>
    public static Preparation FromJson(JsonFields json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var preparation = new Preparation(
            DataSchema.FromJson(json.Fields("schema")),
            Standardizer.FromJson(json.Fields("features")),
            !json.Has("target") ? null : Standardizer.FromJson(json.Fields("target")));
        if (preparation.Features.Columns != preparation.Schema.Columns)
        {
            throw json.Wrong("features", $"for {preparation.Schema.Columns} columns");
        }

        return (preparation.Target is not null) == (preparation.Schema.Task == LearningTask.Regression)
            ? preparation
            : throw json.Wrong("target", "there for regression, and only there");
    }
}
