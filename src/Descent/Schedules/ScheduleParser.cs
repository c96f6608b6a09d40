using Descent.Text;

namespace Descent.Schedules;

/// <summary>
/// Reads the text form of schedules: parts as in <see cref="ScheduleForm.All"/>, joined by <c>then</c>. A part may be followed by
/// <c>for STEPS</c> (cut), <c>scale FACTOR</c>, <c>clamp LEAST..MOST</c>, <c>offset STEPS</c>, <c>repeat TIMES</c> and <c>restart EVERY</c>, and
/// parts may be multiplied with <c>*</c>. What follows a part binds more strongly than <c>*</c>, and that more than <c>then</c>;
/// parentheses group. <c>warmup(STEPS, from FRACTION, one-based) then …</c> rises to the first value of what follows.
/// With a context, values and lengths may be left out (<c>warmup(5%) then cosine</c>) and a length may be a percentage of the total.
/// </summary>
public sealed partial class ScheduleParser
{
    /// <summary>The word for a rise to what follows, which is no schedule by itself.</summary>
    internal const string WarmupWord = "warmup";
    private const string WarmupForm = "warmup(STEPS, from FRACTION, one-based)";
    private const string Example = "a schedule, as in cosine(3e-4..3e-5, 9500)";
    private const string AfterPart = "'then', '*', 'for', 'scale', 'clamp', 'offset', 'repeat', 'restart' or the end";
    private const int MostParts = 1_000;
    private const int DeepestNesting = 100;
    private readonly string text;
    private readonly ScheduleContext? context;
    private int position;
    private int parts;
    private int depth;
    private long stepsBefore;
    private bool hasFailed;
    private bool dependsOnTotal;

    private ScheduleParser(string text, ScheduleContext? context) => (this.text, this.context) = (text, context);

