using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Descent.Training.Data;

/// <summary>
/// Rows of numbers in memory, with a class label or a target number for each row, or neither (rows to predict).
/// Loaded from CSV or IDX files, or built from arrays; the arrays are used in place, not copied.
/// </summary>
public sealed class Dataset
{
    private readonly Lazy<string> fingerprint;

    /// <summary>Wraps arrays as a data set.</summary>
    /// <param name="schema">Names, shape, task and classes.</param>
    /// <param name="features">Rows × columns numbers, row after row; columns is the product of the feature shape.</param>
    /// <param name="labels">For classification, the class of each row, in [0, number of classes); for text, one for each feature; null for rows to predict.</param>
    /// <param name="targets">For regression, the number of each row; null for rows to predict.</param>
    /// <exception cref="DescentException">The lengths do not fit together, or a label is out of range.</exception>
    public Dataset(DataSchema schema, float[] features, int[]? labels = null, double[]? targets = null)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(features);
        Schema = schema;
        Features = features;
        Labels = labels;
        Targets = targets;
        Columns = schema.Columns;
        if (Columns < 1 || (schema.SparseFeatures ?? Columns) != schema.FeatureNames.Count)
        {
            throw new DescentException(
                $"FeatureShape must describe the {schema.FeatureNames.Count} feature names, but [{string.Join(", ", schema.FeatureShape)}] describes {Columns}.");
        }

        if (features.Length == 0 || features.Length % Columns != 0)
        {
            throw new DescentException(
                $"Features must hold whole rows of {Columns} numbers and at least one, "
                + $"but holds {features.Length} numbers.");
        }

        Rows = features.Length / Columns;
        LabelsPerRow = Task == LearningTask.Text ? Columns : 1;
        Check(nameof(Labels), labels?.Length / LabelsPerRow, LearningTask.Classification, LearningTask.Text);
        Check(nameof(Targets), targets?.Length, LearningTask.Regression);
        for (var row = 0; row < labels?.Length; row++)
        {
            if ((uint)labels[row] >= (uint)schema.ClassNames.Count)
            {
                throw new DescentException(
                    $"Labels must be in [0, {schema.ClassNames.Count}), "
                    + $"but label {labels[row]} was found in row {row}.");
            }
        }

