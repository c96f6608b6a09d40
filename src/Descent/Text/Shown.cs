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
}
