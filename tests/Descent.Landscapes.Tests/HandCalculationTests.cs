using System.Text.Json.Nodes;
using Descent.Landscapes.Data;
using Descent.Landscapes.Interface;
using Descent.Landscapes.Runs;
using Descent.Optimizers;

namespace Descent.Landscapes.Tests;

/// <summary>What the hand calculations of the playground ask of the library: single examples, stale gradients, stability, corrections, memory, traces.</summary>
public class HandCalculationTests
{
    private static readonly int[][] TwoBatches = [[0, 2], [1, 3]];

    [Fact]
    public void Gradients_of_single_examples_average_to_the_gradient()
    {
        var course = Course.Of(new Place { Id = "data1" });
        Assert.Equal(TestSupport.Golden.Numbers(WorkedFigures.Expected("four-point-per-example-gradients")["gradients"]!["exact"]), ExampleGradients.At(course, [[1]]));
        var gradient = new double[2];
        var line = Course.Of(new Place { Id = "data2" });
        line.Objective.Gradient([0.5, 0.1], gradient);
        var single = ExampleGradients.At(line, [[9, 9], [0.5, 0.1]])[6..];
        Assert.Equal(gradient[0], (single[0] + single[2] + single[4]) / 3, 1e-12);
        Assert.Equal(gradient[1], (single[1] + single[3] + single[5]) / 3, 1e-12);
    }

    [Fact]
    public void Stale_gradients_make_the_printed_mistake_and_fresh_ones_do_not()
    {
        foreach (var (stale, theta, gradient) in new[] { (false, 1.256, -18.6), (true, 1.27, -20) })
        {
            var run = One(new RunRequest { Landscape = new() { Id = "data1" }, Start = [1], LearningRate = 0.01, Steps = 2, Batches = new() { Rows = TwoBatches, StaleGradients = stale } });
            Assert.Equal(1.07, run.Theta[1], 1e-12);
            Assert.Equal(gradient, run.Gradient[1], 1e-12);
            Assert.Equal(theta, run.Theta[2], 1e-12);
        }

        var examples = One(new RunRequest { Landscape = new() { Id = "data1" }, Steps = 2, Batches = new() { Rows = [[0, 2, 3], [1]] } }).Examples;
        Assert.Equal([0, 2, 3, 1, -1, -1, 0, 2, 3], examples);

        // Drawn batches: the second of an epoch of two is stale, the first of the next epoch is not.
        var drawn = new RunRequest { Landscape = new() { Id = "data1" }, Start = [1], LearningRate = 0.01, Steps = 4, Seed = 3, Batches = new() { Size = 2, KeepOrder = true } };
        var (fresh, late) = (One(drawn), One(drawn with { Batches = drawn.Batches with { StaleGradients = true } }));
        Assert.Equal(fresh.Theta[1], late.Theta[1]);
        Assert.NotEqual(fresh.Theta[2], late.Theta[2]);
        var again = One(drawn with { Start = [late.Theta[2]], Steps = 1 });
        Assert.Equal(again.Theta[1], late.Theta[3]);
    }

    [Theory]
    [InlineData("ravine", "sgd", 0.02, 1.8, 2, true, "ηλ = 1.8 < 2")]
    [InlineData("ravine", "sgd(momentum=0.9)", 0.02, 1.8, 3.8, true, "ηλ = 1.8 < 3.8")]
    [InlineData("ravine", "sgd(momentum=0.9, nesterov=true)", 0.02, 1.8, 1.35714285714286, false, "ηλ = 1.8 > 1.357")]
    [InlineData("ravine", "sgd_ema(momentum=0.9)", 0.2, 18, 38, true, "ηλ = 18 < 38")]
    [InlineData("quartic1d", "sgd", 0.1, 2.025, 2, false, "ηλ = 2.025 > 2")]
    [InlineData("bowl", "sgd", 1, 2, 2, false, "ηλ = 2 = 2")]
    public void Stability_is_rate_times_curvature_against_the_limit(string landscape, string method, double rate, double product, double limit, bool isStable, string text)
    {
        var stability = Stability.Of(Catalogue.Parse(method) with { LearningRate = rate }, Course.Of(new Place { Id = landscape }), LandscapeCatalogue.Find(landscape).Start.ToArray())!;
        Assert.Equal(product, stability.Product, 1e-9);
        Assert.Equal(limit, stability.Limit, 1e-9);
        Assert.Equal((isStable, text), (stability.IsStable, stability.Text));
        Assert.Equal(limit / product * rate, stability.LargestRate, 1e-9);
    }

