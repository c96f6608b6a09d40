namespace Descent.Text;

/// <summary>Prepares a text of the user's for a message.</summary>
public static class Shown
{
    /// <summary>At most <paramref name="most"/> characters, on one line.</summary>
    public static string Brief(string text, int most = 40)
    {
        ArgumentNullException.ThrowIfNull(text);
        var printable = string.Concat(text.Take(most + 1).Select(letter => char.IsControl(letter) ? ' ' : letter));
        return printable.Length <= most ? printable : printable[..most] + "…";
    }

    /// <summary>At most 40 characters around a place, on one line.</summary>
    public static string Around(string text, int place)
    {
        ArgumentNullException.ThrowIfNull(text);
        var start = text.Length <= 40 || place <= 30 ? 0 : Math.Min(place - 20, text.Length - 40);
        return start > 0 ? "…" + Brief(text[start..Math.Min(start + 60, text.Length)]) : Brief(text);
    }
}
