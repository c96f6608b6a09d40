using System.Globalization;
using Descent.Text;

namespace Descent.Schedules;

/// <summary>What the omitted parts of a schedule's text mean.</summary>
/// <param name="LearningRate">The value where none is written.</param>
/// <param name="TotalSteps">The number of updates that percentages refer to and that an open end fills.</param>
public sealed record ScheduleContext(double LearningRate, long TotalSteps);

/// <summary>
/// Reads the text form of schedules: parts joined by <c>then</c>, each one of
/// <c>constant(VALUE)</c>, <c>linear(FROM..TO, STEPS)</c>, <c>cosine(FROM..TO, STEPS, cycles N, continues)</c>,
/// <c>step(VALUE, EVERY, FACTOR)</c>, <c>exponential(VALUE, FACTOR)</c> and <c>warmup(STEPS, from FRACTION, one-based)</c>;
/// <c>PART for STEPS</c> cuts a part short, and parentheses group a chain.
/// With a context, values and lengths may be left out (<c>warmup(5%) then cosine</c>) and a length may be a percentage of the total.
/// </summary>
public sealed class ScheduleParser
{
    private const int MostParts = 100;
    private const string Forms = "constant, linear, cosine, step, exponential or warmup";
    private readonly string text;
    private readonly ScheduleContext? context;
    private int position;
    private int depth;
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

    // chain := warmup ['then' chain] | part ['for' STEPS] ['then' chain]
    private Schedule Chain()
    {
        SkipSpace();
        var start = position;
        if (++depth > MostParts)
        {
            throw Fail(start, $"no more than {MostParts} parts");
        }

        if (Accept('('))
        {
            var before = stepsBefore;
            var inner = Chain();
            stepsBefore = before;
            SkipSpace();
            return Accept(')') ? Continued(inner, start) : throw Fail(position, "')'");
        }

        var name = Word();
        if (name == "warmup")
        {
            var rise = Warmup();
            return AcceptWord("then") ? rise.Then(Chain()) : rise.To(Rate(start));
        }

        return Continued(Part(name, start), start);
    }

    private Schedule Continued(Schedule part, int start)
    {
        if (AcceptWord("for"))
        {
            SkipSpace();
            var at = position;
            var number = Number();
            part = part.For(StepsOf(number, Accept('%'), at));
        }

        if (!AcceptWord("then"))
        {
            return part;
        }

        stepsBefore += part.Duration ?? throw new DescentException(
            $"The schedule '{text}' is not understood at character {start + 1}: '{part}' has no end, so nothing can follow it; give its length, as in '{part} for 100'.");
        return part.Then(Chain());
    }

    private Schedule Part(string name, int start)
    {
        var arguments = Arguments();
        var (from, to) = arguments.Range ?? (null, null);
        switch (name)
        {
            case "constant":
                arguments.Expect(this, "constant(VALUE)", range: false, numbers: 1);
                return new ConstantSchedule(arguments.Value(this, 0) ?? Rate(start));
            case "linear":
                arguments.Expect(this, "linear(FROM..TO, STEPS)", range: true, numbers: 1);
                return new LinearSchedule(from ?? Rate(start), to ?? 0, arguments.Steps(this, 0) ?? Rest(start));
            case "cosine":
                arguments.Expect(this, "cosine(FROM..TO, STEPS, cycles N, continues)", range: true, numbers: 1, "cycles", "continues");
                return new CosineSchedule(from ?? Rate(start), to ?? 0, arguments.Steps(this, 0) ?? Rest(start))
                {
                    Cycles = arguments.Named(this, "cycles", "a number of cycles") ?? 0.5,
                    Continues = arguments.Flag(this, "continues"),
                };
            case "step":
                arguments.Expect(this, "step(VALUE, EVERY, FACTOR)", range: false, numbers: 3);
                return arguments.Count == 3
                    ? new StepSchedule(arguments.Value(this, 0)!.Value, arguments.Steps(this, 1)!.Value, arguments.Value(this, 2)!.Value)
                    : new StepSchedule(Rate(start), arguments.Steps(this, 0) ?? Math.Max(1, Rest(start) / 3), arguments.Value(this, 1) ?? 0.1);
            case "exponential":
                arguments.Expect(this, "exponential(VALUE, FACTOR)", range: false, numbers: 2);
                return arguments.Count switch
                {
                    2 => new ExponentialSchedule(arguments.Value(this, 0)!.Value, arguments.Value(this, 1)!.Value),
                    1 => new ExponentialSchedule(Rate(start), arguments.Value(this, 0)!.Value),
                    _ => throw Fail(position, "exponential(VALUE, FACTOR) or exponential(FACTOR)"),
                };
            default:
                throw Fail(start, Forms);
        }
    }

