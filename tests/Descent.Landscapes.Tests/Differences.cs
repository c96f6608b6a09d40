using Descent.Numerics;

namespace Descent.Landscapes.Tests;

/// <summary>Compares derivatives with central differences.</summary>
internal static class Differences
{
    private const int Points = 200;

    /// <summary>Gradient against differences of values, and Hessian against differences of gradients, at 200 random points of a box.</summary>
    public static void Check(Objective objective, Box box, string what, double tolerance)
    {
        var (size, random, largest) = (objective.Dimension, new SeededRandom(7), 0.0);
        double[] gradient = new double[size], hessian = new double[size * size];
        for (var n = 0; n < Points; n++)
        {
            var point = RandomPoint(box, size, random);
            var value = objective.Hessian(point, gradient, hessian);
            Assert.Equal(objective.Value(point), value);
            var slope = new double[size];
            Assert.Equal(value, objective.Gradient(point, slope));
            Assert.Equal(slope, gradient);
            for (var i = 0; i < size; i++)
            {
                var h = 1e-5 * Math.Max(1, Math.Abs(point[i]));

                // Two central differences, extrapolated: what is left of the third derivative in one is gone.
                var (value1, slope1) = Difference(point, i, h);
                var (value2, slope2) = Difference(point, i, 2 * h);
                Compare(((4 * value1) - value2) / 3, gradient[i], Math.Max(Math.Abs(gradient[i]), Math.Abs(value) * 1e-3));
                for (var j = 0; j < size; j++)
                {
                    Compare(((4 * slope1[j]) - slope2[j]) / 3, hessian[(i * size) + j], Math.Max(Math.Abs(hessian[(i * size) + j]), gradient.Max(Math.Abs) * 1e-3));
                }
            }
        }

        Assert.True(largest <= tolerance, $"{what}: the largest relative difference is {largest:E2}, allowed {tolerance:E1}.");

        (double Value, double[] Gradient) Difference(double[] point, int i, double h)
        {
            var (above, below) = ((double[])point.Clone(), (double[])point.Clone());
            (above[i], below[i]) = (point[i] + h, point[i] - h);
            double[] low = new double[size], high = new double[size];
            var (step, difference) = (above[i] - below[i], objective.Gradient(above, high) - objective.Gradient(below, low));
            return (difference / step, [.. high.Zip(low, (a, b) => (a - b) / step)]);
        }

        // Differences resolve no more than the rounding of what they subtract.
        void Compare(double difference, double exact, double scale) => largest = Math.Max(largest, Math.Abs(difference - exact) / Math.Max(scale, 1e-3));
    }

    public static double[] RandomPoint(Box box, int size, SeededRandom random) =>
        [.. Enumerable.Range(0, size).Select(i => random.NextUniform(box[i].Low, box[i].High))];
}