    [Fact]
    public void Limits_are_those_of_the_worked_example_and_runs_obey_them()
    {
        var expected = WorkedFigures.Expected("momentum-stability-limit");
        foreach (var (key, nesterov) in new[] { ("heavyBall", false), ("nesterov", true) })
        {
            foreach (var (beta, limit) in new[] { 0, 0.5, 0.9, 0.99 }.Zip(TestSupport.Golden.Numbers(expected[key]!["exact"])))
            {
                var method = new Sgd { Momentum = beta, Nesterov = nesterov && beta > 0 };
                var course = Course.Of(new Place { Id = "bowl" });
                Assert.Equal(limit, Stability.Of(method with { LearningRate = 1 }, course, [1, 1])!.Limit, 1e-10);
                foreach (var (share, stays) in new[] { (0.98, true), (1.02, false) })
                {
                    var run = One(new RunRequest { Start = [1, 1], LearningRate = share * limit / 2, Steps = 3000, Optimizers = [new() { Optimizer = method.ToString() }] });
                    Assert.Equal(stays, run.Loss[^1] < 1);
                }
            }
        }
    }

    [Fact]
    public void Where_no_limit_is_known_none_is_given()
    {
        Assert.Null(Stability.Of(new Adam(), Course.Of(new Place { Id = "bowl" }), [1, 1]));
        Assert.Null(Stability.Of(new Sgd { WeightDecay = 0.1 }, Course.Of(new Place { Id = "bowl" }), [1, 1]));
        Assert.Null(Stability.Of(new Sgd(), Course.Of(new Place { Stream = [[1]] }), [0]));
        Assert.Null(Stability.Of(new Sgd(), Course.Of(new Place { Formula = "x^4" }), [1]));
        Assert.Equal(50, Stability.Of(new Sgd(), Course.Of(new Place { Id = "kappabowl", Constants = new() { ["b"] = 50 } }), [1, 1])!.Curvature);
    }

    [Fact]
    public void One_average_or_both_may_be_left_uncorrected()
    {
        var entrants = Enum.GetValues<Correction>().Select(correction => new Entrant { Optimizer = "adam(epsilon=0)", Correction = correction });
        var runs = Runner.Run(new RunRequest { Landscape = new() { Stream = [[4], [-1], [3]] }, LearningRate = 0.001, Steps = 30, Optimizers = [.. entrants] }).Entries;
        for (var t = 1; t <= 30; t++)
        {
            double Update(Correction which) => runs[(int)which].Trajectory.Theta[t - 1] - runs[(int)which].Trajectory.Theta[t];
            var (both, c1, c2) = (Update(Correction.Both), 1 - Math.Pow(0.9, t), Math.Sqrt(1 - Math.Pow(0.999, t)));
            Assert.Equal(both * c1 / c2, Update(Correction.None), 1e-12);
            Assert.Equal(both * c1, Update(Correction.Square), 1e-12);
            Assert.Equal(both / c2, Update(Correction.Mean), 1e-12);
        }

        var refused = Assert.Throws<DescentException>(() => Runner.Run(new RunRequest { Optimizers = [new() { Optimizer = "adamw", Correction = Correction.Mean }] }));
        Assert.StartsWith("Correction is for adam, and for adamw without weight decay, but was given to adamw", refused.Message, StringComparison.Ordinal);
        Assert.Equal(new Adam().LearningRate, ((Adam)Runner.MethodOf(new(), new() { Optimizer = "adam", Correction = Correction.None }, 1)).LearningRate);
    }

    [Fact]
    public void A_method_may_remember_something_when_the_run_begins()
    {
        // One late step of Adam with L2 and of AdamW, with v held at 4.
        var expected = WorkedFigures.Expected("adam-l2-vs-adamw");
        const string Held = "beta1=0, beta2=0.9999999999999999, epsilon=0, bias_correction=false, weight_decay=0.1";
        foreach (var (method, key) in new[] { ("adam", "l2Theta"), ("adamw", "adamwTheta") })
        {
            var run = One(new RunRequest
            {
                Landscape = new() { Stream = [[2]] },
                Start = [5],
                LearningRate = 0.001,
                Steps = 1,
                Optimizers = [new() { Optimizer = $"{method}({Held})", State = new() { ["v"] = [4] } }],
            });
            Assert.Equal(TestSupport.Golden.Number(expected[key]!["exact"]), run.Theta[1], 1e-12);
            Assert.Equal(4, run.State.Single(column => column.Name == "v").Values[0]);
        }

        Assert.Equal("The method keeps no state 'w'; it keeps m, v.", Refusal(new() { Optimizer = "adam", State = new() { ["w"] = [1, 1] } }));
        Assert.Equal("The method keeps no state 'v'; it keeps none.", Refusal(new() { State = new() { ["v"] = [1, 1] } }));
        Assert.Equal("The state v must be 2 finite numbers, but was (1).", Refusal(new() { Optimizer = "adam", State = new() { ["v"] = [1] } }));

        static string Refusal(Entrant entrant) => Assert.Throws<DescentException>(() => Runner.Run(new RunRequest { Optimizers = [entrant] })).Message;
    }

