using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Descent.Cli.Display;
using Descent.Engine;
using Descent.LinearAlgebra;
using Descent.Optimizers;
using Descent.Training;
using Descent.Training.Data;

namespace Descent.Cli.Commands;

/// <summary><c>descent train</c>.</summary>
internal static class TrainCommand
{
    private const int DigitCount = 10_000;
    private const int InterruptedExit = 130;

    public static Command Create(Terminal terminal)
    {
        var options = new TrainOptions();
        var output = Options.Text("--out", "The folder for the run's files. Default: a new one under 'runs'.", "DIR");
        var resume = Options.Text("--resume", "Go on with an interrupted run: the one in DIR, or in --out.", "DIR");
        resume.Arity = ArgumentArity.ZeroOrOne;
        var overwrite = Options.Flag("--overwrite", "Replace the run that --out already holds.");
        var threads = Options.Whole("--threads", "Threads to use; results do not depend on it. Default: one per processor.", least: 1, most: 256);
        var openBlas = Options.Text("--openblas", "Multiply matrices with OpenBLAS, the installed one or that in FILE; last bits then depend on it. Default: Descent's own products.", "FILE");
        openBlas.Arity = ArgumentArity.ZeroOrOne;
        var maxSteps = Options.Whole("--max-steps", "Stop after so many updates, counted from the beginning, with a checkpoint to resume from.", least: 1);
        var quiet = Options.Flag("--quiet", "Write nothing but mistakes.");
        var command = new Command("train", "Train a model on a table, on images or on a text and keep the best one, with a checkpoint to go on from.");
        options.AddTo(command);
        foreach (var option in new Option[] { output, resume, overwrite, threads, openBlas, maxSteps, quiet })
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            var wantsResume = parsed.GetResult(resume) is { Implicit: false };
            if (wantsResume && parsed.GetValue(overwrite))
            {
                throw new DescentException("--resume goes on with a run and --overwrite replaces it; give only one of them.");
            }

            using var workers = new Workers(parsed.GetValue(threads) ?? Environment.ProcessorCount);
            if (parsed.GetResult(openBlas) is { Implicit: false })
            {
                OpenBlas.Use(workers.Count, parsed.GetValue(openBlas));
            }

            IProgressDisplay display = parsed.GetValue(quiet) ? new NoDisplay() : terminal.IsLive ? new LiveDisplay(terminal.Rich, terminal.Output) : new PlainDisplay(terminal.Output);
            var trainer = wantsResume
                ? Resume(parsed, options, FolderToResume(parsed.GetValue(resume), parsed.GetValue(output)), workers, display)
                : Begin(parsed, options, parsed.GetValue(output), parsed.GetValue(overwrite), workers, display);
            return Train(trainer, display, parsed.GetValue(maxSteps), terminal);
        });
        return command;
    }

    private static Trainer Begin(ParseResult parsed, TrainOptions options, string? output, bool overwrite, Workers workers, IProgressDisplay display)
    {
        var configuration = options.Apply(parsed, new TrainingConfiguration());
        var folder = new RunFolder(output ?? NewFolder(configuration));
        folder.RefuseOldRun(overwrite);
        var session = new TrainingSession(configuration, Load(configuration), workers);
        var trainer = Trainer.Begin(session, folder, workers, overwrite);
        display.Started(session, folder, workers);
        return trainer;
    }

    private static Trainer Resume(ParseResult parsed, TrainOptions options, RunFolder folder, Workers workers, IProgressDisplay display)
    {
        var saved = folder.ReadConfiguration();
        var wanted = options.Apply(parsed, saved) with { Data = saved.Data };
        if (Difference(saved.ToJson(), wanted.ToJson()) is { } field)
        {
            throw new DescentException($"A resumed run keeps its configuration, but '{field}' differs from the one in '{folder.Configuration}'; leave it out, or start a new run.");
        }

        var session = new TrainingSession(saved, Load(saved with { Data = options.DataOf(parsed) ?? saved.Data }), workers);
        var trainer = Trainer.Resume(session, folder, workers);
        display.Started(session, folder, workers);
        return trainer;
    }

    private static int Train(Trainer trainer, IProgressDisplay display, int? maxSteps, Terminal terminal)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        TrainingOutcome? outcome = null;
        display.Run(observer => outcome = trainer.Run(observer, maxSteps, stop.Token));
        display.Ended(outcome!);
        switch (outcome!.Summary.End)
        {
            case TrainingEnd.Diverged:
                terminal.Error.WriteLine(outcome.Message);
                return Application.Mistake;
            case TrainingEnd.Interrupted when stop.IsCancellationRequested:
                return InterruptedExit;
            default:
                return 0;
        }

        // The first signal finishes the step and saves; a second one is not caught, and ends the process as usual.
        void Stop(PosixSignalContext context)
        {
            context.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }

    private static Dataset Load(TrainingConfiguration configuration)
    {
        if (configuration.Data is { } path)
        {
            return Dataset.Load(path, configuration.DataOptions);
        }

        return configuration.DataOptions.Task is { } task and not LearningTask.Classification
            ? throw new DescentException($"The generated digits are for classification; name a data file to learn a {(task == LearningTask.Text ? "text" : "regression")}.")
            : DigitGenerator.Generate(DigitCount, configuration.Seed);
    }

    private static RunFolder FolderToResume(string? resume, string? output)
    {
        if (resume is not null && output is not null && Path.GetFullPath(resume) != Path.GetFullPath(output))
        {
            throw new DescentException($"--resume names the run '{resume}', but --out names '{output}'; give one of them.");
        }

        return new RunFolder(resume ?? output ?? throw new DescentException("--resume needs the folder of a run, as in --resume runs/digits-adamw-1."));
    }

    /// <summary>The first folder <c>runs/DATA-METHOD-N</c> that does not exist.</summary>
    private static string NewFolder(TrainingConfiguration configuration)
    {
        var name = configuration.Data is { } path ? Path.GetFileName(Path.TrimEndingDirectorySeparator(path)).Split('.')[0] : "digits";
        var start = Path.Combine("runs", $"{name}-{Catalogue.Find(configuration.Optimizer).Name}");
        return Enumerable.Range(1, int.MaxValue).Select(number => $"{start}-{number}").First(folder => !Path.Exists(folder));
    }

    private static string? Difference(JsonObject saved, JsonObject wanted) =>
        saved.FirstOrDefault(field => !JsonNode.DeepEquals(field.Value, wanted[field.Key])).Key;
}
