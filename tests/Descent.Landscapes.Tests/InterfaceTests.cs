using System.Text.Json.Nodes;
using Descent.Landscapes.Interface;

namespace Descent.Landscapes.Tests;

public class InterfaceTests
{
    [Fact]
    public void The_catalogue_has_everything_that_a_page_offers()
    {
        var catalog = JsonNode.Parse(Functions.Call("catalog", "{}").Json)!;
        Assert.Equal(Optimizers.Catalogue.All.Select(entry => entry.Name), catalog["optimizers"]!.AsArray().Select(item => item!["name"]!.GetValue<string>()));
        Assert.Equal(LandscapeCatalogue.All.Select(landscape => landscape.Id), catalog["landscapes"]!.AsArray().Select(item => item!["id"]!.GetValue<string>()));
        Assert.Equal(
            ["moving", "diverged", "converged", "stalled at a saddle/flat point", "left the domain", "oscillating", "crawling"],
            catalog["statuses"]!.AsArray().Select(item => item!.GetValue<string>()));
        Assert.Equal(20_000, catalog["limits"]!["updates"]!.GetValue<int>());
        var rate = catalog["optimizers"]!.AsArray().Single(item => item!["name"]!.GetValue<string>() == "adam")!["options"]!.AsArray()[0]!;
        Assert.Equal(("learning_rate", 1e-4, 1.0, true), (rate["name"]!.GetValue<string>(), rate["slider"]!["low"]!.GetValue<double>(), rate["slider"]!["high"]!.GetValue<double>(), rate["slider"]!["logarithmic"]!.GetValue<bool>()));
    }

    [Fact]
    public void A_run_crosses_the_border_as_columns()
    {
        var answer = Functions.Call("run", """{"landscape":{"id":"parabola1d"},"optimizers":[{"optimizer":"sgd"},{"optimizer":"adam","learning_rate":0.5}],"learning_rate":0.1,"steps":5,"threshold":1}""");
        var reply = JsonNode.Parse(answer.Json)!;
        var entry = reply["entries"]![0]!;
        var theta = entry["columns"]!.AsArray().Single(column => column!["name"]!.GetValue<string>() == "theta")!;
        var (offset, length) = (theta["offset"]!.GetValue<int>(), theta["length"]!.GetValue<int>());
        Assert.All(
            answer.Numbers.AsSpan(offset, length).ToArray().Zip(TestSupport.Golden.Numbers(WorkedExamples.Expected("gd-parabola-eta-0.1")["x"]!["exact"])),
            pair => Assert.Equal(pair.Second, pair.First, 1e-12));
        Assert.Equal(5, entry["arrival"]!.GetValue<int>());
        Assert.Equal("sgd(learning_rate=0.1)", entry["optimizer"]!.GetValue<string>());
        var columns = reply["entries"]!.AsArray().SelectMany(item => item!["columns"]!.AsArray()).ToArray();
        Assert.Equal(answer.Numbers.Length, columns.Sum(column => column!["length"]!.GetValue<int>()));
        Assert.Contains("v", columns.Select(column => column!["name"]!.GetValue<string>()));
    }

    [Fact]
    public void A_grid_has_values_levels_and_stationary_points()
    {
        var answer = Functions.Call("grid", """{"landscape":{"id":"himmelblau"},"columns":21,"rows":11,"gradients":true,"stationary_points":true}""");
        var reply = JsonNode.Parse(answer.Json)!;
        Assert.Equal(21 * 11 * 3, answer.Numbers.Length);
        Assert.Equal(9, reply["stationary_points"]!.AsArray().Count);
        Assert.Equal(14, reply["levels"]!.AsArray().Count);
        Assert.Equal(LandscapeCatalogue.Find("himmelblau").Objective().Value([-6, -6]), answer.Numbers[0]);
    }

    [Theory]
    [InlineData("run", """{"steps":20001,"optimizers":[{"optimizer":"sgd"}]}""", "The number of updates must be from 0 to 20000, but was 20001.")]
    [InlineData("run", """{"optimizers":[]}""", "The number of optimizers must be from 1 to 16, but was 0.")]
    [InlineData("run", """{"start":[1]}""", "The start must have 2 numbers, one per variable, but had 1.")]
    [InlineData("run", """{"speed":1}""", "The request of run is not understood at $.speed: it must be JSON with the fields of RunRequest only.")]
    [InlineData("run", """{"landscape":{"formula":"x^2+q"}}""", "The formula is not understood at column 5: there is no 'q'; the names are x, y, pi, e, and the functions sin, cos, tan, exp, log, sqrt, abs, tanh, pow, min, max.")]
    [InlineData("grid", """{"columns":513}""", "The number of columns of a grid must be from 2 to 512, but was 513.")]
    [InlineData("grid", "", "The request of grid is not understood at $: it must be JSON with the fields of GridRequest only.")]
    [InlineData("fly", "{}", "There is no function 'fly'; the functions are ")]
    public void Refusals_are_sentences(string function, string request, string sentence)
    {
        var error = JsonNode.Parse(Functions.TryCall(function, request).Json)!["error"]!.GetValue<string>();
        Assert.StartsWith(sentence, error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_request_gives_the_same_bytes()
    {
        const string Request = """{"landscape":{"id":"data2"},"optimizers":[{"optimizer":"adam"},{"optimizer":"lion"}],"noise":{"sigma":2,"kind":"heavy_tailed"},"batches":{"size":2},"seed":7,"steps":300}""";
        var (first, second) = (Functions.Call("run", Request), Functions.Call("run", Request));
        Assert.Equal(first.Json, second.Json);
        Assert.Equal(first.Numbers.Select(BitConverter.DoubleToInt64Bits), second.Numbers.Select(BitConverter.DoubleToInt64Bits));
        Assert.NotEqual(first.Numbers, Functions.Call("run", Request.Replace("\"seed\":7", "\"seed\":8")).Numbers);
    }
}
