using System.Globalization;
using Descent.Text;

namespace Descent.Schedules;

/// <summary>
/// The rows of a batch, which may follow a schedule: its values rounded to the nearest multiple of <see cref="MultipleOf"/>, of which
/// there is at least one. Larger batches instead of smaller learning rates train with fewer updates.
/// </summary>
/// <remarks>
/// Source: Smith, Kindermans, Ying, Le, "Don't Decay the Learning Rate, Increase the Batch Size", ICLR 2018,
/// <see href="https://arxiv.org/abs/1711.00489"/>, section 3.
/// </remarks>
/// <param name="Rows">The rows by update.</param>
/// <param name="MultipleOf">What they are a multiple of, at least 1: the number of workers, or what fits the hardware.</param>
public sealed record BatchSize(Schedule Rows, int MultipleOf = 1)
{
    private const string Multiples = ", in multiples of ";

    /// <summary>What the rows are a multiple of; at least 1.</summary>
    public int MultipleOf { get; init; } = MultipleOf >= 1
        ? MultipleOf
        : throw new DescentException($"What a batch size is a multiple of must be at least 1, but was {MultipleOf}.");

    /// <summary>The same size always.</summary>
    /// <param name="rows">At least 1.</param>
    /// <exception cref="DescentException">There is less than 1 row.</exception>
    public static BatchSize Constant(int rows) => rows >= 1
        ? new(Schedule.Constant(rows))
        : throw new DescentException($"BatchSize must be at least 1, but was {rows}.");

    /// <summary>The same size always.</summary>
    public static implicit operator BatchSize(int rows) => Constant(rows);

    /// <summary>
    /// Reads what <see cref="ToString"/> writes: a whole number, or a schedule as <see cref="Schedule.Parse"/> reads it, perhaps with lengths that are
    /// shares of a run (<see cref="ForRun"/>), and perhaps with what sizes are a multiple of, as in <c>linear(32..256, 50%), in multiples of 32</c>.
    /// </summary>
    /// <exception cref="DescentException">It is none of them.</exception>
    public static BatchSize Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var comma = text.LastIndexOf(Multiples, StringComparison.Ordinal);
        var (rows, multiple) = comma < 0 ? (text, "1") : (text[..comma], text[(comma + Multiples.Length)..]);
        if (!int.TryParse(multiple, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var multipleOf))
        {
            throw Refuse();
        }

        return int.TryParse(rows, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? new(Constant(whole).Rows, multipleOf)
            : rows.Contains('(') ? new(RelativeSchedule.ParseForRun(rows), multipleOf)
            : throw Refuse();

        DescentException Refuse() => new($"BatchSize must be a whole number of at least 1, or a schedule as in linear(32..256, 50%), but was '{Shown.Brief(text, 200)}'.");
    }

    /// <summary>Whether every batch has the same size.</summary>
    public bool IsConstant => Rows is ConstantSchedule;

    /// <summary>The sizes in a run of <paramref name="updates"/> updates, where <see cref="Rows"/> has lengths that are shares of a run.</summary>
    /// <exception cref="DescentException">In so short or long a run the parts of the schedule do not follow each other.</exception>
    public BatchSize ForRun(long updates) => Rows is RelativeSchedule relative ? this with { Rows = relative.ForRun(updates) } : this;

    /// <summary>The rows of the batch for update <paramref name="update"/>, which is 0 for the first one.</summary>
    /// <exception cref="DescentException">They are more than an integer can count.</exception>
    public int At(long update)
    {
        // A number that is half way rounds up; less than one multiple, 0 rows among them, is one.
        var multiples = Math.Max(1, Math.Round(Rows.At(update) / MultipleOf, MidpointRounding.AwayFromZero));
        return multiples * MultipleOf <= int.MaxValue
            ? (int)multiples * MultipleOf
            : throw new DescentException($"A batch must have at most {int.MaxValue} rows, but '{Rows}' gives {Schedule.Text(Rows.At(update))} at update {update}.");
    }

    /// <summary>How many updates it takes to see <paramref name="rows"/> rows, the last batch perhaps a smaller one; one by one.</summary>
    /// <param name="rows">For example those of an epoch; at least 0.</param>
    /// <param name="from">The first update.</param>
    public long UpdatesFor(long rows, long from = 0)
    {
        var update = from;
        for (; rows > 0; update++)
        {
            rows -= At(update);
        }

        return update - from;
    }

    /// <summary>
    /// The rows of the micro-batches that the batch is split into, as equal as can be, for <see cref="Gradients.GradientAccumulator"/>.
    /// </summary>
    /// <param name="update">Which batch.</param>
    /// <param name="most">The most rows that fit into memory at once; at least 1.</param>
    /// <returns>At least one size; their sum is the batch size.</returns>
    /// <exception cref="DescentException">The most is below 1, or the schedule gives no size at this update.</exception>
    public IReadOnlyList<int> MicroBatches(long update, int most)
    {
        if (most < 1)
        {
            throw new DescentException($"A micro-batch must have at least 1 row, but was to have at most {most}.");
        }

        var rows = At(update);
        var count = (int)(((long)rows + most - 1) / most);
        return [.. Enumerable.Range(0, count).Select(i => (rows / count) + (i < rows % count ? 1 : 0))];
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var rows = Rows is ConstantSchedule { Value: >= 1 and <= int.MaxValue and var value } && value == Math.Floor(value) ? $"{(int)value}" : Rows.ToString();
        return MultipleOf == 1 ? rows : $"{rows}{Multiples}{MultipleOf}";
    }
}
