using System.CommandLine;
using System.Globalization;
using Descent.Landscapes;
using Descent.Landscapes.Interface;
using Descent.Landscapes.Pictures;
using Descent.Landscapes.Runs;
using Descent.State;
using Spectre.Console;

namespace Descent.Cli.Commands;

/// <summary><c>descent race</c>: optimizers side by side on a landscape.</summary>
internal sealed class RaceCommand(Terminal terminal)
{
    private readonly Argument<string?> landscape = new Argument<string?>("LANDSCAPE")
    {
        Description = "What to descend on, e.g. bowl, kappabowl, rosenbrock; see --list.",
        Arity = ArgumentArity.ZeroOrOne,
    }.NotEmpty();

    private readonly RaceOptions options = new();
    private readonly Option<bool> list = Options.Flag("--list", "List the landscapes.");
    private readonly Option<int?> starts = Options.Whole("--starts", "Repeat from so many random starts in the box, and print statistics.", least: 1, most: Limits.Replicates);
    private readonly Option<bool> noPicture = Options.Flag("--no-picture", "Print the table only.");
    private readonly Option<bool> json = Options.Flag("--json", "Print request and result as JSON instead.");
    private readonly Option<string?> svg = Options.Text("--svg", "Write a picture.", "FILE");
    private readonly Option<string?> csv = Options.Text("--csv", "Write every step of every optimizer as a table.", "FILE");

    public static Command Create(Terminal terminal) => new RaceCommand(terminal).Create();

    private Command Create()
    {
        var command = new Command("race", "Race optimizers on a landscape: table, picture, every step as data.") { landscape };
        foreach (var option in options.All)
        {
            command.Add(option);
        }

        foreach (var option in new Option[] { starts, noPicture, json, svg, csv, list })
        {
            command.Add(option);
        }

        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        if (Options.IsList(parsed, list))
        {
            return List();
        }

        var request = options.Request(parsed, parsed.GetValue(landscape));
        if (parsed.GetValue(starts) is { } count)
        {
            Options.RefuseBeside(parsed, "--starts prints statistics of runs from random starts", options.Start, noPicture, svg, csv);
            return parsed.GetValue(json) ? PrintJson(request, Functions.Statistics(new StatisticsRequest { Run = request, Count = count })) : Repeat(request, count);
        }

        var result = Runner.Run(request);
        if (parsed.GetValue(json))
        {
            Options.RefuseBeside(parsed, "--json prints no picture", noPicture);
            PrintJson(request, Functions.Run(request));
        }
        else
        {
            Print(result, !parsed.GetValue(noPicture) && result.Course.Box is not null);
        }

        Write(parsed.GetValue(svg), () => RaceSvg.Of(result), quietly: parsed.GetValue(json));
        Write(parsed.GetValue(csv), () => RunTable.Csv(result), quietly: parsed.GetValue(json));
        return 0;
    }

    private int PrintJson(RunRequest request, Answer answer)
    {
        terminal.Output.WriteLine(RunJson.Of(request, answer).ToJsonString());
        return 0;
    }

    private void Print(RunResult result, bool withPicture)
    {
        if (withPicture)
        {
            Draw(RacePicture.Map(result), result);
            terminal.Rich.WriteLine();
            Draw(RacePicture.Losses(result), result);
        }

        var hasThreshold = result.Request.Threshold is not null;
        var table = new Table().Border(TableBorder.Simple).AddColumns("", "Optimizer", "Final loss", "Updates");
        if (hasThreshold)
        {
            table.AddColumn($"Steps to {Number(result.Request.Threshold!.Value)}");
        }

        table.AddColumns("Gradients", "Path", "Status", "End");
        foreach (var i in Race.Order(result))
        {
            var (entry, run) = (result.Entries[i], result.Entries[i].Trajectory);
            List<string> cells =
            [
                $"[{entry.Style.Light}]{RacePicture.NumberOf(i)}[/]",
                Markup.Escape(entry.Label),
                Number(entry.FinalLoss),
                Whole(run.Updates),
            ];
            if (hasThreshold)
            {
                cells.Add(entry.Arrival is { } arrival ? Whole(arrival) : "–");
            }

            cells.AddRange(
            [
                Whole(run.Updates * (long)entry.GradientEvaluationsPerUpdate),
                Number(run.PathLength),
                RunStatusWords.Of(run.Status),
                $"({string.Join(", ", run.PointAt(run.Updates).ToArray().Select(Number))})",
            ]);
            table.AddRow([.. cells]);
        }

        terminal.Rich.Write(table);
        terminal.Output.WriteLine(string.Join(' ', Race.Captions(result)));
    }

    private void Draw(IReadOnlyList<IReadOnlyList<PictureRun>> lines, RunResult result)
    {
        foreach (var line in lines)
        {
            terminal.Rich.MarkupLine(string.Concat(line.Select(run => run.Owner >= 0
                ? $"[{result.Entries[run.Owner].Style.Light}]{Markup.Escape(run.Text)}[/]"
                : $"[grey]{Markup.Escape(run.Text)}[/]")));
        }
    }

    private int Repeat(RunRequest request, int count)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Optimizer", "Runs", "Diverged");
        if (request.Threshold is { } threshold)
        {
            table.AddColumns($"Reached {Number(threshold)}", "Median steps");
        }

        table.AddColumns("Median final loss", "Lowest", "Highest");
        foreach (var row in Statistics.Of(request, count))
        {
            List<string> cells = [Markup.Escape(row.Label), Whole(row.Runs), Whole(row.Diverged)];
            if (request.Threshold is not null)
            {
                cells.AddRange([Whole(row.Arrived), row.MedianArrival is { } median ? Number(median) : "–"]);
            }

            cells.AddRange([Number(row.MedianFinalLoss), Number(row.LowestFinalLoss), Number(row.HighestFinalLoss)]);
            table.AddRow([.. cells]);
        }

        terminal.Rich.Write(table);
        return 0;
    }

    private int List()
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Name", "Function", "Start", "Constants", "What one sees");
        foreach (var known in LandscapeCatalogue.All)
        {
            table.AddRow(
                $"[bold]{known.Id}[/]",
                Markup.Escape(known.Formula),
                $"({string.Join(", ", known.Start.Select(Number))})",
                Markup.Escape(string.Join(", ", known.Constants.Select(constant => string.Create(CultureInfo.InvariantCulture, $"{constant.Name} = {constant.Default} in [{constant.Low}, {constant.High}]")))),
                Markup.Escape(known.Shows));
        }

        terminal.Rich.Write(table);
        return 0;
    }

    private void Write(string? path, Func<string> content, bool quietly)
    {
        if (path is not null)
        {
            AtomicFile.WriteText(path, content());
            if (!quietly)
            {
                terminal.Output.WriteLine($"written to {path}");
            }
        }
    }

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);
}
