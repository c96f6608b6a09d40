using System.CommandLine;
using System.Globalization;
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
    private readonly Option<bool> plot = Options.Flag("--plot", "Draw it.");
    private readonly Option<string?> svg = Options.Text("--svg", "Write a picture.", "FILE");
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
        var command = new Command("schedule", "Show what a schedule does: values, plot, table.") { text, list, steps, learningRate, at, plot, svg, csv };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        if (parsed.GetValue(list))
        {
            return List();
        }

        var written = parsed.GetValue(text) ?? throw new DescentException("A schedule must be given, as in 'warmup(500) then cosine(3e-4..3e-5, 9500)'; see 'descent schedule --list'.");
        var schedule = Schedule.Parse(written, new ScheduleContext(parsed.GetValue(learningRate) ?? 1e-3, parsed.GetValue(steps) ?? DefaultSteps));
        var count = parsed.GetValue(steps) ?? Math.Min(schedule.Duration ?? DefaultSteps, Schedule.MostUpdates);
        var (output, values) = (terminal.Output, ValuesOf(schedule, count));
        output.WriteLine(schedule);
        var (peak, peakAt) = (values.Max(), Array.IndexOf(values, values.Max()));
        output.WriteLine($"{(schedule.Duration is { } duration ? $"{duration} updates" : "no end")}; first {Text(values[0])}, highest {Text(peak)} at update {peakAt}, at update {count} {Text(schedule.At(count))}");
        output.WriteLine($"sum over {count} updates {Text(schedule.Area(0, count))}, mean {Text(schedule.Area(0, count) / count)}");
        if (schedule is InverseTimeSchedule inverse)
        {
            output.WriteLine(inverse.SatisfiesRobbinsMonro
                ? "Robbins–Monro: satisfied, the sum of all values is infinite and that of their squares is not"
                : "Robbins–Monro: not satisfied, which needs a rate above 0 and a power above 0.5 and at most 1");
        }

        foreach (var update in (parsed.GetValue(at) ?? []).Select(update => (long)update))
        {
            output.WriteLine($"{update}: {Text(schedule.At(update))}");
        }

        if (parsed.GetValue(plot))
        {
            foreach (var line in SchedulePlot.Braille(schedule, count))
            {
                output.WriteLine(line);
            }
        }

        Write(parsed.GetValue(svg), () => SchedulePlot.Svg(schedule, count));
        Write(parsed.GetValue(csv), () => "update,value\n" + string.Concat(values.Select((value, update) => $"{update},{Text(value)}\n")));
        return 0;
    }

    private int List()
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("Written", "Meaning");
        foreach (var form in ScheduleForm.All)
        {
            table.AddRow(Markup.Escape(form.Text), form.Meaning);
        }

        table.AddRow("warmup(STEPS, from FRACTION, one-based) then …", "a rise to the first value of what follows");
        terminal.Rich.Write(table);
        terminal.Rich.WriteLine("Joined by 'then'; followed by 'for STEPS', 'scale FACTOR', 'clamp LEAST..MOST', 'offset STEPS', 'repeat TIMES', 'restart EVERY'; multiplied by '*'; grouped by parentheses.");
        return 0;
    }

    private void Write(string? path, Func<string> content)
    {
        if (path is not null)
        {
            AtomicFile.WriteText(path, content());
            terminal.Output.WriteLine($"written to {path}");
        }
    }

    private static double[] ValuesOf(Schedule schedule, long count) => [.. Enumerable.Range(0, (int)count).Select(update => schedule.At(update))];

    private static string Text(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
