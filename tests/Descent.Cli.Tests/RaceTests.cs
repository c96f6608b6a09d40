using System.Text.Json.Nodes;
using System.Xml.Linq;
using Descent.Landscapes;

namespace Descent.Cli.Tests;

[Collection(OneCommandAtATime.Name)]
public class RaceTests
{
    private static readonly string[] Text000 = ["race", "kappabowl", "--optimizers", "sgd(learning_rate=0.04); sgd(learning_rate=0.018, momentum=0.9); adam(learning_rate=0.6)", "--steps", "100", "--start", "-9,-4"];

    [Fact]
    public void The_race_of_text_000_is_printed_and_drawn()
    {
        using var place = new Place();
        var answer = place.Succeed([.. Text000, "--threshold", "1e-3"]);
        Assert.Contains(answer.Lines, line => line.Contains("adam(learning_rate=0.6)", StringComparison.Ordinal) && line.Contains("0.0008006", StringComparison.Ordinal));
        Assert.Contains(answer.Lines, line => line.Contains("sgd(learning_rate=0.018, momentum=0.9)", StringComparison.Ordinal) && line.Contains("0.005442", StringComparison.Ordinal));
        Assert.Contains(answer.Lines, line => line.Contains("0.01153", StringComparison.Ordinal));
        Assert.Contains("S", answer.Lines[16] + answer.Lines[15] + answer.Lines[17], StringComparison.Ordinal);
        Assert.Contains("3 optimizers with 100 gradient evaluations each on Elliptical bowl.", answer.Output, StringComparison.Ordinal);
        Assert.Contains("adam(learning_rate=0.6) and sgd(learning_rate=0.018, momentum=0.9) are first at a loss of 0.001, after 88 steps.", answer.Output, StringComparison.Ordinal);
        Assert.True(answer.Lines.Count(line => line.Any(letter => letter is > '\u2800' and <= '\u28ff')) >= 28, answer.Output);
    }

