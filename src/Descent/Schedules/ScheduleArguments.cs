namespace Descent.Schedules;

/// <summary>What stands between the parentheses of one part of a schedule's text.</summary>
internal sealed class ScheduleArguments(int start)
{
    private readonly List<(double Value, bool Percentage, int At)> numbers = [];
    private readonly List<(string Name, double? Value, int At)> named = [];
    private int rangeAt = start;

    public (double? From, double? To)? Range { get; private set; }

    public int Count => numbers.Count;

    public void AddNumber(double value, int at) => numbers.Add((value, false, at));

    public void AddPercentage(double value, int at) => numbers.Add((value, true, at));

    /// <summary>False when the name was there before.</summary>
    public bool AddNamed(string name, double? value, int at)
    {
        var isNew = !named.Exists(item => item.Name == name);
        named.Add((name, value, at));
        return isNew;
    }

    /// <summary>False when there was a range before.</summary>
    public bool AddRange(double from, double to, int at)
    {
        var isNew = Range is null;
        (Range, rangeAt) = ((from, to), at);
        return isNew;
    }

    public double? Value(ScheduleParser parser, int index)
    {
        if (index >= numbers.Count)
        {
            return null;
        }

        return numbers[index].Percentage ? throw parser.Fail(numbers[index].At, "a value, not a percentage") : numbers[index].Value;
    }

    public long? Steps(ScheduleParser parser, int index) =>
        index < numbers.Count ? parser.StepsOf(numbers[index].Value, numbers[index].Percentage, numbers[index].At) : null;

    /// <summary>The number after a name, or null when the name is not there.</summary>
    public double? Named(ScheduleParser parser, string name, string expected)
    {
        var index = named.FindIndex(item => item.Name == name);
        return index < 0 ? null : named[index].Value ?? throw parser.Fail(named[index].At + name.Length, expected);
    }

    /// <summary>Whether a name that stands alone is there.</summary>
    public bool Flag(ScheduleParser parser, string name)
    {
        var index = named.FindIndex(item => item.Name == name);
        return index >= 0 && (named[index].Value is null ? true : throw parser.Fail(named[index].At + name.Length, "',' or ')'"));
    }

    public void Expect(ScheduleParser parser, string form, bool range, int numbers, params ReadOnlySpan<string> names)
    {
        if (Range is not null && !range)
        {
            throw parser.Fail(rangeAt, form);
        }

        if (this.numbers.Count > numbers)
        {
            throw parser.Fail(this.numbers[numbers].At, form);
        }

        foreach (var item in named)
        {
            if (!names.Contains(item.Name))
            {
                throw parser.Fail(item.At, form);
            }
        }
    }
}
