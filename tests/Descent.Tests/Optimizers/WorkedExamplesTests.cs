using System.Text.Json.Nodes;
using Descent.Engine;
using Descent.Optimizers;
using Descent.TestSupport;

namespace Descent.Tests.Optimizers;

/// <summary>
/// The figures that the five texts work out by hand, computed by the library's own methods. Where a text prints a wrong
/// figure, the file gives the right one, and that is what is compared.
/// </summary>
public class WorkedExamplesTests
{
    private static readonly JsonObject File = TestSupport.Golden.Read(Path.Combine(TestSupport.Golden.Folders[0], "worked-examples.json"));

    private static readonly Func<double, double> Parabola = x => 2 * (x - 3);

    [Theory]
    [InlineData("gd-parabola-eta-0.1", 0.1, 5)]
    [InlineData("gd-parabola-eta-0.5", 0.5, 2)]
    [InlineData("gd-parabola-eta-1.1", 1.1, 5)]
    [InlineData("gd-parabola-eta-1.0", 1.0, 4)]
    public void Gradient_descent_on_the_parabola(string id, double rate, int steps)
    {
        var path = Path1(new Sgd { LearningRate = rate }, Parabola, 0, steps);
        Close(Exact(id, "x"), path, id);
        if (Expected(id)["loss"] is not null)
        {
            // Discrepancy D01: the text prints 0.967 for the last loss at rate 0.1.
            Close(Exact(id, "loss"), [.. path.Select(x => (x - 3) * (x - 3))], id);
        }
    }

    [Fact]
    public void A_small_rate_crawls()
    {
        // Discrepancies D03 and D04: the text prints 0.55 and 2.97.
        var path = Path1(new Sgd { LearningRate = 0.001 }, Parabola, 0, 1000);
        Close(Exact("gd-parabola-eta-0.001", "x"), [path[100], path[1000]], "x");
    }

    [Theory]
    [InlineData("gd-square-eta-0.5", 0.5, 1)]
    [InlineData("gd-square-eta-0.1", 0.1, 3)]
    [InlineData("gd-square-eta-1.5", 1.5, 3)]
    public void Gradient_descent_on_the_square(string id, double rate, int steps) =>
        Close(Exact(id, "theta"), Path1(new Sgd { LearningRate = rate }, x => 2 * x, 1, steps), id);

    [Fact]
    public void The_stability_limit_is_two_over_the_curvature()
    {
        var curvatures = File["examples"]!.AsArray().Single(item => item!["id"]!.GetValue<string>() == "gd-stability-limit")!["inputs"]!["cases"]!.AsArray().Select(item => item!["L"]!.GetValue<double>());
        foreach (var (limit, curvature) in Exact("gd-stability-limit", "limit").Zip(curvatures))
        {
            Assert.True(Math.Abs(Path1(new Sgd { LearningRate = limit * 0.99 }, x => curvature * x, 1, 3000)[^1]) < 1e-6);
            Assert.True(Math.Abs(Path1(new Sgd { LearningRate = limit * 1.01 }, x => curvature * x, 1, 3000)[^1]) > 1e6);
        }
    }

    [Fact]
    public void The_stability_limits_of_momentum()
    {
        double[] betas = [0, 0.5, 0.9, 0.99];
        foreach (var nesterov in new[] { false, true })
        {
            foreach (var (beta, limit) in betas.Zip(Exact("momentum-stability-limit", nesterov ? "nesterov" : "heavyBall")))
            {
                var method = new Sgd { Momentum = beta, Nesterov = nesterov && beta > 0 };
                Assert.True(Math.Abs(Path1(method with { LearningRate = limit * 0.99 }, x => x, 1, 20_000)[^1]) < 1e-3);
                Assert.True(Math.Abs(Path1(method with { LearningRate = limit * 1.01 }, x => x, 1, 1000)[^1]) > 1e3);
            }
        }
    }

    [Fact]
    public void Mini_batches_on_four_points()
    {
        double[] x = [1, 2, 3, 4], y = [2, 4, 5, 8];
        double Gradient(double theta, params int[] points) => points.Average(i => -2 * x[i - 1] * (y[i - 1] - (theta * x[i - 1])));
        Close(Exact("four-point-per-example-gradients", "gradients"), [.. Enumerable.Range(1, 4).Select(i => Gradient(1, i))], "per example");
        Close(Exact("four-point-full-batch", "theta"), Path1(new Sgd { LearningRate = 0.01 }, theta => Gradient(theta, 1, 2, 3, 4), 1, 2), "full batch");

        // Discrepancy D05: the text prints a gradient of -20.0 and a parameter of 1.27 for the second batch.
        var first = true;
        double Batch(double theta)
        {
            var points = first ? new[] { 1, 3 } : [2, 4];
            first = false;
            return Gradient(theta, points);
        }

        Close(Exact("four-point-mini-batch", "theta"), Path1(new Sgd { LearningRate = 0.01 }, Batch, 1, 2), "mini-batch");
    }

