using System.Globalization;

namespace Descent.Landscapes.Interface;

/// <summary>
/// Reads JSON without escapes in its texts, as pages write it. At anything else it throws a <see cref="FormatException"/>, and whoever reads
/// leaves the text to <see cref="Json"/>.
/// </summary>
/// <param name="text">The JSON.</param>
internal sealed class PlainReader(string text)
{
    private int at;

    private bool isFirst;

    /// <summary>Whether all was read.</summary>
    public bool IsAtEnd
    {
        get
        {
            SkipSpace();
            return at == text.Length;
        }
    }

    /// <summary>Goes into an object or an array.</summary>
    public void Begin(char bracket)
    {
        Expect(bracket);
        isFirst = true;
    }

    /// <summary>The name of the object's next field, with the reader at its value; null at its end, behind which the reader then is.</summary>
    public string? Field()
    {
        if (!Continues('}'))
        {
            return null;
        }

        var name = Text();
        Expect(':');
        return name;
    }

    /// <summary>Whether the array has another item, with the reader there; otherwise it is behind the array.</summary>
    public bool Item() => Continues(']');

    public string Text()
    {
        Expect('"');
        var start = at;
        while (at < text.Length && text[at] != '"')
        {
            if (text[at] is < ' ' or '\\' || char.IsSurrogate(text[at]))
            {
                throw new FormatException();
            }

            at++;
        }

        if (at == text.Length)
        {
            throw new FormatException();
        }

        return text[start..at++];
    }

    public double Number()
    {
        SkipSpace();
        var start = at;
        while (at < text.Length && text[at] is (>= '0' and <= '9') or '-' or '+' or '.' or 'e' or 'E')
        {
            // A point stands between digits.
            if (text[at] == '.' && !(IsDigit(at - 1) && IsDigit(at + 1)))
            {
                throw new FormatException();
            }

            at++;
        }

        var first = start < at && text[start] == '-' ? start + 1 : start;
        return IsDigit(first) && !(text[first] == '0' && IsDigit(first + 1)) && Value(start, first) is var number && double.IsFinite(number)
            ? number
            : throw new FormatException();
    }

    /// <summary>
    /// Up to 15 digits are a whole number over a power of ten, both exact, so that the quotient is the nearest number
    /// (Clinger, "How to Read Floating Point Numbers Accurately", 1990); others take the library's way, which takes a browser's runtime a while to begin.
    /// </summary>
    private double Value(int start, int first)
    {
        var (digits, power, isBehindPoint) = (0L, 1.0, false);
        for (var i = first; i < at; i++)
        {
            if (at - first > 16 || !(IsDigit(i) || (text[i] == '.' && !isBehindPoint)))
            {
                return double.Parse(text.AsSpan(start, at - start), NumberStyles.Float, CultureInfo.InvariantCulture);
            }

            if (text[i] == '.')
            {
                isBehindPoint = true;
                continue;
            }

            digits = (10 * digits) + text[i] - '0';
            power = isBehindPoint ? 10 * power : power;
        }

        return start == first ? digits / power : -(digits / power);
    }

    /// <summary>A whole number, written in digits.</summary>
    public int Whole()
    {
        SkipSpace();
        var start = at;
        var number = Number();
        for (var i = start; i < at; i++)
        {
            if (!IsDigit(i) && text[i] != '-')
            {
                throw new FormatException();
            }
        }

        return number is >= int.MinValue and <= int.MaxValue ? (int)number : throw new FormatException();
    }

    public bool Flag()
    {
        var (word, start) = (Peek() == 't' ? "true" : "false", at);
        at += word.Length;
        return at <= text.Length && text[start..at] == word ? word.Length == 4 : throw new FormatException();
    }

    public double[] Numbers()
    {
        var numbers = new List<double>();
        Begin('[');
        while (Item())
        {
            numbers.Add(Number());
        }

        return numbers.ToArray();
    }

    private bool Continues(char closes)
    {
        if (Peek() == closes)
        {
            at++;
            return isFirst = false;
        }

        if (!isFirst)
        {
            Expect(',');
        }

        isFirst = false;
        return true;
    }

    private bool IsDigit(int place) => place >= 0 && place < text.Length && text[place] is >= '0' and <= '9';

    private char Peek()
    {
        SkipSpace();
        return at < text.Length ? text[at] : throw new FormatException();
    }

    private void SkipSpace()
    {
        while (at < text.Length && (text[at] is ' ' or '\t' or '\n' or '\r'))
        {
            at++;
        }
    }

    private void Expect(char letter)
    {
        if (Peek() != letter)
        {
            throw new FormatException();
        }

        at++;
    }
}
