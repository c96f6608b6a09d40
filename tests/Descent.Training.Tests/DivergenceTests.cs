using System.Text.Json;
using Descent.Engine;
using Descent.Gradients;
using Descent.State;

namespace Descent.Training.Tests;

/// <summary>A run that fails loses nothing: what is on the disk is whole, finite and readable.</summary>
[Collection(OneRunAtATime.Name)]
public class DivergenceTests
{
    [Fact]
    public void A_learning_rate_that_is_far_too_high_ends_as_diverged_with_the_start_kept()
    {
        using var fixture = RunFixture.Of(Samples.Numbers(), "sgd(learning_rate=1e15)", configuration => configuration with { Schedule = "constant", Clipping = GradientClipping.None });
        var outcome = fixture.Begin("run");
        Assert.Equal(TrainingEnd.Diverged, outcome.Summary.End);
        Assert.Equal(
            "Training diverged: the loss was Infinity at step 2 (epoch 1), most likely because the learning rate of 1000000000000000 is too high for sgd with the schedule 'constant(1000000000000000)'; start again with a tenth of it or with --clip-norm 1 (the last good checkpoint, of the start, is kept in 'run').",
            fixture.Plain(outcome.Message));
        Assert.Null(outcome.Summary.Best);
        AssertWhole(fixture, "run");
        Assert.False(File.Exists(fixture.Run("run").Model));
        fixture.Begin("start", 0);
        Assert.Equal(fixture.Result("start"), fixture.Result("run"));
    }

    [Fact]
    public void A_late_divergence_keeps_the_last_good_epoch()
    {
        using var fixture = Late();
        var outcome = fixture.Begin("run");
        Assert.Equal(
            "Training diverged: the loss was NaN at step 14 (epoch 3), most likely because the learning rate of 0.01 is too high for sgd with the schedule 'constant(0.01) for 12 then constant(1E+25)'; start again with a tenth of it or with --clip-norm 1 (the last good checkpoint, of step 12, is kept in 'run').",
            fixture.Plain(outcome.Message));
        Assert.Equal((TrainingEnd.Diverged, 2), (outcome.Summary.End, outcome.Summary.Last!.Epoch));
        AssertWhole(fixture, "run");
        fixture.Begin("good", 12);
        Assert.Equal(fixture.Result("good"), fixture.Result("run"));
        Assert.Contains("\"end\": \"diverged\"", File.ReadAllText(fixture.Run("run").Summary), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(12, 3, "step 12")]
    [InlineData(12, 12, "step 12")]
    [InlineData(15, 14, "step 14")]
    [InlineData(3, 2, "step 2")]
    [InlineData(3, 0, "the start")]
    public void A_resumed_run_that_diverges_names_the_checkpoint_it_keeps(int goodSteps, int stop, string kept)
    {
        using var fixture = Late(goodSteps);
        fixture.Begin("run", stop);
        var outcome = fixture.Resume("run");
        Assert.Equal(TrainingEnd.Diverged, outcome.Summary.End);
        Assert.Contains($"(the last good checkpoint, of {kept}, is kept in 'run')", fixture.Plain(outcome.Message), StringComparison.Ordinal);
        AssertWhole(fixture, "run");
    }

    [Theory]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(18)]
    public void A_stop_while_the_weights_blow_up_saves_nothing_that_is_not_finite(int stop)
    {
        using var fixture = RunFixture.Of(
            Samples.Numbers(), "sgd(learning_rate=0.01)", configuration => configuration with { Schedule = "constant for 13 then constant(1e39)", Clipping = GradientClipping.None });
        var outcome = fixture.Begin("run", stop);
        Assert.Equal(stop <= 13 ? TrainingEnd.Interrupted : TrainingEnd.Diverged, outcome.Summary.End);
        if (stop > 13)
        {
            Assert.Equal(
                "Training diverged: " + (stop == 14 ? "the parameter 'fc1.weight' was no longer finite after step 14" : "the loss was NaN at step 15 (epoch 3)")
                + ", most likely because the learning rate of 0.01 is too high for sgd with the schedule 'constant(0.01) for 13 then constant(1E+39)'; start again with a tenth of it or with --clip-norm 1 (the last good checkpoint, of step 12, is kept in 'run').",
                fixture.Plain(outcome.Message));
        }

        AssertWhole(fixture, "run");
        Assert.Equal(TrainingEnd.Diverged, fixture.Resume("run").Summary.End);
        AssertWhole(fixture, "run");
    }

