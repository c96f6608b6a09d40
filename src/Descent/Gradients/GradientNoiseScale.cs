using Descent.Schedules;

namespace Descent.Gradients;

/// <summary>
/// An estimate of the batch size beyond which larger batches help little: the simple noise scale tr(Σ)/|G|², from the norms of
/// gradients of two batch sizes.
/// </summary>
/// <remarks>
/// Source: McCandlish, Kaplan, Amodei et al., "An Empirical Model of Large-Batch Training", 2018,
/// <see href="https://arxiv.org/abs/1812.06162"/>, appendix A.1. Both estimators are averaged over steps before they are divided.
/// </remarks>
/// <param name="decay">Of the exponential averages, in [0, 1).</param>
public sealed class GradientNoiseScale(double decay = 0.99)
{
    private readonly double decay = decay is >= 0 and < 1
        ? decay
        : throw new DescentException($"The decay of the noise scale's averages must be in [0, 1), but was {Schedule.Text(decay)}.");

    private double gradient;
    private double noise;

    /// <summary>The estimate of the critical batch size in rows; NaN before the first <see cref="Add"/>.</summary>
    public double Value => noise / gradient;

    /// <summary>Adds a step; one whose norms are not finite is left out.</summary>
    /// <param name="smallNorm">‖g‖₂ of a small batch; or the root of the mean ‖g‖² of several.</param>
    /// <param name="smallBatch">Its rows; at least 1.</param>
    /// <param name="largeNorm">‖g‖₂ of a large batch, for example of all the small ones together.</param>
    /// <param name="largeBatch">Its rows; more than <paramref name="smallBatch"/>.</param>
    /// <exception cref="DescentException">The small batch has no row, or the large one no more than the small one.</exception>
    public void Add(double smallNorm, double smallBatch, double largeNorm, double largeBatch)
    {
        if (!(smallBatch >= 1) || !(largeBatch > smallBatch))
        {
            throw new DescentException($"The noise scale needs a batch of at least 1 row and a larger one, but was given {Schedule.Text(smallBatch)} and {Schedule.Text(largeBatch)}.");
        }

        var (small, large) = (smallNorm * smallNorm, largeNorm * largeNorm);
        var g = ((largeBatch * large) - (smallBatch * small)) / (largeBatch - smallBatch);
        var s = (small - large) / ((1 / smallBatch) - (1 / largeBatch));
        if (double.IsFinite(g) && double.IsFinite(s))
        {
            gradient = (decay * gradient) + ((1 - decay) * g);
            noise = (decay * noise) + ((1 - decay) * s);
        }
    }
}
