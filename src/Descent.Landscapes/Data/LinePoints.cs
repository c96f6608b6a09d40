using Descent.Landscapes.Runs;
using Descent.Numerics;

namespace Descent.Landscapes.Data;

/// <summary>Points around a line.</summary>
public static class LinePoints
{
    /// <summary>Points (x, slope·x + intercept + noise): x even between −1 and 3, the noise normal.</summary>
    /// <param name="count">How many; 2 to 1000.</param>
    /// <param name="slope">Of the line.</param>
    /// <param name="intercept">Of the line, at x = 0.</param>
    /// <param name="noise">The standard deviation of the noise; at least 0.</param>
    /// <param name="seed">Chooses the points.</param>
    /// <exception cref="DescentException">A number is out of its range.</exception>
    public static double[][] Of(int count, double slope, double intercept, double noise, ulong seed)
    {
        Limits.Check("The number of points", count, LineObjective.MostPoints, least: 2);
        if (!double.IsFinite(slope) || !double.IsFinite(intercept) || !double.IsFinite(noise) || noise < 0)
        {
            throw new DescentException($"A line's slope, intercept and noise must be finite numbers, the noise at least 0, but were {Words.Number(slope)}, {Words.Number(intercept)} and {Words.Number(noise)}.");
        }

        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextUniform(-1, 3)).Select(x => new[] { x, (slope * x) + intercept + (noise * random.NextNormal()) })];
    }
}
