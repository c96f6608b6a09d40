namespace Descent.Text;

/// <summary>Finds the names that a mistyped one probably meant.</summary>
public static class NearestNames
{
    /// <summary>Up to three of <paramref name="names"/>, nearest first, as text for a message: <c>adam, adamw, sgd</c>.</summary>
    public static string Of(string wanted, IEnumerable<string> names) =>
        string.Join(", ", names.OrderBy(name => Distance(wanted, name)).ThenBy(name => name, StringComparer.Ordinal).Take(3));

    /// <summary>The number of single-character edits between two texts, case ignored (Levenshtein, 1966).</summary>
    public static int Distance(string a, string b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var previous = new int[b.Length + 1];
        var current = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            previous[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + (same ? 0 : 1));
            }

            (previous, current) = (current, previous);
        }

        return previous[b.Length];
    }
}
