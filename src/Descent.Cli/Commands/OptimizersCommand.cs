using System.CommandLine;
using Descent.Optimizers;
using Spectre.Console;

namespace Descent.Cli.Commands;

/// <summary><c>descent optimizers</c>: the catalogue, read from the records themselves.</summary>
internal static class OptimizersCommand
{
    public static Command Create(Terminal terminal)
    {
        var name = new Argument<string>("METHOD") { Description = "A method, with options if wanted: adamw, 'sgd(momentum=0.9, nesterov=true)'." };
        var show = new Command("show", "Equations, paper, and every option of one method.") { name };
        show.SetAction(parsed => Show(terminal.Rich, parsed.GetValue(name)!));
        var command = new Command("optimizers", "List the methods, or show one.") { show };
        command.SetAction(_ => List(terminal.Rich));
        return command;
    }

    private static int List(IAnsiConsole console)
    {
        var table = NewTable("Name", "Year", "State per parameter", "What it is for");
        foreach (var entry in Catalogue.All)
        {
            table.AddRow($"[bold]{entry.Name}[/]", $"{entry.Year}", Numbers(entry.StatePerParameter), Markup.Escape(entry.Purpose));
        }

        console.Write(table);
        console.MarkupLine("Equations, paper and options of one: [bold]descent optimizers show NAME[/]");
        return 0;
    }

    private static int Show(IAnsiConsole console, string text)
    {
        var method = Catalogue.Parse(text);
        var entry = Catalogue.Find(method);
        method.Validate();
        var (equations, state) = (MethodEntry.EquationsOf(method), method.Rule.State);
        console.MarkupLine($"[bold]{entry.TypeName}[/] ({entry.Year}): {Markup.Escape(entry.Purpose)}");
        console.WriteLine();
        foreach (var line in equations)
        {
            console.WriteLine($"    {line}");
        }

        console.WriteLine();
        console.WriteLine($"State:  {Numbers(state.Count)} per parameter{(state.Count > 0 ? $" ({string.Join(", ", state.Select(slot => slot.Name))})" : "")}");
        console.WriteLine($"Paper:  {entry.Paper.Authors}, \"{entry.Paper.Title}\", {entry.Paper.Link}, {entry.Paper.Place}");
        console.WriteLine($"Departures:  {(entry.Departures.Length > 0 ? entry.Departures : "none.")}");
        console.WriteLine();
        var table = NewTable("Option", "Range", "Default", "Meaning");
        foreach (var option in entry.Options)
        {
            table.AddRow(
                $"[bold]{option.Name}[/]",
                Markup.Escape(option.Range + (option.CanBeScheduled ? " or a schedule" : "")),
                Markup.Escape(option.Text(entry.Default)),
                Markup.Escape(option.Meaning));
        }

        console.Write(table);
        return 0;
    }

    private static Table NewTable(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
        {
            table.AddColumn(column);
        }

        return table;
    }

    private static string Numbers(int count) => count == 1 ? "1 number" : $"{count} numbers";
}