    [Fact]
    public void Momentum_by_hand()
    {
        var momentum = new Sgd { LearningRate = 0.01, Momentum = 0.9 };
        Close(Exact("momentum-5-steps", "momentum"), Path1(momentum, Parabola, 0, 5), "momentum");
        Close(Exact("momentum-5-steps", "vanilla"), Path1(new Sgd { LearningRate = 0.01 }, Parabola, 0, 5), "vanilla");
        Close(Exact("nesterov-5-steps", "pytorchForm"), Path1(momentum with { Nesterov = true }, Parabola, 0, 5), "nesterov");

        // Discrepancy D12: the text says that this diverges.
        var long0 = Path1(momentum with { LearningRate = 0.1 }, Parabola, 0, 200);
        Close(Exact("momentum-eta-0.1-converges", "x"), long0[..11], "converges");
        Close([Number("momentum-eta-0.1-converges", "maximum"), Number("momentum-eta-0.1-converges", "x100"), Number("momentum-eta-0.1-converges", "x200")], [long0.Max(), long0[100], long0[200]], "converges");
        foreach (var row in Expected("momentum-reversal-time")["rows"]!.AsArray())
        {
            // Discrepancy D13: the text says 10 and 100.
            var path = Path1(momentum with { Momentum = row!["beta"]!.GetValue<double>() }, Parabola, 0, 60);
            Assert.Equal(row["crossesMinimumAt"]!.GetValue<int>(), path.FindIndex(x => x > 3));
            Assert.Equal(row["velocityReversesAt"]!.GetValue<int>(), Enumerable.Range(1, 59).First(t => path[t] < path[t - 1]));
        }
    }

    [Fact]
    public void Momentum_amplifies_what_is_consistent()
    {
        int[] at = [1, 2, 5, 10, 20, 50, 100];
        var method = new Sgd { LearningRate = 1, Momentum = 0.9 };
        var constant = Path1(method, _ => 1, 0, 100);
        Close(Exact("momentum-amplification", "constant"), [.. at.Select(t => constant[t - 1] - constant[t])], "constant");
        var sign = -1.0;
        var alternating = Path1(method, _ => sign = -sign, 0, 100);
        Close(Exact("momentum-amplification", "alternatingAbs"), [.. at.Select(t => Math.Abs(alternating[t - 1] - alternating[t]))], "alternating");
    }

    [Fact]
    public void AdaGrad_and_RmsProp_by_hand()
    {
        double[] a = [3, 2.5, 2.8, 3.1], b = [0, 0, 0, 5];
        var adagrad = new AdaGrad { LearningRate = 0.1, Epsilon = 0 };
        Close(Exact("adagrad-two-parameters", "updateA"), Moves(adagrad, a), "a");
        Close(Exact("adagrad-two-parameters", "GA")[..1], State(adagrad, a[..1], "G"), "G");
        Close(Exact("adagrad-two-parameters", "GA")[^1..], State(adagrad, a, "G"), "G");
        Close(Exact("adagrad-two-parameters", "updateB"), Moves(new AdaGrad { LearningRate = 0.1 }, b), "b", 1e-10);

        // Discrepancy D16: the text gives 90 000, 85 000 and 8.5.
        double[] repeated = [.. Enumerable.Repeat(a, 2500).SelectMany(item => item)];
        Close([Number("adagrad-long-run", "adagradG")], State(adagrad, repeated, "G"), "long run");
        var rmsprop = new RmsProp { LearningRate = 0.1, Smoothing = 0.9, Epsilon = 0 };
        Close(Exact("adagrad-long-run", "rmspropCycle")[^1..], State(rmsprop, repeated, "v"), "cycle");
        Close(Exact("rmsprop-four-steps", "G")[^1..], State(rmsprop, a, "v"), "v");
        Close([.. Exact("rmsprop-four-steps", "effective").Zip(a, (rate, g) => rate * g)], Moves(rmsprop, a), "effective");
        foreach (var g in new[] { 0.001, 1, 1000 })
        {
            var moves = Moves(adagrad, [.. Enumerable.Repeat(g, 100)]);
            Close(Exact("adagrad-constant-gradient", "step"), [moves[0], moves[3], moves[8], moves[99]], "constant gradient");
            Close(Exact("rmsprop-first-step", "firstStep"), [.. new[] { 0.9, 0.99 }.SelectMany(rho => Moves(new RmsProp { LearningRate = 0.01, Smoothing = rho, Epsilon = 0 }, [g]))], "first step");
        }

        // Discrepancy D17: the texts put epsilon at both places.
        var small = new RmsProp { LearningRate = 0.001, Smoothing = 0.9 };
        Close([Number("epsilon-placement", "inside")], Moves(small with { Epsilon = 0, EpsilonInsideRoot = 1e-8 }, [1e-6]), "inside");
        Close([Number("epsilon-placement", "outside")], Moves(small with { Epsilon = 1e-8 }, [1e-6]), "outside");
    }

