using System.Globalization;
using System.Text;
using Descent.Landscapes.Grids;
using Descent.Landscapes.Runs;

namespace Descent.Landscapes.Pictures;

/// <summary>A race as a standalone SVG picture: the landscape with the paths, the losses, and a legend.</summary>
public static class RaceSvg
{
    private const double Width = 960;
    private const double PanelHeight = 400;
    private const double Top = 44;
    private const double LineHeight = 20;
    private const int MostPoints = 2_000;
    private static readonly Area Map = new(64, Top, 410, PanelHeight);
    private static readonly Area Chart = new(556, Top, 380, PanelHeight);

    /// <summary>Draws the picture.</summary>
    /// <param name="result">A race; of a stream of gradients only the losses are drawn.</param>
    public static string Of(RunResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var height = Top + PanelHeight + 52 + (LineHeight * result.Entries.Count);
        var svg = new StringBuilder();
        Append(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" width=\"{Width}\" height=\"{height}\" font-family=\"system-ui, sans-serif\" font-size=\"12\" role=\"img\">\n");
        Append(svg, $"<title>{Escaped($"{result.Course.Title}: {string.Join(", ", result.Entries.Select(entry => entry.Label))}")}</title>\n");
        Append(svg, $"<desc>{Escaped(string.Join(' ', Race.Captions(result)))}</desc>\n<rect width=\"{Width}\" height=\"{height}\" fill=\"#fff\"/>\n");
        Append(svg, $"<text x=\"{Map.Left}\" y=\"26\" font-size=\"16\" fill=\"#1b1f24\">{Escaped(result.Course.Title)}</text>\n");
        Append(svg, $"<clipPath id=\"map\"><rect x=\"{Map.Left}\" y=\"{Map.Top}\" width=\"{Map.Width}\" height=\"{Map.Height}\"/></clipPath>\n");
        if (result.Course.Box is { } box)
        {
            DrawMap(svg, result, box);
        }

        DrawLosses(svg, result);
        DrawLegend(svg, result);
        return svg.Append("</svg>\n").ToString();
    }

    private static void DrawMap(StringBuilder svg, RunResult result, Box box)
    {
        var objective = result.Course.Objective;
        svg.Append("<g clip-path=\"url(#map)\" fill=\"none\">\n");
        Func<double[], (double X, double Y)> place;
        var (bottom, top) = (box.YLow, box.YHigh);
        if (objective.Dimension == 2)
        {
            var grid = LossGrid.Of(objective, box, 121, 121);
            place = point => (Map.X((point[0] - box.XLow) / (box.XHigh - box.XLow)), Map.Y((point[1] - box.YLow) / (box.YHigh - box.YLow)));
            foreach (var level in grid.Levels())
            {
                svg.Append("<path stroke=\"#d5dae1\" d=\"");
                foreach (var segment in Contours.Of(grid, level))
                {
                    var ((x0, y0), (x1, y1)) = (place([segment.X0, segment.Y0]), place([segment.X1, segment.Y1]));
                    Append(svg, $"M{x0:F1} {y0:F1}L{x1:F1} {y1:F1}");
                }

                svg.Append("\"/>\n");
            }
        }
        else
        {
            var grid = LossGrid.Of(objective, box, 441, 1);
            var (low, span) = (grid.Lowest, grid.Highest > grid.Lowest ? grid.Highest - grid.Lowest : 1);
            (bottom, top) = (low, low + span);
            place = point => (Map.X((point[0] - box.XLow) / (box.XHigh - box.XLow)), Map.Y((objective.Value(point) - low) / span));
            Polyline(svg, Enumerable.Range(0, grid.Columns).Select(i => place([LossGrid.At(box[0], i, grid.Columns)])), "#8b95a1", []);
        }

        foreach (var entry in result.Entries)
        {
            var run = entry.Trajectory;
            Polyline(svg, Sampled(run.Updates).Select(step => place([.. run.PointAt(step)])), entry.Style.Light, entry.Style.Dash);
        }

        svg.Append("</g>\n");
        foreach (var known in result.Course.Known.Where(known => known.Kind == "minimum"))
        {
            Marker(svg, place(known.Point), "cross", "#1b1f24");
        }

        foreach (var entry in result.Entries.Where(entry => box.Contains(entry.Trajectory.PointAt(entry.Trajectory.Updates))))
        {
            Marker(svg, place([.. entry.Trajectory.PointAt(entry.Trajectory.Updates)]), entry.Style.Marker, entry.Style.Light);
        }

        Marker(svg, place([.. result.Entries[0].Trajectory.PointAt(0)]), "ring", "#1b1f24");
        Append(svg, $"<rect x=\"{Map.Left}\" y=\"{Map.Top}\" width=\"{Map.Width}\" height=\"{Map.Height}\" fill=\"none\" stroke=\"#8b95a1\"/>\n");
        Text(svg, Map.Left, Map.Bottom + 16, "start", Words.Short(box.XLow));
        Text(svg, Map.Right, Map.Bottom + 16, "end", Words.Short(box.XHigh));
        Text(svg, Map.Left - 8, Map.Bottom, "end", Words.Short(bottom));
        Text(svg, Map.Left - 8, Map.Top + 10, "end", Words.Short(top));
    }

