using Descent.Landscapes.Runs;

namespace Descent.Landscapes.Grids;

/// <summary>An objective on a grid of points over a box, edges included.</summary>
public sealed class LossGrid
{
    private LossGrid(Box box, int columns, int rows) => (Box, Columns, Rows, Values) = (box, columns, rows, new double[columns * rows]);

    /// <summary>What the grid covers.</summary>
    public Box Box { get; }

    /// <summary>How many points along x.</summary>
    public int Columns { get; }

    /// <summary>How many points along y; 1 for one variable.</summary>
    public int Rows { get; }

    /// <summary>The values, row by row from low y to high y.</summary>
    public double[] Values { get; }

    /// <summary>The gradients, two numbers per point (one for one variable), in the same order; empty when they were not asked for.</summary>
    public double[] Gradients { get; private set; } = [];

    /// <summary>The smallest finite value; NaN when there is none.</summary>
    public double Lowest => Least(1);

    /// <summary>The largest finite value; NaN when there is none.</summary>
    public double Highest => -Least(-1);

    /// <summary>Evaluates an objective of one or two variables.</summary>
    /// <param name="objective">What.</param>
    /// <param name="box">Where.</param>
    /// <param name="columns">Points along x, 2 to 512.</param>
    /// <param name="rows">Points along y, 2 to 512; not used for one variable.</param>
    /// <param name="withGradients">Whether gradients are wanted too.</param>
    /// <exception cref="DescentException">The objective has more than two variables, or there are too many or too few points.</exception>
    public static LossGrid Of(Objective objective, Box box, int columns, int rows, bool withGradients = false)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(box);
        Limits.Check("The number of columns of a grid", columns, Limits.GridSide, least: 2);
        Limits.Check("The number of rows of a grid", rows, Limits.GridSide, least: objective.Dimension == 1 ? 1 : 2);
        var size = objective.Dimension;
        if (size > 2)
        {
            throw new DescentException($"A grid is of one or two variables, but the objective has {size}.");
        }

        var grid = new LossGrid(box, columns, size == 1 ? 1 : rows);
        grid.Gradients = withGradients ? new double[grid.Values.Length * size] : [];
        var point = new double[size];
        for (var row = 0; row < grid.Rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var index = (row * columns) + column;
                point[0] = At(box[0], column, columns);
                if (size == 2)
                {
                    point[1] = At(box[1], row, rows);
                }

                grid.Values[index] = withGradients
                    ? objective.Gradient(point, grid.Gradients.AsSpan(index * size, size))
                    : objective.Value(point);
            }
        }

        return grid;
    }

    /// <summary>
    /// Values at which contour lines say most: from low to high, closer together near the bottom the more of the box lies there, so that the
    /// middle one is the median.
    /// </summary>
    /// <param name="count">How many; at least 1.</param>
    public double[] Levels(int count = 14)
    {
        var sorted = Array.FindAll(Values, double.IsFinite);
        Array.Sort(sorted);
        if (sorted.Length == 0 || !(sorted[^1] > sorted[0]))
        {
            return [];
        }

        var (low, span) = (sorted[0], sorted[^1] - sorted[0]);
        var median = Math.Clamp((sorted[sorted.Length / 2] - low) / span, 1e-3, 0.5);
        var power = Math.Log(median) / Math.Log(0.5);
        var levels = new double[count];
        for (var i = 0; i < count; i++)
        {
            levels[i] = low + (span * Math.Pow((i + 1.0) / (count + 1), power));
        }

        return levels;
    }

    /// <summary>The smallest finite value times a sign.</summary>
    private double Least(double sign)
    {
        var least = double.NaN;
        foreach (var value in Values)
        {
            if (double.IsFinite(value) && !(sign * value >= least))
            {
                least = sign * value;
            }
        }

        return least;
    }

    /// <summary>The coordinate of a point of the grid.</summary>
    internal static double At((double Low, double High) edges, int index, int count) =>
        index == count - 1 ? edges.High : edges.Low + ((edges.High - edges.Low) * index / (count - 1));
}
