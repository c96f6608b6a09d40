using System.Text.Json.Nodes;
using Descent.Landscapes;
using Descent.Landscapes.Interface;
using Descent.Landscapes.Listings;
using Descent.Landscapes.Runs;
using Descent.Optimizers;

namespace Descent.Playground;

/// <summary>
/// What every page needs before it can show anything: names, styles, options, landscapes. Everything else that the library knows of its
/// methods, equations above all, takes a second to print in a browser and is asked for by <c>methods</c>.
/// </summary>
internal static class CatalogFunction
{
    private static JsonNode Tree => JsonNode.Parse(Functions.Call("tree", "{}").Json)!;

    public static Answer Answer() => new(
        new JsonObject
        {
            ["optimizers"] = new JsonArray([.. Catalogue.All.Select(Of)]),
            ["forms"] = new JsonObject([.. new[] { new Sgd { Momentum = 0.9 }, new Sgd { Momentum = 0.9, Nesterov = true } }
                .Select(form => KeyValuePair.Create<string, JsonNode?>(OptimizerStyle.FormOf(form), Style(form)))]),
            ["landscapes"] = new JsonArray([.. LandscapeCatalogue.All.Select(Of)]),
            ["relatives"] = new JsonArray([.. Tree["relatives"]!.AsArray().Select(relative => new JsonObject { ["name"] = (string?)relative!["name"], ["title"] = (string?)relative["title"], ["run"] = (string?)relative["run"] })]),
            ["decision"] = new JsonArray([.. Tree["decision"]!.AsArray().Select(node => new JsonObject { ["id"] = (string?)node!["id"], ["question"] = (string?)node["question"], ["leaf"] = node["recommendation"] is not null })]),
            ["listed_schedules"] = new JsonArray([.. MethodListings.Schedules.Select(schedule => new JsonArray(schedule.Id, schedule.Title))]),
            ["hand"] = JsonNode.Parse(Functions.Call("calculations", "{}").Json),
            ["statuses"] = new JsonArray([.. Enum.GetValues<RunStatus>().Select(status => JsonValue.Create(RunStatusWords.Of(status)))]),
        }.ToJsonString(),
        []);

    private static JsonObject Of(MethodEntry entry) => new()
    {
        ["name"] = entry.Name,
        ["type"] = entry.TypeName,
        ["year"] = entry.Year,
        ["family"] = FamilyTree.NameOf(entry.Family),
        ["purpose"] = entry.Purpose,
        ["learning_rate"] = entry.Default.LearningRate.At(0),
        ["options"] = new JsonArray([.. entry.Options.Select(option => JsonValue.Create(option.Name))]),
        ["style"] = Style(entry.Default),
    };

    private static JsonObject Style(Method method)
    {
        var style = OptimizerStyle.Of(method);
        return new JsonObject { ["light"] = style.Light, ["dark"] = style.Dark, ["dash"] = new JsonArray([.. style.Dash.Select(length => JsonValue.Create(length))]), ["marker"] = style.Marker };
    }

    private static JsonObject Of(Landscape landscape) => new()
    {
        ["id"] = landscape.Id,
        ["title"] = landscape.Title,
        ["formula"] = landscape.Formula,
        ["shows"] = landscape.Shows,
        ["dimension"] = landscape.Dimension,
        ["box"] = Numbers(landscape.Box.Edges(landscape.Dimension)),
        ["start"] = Numbers(landscape.Start),
        ["known"] = new JsonArray([.. landscape.Known.Select(known => new JsonObject { ["point"] = Numbers(known.Point), ["value"] = known.Value, ["kind"] = known.Kind })]),
        ["constants"] = new JsonArray([.. landscape.Constants.Select(constant => new JsonObject
        {
            ["name"] = constant.Name,
            ["meaning"] = constant.Meaning,
            ["default"] = constant.Default,
            ["low"] = constant.Low,
            ["high"] = constant.High,
            ["is_logarithmic"] = constant.IsLogarithmic,
        })]),
    };

    private static JsonArray Numbers(IEnumerable<double> values) => new([.. values.Select(value => JsonValue.Create(value))]);
}
