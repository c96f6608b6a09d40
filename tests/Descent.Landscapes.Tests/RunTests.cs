using System.Globalization;
using System.Text.Json.Nodes;
using Descent.Landscapes.Runs;

namespace Descent.Landscapes.Tests;

/// <summary>The figures of the worked examples that a run can reproduce.</summary>
public class RunTests
{
    private static readonly Dictionary<string, string> Methods = new(StringComparer.Ordinal)
    {
        ["SGD"] = "sgd",
        ["Momentum"] = "sgd(momentum=0.9)",
        ["Momentum beta 0.9"] = "sgd(momentum=0.9)",
        ["Nesterov"] = "sgd(momentum=0.9, nesterov=true)",
        ["AdaGrad"] = "adagrad(epsilon=1e-8)",
        ["RMSProp"] = "rmsprop(smoothing=0.9)",
        ["Adam"] = "adam",
        ["Lion"] = "lion",
    };

    [Theory]
    [InlineData("SGD", 0.04)]
    [InlineData("Momentum", 0.018)]
    [InlineData("Adam", 0.6)]
    public void The_race_of_text_000(string name, double rate)
    {
        var run = One("kappabowl", name, rate, 100, [-9, -4]);
        var expected = WorkedFigures.Expected("ill-conditioned-race");
        Close(TestSupport.Golden.Numbers(expected["finalLoss"]![name]!["exact"])[0], run.Loss[^1]);
        var steps = TestSupport.Golden.Integers(expected["lossAt"]!["step"]);
        Assert.All(steps.Zip(TestSupport.Golden.Numbers(expected["lossAt"]![name])), pair => Close(pair.Second, run.Loss[pair.First]));
        Assert.All(TestSupport.Golden.Numbers(expected["finalPoint"]![name]!["exact"]).Zip(run.PointAt(100).ToArray()), pair => Close(pair.First, pair.Second, 1e-9));
    }

    [Fact]
    public void The_race_at_each_ones_best_rate()
    {
        var expected = WorkedFigures.Expected("ill-conditioned-race-tuned");
        Close(TestSupport.Golden.Number(expected["sgdTheory"]!["finalLoss"]), One("kappabowl", "SGD", 2.0 / 21, 100).Loss[^1], 1e-6);
        foreach (var (key, name) in new[] { ("SGD", "SGD"), ("MomentumMu09", "Momentum"), ("Adam", "Adam") })
        {
            var row = expected["gridBest"]![key]!;
            Close(TestSupport.Golden.Number(row["finalLoss"]), One("kappabowl", name, TestSupport.Golden.Number(row["learningRate"]), 100).Loss[^1], 1e-6);
        }

        var theory = expected["heavyBallTheory"]!;
        var beta = TestSupport.Golden.Number(theory["beta"]).ToString("R", CultureInfo.InvariantCulture);
        Assert.True(Runner.Run(Request("kappabowl", $"sgd(momentum={beta})", TestSupport.Golden.Number(theory["learningRate"]), 100)).Entries[0].FinalLoss < TestSupport.Golden.Number(theory["finalLossBelow"]));
    }

    [Theory]
    [InlineData("gd-parabola-eta-0.1", 0.1, RunStatus.Moving, 5)]
    [InlineData("gd-parabola-eta-1.1", 1.1, RunStatus.Diverged, 3)]
    [InlineData("gd-parabola-eta-1.0", 1.0, RunStatus.Oscillating, 4)]
    public void Rates_on_the_parabola(string id, double rate, RunStatus status, int from)
    {
        var losses = TestSupport.Golden.Numbers(WorkedFigures.Expected(id)["loss"]!["exact"]);
        var run = One("parabola1d", "SGD", rate, losses.Length - 1);
        Assert.All(losses.Zip(run.Loss), pair => Close(pair.First, pair.Second));
        Assert.All(run.Statuses[from..], reached => Assert.Equal(status, reached));
        Assert.All(run.Statuses[..from], reached => Assert.Equal(RunStatus.Moving, reached));
    }

    [Fact]
    public void Half_the_inverse_curvature_lands_on_the_minimum_in_one_step()
    {
        var run = One("parabola1d", "SGD", 0.5, 2);
        Assert.Equal([0, 3, 3], run.Theta);
        Assert.Equal([RunStatus.Moving, RunStatus.Converged, RunStatus.Converged], run.Statuses);
    }

