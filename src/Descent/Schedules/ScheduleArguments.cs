namespace Descent.Schedules;

/// <summary>What stands between the parentheses of one part of a schedule's text.</summary>
internal sealed class ScheduleArguments(int start)
{
    private readonly List<(double Value, bool Percentage, int At)> numbers = [];
    private readonly List<(string Name, double Value, int At)> named = [];
    private int rangeAt = start;

    public (double? From, double? To)? Range { get; private set; }

    public int Count => numbers.Count;

    public void AddNumber(double value, int at) => numbers.Add((value, false, at));

    public void AddPercentage(double value, int at) => numbers.Add((value, true, at));

    public void AddNamed(string name, double value, int at) => named.Add((name, value, at));

    public void AddRange(double from, double to, int at) => (Range, rangeAt) = ((from, to), at);

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

    public double? Named(string name)
    {
        foreach (var item in named)
        {
            if (item.Name == name)
            {
                return item.Value;
            }
        }

        return null;
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
