using System.Text.Json.Nodes;
using Descent.Text;

namespace Descent.Training;

/// <summary>How good a model is on some rows.</summary>
/// <param name="Loss">Classification and text: mean cross-entropy in nats. Regression: mean squared error of the standardized target.</param>
/// <param name="Accuracy">The share of rows whose class is right, in [0, 1]; null for regression.</param>
/// <param name="RSquared">1 − Σ(y − ŷ)²/Σ(y − ȳ)², at most 1; null for classification and when all targets are the same.</param>
/// <param name="RootMeanSquaredError">In the target's own unit; null for classification.</param>
public sealed record Metrics(double Loss, double? Accuracy = null, double? RSquared = null, double? RootMeanSquaredError = null)
{
    /// <summary>Whether these are better than <paramref name="other"/>: a higher accuracy, and where there is none or it is the same, a lower loss.</summary>
    public bool IsBetterThan(Metrics other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Accuracy is { } ours && other.Accuracy is { } theirs && ours != theirs ? ours > theirs : Loss < other.Loss;
    }
}

/// <summary>One line of <c>metrics.csv</c>.</summary>
/// <param name="Epoch">How many epochs are complete.</param>
/// <param name="Step">How many updates were applied.</param>
/// <param name="TrainingLoss">The mean loss of the epoch's rows, each taken before the update it contributed to.</param>
/// <param name="Validation">On the rows that do not train, after the epoch.</param>
/// <param name="LearningRate">Of the epoch's last update.</param>
/// <param name="Seconds">Training time since the run began, stops not counted.</param>
public sealed record EpochRecord(int Epoch, long Step, double TrainingLoss, Metrics Validation, double LearningRate, double Seconds)
{
    /// <summary>The names of the columns.</summary>
    public static string CsvHeader =>
        "epoch,step,training_loss,validation_loss,validation_accuracy,validation_r_squared,validation_root_mean_squared_error,learning_rate,seconds";

    /// <summary>The line; what does not apply is empty.</summary>
    public string ToCsv() => FormattableString.Invariant(
        $"{Epoch},{Step},{TrainingLoss:R},{Validation.Loss:R},{Validation.Accuracy:R},{Validation.RSquared:R},{Validation.RootMeanSquaredError:R},{LearningRate:R},{Seconds:F3}");

    internal JsonObject ToJson() => new()
    {
        ["epoch"] = Epoch,
        ["step"] = Step,
        ["training_loss"] = TrainingLoss,
        ["validation_loss"] = Validation.Loss,
        ["validation_accuracy"] = Validation.Accuracy,
        ["validation_r_squared"] = Validation.RSquared,
        ["validation_root_mean_squared_error"] = Validation.RootMeanSquaredError,
        ["learning_rate"] = LearningRate,
        ["seconds"] = Seconds,
    };

    internal static EpochRecord FromJson(JsonFields json) => new(
        json.Whole("epoch"),
        json.Count("step"),
        json.Number("training_loss"),
        new Metrics(
            json.Number("validation_loss"),
            json.NumberOrNull("validation_accuracy"),
            json.NumberOrNull("validation_r_squared"),
            json.NumberOrNull("validation_root_mean_squared_error")),
        json.Number("learning_rate"),
        json.Number("seconds"));
}
