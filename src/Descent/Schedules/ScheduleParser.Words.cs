using System.Globalization;
using Descent.Text;

namespace Descent.Schedules;

/// <content>Words, numbers and signs.</content>
public sealed partial class ScheduleParser
{
    private ScheduleArguments Arguments()
    {
        var arguments = new ScheduleArguments(this, position);
        if (!AcceptSign('('))
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
                ScheduleNumber? value = position < text.Length && text[position] is not (',' or ')') ? Number() : null;
                if (!arguments.AddNamed(word, value, at))
                {
                    throw Fail(at, $"'{word}' only once");
                }

                continue;
            }

            Add(arguments, Number());
        }
        while (Separator());
        return arguments;
    }

    /// <summary>A number, a percentage, a range of two or three, or a point.</summary>
    private void Add(ScheduleArguments arguments, ScheduleNumber number)
    {
        if (AcceptSign('%'))
        {
            arguments.AddNumber(number with { IsPercentage = true });
        }
        else if (AcceptSign(':'))
        {
            arguments.AddPoint(StepsOf(number), Number().Value, number.At);
        }
        else if (AcceptRange())
        {
            var second = Number().Value;
            if (!arguments.AddRange(AcceptRange() ? [number.Value, second, Number().Value] : [number.Value, second], number.At))
            {
                throw Fail(number.At, "only one range");
            }
        }
        else
        {
            arguments.AddNumber(number);
        }
    }

    private bool Separator()
    {
        if (AcceptSign(','))
        {
            return true;
        }

        return Accept(')') ? false : throw Fail(position, "',' or ')'");
    }

    /// <summary>A number of updates, which may be a percentage.</summary>
    private long Length()
    {
        var number = Number();
        return StepsOf(number with { IsPercentage = AcceptSign('%') });
    }

    private string Word()
    {
        SkipSpace();
        var start = position;
        position += WordLength();
        return position > start ? text[start..position] : throw Fail(start, Example);
    }

    private int WordLength() => WordEnd(position) - position;

    private int WordEnd(int start)
    {
        var end = start;
        while (end < text.Length && (char.IsAsciiLetter(text[end]) || (end > start && text[end] == '-')))
        {
            end++;
        }

        return end;
    }

    /// <summary>The word, the number or the sign at a place.</summary>
    private string Found(int at)
    {
        if (at >= text.Length)
        {
            return "the end of the text";
        }

        var end = WordEnd(at);
        while (end < text.Length && IsNumberCharacter(end, at))
        {
            end++;
        }

        return $"'{Shown.Brief(text[at..Math.Min(Math.Max(end, at + 1), at + 60)])}'";
    }

    private bool AtWord(string word)
    {
        SkipSpace();
        return text.AsSpan(position, WordLength()).SequenceEqual(word);
    }

    private bool AcceptWord(string word)
    {
        if (!AtWord(word))
        {
            return false;
        }

        position += word.Length;
        return true;
    }

    private bool AcceptRange()
    {
        SkipSpace();
        if (position + 1 >= text.Length || text[position] != '.' || text[position + 1] != '.')
        {
            return false;
        }

        position += 2;
        return true;
    }

    private ScheduleNumber Number()
    {
        SkipSpace();
        var start = position;
        while (position < text.Length && IsNumberCharacter(position, start))
        {
            position++;
        }

        var written = text.AsSpan(start, position - start);
        long? whole = long.TryParse(written, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exact) ? exact : null;
        return double.TryParse(written, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? new ScheduleNumber(value, whole, start)
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

    private bool AcceptSign(char c)
    {
        SkipSpace();
        return Accept(c);
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
}