    [Fact]
    public void A_small_rate_crawls()
    {
        var run = One("parabola1d", "SGD", 0.001, 1000);
        Assert.All(TestSupport.Golden.Numbers(WorkedFigures.Expected("gd-parabola-eta-0.001")["x"]!["exact"]).Zip([100, 1000]), pair => Close(pair.First, run.Theta[pair.Second], 1e-12));
    }

    [Theory]
    [InlineData("saddle", "SGD", 0.1, 100, RunStatus.Stalled, -2.0, 0.0)]
    [InlineData("ravine", "SGD", 0.03, 100, RunStatus.Diverged, 1.0, -8.0)]
    [InlineData("ravine", "Nesterov", 0.02, 60, RunStatus.Diverged, 1.0, -8.0)]
    public void Where_a_run_ends(string landscape, string name, double rate, int steps, RunStatus status, double x, double y) =>
        Assert.Equal(status, One(landscape, name, rate, steps, [x, y]).Status);

    [Fact]
    public void The_ball_on_the_quartic()
    {
        foreach (var row in WorkedFigures.Expected("quartic-ball")["rows"]!.AsArray())
        {
            var run = One("quartic1d", row!["method"]!.GetValue<string>(), TestSupport.Golden.Number(row["learningRate"]), 500, [TestSupport.Golden.Number(row["start"])]);
            foreach (var (key, value) in row.AsObject().Where(pair => pair.Key[0] == 'x'))
            {
                var step = int.Parse(key[1..], CultureInfo.InvariantCulture);
                Close(TestSupport.Golden.Number(value), run.Theta[step], step <= 10 ? 1e-6 : 1e-4);
            }
        }

        Assert.Equal(RunStatus.Crawling, One("quartic1d", "SGD", 0.01, 500, [-0.8]).Status);
        Assert.Equal(RunStatus.Oscillating, One("quartic1d", "SGD", 0.1, 500, [3]).Status);
        Assert.Equal(RunStatus.Converged, One("quartic1d", "Momentum", 0.01, 500, [-0.8]).Status);
    }

