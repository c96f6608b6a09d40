using Descent.Landscapes.Runs;
using Descent.Numerics;

namespace Descent.Landscapes.Data;

/// <summary>Gradients of many batches at one point: how they scatter around the gradient over all examples.</summary>
/// <param name="Full">The gradient over all examples.</param>
/// <param name="Gradients">That of each batch, one after the other.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Covariance">Their sample covariance, by rows.</param>
/// <param name="Expected">
/// What theory says that the covariance is: that of the examples' gradients over the size of a batch; without replacement times
/// (N − B)/(N − 1).
/// </param>
public sealed record BatchGradients(double[] Full, double[] Gradients, double[] Mean, double[] Covariance, double[] Expected)
{
    /// <summary>Draws batches, each from all examples anew.</summary>
    /// <param name="course">A loss on data.</param>
    /// <param name="point">Where.</param>
    /// <param name="size">Examples in a batch; from 1 to all.</param>
    /// <param name="draws">How many batches; 1 to 2000.</param>
    /// <param name="withReplacement">Whether an example may be in a batch more than once.</param>
    /// <param name="seed">Chooses the batches.</param>
    /// <exception cref="DescentException">The landscape is not a loss on data, or a number is out of its range.</exception>
    public static BatchGradients Draw(Course course, double[] point, int size, int draws, bool withReplacement, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(course);
        ArgumentNullException.ThrowIfNull(point);
        var (examples, dimension) = (ExampleGradients.At(course, [point]), course.Objective.Dimension);
        var count = course.Objective.Examples;
        Limits.Check("The batch size", size, count);
        Limits.Check("The number of batches", draws, Limits.Replicates);
        var (random, order) = (new SeededRandom(seed), Enumerable.Range(0, count).ToArray());
        var gradients = new double[draws * dimension];
        for (var draw = 0; draw < draws; draw++)
        {
            for (var i = 0; i < size; i++)
            {
                // Without replacement: the i-th of a shuffle that is made only as far as it is needed.
                var chosen = withReplacement ? random.NextInt32(count) : i + random.NextInt32(count - i);
                if (!withReplacement)
                {
                    (order[i], order[chosen]) = (order[chosen], order[i]);
                    chosen = order[i];
                }

                for (var k = 0; k < dimension; k++)
                {
                    gradients[(draw * dimension) + k] += examples[(chosen * dimension) + k] / size;
                }
            }
        }

        var finite = withReplacement || count == 1 ? 1.0 : (double)(count - size) / (count - 1);
        var expected = CovarianceOf(examples, MeanOf(examples, dimension), dimension, count);
        var mean = MeanOf(gradients, dimension);
        return new BatchGradients(
            MeanOf(examples, dimension),
            gradients,
            mean,
            CovarianceOf(gradients, mean, dimension, Math.Max(1, draws - 1)),
            [.. expected.Select(value => value / size * finite)]);
    }

    private static double[] MeanOf(double[] rows, int dimension)
    {
        var mean = new double[dimension];
        for (var i = 0; i < rows.Length; i++)
        {
            mean[i % dimension] += rows[i];
        }

        return [.. mean.Select(sum => sum / (rows.Length / dimension))];
    }

    private static double[] CovarianceOf(double[] rows, double[] mean, int dimension, int divisor)
    {
        var sums = new double[dimension * dimension];
        for (var row = 0; row < rows.Length; row += dimension)
        {
            for (var i = 0; i < sums.Length; i++)
            {
                var (a, b) = (i / dimension, i % dimension);
                sums[i] += (rows[row + a] - mean[a]) * (rows[row + b] - mean[b]);
            }
        }

        return [.. sums.Select(sum => sum / divisor)];
    }
}
