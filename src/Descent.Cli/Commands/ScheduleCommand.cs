using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Descent.Schedules;
using Descent.State;
using Spectre.Console;

namespace Descent.Cli.Commands;

/// <summary><c>descent schedule</c>: what a schedule does, before it is used.</summary>
internal sealed class ScheduleCommand(Terminal terminal)
{
    private const long DefaultSteps = 10_000;

    private readonly Argument<string?> text = new Argument<string?>("SCHEDULE")
    {
        Description = "For example 'warmup(500) then cosine(3e-4..3e-5, 9500)'. What is left out is taken from --learning-rate and --steps.",
        Arity = ArgumentArity.ZeroOrOne,
    }.NotEmpty();

    private readonly Option<bool> list = Options.Flag("--list", "List the kinds of schedules and what is written for each.");
    private readonly Option<int?> steps = Options.Whole("--steps", $"How many updates to look at. Default: as many as the schedule has, or {DefaultSteps}.", least: 1, most: (int)Schedule.MostUpdates);
    private readonly Option<double?> learningRate = Options.Number("--learning-rate", "The value where the schedule gives none. Default: 0.001.");
    private readonly Option<int[]> at = new("--at") { Description = "Print the value at an update; may be given several times.", HelpName = "N", AllowMultipleArgumentsPerToken = true };
    private readonly Option<double?> passes = Options.Number("--passes", "Print the first update at which the value is reached or crossed.");
    private readonly Option<bool> plot = Options.Flag("--plot", "Draw it.");
    private readonly Option<string?> svg = Options.Text("--svg", "Write a picture.", "FILE");
    private readonly Option<bool> json = Options.Flag("--json", "Print everything, with all values, as JSON.");
    private readonly Option<string?> csv = Options.Text("--csv", "Write all values as a table: update, value.", "FILE");

    public static Command Create(Terminal terminal) => new ScheduleCommand(terminal).Create();

    private Command Create()
    {
        at.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => !long.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out _)) is { } wrong)
            {
                result.AddError($"--at must be a whole number of at least 0, but was '{wrong.Value}'");
            }
        });
        var command = new Command("schedule", "Show what a schedule does: values, plot, table.") { text, list, steps, learningRate, at, passes, plot, svg, csv, json };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        if (Options.IsList(parsed, list))
        {
            return List();
        }

        var written = parsed.GetValue(text) ?? throw new DescentException("A schedule must be given, as in 'warmup(500) then cosine(3e-4..3e-5, 9500)'; see 'descent schedule --list'.");
        Options.RefuseUnused(parsed.GetValue(learningRate), written);
        var schedule = Schedule.Parse(written, new ScheduleContext(parsed.GetValue(learningRate) ?? 1e-3, parsed.GetValue(steps) ?? DefaultSteps));
        var count = parsed.GetValue(steps) ?? Math.Min(schedule.Duration ?? DefaultSteps, Schedule.MostUpdates);
        var values = ValuesOf(schedule, count);
        if (parsed.GetValue(json))
        {
            Options.RefuseBeside(parsed, "--json prints all values", at, passes, plot);
            terminal.Output.WriteLine(ToJson(schedule, values));
        }
        else
        {
            Describe(schedule, values, parsed);
        }

        Write(parsed, svg, () => SchedulePlot.Svg(schedule, count));
        Write(parsed, csv, () => "update,value\n" + string.Concat(values.Select((value, update) => string.Create(CultureInfo.InvariantCulture, $"{update},{value:R}\n"))));
        return 0;
    }

    private void Describe(Schedule schedule, double[] values, ParseResult parsed)
    {
        var (output, count) = (terminal.Output, values.Length);
        output.WriteLine(schedule);
        var (peak, peakAt) = (values.Max(), Array.IndexOf(values, values.Max()));
        output.WriteLine($"{(schedule.Duration is { } duration ? $"{duration} updates" : "no end")}; first {Text(values[0])}, highest {Text(peak)} at update {peakAt}, at update {count} {Text(schedule.At(count))}");
        output.WriteLine($"sum over {count} updates {Text(schedule.Area(0, count))}, mean {Text(schedule.Area(0, count) / count)}");
        if (schedule is { DecayPower: > 0 and < double.PositiveInfinity and var power, SatisfiesRobbinsMonro: { } satisfied })
        {
            output.WriteLine($"falls like 1/t^{Text(power)} in the end; Robbins–Monro: " + (satisfied
                ? "satisfied, the sum of all values is infinite and that of their squares is not"
                : "not satisfied, which needs a power above 0.5 and at most 1"));
        }

        foreach (var update in (parsed.GetValue(at) ?? []).Select(update => (long)update))
        {
            output.WriteLine($"{update}: {Text(schedule.At(update))}");
        }

        if (parsed.GetValue(passes) is { } value)
        {
            output.WriteLine(schedule.FirstPassing(value, count) is { } first ? $"passes {Text(value)} at update {first}" : $"does not pass {Text(value)} within {count} updates");
        }

        if (parsed.GetValue(plot))
        {
            foreach (var line in SchedulePlot.Braille(schedule, count))
            {
                output.WriteLine(line);
            }
        }
    }

    private static string ToJson(Schedule schedule, double[] values) => new JsonObject
    {
        ["schedule"] = schedule.ToString(),
        ["updates"] = schedule.Duration,
        ["follows_metric"] = schedule.FollowsMetric,
        ["decay_power"] = schedule.DecayPower is { } power && double.IsFinite(power) ? power : null,
        ["robbins_monro"] = schedule.SatisfiesRobbinsMonro,
        ["sum"] = schedule.Area(0, values.Length),
        ["values"] = new JsonArray([.. values.Select(value => JsonValue.Create(value))]),
    }.ToJsonString(new JsonSerializerOptions { WriteIndented = false });

    private int List()
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("Written", "Meaning");
        foreach (var form in ScheduleForm.All)
        {
            table.AddRow(Markup.Escape(form.Text), form.Meaning);
        }

        foreach (var (written, meaning) in ScheduleForm.Others)
        {
            table.AddRow(Markup.Escape(written), meaning);
        }

        terminal.Rich.Write(table);
        terminal.Rich.WriteLine("A length may be a percentage of all updates, as in 'warmup(5%)'; parentheses group.");
        return 0;
    }

    private void Write(ParseResult parsed, Option<string?> file, Func<string> content)
    {
        if (parsed.GetValue(file) is not { } path)
        {
            return;
        }

        AtomicFile.WriteText(path, content());
        if (!parsed.GetValue(json))
        {
            terminal.Output.WriteLine($"written to {path}");
        }
    }

    private static double[] ValuesOf(Schedule schedule, long count) => [.. Enumerable.Range(0, (int)count).Select(update => schedule.At(update))];

    private static string Text(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
