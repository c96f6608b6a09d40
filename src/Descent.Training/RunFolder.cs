using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Descent.State;
using Descent.Text;

namespace Descent.Training;

/// <summary>The folder of a run and the files in it.</summary>
/// <param name="Path">The folder; it need not exist yet.</param>
public sealed record RunFolder(string Path)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The configuration: all that decides the result.</summary>
    public string Configuration => System.IO.Path.Combine(Path, "config.json");

    /// <summary>A line for each epoch.</summary>
    public string Metrics => System.IO.Path.Combine(Path, "metrics.csv");

    /// <summary>The result in figures.</summary>
    public string Summary => System.IO.Path.Combine(Path, "summary.json");

    /// <summary>The best model, ready to predict.</summary>
    public string Model => System.IO.Path.Combine(Path, "model.safetensors");

    /// <summary>All that is needed to go on.</summary>
    public string Checkpoint => System.IO.Path.Combine(Path, "checkpoint.safetensors");

    /// <summary>Whether the folder holds any file of a run.</summary>
    public bool HoldsRun => Files.Any(File.Exists);

    private string[] Files => [Configuration, Metrics, Summary, Model, Checkpoint];

    /// <summary>Begins a run: creates the folder, writes the first files, and then removes the results of an old run, which until then is untouched.</summary>
    /// <param name="overwrite">Whether an old run gives way.</param>
    /// <param name="configuration">What <c>config.json</c> will hold.</param>
    /// <param name="checkpoint">The checkpoint of the start.</param>
    /// <exception cref="DescentException">The folder holds a run that may not be overwritten, cannot be used, or the disk is full.</exception>
    public void Begin(bool overwrite, TrainingConfiguration configuration, TensorFile checkpoint)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(checkpoint);
        RefuseOldRun(overwrite);
        if (Files.FirstOrDefault(Directory.Exists) is { } taken)
        {
            throw new DescentException($"The output folder '{Path}' cannot be used ('{taken}' is a folder); choose another.");
        }

        Guarded(() => Directory.CreateDirectory(Path));
        var json = Text(configuration.ToJson());
        AtomicFile.WriteAll(
            (Configuration, stream => stream.Write(json)),
            (Checkpoint, checkpoint.WriteTo),
            (Metrics, stream => stream.Write(Encoding.UTF8.GetBytes(EpochRecord.CsvHeader + "\n"))));
        Guarded(() =>
        {
            File.Delete(Summary);
            File.Delete(Model);
        });
    }

    /// <summary>Throws when the folder holds a run and <paramref name="overwrite"/> is false.</summary>
    /// <exception cref="DescentException">It holds a run that may not be overwritten, or is a file.</exception>
    public void RefuseOldRun(bool overwrite)
    {
        if (File.Exists(Path))
        {
            throw new DescentException($"The output folder '{Path}' is a file; choose another.");
        }

        if (HoldsRun && !overwrite)
        {
            throw new DescentException($"The output folder '{Path}' already holds a run; use --resume to go on with it, --overwrite to replace it, or another folder.");
        }
    }

    /// <summary>Reads the configuration of the run.</summary>
    /// <exception cref="DescentException">There is no run, or its configuration is not readable.</exception>
    public TrainingConfiguration ReadConfiguration()
    {
        if (!File.Exists(Configuration))
        {
            throw new DescentException($"'{Path}' holds no run to resume: '{Configuration}' does not exist.");
        }

        return TrainingConfiguration.FromJson(JsonFields.Parse(ReadText(Configuration), $"configuration '{Configuration}'"));
    }

    /// <summary>Writes the lines of the epochs.</summary>
    /// <exception cref="DescentException">The disk is full or the folder cannot be written.</exception>
    public void Write(IEnumerable<EpochRecord> history) => AtomicFile.WriteText(
        Metrics,
        string.Concat(history.Select(record => record.ToCsv()).Prepend(EpochRecord.CsvHeader).Select(line => line + "\n")));

    /// <summary>Writes the summary.</summary>
    /// <exception cref="DescentException">The disk is full or the folder cannot be written.</exception>
    public void Write(TrainingSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        var json = Text(summary.ToJson());
        AtomicFile.Write(Summary, stream => stream.Write(json));
    }

    private void Guarded(Action action)
    {
        try
        {
            action();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DescentException($"The output folder '{Path}' cannot be used ({error.Message.TrimEnd('.')}); choose another.", error);
        }
    }

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DescentException($"The file '{path}' could not be read ({error.Message.TrimEnd('.')}); check its permissions.", error);
        }
    }

    private static byte[] Text(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString(Indented) + "\n");
}