    private Warmup Warmup()
    {
        var start = position;
        var arguments = Arguments();
        arguments.Expect(this, "warmup(STEPS, from FRACTION, one-based)", range: false, numbers: 1, "from", "one-based");
        var steps = arguments.Steps(this, 0) ?? throw Fail(start, "the length of the warmup, as in warmup(500) or warmup(5%)");
        stepsBefore += steps;
        return new Warmup(steps, arguments.Named(this, "from", "the fraction to start from") ?? 0, arguments.Flag(this, "one-based"));
    }

    private double Rate(int at) => context?.LearningRate ?? throw Fail(at, "a value");

    private long Rest(int at) => context is null
        ? throw Fail(at, "a length in updates")
        : Math.Max(1, context.TotalSteps - stepsBefore);

    private bool AcceptWord(string word)
    {
        SkipSpace();
        if (string.CompareOrdinal(text, position, word, 0, word.Length) != 0)
        {
            return false;
        }

        position += word.Length;
        return true;
    }

    private ScheduleArguments Arguments()
    {
        var arguments = new ScheduleArguments(position);
        SkipSpace();
        if (!Accept('('))
        {
            return arguments;
        }

        do
        {
            SkipSpace();
            var at = position;
            if (position < text.Length && char.IsAsciiLetter(text[position]))
            {
                var word = Word();
                SkipSpace();
                double? value = position < text.Length && text[position] is not (',' or ')') ? Number() : null;
                if (!arguments.AddNamed(word, value, at))
                {
                    throw Fail(at, $"'{word}' only once");
                }

                continue;
            }

            var number = Number();
            SkipSpace();
            if (Accept('%'))
            {
                arguments.AddPercentage(number, at);
            }
            else if (position + 1 < text.Length && text[position] == '.' && text[position + 1] == '.')
            {
                position += 2;
                if (!arguments.AddRange(number, Number(), at))
                {
                    throw Fail(at, "only one range");
                }
            }
            else
            {
                arguments.AddNumber(number, at);
            }
        }
        while (Separator());
        return arguments;
    }

    private bool Separator()
    {
        SkipSpace();
        if (Accept(','))
        {
            return true;
        }

        return Accept(')') ? false : throw Fail(position, "',' or ')'");
    }

    private string Word()
    {
        SkipSpace();
        var start = position;
        while (position < text.Length && (char.IsAsciiLetter(text[position]) || (position > start && text[position] == '-')))
        {
            position++;
        }

        return position > start ? text[start..position] : throw Fail(start, Forms);
    }

    private double Number()
    {
        SkipSpace();
        var start = position;
        while (position < text.Length && IsNumberCharacter(position, start))
        {
            position++;
        }

        return double.TryParse(text.AsSpan(start, position - start), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Fail(start, "a number");
    }

    private bool IsNumberCharacter(int index, int start)
    {
        var c = text[index];
        return char.IsAsciiDigit(c)
            || (c == '.' && !(index + 1 < text.Length && text[index + 1] == '.'))
            || (c is 'e' or 'E' && index > start)
            || (c is '-' or '+' && (index == start || text[index - 1] is 'e' or 'E'));
    }

    private bool Accept(char c)
    {
        if (position >= text.Length || text[position] != c)
        {
            return false;
        }

        position++;
        return true;
    }

    private void SkipSpace()
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
        {
            position++;
        }
    }

    internal long StepsOf(double number, bool percentage, int at)
    {
        if (percentage)
        {
            return context is null
                ? throw Fail(at, "a number of updates (a percentage needs a known total)")
                : Math.Max(1, (long)Math.Round(context.TotalSteps * number / 100));
        }

        return number == Math.Floor(number) && Math.Abs(number) < 1e15 ? (long)number : throw Fail(at, "a whole number of updates");
    }

    internal DescentException Fail(int at, string expected)
    {
        var found = at < text.Length ? $"'{text[at]}'" : "the end of the text";
        return new DescentException($"The schedule '{Shown.Brief(text)}' is not understood at character {at + 1}: expected {expected}, but found {found}.");
    }
}
