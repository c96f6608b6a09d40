using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Descent.Engine;
using Descent.Optimizers;
using Descent.Text;
using Spectre.Console;

namespace Descent.Cli.Commands;

/// <summary><c>descent optimizers</c>: the catalogue, read from the records themselves.</summary>
internal static class OptimizersCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(Terminal terminal)
    {
        var name = new Argument<string>("METHOD") { Description = "A method, with options if wanted: adamw, 'sgd(momentum=0.9, nesterov=true)'." };
        var show = new Command("show", "Equations, paper, and every option of one method.") { name };
        var json = Options.Flag("--json", "Print everything that is known of every method as JSON, with show of that one.");
        json.Recursive = true;
        show.SetAction(parsed => parsed.GetValue(json) ? Json(terminal, FamilyTree.ToJson(EntryOf(parsed.GetValue(name)!))) : Show(terminal.Rich, parsed.GetValue(name)!));
        var tree = new Command("tree", "The family tree: which method adds what to which, and when.");
        tree.SetAction(parsed => parsed.GetValue(json) ? Json(terminal, FamilyTree.ToJson()) : Tree(terminal.Rich));
        var command = new Command("optimizers", "List the methods, show one, or show their family tree.") { show, tree, json };
        command.SetAction(parsed => parsed.GetValue(json) ? Json(terminal, FamilyTree.ToJson()) : List(terminal.Rich));
        return command;
    }

    private static int List(IAnsiConsole console)
    {
        foreach (var family in Catalogue.All.GroupBy(entry => entry.Family))
        {
            console.MarkupLine($"[bold]{Title(family.Key)}[/]");
            var table = NewTable("Name", "Year", "State per parameter", "What it is for");
            foreach (var entry in family)
            {
                table.AddRow($"[bold]{entry.Name}[/]", $"{entry.Year}", Numbers(entry.StatePerParameter), Markup.Escape(entry.Purpose));
            }

            console.Write(table);
        }

        console.MarkupLine($"{Catalogue.All.Count} methods. Equations, paper and options of one: [bold]descent optimizers show NAME[/]; what came from what: [bold]descent optimizers tree[/]");
        return 0;
    }

    private static int Json(Terminal terminal, JsonNode json)
    {
        terminal.Output.WriteLine(json.ToJsonString(Indented));
        return 0;
    }

    /// <summary>A method's entry, for JSON, which has every option's default: options of its own would be lost.</summary>
    private static MethodEntry EntryOf(string text) => text.Contains('(')
        ? throw new DescentException($"--json prints a method with its defaults; leave the options of '{Shown.Brief(text)}' out.")
        : Catalogue.Find(text.Trim());

    private static int Tree(IAnsiConsole console)
    {
        foreach (var root in FamilyTree.Roots)
        {
            var tree = new Tree(Label(root));
            AddChildren(tree, root);
            console.Write(tree);
        }

        return 0;
    }

    private static void AddChildren(IHasTreeNodes node, MethodEntry entry)
    {
        foreach (var child in FamilyTree.ChildrenOf(entry))
        {
            AddChildren(node.AddNode(Label(child)), child);
        }
    }

    private static string Label(MethodEntry entry)
    {
        var others = entry.Heritage.Parents.Skip(1).ToArray();
        return $"[bold]{entry.Name}[/] {entry.Year}: {Markup.Escape(entry.Heritage.Adds)}{(others.Length > 0 ? $" (also from {string.Join(", ", others)})" : "")}";
    }

    private static string Title(MethodFamily family) => family switch
    {
        MethodFamily.Momentum => "Gradient descent and momentum",
        MethodFamily.Adaptive => "Adaptive rates",
        MethodFamily.Adam => "Adam and what followed",
        MethodFamily.MemoryLean => "Little memory",
        MethodFamily.LayerWise => "Layer-wise",
        MethodFamily.Curvature => "Given curvature",
        MethodFamily.LearningRateFree => "Free of a learning rate",
        MethodFamily.Averaging => "Averaging",
        _ => "Around any method",
    };

    private static int Show(IAnsiConsole console, string text)
    {
        var method = Catalogue.Parse(text);
        var entry = Catalogue.Find(method);
        method.Validate();
        var (equations, rule) = (MethodEntry.EquationsOf(method), method.MethodFor([1000, 1000]).Rule);
        console.MarkupLine($"[bold]{entry.TypeName}[/] ({entry.Year}): {Markup.Escape(entry.Purpose)}");
        console.WriteLine();
        foreach (var line in equations)
        {
            console.WriteLine($"    {line}");
        }

        console.WriteLine();
        var scalars = rule.Scalars.Count == 0 ? "" : $"; per {rule.Scope.ToString().ToLowerInvariant()}: {Names(rule.Scalars)}";
        console.WriteLine($"State:  {Numbers(MethodEntry.StatePerParameterOf(method))} per parameter{(rule.State.Count > 0 ? $" ({Names(rule.State)})" : "")}{scalars}");
        console.WriteLine($"Paper:  {entry.Paper.Authors}, \"{entry.Paper.Title}\", {entry.Paper.Link}, {entry.Paper.Place}");
        console.WriteLine($"Departures:  {(entry.Departures.Length > 0 ? entry.Departures : "none.")}");
        if (entry.Caveat.Length > 0)
        {
            console.WriteLine($"Caveat:  {entry.Caveat}");
        }

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

    private static string Names(IEnumerable<StateSlot> slots) => string.Join(", ", slots.Select(slot => slot.Symbol));

    private static string Numbers(double count) => count == 1 ? "1 number" : $"{count} numbers";
}
