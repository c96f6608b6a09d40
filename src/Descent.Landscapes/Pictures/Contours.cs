using Descent.Landscapes.Grids;

namespace Descent.Landscapes.Pictures;

/// <summary>A piece of a contour line, in coordinates of the landscape.</summary>
internal readonly record struct ContourSegment(double X0, double Y0, double X1, double Y1);

/// <summary>Contour lines of a grid: marching squares with linear interpolation (after Lorensen and Cline, 1987, in two dimensions).</summary>
internal static class Contours
{
    public static IEnumerable<ContourSegment> Of(LossGrid grid, double level)
    {
        for (var row = 0; row + 1 < grid.Rows; row++)
        {
            for (var column = 0; column + 1 < grid.Columns; column++)
            {
                var crossings = Crossings(grid, row, column, level);
                for (var i = 0; i + 1 < crossings.Count; i += 2)
                {
                    yield return new ContourSegment(crossings[i].X, crossings[i].Y, crossings[i + 1].X, crossings[i + 1].Y);
                }
            }
        }
    }

    /// <summary>Where the level crosses the edges of a cell, going around it: two points, or four at a saddle, or none.</summary>
    private static List<(double X, double Y)> Crossings(LossGrid grid, int row, int column, double level)
    {
        ReadOnlySpan<(int Row, int Column)> corners = [(row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column)];
        var found = new List<(double X, double Y)>();
        for (var i = 0; i < 4; i++)
        {
            var (from, to) = (corners[i], corners[(i + 1) % 4]);
            double a = grid.Values[(from.Row * grid.Columns) + from.Column], b = grid.Values[(to.Row * grid.Columns) + to.Column];
            if (double.IsFinite(a) && double.IsFinite(b) && a < level != b < level)
            {
                var share = (level - a) / (b - a);
                var (x0, y0, x1, y1) = (X(from.Column), Y(from.Row), X(to.Column), Y(to.Row));
                found.Add((x0 + (share * (x1 - x0)), y0 + (share * (y1 - y0))));
            }
        }

        return found;

        double X(int index) => LossGrid.At(grid.Box[0], index, grid.Columns);

        double Y(int index) => LossGrid.At(grid.Box[1], index, grid.Rows);
    }
}
