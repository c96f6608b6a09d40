using Descent.Numerics;
using Descent.State;
using Descent.TestSupport;
using Xunit.Abstractions;

namespace Descent.Training.Tests;

/// <summary>Damaged checkpoints and models of runs, with right checksums and lengths or as bytes: they load, or one sentence says why not, and nothing changes.</summary>
[Collection(OneRunAtATime.Name)]
public sealed class CheckpointFuzzTests(ITestOutputHelper output) : IDisposable
{
    private static readonly string[] Tokens =
    [
        "{", "}", "[", "]", "\"", ",", ":", "0", "1", "-1", "7", "1e999", "0.5", "2147483648", "9223372036854775807", "18446744073709551616", "null", "true", "[]", "{}", "\"\"", "\\ud800", "\\n", "é",
        "epoch", "batch", "history", "seed", "mlp:7", "mlp:1000000,1000000", "linear", "model.", "best.", "optimizer.", "fc1.weight", "F32", "F64", "format_version", "training_loss", "architecture", "preparation",
    ];

    private readonly RunFixture fixture = RunFixture.Of(Samples.Classes());

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void Mutated_checkpoints_are_loaded_or_refused()
    {
        fixture.Begin("run", stopAfter: 8);
        var path = fixture.Run("run").Checkpoint;
        var (seed, random, session, progress) = (File.ReadAllBytes(path), new SeededRandom(44), fixture.Session(), new TrainingProgress());
        var (accepted, summary) = Fuzz.Run(
            _ => Mutated(seed, random),
            input =>
            {
                Write(path, input);
                Checkpoint.Load(session, progress, path);
            },
            constant: 400_000);
        output.WriteLine(summary);
        Assert.InRange(accepted, Fuzz.Inputs / 50, Fuzz.Inputs);
    }

    [Fact]
    public void Mutated_models_are_loaded_or_refused()
    {
        fixture.Begin("run");
        var path = fixture.Run("run").Model;
        var (seed, random) = (File.ReadAllBytes(path), new SeededRandom(45));
        var (accepted, summary) = Fuzz.Run(
            _ => Mutated(seed, random),
            input =>
            {
                Write(path, input);
                TrainedModel.Load(path);
            },
            constant: 400_000);
        output.WriteLine(summary);
        Assert.InRange(accepted, Fuzz.Inputs / 50, Fuzz.Inputs);
    }

    /// <summary>A file of a few bytes may not ask for the memory of a large model.</summary>
    [Fact]
    public void A_model_that_says_it_is_larger_than_its_file_is_refused_before_it_is_made()
    {
        fixture.Begin("run");
        var path = fixture.Run("run").Model;
        var file = TensorFile.Read(path);
        file.Metadata["descent.model"] = file.Metadata["descent.model"].Replace("mlp:7", "mlp:20000,20000", StringComparison.Ordinal);
        file.Write(path);
        var allocated = Allocation.Of(() => Assert.Equal(
            "'run/model.safetensors' has 66 weights, but its architecture mlp:20000,20000 has 400200003; train it again.", fixture.Sentence(() => TrainedModel.Load(path))));
        Assert.InRange(allocated, 0, 400_000);
    }

    private static byte[] Mutated(byte[] seed, SeededRandom random)
    {
        if (random.NextInt32(8) == 0)
        {
            return Fuzz.Mutate(seed, Tokens, random);
        }

        var file = TensorFile.Parse(new MemoryStream(seed), "x");
        var changed = new TensorFile();
        var damaged = random.NextInt32(2) == 0 ? -1 : random.NextInt32(file.Tensors.Count);
        foreach (var (key, value) in file.Metadata)
        {
            changed.Metadata[key] = damaged < 0 ? Fuzz.Mutate(value, Tokens, random) : value;
        }

        foreach (var (tensor, index) in file.Tensors.Select((tensor, index) => (tensor, index)))
        {
            var other = index != damaged ? tensor : random.NextInt32(4) switch
            {
                0 => tensor with { Name = Fuzz.Mutate(tensor.Name, Tokens, random) },
                1 => tensor with { Shape = [.. tensor.Shape, 1] },
                2 => new StoredTensor(tensor.Name, "U8", [tensor.Bytes.Length], tensor.Bytes),
                _ => new StoredTensor(tensor.Name, "F32", [0], Array.Empty<byte>()),
            };
            if (changed.Find(other.Name) is null && other.Name != "__metadata__")
            {
                changed.Add(other);
            }
        }

        using var stream = new MemoryStream();
        changed.WriteTo(stream);
        return stream.ToArray();
    }

    private static void Write(string path, byte[] content)
    {
        using var stream = File.Create(path);
        stream.Write(content);
    }
}
