namespace Descent.Engine;

/// <summary>How the directions that a cautious method keeps are scaled, with n of N coordinates kept.</summary>
public enum MaskScaling
{
    /// <summary>N/(n + 1), the authors' code.</summary>
    CountPlusOne,

    /// <summary>1/max(n/N, 0.001), as in PyTorch Image Models.</summary>
    MeanClamped,
}

/// <summary>What becomes of the momentum of the fast steps when Lookahead synchronizes.</summary>
public enum MomentumOnSynchronization
{
    /// <summary>It stays.</summary>
    None,

    /// <summary>It starts at 0 again.</summary>
    Reset,

    /// <summary>It shrinks: the authors' code, whose slow momentum is the momentum itself from the first synchronization on.</summary>
    Pullback,

    /// <summary>It is averaged with a slow momentum, as the parameters are: the paper's words.</summary>
    Interpolate,
}

internal static class MaskScalings
{
    public static double Factor(this MaskScaling scaling, double kept, double all) => scaling == MaskScaling.CountPlusOne
        ? all / (kept + 1)
        : 1 / Math.Max(kept / all, 1e-3);

    public static string Equation(this MaskScaling scaling) => scaling == MaskScaling.CountPlusOne
        ? "φ = N/(n + 1), n of N coordinates kept"
        : "φ = 1/max(n/N, 0.001), n of N coordinates kept";
}
