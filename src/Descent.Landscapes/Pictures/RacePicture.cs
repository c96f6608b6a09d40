using System.Globalization;
using Descent.Landscapes.Grids;
using Descent.Landscapes.Runs;

namespace Descent.Landscapes.Pictures;

/// <summary>A race for the terminal: the landscape with the paths, and the losses over the steps.</summary>
public static class RacePicture
{
    private const int Levels = 9;

    /// <summary>
    /// The landscape seen from above with the paths: contours, S at the start, × at known minima, and at the end of each path the number of its
    /// optimizer from 1 (letters from the tenth on). Of one variable: the curve, with the path on it.
    /// </summary>
    /// <param name="result">A race that is not of a stream of gradients.</param>
    /// <param name="width">Characters; at least 8.</param>
    /// <param name="height">Lines; at least 4.</param>
    /// <returns>Lines of pieces of text, each with the index of the optimizer that drew it, or −1.</returns>
    /// <exception cref="DescentException">The race is of a stream of gradients.</exception>
    public static IReadOnlyList<IReadOnlyList<PictureRun>> Map(RunResult result, int width = 72, int height = 20)
    {
        ArgumentNullException.ThrowIfNull(result);
        var box = result.Course.Box ?? throw new DescentException("A stream of gradients has no map; leave the picture out.");
        var canvas = new BrailleCanvas(width, height);
        return result.Course.Objective.Dimension == 1 ? Curve(result, box, canvas) : Plane(result, box, canvas);
    }

    /// <summary>The judged losses over the steps, on a logarithmic axis above the lowest loss where all are positive, with the ends of both axes.</summary>
    /// <param name="result">A race.</param>
    /// <param name="width">Characters, axis not counted; at least 8.</param>
    /// <param name="height">Lines, axis not counted; at least 4.</param>
    public static IReadOnlyList<IReadOnlyList<PictureRun>> Losses(RunResult result, int width = 62, int height = 10)
    {
        ArgumentNullException.ThrowIfNull(result);
        var canvas = new BrailleCanvas(width, height);
        var scale = LossScale.Of(result);
        var updates = Math.Max(1, result.Entries.Max(entry => entry.Trajectory.Updates));
        foreach (var (entry, owner) in result.Entries.Select((entry, owner) => (entry, owner)))
        {
            var losses = entry.Trajectory.JudgedLoss;
            for (var step = 1; step < losses.Length; step++)
            {
                canvas.Line(X(step - 1), Y(losses[step - 1]), X(step), Y(losses[step]), owner);
            }
        }

        string[] labels = [Words.Short(scale.High), Words.Short(scale.Low)];
        var margin = labels.Max(label => label.Length);
        List<IReadOnlyList<PictureRun>> lines =
        [
            .. canvas.Lines().Select((line, row) => (IReadOnlyList<PictureRun>)
                [new PictureRun($"{(row == 0 ? labels[0] : row == height - 1 ? labels[1] : "").PadLeft(margin)} │", BrailleCanvas.Ground), .. line]),
        ];
        lines.Add([new PictureRun($"{new string(' ', margin)} └{new string('─', width)}", BrailleCanvas.Ground)]);
        lines.Add([new PictureRun($"{new string(' ', margin)}  0{updates.ToString(CultureInfo.InvariantCulture).PadLeft(width - 1)}", BrailleCanvas.Ground)]);
        return lines;

        double X(int step) => (double)step / updates * (canvas.DotsWide - 1);

        double Y(double loss) => (1 - scale.ShareOf(loss)) * (canvas.DotsHigh - 1);
    }

    private static IReadOnlyList<IReadOnlyList<PictureRun>> Plane(RunResult result, Box box, BrailleCanvas canvas)
    {
        var grid = LossGrid.Of(result.Course.Objective, box, canvas.DotsWide, canvas.DotsHigh);
        foreach (var segment in grid.Levels(Levels).SelectMany(level => Contours.Of(grid, level)))
        {
            canvas.Line(X(segment.X0), Y(segment.Y0), X(segment.X1), Y(segment.Y1), BrailleCanvas.Ground);
        }

        foreach (var known in result.Course.Known.Where(known => known.Kind == "minimum"))
        {
            canvas.Letter(X(known.Point[0]), Y(known.Point[1]), '×', BrailleCanvas.Ground);
        }

        foreach (var (entry, owner) in result.Entries.Select((entry, owner) => (entry, owner)))
        {
            var run = entry.Trajectory;
            for (var step = 1; step <= run.Updates; step++)
            {
                ReadOnlySpan<double> from = run.PointAt(step - 1), to = run.PointAt(step);
                canvas.Line(X(from[0]), Y(from[1]), X(to[0]), Y(to[1]), owner);
            }
        }

        Marks(result, canvas, point => (X(point[0]), Y(point[1])));
        return canvas.Lines();

        double X(double x) => (x - box.XLow) / (box.XHigh - box.XLow) * canvas.DotsWide;

        double Y(double y) => (box.YHigh - y) / (box.YHigh - box.YLow) * canvas.DotsHigh;
    }

    private static IReadOnlyList<IReadOnlyList<PictureRun>> Curve(RunResult result, Box box, BrailleCanvas canvas)
    {
        var objective = result.Course.Objective;
        var grid = LossGrid.Of(objective, box, Math.Min(Limits.GridSide, canvas.DotsWide), 1);
        var (low, high) = (grid.Lowest, grid.Highest > grid.Lowest ? grid.Highest : grid.Lowest + 1);
        for (var i = 1; i < grid.Columns; i++)
        {
            canvas.Line(X(LossGrid.At(box[0], i - 1, grid.Columns)), Y(grid.Values[i - 1]), X(LossGrid.At(box[0], i, grid.Columns)), Y(grid.Values[i]), BrailleCanvas.Ground);
        }

        foreach (var (entry, owner) in result.Entries.Select((entry, owner) => (entry, owner)))
        {
            for (var step = 0; step <= entry.Trajectory.Updates; step++)
            {
                canvas.Line(X(entry.Trajectory.Theta[step]), Y(entry.Trajectory.Loss[step]), X(entry.Trajectory.Theta[step]), Y(entry.Trajectory.Loss[step]), owner);
            }
        }

        Marks(result, canvas, point => (X(point[0]), Y(objective.Value(point))));
        return canvas.Lines();

        double X(double x) => (x - box.XLow) / (box.XHigh - box.XLow) * canvas.DotsWide;

        double Y(double value) => (high - value) / (high - low) * (canvas.DotsHigh - 1);
    }

    private static void Marks(RunResult result, BrailleCanvas canvas, Func<double[], (double X, double Y)> place)
    {
        var (x, y) = place([.. result.Entries[0].Trajectory.PointAt(0)]);
        canvas.Letter(x, y, 'S', BrailleCanvas.Ground);
        for (var i = 0; i < result.Entries.Count; i++)
        {
            var run = result.Entries[i].Trajectory;
            (x, y) = place([.. run.PointAt(run.Updates)]);
            canvas.Letter(x, y, NumberOf(i), i);
        }
    }

    /// <summary>The sign of an optimizer in pictures: 1 to 9, then letters.</summary>
    public static char NumberOf(int index) => index < 9 ? (char)('1' + index) : (char)('a' + index - 9);
}
