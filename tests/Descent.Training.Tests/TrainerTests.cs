using Descent.Engine;
using Descent.State;
using Descent.Training.Data;

namespace Descent.Training.Tests;

[Collection(OneRunAtATime.Name)]
public class TrainerTests
{
    [Fact]
    public void Every_epoch_trains_every_row_and_the_smaller_last_batch_counts_by_its_rows()
    {
        using var fixture = RunFixture.Of(Samples.Classes());
        var listener = new Listener();
        var outcome = fixture.Begin("run", observer: listener);
        Assert.Equal((18, 18), (outcome.Summary.Steps, outcome.Summary.TotalSteps));
        Assert.Equal((42, 11), (outcome.Summary.TrainingRows, outcome.Summary.ValidationRows));
        Assert.Equal(Enumerable.Range(1, 18).Select(i => (long)i), listener.Steps.Select(report => report.Step));
        Assert.Equal(Enumerable.Range(0, 18).Select(i => (i / 6) + 1), listener.Steps.Select(report => report.Epoch));
        Assert.Equal([6, 12, 18], listener.Epochs.Select(ended => (int)ended.Record.Step));
        var twin = fixture.Session();
        foreach (var (record, _) in listener.Epochs)
        {
            var steps = Enumerable.Range(0, 6).Select(_ => twin.Step()).ToArray();
            Assert.Equal([8, 8, 8, 8, 8, 2], steps.Select(step => step.Rows));
            Assert.Equal(steps.Select(step => step.Loss), listener.Steps.Skip((record.Epoch - 1) * 6).Take(6).Select(report => report.Loss));
            Assert.Equal(steps.Sum(step => step.Loss * step.Rows) / 42, record.TrainingLoss);
            Assert.Equal(steps[^1].Result.LearningRate, record.LearningRate);
            Assert.Equal(twin.Evaluate(twin.ValidationRows), record.Validation);
        }
    }

    [Fact]
    public void The_learning_rate_follows_the_schedule_over_all_updates()
    {
        using var fixture = RunFixture.Of(Samples.Classes());
        var listener = new Listener();
        fixture.Begin("run", observer: listener);
        var schedule = Schedules.Schedule.Parse("warmup(2) then cosine(0.01..0, 16)");
        Assert.Equal(Enumerable.Range(0, 18).Select(i => schedule.At(i)), listener.Steps.Select(report => report.LearningRate));
    }

    [Fact]
    public void The_last_batch_moves_the_model()
    {
        using var fixture = RunFixture.Of(Samples.Classes());
        var session = fixture.Session();
        for (var i = 0; i < 5; i++)
        {
            session.Step();
        }

        var before = session.Model.Parameters[0].Values.ToArray();
        Assert.Equal(2, session.Step().Rows);
        Assert.NotEqual(before, session.Model.Parameters[0].Values.ToArray());
        Assert.Equal(new BatchPosition(1, 0), session.Sampler.Position);
    }

    [Fact]
    public void A_batch_larger_than_the_data_is_all_of_them()
    {
        using var fixture = RunFixture.Of(Samples.Classes(), with: configuration => configuration with { BatchSize = 1000 });
        Assert.Equal(3, fixture.Begin("run").Summary.Steps);
    }

    [Theory]
    [InlineData(53)]
    [InlineData(6000)]
    public void The_accuracy_is_that_of_the_written_model_on_the_validation_rows(int rows)
    {
        using var fixture = RunFixture.Of(Samples.Classes(rows));
        var best = fixture.Begin("run").Summary.Best!;
        var validation = Samples.Part(fixture.Data, fixture.Session().ValidationRows);
        var probabilities = TrainedModel.Load(fixture.Run("run").Model).Predict(validation).Chunk(3).ToArray();
        Assert.All(probabilities, row => Assert.Equal(1, row.Sum(), 1e-6));
        var right = probabilities.Zip(validation.Labels!).Count(pair => Array.IndexOf(pair.First, pair.First.Max()) == pair.Second);
        Assert.InRange(right, 1, validation.Rows - 1);
        Assert.Equal((double)right / validation.Rows, best.Validation.Accuracy);
        Assert.Equal(-probabilities.Zip(validation.Labels!).Average(pair => Math.Log(pair.First[pair.Second])), best.Validation.Loss, 1e-5);
        Assert.Null(best.Validation.RSquared);
        Assert.Null(best.Validation.RootMeanSquaredError);
    }

