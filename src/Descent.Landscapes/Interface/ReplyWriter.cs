using System.Globalization;
using System.Text;

namespace Descent.Landscapes.Interface;

/// <summary>Writes JSON letter for letter as <see cref="Json"/> does.</summary>
internal sealed class ReplyWriter
{
    private const string Hexadecimal = "0123456789ABCDEF";
    private readonly StringBuilder text = new();
    private bool follows;

    public void Begin(char bracket)
    {
        Separate();
        text.Append(bracket);
        follows = false;
    }

    public void End(char bracket)
    {
        text.Append(bracket);
        follows = true;
    }

    /// <summary>The name of the field whose value is written next: letters and underscores.</summary>
    public ReplyWriter Name(string name)
    {
        Separate();
        text.Append('"').Append(name).Append("\":");
        follows = false;
        return this;
    }

    /// <summary>A text; null for none.</summary>
    public void Text(string? value)
    {
        Separate();
        if (value is null)
        {
            text.Append("null");
            return;
        }

        text.Append('"');
        foreach (var letter in value)
        {
            Letter(letter);
        }

        text.Append('"');
    }

    /// <summary>A number; one that is not finite is its name.</summary>
    public void Number(double value)
    {
        if (double.IsFinite(value))
        {
            Separate();
            text.Append(value.ToString("R", CultureInfo.InvariantCulture));
        }
        else
        {
            Text(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
        }
    }

    /// <summary>A whole number; null for none.</summary>
    public void Whole(int? value)
    {
        Separate();
        text.Append(value?.ToString(CultureInfo.InvariantCulture) ?? "null");
    }

    public void Flag(bool value)
    {
        Separate();
        text.Append(value ? "true" : "false");
    }

    public override string ToString() => text.ToString();

    private void Separate()
    {
        if (follows)
        {
            text.Append(',');
        }

        follows = true;
    }

    private void Letter(char letter)
    {
        switch (letter)
        {
            case '\\': text.Append("\\\\"); break;
            case '\b': text.Append("\\b"); break;
            case '\f': text.Append("\\f"); break;
            case '\n': text.Append("\\n"); break;
            case '\r': text.Append("\\r"); break;
            case '\t': text.Append("\\t"); break;
            case < ' ' or > '~' or '"' or '&' or '\'' or '+' or '<' or '>' or '`':
                text.Append("\\u").Append(Hexadecimal[letter >> 12]).Append(Hexadecimal[(letter >> 8) & 15]).Append(Hexadecimal[(letter >> 4) & 15]).Append(Hexadecimal[letter & 15]);
                break;
            default: text.Append(letter); break;
        }
    }
}
