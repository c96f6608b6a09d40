using System.Text.Json.Nodes;
using Descent.State;
using Descent.Text;
using Descent.Training.Data;

namespace Descent.Training;

/// <summary>
/// All that a run needs to go on bit for bit: the weights, the best weights so far, the optimizer's state (and with it
/// the place in the schedule), the place in the data, and the history.
/// </summary>
/// <remarks>
/// The order of an epoch and the changes of its images need no state: they are functions of the seed and the epoch, and both are saved. What draws
/// the masks of dropouts goes on from where it was.
/// </remarks>
internal static class Checkpoint
{
    private const string Key = "descent.training";
    private const string What = "checkpoint";
    private const int FormatVersion = 1;

    public static TensorFile Save(TrainingSession session, TrainingProgress progress)
    {
        var file = new TensorFile();
        foreach (var (name, tensor) in session.Tensors)
        {
            file.Add<float>($"model.{name}", tensor.Shape, tensor.Values);
        }

        if (progress.BestWeights is { } best)
        {
            foreach (var ((name, tensor), values) in session.Tensors.Zip(best))
            {
                file.Add<float>($"best.{name}", tensor.Shape, values);
            }
        }

        OptimizerState.Save(session.Optimizer, file);
        file.Metadata[Key] = new JsonObject
        {
            ["format_version"] = FormatVersion,
            ["epoch"] = session.Sampler.Position.Epoch,
            ["batch"] = session.Sampler.Position.Batch,
            ["random_position"] = session.Random.Position,
            ["epoch_loss_sum"] = progress.EpochLossSum,
            ["epoch_rows"] = progress.EpochRows,
            ["skipped_steps"] = progress.SkippedSteps,
            ["seconds"] = progress.Seconds,
            ["seed"] = session.Configuration.Seed,
            ["batch_size"] = session.Configuration.ToJson()["batch_size"]!.DeepClone(),
            ["accumulate"] = session.Configuration.Accumulate,
            ["validation_fraction"] = session.Configuration.ValidationFraction,
            ["data_fingerprint"] = session.Data.Fingerprint,
            ["model"] = session.Specification.ToString(),
            ["history"] = new JsonArray([.. progress.History.Select(record => record.ToJson())]),
        }.ToJsonString();
        return file;
    }

    public static void Load(TrainingSession session, TrainingProgress progress, string path)
    {
        var file = TensorFile.Read(path);
        if (!file.Metadata.TryGetValue(Key, out var text))
        {
            throw new DescentException($"'{path}' is not a checkpoint of a training run.");
        }

        var json = JsonFields.Parse(text, What);
        var version = json.Whole("format_version");
        if (version is < 1 or > FormatVersion)
        {
            throw new DescentException($"'{path}' has format version {version}, but this version reads 1 to {FormatVersion}; use a newer Descent.");
        }

        if (json.Text("data_fingerprint") != session.Data.Fingerprint)
        {
            throw new DescentException($"The data are not those that '{path}' was trained on; resume with the same data, or start a new run.");
        }

        CheckRows(session.Configuration.ToJson(), json, path);
        CheckWeights(session, file, path);
        IReadOnlyList<EpochRecord> history = [.. json.Items("history").Select(EpochRecord.FromJson)];
        var position = Position(json, session);
        var (lossSum, rows, skipped, seconds) = (json.Number("epoch_loss_sum"), json.Whole("epoch_rows"), json.Count("skipped_steps"), json.Number("seconds"));
        var weights = Weights(session, file, "model.");
        var random = json.Has("random_position") ? json.Seed("random_position") : session.Random.Position;
        var best = history.Count > 0 ? Weights(session, file, "best.") : null;

        // Only now, when all is read, does anything change; the optimizer refuses its part as a whole.
        OptimizerState.Load(session.Optimizer, file);
        session.Sampler.Position = position;
        session.Random.Position = random;
        progress.Restore(history, lossSum, rows, skipped, seconds);
        progress.BestWeights = best;
        session.SetTensors(weights);
    }

    /// <summary>Throws when the rows of the rest of the run would not be those that the first part has left.</summary>
    private static void CheckRows(JsonObject ours, JsonFields saved, string path)
    {
        foreach (var name in new[] { "seed", "batch_size", "accumulate", "validation_fraction" })
        {
            var (our, their) = (ours[name]!.ToJsonString(), saved.Json[name]?.ToJsonString());
            if (our != their)
            {
                throw new DescentException(
                    $"'{path}' was saved with {name} {their ?? "absent"}, but the configuration has {name} {our}; resume with the same one, or start a new run.");
            }
        }
    }

    private static BatchPosition Position(JsonFields json, TrainingSession session)
    {
        var position = new BatchPosition(json.Whole("epoch"), json.Whole("batch"));
        if (position.Epoch < 0 || position.Epoch > session.Epochs)
        {
            throw json.Wrong("epoch", $"an integer from 0 to {session.Epochs}");
        }

        var batches = session.BatchesIn(position.Epoch);
        return position.Batch >= 0 && position.Batch < batches ? position : throw json.Wrong("batch", $"an integer in [0, {batches})");
    }

    private static float[][] Weights(TrainingSession session, TensorFile file, string prefix) => [.. session.Tensors.Select(item =>
    {
        var values = new float[item.Tensor.Length];
        file[prefix + item.Name].CopyTo<float>(values);
        return values;
    })];

    private static void CheckWeights(TrainingSession session, TensorFile file, string path)
    {
        var stored = file.Tensors.Where(tensor => tensor.Name.StartsWith("model.", StringComparison.Ordinal)).ToArray();
        string[] ours = [.. session.Tensors.Select(item => Describe($"model.{item.Name}", item.Tensor.Shape.ToArray()))];
        string[] theirs = [.. stored.Select(tensor => Describe(tensor.Name, tensor.Shape))];
        if (!ours.SequenceEqual(theirs))
        {
            throw new DescentException(
                $"'{path}' was saved for another architecture: it has {string.Join(", ", theirs)}, but the model has {string.Join(", ", ours)}.");
        }

        static string Describe(string name, IEnumerable<int> shape) => $"{Shown.Brief(name["model.".Length..], 200)} [{string.Join(", ", shape)}]";
    }
}
