using System.Globalization;

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
                double? value = position < text.Length && text[position] is not (',' or ')') ? Number() : null;
                if (!arguments.AddNamed(word, value, at))
                {
                    throw Fail(at, $"'{word}' only once");
                }

                continue;
            }

            Add(arguments, Number(), at);
        }
        while (Separator());
        return arguments;
    }

    /// <summary>A number, a percentage, a range of two or three, or a point.</summary>
    private void Add(ScheduleArguments arguments, double number, int at)
    {
        if (AcceptSign('%'))
        {
            arguments.AddNumber(number, percentage: true, at);
        }
        else if (AcceptSign(':'))
        {
            arguments.AddPoint(StepsOf(number, percentage: false, at), Number(), at);
        }
        else if (AcceptRange())
        {
            var second = Number();
            if (!arguments.AddRange(AcceptRange() ? [number, second, Number()] : [number, second], at))
            {
                throw Fail(at, "only one range");
            }
        }
        else
        {
            arguments.AddNumber(number, percentage: false, at);
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
        SkipSpace();
        var at = position;
        var number = Number();
        return StepsOf(number, AcceptSign('%'), at);
    }

    private string Word()
    {
        SkipSpace();
        var start = position;
        position += WordLength();
        return position > start ? text[start..position] : throw Fail(start, Forms);
    }

    private int WordLength()
    {
        var end = position;
        while (end < text.Length && (char.IsAsciiLetter(text[end]) || (end > position && text[end] == '-')))
        {
            end++;
        }

        return end - position;
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
