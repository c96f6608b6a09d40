using System.Globalization;
using System.Text;

namespace Descent.Schedules;

/// <summary>Pictures of schedules: for the terminal in braille characters, for pages and documents as SVG.</summary>
public static class SchedulePlot
{
    private const int MostPoints = 1_000;
    private const double Left = 64;
    private const double Top = 16;
    private const double Bottom = 36;
    private const double Right = 16;

    /// <summary>Lines of braille characters, four dots high and two wide each, with the values at the left and the updates below.</summary>
    /// <param name="schedule">What to draw.</param>
    /// <param name="updates">How many updates, from 0 on; at least 1.</param>
    /// <param name="width">Characters, axis not counted; at least 8.</param>
    /// <param name="height">Lines, axis not counted; at least 2.</param>
    public static IReadOnlyList<string> Braille(Schedule schedule, long updates, int width = 64, int height = 12)
    {
        var values = Sample(schedule, updates, width * 2);
        var highest = Highest(values);
        var dots = new byte[height, width];
        var last = -1;
        for (var x = 0; x < values.Length; x++)
        {
            var y = (int)Math.Round((1 - (values[x] / highest)) * ((height * 4) - 1));

            // A steep line stays one line.
            for (var row = Math.Min(y, last < 0 ? y : last); row <= Math.Max(y, last); row++)
            {
                Set(dots, x, row);
            }

            Set(dots, x, y);
            last = y;
        }

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
        var values = Sample(schedule, updates, (int)Math.Min(MostPoints, updates + 1));
        var highest = Highest(values);
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

        var points = values.Select((value, i) => string.Create(
            CultureInfo.InvariantCulture,
            $"{Left + (plotWidth * i / Math.Max(1, values.Length - 1)):F1},{Top + (plotHeight * (1 - (value / highest))):F1}"));
        svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{string.Join(' ', points)}\" fill=\"none\" stroke=\"#2563eb\" stroke-width=\"2\" stroke-linejoin=\"round\"/>\n</svg>\n");
        return svg.ToString();
    }

    private static double[] Sample(Schedule schedule, long updates, int count)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        if (updates < 1)
        {
            throw new DescentException($"A plot needs at least 1 update, but was asked for {updates}.");
        }

        return [.. Enumerable.Range(0, count).Select(i => schedule.At((long)Math.Round((double)updates * i / Math.Max(1, count - 1))))];
    }

    private static double Highest(double[] values) => values.Max() is var highest && highest > 0 ? highest : 1;

    private static string Label(double value) => value.ToString("G3", CultureInfo.InvariantCulture);

    private static string Escaped(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    private static void Set(byte[,] dots, int x, int y)
    {
        // Unicode numbers the dots of a character down the left column, down the right one, then the lowest row.
        ReadOnlySpan<byte> bits = [0x01, 0x02, 0x04, 0x40, 0x08, 0x10, 0x20, 0x80];
        dots[y / 4, x / 2] |= bits[((x % 2) * 4) + (y % 4)];
    }
}
