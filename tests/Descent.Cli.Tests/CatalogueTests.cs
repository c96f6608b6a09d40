using System.Text.Json.Nodes;
using Descent.Optimizers;

namespace Descent.Cli.Tests;

public sealed class CatalogueTests : IDisposable
{
    private readonly Place place = new();

    public static TheoryData<string> Names() => [.. Catalogue.All.Select(entry => entry.Name)];

    public void Dispose() => place.Dispose();

    [Fact]
    public void The_list_has_a_row_for_every_method_grouped_by_family()
    {
        var lines = place.Succeed("optimizers").Lines;
        var rows = lines.Select(Cells).Where(cells => cells.Length == 4).Select(cells => string.Join('|', cells)).ToArray();
        Assert.Equal(
            Catalogue.All.GroupBy(entry => entry.Family).SelectMany(family => family
                .Select(entry => $"{entry.Name}|{entry.Year}|{entry.StatePerParameter} number{(entry.StatePerParameter == 1 ? "" : "s")}|{entry.Purpose}")
                .Prepend("Name|Year|State per parameter|What it is for")),
            rows);
        Assert.Contains("Adam and what followed", lines);
        Assert.Equal(
            $"{Catalogue.All.Count} methods. Equations, paper and options of one: descent optimizers show NAME; what came from what: descent optimizers tree",
            lines[^1]);
    }

    [Fact]
    public void The_tree_has_every_method_once_and_adamw_under_adam()
    {
        var lines = place.Succeed("optimizers", "tree").Lines;
        Assert.All(Catalogue.All, entry => Assert.Single(lines, line => line.TrimStart('│', '├', '└', '─', ' ').StartsWith($"{entry.Name} {entry.Year}: {entry.Heritage.Adds}", StringComparison.Ordinal)));
        int Depth(string name) => lines.Single(line => line.Contains($" {name} ", StringComparison.Ordinal) || line.StartsWith($"{name} ", StringComparison.Ordinal)).IndexOf(name, StringComparison.Ordinal);
        Assert.Equal(0, Depth("sgd"));
        Assert.True(Depth("adamw") > Depth("adam"));
    }

    [Fact]
    public void The_catalogue_is_data_too()
    {
        var methods = JsonNode.Parse(place.Succeed("optimizers", "--json").Output)!.AsArray();
        Assert.Equal(Catalogue.All.Select(entry => entry.Name), methods.Select(method => method!["name"]!.GetValue<string>()));
        var adamw = methods.Single(method => method!["name"]!.GetValue<string>() == "adamw")!;
        Assert.Equal("adam", adamw["parents"]![0]!.GetValue<string>());
        Assert.Equal("weight decay beside the direction", adamw["adds"]!.GetValue<string>());
        Assert.Equal(2, adamw["state_per_parameter"]!.GetValue<double>());
        Assert.Equal("adam", adamw["family"]!.GetValue<string>());
        Assert.Equal(adamw.ToJsonString(), JsonNode.Parse(place.Succeed("optimizers", "show", "adamw", "--json").Output)!.ToJsonString());
        Assert.Equal(methods.ToJsonString(), JsonNode.Parse(place.Succeed("optimizers", "tree", "--json").Output)!.ToJsonString());
        Assert.Equal("--json prints a method with its defaults; leave the options of 'sgd(momentum=0.9)' out.", place.Refuse("optimizers", "show", "sgd(momentum=0.9)", "--json"));
        Assert.Contains(adamw["options"]!.AsArray(), option => option!["name"]!.GetValue<string>() == "beta1" && option["default"]!.GetValue<double>() == 0.9);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_method_is_shown_with_all_that_the_catalogue_knows(string name)
    {
        var entry = Catalogue.Find(name);
        var answer = place.Succeed("optimizers", "show", name);
        Assert.Equal($"{entry.TypeName} ({entry.Year}): {entry.Purpose}", answer.Lines[0]);
        Assert.NotEmpty(entry.Equations);
        Assert.Equal(entry.Equations.Select(line => "    " + line), answer.Lines[1..(1 + entry.Equations.Count)]);
        Assert.Contains($"\nPaper:  {entry.Paper.Authors}, \"{entry.Paper.Title}\", {entry.Paper.Link}, {entry.Paper.Place}\n", answer.Output, StringComparison.Ordinal);
        var rows = answer.Lines.Select(Cells).Where(cells => cells.Length == 4).Select(cells => string.Join('|', cells)).ToArray();
        Assert.Equal(
            entry.Options
                .Select(option => $"{option.Name}|{option.Range}{(option.CanBeScheduled ? " or a schedule" : "")}|{option.Text(entry.Default)}|{option.Meaning}")
                .Prepend("Option|Range|Default|Meaning"),
            rows);
    }

    [Theory]
    [InlineData("adafactor", "State:  0.002 numbers per parameter (R, C)")]
    [InlineData("adam_mini", "State:  1.001 numbers per parameter (m); per row: v")]
    [InlineData("schedule_free_sgd(momentum=0.8)", "State:  1 number per parameter (z); per tensor: η_max, Σw, c")]
    [InlineData("dog", "State:  1 number per parameter (x₀); per group: r̄, G")]
    public void State_is_counted_in_memory_and_named(string text, string line) =>
        Assert.Contains(line, place.Succeed("optimizers", "show", text).Lines);

    [Fact]
    public void Options_change_the_equations_and_names_are_lenient()
    {
        Assert.Contains("    d = g + λ·θ", place.Succeed("optimizers", "show", "SGD").Lines);
        Assert.Contains(place.Succeed("optimizers", "show", "sgd(momentum=0.9)").Lines, line => line == "    b ← μ·b + (1 − τ)·g" || line.StartsWith("    b ← ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("admaw", "There is no optimizer 'admaw'; the nearest names are 'adam', 'adamax', 'adamw' ('descent optimizers' lists all).")]
    [InlineData("", "There is no optimizer ''; the nearest names are 'dog', 'qhm', 'sgd' ('descent optimizers' lists all).")]
    [InlineData("sgd(momentum=2)", "Momentum must be in [0, 1), but was 2.")]
    [InlineData("sgd(nesterov=true)", "Nesterov must have Momentum above 0, but Momentum was 0.")]
    [InlineData("sgd(mass=1)", "'mass' is not an option of sgd; its options are learning_rate, weight_decay, maximize, momentum, dampening, nesterov.")]
    [InlineData("sgd(momentum", "The optimizer 'sgd(momentum' must end with ')' after its options, as in sgd(momentum=0.9).")]
    [InlineData("sgd(momentum)", "The option 'momentum' of the optimizer 'sgd(momentum)' must be written as name=value.")]
    public void A_mistaken_method_is_refused(string text, string sentence) => Assert.Equal(sentence, place.Refuse("optimizers", "show", text));

    private static string[] Cells(string line) =>
        [.. line.Split("   ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
}