    [Fact]
    public void A_trace_keeps_some_rows_of_the_same_run()
    {
        var request = new RunRequest
        {
            Landscape = new() { Stream = [[3], [2.5], [2.8], [3.1]] },
            LearningRate = 0.1,
            Steps = 10_000,
            Noise = new() { Sigma = 0.5 },
            Seed = 4,
            Optimizers = [new() { Optimizer = "adagrad" }, new() { Optimizer = "rmsprop(smoothing=0.9)" }],
        };
        var (trace, whole) = (ThinnedRun.Of(request, 100), Runner.Run(request));
        Assert.Equal([0, 1, 2], trace.Updates[..3]);
        Assert.Equal(Enumerable.Range(9985, 16), trace.Updates[^16..]);
        Assert.InRange(trace.Updates.Length, 80, 117);
        foreach (var (kept, run) in trace.Entries.Select(entry => entry.Trajectory).Zip(whole.Entries.Select(entry => entry.Trajectory)))
        {
            for (var row = 0; row < trace.Updates.Length; row++)
            {
                Assert.Equal((run.Theta[trace.Updates[row]], run.Gradient[trace.Updates[row]]), (kept.Theta[row], kept.Gradient[row]));
                Assert.All(run.State.Zip(kept.State), pair => Assert.Equal(pair.First.Values[trace.Updates[row]], pair.Second.Values[row]));
            }
        }
    }

