using Descent.Landscapes.Runs;

namespace Descent.Landscapes.Pictures;

/// <summary>The axis of losses: logarithmic where all are above 0 (those below the low end lie on it), else linear.</summary>
internal sealed record LossScale(double Low, double High, bool IsLogarithmic)
{
    /// <summary>A loss of exactly 0, and digits that are rounding only, would stretch a logarithmic axis for ever.</summary>
    private const double MostDecades = 16;

    public static LossScale Of(RunResult result)
    {
        // What diverges does not choose the scale.
        var start = result.Entries.Max(entry => Math.Abs(entry.Trajectory.Loss[0]));
        double[] losses = [.. result.Entries.SelectMany(entry => entry.Trajectory.JudgedLoss).Where(loss => double.IsFinite(loss) && Math.Abs(loss) <= 10 * Math.Max(start, double.Epsilon))];
        if (losses.Length == 0)
        {
            return new LossScale(0, 1, false);
        }

        var (low, high) = (losses.Min(), losses.Max());
        if (low >= 0 && high > 0)
        {
            var positive = losses.Where(loss => loss > 0).Min();
            return new LossScale(Math.Min(Math.Max(positive, high * Math.Pow(10, -MostDecades)), high / 1.000001), high, true);
        }

        return new LossScale(low, high > low ? high : low + 1, false);
    }

    /// <summary>Where a loss lies between the ends, from 0 to 1.</summary>
    public double ShareOf(double loss) => double.IsNaN(loss) ? double.NaN : Math.Clamp(
        IsLogarithmic
            ? Math.Log(Math.Max(loss, Low) / Low) / Math.Log(High / Low)
            : (loss - Low) / (High - Low),
        0,
        1);
}
