using Descent.Engine;
using Descent.Gradients;
using Descent.Optimizers;
using Descent.Text;
using Descent.Training;
using Descent.Training.Data;

namespace Descent.Cli.Display;

/// <summary>The words and figures that all displays share.</summary>
internal static class Words
{
    public static IEnumerable<(string Name, string Text)> Describe(TrainingSession session, RunFolder folder, Workers workers)
    {
        var (data, configuration) = (session.Data, session.Configuration);
        var columns = data.Task == LearningTask.Text ? $"{data.Columns} {(data.Schema.Merges is null ? "characters" : "tokens")} each"
            : data.Schema.SparseFeatures is { } features ? $"{features:N0} features, at most {data.Columns / 2:N0} other than 0 in a row"
            : data.Schema.FeatureShape.Count > 1 ? $"images of {string.Join("×", data.Schema.FeatureShape)}"
            : Count(data.Columns, "feature");
        yield return ("data", $"{configuration.Data ?? "generated digits"}: {session.TrainingRows.Length:N0} rows to train, {session.ValidationRows.Length:N0} to validate, {columns}");
        yield return ("task", data.Task == LearningTask.Classification
            ? $"classification, {data.ClassNames.Count} classes{Reason(data)}"
            : data.Task == LearningTask.Text ? $"the next of {data.ClassNames.Count} different {(data.Schema.Merges is null ? "characters" : "tokens")}{Reason(data)}"
            : $"regression of {Shown.Brief(data.Schema.TargetName ?? "the target")}{Reason(data)}");
        yield return ("model", $"{session.Specification}, {session.Model.Parameters.Sum(parameter => (long)parameter.Length):N0} parameters, {Count(workers.Count, "thread")}");
        var method = session.Optimizer.Groups[0].Method;
        var exempt = method.WeightDecay.IsZero ? "" : $", weight decay {method.WeightDecay} (none on biases)";
        yield return ("optimizer", $"{Catalogue.Find(method).Name}{exempt}{(configuration.Clipping == GradientClipping.None ? "" : $", gradients clipped by {configuration.Clipping}")}");
        if (configuration.Precision != new ParameterPrecision() || configuration.StatePrecision != StateFormat.Full || configuration.LossScaleInForce is not null)
        {
            yield return ("precision", $"parameters {configuration.Precision}, state {ParameterPrecision.Text(configuration.StatePrecision)}{(configuration.LossScaleInForce is { } scale ? $", loss scale {scale}" : "")}");
        }

        if (session.Augmentation != Augmentation.None)
        {
            yield return ("augmentation", $"{session.Augmentation}");
        }

        if (session.Optimizer.Averaging is { } average)
        {
            yield return ("average", $"{average}{(configuration.ReestimateStatistics ? ", statistics re-estimated" : "")}");
        }

        yield return ("learning rate", $"{method.LearningRate}");
        yield return ("length", configuration.BatchSize.IsConstant
            ? $"{Count(session.Epochs, "epoch")} of {Count(session.Sampler.BatchesInEpoch, "update")}, {Count(session.Sampler.BatchSize, "row")} each{(session.MicroBatchSize < session.Sampler.BatchSize ? $", {session.MicroBatchSize} at once" : "")}"
            : $"{Count(session.Epochs, "epoch")}, {Count(session.TotalSteps, "update")}, rows {(configuration.Accumulate > 1 ? $"{configuration.Accumulate} times " : "")}{configuration.BatchSize}");
        yield return ("files", folder.Path);
    }

    public static string Score(Metrics metrics) => metrics switch
    {
        { Accuracy: { } accuracy } => $"accuracy {accuracy * 100:F2} %",
        { RSquared: { } r } => $"R² {r:F4}",
        { RootMeanSquaredError: null } => $"perplexity {Math.Exp(metrics.Loss):F3}",
        _ => $"root mean squared error {metrics.RootMeanSquaredError:G5}",
    };

    private static string Count(long number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";

    public static string Rate(double samplesPerSecond) => $"{samplesPerSecond:N0} samples/s";

    public static string Duration(TimeSpan time) =>
        time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes} min"
        : time.TotalMinutes >= 1 ? $"{time.Minutes} min {time.Seconds} s"
        : $"{time.Seconds} s";

    public static IEnumerable<string> Result(TrainingOutcome outcome)
    {
        var summary = outcome.Summary;
        if (summary.Best is { } best)
        {
            yield return $"Best epoch {best.Epoch}: validation loss {best.Validation.Loss:G5}, {Score(best.Validation)}{(best.Validation.RootMeanSquaredError is { } error ? $", root mean squared error {error:G5}" : "")}";
        }

        yield return $"{summary.Steps:N0} update{(summary.Steps == 1 ? "" : "s")} in {summary.Seconds:F1} s, {Rate(summary.SamplesPerSecond)}";
        if (summary.SkippedSteps > 0)
        {
            yield return $"{summary.SkippedSteps:N0} update{(summary.SkippedSteps == 1 ? " was" : "s were")} skipped because a gradient overflowed; the loss scale is {summary.LossScale}.";
        }

        if (summary.End == TrainingEnd.StoppedEarly)
        {
            yield return $"Stopped early: no better epoch for {Count(summary.Last!.Epoch - summary.Best!.Epoch, "epoch")}.";
        }

        if (summary.End == TrainingEnd.Interrupted)
        {
            yield return outcome.Message!;
        }
    }

    private static string Reason(Dataset data) => data.TaskReason.Length > 0 ? $" ({data.TaskReason})" : "";
}
