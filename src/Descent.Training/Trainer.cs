using System.Diagnostics;
using System.Numerics.Tensors;
using Descent.Engine;
using Descent.Gradients;
using Descent.Nn;
using Descent.State;

namespace Descent.Training;

/// <summary>What a step was: what progress displays show.</summary>
/// <param name="Step">Updates applied, this one included.</param>
/// <param name="Epoch">The epoch under way, counted from 1.</param>
/// <param name="Loss">The batch's loss before the update.</param>
/// <param name="LearningRate">In force for the update.</param>
/// <param name="SamplesPerSecond">Training rows per second of this session so far.</param>
public readonly record struct StepReport(long Step, int Epoch, double Loss, double LearningRate, double SamplesPerSecond);

/// <summary>Hears what happens in a run, on the training thread.</summary>
public interface ITrainingObserver
{
    /// <summary>After every update.</summary>
    void Stepped(in StepReport report);

    /// <summary>After every epoch and its validation.</summary>
    void EpochEnded(EpochRecord record, bool isBest);
}

/// <summary>The outcome of <see cref="Trainer.Run"/>.</summary>
/// <param name="Summary">The figures, also written to the run's folder.</param>
/// <param name="Message">For an interrupted or diverged run, one sentence that says where and what to do; otherwise null.</param>
public sealed record TrainingOutcome(TrainingSummary Summary, string? Message);

/// <summary>
/// Runs a session in a folder: epochs with validation, the best model kept, checkpoints written atomically, early stopping,
/// and a stop at any step that a resumed run continues bit for bit.
/// </summary>
public sealed class Trainer
{
    /// <summary>Checkpoints are written at ends of epochs, but not more often than this.</summary>
    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(2);

    /// <summary>A dynamic loss scale has fallen by 10³⁰ then.</summary>
    private const int MostOverflows = 100;

    private readonly TrainingSession session;
    private readonly RunFolder folder;
    private readonly Workers workers;
    private readonly TrainingProgress progress = new();
    private readonly Stopwatch clock = new();
    private TensorFile? unwritten;
    private long rememberedStep;
    private int overflows;
    private long lastWrite;
    private double secondsBefore;
    private long samples;

    private Trainer(TrainingSession session, RunFolder folder, Workers workers)
    {
        this.session = session;
        this.folder = folder;
        this.workers = workers;
    }

    /// <summary>Begins a run: writes its configuration and its first checkpoint.</summary>
    /// <param name="session">Freshly made.</param>
    /// <param name="folder">Where the files go.</param>
    /// <param name="workers">The threads of matrix products and steps.</param>
    /// <param name="overwrite">Whether an old run in the folder is replaced.</param>
    /// <exception cref="DescentException">The folder holds a run, or cannot be written.</exception>
    public static Trainer Begin(TrainingSession session, RunFolder folder, Workers workers, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(folder);
        var trainer = new Trainer(session, folder, workers);
        trainer.Remember();
        folder.Begin(overwrite, session.Configuration, trainer.unwritten!);
        trainer.unwritten = null;
        return trainer;
    }

    /// <summary>Goes on with a run from its checkpoint.</summary>
    /// <param name="session">Made from the run's configuration and data.</param>
    /// <param name="folder">The run.</param>
    /// <param name="workers">The threads of matrix products and steps.</param>
    /// <exception cref="DescentException">The checkpoint is missing, is not readable, or is of another architecture or other data.</exception>
    public static Trainer Resume(TrainingSession session, RunFolder folder, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(folder);
        var trainer = new Trainer(session, folder, workers);
        Checkpoint.Load(session, trainer.progress, folder.Checkpoint);
        trainer.secondsBefore = trainer.progress.Seconds;
        trainer.Remember();
        return trainer;
    }

    /// <summary>Trains until the end, until asked to stop, or until the loss is no longer finite.</summary>
    /// <param name="observer">Hears every step and epoch; null for none.</param>
    /// <param name="stopAfter">The number of updates, counted from the beginning of the run, after which to stop as if asked to; null for no such stop.</param>
    /// <param name="stop">Asks to stop; the step under way is finished and saved.</param>
    /// <exception cref="DescentException">A file cannot be written; the last checkpoint on the disk is whole.</exception>
    public TrainingOutcome Run(ITrainingObserver? observer = null, long? stopAfter = null, CancellationToken stop = default)
    {
        var outer = Compute.Workers;
        Compute.Workers = workers;
        try
        {
            clock.Start();
            lastWrite = Stopwatch.GetTimestamp();
            return Loop(observer, stopAfter ?? long.MaxValue, stop);
        }
        finally
        {
            clock.Stop();
            Compute.Workers = outer;
        }
    }

