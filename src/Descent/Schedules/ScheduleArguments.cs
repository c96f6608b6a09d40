namespace Descent.Schedules;

/// <summary>What stands between the parentheses of one part of a schedule's text, and what is taken where something is left out.</summary>
public sealed class ScheduleArguments
{
    private readonly ScheduleParser parser;
    private readonly int start;
    private readonly List<ScheduleNumber> numbers = [];
    private readonly List<(string Name, ScheduleNumber? Value, int At)> named = [];
    private readonly List<(long Update, double Value)> points = [];
    private double[] range = [];
    private int rangeAt;
    private int pointAt;

    internal ScheduleArguments(ScheduleParser parser, int start) => (this.parser, this.start) = (parser, start);

    /// <summary>How many numbers were given.</summary>
    public int Count => numbers.Count;

    /// <summary>Whether a range was given.</summary>
    public bool HasRange => range.Length > 0;

    /// <summary>The first value of the range; the context's learning rate when there is none.</summary>
    public double From => HasRange ? range[0] : Rate;

    /// <summary>The value in the middle of a range of three.</summary>
    public double Middle => range[1];

    /// <summary>The last value of the range; 0 when there is none.</summary>
    public double To => HasRange ? range[^1] : 0;

    /// <summary>The points.</summary>
    public IReadOnlyList<(long Update, double Value)> Points => points;

    /// <summary>The context's learning rate.</summary>
    public double Rate => parser.Rate(start);

    /// <summary>What is left of the context's updates.</summary>
    public long Rest => parser.Rest(start);

    /// <summary>How many updates come before this part; at least 1.</summary>
    public long Before => parser.Before(start);

    internal string Form { get; set; } = "";

    internal void AddNumber(ScheduleNumber number) => numbers.Add(number);

    /// <summary>False when the name was there before.</summary>
    internal bool AddNamed(string name, ScheduleNumber? value, int at)
    {
        var isNew = !named.Exists(item => item.Name == name);
        named.Add((name, value, at));
        return isNew;
    }

    /// <summary>False when there was a range before.</summary>
    internal bool AddRange(double[] values, int at)
    {
        var isNew = !HasRange;
        (range, rangeAt) = (values, at);
        return isNew;
    }

    internal void AddPoint(long update, double value, int at)
    {
        pointAt = points.Count == 0 ? at : pointAt;
        points.Add((update, value));
    }

    /// <summary>The number at a place, which is no percentage; null when there are fewer.</summary>
    public double? Value(int index)
    {
        if (index >= numbers.Count)
        {
            return null;
        }

        return numbers[index].IsPercentage ? throw parser.Fail(numbers[index].At, "a value, not a percentage") : numbers[index].Value;
    }

    /// <summary>The number of updates at a place; null when there are fewer.</summary>
    public long? Steps(int index) => index < numbers.Count ? parser.StepsOf(numbers[index]) : null;

    /// <summary>The number of updates at a place, or what is left of the context's.</summary>
    public long StepsOrRest(int index) => Steps(index) ?? Rest;

    /// <summary>The number after a name; null when the name is not there.</summary>
    public double? Named(string name) => NumberAfter(name)?.Value;

    /// <summary>The whole number after a name; null when the name is not there.</summary>
    public long? Whole(string name) => NumberAfter(name) is { } number ? parser.StepsOf(number) : null;

    /// <summary>Whether a name that stands alone is there.</summary>
    public bool Flag(string name)
    {
        var index = named.FindIndex(item => item.Name == name);
        return index >= 0 && (named[index].Value is null ? true : throw parser.Fail(named[index].At + name.Length, "',' or ')'"));
    }

    /// <summary>The function of that name which the context knows; null when it knows none.</summary>
    public Func<long, double>? Function(string name) => parser.Function(name);

    /// <summary>The only word; null when there is none, or more.</summary>
    public string? OnlyWord => named is [{ Value: null } only] && numbers.Count == 0 && points.Count == 0 && !HasRange ? only.Name : null;

    /// <summary>The error that something is missing.</summary>
    public DescentException Incomplete(string expected) => parser.Fail(start, expected);

    /// <summary>Refuses what the form does not have.</summary>
    public ScheduleArguments Expect(int numbers, params ReadOnlySpan<string> names) => Expect(range: 0, numbers, points: false, names);

    /// <inheritdoc cref="Expect(int, ReadOnlySpan{string})"/>
    public ScheduleArguments Expect(int range, int numbers, params ReadOnlySpan<string> names) => Expect(range, numbers, points: false, names);

    /// <inheritdoc cref="Expect(int, ReadOnlySpan{string})"/>
    public ScheduleArguments Expect(bool points, params ReadOnlySpan<string> names) => Expect(range: 0, numbers: 0, points, names);

    /// <inheritdoc cref="Expect(int, ReadOnlySpan{string})"/>
    public ScheduleArguments Expect(bool points, int numbers, params ReadOnlySpan<string> names) => Expect(range: 0, numbers, points, names);

    private ScheduleNumber? NumberAfter(string name)
    {
        var index = named.FindIndex(item => item.Name == name);
        return index < 0 ? null : named[index].Value ?? throw parser.Fail(named[index].At + name.Length, $"a number after '{name}'");
    }

    private ScheduleArguments Expect(int range, int numbers, bool points, ReadOnlySpan<string> names)
    {
        if (HasRange && this.range.Length != range)
        {
            throw parser.Fail(rangeAt, Form);
        }

        if (this.numbers.Count > numbers)
        {
            throw parser.Fail(this.numbers[numbers].At, Form);
        }

        if (this.points.Count > 0 && !points)
        {
            throw parser.Fail(pointAt, Form);
        }

        foreach (var item in named)
        {
            if (!names.Contains(item.Name))
            {
                throw parser.Fail(item.At, Form);
            }
        }

        return this;
    }
}