    /// <summary>Reads <paramref name="text"/>; see <see cref="Schedule.Parse"/>.</summary>
    public static Schedule Parse(string text, ScheduleContext? context)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new ScheduleParser(text, context).All();
    }

    /// <summary>Reads <paramref name="text"/> for a run of <paramref name="total"/> updates, and finds out whether it depends on them.</summary>
    internal static (Schedule Schedule, bool DependsOnTotal) ParseForRun(string text, long total)
    {
        var parser = new ScheduleParser(text, new ScheduleContext(TotalSteps: total));
        return (parser.All(), parser.dependsOnTotal);
    }

    private Schedule All()
    {
        var schedule = Chain();
        return position == text.Length ? schedule : throw Fail(position, AfterPart);
    }

    // chain := (warmup | product) ['then' chain]
    private Schedule Chain()
    {
        // What is joined is joined from the right, so that a warmup has what follows it; a loop, so that many parts are not deep.
        var links = new List<Func<Schedule, Schedule>>();
        Schedule? last = null;
        while (last is null)
        {
            SkipSpace();
            var start = position;
            if (AtWord(WarmupWord))
            {
                CountPart(start);
                var rise = Warmup();
                if (AcceptWord("then"))
                {
                    links.Add(rise.Then);
                }
                else
                {
                    last = rise.To(Rate(start));
                }
            }
            else
            {
                var part = Product();
                if (AcceptWord("then"))
                {
                    stepsBefore = Schedule.Sum(stepsBefore, part.Duration ?? throw Refuse(
                        start,
                        $"'{Shown.Brief(part.ToString())}' has no end, so nothing can follow it; give its length, as in '… for 100'"));
                    links.Add(next => new JoinedSchedule(part, next));
                }
                else
                {
                    last = part;
                }
            }
        }

        for (var i = links.Count - 1; i >= 0; i--)
        {
            last = links[i](last);
        }

        return last;
    }

    // product := postfixed ('*' postfixed)*
    private Schedule Product()
    {
        var before = stepsBefore;
        var product = Postfixed();
        while (AcceptSign('*'))
        {
            stepsBefore = before;
            product = product.Times(Postfixed());
        }

        return product;
    }

    // postfixed := ('(' chain ')' | part) (word number)*
    private Schedule Postfixed()
    {
        SkipSpace();
        var start = position;
        CountPart(start);
        var part = Accept('(') ? Parenthesized(start) : Part(start);
        while (true)
        {
            SkipSpace();
            var at = position;
            if (Changed(part) is not { } changed)
            {
                return part;
            }

            CountPart(at);
            part = Sensible(at, changed);
        }
    }

    private Schedule Parenthesized(int start)
    {
        if (++depth > DeepestNesting)
        {
            throw Fail(start, $"no more than {DeepestNesting} parentheses within each other");
        }

        var before = stepsBefore;
        var part = Chain();
        stepsBefore = before;
        depth--;
        return AcceptSign(')') ? part : throw Fail(position, "')'");
    }

    /// <summary>What the words after a part make of it; null when there are none.</summary>
    private Func<Schedule>? Changed(Schedule part)
    {
        var at = position;
        if (AcceptWord("for"))
        {
            var steps = Length();
            return () => part.For(steps);
        }

        if (AcceptWord("scale"))
        {
            var factor = Number().Value;
            return () => part.Scale(factor);
        }

        if (AcceptWord("clamp"))
        {
            var least = Number().Value;
            var most = AcceptRange() ? Number().Value : throw Fail(position, "'..' and the upper bound");
            return () => part.Clamp(least, most);
        }

        if (AcceptWord("offset"))
        {
            var steps = Length();
            return () => part.Offset(steps);
        }

        if (AcceptWord("repeat"))
        {
            var times = part.Duration is null ? throw Fail(at, "a schedule with an end before 'repeat'") : Length();
            return () => part.Repeat(times);
        }

        if (AcceptWord("restart"))
        {
            var every = Length();
            return () => part.Restart(every);
        }

        return null;
    }

    private Schedule Part(int start)
    {
        var name = Word();
        var form = ScheduleForm.Find(name) ?? throw Refuse(
            start,
            $"there is no schedule '{Shown.Brief(name)}'; the nearest are {NearestNames.Of(Shown.Brief(name), [.. ScheduleForm.All.Select(known => known.Name), WarmupWord])} ('descent schedule --list' shows all)");
        var arguments = Arguments();
        arguments.Form = form.Text;
        return Sensible(start, () => form.Create(arguments));
    }

    private Warmup Warmup()
    {
        Word();
        var start = position;
        var arguments = Arguments();
        arguments.Form = WarmupForm;
        arguments.Expect(numbers: 1, "from", "one-based");
        var steps = arguments.Steps(0) ?? throw Fail(start, "the length of the warmup, as in warmup(500) or warmup(5%)");
        var rise = Sensible(start, () => new Warmup(steps, arguments.Named("from") ?? 0, arguments.Flag("one-based")));
        stepsBefore = Schedule.Sum(stepsBefore, steps);
        return rise;
    }

    /// <summary>Makes a part; says where it stands when a value of it is not allowed.</summary>
    private T Sensible<T>(int start, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (DescentException refused) when (!hasFailed)
        {
            throw Refuse(start, $"{char.ToLowerInvariant(refused.Message[0])}{refused.Message[1..^1]}");
        }
    }

    private void CountPart(int start)
    {
        if (++parts > MostParts)
        {
            throw Fail(start, $"no more than {MostParts} parts");
        }
    }

    private long? Total
    {
        get
        {
            dependsOnTotal = true;
            return context?.TotalSteps;
        }
    }

    internal double Rate(int at) => context?.LearningRate ?? throw Fail(at, "a value");

    internal long Rest(int at) => Total is { } total
        ? Math.Max(1, total - stepsBefore)
        : throw Fail(at, "a length in updates");

    internal long Before(int at) => stepsBefore > 0 ? stepsBefore : throw Fail(at, "a length in updates");

    internal Func<long, double>? Function(string name) => context?.Functions.GetValueOrDefault(name);

    internal long StepsOf(ScheduleNumber number)
    {
        if (number.IsPercentage)
        {
            if (Total is not { } total || number.Value is not (>= 0 and <= 100))
            {
                throw Fail(number.At, Total is null ? "a number of updates (a percentage needs a known total)" : "a percentage from 0 to 100");
            }

            return Math.Max(1, (long)Math.Round(total * number.Value / 100));
        }

        // Numbers such as 1e4 are whole, too; beyond 2⁵³ not every whole number can be written so.
        return number.Whole ?? (number.Value == Math.Floor(number.Value) && Math.Abs(number.Value) <= 1L << 53
            ? (long)number.Value
            : throw Fail(number.At, "a whole number of updates"));
    }

    internal DescentException Fail(int at, string expected) => Refuse(at, $"expected {expected}, but found {Found(at)}");

    private DescentException Refuse(int at, string why)
    {
        hasFailed = true;
        return new DescentException($"The schedule '{Shown.Around(text, at)}' is not understood at character {at + 1}: {why}.");
    }
}
