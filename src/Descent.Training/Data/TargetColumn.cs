using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Descent.Text;

namespace Descent.Training.Data;

/// <summary>
/// Collects the column to predict while a file is read, and decides whether it holds classes or numbers. Every distinct text is
/// kept once; a column of very many different numbers drops the texts and keeps the numbers.
/// </summary>
internal sealed class TargetColumn(string where)
{
    /// <summary>Whole numbers are taken for classes when there are at most this many different ones …</summary>
    internal const int MostClasses = 20;

    /// <summary>… and on average at least this many rows of each; two different whole numbers are always classes.</summary>
    internal const int RowsPerClass = 10;

    private const int MostTexts = 1 << 16;
    private readonly Dictionary<string, int> codes = new(StringComparer.Ordinal);
    private readonly List<string> texts = [];
    private readonly List<double> numbers = [];
    private readonly List<int> rowCodes = [];
    private readonly List<double> rowNumbers = [];
    private (long Line, string Text)? firstText;
    private bool tooMany;

    /// <summary>What the values are classes or numbers by, once <see cref="Decide"/> has run.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Adds the value of the next row, which is neither missing nor infinite.</summary>
    public void Add(ReadOnlySpan<byte> field, long line)
    {
        var isNumber = double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
        if (!isNumber)
        {
            number = double.NaN;
            firstText ??= (line, Encoding.UTF8.GetString(field));
        }

        rowNumbers.Add(number);
        if (tooMany)
        {
            RequireNumbersOnly();
            return;
        }

        Span<char> letters = field.Length <= 256 ? stackalloc char[field.Length] : new char[field.Length];
        ReadOnlySpan<char> text = letters[..Encoding.UTF8.GetChars(field, letters)];
        if (!codes.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var code))
        {
            if (!Utf8.IsValid(field))
            {
                throw new DescentException($"{where}, line {line}: the bytes are not UTF-8 text; save the file as UTF-8.");
            }

            code = texts.Count;
            texts.Add(text.ToString());
            numbers.Add(number);
            codes.Add(texts[code], code);
            if (texts.Count > MostTexts)
            {
                tooMany = true;
                RequireNumbersOnly();
            }
        }

        rowCodes.Add(code);
    }

    /// <summary>The task: the one asked for, or the one that the values suggest.</summary>
    /// <exception cref="DescentException">There are too many values for the classes asked for, or all are the same.</exception>
    public LearningTask Decide(LearningTask? wanted)
    {
        var values = numbers.Distinct().ToArray();
        var distinct = firstText is null ? values.Length : texts.Count;
        var found = tooMany ? $"more than {MostTexts} different values" : $"{distinct} different values in {rowNumbers.Count} rows";
        if (distinct == 1)
        {
            throw new DescentException(
                $"{where}: every row has the same value '{Shown.Brief(texts[0])}', so there is nothing to learn; choose another target column or add rows.");
        }

        if (wanted == LearningTask.Classification && tooMany)
        {
            throw new DescentException($"{where}: the target has {found}, too many for classes; choose another column or regression.");
        }

        if (wanted is null && firstText is var (line, text) && !LooksLikeClasses(values))
        {
            throw new DescentException(
                $"{where}, line {line}: the target is the text '{Shown.Brief(text)}' where other rows have numbers; correct it, or ask for classification.");
        }

        var whole = firstText is null && !tooMany && Array.TrueForAll(values, double.IsInteger);
        var few = distinct == 2 || (distinct <= MostClasses && rowNumbers.Count >= RowsPerClass * distinct);
        var (task, because) = (firstText, whole, few) switch
        {
            (not null, _, _) => (LearningTask.Classification, "text"),
            (_, true, true) => (LearningTask.Classification, "few whole numbers"),
            (_, true, false) => (LearningTask.Regression, "many whole numbers"),
            _ => (LearningTask.Regression, tooMany ? "many numbers" : "numbers that are not all whole"),
        };
        Reason = $"{(wanted is null ? "" : "asked for; ")}the target column holds {because}: {found}";
        return wanted ?? task;
    }

    /// <summary>Whether a column with texts holds classes; not where half of its rows are many different numbers: then a text is a slip.</summary>
    private bool LooksLikeClasses(double[] values)
    {
        var (different, rows) = (values.Count(double.IsFinite), rowNumbers.Count(double.IsFinite));
        return 2 * rows < rowNumbers.Count || different <= 2 || (different <= MostClasses && rows >= RowsPerClass * different);
    }

    /// <summary>The numbers of all rows, for regression.</summary>
    /// <exception cref="DescentException">A value is text.</exception>
    public double[] Numbers() => firstText is var (line, text)
        ? throw new DescentException(
            $"{where}, line {line}: the target is the text '{Shown.Brief(text)}' where regression needs a number; choose another column or classification.")
        : [.. rowNumbers];

    /// <summary>
    /// The classes and the class of every row. Numbers that are equal are one class (1 and 1.0), named by the shortest text and
    /// ordered by value; texts are ordered by their UTF-16 codes.
    /// </summary>
    public (int[] Labels, string[] ClassNames) Classes()
    {
        var order = Enumerable.Range(0, texts.Count).ToArray();
        Array.Sort(order, (a, b) => firstText is null && numbers[a] != numbers[b]
            ? numbers[a].CompareTo(numbers[b])
            : firstText is null && texts[a].Length != texts[b].Length
                ? texts[a].Length - texts[b].Length
                : string.CompareOrdinal(texts[a], texts[b]));
        var names = new List<string>();
        var classOf = new int[texts.Count];
        for (var i = 0; i < order.Length; i++)
        {
            if (firstText is not null || i == 0 || numbers[order[i]] != numbers[order[i - 1]])
            {
                names.Add(texts[order[i]]);
            }

            classOf[order[i]] = names.Count - 1;
        }

        return ([.. rowCodes.Select(code => classOf[code])], [.. names]);
    }

    /// <summary>The class of every row among classes known before.</summary>
    /// <exception cref="DescentException">A value is none of the classes.</exception>
    public int[] ClassesAmong(IReadOnlyList<string> classNames)
    {
        var known = classNames.Select((name, index) => (name, index)).ToDictionary(pair => pair.name, pair => pair.index, StringComparer.Ordinal);
        var byValue = classNames.Select(name => double.TryParse(name, CultureInfo.InvariantCulture, out var value) ? value : double.NaN).ToList();
        var classOf = new int[texts.Count];
        for (var code = 0; code < texts.Count; code++)
        {
            classOf[code] = known.TryGetValue(texts[code], out var index) ? index : byValue.FindIndex(value => value == numbers[code]);
            if (classOf[code] < 0)
            {
                throw new DescentException(
                    $"{where}: the class '{Shown.Brief(texts[code])}' is none of the classes learned; the nearest are {NearestNames.Of(texts[code], classNames)}.");
            }
        }

        return [.. rowCodes.Select(code => classOf[code])];
    }

    private void RequireNumbersOnly()
    {
        if (firstText is var (line, text))
        {
            throw new DescentException(
                $"{where}: the target has more than {MostTexts} different values, among them the text '{Shown.Brief(text)}' on line {line}, "
                + "too many for classes; choose another column.");
        }
    }
}
