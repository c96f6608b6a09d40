using Descent.Text;

namespace Descent.Training.Data;

/// <summary>What the user says about a data file; everything that is not said is found out from the file.</summary>
public sealed record DataOptions
{
    /// <summary>
    /// The column to predict: its name, or its number counted from 1, or <c>last</c>. A name wins over a number and over
    /// <c>last</c>. Not set: the last column. Only for CSV.
    /// </summary>
    public string? Target { get; init; }

    /// <summary>
    /// The task. Not set: text is classes; whole numbers are classes when there are exactly two different ones, or at most 20 with
    /// on average at least 10 rows of each; other numbers are regression. <see cref="Dataset.TaskReason"/> says what was found.
    /// </summary>
    public LearningTask? Task { get; init; }

    /// <summary>How many tokens of a text a model is given at once, at least 1; 64 when not set. Only for text.</summary>
    public int? Context { get; init; }

    /// <summary>How many tokens a byte-pair encoding that is learned from the text has, see <see cref="BytePairEncoding"/>; not set: a token is a character. Only for text.</summary>
    public int? Vocabulary { get; init; }

    /// <summary>Whether the first line of a CSV file names the columns; not set: it does when none of its fields is a number.</summary>
    public bool? Header { get; init; }

    /// <summary>
    /// The character between the fields of a CSV file, one of <c>,</c> <c>;</c> and tab; not set: the one of them that occurs
    /// most often outside quotes in the first line that is not empty (the comma when none occurs).
    /// </summary>
    public char? Separator { get; init; }

    /// <summary>Refuses for images what is said about columns.</summary>
    internal void RefuseColumns(string path)
    {
        var said = Target is not null ? $"the target '{Shown.Brief(Target)}'" : Header is not null ? "a header" : Separator is not null ? "a separator" : null;
        if (said is not null)
        {
            throw new DescentException($"{path} holds images, which have no columns, so {said} does not apply; leave it out.");
        }
    }
}
