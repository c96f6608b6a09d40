using System.Diagnostics;
using Descent.Engine;
using Descent.Training;

namespace Descent.Cli.Display;

/// <summary>Plain lines, for pipes and files: one for each epoch, and one now and then in a long epoch.</summary>
internal sealed class PlainDisplay(TextWriter output) : IProgressDisplay, ITrainingObserver
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private long total;
    private int epochs;
    private long lastLine;
    private double samplesPerSecond;

    public void Started(TrainingSession session, RunFolder folder, Workers workers)
    {
        (total, epochs) = (session.TotalSteps, session.Epochs);
        foreach (var (name, text) in Words.Describe(session, folder, workers))
        {
            output.WriteLine($"{name + ":",-15}{text}");
        }
    }

    public void Run(Action<ITrainingObserver?> training)
    {
        lastLine = Stopwatch.GetTimestamp();
        training(this);
    }

    public void Stepped(in StepReport report)
    {
        samplesPerSecond = report.SamplesPerSecond;
        if (Stopwatch.GetElapsedTime(lastLine) < Interval)
        {
            return;
        }

        lastLine = Stopwatch.GetTimestamp();
        output.WriteLine($"epoch {report.Epoch}/{epochs}, step {report.Step}/{total}: loss {report.Loss:G5}, learning rate {report.LearningRate:G4}, {Words.Rate(samplesPerSecond)}");
    }

    public void EpochEnded(EpochRecord record, bool isBest)
    {
        lastLine = Stopwatch.GetTimestamp();
        output.WriteLine(
            $"epoch {record.Epoch}/{epochs}, step {record.Step}/{total}: training loss {record.TrainingLoss:G5}, validation loss {record.Validation.Loss:G5}, {Words.Score(record.Validation)}, learning rate {record.LearningRate:G4}, {Words.Rate(samplesPerSecond)}{(isBest ? ", best so far" : "")}");
    }

    public void Ended(TrainingOutcome outcome)
    {
        foreach (var line in Words.Result(outcome))
        {
            output.WriteLine(line);
        }
    }
}
