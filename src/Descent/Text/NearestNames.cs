namespace Descent.Text;

/// <summary>Finds the names that a mistyped one most likely meant.</summary>
public static class NearestNames
{
    /// <summary>Up to three of <paramref name="names"/>, quoted, nearest first: <c>'adam', 'adamw', 'sgd'</c>.</summary>
    public static string Of(string wanted, IEnumerable<string> names) => string.Join(
        ", ",
        names.OrderBy(name => Distance(wanted, name)).ThenBy(name => name, StringComparer.Ordinal).Take(3).Select(name => $"'{Shown.Brief(name)}'"));

    /// <summary>The edit distance (insert, delete, replace: 1 each) without regard to case; Wagner and Fischer, 1974.</summary>
    public static int Distance(string a, string b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var row = new int[b.Length + 1];
        for (var j = 0; j < row.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
