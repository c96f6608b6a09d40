namespace Descent.Training.Data;

/// <summary>Finds the names that a mistyped one most likely meant.</summary>
internal static class NearestNames
{
    /// <summary>Up to <paramref name="count"/> of <paramref name="names"/>, quoted and separated by commas, nearest first.</summary>
    public static string Of(string wanted, IEnumerable<string> names, int count = 3) => string.Join(
        ", ",
        names.OrderBy(name => Distance(wanted, name)).ThenBy(name => name, StringComparer.Ordinal).Take(count).Select(name => $"'{TargetColumn.Shorten(name)}'"));

    /// <summary>The edit distance (insert, delete, replace: 1 each) without regard to case; Wagner and Fischer 1974.</summary>
    public static int Distance(string a, string b)
    {
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