    [Fact]
    public void Weights_that_blow_up_with_the_last_step_are_not_saved()
    {
        using var fixture = RunFixture.Of(
            Samples.Numbers(), "sgd(learning_rate=0.01)", configuration => configuration with { Schedule = "constant for 17 then constant(1e39)", Clipping = GradientClipping.None });
        var outcome = fixture.Begin("run");
        Assert.Equal(TrainingEnd.Diverged, outcome.Summary.End);
        Assert.Equal(
            "Training diverged: the validation loss was NaN after epoch 3 (step 18), most likely because the learning rate of 0.01 is too high for sgd with the schedule 'constant(0.01) for 17 then constant(1E+39)'; start again with a tenth of it or with --clip-norm 1 (the last good checkpoint, of step 12, is kept in 'run').",
            fixture.Plain(outcome.Message));
        AssertWhole(fixture, "run");
    }

    [Fact]
    public void Weights_that_a_ReLU_hides_are_found_at_the_end_of_the_epoch()
    {
        using var fixture = RunFixture.Of(Samples.Numbers());
        var session = fixture.Session();
        var listener = new Listener
        {
            OnStep = report =>
            {
                if (report.Step == 12)
                {
                    session.Model.Parameters.Single(parameter => parameter.Name == "fc1.bias").Values.Span[3] = float.NegativeInfinity;
                }
            },
        };
        var outcome = Trainer.Begin(session, fixture.Run("run"), Workers.Sequential, overwrite: false).Run(listener);
        Assert.True(double.IsFinite(session.Evaluate(session.ValidationRows).Loss));
        Assert.Equal(
            "Training diverged: the parameter 'fc1.bias' was no longer finite after epoch 2 (step 12), most likely because the learning rate of 0.01 is too high for adamw with the schedule 'warmup(2) then cosine(0.01..0, 16)'; start again with a tenth of it (the last good checkpoint, of step 6, is kept in 'run').",
            fixture.Plain(outcome.Message));
        AssertWhole(fixture, "run");
        fixture.Begin("good", 6);
        Assert.Equal(fixture.Result("good"), fixture.Result("run"));
    }

    [Theory]
    [InlineData("checkpoint.safetensors")]
    [InlineData("model.safetensors")]
    [InlineData("metrics.csv")]
    [InlineData("summary.json")]
    public void A_full_disk_ends_the_run_with_a_sentence_and_the_old_checkpoint_loads(string file)
    {
        if (!File.Exists("/dev/full"))
        {
            return;
        }

        using var fixture = RunFixture.Of(Samples.Classes());
        fixture.Begin("straight");
        fixture.Begin("run", 8);
        var run = fixture.Run("run");
        var path = Path.Combine(run.Path, file);
        var before = File.ReadAllBytes(path);
        var checkpoint = File.ReadAllBytes(run.Checkpoint);
        File.CreateSymbolicLink(path + AtomicFile.TemporarySuffix, "/dev/full");
        Assert.Equal(
            $"'{file}' could not be written (No space left on device : '{path}.partial'), and what was there is unchanged; make room or choose another folder.".Replace(run.Path + "/", "", StringComparison.Ordinal),
            fixture.Sentence(() => fixture.Resume("run")).Replace("run/", "", StringComparison.Ordinal));
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.False(File.Exists(path + AtomicFile.TemporarySuffix));
        if (file != "summary.json")
        {
            Assert.Equal(checkpoint, File.ReadAllBytes(run.Checkpoint));
        }

        AssertWhole(fixture, "run");
        Assert.Equal(TrainingEnd.Completed, fixture.Resume("run").Summary.End);
        Assert.Equal(fixture.Result("straight"), fixture.Result("run"));
    }

    /// <summary>Some good steps, two epochs where not given, then one of absurd length.</summary>
    private static RunFixture Late(int goodSteps = 12) => RunFixture.Of(
        Samples.Numbers(),
        "sgd(learning_rate=0.01)",
        configuration => configuration with { Schedule = $"constant for {goodSteps} then constant(1e25)", Clipping = GradientClipping.None });

    private static void AssertWhole(RunFixture fixture, string name)
    {
        var run = fixture.Run(name);
        foreach (var path in new[] { run.Checkpoint, run.Model }.Where(File.Exists))
        {
            foreach (var tensor in TensorFile.Read(path).Tensors)
            {
                var values = new float[tensor.Bytes.Length / sizeof(float)];
                tensor.CopyTo<float>(values);
                Assert.True(values.All(float.IsFinite), $"{Path.GetFileName(path)}: {tensor.Name} is not finite");
            }
        }

        var checkpoint = TensorFile.Read(run.Checkpoint);
        string[] json = [.. checkpoint.Metadata.Values, File.ReadAllText(run.Configuration), .. File.Exists(run.Summary) ? [File.ReadAllText(run.Summary)] : Array.Empty<string>()];
        foreach (var text in json)
        {
            using var document = JsonDocument.Parse(text);
        }

        foreach (var text in json.Append(File.ReadAllText(run.Metrics)))
        {
            Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Infinity", text, StringComparison.Ordinal);
        }

        var session = fixture.Session();
        Checkpoint.Load(session, new TrainingProgress(), run.Checkpoint);
        Assert.True(double.IsFinite(session.Evaluate(session.ValidationRows).Loss));
    }
}
