using System.Text;
using Descent.Optimizers;
using Descent.State;

namespace Descent.Training.Tests;

/// <summary>A checkpoint that does not fit is refused with a sentence, and nothing on the disk changes.</summary>
[Collection(OneRunAtATime.Name)]
public sealed class CheckpointTests : IDisposable
{
    private readonly RunFixture fixture = RunFixture.Of(Samples.Classes());

    public CheckpointTests() => fixture.Begin("run", 8);

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void Another_architecture_is_refused() => Refused(
        "'run/checkpoint.safetensors' was saved for another architecture: it has fc1.weight [7, 5], fc1.bias [7], fc2.weight [3, 7], fc2.bias [3], but the model has fc.weight [3, 5], fc.bias [3].",
        fixture.Configuration with { Model = new ModelSpecification([]) });

    [Fact]
    public void Another_optimizer_is_refused() => Refused(
        "The optimizer state was saved by adamw, but this optimizer is lion; use the same method.",
        fixture.Configuration with { Optimizer = new Lion() });

    [Fact]
    public void Options_that_need_other_state_are_refused()
    {
        using var plain = RunFixture.Of(Samples.Classes(), "adam");
        plain.Begin("run", 8);
        var ours = plain.Configuration with { Optimizer = new Adam { AmsGrad = true } };
        Assert.Equal(
            "The optimizer state was saved by adam with ams_grad false, but here it is true; use the same.",
            plain.Sentence(() => Trainer.Resume(new TrainingSession(ours, plain.Data, Engine.Workers.Sequential), plain.Run("run"), Engine.Workers.Sequential)));
    }

    [Fact]
    public void Other_data_are_refused()
    {
        const string Sentence = "The data are not those that 'run/checkpoint.safetensors' was trained on; resume with the same data, or start a new run.";
        var value = fixture.Data.Features[0];
        fixture.Data.Labels![0] = 1 - fixture.Data.Labels[0];
        Refused(Sentence, fixture.Configuration, Samples.Part(fixture.Data, [.. Enumerable.Range(0, Samples.Rows)]));
        fixture.Data.Labels[0] = 1 - fixture.Data.Labels[0];
        fixture.Data.Features[0] = MathF.BitIncrement(value);
        Refused(Sentence, fixture.Configuration, Samples.Part(fixture.Data, [.. Enumerable.Range(0, Samples.Rows)]));
    }

    [Fact]
    public void Another_seed_split_or_batch_size_is_refused()
    {
        Refused(
            "'run/checkpoint.safetensors' was saved with seed 11, but the configuration has seed 12; resume with the same one, or start a new run.",
            fixture.Configuration with { Seed = 12 });
        Refused(
            "'run/checkpoint.safetensors' was saved with batch_size 8, but the configuration has batch_size 7; resume with the same one, or start a new run.",
            fixture.Configuration with { BatchSize = 7 });
        Refused(
            "'run/checkpoint.safetensors' was saved with validation_fraction 0.2, but the configuration has validation_fraction 0.21; resume with the same one, or start a new run.",
            fixture.Configuration with { ValidationFraction = 0.21 });
    }

    [Fact]
    public void A_missing_or_foreign_file_is_refused()
    {
        var checkpoint = fixture.Run("run").Checkpoint;
        File.Copy(fixture.Run("run").Model, checkpoint, overwrite: true);
        Refused("'run/checkpoint.safetensors' is not a checkpoint of a training run.");
        File.WriteAllText(checkpoint, "Not a checkpoint at all.");
        Refused("'run/checkpoint.safetensors' is not a readable safetensors file: its header of 7521891404167278414 bytes does not fit into the file's 24.");
        File.Delete(checkpoint);
        Refused("The file 'run/checkpoint.safetensors' does not exist; check the name and the folder.");
    }

    [Fact]
    public void A_truncated_file_is_refused_wherever_it_ends()
    {
        var checkpoint = fixture.Run("run").Checkpoint;
        var bytes = File.ReadAllBytes(checkpoint);
        foreach (var length in new[] { 0, 7, 8, 9, 100, bytes.Length / 2, bytes.Length - 4, bytes.Length - 1 })
        {
            File.WriteAllBytes(checkpoint, bytes[..length]);
            Assert.StartsWith("'run/checkpoint.safetensors' is not a readable safetensors file: ", Sentence(), StringComparison.Ordinal);
        }

        File.WriteAllBytes(checkpoint, bytes);
        Assert.Equal(TrainingEnd.Completed, fixture.Resume("run").Summary.End);
    }

    [Fact]
    public void A_newer_format_is_refused()
    {
        fixture.EditCheckpoint("run", text => text.Replace("\"format_version\":1", "\"format_version\":2", StringComparison.Ordinal));
        Refused("'run/checkpoint.safetensors' has format version 2, but this version reads 1 to 1; use a newer Descent.");
    }

