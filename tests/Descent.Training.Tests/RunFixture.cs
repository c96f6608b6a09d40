using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Descent.Engine;
using Descent.Gradients;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.State;
using Descent.Training.Data;
using Descent.Training.Tests.Data;

namespace Descent.Training.Tests;

/// <summary>Trainers set the process's <see cref="Nn.Compute.Workers"/>, so their tests take turns.</summary>
[CollectionDefinition(Name)]
public class OneRunAtATime
{
    public const string Name = "Runs";
}

/// <summary>Small data that are easy to learn.</summary>
internal static class Samples
{
    /// <summary>With the default fraction 42 rows to train on: five batches of 8 and one of 2 in an epoch.</summary>
    public const int Rows = 53;

    public const int Columns = 5;

    /// <summary>Three classes around different centres.</summary>
    public static Dataset Classes(int rows = Rows, ulong seed = 3)
    {
        var random = new SeededRandom(seed);
        var labels = Enumerable.Range(0, rows).Select(i => i % 3).ToArray();
        var features = Enumerable.Range(0, rows * Columns).Select(i => (float)(random.NextNormal() + (labels[i / Columns] == i % Columns ? 2.5 : 0)));
        return new Dataset(Schema(LearningTask.Classification, ["a", "b", "c"]), [.. features], labels);
    }

    /// <summary>A target that is linear in the features, in a unit of its own, plus noise.</summary>
    public static Dataset Numbers(int rows = Rows, ulong seed = 4, double noise = 10)
    {
        var random = new SeededRandom(seed);
        var features = Enumerable.Range(0, rows * Columns).Select(_ => (float)((3 * random.NextNormal()) + 7)).ToArray();
        var targets = features.Chunk(Columns).Select(x => 1000 + (50 * x[0]) - (20 * x[1]) + (5 * x[2]) + (noise * random.NextNormal()));
        return new Dataset(Schema(LearningTask.Regression), features, targets: [.. targets]);
    }

    /// <summary>The rows of a data set that have those numbers.</summary>
    public static Dataset Part(Dataset data, ReadOnlySpan<int> rows)
    {
        var chosen = rows.ToArray();
        return new Dataset(
            data.Schema,
            [.. chosen.SelectMany(row => data.Row(row).ToArray())],
            data.Labels is { } labels ? [.. chosen.Select(row => labels[row])] : null,
            data.Targets is { } targets ? [.. chosen.Select(row => targets[row])] : null);
    }

    private static DataSchema Schema(LearningTask task, params string[] classes) => new()
    {
        Task = task,
        FeatureNames = new NumberedNames("column", Columns),
        FeatureShape = [Columns],
        HasNames = false,
        ClassNames = classes,
    };
}

/// <summary>Runs in folders of their own that are removed afterwards.</summary>
internal sealed class RunFixture(Dataset data, TrainingConfiguration configuration) : IDisposable
{
    private static readonly TrainingConfiguration Default = new()
    {
        Model = new ModelSpecification([7]),
        Schedule = "warmup(10%) then cosine",
        BatchSize = 8,
        Epochs = 3,
        Clipping = new ClipByNorm(1),
        Seed = 11,
    };

    public TempFolder Folder { get; } = new();

    public Dataset Data => data;

    public TrainingConfiguration Configuration => configuration;

    public static RunFixture Of(Dataset data, string optimizer = "adamw(learning_rate=0.01)", Func<TrainingConfiguration, TrainingConfiguration>? with = null)
    {
        var configuration = Default with { Optimizer = Catalogue.Parse(optimizer) };
        return new RunFixture(data, with is null ? configuration : with(configuration));
    }

    public RunFolder Run(string name) => new(Folder.File(name));

    public TrainingSession Session(Workers? workers = null) => new(configuration, data, workers ?? Workers.Sequential);

    public TrainingOutcome Begin(string name, long? stopAfter = null, int threads = 1, ITrainingObserver? observer = null)
    {
        using var workers = new Workers(threads);
        return Trainer.Begin(Session(workers), Run(name), workers, overwrite: false).Run(observer, stopAfter);
    }

    public TrainingOutcome Resume(string name, long? stopAfter = null, int threads = 1)
    {
        using var workers = new Workers(threads);
        return Trainer.Resume(Session(workers), Run(name), workers).Run(stopAfter: stopAfter);
    }

    /// <summary>An error's sentence with the folder's path taken out.</summary>
    public string Sentence(Action action) => Folder.Sentence(action);

    /// <summary>A sentence of an outcome with the folder's path taken out.</summary>
    public string Plain(string? message) => Assert.IsType<string>(message).Replace(Folder.Path + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);

    /// <summary>All that a run leaves, as text, the seconds and the names of the folder taken out: equal exactly when the bits are.</summary>
    public string Result(string name)
    {
        var run = Run(name);
        var checkpoint = TensorFile.Read(run.Checkpoint);
        var lines = checkpoint.Tensors
            .Select(tensor => $"{tensor.Name} {tensor.ElementType} [{string.Join(',', tensor.Shape)}] {Hash(tensor.Bytes.ToArray())}")
            .Concat(checkpoint.Metadata.Select(item => $"{item.Key} {Regex.Replace(item.Value, "\"seconds\":[^,}]+", "\"seconds\":0")}"))
            .Append("model " + (File.Exists(run.Model) ? Hash(File.ReadAllBytes(run.Model)) : "none"))
            .Concat(File.ReadLines(run.Metrics).Select(line => line[..line.LastIndexOf(',')]));
        return string.Join('\n', lines);
    }

    /// <summary>Changes what the checkpoint says about the run.</summary>
    public void EditCheckpoint(string name, Func<string, string> edit)
    {
        var file = TensorFile.Read(Run(name).Checkpoint);
        var text = file.Metadata["descent.training"];
        var edited = edit(text);
        Assert.NotEqual(text, edited);
        file.Metadata["descent.training"] = edited;
        file.Write(Run(name).Checkpoint);
    }

    /// <summary>The content of every file in the folder of fixtures, by path.</summary>
    public Dictionary<string, string> Snapshot() => Directory
        .EnumerateFileSystemEntries(Folder.Path, "*", SearchOption.AllDirectories)
        .ToDictionary(path => path, path => File.Exists(path) ? Hash(File.ReadAllBytes(path)) : "folder");

    public void Dispose() => Folder.Dispose();

    private static string Hash(byte[] bytes) => Convert.ToHexString(SHA256.HashData(bytes));
}

/// <summary>Remembers what it hears.</summary>
internal sealed class Listener : ITrainingObserver
{
    public List<StepReport> Steps { get; } = [];

    public List<(EpochRecord Record, bool IsBest)> Epochs { get; } = [];

    /// <summary>Called after every update.</summary>
    public Action<StepReport> OnStep { get; init; } = _ => { };

    public void Stepped(in StepReport report)
    {
        Steps.Add(report);
        OnStep(report);
    }

    public void EpochEnded(EpochRecord record, bool isBest) => Epochs.Add((record, isBest));
}