    private static void DrawLosses(StringBuilder svg, RunResult result)
    {
        var (scale, updates) = (LossScale.Of(result), Math.Max(1, result.Entries.Max(entry => entry.Trajectory.Updates)));
        for (var i = 0; i <= 4; i++)
        {
            var loss = scale.IsLogarithmic ? scale.Low * Math.Pow(scale.High / scale.Low, i / 4.0) : scale.Low + ((scale.High - scale.Low) * i / 4);
            Append(svg, $"<path d=\"M{Chart.Left} {Chart.Y(i / 4.0):F1}H{Chart.Right}\" stroke=\"#e8ebef\"/>\n");
            Text(svg, Chart.Left - 8, Chart.Y(i / 4.0) + 4, "end", Words.Short(loss));
        }

        Text(svg, Chart.Left, Chart.Bottom + 16, "start", "0");
        Text(svg, Chart.Right, Chart.Bottom + 16, "end", $"{updates.ToString(CultureInfo.InvariantCulture)} updates");
        Text(svg, Chart.Left, 26, "start", scale.IsLogarithmic ? "loss, logarithmic" : "loss");
        foreach (var entry in result.Entries)
        {
            var losses = entry.Trajectory.JudgedLoss;
            Polyline(
                svg,
                Sampled(entry.Trajectory.Updates).Where(step => double.IsFinite(losses[step])).Select(step => (Chart.X((double)step / updates), Chart.Y(scale.ShareOf(losses[step])))),
                entry.Style.Light,
                entry.Style.Dash);
        }
    }

    private static void DrawLegend(StringBuilder svg, RunResult result)
    {
        for (var i = 0; i < result.Entries.Count; i++)
        {
            var (entry, y) = (result.Entries[i], Map.Bottom + 44 + (LineHeight * i));
            Polyline(svg, [(Map.Left, y - 4), (Map.Left + 44, y - 4)], entry.Style.Light, entry.Style.Dash);
            Marker(svg, (Map.Left + 22, y - 4), entry.Style.Marker, entry.Style.Light);
            Text(svg, Map.Left + 56, y, "start", $"{entry.Label}: {Words.Short(entry.FinalLoss)} after {entry.Trajectory.Updates} updates, {RunStatusWords.Of(entry.Trajectory.Status)}");
        }
    }

    private static IEnumerable<int> Sampled(int updates)
    {
        var count = Math.Min(updates + 1, MostPoints);
        return Enumerable.Range(0, count).Select(i => count == 1 ? 0 : (int)((long)updates * i / (count - 1)));
    }

    private static void Polyline(StringBuilder svg, IEnumerable<(double X, double Y)> points, string colour, IReadOnlyList<int> dash)
    {
        svg.Append("<polyline points=\"");
        foreach (var (x, y) in points.Where(point => double.IsFinite(point.X + point.Y)))
        {
            Append(svg, $"{Math.Clamp(x, -1e5, 1e5):F1},{Math.Clamp(y, -1e5, 1e5):F1} ");
        }

        Append(svg, $"\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-linejoin=\"round\"{(dash.Count > 0 ? $" stroke-dasharray=\"{string.Join(' ', dash)}\"" : "")}/>\n");
    }

    private static void Marker(StringBuilder svg, (double X, double Y) at, string shape, string colour)
    {
        var (x, y) = at;
        if (!double.IsFinite(x + y))
        {
            return;
        }

        var path = shape switch
        {
            "circle" => $"M{F(x - 5)} {F(y)}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0",
            "square" => $"M{F(x - 4.5)} {F(y - 4.5)}h9v9h-9z",
            "diamond" => $"M{F(x)} {F(y - 6)}l6 6l-6 6l-6 -6z",
            "triangle" => $"M{F(x)} {F(y - 6)}l6 10h-12z",
            "star" => $"M{F(x)} {F(y - 7)}l2 5h5l-4 3.5l1.5 5l-4.5 -3l-4.5 3l1.5 -5l-4 -3.5h5z",
            "plus" => $"M{F(x - 5)} {F(y)}h10M{F(x)} {F(y - 5)}v10",
            "cross" => $"M{F(x - 4)} {F(y - 4)}l8 8M{F(x - 4)} {F(y + 4)}l8 -8",
            _ => $"M{F(x - 5)} {F(y)}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0",
        };
        var isOpen = shape is "plus" or "cross" or "ring";
        svg.Append(CultureInfo.InvariantCulture, $"<path d=\"{path}\" fill=\"{(isOpen ? "none" : colour)}\" stroke=\"{(isOpen ? colour : "#fff")}\" stroke-width=\"{(isOpen ? 2 : 1)}\"/>\n");

        static string F(double value) => value.ToString("F1", CultureInfo.InvariantCulture);
    }

    private static void Text(StringBuilder svg, double x, double y, string anchor, string text) =>
        Append(svg, $"<text x=\"{x:F1}\" y=\"{y:F1}\" text-anchor=\"{anchor}\" fill=\"#3d4650\">{Escaped(text)}</text>\n");

    private static void Append(StringBuilder svg, FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture));

    private static string Escaped(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    private sealed record Area(double Left, double Top, double Width, double Height)
    {
        public double Right => Left + Width;

        public double Bottom => Top + Height;

        public double X(double share) => Left + (share * Width);

        public double Y(double share) => Bottom - (share * Height);
    }
}
