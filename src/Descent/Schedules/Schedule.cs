using System.Globalization;
using System.Text.Json.Serialization;

namespace Descent.Schedules;

/// <summary>
/// A hyperparameter as a function of the number of applied updates: immutable, compared by value, printed as text that
/// <see cref="Parse(string, ScheduleContext?)"/> reads back; that text is also its JSON. Nothing is stepped, so nothing can be
/// stepped twice or out of order, and resuming at any update equals never stopping.
/// </summary>
[JsonConverter(typeof(ScheduleJsonConverter))]
public abstract partial record Schedule
{
    internal const int ChainLevel = 0;
    internal const int ProductLevel = 1;
    internal const int PostfixLevel = 2;
    private const int AtomLevel = 3;

    /// <summary>How many updates the schedule describes, after which it holds its last value; null when it has no end.</summary>
    public virtual long? Duration => null;

    /// <summary>How strongly its text holds together; weaker ones need parentheses.</summary>
    internal virtual int Level => AtomLevel;

    /// <summary>The schedules it is made of.</summary>
    private protected virtual IEnumerable<Schedule> Inners => [];

    /// <summary>The value in force for update <paramref name="update"/>, which is 0 for the first one; at a cost that does not depend on it.</summary>
    public abstract double At(long update);

    /// <summary>
    /// Takes a metric, for schedules that follow one (<see cref="PlateauSchedule"/>), also inside others: returns what the schedule is
    /// from then on. Others return themselves.
    /// </summary>
    /// <param name="metric">For example the validation loss.</param>
    /// <param name="update">How many updates were applied before it was measured.</param>
    public virtual Schedule Observe(double metric, long update) => this;

    /// <summary>Whether it follows a metric.</summary>
    public bool FollowsMetric => this is PlateauSchedule || Inners.Any(inner => inner.FollowsMetric);

    /// <summary>Whether larger values of the metric that it follows are better.</summary>
    public bool FollowsMaximum => this is PlateauSchedule { IsMaximized: true } || Inners.Any(inner => inner.FollowsMaximum);

    /// <summary>The functions of the caller's that it is made of, by name.</summary>
    internal IEnumerable<CustomSchedule> Functions => this is CustomSchedule custom ? [custom] : Inners.SelectMany(inner => inner.Functions);

    /// <summary>Reads the text form; see <see cref="ScheduleParser"/> for its grammar.</summary>
    /// <param name="text">For example <c>warmup(500) then cosine(3e-4..3e-5, 9500)</c>.</param>
    /// <param name="context">What omitted values mean, so that <c>warmup(5%) then cosine</c> can be read; null when all must be given.</param>
    /// <exception cref="DescentException">The text is not a schedule; the message points at the character.</exception>
    public static Schedule Parse(string text, ScheduleContext? context = null) => ScheduleParser.Parse(text, context);

    /// <summary>A share of the way from one value to another, exact at both ends and never beyond them.</summary>
    internal static double Between(double from, double to, double share)
    {
        var value = from + ((to - from) * share);
        return share >= 1 ? to : from < to ? Math.Min(value, to) : Math.Max(value, to);
    }

    /// <summary>A sum of lengths; lengths that are too long to count are as long as can be.</summary>
    internal static long Sum(long a, long b) => b > long.MaxValue - a ? long.MaxValue : a + b;

    internal static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    internal static double Finite(double value, string what) => double.IsFinite(value) && value >= 0
        ? value
        : throw new DescentException($"{what} must be a number of at least 0, but was {Text(value)}.");

    internal static double Positive(double value, string what) => double.IsFinite(value) && value > 0
        ? value
        : throw new DescentException($"{what} must be a number above 0, but was {Text(value)}.");

    internal static long AtLeastOne(long steps, string what) => steps >= 1
        ? steps
        : throw new DescentException($"{what} must be at least 1 update, but was {steps}.");

    internal static Schedule Ending(Schedule schedule) => schedule.Duration is not null
        ? schedule
        : throw new DescentException($"'{schedule}' has no end, so nothing can follow it: give its length, as in '{Within(schedule, PostfixLevel)} for 100'.");

    internal static Schedule WithoutMetric(Schedule schedule, string what) => schedule.FollowsMetric
        ? throw new DescentException($"{what} must not follow a metric, whose history has no second time, but was '{schedule}'; repeat what is around its 'plateau' instead.")
        : schedule;

    private protected static string Within(Schedule inner, int level) => inner.Level < level ? $"({inner})" : inner.ToString();
}

/// <summary>A schedule in JSON is its text.</summary>
/// <param name="context">What omitted parts and custom functions mean; null when all must be written.</param>
public sealed class ScheduleJsonConverter(ScheduleContext? context) : JsonConverter<Schedule>
{
    /// <summary>Reads schedules whose text says all.</summary>
    public ScheduleJsonConverter()
        : this(null)
    {
    }

    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) => typeof(Schedule).IsAssignableFrom(typeToConvert);

    /// <inheritdoc/>
    public override Schedule? Read(ref System.Text.Json.Utf8JsonReader reader, Type typeToConvert, System.Text.Json.JsonSerializerOptions options) =>
        reader.GetString() is { } text ? Schedule.Parse(text, context) : null;

    /// <inheritdoc/>
    public override void Write(System.Text.Json.Utf8JsonWriter writer, Schedule value, System.Text.Json.JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value?.ToString());
    }
}
