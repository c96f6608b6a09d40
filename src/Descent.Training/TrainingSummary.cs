using System.Text.Json.Nodes;

namespace Descent.Training;

/// <summary>Why a run ended.</summary>
public enum TrainingEnd
{
    /// <summary>It went through all its epochs.</summary>
    Completed,

    /// <summary>The validation metrics did not get better for as many epochs as were allowed.</summary>
    StoppedEarly,

    /// <summary>It was asked to stop and can be resumed.</summary>
    Interrupted,

    /// <summary>The loss was no longer a finite number.</summary>
    Diverged,
}

/// <summary>The result of a run in figures: what <c>summary.json</c> holds.</summary>
/// <param name="End">Why it ended.</param>
/// <param name="Best">The best epoch by its validation metrics: the model that is kept; null before the first epoch's end.</param>
/// <param name="Last">The last complete epoch, or null.</param>
/// <param name="Steps">Updates applied.</param>
/// <param name="TotalSteps">Updates planned.</param>
/// <param name="Seconds">Training time, stops not counted.</param>
/// <param name="SamplesPerSecond">Training rows per second of the whole run, validation included.</param>
/// <param name="Parameters">Numbers that are trained.</param>
/// <param name="TrainingRows">Rows that train.</param>
/// <param name="ValidationRows">Rows that validate.</param>
/// <param name="DataFingerprint">The SHA-256 of the data's content.</param>
/// <param name="Threads">Threads used; results do not depend on it.</param>
/// <param name="SkippedSteps">Updates that were skipped because a gradient overflowed its format; the loss scale fell instead.</param>
/// <param name="LossScale">What the loss is multiplied by next; null without loss scaling.</param>
/// <param name="StepMemory">The most bytes that the tensors of one batch took, gradients on the way included; parameters, state and data apart.</param>
public sealed record TrainingSummary(
    TrainingEnd End,
    EpochRecord? Best,
    EpochRecord? Last,
    long Steps,
    long TotalSteps,
    double Seconds,
    double SamplesPerSecond,
    long Parameters,
    int TrainingRows,
    int ValidationRows,
    string DataFingerprint,
    int Threads,
    long SkippedSteps = 0,
    double? LossScale = null,
    long StepMemory = 0)
{
    /// <summary>As JSON; what does not apply is null.</summary>
    public JsonObject ToJson() => new()
    {
        ["end"] = End switch
        {
            TrainingEnd.Completed => "completed",
            TrainingEnd.StoppedEarly => "stopped_early",
            TrainingEnd.Interrupted => "interrupted",
            _ => "diverged",
        },
        ["final_training_loss"] = Last?.TrainingLoss,
        ["final_validation_loss"] = Last?.Validation.Loss,
        ["validation_accuracy"] = Best?.Validation.Accuracy,
        ["validation_r_squared"] = Best?.Validation.RSquared,
        ["validation_root_mean_squared_error"] = Best?.Validation.RootMeanSquaredError,
        ["best_epoch"] = Best?.Epoch,
        ["best_validation_loss"] = Best?.Validation.Loss,
        ["final_validation_accuracy"] = Last?.Validation.Accuracy,
        ["final_validation_r_squared"] = Last?.Validation.RSquared,
        ["epochs"] = Last?.Epoch ?? 0,
        ["steps"] = Steps,
        ["total_steps"] = TotalSteps,
        ["seconds"] = Math.Round(Seconds, 3),
        ["samples_per_second"] = Math.Round(SamplesPerSecond, 1),
        ["parameters"] = Parameters,
        ["training_rows"] = TrainingRows,
        ["validation_rows"] = ValidationRows,
        ["data_fingerprint"] = DataFingerprint,
        ["threads"] = Threads,
        ["skipped_steps"] = SkippedSteps,
        ["loss_scale"] = LossScale,
        ["step_memory_bytes"] = StepMemory,
    };
}
