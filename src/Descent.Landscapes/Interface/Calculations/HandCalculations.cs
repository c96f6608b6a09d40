using System.Globalization;
using System.Text.Json.Nodes;
using Descent.Text;

namespace Descent.Landscapes.Interface.Calculations;

/// <summary>A worked example: its place in the book, and how it is calculated.</summary>
/// <param name="Id">Its name in the file of worked examples, or the number of a discrepancy that no example shows.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Chapter">The chapter that it belongs to.</param>
/// <param name="Write">Writes the lines that can be calculated on paper; results of runs follow by themselves.</param>
internal sealed record HandCalculation(string Id, string Title, string Chapter, Action<CalculationSheet> Write);

/// <summary>Every worked example as arithmetic, line by line, and every printed figure that does not hold.</summary>
internal static partial class HandCalculations
{
    private static readonly Lazy<JsonObject> File = new(() => JsonNode.Parse(WorkedExamples.Json())!.AsObject());
    private static readonly Lazy<Dictionary<string, JsonNode>> Examples = new(() => File.Value["examples"]!.AsArray().ToDictionary(example => example!["id"]!.ToString(), example => example!));
    private static readonly Lazy<IReadOnlyList<Misprint>> AllMisprints = new(() => [.. File.Value["discrepancies"]!.AsArray().Select(node => MisprintOf(node!.AsObject()))]);

    /// <summary>In the order of the chapters.</summary>
    public static IReadOnlyList<HandCalculation> All { get; } = [.. Descending, .. Stochastic, .. Momentum, .. Adaptive, .. Adam, .. Beyond, .. Scheduled, .. Races, .. Practice, .. Statements];

    /// <summary>D01 to D43.</summary>
    public static IReadOnlyList<Misprint> Misprints => AllMisprints.Value;

    /// <summary>A calculation by its name.</summary>
    /// <exception cref="DescentException">There is none of that name.</exception>
    public static CalculationReply Of(string id)
    {
        var calculation = All.FirstOrDefault(each => each.Id == id)
            ?? throw new DescentException($"There is no calculation '{Shown.Brief(id)}'; 'catalog' lists all {All.Count}.");
        var (sheet, example, misprints) = Written(calculation);
        return new CalculationReply(
            id,
            calculation.Title,
            calculation.Chapter,
            example?["what"] is { } what ? Notation.Sentence(what.ToString()) : misprints[0].Claim,
            example?["note"] is { } note ? Notation.Sentence(note.ToString()) : null,
            sheet.Givens,
            sheet.Lines,
            misprints);
    }

    /// <summary>Names only, for the catalogue.</summary>
    public static JsonObject Index() => new()
    {
        ["calculations"] = new JsonArray([.. All.Select(each => new JsonObject { ["id"] = each.Id, ["title"] = each.Title, ["chapter"] = each.Chapter })]),
        ["misprints"] = new JsonArray([.. Misprints.Select(each => new JsonObject { ["id"] = each.Id, ["claim"] = each.Claim, ["calculation"] = each.Calculation })]),
    };

    internal static (CalculationSheet Sheet, JsonNode? Example, IReadOnlyList<Misprint> Misprints) Written(HandCalculation calculation)
    {
        var example = Examples.Value.GetValueOrDefault(calculation.Id);
        var shown = Shows(calculation.Id);
        Misprint[] misprints = [.. Misprints.Where(each => shown.Contains(each.Id))];
        var sheet = new CalculationSheet(example, misprints);
        calculation.Write(sheet);
        sheet.Finish();
        return (sheet, example, misprints);
    }

    private static string[] Shows(string id) =>
        [.. Examples.Value.GetValueOrDefault(id)?["discrepancies"]?.AsArray().Select(each => each!.ToString()) ?? [], .. id switch
        {
            "four-point-per-example-gradients" => ["D06"],
            "four-point-full-batch" => ["D07"],
            ['D', ..] => [id],
            _ => Array.Empty<string>(),
        }];

    private static Misprint MisprintOf(JsonObject node)
    {
        var id = node["id"]!.ToString();
        return new Misprint(
            id,
            node["seed"]!.ToString() is "all" ? "several texts" : $"text {node["seed"]!.ToString()[..3]}",
            node["kind"]!.ToString(),
            Notation.Sentence(node["claim"]!.ToString()),
            Words(node["printed"]),
            Words(node["right"]),
            Notation.Sentence(node["reason"]!.ToString()),
            All.FirstOrDefault(each => Shows(each.Id).Contains(id))?.Id ?? id);
    }

    private static string Figure(double value) =>
        value.ToString(value == Math.Round(value) ? "R" : Math.Abs(value) < 1e-3 ? "0.####e-0" : "G5", CultureInfo.InvariantCulture);

    private static string Words(JsonNode? node) => node switch
    {
        JsonObject parts => string.Join("; ", parts.Select(part => $"{Notation.Sentence(Notation.Label(part.Key))}: {Words(part.Value)}")),
        JsonArray list => string.Join(", ", list.Select(Words)),
        JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.Number => Notation.Sentence(Figure(value.GetValue<double>())),
        null => "nothing",
        var text => Notation.Sentence(text.ToString()),
    };
}