    private TrainingOutcome Loop(ITrainingObserver? observer, long stopAfter, CancellationToken stop)
    {
        while (session.Sampler.Position.Epoch < session.Epochs)
        {
            if (IsEarlyStop())
            {
                return End(TrainingEnd.StoppedEarly, null);
            }

            if (stop.IsCancellationRequested || session.Optimizer.Updates >= stopAfter)
            {
                if (NonFiniteParameter() is { } name)
                {
                    return Diverged($"the parameter '{name}' was no longer finite after step {session.Optimizer.Updates}");
                }

                Remember();
                return End(
                    TrainingEnd.Interrupted,
                    $"Stopped after step {session.Optimizer.Updates} of {session.TotalSteps}; go on with: descent train --resume {Quoted(folder.Path)}");
            }

            var epoch = session.Sampler.Position.Epoch + 1;
            var (loss, rows, result) = session.Step();
            var isOverflow = !result.Applied && double.IsFinite(loss) && session.Optimizer.LossScaling is not null;
            overflows = isOverflow ? overflows + 1 : 0;
            if (!double.IsFinite(loss) || overflows == MostOverflows || (!result.Applied && !isOverflow))
            {
                var what = !double.IsFinite(loss) ? $"the loss was {loss}"
                    : isOverflow ? $"the gradient of '{result.NonFiniteParameter}' overflowed {MostOverflows} times in a row, lastly with a loss scale of {result.LossScale},"
                    : $"the gradient of '{result.NonFiniteParameter}' was not finite";
                return Diverged(
                    $"{what} at step {session.Optimizer.Updates + (result.Applied ? 0 : 1)} (epoch {epoch})",
                    isOverflow && session.Optimizer.LossScaling is StaticLossScaling ? "the loss scale is too high; start again with --loss-scale dynamic" : null);
            }

            progress.AddStep(loss, rows);
            samples += rows;
            if (result.Applied)
            {
                observer?.Stepped(new StepReport(session.Optimizer.Updates, epoch, loss, result.LearningRate, SamplesPerSecond));
            }
            else
            {
                progress.SkippedSteps++;
            }

            if (session.Sampler.Position.Epoch == epoch && EndEpoch(epoch, result.LearningRate, observer) is { } diverged)
            {
                return diverged;
            }
        }

        return End(TrainingEnd.Completed, null);
    }

    private double SamplesPerSecond => samples / Math.Max(clock.Elapsed.TotalSeconds, 1e-9);

    private TrainingOutcome? EndEpoch(int epoch, double learningRate, ITrainingObserver? observer)
    {
        var (validation, weights) = session.AtEvaluation(() =>
        {
            var metrics = session.EvaluateHere(session.ValidationRows);
            return (metrics, progress.IsBest(metrics) ? session.CopyTensors() : null);
        });
        if (!double.IsFinite(validation.Loss))
        {
            return Diverged($"the validation loss was {validation.Loss} after epoch {epoch} (step {session.Optimizer.Updates})");
        }

        // A finite loss does not prove finite weights: a ReLU turns a bias of −∞ into 0.
        if (NonFiniteParameter() is { } name)
        {
            return Diverged($"the parameter '{name}' was no longer finite after epoch {epoch} (step {session.Optimizer.Updates})");
        }

        session.Observe(validation);
        progress.Seconds = secondsBefore + clock.Elapsed.TotalSeconds;
        var record = new EpochRecord(
            epoch, session.Optimizer.Updates, progress.EpochLossSum / progress.EpochRows, validation, learningRate, progress.Seconds);
        var isBest = progress.EndEpoch(record);
        if (isBest)
        {
            progress.BestWeights = weights;
        }

        observer?.EpochEnded(record, isBest);
        Remember();
        if (Stopwatch.GetElapsedTime(lastWrite) >= CheckpointInterval)
        {
            WriteRemembered();
        }

        return null;
    }

    private bool IsEarlyStop() =>
        session.Configuration.Patience is { } patience
        && session.Sampler.Position.Batch == 0
        && progress.Best is { } best
        && progress.History[^1].Epoch - best.Epoch >= patience;

    /// <summary>Keeps what a checkpoint holds now; it is what a later divergence leaves on the disk.</summary>
    private void Remember()
    {
        progress.Seconds = secondsBefore + clock.Elapsed.TotalSeconds;
        unwritten = Checkpoint.Save(session, progress);
        rememberedStep = session.Optimizer.Updates;
    }

    private string? NonFiniteParameter() => session.Model.Parameters
        .FirstOrDefault(parameter => !TensorPrimitives.IsFiniteAll<float>(parameter.Values.Span))?.Name;

    private void WriteRemembered()
    {
        if (progress.BestWeights is { } best)
        {
            TrainedModel.Save(session, best).Write(folder.Model);
        }

        folder.Write(progress.History);
        unwritten?.Write(folder.Checkpoint);
        unwritten = null;
        lastWrite = Stopwatch.GetTimestamp();
    }

    private TrainingOutcome Diverged(string what, string? cause = null)
    {
        var rate = session.Optimizer.Groups[0].Method.LearningRate;
        var clip = session.Configuration.Clipping == GradientClipping.None ? " or with --clip-norm 1" : "";
        var safe = rememberedStep > 0 ? $"step {rememberedStep}" : "the start";
        cause ??= $"the learning rate of {session.Configuration.Optimizer.LearningRate} is too high for {Optimizers.Catalogue.Find(session.Configuration.Optimizer).Name} with the schedule '{rate}'; start again with a tenth of it{clip}";
        return End(
            TrainingEnd.Diverged,
            $"Training diverged: {what}, most likely because {cause} (the last good checkpoint, of {safe}, is kept in '{folder.Path}').");
    }

    private TrainingOutcome End(TrainingEnd end, string? message)
    {
        WriteRemembered();
        var summary = new TrainingSummary(
            end,
            progress.Best,
            progress.History.Count > 0 ? progress.History[^1] : null,
            session.Optimizer.Updates,
            session.TotalSteps,
            secondsBefore + clock.Elapsed.TotalSeconds,
            (((double)progress.History.Count * session.TrainingRows.Length) + progress.EpochRows) / Math.Max(secondsBefore + clock.Elapsed.TotalSeconds, 1e-9),
            session.Model.Parameters.Sum(parameter => (long)parameter.Length),
            session.TrainingRows.Length,
            session.ValidationRows.Length,
            session.Data.Fingerprint,
            workers.Count,
            progress.SkippedSteps,
            session.Optimizer.LossScaling is null ? null : session.Optimizer.LossScale,
            session.StepMemory);
        folder.Write(summary);
        return new TrainingOutcome(summary, message);
    }

    private static string Quoted(string path) => path.Contains(' ') ? $"\"{path}\"" : path;
}
