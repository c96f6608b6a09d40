using Descent.Landscapes.Runs;
using Descent.Optimizers;
using Descent.Schedules;

namespace Descent.Landscapes.Tests;

/// <summary>Every method of the catalogue on a landscape, and what is around runs.</summary>
public class CatalogueRunTests
{
    public static TheoryData<string> Methods() => [.. Catalogue.All.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_method_runs_with_its_internals(string name)
    {
        var run = Runner.Run(RunTests.Request("kappabowl", name, 0.001, 60) with { Budget = Budget.Updates }).Entries[0].Trajectory;
        Assert.Equal(60, run.Updates);
        Assert.All(run.Loss, loss => Assert.True(double.IsFinite(loss)));
        Assert.All(run.State, column => Assert.Equal(run.Theta.Length, column.Values.Length));
        Assert.All(run.State, column => Assert.DoesNotContain(double.NaN, column.Values));
        Assert.Equal(run.State.Count, run.State.Select(column => column.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.Empty(Runner.Run(RunTests.Request("kappabowl", name, null, 3) with { Internals = false }).Entries[0].Trajectory.State);
    }

    [Theory]
    [InlineData("adam")]
    [InlineData("nadam")]
    [InlineData("rmsprop(momentum=0.9)")]
    [InlineData("adagrad")]
    [InlineData("lion")]
    [InlineData("radam")]
    [InlineData("sgd(momentum=0.9, dampening=0.5)")]
    [InlineData("adabelief")]
    public void The_direction_that_is_shown_is_the_one_that_moved(string optimizer)
    {
        var run = Runner.Run(RunTests.Request("rosenbrock", optimizer, 0.001, 50) with { ClipNorm = 5 }).Entries[0].Trajectory;
        var direction = run.State.Single(column => column.Name == "d").Values;
        for (var i = 2; i < run.Theta.Length; i++)
        {
            Assert.Equal(run.Theta[i], run.Theta[i - 2] - (0.001 * direction[i]), 1e-12);
        }
    }

    [Fact]
    public void A_rate_per_coordinate_is_shown_where_there_is_no_gradient_yet()
    {
        var run = Runner.Run(RunTests.Request("", "adagrad", 0.1, 4) with { Landscape = new Place { Stream = [[3, 0], [2.5, 0], [2.8, 0], [3.1, 5]] } }).Entries[0].Trajectory;
        var rate = run.State.Single(column => column.Name == "effective_rate").Values;
        Assert.Equal(0.02, rate[^1], 1e-9);
        Assert.Equal(0.1 / Math.Sqrt(32.7), rate[^2], 1e-9);
        Assert.Equal(0.1 / 1e-10, rate[3], 1e-3);
        Assert.Equal([0, 0], rate[..2]);
    }

    [Fact]
    public void Methods_that_evaluate_elsewhere_are_judged_there()
    {
        var run = Runner.Run(RunTests.Request("bowl", "schedule_free_sgd", 0.1, 50)).Entries[0].Trajectory;
        Assert.Equal(run.Evaluation.Loss, run.JudgedLoss);
        Assert.NotEqual(run.Loss[^1], run.JudgedLoss[^1]);
        Assert.Equal(run.Loss[0], run.JudgedLoss[0]);
        Assert.Empty(Runner.Run(RunTests.Request("bowl", "adam", 0.1, 5)).Entries[0].Trajectory.Evaluation.Loss);
    }

    [Fact]
    public void Curvature_costs_a_gradient_more_so_that_races_are_fair()
    {
        var entry = Runner.Run(RunTests.Request("kappabowl", "sophia_g", 0.01, 100)).Entries[0];
        Assert.Equal((2, 50), (entry.GradientEvaluationsPerUpdate, entry.Trajectory.Updates));
        Assert.Equal(100, Runner.Run(RunTests.Request("kappabowl", "sophia_g", 0.01, 100) with { Budget = Budget.Updates }).Entries[0].Trajectory.Updates);
        Assert.Equal(25, Runner.Run(RunTests.Request("data1", "sgd", 0.01, 100) with { Budget = Budget.Examples }).Entries[0].Trajectory.Updates);
        Assert.Equal(50, Runner.Run(RunTests.Request("data1", "sgd", 0.01, 100) with { Budget = Budget.Examples, Batches = new Batches { Size = 2 } }).Entries[0].Trajectory.Updates);
    }

    [Fact]
    public void Schedules_take_what_they_leave_out_from_the_run()
    {
        var run = Runner.Run(RunTests.Request("bowl", "sgd", 0.2, 100) with { Schedule = "warmup(10%) then cosine" }).Entries[0].Trajectory;
        var schedule = Schedule.Parse("warmup(10) then cosine(0.2..0, 90)");
        Assert.All(run.LearningRate.Select((rate, step) => (rate, step)), pair => Assert.Equal(schedule.At(pair.step), pair.rate, 1e-15));
    }

    [Fact]
    public void Clipping_is_the_librarys()
    {
        double[][] stream = [[3, 4]];
        Assert.All(
            Runner.Run(RunTests.Request("", "sgd", 1, 1) with { Landscape = new Place { Stream = stream }, ClipNorm = 1 }).Entries[0].Trajectory.Theta[2..].Zip([-0.6, -0.8]),
            pair => Assert.Equal(pair.Second, pair.First, 1e-6));
        Assert.Equal([-2.5, -2.5], Runner.Run(RunTests.Request("", "sgd", 1, 1) with { Landscape = new Place { Stream = stream }, ClipValue = 2.5 }).Entries[0].Trajectory.Theta[2..]);
    }

    [Theory]
    [InlineData(NoiseKind.Normal, 3)]
    [InlineData(NoiseKind.HeavyTailed, 8)]
    public void Noise_has_its_deviation_and_its_tails(NoiseKind kind, double leastKurtosis)
    {
        var request = RunTests.Request("", "sgd", 0, 20_000) with { Landscape = new Place { Stream = [[0]] }, Noise = new Noise { Sigma = 2, Kind = kind }, Internals = false };
        var drawn = Runner.Run(request).Entries[0].Trajectory.Gradient;
        var variance = drawn.Average(g => g * g);
        Assert.Equal(4, variance, kind == NoiseKind.Normal ? 0.15 : 0.8);
        Assert.Equal(0, drawn.Average(), 0.06);
        var kurtosis = drawn.Average(g => g * g * g * g) / (variance * variance);
        Assert.True(kind == NoiseKind.Normal ? Math.Abs(kurtosis - leastKurtosis) < 0.2 : kurtosis > leastKurtosis, $"kurtosis {kurtosis}");
        Assert.NotEqual(drawn, Runner.Run(request with { Seed = 1 }).Entries[0].Trajectory.Gradient);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void An_epoch_uses_every_example_once(bool keepOrder, bool dropLast)
    {
        // At a rate of 0 the gradients tell which example was drawn: they are −2, −8, −12 and −32.
        var run = Runner.Run(RunTests.Request("data1", "sgd", 0, 399) with { Batches = new Batches { Size = dropLast ? 3 : 1, KeepOrder = keepOrder, DropLast = dropLast } }).Entries[0].Trajectory;
        if (dropLast)
        {
            Assert.All(run.Gradient, gradient => Assert.Contains(Math.Round(-54 - (3 * gradient)), new double[] { -2, -8, -12, -32 }));
            return;
        }

        var epochs = run.Gradient.Chunk(4).ToArray();
        Assert.All(epochs, epoch => Assert.Equal([-32, -12, -8, -2], epoch.Order()));
        Assert.Equal(keepOrder ? 1 : 24, epochs.Select(epoch => string.Join(' ', epoch)).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Statistics_repeat_the_same_starts_for_all()
    {
        var request = RunTests.Request("twobasin", "sgd", 0.05, 400) with { Optimizers = [new Entrant { Optimizer = "sgd" }, new Entrant { Optimizer = "adam" }], Threshold = -2, Seed = 3 };
        var rows = Statistics.Of(request, 40);
        Assert.All(rows, row => Assert.Equal((40, 0), (row.Runs, row.Diverged)));
        Assert.All(rows, row => Assert.InRange(row.Arrived, 1, 39));
        Assert.All(rows, row => Assert.InRange(row.MedianArrival!.Value, 1, 400));
        Assert.Equal(Statistics.Of(request, 40), rows);
        var one = Runner.Run(request with { Start = Statistics.Starts(request, 40)[7], Seed = 10 }).Entries[1].FinalLoss;
        Assert.InRange(one, rows[1].LowestFinalLoss, rows[1].HighestFinalLoss);
        Assert.All(Statistics.Starts(request, 40), start => Assert.True(LandscapeCatalogue.Find("twobasin").Box.Contains(start)));
        Assert.Equal("The number of starts must be from 1 to 2000, but was 0.", Assert.Throws<DescentException>(() => Statistics.Of(request, 0)).Message);
    }

    [Fact]
    public void A_map_finds_the_best_heavy_ball_and_where_it_diverges()
    {
        var request = new MapRequest
        {
            Run = RunTests.Request("kappabowl", "sgd(momentum=0.5)", null, 100),
            X = new MapAxis { Option = "learning_rate", Low = 0.01, High = 0.4, Count = 32, IsLogarithmic = true },
            Y = new MapAxis { Option = "momentum", Low = 0, High = 0.99, Count = 32 },
        };
        var (xs, ys, rows) = (request.X.Values(), request.Y.Values(), HyperparameterMap.Rows(request).ToArray());
        var best = rows.SelectMany((row, y) => row.Select((loss, x) => (loss, x, y))).MinBy(cell => cell.loss);
        Assert.InRange(best.x, Nearest(xs, 0.134) - 1, Nearest(xs, 0.134) + 1);
        Assert.InRange(best.y, Nearest(ys, 0.403) - 1, Nearest(ys, 0.403) + 1);
        for (var y = 0; y < ys.Length; y++)
        {
            for (var x = 0; x < xs.Length; x++)
            {
                Assert.True(xs[x] * 20 <= 1.05 * 2 * (1 + ys[y]) || rows[y][x] > 200.5, $"η {xs[x]}, β {ys[y]}: {rows[y][x]}");
            }
        }

        Assert.Equal(rows[5..7], HyperparameterMap.Rows(request with { FirstRow = 5, RowCount = 2 }));

        static int Nearest(double[] values, double wanted) => Array.IndexOf(values, values.MinBy(value => Math.Abs(value - wanted)));
    }

    [Fact]
    public void A_map_is_by_rows_and_can_be_cancelled()
    {
        var request = new MapRequest { Run = RunTests.Request("bowl", "adam", null, 100) with { Threshold = 1e-3 }, Y = new MapAxis { Option = "beta1", Low = 0, High = 0.9, Count = 4 }, Measure = MapMeasure.StepsToThreshold };
        using var cancellation = new CancellationTokenSource();
        var rows = HyperparameterMap.Rows(request, cancellation.Token).GetEnumerator();
        Assert.True(rows.MoveNext());
        Assert.Contains(rows.Current, double.IsFinite);
        cancellation.Cancel();
        Assert.Throws<OperationCanceledException>(() => rows.MoveNext());
        Assert.Equal("'speed' is not an option of adam; its options are ", Refused(request with { Y = request.Y with { Option = "speed" } })[..50]);
        Assert.Equal("The number of values of beta1 must be from 2 to 64, but was 65.", Refused(request with { Y = request.Y with { Count = 65 } }));
        Assert.Equal("The values of beta1 must go from a low end to a higher one, both above 0, but were to go from 0 to 0.9.", Refused(request with { Y = request.Y with { IsLogarithmic = true } }));
        Assert.Equal("The rows of the map must be from 0 to 3, but were to be from 4 to 4.", Refused(request with { FirstRow = 4, RowCount = 1 }));
        Assert.Equal("A map of steps to the threshold needs a threshold in its run, but there was none.", Refused(request with { Run = request.Run with { Threshold = null } }));

        static string Refused(MapRequest refused) => Assert.Throws<DescentException>(() => HyperparameterMap.Rows(refused).ToArray()).Message;
    }

    [Fact]
    public void Every_method_has_a_style_of_its_own_and_races_tell_all_apart()
    {
        var forms = Catalogue.All.Select(entry => entry.Default).Append(Catalogue.Parse("sgd(momentum=0.9)")).Append(Catalogue.Parse("sgd(momentum=0.9, nesterov=true)")).ToArray();
        Assert.Equal(forms.Length, forms.Select(Key).Distinct(StringComparer.Ordinal).Count());
        var race = OptimizerStyle.For(Enumerable.Repeat(new Adam(), Limits.Optimizers)).Select(style => $"{style.Light} {string.Join(' ', style.Dash)} {style.Marker}").ToArray();
        Assert.Equal(race.Length, race.Distinct(StringComparer.Ordinal).Count());

        static string Key(Method method) => OptimizerStyle.Of(method) is var style ? $"{style.Light} {string.Join(' ', style.Dash)} {style.Marker}" : "";
    }

    [Fact]
    public void Every_leaf_of_the_decision_tree_is_reached_and_can_be_run()
    {
        var reached = new HashSet<string>(StringComparer.Ordinal) { DecisionTree.Nodes[0].Id };
        foreach (var node in DecisionTree.Nodes)
        {
            Assert.Contains(node.Id, reached);
            Assert.All(node.Answers, answer => Assert.True(reached.Add(answer.Next)));
            Assert.Equal(node.Answers.Count == 0, node.Recommendation is not null);
            if (node.Recommendation is { } leaf)
            {
                Assert.NotNull(Catalogue.Parse(leaf.Optimizer));
                Assert.NotNull(Schedule.Parse(leaf.Schedule, new ScheduleContext(0.001, 1000)));
            }
        }

        Assert.Equal(DecisionTree.Nodes.Count, reached.Count);
    }
}
