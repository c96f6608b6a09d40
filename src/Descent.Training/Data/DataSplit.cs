using Descent.Numerics;
using Descent.Text;

namespace Descent.Training.Data;

/// <summary>The rows to train on and the rows to validate on: disjoint, together all rows, each in ascending order.</summary>
/// <param name="Train">The rows to train on; at least one.</param>
/// <param name="Validation">The rows to validate on; at least one.</param>
public sealed record DataSplit(int[] Train, int[] Validation)
{
    /// <summary>
    /// Chooses the validation rows at random. With labels, every class keeps its share (to within one row) in both parts
    /// and has at least one row in each. Of a text the end validates.
    /// </summary>
    /// <param name="data">The rows to split.</param>
    /// <param name="validationFraction">The share of the rows to validate on, in (0, 1).</param>
    /// <param name="seed">Chooses the rows: the same seed, the same split.</param>
    /// <exception cref="DescentException">The fraction is out of range, or a class or the data have fewer than 2 rows.</exception>
    public static DataSplit Random(Dataset data, double validationFraction, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!(validationFraction > 0 && validationFraction < 1))
        {
            throw new DescentException($"ValidationFraction must be in (0, 1), but was {validationFraction}.");
        }

        if (data.Task == LearningTask.Text)
        {
            // The end of the text: pieces of one passage are not in both parts.
            var trains = data.Rows - Math.Clamp((int)Math.Round(data.Rows * validationFraction), 1, data.Rows - 1);
            return new DataSplit([.. Enumerable.Range(0, trains)], [.. Enumerable.Range(trains, data.Rows - trains)]);
        }

        var groups = Groups(data);
        var counts = Apportion([.. groups.Select(group => group.Length)], validationFraction);
        var random = new SeededRandom(seed, RandomStreams.Split);
        var validates = new bool[data.Rows];
        for (var i = 0; i < groups.Count; i++)
        {
            random.Shuffle(groups[i].AsSpan());
            foreach (var row in groups[i].AsSpan(0, counts[i]))
            {
                validates[row] = true;
            }
        }

        var rows = Enumerable.Range(0, data.Rows);
        return new DataSplit([.. rows.Where(row => !validates[row])], [.. rows.Where(row => validates[row])]);
    }

    /// <summary>The rows of each class that occurs, or all rows as one group.</summary>
    private static List<int[]> Groups(Dataset data)
    {
        if (data.Labels is null)
        {
            return data.Rows >= 2
                ? [[.. Enumerable.Range(0, data.Rows)]]
                : throw new DescentException("The data have 1 row, but a split needs at least 2; add rows.");
        }

        var groups = new List<int>[data.ClassNames.Count];
        for (var row = 0; row < data.Rows; row++)
        {
            (groups[data.Labels[row]] ??= []).Add(row);
        }

        var single = Array.FindIndex(groups, group => group is { Count: 1 });
        return single < 0
            ? [.. groups.Where(group => group is not null).Select(group => group.ToArray())]
            : throw new DescentException(
                $"The class '{Shown.Brief(data.ClassNames[single])}' has 1 row, but a split needs at least 2 of each class; add rows of it or remove it.");
    }

    /// <summary>
    /// How many rows of each group validate: the whole part of its share, and one more for the groups with the largest
    /// remainders until the total is right (Hamilton's method), then moved into [1, size − 1].
    /// </summary>
    private static int[] Apportion(int[] sizes, double fraction)
    {
        var counts = sizes.Select(size => (int)Math.Floor(size * fraction)).ToArray();
        var missing = (int)Math.Round(sizes.Sum() * fraction, MidpointRounding.AwayFromZero) - counts.Sum();
        var byRemainder = Enumerable.Range(0, sizes.Length).OrderByDescending(i => (sizes[i] * fraction) - counts[i]).ThenBy(i => i);
        foreach (var i in byRemainder.Take(missing))
        {
            counts[i]++;
        }

        return [.. counts.Select((count, i) => Math.Clamp(count, 1, sizes[i] - 1))];
    }
}
