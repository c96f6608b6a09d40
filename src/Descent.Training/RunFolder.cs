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
    private const string SetAside = ".old";
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

    /// <summary>Begins a run: creates the folder and writes the first files. If that fails, the folder holds what it held before.</summary>
    /// <param name="overwrite">Whether an old run gives way; it is removed only after the first files are written.</param>
    /// <param name="writeFirstFiles">Writes them.</param>
    /// <exception cref="DescentException">The folder holds a run that may not be overwritten, cannot be used, or the disk is full.</exception>
    public void Begin(bool overwrite, Action writeFirstFiles)
    {
        ArgumentNullException.ThrowIfNull(writeFirstFiles);
        RefuseOldRun(overwrite);
        var aside = new List<string>();
        var (isWriting, isDone) = (false, false);
        try
        {
            Directory.CreateDirectory(Path);
            foreach (var file in Files.Where(System.IO.Path.Exists))
            {
                if (Directory.Exists(file))
                {
                    throw new IOException($"'{file}' is a folder");
                }

                File.Move(file, file + SetAside, overwrite: true);
                aside.Add(file);
            }

            isWriting = true;
            writeFirstFiles();
            isDone = true;
            aside.ForEach(file => File.Delete(file + SetAside));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DescentException($"The output folder '{Path}' cannot be used ({error.Message.TrimEnd('.')}); choose another.", error);
        }
        finally
        {
            if (!isDone)
            {
                PutBack(isWriting ? Files : [], aside);
            }
        }
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

        return TrainingConfiguration.FromJson(JsonFields.Parse(File.ReadAllText(Configuration), $"configuration '{Configuration}'"));
    }

    /// <summary>Writes the configuration.</summary>
    /// <exception cref="DescentException">The disk is full or the folder cannot be written.</exception>
    public void Write(TrainingConfiguration configuration) => WriteJson(Configuration, configuration.ToJson());

    /// <summary>Writes the lines of the epochs.</summary>
    /// <exception cref="DescentException">The disk is full or the folder cannot be written.</exception>
    public void Write(IEnumerable<EpochRecord> history) => AtomicFile.WriteText(
        Metrics,
        string.Concat(history.Select(record => record.ToCsv()).Prepend(EpochRecord.CsvHeader).Select(line => line + "\n")));

    /// <summary>Writes the summary.</summary>
    /// <exception cref="DescentException">The disk is full or the folder cannot be written.</exception>
    public void Write(TrainingSummary summary) => WriteJson(Summary, summary.ToJson());

    private static void PutBack(string[] written, List<string> aside)
    {
        foreach (var file in written)
        {
            File.Delete(file);
        }

        aside.ForEach(file => File.Move(file + SetAside, file));
    }

    private static void WriteJson(string path, JsonObject json) => AtomicFile.WriteText(path, json.ToJsonString(Indented) + "\n");
}
