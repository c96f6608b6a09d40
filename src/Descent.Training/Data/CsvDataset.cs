using System.Globalization;
using Descent.Text;

namespace Descent.Training.Data;

/// <summary>Turns CSV records into features and a target.</summary>
internal static class CsvDataset
{
    private const int Target = -1;
    private const int Ignored = -2;

    /// <summary>Loads a file to train on.</summary>
    public static Dataset Load(string path, DataOptions options)
    {
        using var reader = CsvReader.Open(path, options.Separator);
        var header = ReadHeader(reader, options.Header);
        var names = header ?? [.. new NumberedNames("column", reader.FieldCount)];
        if (names.Length < 2)
        {
            throw new DescentException(
                $"{path} has a single column where at least one feature and the target must be; check that the separator is ',', ';' or a tab.");
        }

        var targetIndex = FindTarget(path, options.Target, names);
        var roles = new int[names.Length];
        for (var column = 0; column < roles.Length; column++)
        {
            roles[column] = column == targetIndex ? Target : column < targetIndex ? column : column - 1;
        }

        var target = new TargetColumn(Where(path, targetIndex, header));
        var features = ReadRows(reader, header, roles, names.Length - 1, target, mayBeHeader: options.Header is null && header is null);
        var task = target.Decide(options.Task);
        var (labels, classNames) = task == LearningTask.Classification ? target.Classes() : (null, []);
        var schema = new DataSchema
        {
            Task = task,
            FeatureNames = [.. names.Where((_, column) => column != targetIndex)],
            FeatureShape = [names.Length - 1],
            HasNames = header is not null,
            TargetName = names[targetIndex],
            TargetIndex = targetIndex,
            ClassNames = classNames,
        };
        return new Dataset(schema, features, labels, labels is null ? target.Numbers() : null) { TaskReason = target.Reason };
    }

    /// <summary>Loads a file for a trained model.</summary>
    public static Dataset Load(string path, DataSchema schema, bool labelled)
    {
        using var reader = CsvReader.Open(path);
        var header = ReadHeader(reader, wanted: null);
        var roles = header is not null && schema.HasNames
            ? RolesByName(path, header, schema, labelled)
            : RolesByPosition(path, header?.Length ?? reader.FieldCount, schema, labelled);
        var targetIndex = Array.IndexOf(roles, Target);
        var target = labelled ? new TargetColumn(Where(path, targetIndex, header)) : null;
        var features = ReadRows(reader, header, roles, schema.FeatureNames.Count, target, mayBeHeader: header is null);
        var classes = labelled && schema.Task == LearningTask.Classification;
        return new Dataset(schema, features, classes ? target!.ClassesAmong(schema.ClassNames) : null, labelled && !classes ? target!.Numbers() : null)
        {
            IgnoredColumns = [.. roles.Index().Where(role => role.Item == Ignored).Select(role => header?[role.Index] ?? $"column{role.Index + 1}")],
        };
    }

    /// <summary>
    /// Reads the names and goes to the first row, or returns null where the first line is a row. Without instruction it is
    /// a header exactly when none of its fields is a number: features are numbers, so that a row has at least one.
    /// </summary>
    private static string[]? ReadHeader(CsvReader reader, bool? wanted)
    {
        if (!reader.ReadRecord())
        {
            throw new DescentException($"{reader.Path} is empty; it must hold rows of numbers and a target.");
        }

        var fields = Enumerable.Range(0, reader.FieldCount);
        if (!(wanted ?? !fields.Any(column => TryFeature(reader.Field(column), out _))))
        {
            return null;
        }

        var names = fields.Select(column => reader.Field(column).IsEmpty ? $"column{column + 1}" : reader.Text(column)).ToArray();
        var repeated = names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (repeated is not null)
        {
            throw new DescentException(
                $"{reader.Path}, line {reader.Line}: the columns {Array.IndexOf(names, repeated) + 1} and {Array.LastIndexOf(names, repeated) + 1} "
                + $"have the same name '{Shown.Brief(repeated)}'; give every column its own name.");
        }

        return reader.ReadRecord() ? names : throw new DescentException(
            $"{reader.Path} holds a header but no rows; "
            + "add rows of numbers below it.");
    }

