namespace Descent.Optimizers;

/// <summary>The factor that corrects a running average for its start at 0.</summary>
internal static class BiasCorrection
{
    /// <summary>
    /// 1/(1 − βᵗ). As βᵗ ≤ exp(−t·(1 − β)), the factor is exactly 1 in double once t·(1 − β) is above 40; that saves the
    /// power, which costs as much as the rest of a step on two parameters.
    /// </summary>
    /// <param name="beta">In [0, 1).</param>
    /// <param name="step">t, at least 1.</param>
    public static double At(double beta, long step) => step * (1 - beta) > 40 ? 1 : 1 / (1 - Math.Pow(beta, step));
}
