using Descent.Landscapes.Runs;

namespace Descent.Landscapes.Data;

/// <summary>The gradient of every single example of a loss on data, at given points: what batches are means of.</summary>
public static class ExampleGradients
{
    private const int MostNumbers = 1_000_000;

    /// <summary>The gradients, point after point, in each the examples in their order.</summary>
    /// <param name="course">A loss on data.</param>
    /// <param name="points">Where.</param>
    /// <exception cref="DescentException">The landscape is not a loss on data, a point does not fit it, or too much is asked for.</exception>
    public static double[] At(Course course, double[][] points)
    {
        ArgumentNullException.ThrowIfNull(course);
        ArgumentNullException.ThrowIfNull(points);
        var (objective, size) = (course.Objective, course.Objective.Dimension);
        if (objective is not LineObjective)
        {
            throw new DescentException("Gradients of examples are for landscapes that are losses on data, data1 and data2.");
        }

        Limits.Check("The number of gradients, of points times examples,", (long)points.Length * objective.Examples, MostNumbers);
        if (Array.Find(points, point => point.Length != size || !Array.TrueForAll(point, double.IsFinite)) is { } other)
        {
            throw new DescentException($"Each point must be {size} finite {(size == 1 ? "number" : "numbers")}, but one was {Words.Point(other, Words.Number)}.");
        }

        var gradients = new double[points.Length * objective.Examples * size];
        for (var row = 0; row < points.Length; row++)
        {
            for (var example = 0; example < objective.Examples; example++)
            {
                objective.Gradient(points[row], [example], gradients.AsSpan(((row * objective.Examples) + example) * size, size));
            }
        }

        return gradients;
    }
}