    private static int FindTarget(string path, string? wanted, string[] names)
    {
        if (wanted is null)
        {
            return names.Length - 1;
        }

        var index = Array.IndexOf(names, wanted);
        if (index >= 0)
        {
            return index;
        }

        if (string.Equals(wanted, "last", StringComparison.OrdinalIgnoreCase))
        {
            return names.Length - 1;
        }

        if (int.TryParse(wanted, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number >= 1 && number <= names.Length
                ? number - 1
                : throw new DescentException($"{path}: the target column number must be in [1, {names.Length}], but was {wanted}.");
        }

        throw new DescentException(
            $"{path} has no column '{Shown.Brief(wanted)}'; the nearest of its {names.Length} columns are "
            + $"{NearestNames.Of(wanted, names)}, and a number or 'last' is allowed too.");
    }

    private static int[] RolesByName(string path, string[] header, DataSchema schema, bool labelled)
    {
        var roles = new int[header.Length];
        Array.Fill(roles, Ignored);
        var columns = header.Select((name, column) => (name, column)).ToDictionary(pair => pair.name, pair => pair.column, StringComparer.Ordinal);
        for (var feature = 0; feature < schema.FeatureNames.Count; feature++)
        {
            roles[Find(schema.FeatureNames[feature], "feature")] = feature;
        }

        if (labelled)
        {
            roles[Find(schema.TargetName ?? "target", "target")] = Target;
        }
        else if (schema.TargetName is not null && columns.TryGetValue(schema.TargetName, out var column))
        {
            roles[column] = Target;
        }

        return roles;

        int Find(string name, string what) => columns.TryGetValue(name, out var column)
            ? column
            : throw new DescentException(
                $"{path} lacks the {what} column '{Shown.Brief(name)}' that the model was trained with; "
                + $"the nearest of its columns are {NearestNames.Of(name, header)}.");
    }

    private static int[] RolesByPosition(string path, int count, DataSchema schema, bool labelled)
    {
        var features = schema.FeatureNames.Count;
        if (count == features + 1 || (count == features && !labelled))
        {
            var target = count == features ? count : schema.TargetIndex >= 0 ? schema.TargetIndex : features;
            return [.. Enumerable.Range(0, count).Select(column => column == target ? Target : column < target ? column : column - 1)];
        }

        throw new DescentException(
            $"{path} has {count} columns where the model needs {(labelled ? "" : $"{features}, or ")}{features + 1} with the target; "
            + "give the columns of the training file in their order.");
    }

    private static float[] ReadRows(CsvReader reader, string[]? header, int[] roles, int columns, TargetColumn? target, bool mayBeHeader)
    {
        var features = new float[1 << 12];
        var used = 0;
        do
        {
            if (reader.FieldCount != roles.Length)
            {
                throw new DescentException(
                    $"{reader.Path}, line {reader.Line}: the row has {reader.FieldCount} fields where {roles.Length} must be, as in the first line; "
                    + "check its separators and quotes.");
            }

            if (features.Length - used < columns)
            {
                Array.Resize(ref features, Grown(reader, used, columns));
            }

            for (var column = 0; column < roles.Length; column++)
            {
                var field = reader.Field(column);
                var role = roles[column];
                if (role >= 0)
                {
                    features[used + role] = TryFeature(field, out var number)
                        ? number
                        : throw NotANumber(reader, column, header, mayBeHeader);
                }
                else if (role == Target && target is not null)
                {
                    if (IsMissing(field) || (double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && !double.IsFinite(value)))
                    {
                        throw NotANumber(reader, column, header, isTarget: true);
                    }

                    target.Add(field, reader.Line);
                }
            }

            used += columns;
        }
        while (reader.ReadRecord());
        Array.Resize(ref features, used);
        return features;
    }

    private static bool TryFeature(ReadOnlySpan<byte> field, out float number) =>
        float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && float.IsFinite(number);

    private static int Grown(CsvReader reader, int used, int columns)
    {
        var needed = (long)used + columns;
        return needed <= Array.MaxLength
            ? (int)Math.Min(Math.Max(2L * used, needed), Array.MaxLength)
            : throw new DescentException(
                $"{reader.Path} holds more than {Array.MaxLength} numbers, more than fit in memory as one array; "
                + "use fewer rows.");
    }

    private static bool IsMissing(ReadOnlySpan<byte> field) => field.Length switch
    {
        0 => true,
        1 => field[0] == '?',
        2 => System.Text.Ascii.EqualsIgnoreCase(field, "NA"u8),
        3 => System.Text.Ascii.EqualsIgnoreCase(field, "NaN"u8),
        4 => System.Text.Ascii.EqualsIgnoreCase(field, "null"u8),
        _ => false,
    };

    private static DescentException NotANumber(CsvReader reader, int column, string[]? header, bool mayBeHeader = false, bool isTarget = false)
    {
        var field = reader.Field(column);
        var where = $"{Where(reader.Path, column, header, reader.Line)}:";
        var text = Shown.Brief(reader.Text(column));
        if (IsMissing(field))
        {
            return new DescentException($"{where} the value is missing ('{text}'); fill it in or remove the row.");
        }

        if (double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
        {
            return new DescentException(
                $"{where} '{text}' is not a finite number within "
                + $"±{(isTarget ? double.MaxValue : float.MaxValue):G2}; correct it or remove the row.");
        }

        return new DescentException(
            $"{where} the text '{text}' stands where a number such as 5.1 must be; "
            + (mayBeHeader && reader.Line == 1 ? "say that there is a header if this line names the columns." : "replace it by a number or remove the column."));
    }

    private static string Where(string path, int column, string[]? header, long line = 0) =>
        $"{path}{(line > 0 ? $", line {line}" : "")}, column {column + 1}{(header is null ? "" : $" ('{Shown.Brief(header[column])}')")}";
}
