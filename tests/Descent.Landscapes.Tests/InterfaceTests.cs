using System.Text.Json;
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
            answer.Numbers.AsSpan(offset, length).ToArray().Zip(TestSupport.Golden.Numbers(WorkedFigures.Expected("gd-parabola-eta-0.1")["x"]!["exact"])),
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
    [InlineData("""{"landscape":{"id":"ravine"},"start":[1,-8],"steps":40,"budget":"gradient_evaluations","threshold":0.001,"seed":7,"optimizers":[{"optimizer":"sgd","label":"θ's ‘way’ <b>"},{"optimizer":"adam","learning_rate":0.5,"schedule":"cosine"}],"learning_rate":0.02,"internals":false}""")]
    [InlineData("""{"landscape":{"formula":"x^2 + 3y^2","box":[-1,1,-2,2.5e0]},"optimizers":[{"optimizer":"sgd"}],"schedule":"cosine","learning_rate":100,"steps":500}""")]
    [InlineData("""{ "landscape" : { "id" : "saddle" } , "start" : [ 1, -0.5E+1 , 0e0 ], "internals" : true , "optimizers" : [ ] } """)]
    [InlineData("""{"start":[-0,0.1,123456789.012345,9007199254740993,0.30000000000000004,12345678901234567890,-7.205759403792794e16,1e-320,4.35]}""")]
    [InlineData("{}")]
    public void The_first_requests_are_read_by_hand_as_the_serializer_reads_them(string request)
    {
        var byHand = FirstRequests.Run(request);
        Assert.Equal(Written(Json.Read("run", request, Json.Default.RunRequest)), Written(byHand!));

        static string Written(Runs.RunRequest request) => JsonSerializer.Serialize(request, Json.Default.RunRequest);
    }

    [Theory]
    [InlineData("""{"speed":1}""")]
    [InlineData("""{"threshold":null}""")]
    [InlineData("""{"noise":{"sigma":1}}""")]
    [InlineData("""{"budget":"updates"}""")]
    [InlineData("""{"steps":1.5}""")]
    [InlineData("""{"landscape":null}""")]
    [InlineData("""{"landscape":{"id":null}}""")]
    [InlineData("""{"optimizers":[1]}""")]
    [InlineData("""{"optimizers":{"optimizer":"sgd"}}""")]
    [InlineData("""{"start":1}""")]
    [InlineData("""{"start":["NaN"]}""")]
    [InlineData("""{"start":[1,]}""")]
    [InlineData("""{"start":[,1]}""")]
    [InlineData("""{"start":[1[2]}""")]
    [InlineData("""{"start":,1]}""")]
    [InlineData("""{"start":[01]}""")]
    [InlineData("""{"start":[+1]}""")]
    [InlineData("""{"start":[.5]}""")]
    [InlineData("""{"start":[1.]}""")]
    [InlineData("""{"start":[1.2.3]}""")]
    [InlineData("""{"start":[1e]}""")]
    [InlineData("""{"start":[-]}""")]
    [InlineData("""{"start":[1-2]}""")]
    [InlineData("""{"learning_rate":1e999}""")]
    [InlineData("""{"steps":2147483648}""")]
    [InlineData("""{"steps":1e2}""")]
    [InlineData("""{"seed":-1}""")]
    [InlineData("""{"internals":falsy}""")]
    [InlineData("""{"internals":t""")]
    [InlineData("""{"landscape":{"id":"b\u006fwl"}}""")]
    [InlineData("""{"landscape":{"id":"bowl}""")]
    [InlineData("""{"steps" 5}""")]
    [InlineData("""{"steps":5,}""")]
    [InlineData("""{,"steps":5}""")]
    [InlineData("""{"steps":5 "seed":1}""")]
    [InlineData("""{} {}""")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("")]
    public void What_is_unusual_is_left_to_the_serializer(string request) => Assert.Null(FirstRequests.Run(request));

    [Theory]
    [InlineData("""{"landscape":{"id":"rosenbrock"},"optimizers":[{"optimizer":"sgd","label":"θ's ‘way’ <b>"},{"optimizer":"lion"},{"optimizer":"sgd(momentum=0.9)"}],"learning_rate":0.1,"steps":300,"threshold":1}""")]
    [InlineData("""{"landscape":{"stream":[[4,1],[-1,2]]},"optimizers":[{"optimizer":"adam"}],"steps":3}""")]
    [InlineData("""{"landscape":{"id":"bowl"},"optimizers":[{"optimizer":"sgd"}],"steps":5,"threshold":1000}""")]
    public void Runs_are_written_by_hand_as_the_serializer_writes_them(string request)
    {
        var written = Functions.Call("run", request).Json;
        Assert.Equal(JsonSerializer.Serialize(JsonSerializer.Deserialize(written, Json.Default.RunReply)!, Json.Default.RunReply), written);
    }

    [Theory]
    [InlineData("""{"landscape":{"id":"himmelblau"},"columns":21,"rows":11,"levels":16,"gradients":true,"stationary_points":true}""")]
    [InlineData("""{"landscape":{"id":"doublewell"},"columns":5,"rows":5,"levels":0,"gradients":false,"stationary_points":true}""")]
    [InlineData("""{"landscape":{"formula":"log(x)","box":[-2,-1]},"columns":5,"rows":1}""")]
    public void Grids_are_read_and_written_by_hand_as_the_serializer_does(string request)
    {
        Assert.Equal(
            JsonSerializer.Serialize(Json.Read("grid", request, Json.Default.GridRequest), Json.Default.GridRequest),
            JsonSerializer.Serialize(FirstRequests.Grid(request)!, Json.Default.GridRequest));
        var written = Functions.Call("grid", request).Json;
        Assert.Equal(JsonSerializer.Serialize(JsonSerializer.Deserialize(written, Json.Default.GridReply)!, Json.Default.GridReply), written);
    }

    [Theory]
    [InlineData("run", """{"steps":20001,"optimizers":[{"optimizer":"sgd"}]}""", "The number of updates must be from 0 to 20000, but was 20001.")]
    [InlineData("run", """{"optimizers":[]}""", "The number of optimizers must be from 1 to 16, but was 0.")]
    [InlineData("run", """{"start":[1]}""", "The start must have 2 numbers, one per variable, but had 1.")]
    [InlineData("run", """{"speed":1}""", "The request of run is not understood at $.speed: it must be JSON with the fields of RunRequest only.")]
    [InlineData("run", """{"landscape":{"formula":"x^2+q"}}""", "The formula is not understood at column 5: there is no 'q'; the names are x, y, pi, e, and the functions sin, cos, tan, exp, log, sqrt, abs, tanh, pow, min, max.")]
    [InlineData("grid", """{"columns":513}""", "The number of columns of a grid must be from 2 to 512, but was 513.")]
    [InlineData("grid", "", "The request of grid is not understood at $: it must be JSON with the fields of GridRequest only.")]
    [InlineData("grid", """{"landscape":{"stream":[[1,2]]}}""", "A grid needs a landscape or a formula, but a stream of gradients was given.")]
    [InlineData("map", "null", "The request of map must be a JSON object, but was null.")]
    [InlineData("map", """{"run":{"optimizers":[]}}""", "A map is of one optimizer, but 0 were given.")]
    [InlineData("rangetest", """{"run":{"optimizers":[]}}""", "A range test is of one optimizer, but 0 were given.")]
    [InlineData("rangetest", """{"run":{"optimizers":[{"optimizer":"sgd"}]},"steps_per_rate":0}""", "The steps per rate must be from 1 to ")]
    [InlineData("noisefloor", """{"average_from":-1}""", "The first step of the average must be from 0 to 1000, but was -1.")]
    [InlineData("scaling", """{"features":[[1,2],[2,3],[3]]}""", "Every example must have two features that are numbers.")]
    [InlineData("schedule", """{"schedules":["constant","constant","constant","constant","constant","constant","constant","constant","constant","constant","constant","constant","constant","constant","constant","constant","constant"]}""", "At most 16 schedules are shown together, but 17 were given.")]
    [InlineData("train", """{"first_frame":-1}""", "The frames must be at least one, from 0 on, but were all from -1 on.")]
    [InlineData("train", """{"frame_count":0}""", "The frames must be at least one, from 0 on, but were 0 from 0 on.")]
    [InlineData("formula", """{"formula":"x^2+y","point":[1]}""", "The point must have 2 numbers, one per variable of the formula, but had 1.")]
    [InlineData("statistics", """{"run":{"landscape":{"stream":[[1]]},"optimizers":[{"optimizer":"sgd"}]}}""", "Random starts need a landscape or a formula, but a stream of gradients was given.")]
    [InlineData("run", """{"landscape":{"stream":[]},"optimizers":[{"optimizer":"sgd"}]}""", "A stream of gradients must have at least one row of 1 to 8 numbers, but had no row.")]
    [InlineData("run", """{"landscape":{"stream":[[1],[1,2]]},"optimizers":[{"optimizer":"sgd"}]}""", "The rows of a stream of gradients must be equally long, but had 1 and 2 numbers.")]
    [InlineData("run", """{"landscape":{"id":"data1","points":[[1]]},"optimizers":[{"optimizer":"sgd"}]}""", "Points must be 1 to 1000 pairs of finite numbers (x, y), but one was not.")]
    [InlineData("run", """{"landscape":{"id":"data1","points":[]},"optimizers":[{"optimizer":"sgd"}]}""", "Points must be 1 to 1000 pairs of finite numbers (x, y), but 0 were given.")]
    [InlineData("run", """{"landscape":{"id":"bowl","plane":{}},"optimizers":[{"optimizer":"sgd"}]}""", "A plane is for the landscape netslice, but was given for bowl.")]
    [InlineData("run", """{"landscape":{"id":"data2"},"optimizers":[{"optimizer":"sgd"}],"batches":{"rows":[[0],[]]}}""", "The rows of batches must be lists of examples from 0 to ")]
    [InlineData("run", """{"landscape":{"id":"netslice","plane":{"network":{"data":"plane","activation":"linear","layers":[4],"steps":50,"optimizer":"sgd","learning_rate":1e30}}},"optimizers":[{"optimizer":"sgd"}]}""", "The training diverged after ")]
    [InlineData("fly", "{}", "There is no function 'fly'; the functions are ")]
    public void Refusals_are_sentences(string function, string request, string sentence)
    {
        var error = JsonNode.Parse(Functions.TryCall(function, request).Json)!["error"]!.GetValue<string>();
        Assert.StartsWith(sentence, error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_only_code_can_ask_for_is_refused_in_a_sentence_too()
    {
        Runs.Entrant[] sgd = [new()];
        Says("The start must be finite numbers, but was (NaN, 0).", () => Runs.Runner.Run(new() { Optimizers = sgd, Start = [double.NaN, 0] }));
        Says("A stream of gradients must have finite numbers only, but had NaN or an infinity.", () => Runs.Runner.Run(new() { Landscape = new() { Stream = [[double.NaN]] }, Optimizers = sgd }));
        Says("A stream of gradients has no map; leave the picture out.", () => Pictures.RacePicture.Map(Runs.Runner.Run(new() { Landscape = new() { Stream = [[1, 2]] }, Optimizers = sgd })));
        Says("A grid is of one or two variables, but the objective has 3.", () => Grids.LossGrid.Of(new Data.GradientStream([[1, 2, 3]]), LandscapeCatalogue.Find("bowl").Box, 2, 2));

        static void Says(string sentence, Action action) => Assert.Equal(sentence, Assert.Throws<DescentException>(action).Message);
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

    [Fact]
    public void A_formula_is_checked()
    {
        var reply = JsonNode.Parse(Functions.Call("formula", """{"formula":"1*x^2+abs(y)","point":[3,-2]}""").Json)!;
        Assert.Equal("x^2 + abs(y)", reply["formula"]!.GetValue<string>());
        Assert.Equal((11.0, 6.0, -1.0), (reply["value"]!.GetValue<double>(), reply["gradient"]![0]!.GetValue<double>(), reply["gradient"]![1]!.GetValue<double>()));
        Assert.Equal([2, 0, 0, 0], TestSupport.Golden.Numbers(reply["hessian"]));
        Assert.Equal(7, reply["hints"]![0]!["column"]!.GetValue<int>());
        Assert.InRange(reply["largest_difference"]!.GetValue<double>(), 0, 1e-6);
        var error = JsonNode.Parse(Functions.TryCall("formula", """{"formula":"x+"}""").Json)!;
        Assert.Equal(3, error["column"]!.GetValue<int>());
    }

    [Fact]
    public void A_map_is_given_by_rows()
    {
        const string Request = """{"run":{"landscape":{"id":"bowl"},"optimizers":[{"optimizer":"sgd(momentum=0.5)"}],"steps":20},"x":{"option":"learning_rate","low":0.01,"high":1,"count":5,"is_logarithmic":true},"y":{"option":"momentum","low":0.1,"high":0.9,"count":4},"first_row":1,"row_count":2}""";
        var answer = Functions.Call("map", Request);
        var reply = JsonNode.Parse(answer.Json)!;
        Assert.Equal((10, 1, 2), (answer.Numbers.Length, reply["first_row"]!.GetValue<int>(), reply["rows"]!.GetValue<int>()));
        Assert.Equal(4, reply["y"]!.AsArray().Count);
    }

    [Fact]
    public void Statistics_examples_and_trees_are_given()
    {
        var rows = JsonNode.Parse(Functions.Call("statistics", """{"run":{"landscape":{"id":"twobasin"},"optimizers":[{"optimizer":"adam"}],"learning_rate":0.05,"steps":200,"threshold":-2},"count":5}""").Json)!["rows"]!;
        Assert.Equal(5, rows[0]!["runs"]!.GetValue<int>());
        var examples = JsonNode.Parse(Functions.Call("examples", "{}").Json)!;
        Assert.Equal((79, 43), (examples["examples"]!.AsArray().Count, examples["discrepancies"]!.AsArray().Count));
        Assert.Equal(WorkedFigures.File.ToJsonString(), examples.ToJsonString());
        var tree = JsonNode.Parse(Functions.Call("tree", "{}").Json)!;
        Assert.Equal(Optimizers.Catalogue.All.Count, tree["family"]!.AsArray().Count);
        var names = tree["family"]!.AsArray().Concat(tree["relatives"]!.AsArray()).Select(node => node!["name"]!.GetValue<string>()).ToHashSet();
        Assert.All(tree["relatives"]!.AsArray(), node =>
        {
            Assert.All(node!["parents"]!.AsArray(), parent => Assert.Contains(parent!.GetValue<string>(), names));
            Assert.True(node["run"] is null || Optimizers.Catalogue.Parse(node["run"]!.GetValue<string>()) is not null);
        });
        var adam = tree["family"]!.AsArray().Single(node => node!["name"]!.GetValue<string>() == "adam")!;
        Assert.Equal((2015, 2014), (adam["year"]!.GetValue<int>(), adam["preprint"]!.GetValue<int>()));
        Assert.Equal("Adam", JsonNode.Parse(Functions.Call("method", """{"id":"adam"}""").Json)!["type"]!.GetValue<string>());
        Assert.Equal("task", tree["decision"]![0]!["id"]!.GetValue<string>());
    }
}