    [Fact]
    public void Pictures_tables_and_JSON_say_the_same()
    {
        using var place = new Place();
        place.Succeed([.. Text000, "--no-picture", "--svg", "@race.svg", "--csv", "@race.csv"]);
        var svg = XDocument.Parse(File.ReadAllText(place["race.svg"]));
        Assert.Equal("Elliptical bowl: sgd(learning_rate=0.04), sgd(learning_rate=0.018, momentum=0.9), adam(learning_rate=0.6)", svg.Root!.Elements().First(element => element.Name.LocalName == "title").Value);
        Assert.True(svg.Descendants().Count(element => element.Name.LocalName == "polyline") >= 9);
        string[] lines = File.ReadAllLines(place["race.csv"]);
        Assert.Equal("optimizer,step,x,y,loss,gradient_x,gradient_y,gradient_norm,learning_rate,status,b_x,b_y,m_x,m_y,v_x,v_y,d_x,d_y,m_hat_x,m_hat_y,v_hat_x,v_hat_y,effective_rate_x,effective_rate_y", SortedTail(lines[0], 10));
        Assert.Equal(1 + (3 * 101), lines.Length);
        Assert.StartsWith("sgd(learning_rate=0.04),0,-9,-4,200.5,-9,-80,80.504", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("\"sgd(learning_rate=0.018, momentum=0.9)\",0,", lines[102], StringComparison.Ordinal);
        var json = JsonNode.Parse(place.Succeed([.. Text000, "--json"]).Output)!;
        Assert.Equal(0.0115266108484179, json["result"]!["entries"]![0]!["final_loss"]!.GetValue<double>(), 1e-12);
        var theta = json["result"]!["entries"]![0]!["columns"]!.AsArray().Single(column => column!["name"]!.GetValue<string>() == "theta")!;
        Assert.Equal(202, theta["values"]!.AsArray().Count);
        Assert.Equal(-9, json["request"]!["start"]![0]!.GetValue<double>());

        static string SortedTail(string header, int from)
        {
            string[] names = header.Split(','), order = ["b", "m", "v", "d", "m_hat", "v_hat", "effective_rate"];
            return string.Join(',', names[..from].Concat(names[from..].OrderBy(name => Array.IndexOf(order, name[..^2]))));
        }
    }

    [Fact]
    public void A_formula_is_raced_and_the_same_seed_gives_the_same_output()
    {
        using var place = new Place();
        string[] words = ["race", "--formula", "x^2 + k*y^2", "--constant", "k=20", "--start", "1,1", "--noise", "0.1", "--seed", "3", "--learning-rate", "0.01"];
        Assert.Equal(place.Succeed(words).Output, place.Succeed(words).Output);
        Assert.Contains("x^2 + k*y^2", place.Succeed(words).Output, StringComparison.Ordinal);
        var curve = place.Succeed("race", "quartic1d", "--optimizers", "sgd", "--learning-rate", "0.01", "--steps", "500");
        Assert.Contains("crawls at the end", curve.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Percentages_in_options_are_of_the_run()
    {
        using var place = new Place();
        string Csv(string optimizer)
        {
            place.Succeed("race", "kappabowl", "--optimizers", optimizer, "--steps", "40", "--no-picture", "--csv", "@race.csv");
            return string.Join('\n', File.ReadLines(place["race.csv"]).Select(line => line[(line.LastIndexOf('"') + 1)..]));
        }

        Assert.Equal(Csv("adam(beta1=linear(0.5..0.95, 20))"), Csv("adam(beta1=linear(0.5..0.95, 50%))"));
        Assert.NotEqual(Csv("adam(beta1=linear(0.5..0.95, 20))"), Csv("adam(beta1=linear(0.5..0.95, 60%))"));
    }

    [Fact]
    public void Starts_are_repeated_and_landscapes_listed()
    {
        using var place = new Place();
        var statistics = place.Succeed("race", "twobasin", "--starts", "20", "--threshold", "-2", "--learning-rate", "0.05", "--steps", "300");
        Assert.Contains("Reached -2", statistics.Output, StringComparison.Ordinal);
        Assert.Equal(4, statistics.Lines.Count(line => line.Contains(" 20 ", StringComparison.Ordinal)));
        var json = JsonNode.Parse(place.Succeed("race", "twobasin", "--starts", "20", "--threshold", "-2", "--learning-rate", "0.05", "--steps", "300", "--json").Output)!;
        Assert.Equal([20, 20, 20, 20], json["result"]!["rows"]!.AsArray().Select(row => row!["runs"]!.GetValue<int>()));
        Assert.Equal("twobasin", json["request"]!["landscape"]!["id"]!.GetValue<string>());
        var listed = place.Succeed("race", "--list").Output;
        Assert.All(LandscapeCatalogue.All, known => Assert.Contains(known.Id, listed, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("A landscape or --formula must be given, as in 'descent race kappabowl'; see 'descent race --list'.")]
    [InlineData("Give a landscape or --formula, not both, but 'bowl' and 'x' were given.", "bowl", "--formula", "x")]
    [InlineData("There is no landscape 'bowll'; the nearest names are ", "bowll")]
    [InlineData("There is no optimizer 'sgdd'; the nearest names are ", "bowl", "--optimizers", "sgdd")]
    [InlineData("The formula is not understood at column 3: a number, a name or '(' was expected, but the formula ends.", "--formula", "x+")]
    [InlineData("The formula is not understood at column 2: '1/0' has no finite value.", "--formula", "1/0")]
    [InlineData("The start must have 2 numbers, one per variable, but had 1.", "bowl", "--start", "1")]
    [InlineData("--start must be numbers separated by commas, as in -9,-4, but was 'a,b'.", "bowl", "--start", "a,b")]
    [InlineData("--constant must be NAME=VALUE, as in b=50, but was 'b'.", "kappabowl", "--constant", "b")]
    [InlineData("The constant b of kappabowl must be in [1, 1000], but was 5000.", "kappabowl", "--constant", "b=5000")]
    [InlineData("The box must have 4 edges, low and high for each of 2 variables, but had 2.", "bowl", "--box", "1,2")]
    [InlineData("The box must have a finite low edge below the high edge, but had 2 and 1.", "bowl", "--box", "2,1,0,1")]
    [InlineData("The number of updates must be from 0 to 20000, but was 20001.", "bowl", "--steps", "20001")]
    [InlineData("--learning-rate 0.5 would do nothing, because the schedule 'constant(0.1)' gives all its values; leave one of the two out.", "bowl", "--schedule", "constant(0.1)", "--learning-rate", "0.5")]
    [InlineData("--heavy-tailed says how noise is distributed, so --noise must be given too.", "bowl", "--heavy-tailed")]
    [InlineData("The noise sigma must be a number of at least 0, but was -1.", "bowl", "--noise", "-1")]
    [InlineData("Batches are for landscapes that are losses on data, data1 and data2; leave them out.", "bowl", "--batch-size", "2")]
    [InlineData("The batch size must be from 1 to 4, the number of examples, but was 5.", "data1", "--batch-size", "5")]
    [InlineData("Clip by norm or by value, not by both; leave clip_norm or clip_value out.", "bowl", "--clip-norm", "1", "--clip-value", "1")]
    [InlineData("--budget must be gradients, updates or examples, but was 'x'; see 'descent race --help'.", "bowl", "--budget", "x")]
    [InlineData("--starts prints statistics of runs from random starts; leave --start out.", "bowl", "--starts", "3", "--start", "1,1")]
    [InlineData("--starts prints statistics of runs from random starts; leave --svg out.", "bowl", "--starts", "3", "--svg", "x.svg")]
    [InlineData("--json prints no picture; leave --no-picture out.", "bowl", "--json", "--no-picture")]
    [InlineData("--list prints what there is and nothing else; leave the other words out.", "bowl", "--list")]
    [InlineData("The number of optimizers must be from 1 to 16, but was 0.", "bowl", "--optimizers", ";")]
    public void Mistakes_are_sentences(string expected, params string[] arguments)
    {
        using var place = new Place();
        Assert.StartsWith(expected, place.Refuse(["race", .. arguments]), StringComparison.Ordinal);
    }
}
