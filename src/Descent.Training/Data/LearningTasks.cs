using Descent.Text;

namespace Descent.Training.Data;

/// <summary>The tasks as text.</summary>
internal static class LearningTasks
{
    public static string ToText(this LearningTask task) => task.ToString().ToLowerInvariant();

    /// <summary>Reads a field that <see cref="ToText"/> wrote; null when it is absent.</summary>
    /// <exception cref="DescentException">It is another text.</exception>
    public static LearningTask? TaskOrNull(this JsonFields fields, string name) => fields.TextOrNull(name) switch
    {
        null => null,
        "classification" => LearningTask.Classification,
        "regression" => LearningTask.Regression,
        "text" => LearningTask.Text,
        _ => throw fields.Wrong(name, "'classification', 'regression' or 'text'"),
    };
}
