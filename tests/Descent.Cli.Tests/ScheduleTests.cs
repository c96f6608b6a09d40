using System.Text.Json.Nodes;
using Descent.Schedules;

namespace Descent.Cli.Tests;

[Collection(OneCommandAtATime.Name)]
public class ScheduleTests
{
    [Fact]
    public void It_says_what_a_schedule_does()
    {
        using var place = new Place();
        var answer = place.Succeed("schedule", "warmup(500) then cosine(3e-4..3e-5, 9500)", "--at", "250", "--at", "10000");
        Assert.Equal(
            [
                "warmup(500) then cosine(0.0003..3E-05, 9500)",
                "10000 updates; first 0, highest 0.0003 at update 500, at update 10000 3E-05",
                "sum over 10000 updates 1.64248, mean 0.000164248",
                "250: 0.00015",
                "10000: 3E-05",
            ],
            answer.Lines);
    }

    [Fact]
    public void It_draws_a_rise_and_a_fall()
    {
        using var place = new Place();
        var lines = place.Succeed("schedule", "warmup(500) then cosine(3e-4..3e-5, 9500)", "--plot").Lines;
        Assert.StartsWith(" 0.0003 │", lines[^14], StringComparison.Ordinal);
        Assert.Contains("⡏", lines[^14], StringComparison.Ordinal);
        Assert.StartsWith("0.00015 │", lines[^8], StringComparison.Ordinal);
        Assert.StartsWith("        └────", lines[^2], StringComparison.Ordinal);
        Assert.EndsWith("10000", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void It_says_when_a_value_is_passed()
    {
        using var place = new Place();
        Assert.Contains("passes 0.0001 at update 167\n", place.Succeed("schedule", "warmup(500) then cosine(3e-4..3e-5, 9500)", "--passes", "1e-4").Output, StringComparison.Ordinal);
        Assert.Contains("does not pass 2 within 10 updates\n", place.Succeed("schedule", "linear(1..0, 10)", "--passes", "2").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void It_prints_everything_as_data()
    {
        using var place = new Place();
        var json = JsonNode.Parse(place.Succeed("schedule", "warmup(2) then inverse-time(1)", "--steps", "4", "--json").Output)!;
        Assert.Equal("warmup(2) then inverse-time(1, rate 1, power 1)", json["schedule"]!.GetValue<string>());
        Assert.Equal([0, 0.5, 1, 0.5], json["values"]!.AsArray().Select(value => value!.GetValue<double>()));
        Assert.Equal((2.0, 1.0, true), (json["sum"]!.GetValue<double>(), json["decay_power"]!.GetValue<double>(), json["robbins_monro"]!.GetValue<bool>()));
        Assert.Null(json["updates"]);
    }

    [Fact]
    public void It_draws_and_writes_pictures_and_tables()
    {
        using var place = new Place();
        var answer = place.Succeed("schedule", "warmup(10%) then linear", "--learning-rate", "0.5", "--steps", "100", "--plot", "--svg", "@plot.svg", "--csv", "@values.csv");
        Assert.Equal("warmup(10) then linear(0.5..0, 90)", answer.Lines[0]);
        Assert.Contains(" 0.5 │", answer.Output, StringComparison.Ordinal);
        Assert.Contains("⠤", answer.Output.Replace('⠑', '⠤'), StringComparison.Ordinal);
        var picture = File.ReadAllText(place["plot.svg"]);
        Assert.StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\"", picture, StringComparison.Ordinal);
        Assert.Equal(101, picture.Split("points=\"")[1].Split('"')[0].Split(' ').Length);
        string[] lines = File.ReadAllLines(place["values.csv"]);
        Assert.Equal(101, lines.Length);
        Assert.Equal(["update,value", "0,0", "1,0.05"], lines[..3]);
        Assert.Equal(3, JsonNode.Parse(place.Succeed("schedule", "linear(1..0, 3)", "--json", "--csv", "@values.csv").Output)!["values"]!.AsArray().Count);
    }

    [Fact]
    public void It_lists_every_kind_and_checks_Robbins_and_Monro()
    {
        using var place = new Place();
        var listed = place.Succeed("schedule", "--list").Output;
        Assert.All(ScheduleForm.All.Select(form => form.Text).Concat(ScheduleForm.Others.Select(form => form.Text)), text => Assert.Contains(text, listed, StringComparison.Ordinal));
        Assert.Contains("Robbins–Monro: satisfied", place.Succeed("schedule", "inverse-time(1)").Output, StringComparison.Ordinal);
        Assert.Contains("Robbins–Monro: not satisfied", place.Succeed("schedule", "inverse-time(1, power 2)").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("A schedule must be given, as in 'warmup(500) then cosine(3e-4..3e-5, 9500)'; see 'descent schedule --list'.")]
    [InlineData("The schedule 'cosin' is not understood at character 1: there is no schedule 'cosin'; the nearest are 'cosine', 'constant', 'custom' ('descent schedule --list' shows all).", "cosin")]
    [InlineData("--passes must be a number, but was 'x'; see 'descent schedule --help'.", "cosine", "--passes", "x")]
    [InlineData("--at must be a whole number of at least 0, but was 'x'; see 'descent schedule --help'.", "cosine", "--at", "x")]
    [InlineData("--steps must be a whole number from 1 to 10000000, but was '0'; see 'descent schedule --help'.", "cosine", "--steps", "0")]
    [InlineData("--learning-rate 0.5 would do nothing, because the schedule 'constant(0.1)' gives all its values; leave one of the two out.", "constant(0.1)", "--learning-rate", "0.5")]
    [InlineData("--json prints all values; leave --at out.", "cosine", "--json", "--at", "3")]
    [InlineData("--json prints all values; leave --plot out.", "cosine", "--json", "--plot")]
    [InlineData("--list prints what there is and nothing else; leave the other words out.", "cosine", "--list")]
    [InlineData("'@no/plot.svg' could not be written", "cosine", "--svg", "@no/plot.svg")]
    public void Mistakes_are_sentences(string expected, params string[] arguments)
    {
        using var place = new Place();
        var answer = place.Run(["schedule", .. arguments]);
        Assert.Equal(Application.Mistake, answer.Code);
        Assert.Contains(expected.Replace("@", "", StringComparison.Ordinal), answer.Error.Replace(place.Path + "/", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