        fingerprint = new Lazy<string>(ComputeFingerprint);
    }

    /// <summary>Names, shape, task and classes: what is saved with a model.</summary>
    public DataSchema Schema { get; }

    /// <summary><see cref="Rows"/> × <see cref="Columns"/> numbers, all finite when loaded from a file, row after row.</summary>
    public float[] Features { get; }

    /// <summary>The number of rows, at least 1.</summary>
    public int Rows { get; }

    /// <summary>The number of features of a row, at least 1.</summary>
    public int Columns { get; }

    /// <summary>The class of each row, an index into <see cref="ClassNames"/>; null for regression and for rows to predict.</summary>
    public int[]? Labels { get; }

    /// <summary>How many labels a row has: 1, or for text as many as features.</summary>
    public int LabelsPerRow { get; }

    /// <summary>The number to predict of each row; null for classification and for rows to predict.</summary>
    public double[]? Targets { get; }

    /// <summary>What there is to learn.</summary>
    public LearningTask Task => Schema.Task;

    /// <summary>The classes in the order of the labels; empty for regression.</summary>
    public IReadOnlyList<string> ClassNames => Schema.ClassNames;

    /// <summary>Why <see cref="Task"/> is what it is, as a clause to show to the user; empty when the data were not read from a file.</summary>
    public string TaskReason { get; internal init; } = "";

    /// <summary>Columns of the file that are neither features nor the target and were passed over; empty except for rows to predict.</summary>
    public IReadOnlyList<string> IgnoredColumns { get; internal init; } = [];

    /// <summary>The files that the rows were read from, where each has its own; otherwise empty.</summary>
    public IReadOnlyList<string> RowNames { get; internal init; } = [];

    /// <summary>
    /// The SHA-256 of the content (shape, names, classes, features, labels and targets; not of file names or compression) in
    /// 64 hexadecimal digits: equal exactly when training on the data is the same. Computed once, when first asked for.
    /// </summary>
    public string Fingerprint => fingerprint.Value;

    /// <summary>Loads a text (a file called .txt, or when the task is text), a CSV file (plain or gzip), sparse rows as of LIBSVM, an IDX images file with its labels, a folder that holds the two, or a folder of folders of PNG or PGM images, one for each class; told apart by content.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="options">What is known about it; null: nothing.</param>
    /// <exception cref="DescentException">The data cannot be read or used; the sentence names file, line and column where they apply.</exception>
    public static Dataset Load(string path, DataOptions? options = null) =>
        TextDataset.Recognizes(path, options ?? new()) ? TextDataset.Load(path, options ?? new())
        : options?.Context is not null || options?.Vocabulary is not null ? throw new DescentException($"{path} is not read as text, so that a context or tokens do not apply; leave them out, or ask for the task text.")
        : ImageFolderDataset.Recognizes(path) ? ImageFolderDataset.Load(path, options ?? new())
        : IdxDataset.Recognizes(path) ? IdxDataset.Load(path, options ?? new())
        : LibsvmDataset.Recognizes(path) ? LibsvmDataset.Load(path, options ?? new()) : CsvDataset.Load(path, options ?? new());

    /// <summary>Loads rows with labels or targets to evaluate a trained model on; its features and classes are those of <paramref name="schema"/>.</summary>
    /// <inheritdoc cref="LoadFeatures" path="/remarks"/>
    /// <exception cref="DescentException">As <see cref="LoadFeatures"/>; or the target is missing, or a class is not among those learned.</exception>
    public static Dataset LoadLabelled(string path, DataSchema schema) => Load(path, schema, labelled: true);

    /// <summary>Loads rows to predict, with or without the target column.</summary>
    /// <remarks>
    /// When both this file and the training file name their columns, features are found by name, in any order, and other columns
    /// are passed over (see <see cref="IgnoredColumns"/>). Otherwise they are found by position: the file has the columns of the training file in
    /// their order, with or without the target. Images must have the shape of the training images: an IDX file, a PNG or PGM image, a folder of them, or one with folders of them.
    /// </remarks>
    /// <exception cref="DescentException">A feature is missing, the shape differs, or the file cannot be read.</exception>
    public static Dataset LoadFeatures(string path, DataSchema schema) => Load(path, schema, labelled: false);

    /// <summary>The features of one row.</summary>
    public ReadOnlySpan<float> Row(int row) => Features.AsSpan(checked(row * Columns), Columns);

    /// <summary>Copies the labels of <paramref name="rows"/> to the front of <paramref name="destination"/>.</summary>
    internal void GatherLabels(ReadOnlySpan<int> rows, Span<int> destination)
    {
        var labels = Labels ?? throw new InvalidOperationException("The data have no labels.");
        for (var i = 0; i < rows.Length; i++)
        {
            labels.AsSpan(rows[i] * LabelsPerRow, LabelsPerRow).CopyTo(destination[(i * LabelsPerRow)..]);
        }
    }

    private void Check(string name, int? length, params ReadOnlySpan<LearningTask> tasks)
    {
        if (length is not null && !tasks.Contains(Task))
        {
            throw new DescentException(
                $"{name} must be absent, "
                + $"because the task is {Task.ToText()}.");
        }

        if (length is not null && length != Rows)
        {
            throw new DescentException($"{name} must hold one value for each of the {Rows} rows, but holds {length}.");
        }
    }

    private string ComputeFingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(Schema.ToJson().ToJsonString()));
        hash.AppendData(MemoryMarshal.AsBytes<float>(Features));
        hash.AppendData(MemoryMarshal.AsBytes<int>(Labels));
        hash.AppendData(MemoryMarshal.AsBytes<double>(Targets));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static Dataset Load(string path, DataSchema schema, bool labelled) =>
        ImageFolderDataset.Recognizes(path) ? ImageFolderDataset.Load(path, schema, labelled)
        : IdxDataset.Recognizes(path) ? IdxDataset.Load(path, schema, labelled)
        : schema.SparseFeatures is not null || LibsvmDataset.Recognizes(path) ? LibsvmDataset.Load(path, schema, labelled) : CsvDataset.Load(path, schema, labelled);
}
