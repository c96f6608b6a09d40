using Descent.Numerics;
using Descent.State;

namespace Descent.Training.Tests;

/// <summary>The model that is kept is the best one, and training stops when none better comes.</summary>
[Collection(OneRunAtATime.Name)]
public class BestModelTests
{
    /// <summary>Schedule-Free: x = y + (1 − 1/β)·(z − y), y what is trained and z the state.</summary>
    [Fact]
    public void What_is_measured_and_kept_is_the_evaluation_point()
    {
        using var fixture = RunFixture.Of(Samples.Classes(), "schedule_free_sgd(learning_rate=0.5)");
        fixture.Begin("run");
        var model = TensorFile.Read(fixture.Run("run").Model);
        var end = TensorFile.Read(fixture.Run("run").Checkpoint);
        Assert.All(model.Tensors.Where(tensor => end.Tensors.Any(other => other.Name == "model." + tensor.Name)), tensor =>
        {
            var best = Floats(end["best." + tensor.Name]);
            Assert.Equal(best, Floats(tensor));
            Assert.NotEqual(Floats(end["model." + tensor.Name]), best);
        });

        // The last epoch's weights are the best ones here, so that they follow from the state that was saved.
        var (y, z, x) = (Floats(end["model.fc1.weight"]), Floats(end["optimizer.fc1.weight.z"]), Floats(end["best.fc1.weight"]));
        for (var i = 0; i < x.Length; i++)
        {
            Assert.Equal(y[i] + ((1 - (1 / 0.9f)) * (z[i] - y[i])), x[i], 1e-5f);
        }

        static float[] Floats(StoredTensor tensor)
        {
            var values = new float[tensor.Shape.Aggregate(1, (product, size) => product * size)];
            tensor.CopyTo<float>(values);
            return values;
        }
    }

    [Fact]
    public void The_model_holds_the_weights_of_the_epoch_with_the_best_accuracy_and_then_the_lowest_loss()
    {
        using var fixture = Overfitting();
        var listener = new Listener();
        var summary = fixture.Begin("run", observer: listener).Summary;
        var history = listener.Epochs.Select(ended => ended.Record).ToArray();
        var best = history.OrderByDescending(record => record.Validation.Accuracy).ThenBy(record => record.Validation.Loss).First();
        Assert.Equal(40, history.Length);
        Assert.InRange(best.Epoch, 2, 38);
        Assert.Equal(best, summary.Best);
        Assert.Equal(history[^1], summary.Last);
        var (highest, lowest) = (-1.0, double.PositiveInfinity);
        foreach (var (record, isBest) in listener.Epochs)
        {
            var (accuracy, loss) = (record.Validation.Accuracy!.Value, record.Validation.Loss);
            Assert.Equal(accuracy > highest || (accuracy == highest && loss < lowest), isBest);
            (highest, lowest) = isBest ? (accuracy, loss) : (highest, lowest);
        }

        fixture.Begin("best", best.Step);
        var model = TensorFile.Read(fixture.Run("run").Model);
        var then = TensorFile.Read(fixture.Run("best").Checkpoint);
        var end = TensorFile.Read(fixture.Run("run").Checkpoint);
        Assert.All(model.Tensors, tensor =>
        {
            Assert.Equal(then["model." + tensor.Name].Bytes.ToArray(), tensor.Bytes.ToArray());
            Assert.Equal(end["best." + tensor.Name].Bytes.ToArray(), tensor.Bytes.ToArray());
            Assert.NotEqual(end["model." + tensor.Name].Bytes.ToArray(), tensor.Bytes.ToArray());
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Training_stops_after_so_many_epochs_without_a_better_one(int patience)
    {
        using var all = Overfitting();
        var listener = new Listener();
        all.Begin("all", observer: listener);
        var scores = listener.Epochs.Select(ended => (ended.Record.Validation.Accuracy!.Value, -ended.Record.Validation.Loss)).ToArray();
        var (best, lastEpoch) = (0, 0);
        for (var epoch = 1; epoch <= scores.Length && lastEpoch == 0; epoch++)
        {
            best = best == 0 || scores[epoch - 1].CompareTo(scores[best - 1]) > 0 ? epoch : best;
            lastEpoch = epoch - best >= patience ? epoch : 0;
        }

        Assert.InRange(lastEpoch, 2, 39);
        using var fixture = Overfitting(patience);
        var outcome = fixture.Begin("run");
        Assert.Null(outcome.Message);
        Assert.Equal(TrainingEnd.StoppedEarly, outcome.Summary.End);
        Assert.Equal((best, lastEpoch), (outcome.Summary.Best!.Epoch, outcome.Summary.Last!.Epoch));
        Assert.Equal(lastEpoch * 6, outcome.Summary.Steps);
        Assert.Equal(40 * 6, outcome.Summary.TotalSteps);
        Assert.Equal(
            File.ReadLines(all.Run("all").Metrics).Take(lastEpoch + 1).Select(line => line[..line.LastIndexOf(',')]),
            File.ReadLines(fixture.Run("run").Metrics).Select(line => line[..line.LastIndexOf(',')]));
        var json = File.ReadAllText(fixture.Run("run").Summary);
        Assert.Contains("\"end\": \"stopped_early\"", json, StringComparison.Ordinal);
        Assert.Contains($"\"best_epoch\": {best},", json, StringComparison.Ordinal);
        Assert.Contains($"\"epochs\": {lastEpoch},", json, StringComparison.Ordinal);

        foreach (var stop in new[] { (best * 6) - 2, best * 6, (best * 6) + 3, (lastEpoch * 6) - 1 })
        {
            fixture.Begin($"{stop}", stop);
            Assert.Equal(TrainingEnd.StoppedEarly, fixture.Resume($"{stop}").Summary.End);
            Assert.Equal(fixture.Result("run"), fixture.Result($"{stop}"));
        }

        var again = fixture.Resume("run").Summary;
        Assert.Equal((TrainingEnd.StoppedEarly, lastEpoch * 6), (again.End, again.Steps));
    }

    [Fact]
    public void Patience_that_runs_out_with_the_last_epoch_completes()
    {
        using var fixture = RunFixture.Of(
            Samples.Classes(), "sgd(learning_rate=0)", configuration => configuration with { Epochs = 3, Patience = 2 });
        var summary = fixture.Begin("run").Summary;
        Assert.Equal((TrainingEnd.Completed, 1, 3), (summary.End, summary.Best!.Epoch, summary.Last!.Epoch));
    }

    /// <summary>Few rows whose labels are mostly noise: the validation loss falls, then rises.</summary>
    private static RunFixture Overfitting(int? patience = null)
    {
        var data = Samples.Classes();
        var random = new SeededRandom(21);
        for (var row = 0; row < data.Rows; row++)
        {
            data.Labels![row] = random.NextInt32(3) == 0 ? random.NextInt32(3) : data.Labels[row];
        }

        return RunFixture.Of(data, "adam(learning_rate=0.03)", configuration => configuration with { Epochs = 40, Patience = patience });
    }
}
