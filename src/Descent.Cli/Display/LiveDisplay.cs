using Descent.Engine;
using Descent.Training;
using Spectre.Console;

namespace Descent.Cli.Display;

/// <summary>A bar with loss, learning rate, speed and time left, drawn again and again on a terminal.</summary>
internal sealed class LiveDisplay(IAnsiConsole console) : IProgressDisplay, ITrainingObserver
{
    private long total;
    private int epochs;
    private long done;
    private ProgressTask? task;
    private string score = "";
    private double loss = double.NaN;

    public void Started(TrainingSession session, RunFolder folder, Workers workers)
    {
        (total, epochs, done) = (session.TotalSteps, session.Epochs, session.Optimizer.Updates);
        var grid = new Grid().AddColumn().AddColumn();
        foreach (var (name, text) in Words.Describe(session, folder, workers))
        {
            grid.AddRow($"[grey]{name}[/]", Markup.Escape(text));
        }

        console.Write(grid);
        console.WriteLine();
    }

    public void Run(Action<ITrainingObserver?> training) => console.Progress()
        .HideCompleted(true)
        .Columns(
            new ProgressBarColumn { Width = 24 },
            new PercentageColumn(),
            new RemainingTimeColumn(),
            new TaskDescriptionColumn { Alignment = Justify.Left })
        .Start(context =>
        {
            task = context.AddTask("starting", maxValue: total);
            task.Value = done;
            training(this);
        });

    public void Stepped(in StepReport report)
    {
        loss = double.IsNaN(loss) ? report.Loss : loss + (0.05 * (report.Loss - loss));
        task!.Value = report.Step;
        task.Description =
            $"epoch {report.Epoch}/{epochs}  loss [deepskyblue1]{loss:F4}[/]{score}  learning rate {report.LearningRate:G3}  {Words.Rate(report.SamplesPerSecond)}";
    }

    public void EpochEnded(EpochRecord record, bool isBest) => score = $"  validation {record.Validation.Loss:F4}, {Words.Score(record.Validation)}";

    public void Ended(TrainingOutcome outcome)
    {
        foreach (var line in Words.Result(outcome))
        {
            console.WriteLine(line);
        }
    }
}