    [Fact]
    public void Adam_by_hand()
    {
        var adam = new Adam();
        double[] g = [4, -1, 3];
        double theta = 0;
        Close(Exact("adam-three-steps", "theta"), [.. Moves(adam, g).Select(move => theta -= move)], "theta");
        for (var t = 1; t <= 3; t++)
        {
            Close([Exact("adam-three-steps", "m")[t - 1], Exact("adam-three-steps", "v")[t - 1]], [.. State(adam, g[..t], "m"), .. State(adam, g[..t], "v")], $"state {t}");
        }

        Close(Exact("adam-first-step", "step"), [.. new[] { 1e6, 1, 1e-3, 1e-6, 1e-8, 1e-10, 0 }.SelectMany(first => Moves(adam, [first]))], "first step");
        Close(Exact("adam-large-epsilon", "step"), [.. new[] { 1e-8, 0.1, 1, 10, 100 }.SelectMany(epsilon => Moves(adam with { Epsilon = epsilon }, [2]))], "large epsilon");

        // Discrepancy D18: the texts say about 1000 and about 50 steps.
        var ones = Enumerable.Repeat(1.0, 3925).ToArray();
        var (without, with) = (Moves(adam with { BiasCorrection = false, Epsilon = 0 }, ones), Moves(adam with { Epsilon = 0 }, ones));
        double[] ratio = [.. without.Zip(with, (x, y) => x / y)];
        int[] at = [1, 5, 10, 12, 20, 50, 100, 288, 1000, 1751, 3925];
        Close(Exact("adam-without-bias-correction", "ratio"), [.. at.Select(t => ratio[t - 1])], "ratio", 1e-9);
        Assert.Equal(Number("adam-without-bias-correction", "peakStep"), 1 + ratio.ToList().IndexOf(ratio.Max()));
    }

    [Fact]
    public void Decay_inside_and_beside_the_gradient()
    {
        // One late step: m equals the gradient, v is held at 4; beta1 = 0 and a v that stays 4 give just that.
        var inside = new Adam { LearningRate = 0.001, Beta1 = 0, Beta2 = 0, Epsilon = 0, WeightDecay = 0.1 };
        Assert.Equal(2 + (0.1 * 5), Number("adam-l2-vs-adamw", "l2Gradient"));
        Close([Number("adam-l2-vs-adamw", "adamwTheta")], Path1(new AdamW { LearningRate = 0.001, Beta1 = 0, Beta2 = 0, Epsilon = 0, WeightDecay = 0.1 }, _ => 2, 5, 1)[1..], "adamw");

        // Discrepancy D20: with a v that follows its gradient, L2 does not decay here at all.
        Close([5 - 0.001], Path1(inside, _ => 2, 5, 1)[1..], "self-consistent");
        foreach (var row in Expected("decay-trajectories")["rows"]!.AsArray())
        {
            var scale = row!["gradientScale"]!.GetValue<double>();
            double Run(Method method)
            {
                var sign = -1.0;
                return Path1(method, _ => scale * (sign = -sign), 5, 3000)[^1];
            }

            Close(
                [row["adamL2"]!.GetValue<double>(), row["adamW"]!.GetValue<double>()],
                [Run(new Adam { WeightDecay = 0.1 }), Run(new AdamW { WeightDecay = 0.1 })],
                $"scale {scale}",
                1e-10);
        }
    }