    [Fact]
    public void Momentum_side_by_side_in_the_ravine()
    {
        var expected = WorkedFigures.Expected("ravine-side-by-side");
        foreach (var (key, name) in new[] { ("sgd", "SGD"), ("momentum", "Momentum") })
        {
            var run = One("ravine", name, 0.02, 60);
            var steps = TestSupport.Golden.Integers(expected[key]!["step"]);
            foreach (var (step, point) in steps.Zip(expected[key]!["point"]!.AsArray()))
            {
                Assert.All(TestSupport.Golden.Numbers(point).Zip(run.PointAt(step).ToArray()), pair => Close(pair.First, pair.Second, 1e-9));
            }
        }

        Assert.Equal(
            [1094, 73],
            new[] { "SGD", "Momentum" }.Select(name => One("ravine", name, 0.02, 1200).StepsTo(1e-3)));
        Assert.Equal(One("ravine", "SGD", 0.02, 60).Theta, Runner.Run(Request("ravine", "sgd(momentum=0)", 0.02, 60)).Entries[0].Trajectory.Theta);
        var averaging = Runner.Run(Request("ravine", "sgd_ema(momentum=0.9)", 0.2, 60)).Entries[0].Trajectory;
        Assert.All(averaging.Theta.Zip(One("ravine", "Momentum", 0.02, 60).Theta), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
    }

    [Fact]
    public void The_momentum_tables()
    {
        var expected = WorkedFigures.Expected("momentum-5-steps");
        var momentum = One("parabola1d", "Momentum", 0.01, 5);
        Same(expected["momentum"]!["exact"], momentum.Theta);
        Same(expected["velocity"]!["exact"], momentum.State.Single(column => column.Name == "b").Values);
        Same(expected["vanilla"]!["exact"], One("parabola1d", "SGD", 0.01, 5).Theta);
        var nesterov = One("parabola1d", "Nesterov", 0.01, 5);
        Same(WorkedFigures.Expected("nesterov-5-steps")["pytorchForm"]!["exact"], nesterov.Theta);
        Same(WorkedFigures.Expected("nesterov-5-steps")["lookahead"]!["exact"], nesterov.State.Single(column => column.Name == "x").Values);
        var overshooting = One("parabola1d", "Momentum", 0.1, 200);
        Close(5.126922, overshooting.Theta.Max(), 1e-9);
        Close(3.00004026095295, overshooting.Theta[200]);
    }

    [Fact]
    public void The_overshoot_of_momentum_and_of_Nesterov()
    {
        var classical = One("parabola1d", "Momentum", 0.05, 300, [-4]).Theta;
        var nesterov = One("parabola1d", "Nesterov", 0.05, 300, [-4]).State.Single(column => column.Name == "x").Values;
        Assert.Equal((7.226, 5.482), (Math.Round(classical.Max(), 3), Math.Round(nesterov.Max(), 3)));
        Assert.Equal((120, 62), (LastOutside(classical) + 1, LastOutside(nesterov) + 1));

        static int LastOutside(double[] path) => Array.FindLastIndex(path, x => Math.Abs(x - 3) > 0.01);
    }

    [Fact]
    public void AdaGrad_and_RMSProp_on_the_elliptical_bowl()
    {
        Assert.Equal(50.2, Math.Round(One("kappabowl", "AdaGrad", 0.1, 200).Loss[^1], 1));
        Assert.Equal(0.0214, Math.Round(One("kappabowl", "RMSProp", 0.1, 200).Loss[^1], 4));
    }

    [Fact]
    public void Effective_rates_of_a_stream_of_gradients()
    {
        double[][] stream = [[3], [2.5], [2.8], [3.1]];
        Same(WorkedFigures.Expected("adagrad-two-parameters")["effectiveA"]!["exact"], Column("adagrad(epsilon=0)", "effective_rate")[1..]);
        Same(WorkedFigures.Expected("adagrad-two-parameters")["GA"]!["exact"], Column("adagrad(epsilon=0)", "G")[1..]);
        Same(WorkedFigures.Expected("rmsprop-four-steps")["effective"]!["exact"], Column("rmsprop(smoothing=0.9, epsilon=0)", "effective_rate")[1..]);
        Same(WorkedFigures.Expected("rmsprop-four-steps")["G"]!["exact"], Column("rmsprop(smoothing=0.9, epsilon=0)", "v")[1..]);

        // Discrepancy D16.
        var sum = Streamed("adagrad", [3], 10_000, stream).State.Single(column => column.Name == "G").Values;
        Close(TestSupport.Golden.Number(WorkedFigures.Expected("adagrad-long-run")["adagradG"]!["exact"]), sum[^1]);

        double[] Column(string optimizer, string name) => Streamed(optimizer, [0], 4, stream).State.Single(column => column.Name == name).Values;
    }

    [Fact]
    public void Three_steps_of_Adam_with_everything_that_it_names()
    {
        var expected = WorkedFigures.Expected("adam-three-steps");
        var run = Streamed("adam", [0], 3, [[4], [-1], [3]], 0.001);
        foreach (var (key, name) in new[] { ("m", "m"), ("v", "v"), ("mHat", "m_hat"), ("vHat", "v_hat") })
        {
            Same(expected[key]!["exact"], run.State.Single(column => column.Name == name).Values[1..]);
        }

        Same(expected["theta"]!["exact"], run.Theta[1..]);
        Same(expected["update"]!["exact"], [.. run.State.Single(column => column.Name == "d").Values[1..].Select(d => Math.Abs(0.001 * d))]);
    }

    [Fact]
    public void Decay_inside_and_beside_the_gradient()
    {
        foreach (var row in WorkedFigures.Expected("decay-trajectories")["rows"]!.AsArray())
        {
            var scale = TestSupport.Golden.Number(row!["gradientScale"]);
            Close(TestSupport.Golden.Number(row["adamL2"]), Streamed("adam(weight_decay=0.1)", [5], 3000, [[scale], [-scale]], 0.001).Theta[^1], 1e-8);
            Close(TestSupport.Golden.Number(row["adamW"]), Streamed("adamw(weight_decay=0.1)", [5], 3000, [[scale], [-scale]], 0.001).Theta[^1], 1e-8);
        }
    }

    [Fact]
    public void Rosenbrocks_valley()
    {
        var expected = WorkedFigures.Expected("rosenbrock-path");
        foreach (var (key, name, rate) in new[] { ("sgd", "SGD", 0.001), ("adam", "Adam", 0.01) })
        {
            var run = One("rosenbrock", name, rate, 2000);
            var steps = TestSupport.Golden.Integers(expected[key]!["step"]);
            foreach (var (step, point) in steps.Zip(expected[key]!["point"]!.AsArray()))
            {
                Assert.All(TestSupport.Golden.Numbers(point).Zip(run.PointAt(step).ToArray()), pair => Close(pair.First, pair.Second, 1e-8));
            }

            Close(TestSupport.Golden.Number(expected[key]!["loss2000"]), run.Loss[2000], 1e-3);
        }
    }

    [Fact]
    public void Leaving_the_saddle()
    {
        foreach (var row in WorkedFigures.Expected("saddle-escape")["rows"]!.AsArray())
        {
            var name = row!["method"]!.GetValue<string>();
            var run = One("saddle", name, 0.01, 1500, [-2, TestSupport.Golden.Number(row["y0"])]);
            var path = name == "Nesterov" ? run.State.Single(column => column.Name == "x").Values : run.Theta;
            var left = Enumerable.Range(0, run.Updates + 1).FirstOrDefault(step => Math.Abs(path[(2 * step) + 1]) >= 1, -1);
            var expected = row["stepsToLeave"]?.GetValue<int>() ?? -1;
            Assert.True(Math.Abs(left - expected) <= (expected < 0 ? 0 : 1), $"{row.ToJsonString()}: {left}");
        }
    }

    [Fact]
    public void Noise_frees_every_method_from_the_saddle()
    {
        var request = Request("saddle", "sgd", 0.01, 1500, [-2, 0]) with
        {
            Optimizers = [.. Methods.Values.Distinct().Select(optimizer => new Entrant { Optimizer = optimizer })],
            Noise = new Noise { Sigma = 0.01 },
            Seed = 1,
        };
        Assert.All(Runner.Run(request).Entries, entry => Assert.Contains(Enumerable.Range(0, entry.Trajectory.Updates + 1), step => Math.Abs(entry.Trajectory.PointAt(step)[1]) >= 1));
        Assert.All(Runner.Run(request with { Noise = null }).Entries, entry => Assert.Equal(0, entry.Trajectory.PointAt(entry.Trajectory.Updates)[1]));
    }

    [Fact]
    public void The_arena_at_one_shared_rate()
    {
        foreach (var row in WorkedFigures.Expected("arena-shared-rate")["rows"]!.AsArray())
        {
            foreach (var (name, optimizer) in Methods.Where(method => row!.AsObject().ContainsKey(method.Key)))
            {
                var entry = Runner.Run(Request(row!["landscape"]!.GetValue<string>(), optimizer, TestSupport.Golden.Number(row["learningRate"]), 5000) with { Threshold = 1e-3 }).Entries[0];
                var cell = row[name];
                if (cell is JsonValue value && value.TryGetValue<int>(out var steps))
                {
                    Assert.True(entry.Arrival is { } arrival && Math.Abs(arrival - steps) <= 1, $"{row["landscape"]} {row["learningRate"]} {name}: {entry.Arrival}, expected {steps}");
                }
                else
                {
                    Assert.True(entry.Arrival is null, $"{row["landscape"]} {row["learningRate"]} {name}: {entry.Arrival}, expected {cell?.ToJsonString() ?? "none"}");
                    Assert.Equal(cell is not null, entry.Trajectory.Status == RunStatus.Diverged);
                }
            }
        }
    }

    [Fact]
    public void Where_methods_end_on_bumpy_landscapes()
    {
        foreach (var row in WorkedFigures.Expected("landscape-outcomes")["rows"]!.AsArray())
        {
            var name = row!["method"]!.GetValue<string>();
            var run = One(row["landscape"]!.GetValue<string>(), name, TestSupport.Golden.Number(row["learningRate"]), row["steps"]!.GetValue<int>(), TestSupport.Golden.Numbers(row["start"]));
            Assert.All(
                TestSupport.Golden.Numbers(row["end"]).Zip(run.PointAt(run.Updates).ToArray()),
                pair => Assert.True(Math.Abs(pair.First - pair.Second) <= (name == "RMSProp" ? 0.02 : 1e-3), $"{row.ToJsonString()}: {pair}"));
        }
    }

    [Fact]
    public void The_plateau_and_the_rosenbrock_divergence()
    {
        Assert.True(One("plateau", "SGD", 0.1, 500).Loss[^1] > 0.9999 - 1e-4);
        Assert.Equal([18, 38], new[] { "RMSProp", "Adam" }.Select(name => One("plateau", name, 0.1, 500).StepsTo(0.01)));
        Assert.Contains(RunStatus.Diverged, One("rosenbrock", "SGD", 0.01, 5).Statuses);
    }

    [Fact]
    public void Full_batches_and_mini_batches_on_four_points()
    {
        Same(WorkedFigures.Expected("four-point-full-batch")["theta"]!["exact"], One("data1", "SGD", 0.01, 2).Theta);
        var run = Runner.Run(Request("data1", "sgd", 0.01, 2) with { Batches = new Batches { Rows = [[0, 2], [1, 3]] } }).Entries[0].Trajectory;

        // Discrepancy D05: the text prints -20 and 1.27.
        Same(WorkedFigures.Expected("four-point-mini-batch")["theta"]!["exact"], run.Theta);
        Same(WorkedFigures.Expected("four-point-mini-batch")["gradients"]!["exact"], run.Gradient[..2]);
        for (var seed = 0UL; seed < 50; seed++)
        {
            var ended = Runner.Run(Request("data1", "sgd", 0.01, 100) with { Batches = new Batches { Size = 2 }, Seed = seed }).Entries[0].Trajectory.Theta[^1];
            Assert.InRange(ended, 1.892, 1.913);
        }
    }

    [Fact]
    public void A_line_through_three_points()
    {
        var expected = WorkedFigures.Expected("line-fit-three-points");
        var run = One("data2", "SGD", 0.01, 1000);
        Same(expected["loss"]!["exact"], run.Loss[..4]);
        Same(expected["w"]!["exact"], [.. Enumerable.Range(0, 4).Select(step => run.Theta[2 * step])]);
        Same(expected["b"]!["exact"], [.. Enumerable.Range(0, 4).Select(step => run.Theta[(2 * step) + 1])]);
        Same(expected["gradW"]!["exact"], [.. Enumerable.Range(0, 4).Select(step => run.Gradient[2 * step])]);
        Same(expected["after1000"]!["exact"], [run.Theta[2000], run.Theta[2001], run.Loss[1000]], 1e-9);
        var half = Runner.Run(Request("data2", "sgd", 0.01, 1) with { Landscape = new Place { Id = "data2", Constants = new() { ["factor"] = 0.5 } } }).Entries[0].Trajectory;
        Assert.All(half.Theta[2..].Zip([0.568, 0.129]), pair => Close(pair.Second, pair.First));
    }

    [Fact]
    public void The_noise_floor_of_a_constant_rate()
    {
        var (sum, count) = (0.0, 0);
        for (var seed = 0UL; seed < 100; seed++)
        {
            var run = Runner.Run(new RunRequest
            {
                Landscape = new Place { Formula = "0.5x^2" },
                Start = [0],
                LearningRate = 0.1,
                Noise = new Noise(),
                Seed = seed,
                Steps = 5000,
                Internals = false,
            }).Entries[0].Trajectory;
            sum += run.Loss[1000..].Sum();
            count += run.Loss.Length - 1000;
        }

        Assert.Equal(0.0263157894736842, sum / count, 0.03 * 0.0263);
    }

    [Fact]
    public void A_formula_equals_its_landscape_bit_for_bit()
    {
        var formula = Runner.Run(Request("bowl", "adam", 0.3, 200, [-4, 3]) with { Landscape = new Place { Formula = "x^2+y^2" } }).Entries[0].Trajectory;
        var bowl = Runner.Run(Request("bowl", "adam", 0.3, 200, [-4, 3])).Entries[0].Trajectory;
        Assert.Equal(bowl.Theta, formula.Theta);
        Assert.Equal(bowl.Loss, formula.Loss);
        Assert.Equal(bowl.Gradient, formula.Gradient);
    }

    internal static RunRequest Request(string landscape, string optimizer, double? rate, int steps, double[]? start = null) => new()
    {
        Landscape = new Place { Id = landscape },
        Start = start,
        Optimizers = [new Entrant { Optimizer = optimizer }],
        LearningRate = rate,
        Steps = steps,
    };

    private static Trajectory One(string landscape, string name, double rate, int steps, double[]? start = null) =>
        Runner.Run(Request(landscape, Methods[name], rate, steps, start)).Entries[0].Trajectory;

    private static Trajectory Streamed(string optimizer, double[] start, int steps, double[][] stream, double rate = 0.1) =>
        Runner.Run(Request("", optimizer, rate, steps, start) with { Landscape = new Place { Stream = stream } }).Entries[0].Trajectory;

    private static void Same(JsonNode? expected, double[] actual, double tolerance = 1e-10)
    {
        var numbers = TestSupport.Golden.Numbers(expected);
        Assert.Equal(numbers.Length, actual.Length);
        Assert.All(numbers.Zip(actual), pair => Close(pair.First, pair.Second, tolerance));
    }

    private static void Close(double expected, double actual, double tolerance = 1e-10) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance * Math.Max(1e-3, Math.Abs(expected)), $"expected {expected:R}, but was {actual:R}");
}
