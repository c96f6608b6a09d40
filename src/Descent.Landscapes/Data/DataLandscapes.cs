namespace Descent.Landscapes.Data;

/// <summary>Losses on a few points: mean squared errors of a line.</summary>
internal static class DataLandscapes
{
    /// <summary>y = θx on four points.</summary>
    public static Landscape FourPoints { get; } = new(
        "data1", "Four points, one slope", "mean of (y - θ·x)² over (1, 2), (2, 4), (3, 5), (4, 8)", "full batches against mini-batches", new(0, 3), [1],
        constants => new LineObjective([(1, 2), (2, 4), (3, 5), (4, 8)], constants[0], withIntercept: false))
    {
        Constants = [Factor],
        Known = [new([1.9], 0.175, "minimum")],
    };

    /// <summary>y = wx + b on three points.</summary>
    public static Landscape LineFit { get; } = new(
        "data2", "A line through three points", "mean of (w·x + b - y)² over (1, 2), (2, 4), (3, 6)", "a real loss surface of two parameters", new(-1, 4, -1, 4), [0.5, 0.1],
        constants => new LineObjective([(1, 2), (2, 4), (3, 6)], constants[0], withIntercept: true))
    {
        Constants = [Factor],
        Known = [new([2, 0], 0, "minimum")],
    };

    private static LandscapeConstant Factor => new("factor", "of the mean squared error: 1, or 0.5 for half of it", 1, 0.5, 1, false);
}
