using System.Globalization;
using System.Text;

namespace Descent.Schedules;

/// <summary>Pictures of schedules: for the terminal in braille characters, for pages and documents as SVG.</summary>
public static class SchedulePlot
{
    private const int MostColumns = 1_000;
    private const int MostLooks = 256;
    private const double Left = 88;
    private const double Top = 16;
    private const double Bottom = 36;
    private const double Right = 36;

    /// <summary>Lines of braille characters, four dots high and two wide each, with the values at the left and the updates below.</summary>
    /// <param name="schedule">What to draw.</param>
    /// <param name="updates">How many updates, from 0 on; at least 1.</param>
    /// <param name="width">Characters, axis not counted; at least 8.</param>
    /// <param name="height">Lines, axis not counted; at least 2.</param>
    public static IReadOnlyList<string> Braille(Schedule schedule, long updates, int width = 64, int height = 12)
    {
        var columns = Columns(schedule, updates, width * 2);
        var highest = Highest(columns);
        var dots = new byte[height, width];
        var (above, below) = (int.MinValue, int.MaxValue);
        for (var x = 0; x < columns.Length; x++)
        {
            var (top, bottom) = (Row(columns[x].Highest), Row(columns[x].Lowest));

            // A steep line stays one line: the gap to the column before is filled.
            for (var row = Math.Min(top, below); row <= Math.Max(bottom, above); row++)
            {
                Set(dots, x, row);
            }

            (above, below) = (top, bottom);
        }

        int Row(double value) => (int)Math.Round((1 - (value / highest)) * ((height * 4) - 1));

        string[] labels = [Label(highest), Label(highest / 2), Label(0)];
        var margin = labels.Max(label => label.Length);
        var lines = new List<string>();
        for (var line = 0; line < height; line++)
        {
            var label = line == 0 ? labels[0] : line == height - 1 ? labels[2] : line == height / 2 ? labels[1] : "";
            lines.Add($"{label.PadLeft(margin)} │{string.Concat(Enumerable.Range(0, width).Select(column => (char)(0x2800 + dots[line, column])))}".TrimEnd('\u2800'));
        }

        var end = updates.ToString(CultureInfo.InvariantCulture);
        lines.Add($"{new string(' ', margin)} └{new string('─', width)}");
        lines.Add($"{new string(' ', margin)}  0{end.PadLeft(width - 1)}");
        return lines;
    }

    /// <summary>A standalone SVG picture.</summary>
    /// <param name="schedule">What to draw.</param>
    /// <param name="updates">How many updates, from 0 on; at least 1.</param>
    /// <param name="width">Pixels; at least 160.</param>
    /// <param name="height">Pixels; at least 120.</param>
    public static string Svg(Schedule schedule, long updates, int width = 720, int height = 300)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        var columns = Columns(schedule, updates, (int)Math.Min(MostColumns, updates + 1));
        var highest = Highest(columns);
        var (plotWidth, plotHeight) = (width - Left - Right, height - Top - Bottom);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" font-family=\"system-ui, sans-serif\" font-size=\"12\" role=\"img\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<title>{Escaped(schedule.ToString())}</title>\n<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n");
        for (var i = 0; i <= 4; i++)
        {
            var (x, y) = (Left + (plotWidth * i / 4), Top + (plotHeight * i / 4));
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left:F1} {y:F1}H{width - Right:F1}\" stroke=\"#e5e5e5\"/>\n");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8:F1}\" y=\"{y + 4:F1}\" text-anchor=\"end\" fill=\"#555\">{Label(highest * (4 - i) / 4)}</text>\n");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:F1}\" y=\"{height - 14}\" text-anchor=\"middle\" fill=\"#555\">{updates * i / 4}</text>\n");
        }

        var points = columns.SelectMany(column => column.InOrder()).Append((Update: updates, Value: schedule.At(updates))).Distinct().Select(point => string.Create(
            CultureInfo.InvariantCulture,
            $"{Left + (plotWidth * point.Update / updates):F1},{Top + (plotHeight * (1 - (point.Value / highest))):F1}"));
        svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{string.Join(' ', points)}\" fill=\"none\" stroke=\"#2563eb\" stroke-width=\"2\" stroke-linejoin=\"round\"/>\n</svg>\n");
        return svg.ToString();
    }

    /// <summary>The lowest and the highest value of each column's updates, so that no peak falls between two columns.</summary>
    private static Column[] Columns(Schedule schedule, long updates, int count)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        if (updates < 1)
        {
            throw new DescentException($"A plot needs at least 1 update, but was asked for {updates}.");
        }

        // Where there are more columns than updates, each shows the nearest one.
        return updates + 1 < count
            ? [.. Enumerable.Range(0, count).Select(i => Column.Of(schedule, (long)Math.Round((double)updates * i / (count - 1)), 1))]
            : [.. Enumerable.Range(0, count).Select(i => Column.Of(schedule, Start(i), Start(i + 1) - Start(i)))];

        long Start(int column) => (long)((Int128)(updates + 1) * column / count);
    }

    private static double Highest(Column[] columns) => columns.Max(column => column.Highest) is var highest && highest > 0 ? highest : 1;

    private static string Label(double value) => value.ToString("G3", CultureInfo.InvariantCulture);

    private static string Escaped(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    private static void Set(byte[,] dots, int x, int y)
    {
        // Unicode numbers the dots of a character down the left column, down the right one, then the lowest row.
        ReadOnlySpan<byte> bits = [0x01, 0x02, 0x04, 0x40, 0x08, 0x10, 0x20, 0x80];
        dots[y / 4, x / 2] |= bits[((x % 2) * 4) + (y % 4)];
    }

    private readonly record struct Column(long LowestAt, double Lowest, long HighestAt, double Highest)
    {
        public static Column Of(Schedule schedule, long start, long count)
        {
            var column = new Column(start, double.PositiveInfinity, start, double.NegativeInfinity);
            var looks = Math.Min(count, MostLooks);
            for (var i = 0L; i < looks; i++)
            {
                var update = start + (long)((Int128)count * i / looks);
                var value = schedule.At(update);
                column = value < column.Lowest ? column with { LowestAt = update, Lowest = value } : column;
                column = value > column.Highest ? column with { HighestAt = update, Highest = value } : column;
            }

            return column;
        }

        public IEnumerable<(long Update, double Value)> InOrder()
        {
            var (low, high) = ((LowestAt, Lowest), (HighestAt, Highest));
            return LowestAt == HighestAt ? [low] : LowestAt < HighestAt ? [low, high] : [high, low];
        }
    }
}
