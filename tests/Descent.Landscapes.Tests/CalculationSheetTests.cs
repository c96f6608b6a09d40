using System.Text.Json.Nodes;
using Descent.Landscapes.Interface;
using Descent.Landscapes.Interface.Calculations;

namespace Descent.Landscapes.Tests;

/// <summary>The worked examples, line by line: every formula that is shown comes to the number that is shown, and to that of the file.</summary>
public class CalculationSheetTests
{
    private static readonly JsonObject File = JsonNode.Parse(WorkedExamples.Json())!.AsObject();

    public static TheoryData<string> Ids() => [.. HandCalculations.All.Select(each => each.Id)];

    [Fact]
    public void Every_worked_example_has_a_calculation()
    {
        var examples = File["examples"]!.AsArray().Select(example => example!["id"]!.ToString()).ToArray();
        Assert.Equal(examples.Order(StringComparer.Ordinal), HandCalculations.All.Select(each => each.Id).Where(id => id[0] != 'D').Order(StringComparer.Ordinal));
        Assert.Equal(HandCalculations.All.Count, HandCalculations.All.Select(each => each.Title).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_line_comes_to_the_exact_figure_of_the_file(string id)
    {
        var (sheet, example, _) = HandCalculations.Written(HandCalculations.All.Single(each => each.Id == id));
        var largest = 0.0;
        foreach (var (at, exact) in sheet.Checks)
        {
            var difference = Math.Abs(sheet.Lines[at].Value!.Value - exact) / Math.Max(Math.Abs(exact), 1e-12);
            Assert.True(difference <= 1e-10, $"{id}: {sheet.Lines[at].Symbol} is {sheet.Lines[at].Value:R}, the file says {exact:R}.");
            largest = Math.Max(largest, difference);
        }

        Assert.True(example is null || sheet.Lines.Count > 0, id);
        Assert.All(sheet.Lines, line =>
        {
            Assert.True(line.Value is not null ^ line.Text is not null, $"{id}: {line.Symbol}");
            Assert.True(line.Value is null || double.IsFinite(line.Value.Value), $"{id}: {line.Symbol}");
            Assert.Equal(line.Formula is null, line.Substituted is null);
            Assert.Equal(line.Numbers.Count, (line.Substituted ?? "").Count(letter => letter == '⟦'));
            Assert.DoesNotContain("_", line.Symbol, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Every_printed_figure_of_the_file_is_on_a_sheet_and_every_wrong_one_is_flagged()
    {
        foreach (var calculation in HandCalculations.All.Where(each => each.Id[0] != 'D'))
        {
            var (sheet, example, _) = HandCalculations.Written(calculation);
            var printed = Figures(example!["expected"], "printed").ToArray();
            Assert.Equal(printed.Order(StringComparer.Ordinal), sheet.Lines.Where(line => line.Printed is not null).Select(line => line.Printed!).Order(StringComparer.Ordinal));
            Assert.Equal(Figures(example["expected"], "agrees").Count(agrees => agrees == "false"), sheet.Lines.Count(line => line.Agrees == false));
            Assert.All(sheet.Lines.Where(line => line.Agrees == false), line => Assert.NotNull(line.Misprint));
        }

        static IEnumerable<string> Figures(JsonNode? node, string name) => node switch
        {
            JsonObject parts => parts.SelectMany(part => part.Key == name ? part.Value!.AsArray().Where(each => each is not null).Select(each => each!.ToJsonString().Trim('"')) : Figures(part.Value, name)),
            _ => [],
        };
    }

    [Fact]
    public void All_43_printed_slips_are_reached_from_a_calculation()
    {
        Assert.Equal(Enumerable.Range(1, 43).Select(i => $"D{i:00}"), HandCalculations.Misprints.Select(each => each.Id));
        foreach (var misprint in HandCalculations.Misprints)
        {
            var reply = HandCalculations.Of(misprint.Calculation);
            Assert.Contains(misprint.Id, reply.Misprints.Select(each => each.Id));
            Assert.All(new[] { misprint.Claim, misprint.Printed, misprint.Right, misprint.Reason }, text => Assert.False(string.IsNullOrWhiteSpace(text), misprint.Id));
        }
    }

    [Fact]
    public void A_line_shows_its_rule_and_the_rule_with_numbers()
    {
        var line = HandCalculations.Of("gd-parabola-eta-0.1").Lines[3];
        Assert.Equal(("x₁", "x₀ − η · g₀", "⟦0⟧ − ⟦1⟧ · ⟦2⟧", 0.6000000000000001), (line.Symbol, line.Formula, line.Substituted, line.Value!.Value));
        Assert.Equal([0, 0.1, -6], line.Numbers);
    }

    [Fact]
    public void A_calculation_that_does_not_exist_is_refused() =>
        Assert.Equal("There is no calculation 'nothing'; 'catalog' lists all 89.", Assert.Throws<DescentException>(() => Functions.Call("calculation", """{"id":"nothing"}""")).Message);
}