    [Theory]
    [InlineData("\"epoch\":1,\"batch\":2", "\"epoch\":-1,\"batch\":2", "The saved checkpoint is damaged: its field 'epoch' must be an integer from 0 to 3, but was -1.")]
    [InlineData("\"epoch\":1,\"batch\":2", "\"epoch\":1,\"batch\":6", "The saved checkpoint is damaged: its field 'batch' must be an integer in [0, 6), but was 6.")]
    [InlineData("\"batch\":2", "\"batch\":null", "The saved checkpoint is damaged: its field 'batch' must be an integer, but was absent.")]
    [InlineData("\"epoch_rows\":16", "\"epoch_rows\":\"many\"", "The saved checkpoint is damaged: its field 'epoch_rows' must be an integer, but was \"many\".")]
    [InlineData("\"history\":[", "\"history\":[3,", "The saved checkpoint is damaged: its field 'history' must be an array of objects, but was [3,")]
    [InlineData("\"training_loss\":", "\"training_loss\":1e999,\"was\":", "The saved checkpoint is damaged: its field 'training_loss' must be a finite number, but was 1e999.")]
    public void A_damaged_field_is_refused(string text, string damaged, string message)
    {
        fixture.EditCheckpoint("run", json => json.Replace(text, damaged, StringComparison.Ordinal));
        Assert.StartsWith(message, Sentence(), StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_and_mistyped_tensors_are_refused()
    {
        var checkpoint = fixture.Run("run").Checkpoint;
        var whole = TensorFile.Read(checkpoint);
        foreach (var missing in whole.Tensors.Select(tensor => tensor.Name))
        {
            Copy(whole, name => name == missing ? null : name).Write(checkpoint);
            Assert.Contains(missing.Replace("model.", "", StringComparison.Ordinal), Sentence(), StringComparison.Ordinal);
        }

        var mistyped = Copy(whole, name => name == "model.fc1.bias" ? null : name, file => file.Add<double>("model.fc1.bias", [7], new double[7]));
        mistyped.Write(checkpoint);
        Assert.Equal("Tensor 'model.fc1.bias' must be F32, but is F64.", Sentence());
        whole.Write(checkpoint);
        Assert.Equal(TrainingEnd.Completed, fixture.Resume("run").Summary.End);
    }

    [Fact]
    public void A_model_that_is_no_model_is_refused()
    {
        var run = fixture.Run("run");
        Assert.Equal(
            "'run/checkpoint.safetensors' holds weights, but not how to use them; predict needs a model that 'descent train' wrote.",
            fixture.Sentence(() => TrainedModel.Load(run.Checkpoint)));
        File.Delete(run.Model);
        Assert.Equal("The file 'run/model.safetensors' does not exist; check the name and the folder.", fixture.Sentence(() => TrainedModel.Load(run.Model)));
    }

    [Fact]
    public void Rows_of_another_width_are_not_predicted()
    {
        using var other = RunFixture.Of(Training.Data.DigitGenerator.Generate(20, 1));
        var model = TrainedModel.Load(fixture.Run("run").Model);
        Assert.Equal("The model needs rows of 5 features, but the data have 400.", Assert.Throws<DescentException>(() => model.Predict(other.Data)).Message);
    }

    private static TensorFile Copy(TensorFile file, Func<string, string?> rename, Action<TensorFile>? add = null)
    {
        var copy = new TensorFile();
        foreach (var (key, value) in file.Metadata)
        {
            copy.Metadata[key] = value;
        }

        foreach (var tensor in file.Tensors)
        {
            if (rename(tensor.Name) is { } name)
            {
                var values = new float[tensor.Bytes.Length / sizeof(float)];
                tensor.CopyTo<float>(values);
                copy.Add<float>(name, [.. tensor.Shape], values);
            }
            else
            {
                add?.Invoke(copy);
            }
        }

        return copy;
    }

    private string Sentence() => Refusal(fixture.Configuration, fixture.Data);

    private void Refused(string sentence, TrainingConfiguration? configuration = null, Training.Data.Dataset? data = null) =>
        Assert.Equal(sentence, Refusal(configuration ?? fixture.Configuration, data ?? fixture.Data));

    private string Refusal(TrainingConfiguration configuration, Training.Data.Dataset data)
    {
        var before = fixture.Snapshot();
        var session = new TrainingSession(configuration, data, Engine.Workers.Sequential);
        var weights = Weights(session);
        var sentence = fixture.Sentence(() => Trainer.Resume(session, fixture.Run("run"), Engine.Workers.Sequential));
        Assert.Equal(before, fixture.Snapshot());
        Assert.Equal(weights, Weights(session));
        Assert.DoesNotContain('\n', sentence);
        return sentence;
    }

    private static string Weights(TrainingSession session)
    {
        var text = new StringBuilder();
        foreach (var parameter in session.Model.Parameters)
        {
            text.AppendJoin(' ', parameter.Values.ToArray());
        }

        return text.Append(session.Sampler.Position).Append(session.Optimizer.Updates).ToString();
    }
}
