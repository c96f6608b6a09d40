using Descent.Text;

namespace Descent.Schedules;

/// <summary>What the omitted parts of a schedule's text mean.</summary>
/// <param name="LearningRate">The value where none is written.</param>
/// <param name="TotalSteps">The number of updates that percentages refer to and that an open end fills.</param>
public sealed record ScheduleContext(double LearningRate, long TotalSteps);

/// <summary>
/// Reads the text form of schedules: parts as in <see cref="ScheduleForm.All"/>, joined by <c>then</c>. A part may be followed by
/// <c>for STEPS</c> (cut), <c>scale FACTOR</c>, <c>clamp LEAST..MOST</c>, <c>offset STEPS</c>, <c>repeat TIMES</c> and <c>restart EVERY</c>, and
/// parts may be multiplied with <c>*</c>. What follows a part binds more strongly than <c>*</c>, and that more than <c>then</c>;
/// parentheses group. <c>warmup(STEPS, from FRACTION, one-based) then …</c> rises to the first value of what follows.
/// With a context, values and lengths may be left out (<c>warmup(5%) then cosine</c>) and a length may be a percentage of the total.
/// </summary>
public sealed partial class ScheduleParser
{
    private const int MostParts = 100;
    private const string WarmupForm = "warmup(STEPS, from FRACTION, one-based)";
    private static readonly string Forms = $"{string.Join(", ", ScheduleForm.All.Select(form => form.Name))} or warmup";
    private readonly string text;
    private readonly ScheduleContext? context;
    private int position;
    private int parts;
    private long stepsBefore;

    private ScheduleParser(string text, ScheduleContext? context) => (this.text, this.context) = (text, context);

    /// <summary>Reads <paramref name="text"/>; see <see cref="Schedule.Parse"/>.</summary>
    public static Schedule Parse(string text, ScheduleContext? context)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parser = new ScheduleParser(text, context);
        var schedule = parser.Chain();
        return parser.position == text.Length ? schedule : throw parser.Fail(parser.position, "'then' or the end");
    }

    // chain := warmup ['then' chain] | product ['then' chain]
    private Schedule Chain()
    {
        SkipSpace();
        var start = position;
        if (AtWord("warmup"))
        {
            CountPart(start);
            var rise = Warmup();
            return AcceptWord("then") ? rise.Then(Chain()) : rise.To(Rate(start));
        }

        var part = Product();
        if (!AcceptWord("then"))
        {
            return part;
        }

        stepsBefore = Add(stepsBefore, part.Duration ?? throw new DescentException(
            $"The schedule '{Shown.Brief(text)}' is not understood at character {start + 1}: '{Shown.Brief(part.ToString())}' has no end, so nothing can follow it; give its length, as in '… for 100'."));
        return part.Then(Chain());
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
        Schedule part;
        if (Accept('('))
        {
            var before = stepsBefore;
            part = Chain();
            stepsBefore = before;
            if (!AcceptSign(')'))
            {
                throw Fail(position, "')'");
            }
        }
        else
        {
            part = Part(start);
        }

        while (true)
        {
            SkipSpace();
            var at = position;
            if (AcceptWord("for"))
            {
                part = part.For(Length());
            }
            else if (AcceptWord("scale"))
            {
                part = part.Scale(Number());
            }
            else if (AcceptWord("clamp"))
            {
                var least = Number();
                part = AcceptRange() ? part.Clamp(least, Number()) : throw Fail(position, "'..' and the upper bound");
            }
            else if (AcceptWord("offset"))
            {
                part = part.Offset(Length());
            }
            else if (AcceptWord("repeat"))
            {
                part = part.Duration is null ? throw Fail(at, "a schedule with an end before 'repeat'") : part.Repeat(Length());
            }
            else if (AcceptWord("restart"))
            {
                part = part.Restart(Length());
            }
            else
            {
                return part;
            }

            CountPart(at);
        }
    }

    private Schedule Part(int start)
    {
        var name = Word();
        var form = ScheduleForm.Find(name) ?? throw Fail(start, Forms);
        var arguments = Arguments();
        arguments.Form = form.Text;
        return form.Create(arguments);
    }

    private Warmup Warmup()
    {
        Word();
        var start = position;
        var arguments = Arguments();
        arguments.Form = WarmupForm;
        arguments.Expect(numbers: 1, "from", "one-based");
        var steps = arguments.Steps(0) ?? throw Fail(start, "the length of the warmup, as in warmup(500) or warmup(5%)");
        var rise = new Warmup(steps, arguments.Named("from") ?? 0, arguments.Flag("one-based"));
        stepsBefore = Add(stepsBefore, steps);
        return rise;
    }

    private void CountPart(int start)
    {
        if (++parts > MostParts)
        {
            throw Fail(start, $"no more than {MostParts} parts");
        }
    }

    internal double Rate(int at) => context?.LearningRate ?? throw Fail(at, "a value");

    internal long Rest(int at) => context is null
        ? throw Fail(at, "a length in updates")
        : Math.Max(1, context.TotalSteps - stepsBefore);

    internal long Before(int at) => stepsBefore > 0 ? stepsBefore : throw Fail(at, "a length in updates");

    internal long StepsOf(double number, bool percentage, int at)
    {
        if (percentage)
        {
            if (context is null || number is not (>= 0 and <= 100))
            {
                throw Fail(at, context is null ? "a number of updates (a percentage needs a known total)" : "a percentage from 0 to 100");
            }

            return Math.Max(1, (long)Math.Round(context.TotalSteps * number / 100));
        }

        return number == Math.Floor(number) && Math.Abs(number) < 1e15 ? (long)number : throw Fail(at, "a whole number of updates");
    }

    internal DescentException Fail(int at, string expected)
    {
        var found = at < text.Length ? $"'{Shown.Brief($"{text[at]}")}'" : "the end of the text";
        return new DescentException($"The schedule '{Shown.Brief(text)}' is not understood at character {at + 1}: expected {expected}, but found {found}.");
    }

    private static long Add(long a, long b) => b > long.MaxValue - a ? long.MaxValue : a + b;
}
