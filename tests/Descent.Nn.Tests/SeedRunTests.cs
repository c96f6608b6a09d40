using Descent.Numerics;
using Xunit.Abstractions;

namespace Descent.Nn.Tests;

/// <summary>
/// Final accuracies, and losses of the rows that trained, over seeds: initial weights and orders of rows are our own, so that only their distribution can be compared with the reference's. The means of n and of
/// ten seeds may be 3 standard deviations of their difference apart, s·√(1/n + 1/10) with the spread s that is given.
/// </summary>
[Collection(nameof(RunsAlone))]
public class SeedRunTests(ITestOutputHelper output)
{
    private static bool IsLong => Environment.GetEnvironmentVariable("DESCENT_LONG_TESTS") == "1";

    /// <summary>The perceptron takes a second for each seed; the CNN takes several, so that two seeds run usually and ten with DESCENT_LONG_TESTS=1.</summary>
    [Theory]
    [InlineData("mlp_digits_adamw", 30, 10, 10)]
    [InlineData("cnn_mnist_bn", 4, 2, 10)]
    public void Final_accuracies_are_within_the_spread(string name, int epochs, int usually, int most)
    {
        foreach (var file in TestSupport.Golden.Files("training").Where(file => Path.GetFileName(file) == $"seeds_{name}.json"))
        {
            var golden = TestSupport.Golden.Read(file);
            var expected = TestSupport.Golden.Numbers(golden["val_accuracy"]);
            var (mean, spread) = Moments(expected);
            Assert.Equal(TestSupport.Golden.Number(golden["val_accuracy_std"]), spread, 1e-12);
            var count = IsLong ? most : usually;
            var trained = Enumerable.Range(1, count).Select(seed => Train(Path.Combine(Path.GetDirectoryName(file)!, $"{golden["like"]!.GetValue<string>()}.json"), epochs, (ulong)seed)).ToArray();
            var allowed = 3 * spread * Math.Sqrt((1.0 / count) + (1.0 / expected.Length));
            var ours = trained.Select(run => run.Accuracy).ToArray();
            var losses = golden["runs"]!.AsArray().Select(run => TestSupport.Golden.Number(run!["train_loss"])).ToArray();
            var (loss, lossSpread) = Moments(losses);
            var (difference, lossDifference) = (ours.Average() - mean, trained.Average(run => run.TrainingLoss) - loss);
            output.WriteLine($"{name}: mean {ours.Average():P3} of {count} seeds ({string.Join(", ", ours.Select(accuracy => accuracy.ToString("P2")))}), reference {mean:P3} ± {spread:P3}, allowed ± {allowed:P3}; training loss {loss + lossDifference:F5}, reference {loss:F5} ± {lossSpread:F5}");
            Assert.True(Math.Abs(difference) <= allowed, $"The mean accuracy {ours.Average():P3} is {difference:P3} from the reference's {mean:P3}, but may be {allowed:P3}.");
            Assert.True(Math.Abs(lossDifference) <= allowed / spread * lossSpread, $"The mean training loss {loss + lossDifference:F5} is {lossDifference:F5} from the reference's {loss:F5}, but may be {allowed / spread * lossSpread:F5}.");
            Assert.All(ours, accuracy => Assert.InRange(accuracy, mean - (4 * spread) - allowed, mean + (4 * spread) + allowed));
        }
    }

    /// <summary>The accuracy on the validation rows, and the loss on those that trained, after so many epochs of whole batches of 64.</summary>
    private static (double Accuracy, double TrainingLoss) Train(string file, int epochs, ulong seed)
    {
        const int Batch = 64;
        var run = new GoldenRun<float>(file, start: new SeededRandom(seed));
        var rows = run.Evaluated("train");
        var perEpoch = rows.Length / Batch;
        var optimizer = Optimizer.For(run.Model.Parameters, run.Method with { LearningRate = Rate(run, epochs * perEpoch, perEpoch) });
        optimizer.ClipNorm = run.Description["clipping"] is { } clipping ? clipping["max_norm"]!.GetValue<double>() : 1e300;
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            new SeededRandom(seed, (ulong)epoch + 1).Shuffle(rows.AsSpan());
            for (var start = 0; start + Batch <= rows.Length; start += Batch)
            {
                using var scope = TensorScope.Begin();
                var part = rows[start..(start + Batch)];
                optimizer.ZeroGradients();
                run.LossOf(run.Model.Forward(run.Inputs(part)), part).Backward();
                optimizer.Step();
            }
        }

        run.Model.IsTraining = false;
        return (Evaluate(run, run.Evaluated("val")).Accuracy, Evaluate(run, run.Evaluated("train")).Loss);
    }

    private static (double Accuracy, double Loss) Evaluate(GoldenRun<float> run, int[] rows)
    {
        using var evaluation = Autograd.NoGradient();
        var (right, loss) = (0, 0.0);
        foreach (var part in rows.Chunk(100))
        {
            using var scope = TensorScope.Begin();
            var (scores, classes) = (run.Model.Forward(run.Inputs(part)), run.Classes(part));
            loss += run.LossOf(scores, part).ToScalar() * part.Length;
            right += Enumerable.Range(0, part.Length).Count(i =>
                System.Numerics.Tensors.TensorPrimitives.IndexOfMax<float>(scores.Values.Span.Slice(i * scores.Shape[1], scores.Shape[1])) == classes[i]);
        }

        return ((double)right / rows.Length, loss / rows.Length);
    }

    /// <summary>The run's rate: halved after every epoch, or a cosine over all steps, which here has no warmup before it.</summary>
    private static Descent.Schedules.Schedule Rate(GoldenRun<float> run, int steps, int perEpoch)
    {
        var rate = TestSupport.Golden.Number(run.Description["optimizer"]!["lr"]);
        var schedule = run.Description["schedule"]!;
        return schedule["type"]!.GetValue<string>() == "step"
            ? new Listed([.. Enumerable.Range(0, steps).Select(t => rate * Math.Pow(TestSupport.Golden.Number(schedule["gamma"]), t / perEpoch))])
            : Descent.Schedules.Schedule.Cosine(from: rate, to: rate * TestSupport.Golden.Number(schedule["floor"]), steps);
    }

    private static (double Mean, double Deviation) Moments(double[] numbers) =>
        (numbers.Average(), Math.Sqrt(numbers.Sum(number => (number - numbers.Average()) * (number - numbers.Average())) / (numbers.Length - 1)));
}