    [Fact]
    public void Lion_by_hand()
    {
        // Discrepancy D25: a text updates the momentum first and exchanges the betas.
        double[] g = [4, -1, 3, -2, -2, 1];
        var lion = new Lion { LearningRate = 1 };
        Close(Exact("lion-signs", "sign"), Moves(lion, g), "sign");
        Close(Exact("lion-signs", "m")[^1..], State(lion, g, "m"), "m");
    }

    [Fact]
    public void The_race_on_the_ill_conditioned_bowl()
    {
        (string Name, Method Method)[] racers =
        [
            ("SGD", new Sgd { LearningRate = 0.04 }),
            ("Momentum", new Sgd { LearningRate = 0.018, Momentum = 0.9 }),
            ("Adam", new Adam { LearningRate = 0.6 }),
        ];
        int[] at = [0, 1, 2, 5, 10, 20, 50, 100];
        foreach (var (name, method) in racers)
        {
            var losses = Bowl(method);
            Close(Array(Expected("ill-conditioned-race")["lossAt"]![name]!), [.. at.Select(t => losses[t])], name, 1e-11);
            Close(Array(Expected("ill-conditioned-race")["finalLoss"]![name]!["exact"]!), losses[^1..], name, 1e-13);
        }

        // Discrepancy D35: at its best rate gradient descent beats Adam at its best on this bowl.
        Assert.Equal(4.06420513977229e-07, Bowl(new Sgd { LearningRate = 2.0 / 21 })[^1], 1e-15);
        Assert.Equal(4.20678090496144e-06, Bowl(new Adam { LearningRate = 1.64467617799466 })[^1], 1e-15);
    }

    private static List<double> Bowl(Method method)
    {
        double[] theta = [-9, -4], gradient = new double[2];
        var optimizer = Optimizer.For([new Parameter<double>("theta", theta, gradient)], method);
        var losses = new List<double>();
        for (var t = 0; t <= 100; t++)
        {
            losses.Add(0.5 * ((theta[0] * theta[0]) + (20 * theta[1] * theta[1])));
            (gradient[0], gradient[1]) = (theta[0], 20 * theta[1]);
            optimizer.Step();
        }

        return losses;
    }

    /// <summary>The positions of one parameter, the start first.</summary>
    private static List<double> Path1(Method method, Func<double, double> gradient, double start, int steps)
    {
        double[] theta = [start], g = new double[1];
        var optimizer = Optimizer.For([new Parameter<double>("theta", theta, g)], method);
        var path = new List<double> { start };
        for (var t = 0; t < steps; t++)
        {
            g[0] = gradient(theta[0]);
            optimizer.Step();
            path.Add(theta[0]);
        }

        return path;
    }

    /// <summary>How far each gradient moves a parameter, without weight decay, whatever its position.</summary>
    private static double[] Moves(Method method, double[] gradients)
    {
        double[] theta = [0], g = new double[1];
        var optimizer = Optimizer.For([new Parameter<double>("theta", theta, g)], method);
        return [.. gradients.Select(gradient =>
        {
            (theta[0], g[0]) = (0, gradient);
            optimizer.Step();
            return -theta[0];
        })];
    }

    /// <summary>A number of state after some gradients.</summary>
    private static double[] State(Method method, double[] gradients, string name)
    {
        double[] g = new double[1];
        var optimizer = Optimizer.For([new Parameter<double>("theta", new double[1], g)], method);
        foreach (var gradient in gradients)
        {
            g[0] = gradient;
            optimizer.Step();
        }

        var bound = (BoundParameter<double>)optimizer.Bound[0];
        return bound.State[bound.Kernels.Binding.State.ToList().FindIndex(slot => slot.Name == name)].ToArray();
    }

    private static JsonObject Expected(string id) =>
        File["examples"]!.AsArray().Single(item => item!["id"]!.GetValue<string>() == id)!["expected"]!.AsObject();

    private static double[] Exact(string id, string field) => Array(Expected(id)[field] is JsonObject full ? full["exact"]! : Expected(id)[field]!);

    private static double Number(string id, string field) =>
        Expected(id)[field] is { } node && node.GetValueKind() == System.Text.Json.JsonValueKind.Number
            ? node.GetValue<double>()
            : Exact(id, field).Single();

    private static double[] Array(JsonNode node) => node is not JsonArray array ? [node.GetValue<double>()] : [.. array.Select(item => item!.GetValue<double>())];

    private static void Close(IReadOnlyList<double> expected, IReadOnlyList<double> actual, string what, double tolerance = 1e-12)
    {
        var differ = new Differ(tolerance);
        differ.Compare(expected, actual, what);
        differ.AssertClose();
    }
}
