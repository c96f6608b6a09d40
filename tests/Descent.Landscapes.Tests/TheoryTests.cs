using System.Text.Json.Nodes;
using Descent.Landscapes.Interface;
using Descent.Landscapes.Runs;
using Descent.Landscapes.Theory;
using Xunit.Abstractions;

namespace Descent.Landscapes.Tests;

/// <summary>Range tests, noise floors, and rates of convergence.</summary>
public class TheoryTests(ITestOutputHelper output)
{
    [Fact]
    public void The_range_test_of_the_elliptical_bowl_is_steepest_just_below_its_limit()
    {
        var result = RangeTest.Of(new() { Run = new() { Landscape = new() { Id = "kappabowl" } }, StepsPerRate = 200 });
        output.WriteLine($"steepest {result.Steepest}, lowest {result.Lowest}, end {result.BlowUp}");
        Assert.InRange(result.Steepest, 0.0925, 0.0975);
        Assert.Equal(0.1, result.StableBelow!.Value, 1e-12);
        Assert.True(result.Suggestion < result.StableBelow);
        Assert.InRange(result.BlowUp!.Value, 0.095, 0.11);
    }

    [Theory]
    [InlineData("adam", 1)]
    [InlineData("sgd(momentum=0.9)", 10)]
    public void The_range_test_of_a_network_suggests_about_the_best_rate(string optimizer, double high)
    {
        foreach (var seed in (ulong[])[1, 2, 3])
        {
            var result = RangeTest.Of(new() { Network = new() { Optimizer = optimizer, Seed = seed }, High = high, Smoothing = 0.9, Trials = 12 });
            var best = result.TrialRates[Array.IndexOf(result.TrialLosses, result.TrialLosses.Min())];
            output.WriteLine($"suggestion {result.Suggestion:G3}, lowest {result.Lowest:G3}, end {result.BlowUp:G3}, best {best:G3}: {string.Join(" ", result.TrialLosses.Select(loss => loss.ToString("G3")))}");
            Assert.InRange(result.Suggestion, best / 3, best * 3);
        }
    }

    [Fact]
    public void Rates_are_those_of_the_worked_figures()
    {
        Assert.Equal([0.9048, 0.6345, 0.7764, 0.7439], MomentumRates.Rows(20).Select(row => Math.Round(row.Contraction, 4)));
        Assert.Equal([138, 30.4, 54.6], MomentumRates.Rows(20).Take(3).Select(row => Math.Round(row.Steps, row.Steps > 100 ? 0 : 1)));
        foreach (var condition in (double[])[1.5, 20, 1000])
        {
            foreach (var (row, kind) in MomentumRates.Rows(condition).Zip([MomentumKind.HeavyBall, MomentumKind.HeavyBall, MomentumKind.Nesterov, MomentumKind.Nesterov]))
            {
                Assert.Equal(row.Contraction, MomentumRates.At(condition, row.LearningRate, row.Momentum, kind).Radius, 1e-6);
            }
        }
    }

    [Fact]
    public void The_worst_function_lies_between_its_bounds_on_every_row()
    {
        foreach (var (row, expected) in WorstFunction.Rows().Zip(WorkedFigures.Expected("nesterov-worst-function")["rows"]!.AsArray()))
        {
            (string Name, double Value)[] ours = [("k", row.K), ("n", row.N), ("R2", row.R2), ("fStar", row.FStar), ("gradientDescent", row.GradientDescent), ("nesterov", row.Nesterov), ("boundGd", row.BoundGradientDescent), ("boundNesterov", row.BoundNesterov), ("lowerBound", row.LowerBound)];
            Assert.All(ours, pair => Assert.Equal(TestSupport.Golden.Number(expected![pair.Name]), pair.Value, 1e-9 * Math.Abs(pair.Value)));
            Assert.InRange(row.GradientDescent, row.LowerBound, row.BoundGradientDescent);
            Assert.InRange(row.Nesterov, row.LowerBound, row.BoundNesterov);
        }
    }

    [Fact]
    public void A_constant_rate_hovers_at_its_floor()
    {
        var (whole, half) = (Floor("""{"steps":5000,"average_from":1000,"seed":1}"""), Floor("""{"learning_rate":0.05,"steps":5000,"average_from":1000,"seed":1}"""));
        Assert.Equal(0.0263, whole["mean_loss"]!.GetValue<double>(), 0.03 * 0.0263);
        Assert.Equal(0.0128, half["mean_loss"]!.GetValue<double>(), 0.03 * 0.0128);
        Assert.Equal(1.43, whole["radius"]!.GetValue<double>() / half["radius"]!.GetValue<double>(), 0.03);
        Assert.Equal(0.1 / 3.8, whole["floor_loss"]!.GetValue<double>(), 1e-12);
        Assert.Equal(whole["floor_loss"]!.GetValue<double>(), whole["theory_loss"]!.GetValue<double>(), 1e-9);
    }

