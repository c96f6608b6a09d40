using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Descent.Text;

namespace Descent.Training.Data;

/// <summary>
/// Sparse rows in the text format of LIBSVM and SVMlight: <c>label index:value index:value …</c>, indices ascending, what follows <c>#</c> a comment. A row of features is made of
/// pairs: the indices, −1 where there is none, and then as many values (what <see cref="Nn.SparseLinear{T}"/> takes). Indices are taken as they are, from 0 or from 1.
/// </summary>
internal static class LibsvmDataset
{
    private const int MostFeatures = 1 << 24;
    private const int MostBytes = 1 << 30;

    /// <summary>Whether the first line of two words is a label and a pair.</summary>
    public static bool Recognizes(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using var file = ContentFile.Open(path);
        var buffer = new byte[1 << 12];
        var start = buffer.AsSpan(0, file.Read(buffer));
        while (start.Length > 0)
        {
            var line = Line(ref start);
            if (!Word(ref line).IsEmpty && Word(ref line) is { IsEmpty: false } pair)
            {
                return pair.IndexOf((byte)':') is > 0 and var colon && pair[..colon].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
            }
        }

        return false;
    }

    /// <summary>Loads rows to train on.</summary>
    public static Dataset Load(string path, DataOptions options)
    {
        if (options.Target is not null || options.Header is not null || options.Separator is not null)
        {
            throw new DescentException($"{path} holds sparse rows, whose target is their first word; leave out the target, the header and the separator.");
        }

        var target = new TargetColumn(path);
        var rows = Read(path, target, MostFeatures);
        var task = target.Decide(options.Task);
        var (labels, classNames) = task == LearningTask.Classification ? target.Classes() : (null, []);
        var schema = SchemaOf(task, rows, rows.Features, classNames);
        return new Dataset(schema, rows.ToArray(), labels, labels is null ? target.Numbers() : null)
        {
            TaskReason = target.Reason,
        };
    }

    /// <summary>Loads rows for a trained model. Features that it was not trained with are left out: they have no weights.</summary>
    public static Dataset Load(string path, DataSchema schema, bool labelled)
    {
        if (schema.SparseFeatures is not { } features)
        {
            throw new DescentException($"{path} holds sparse rows, but the model was trained on {schema.Rows}; give rows like those of the training file.");
        }

        var target = new TargetColumn(path);
        var rows = Read(path, target, features);
        var classes = labelled && schema.Task == LearningTask.Classification;
        return new Dataset(
            SchemaOf(schema.Task, rows, features, schema.ClassNames), rows.ToArray(), classes ? target.ClassesAmong(schema.ClassNames) : null, labelled && !classes ? target.Numbers() : null);
    }

    private static DataSchema SchemaOf(LearningTask task, Rows rows, int features, IReadOnlyList<string> classNames) => new()
    {
        Task = task,
        FeatureShape = [2 * rows.Pairs],
        FeatureNames = new NumberedNames("feature", features, First: 0),
        HasNames = false,
        ClassNames = classNames,
        SparseFeatures = features,
    };

    private static Rows Read(string path, TargetColumn target, int features)
    {
        var content = ContentFile.ReadAll(path, MostBytes, "which are not read as sparse rows; train on a part of it").Span;
        var (rows, number) = (new Rows(path), 0);
        while (content.Length > 0)
        {
            number++;
            var line = Line(ref content);
            var label = Word(ref line);
            if (label.IsEmpty)
            {
                continue;
            }

            if (!Utf8Parser.TryParse(label[0] == '+' ? label[1..] : label, out double value, out var used) || used < label.Length - (label[0] == '+' ? 1 : 0) || !double.IsFinite(value))
            {
                throw new DescentException($"{path}, line {number}: the label must be a finite number, but was '{Shown.Brief(Encoding.UTF8.GetString(label))}'; correct it.");
            }

            target.Add(label, number);
            rows.Begin();
            var previous = -1;
            for (var word = Word(ref line); !word.IsEmpty; word = Word(ref line))
            {
                var (index, feature) = Pair(path, number, word);
                if (index <= previous)
                {
                    throw new DescentException($"{path}, line {number}: indices must ascend, but {index} follows {previous}; sort the pairs of the line.");
                }

                previous = index;
                if (index < features)
                {
                    rows.Add(index, feature);
                }
            }
        }

        return rows.Count > 0 ? rows : throw new DescentException($"{path} is empty; it must hold rows such as '1 3:0.5 7:1'.");
    }

    private static (int Index, float Value) Pair(string path, int number, ReadOnlySpan<byte> word)
    {
        var colon = word.IndexOf((byte)':');
        if (colon < 1 || !float.TryParse(word[(colon + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !float.IsFinite(value))
        {
            throw new DescentException($"{path}, line {number}: '{Shown.Brief(Encoding.UTF8.GetString(word))}' stands where an index, a colon and a finite number must be, as in 3:0.5; correct it.");
        }

        return int.TryParse(word[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < MostFeatures
            ? (index, value)
            : throw new DescentException($"{path}, line {number}: an index must be a whole number from 0 to {MostFeatures - 1}, but was '{Shown.Brief(Encoding.UTF8.GetString(word[..colon]))}'; correct it.");
    }

    /// <summary>Takes the next line off, without its comment.</summary>
    private static ReadOnlySpan<byte> Line(ref Span<byte> rest)
    {
        var end = rest.IndexOf((byte)'\n');
        var line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return line.IndexOf((byte)'#') is >= 0 and var comment ? line[..comment] : line;
    }

    /// <summary>Takes the next word off; empty at the end.</summary>
    private static ReadOnlySpan<byte> Word(ref ReadOnlySpan<byte> line)
    {
        line = line.TrimStart(" \t\r"u8);
        var end = line.IndexOfAny(" \t\r"u8);
        var word = end < 0 ? line : line[..end];
        line = line[word.Length..];
        return word;
    }

    /// <summary>Collects pairs, row after row.</summary>
    private sealed class Rows(string path)
    {
        private readonly List<int> starts = [];
        private readonly List<int> indices = [];
        private readonly List<float> values = [];

        public int Count => starts.Count;

        /// <summary>How many features there are at least: one more than the largest index.</summary>
        public int Features { get; private set; }

        /// <summary>The most pairs of a row, at least 1.</summary>
        public int Pairs { get; private set; } = 1;

        public void Begin() => starts.Add(indices.Count);

        public void Add(int index, float value)
        {
            indices.Add(index);
            values.Add(value);
            (Features, Pairs) = (Math.Max(Features, index + 1), Math.Max(Pairs, indices.Count - starts[^1]));
        }

        public float[] ToArray()
        {
            if (2L * Pairs * Count > Array.MaxLength)
            {
                throw new DescentException($"{path} has {Count} rows of up to {Pairs} pairs, more than fit in memory as one array; use fewer rows.");
            }

            var array = new float[2 * Pairs * Count];
            for (var row = 0; row < Count; row++)
            {
                var (place, end) = (2 * Pairs * row, row + 1 < Count ? starts[row + 1] : indices.Count);
                array.AsSpan(place, Pairs).Fill(-1);
                for (var i = starts[row]; i < end; i++, place++)
                {
                    (array[place], array[place + Pairs]) = (indices[i], values[i]);
                }
            }

            return array;
        }
    }
}
