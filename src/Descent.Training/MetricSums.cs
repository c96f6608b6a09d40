using System.Numerics.Tensors;
using Descent.Training.Data;

namespace Descent.Training;

/// <summary>Collects the metrics of a model over pieces of the rows.</summary>
internal sealed class MetricSums(Preparation preparation)
{
    private double loss;
    private long rows;
    private long right;
    private double squaredErrors;
    private double mean;
    private double squaredDeviations;

    public void AddClassification(double meanLoss, ReadOnlySpan<float> scores, ReadOnlySpan<int> labels)
    {
        var classes = preparation.Outputs;
        loss += meanLoss * labels.Length;
        rows += labels.Length;
        for (var i = 0; i < labels.Length; i++)
        {
            right += TensorPrimitives.IndexOfMax(scores.Slice(i * classes, classes)) == labels[i] ? 1 : 0;
        }
    }

    /// <summary>Adds standardized predictions and targets; the sum of squared deviations is kept as Welford (1962) does.</summary>
    public void AddRegression(double meanLoss, ReadOnlySpan<float> predictions, ReadOnlySpan<float> targets)
    {
        loss += meanLoss * targets.Length;
        for (var i = 0; i < targets.Length; i++)
        {
            var error = (double)predictions[i] - targets[i];
            squaredErrors += error * error;
            var deviation = targets[i] - mean;
            mean += deviation / ++rows;
            squaredDeviations += deviation * (targets[i] - mean);
        }
    }

    public Metrics ToMetrics() => preparation.Schema.Task == LearningTask.Text ? new Metrics(loss / rows) : preparation.Schema.Task == LearningTask.Classification
        ? new Metrics(loss / rows, Accuracy: (double)right / rows)
        : new Metrics(
            loss / rows,
            RSquared: squaredDeviations > 0 ? 1 - (squaredErrors / squaredDeviations) : null,
            RootMeanSquaredError: Math.Sqrt(squaredErrors / rows) * preparation.Target!.Scale[0]);
}