    [Fact]
    public void One_over_t_averages_the_noise_away()
    {
        var answer = Functions.Call("noisefloor", """{"learning_rate":1,"schedule":"inverse-time(1)","chains":2000,"steps":100,"seed":1}""");
        var square = Column(answer, "mean_square");
        Assert.Equal(0.01, square[100], 0.001);
        var reply = JsonNode.Parse(answer.Json)!;
        Assert.True(reply["sum_diverges"]!.GetValue<bool>() && reply["squares_converge"]!.GetValue<bool>());
    }

    [Fact]
    public void A_rate_that_falls_too_fast_stops_at_half_the_distance()
    {
        var answer = Functions.Call("noisefloor", """{"learning_rate":1,"schedule":"inverse-time(0.25, rate 0.5, power 2)","sigma":0,"chains":1,"steps":20000}""");
        Assert.Equal(0.5, Column(answer, "chains")[^1], 1e-4);
        Assert.False(JsonNode.Parse(answer.Json)!["sum_diverges"]!.GetValue<bool>());
    }

    [Fact]
    public void Noise_leaves_the_sharp_pit_and_stays_in_the_flat_basin()
    {
        foreach (var row in WorkedFigures.Expected("sharp-versus-flat")["rows"]!.AsArray())
        {
            var sigma = TestSupport.Golden.Number(row!["noise"]);
            foreach (var (start, name) in new[] { (1.99834, "endsInFlatFromSharp"), (-1.92286, "endsInFlatFromFlat") })
            {
                var answer = Functions.Call("swarm", string.Create(System.Globalization.CultureInfo.InvariantCulture, $$"""{"start":{{start}},"sigma":{{sigma}},"seed":1}"""));
                var share = Column(answer, "shares")[^2];
                output.WriteLine($"{sigma} {name}: {share}");
                Assert.Equal(TestSupport.Golden.Number(row[name]), share, sigma == 0 ? 0 : 0.12);
            }
        }
    }

    [Fact]
    public void Standardised_features_are_a_rounder_bowl()
    {
        var (expected, ours) = (WorkedFigures.Expected("feature-scaling"), FeatureScaling.Of(new()));
        foreach (var (fit, name) in new[] { (ours.Raw, "Raw"), (ours.Standardised, "Scaled") })
        {
            Assert.All(TestSupport.Golden.Numbers(expected[$"eigenvalues{name}"]).Zip(fit.Eigenvalues), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * pair.First));
            Assert.Equal(TestSupport.Golden.Number(expected[$"condition{name}"]), fit.Condition, 1e-4 * fit.Condition);
            Assert.Equal(TestSupport.Golden.Number(expected[$"maxStableRate{name}"]), fit.StableBelow, 1e-4 * fit.StableBelow);
        }
    }

    [Theory]
    [InlineData("scaling", """{"features":[[1,2],[1,3],[1,4]]}""", "Feature 1 must vary, but is 1 in every example.")]
    [InlineData("swarm", """{"landscape":"bowl"}""", "A swarm runs on a landscape of one variable, but bowl has 2.")]
    [InlineData("swarm", """{"runs":2000,"steps":6000}""", "All runs together make at most 10000000 steps, but 2000 runs of 6000 steps were asked for; take fewer of either.")]
    [InlineData("noisefloor", """{"chains":2000,"steps":6000}""", "All chains together make at most 10000000 steps, but 2000 chains of 6000 steps were asked for; take fewer of either.")]
    [InlineData("noisefloor", """{"curvature":0}""", "The curvature must be above 0, the noise at least 0 and the start a number, but they were 0, 1 and 1.")]
    [InlineData("rates", """{"condition":0.5}""", "The condition number must be from 1 to 100000, the momentum from 0 to below 1, the learning rate at least 0 and the accuracy between 0 and 1, but they were 0.5, 0, 0.1 and 1E-06.")]
    [InlineData("rangetest", "{}", "A range test is of a run or of a network; give one of them.")]
    [InlineData("rangetest", """{"run":{},"low":0}""", "The rates of a range test must go from a number above 0 to a higher one, but were to go from 0 to 1.")]
    [InlineData("rangetest", """{"run":{},"smoothing":1}""", "The smoothing must be from 0 to 0.99, but was 1.")]
    [InlineData("rangetest", """{"run":{"landscape":{"id":"bowl"}},"low":1e200,"high":1e300}""", "The loss is not finite after the first rate, 1E+200; begin with a lower one.")]
    public void Refusals_are_sentences(string function, string request, string sentence) =>
        Assert.Equal(sentence, JsonNode.Parse(Functions.TryCall(function, request).Json)!["error"]!.GetValue<string>());

    internal static double[] Column(Answer answer, string name)
    {
        var column = JsonNode.Parse(answer.Json)!["columns"]!.AsArray().Single(column => column!["name"]!.GetValue<string>() == name)!;
        return answer.Numbers.AsSpan(column["offset"]!.GetValue<int>(), column["length"]!.GetValue<int>()).ToArray();
    }

    private static JsonNode Floor(string request) => JsonNode.Parse(Functions.Call("noisefloor", request).Json)!;
}
