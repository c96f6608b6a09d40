using Descent.Engine;
using Descent.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Descent.Cli.Display;

/// <summary>A bar with time left, loss, accuracy, learning rate and speed, drawn again and again on a terminal.</summary>
/// <param name="console">Draws the bar.</param>
/// <param name="output">Takes the lines that stay, which only the terminal itself may wrap: they hold a command to copy.</param>
internal sealed class LiveDisplay(IAnsiConsole console, TextWriter output) : IProgressDisplay, ITrainingObserver
{
    private ProgressLines? lines;
    private long done;
    private ProgressTask? task;
    private double loss = double.NaN;

    public void Started(TrainingSession session, RunFolder folder, Workers workers)
    {
        (lines, done) = (new ProgressLines(session.TotalSteps, session.Epochs, (double)session.Epochs * session.TrainingRows.Length / session.TotalSteps), session.Optimizer.Updates);
        var grid = new Grid().AddColumn().AddColumn();
        foreach (var (name, text) in Words.Describe(session, folder, workers))
        {
            grid.AddRow($"[grey]{name}[/]", Markup.Escape(text));
        }

        console.Write(grid);
        console.WriteLine();
    }

    public void Run(Action<ITrainingObserver?> training) => console.Progress()
        .AutoClear(true)
        .Columns(lines!)
        .Start(context =>
        {
            task = context.AddTask("training", maxValue: lines!.Steps);
            task.Value = done;
            training(this);
        });

    public void Stepped(in StepReport report)
    {
        loss = double.IsNaN(loss) ? report.Loss : loss + (0.05 * (report.Loss - loss));
        lines!.Report = report with { Loss = loss };
        task!.Value = report.Step;
    }

    public void EpochEnded(EpochRecord record, bool isBest) => lines!.Validation = record.Validation;

    public void Ended(TrainingOutcome outcome)
    {
        foreach (var line in Words.Result(outcome))
        {
            output.WriteLine(line);
        }
    }

    /// <summary>Two lines that fit the terminal: the bar with the time left, and the figures, of which the least needed go first.</summary>
    private sealed class ProgressLines(long steps, int epochs, double rowsPerStep) : ProgressColumn
    {
        private const int WidestBar = 40;
        private readonly Lock padlock = new();
        private StepReport report;
        private Metrics? validation;

        public long Steps => steps;

        public StepReport Report
        {
            set
            {
                lock (padlock)
                {
                    report = value;
                }
            }
        }

        public Metrics Validation
        {
            set
            {
                lock (padlock)
                {
                    validation = value;
                }
            }
        }

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            var width = options.ConsoleSize.Width - 1;
            lock (padlock)
            {
                var left = report.Step > 0 && report.Step < steps
                    ? $"  {Words.Duration(TimeSpan.FromSeconds(Math.Min((steps - report.Step) * rowsPerStep / report.SamplesPerSecond, int.MaxValue)))} left"
                    : "";
                var place = $"{Math.Floor(100 * task.Value / steps),4} %  epoch {Math.Max(report.Epoch, 1)}/{epochs}{left}";
                var bar = Math.Clamp(width - place.Length, 0, WidestBar);
                var full = (int)(bar * task.Value / steps);
                return new Rows(
                    new Markup($"[deepskyblue1]{new string('━', full)}[/][grey]{new string('━', bar - full)}[/]{place}").Overflow(Overflow.Crop),
                    new Spectre.Console.Text(Fit(width)).Overflow(Overflow.Crop));
            }
        }

        private string Fit(int width)
        {
            if (report.Step == 0)
            {
                return "";
            }

            // By place on the line, and by how much each is needed.
            (string Text, int Rank)[] figures =
            [
                ($"loss {report.Loss:G4}", 0),
                (validation is null ? "" : $"validation {validation.Loss:G4}", 4),
                (validation is null ? "" : Words.Score(validation), 1),
                ($"learning rate {report.LearningRate:G3}", 3),
                (Words.Rate(report.SamplesPerSecond), 2),
            ];
            var shown = figures.Where(figure => figure.Text.Length > 0).ToList();
            while (shown.Count > 1 && shown.Sum(figure => figure.Text.Length + 2) - 2 > width)
            {
                shown.Remove(shown.MaxBy(figure => figure.Rank));
            }

            return string.Join("  ", shown.Select(figure => figure.Text));
        }
    }
}