    [Theory]
    [InlineData(53)]
    [InlineData(6000)]
    public void R_squared_and_the_error_in_the_targets_unit_are_those_of_the_written_model(int rows)
    {
        using var fixture = RunFixture.Of(Samples.Numbers(rows));
        var best = fixture.Begin("run").Summary.Best!;
        var validation = Samples.Part(fixture.Data, fixture.Session().ValidationRows);
        var predictions = TrainedModel.Load(fixture.Run("run").Model).Predict(validation);
        var squares = predictions.Zip(validation.Targets!).Sum(pair => Math.Pow(pair.First - pair.Second, 2));
        var mean = validation.Targets!.Average();
        var deviations = validation.Targets!.Sum(target => Math.Pow(target - mean, 2));
        Assert.Equal(1 - (squares / deviations), best.Validation.RSquared!.Value, 1e-5);
        Assert.Equal(Math.Sqrt(squares / validation.Rows), best.Validation.RootMeanSquaredError!.Value, 1e-3);
        Assert.InRange(best.Validation.RootMeanSquaredError!.Value, 1, 1000);
        Assert.Null(best.Validation.Accuracy);
    }

    [Fact]
    public void Validation_rows_with_one_target_value_have_no_R_squared()
    {
        using var fixture = RunFixture.Of(Samples.Numbers());
        foreach (var row in fixture.Session().ValidationRows)
        {
            fixture.Data.Targets![row] = 1000;
        }

        var best = fixture.Begin("run").Summary.Best!;
        Assert.Null(best.Validation.RSquared);
        Assert.True(best.Validation.RootMeanSquaredError > 0);
        Assert.Contains(",,", File.ReadLines(fixture.Run("run").Metrics).Last(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Preparation_sees_only_the_rows_that_train(bool classes)
    {
        using var fixture = RunFixture.Of(classes ? Samples.Classes() : Samples.Numbers());
        var session = fixture.Session();
        var before = session.Preparation.ToJson().ToJsonString();
        var (validates, trains) = (session.ValidationRows[4], session.TrainingRows[4]);
        fixture.Data.Features[validates * Samples.Columns] = 1e9f;
        if (!classes)
        {
            fixture.Data.Targets![validates] = -1e9;
        }

        Assert.Equal(before, fixture.Session().Preparation.ToJson().ToJsonString());
        fixture.Data.Features[trains * Samples.Columns] = 1e9f;
        Assert.NotEqual(before, fixture.Session().Preparation.ToJson().ToJsonString());
    }

    [Fact]
    public void The_data_of_the_caller_are_not_changed()
    {
        using var fixture = RunFixture.Of(Samples.Numbers());
        fixture.Begin("run");
        Assert.Equal(Samples.Numbers().Features, fixture.Data.Features);
        Assert.Equal(Samples.Numbers().Targets, fixture.Data.Targets);
    }

    [Fact]
    public void Predictions_of_many_rows_are_those_of_each_row()
    {
        using var fixture = RunFixture.Of(Samples.Numbers(2100));
        fixture.Begin("run");
        var model = TrainedModel.Load(fixture.Run("run").Model);
        var all = model.Predict(fixture.Data);
        foreach (var row in new[] { 0, 1023, 1024, 2047, 2048, 2099 })
        {
            Assert.Equal(all[row], model.Predict(Samples.Part(fixture.Data, [row]))[0], 1e-3);
        }
    }

    [Fact]
    public void The_process_keeps_its_own_threads_after_a_run()
    {
        using var workers = new Workers(2);
        var outer = Nn.Compute.Workers;
        Nn.Compute.Workers = workers;
        try
        {
            using var fixture = RunFixture.Of(Samples.Classes());
            fixture.Begin("run", 2);
            Assert.Same(workers, Nn.Compute.Workers);
        }
        finally
        {
            Nn.Compute.Workers = outer;
        }
    }

    [Fact]
    public void Nothing_partial_is_left_in_the_folder()
    {
        using var fixture = RunFixture.Of(Samples.Classes());
        fixture.Begin("run");
        Assert.Equal(
            ["checkpoint.safetensors", "config.json", "metrics.csv", "model.safetensors", "summary.json"],
            Directory.EnumerateFileSystemEntries(fixture.Run("run").Path).Select(Path.GetFileName).Order());
        Assert.Equal(["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"], TensorFile.Read(fixture.Run("run").Model).Tensors.Select(tensor => tensor.Name));
    }
}