    [Fact]
    public void Accumulators_of_the_long_run_are_those_of_the_worked_example()
    {
        var expected = WorkedFigures.Expected("adagrad-long-run");
        var reply = Functions.Call("trace", """{"run":{"landscape":{"stream":[[3],[2.5],[2.8],[3.1]]},"learning_rate":0.1,"steps":10000,"optimizers":[{"optimizer":"adagrad"},{"optimizer":"rmsprop(smoothing=0.9)"}]},"rows":50}""");
        var entries = JsonNode.Parse(reply.Json)!["entries"]!.AsArray();
        double[] Column(int entry, string name)
        {
            var column = entries[entry]!["columns"]!.AsArray().Single(each => each!["name"]!.GetValue<string>() == name)!;
            return reply.Numbers.AsSpan(column["offset"]!.GetValue<int>(), column["length"]!.GetValue<int>()).ToArray();
        }

        Assert.Equal(TestSupport.Golden.Number(expected["adagradG"]!["exact"]), Column(0, "G")[^1], 1e-6);
        Assert.All(TestSupport.Golden.Numbers(expected["rmspropCycle"]!["exact"]).Zip(Column(1, "v")[^4..]), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        Assert.All(TestSupport.Golden.Numbers(expected["rmspropEffective"]!["exact"]).Zip(Column(1, "effective_rate")[^4..]), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Batches_scatter_as_theory_says(bool withReplacement)
    {
        var expected = WorkedFigures.Expected("mini-batch-variance");
        var four = BatchGradients.Draw(Course.Of(new Place { Id = "data1" }), [1], 2, 1, withReplacement, 1);
        Assert.Equal(TestSupport.Golden.Number(expected[withReplacement ? "withReplacement" : "withoutReplacement"]!["exact"]), four.Expected[0], 1e-9);
        var course = Course.Of(new Place { Id = "data2", Points = LinePoints.Of(64, 2, 0, 1, 5) });
        var drawn = BatchGradients.Draw(course, [0.5, 0.1], 8, 2000, withReplacement, 7);
        Assert.InRange((drawn.Covariance[0] + drawn.Covariance[3]) / (drawn.Expected[0] + drawn.Expected[3]), 0.9, 1.1);
        var gradient = new double[2];
        course.Objective.Gradient([0.5, 0.1], gradient);
        Assert.All(gradient.Zip(drawn.Full), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.All(drawn.Full.Zip(drawn.Mean), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 4 * Math.Sqrt(drawn.Expected[0] / 2000)));
        Assert.Equal(drawn.Gradients, BatchGradients.Draw(course, [0.5, 0.1], 8, 2000, withReplacement, 7).Gradients);
        var all = BatchGradients.Draw(course, [0.5, 0.1], 64, 5, withReplacement: false, 7);
        Assert.All(all.Covariance, value => Assert.Equal(0, value, 1e-20));
    }

    [Fact]
    public void Accumulated_batches_are_one_large_batch_and_undivided_ones_are_not()
    {
        var place = new Place { Id = "data2", Points = LinePoints.Of(256, 2, 0, 1, 3) };
        Trajectory Of(Batches batches) => One(new RunRequest { Landscape = place, Start = [0.5, 0.1], LearningRate = 0.05, Steps = 20, Batches = batches });
        var (large, small, mistaken) = (Of(new() { Size = 256 }), Of(new() { Size = 32, Accumulate = 8 }), Of(new() { Size = 32, Accumulate = 8, Undivided = true }));
        Assert.All(large.Theta.Zip(small.Theta), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.Equal(8 * (large.Theta[2] - large.Theta[0]), mistaken.Theta[2] - mistaken.Theta[0], 1e-12);
        Assert.Equal(Enumerable.Range(0, 256), small.Examples[..256].Order());

        // Unequal batches: 3 and 1 of four points weigh 3 and 1.
        var four = One(new RunRequest { Landscape = new() { Id = "data1" }, Start = [1], LearningRate = 0.01, Steps = 1, Batches = new() { Rows = [[0, 1, 2], [3]], Accumulate = 2 } });
        Assert.Equal(1.135, four.Theta[1], 1e-12);
        Assert.Equal(-13.5, four.Gradient[0], 1e-12);
    }

    [Fact]
    public void Losses_and_gradients_are_given_at_points()
    {
        var answer = Functions.Call("evaluate", """{"landscape":{"id":"ravine"},"points":[[1,-8],[0,0]]}""");
        Assert.Equal([51.4, 0, 90, -1.6, 0, 0], answer.Numbers.Select(value => Math.Round(value, 12)));
        var points = JsonNode.Parse(Functions.Call("line_points", """{"count":3,"noise":0,"intercept":1}""").Json)!["points"]!.AsArray();
        Assert.All(points, point => Assert.Equal(2 * point![0]!.GetValue<double>() + 1, point[1]!.GetValue<double>(), 1e-12));
    }

    [Theory]
    [InlineData(10, 400, 11)]
    [InlineData(1, 2, 2)]
    public void Short_traces_keep_everything(int updates, int rows, int kept) => Assert.Equal(kept, ThinnedRun.Kept(updates, rows).Length);

    [Theory]
    [InlineData("trace", """{"run":{"steps":1000001}}""", "The number of updates of a trace must be from 1 to 1000000, but was 1000001.")]
    [InlineData("trace", """{"rows":1}""", "The number of rows of a trace must be from 2 to 2000, but was 1.")]
    [InlineData("example_gradients", """{"landscape":{"id":"bowl"},"points":[[1,1]]}""", "Gradients of examples are for landscapes that are losses on data, data1 and data2.")]
    [InlineData("example_gradients", """{"points":[[1,1]]}""", "Each point must be 1 finite number, but one was (1, 1).")]
    [InlineData("batch_gradients", """{"point":[1,1],"size":9}""", "The batch size must be from 1 to 3, but was 9.")]
    [InlineData("batch_gradients", """{"point":[1,1],"draws":2001}""", "The number of batches must be from 1 to 2000, but was 2001.")]
    [InlineData("line_points", """{"count":1}""", "The number of points must be from 2 to 1000, but was 1.")]
    [InlineData("line_points", """{"noise":-1}""", "A line's slope, intercept and noise must be finite numbers, the noise at least 0, but were 2, 0 and -1.")]
    [InlineData("evaluate", """{"points":[[1]]}""", "Each point must have 2 numbers, but one was (1).")]
    [InlineData("example_gradients", """{"points":[]}""", "The number of gradients, of points times examples, must be from 1 to 1000000, but was 0.")]
    public void Refusals_are_sentences(string function, string request, string sentence) =>
        Assert.Equal(sentence, JsonNode.Parse(Functions.TryCall(function, request).Json)!["error"]!.GetValue<string>());

    private static Trajectory One(RunRequest request) => Runner.Run(request).Entries[0].Trajectory;
}
