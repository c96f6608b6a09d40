using System.Runtime.CompilerServices;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>What becomes of the steps at which the variance of the divisor cannot be estimated yet.</summary>
public enum UnrectifiedUpdate
{
    /// <summary>A step along the corrected mean gradient, undivided.</summary>
    Momentum,

    /// <summary>No step.</summary>
    None,
}

/// <summary>Whether, and by how much, RAdam's divisor is to be trusted at a step.</summary>
/// <param name="Rho">ρ = ρ∞ − 2·t·β₂ᵗ/(1 − β₂ᵗ), ρ∞ = 2/(1 − β₂) − 1: the length of the equally reliable simple average.</param>
/// <param name="Limit">ρ∞.</param>
internal readonly record struct AverageLength(double Rho, double Limit)
{
    /// <summary>r = √((ρ − 4)·(ρ − 2)·ρ∞ / ((ρ∞ − 4)·(ρ∞ − 2)·ρ)), for ρ above 4.</summary>
    public double Factor => Math.Sqrt((Rho - 4) * (Rho - 2) * Limit / ((Limit - 4) * (Limit - 2) * Rho));

    public static (string Name, string Meaning) Definition => ("ρ", "ρ∞ − 2·t·β₂ᵗ/(1 − β₂ᵗ), ρ∞ = 2/(1 − β₂) − 1");

    public static (string Name, string Meaning) FactorDefinition => ("r", "√((ρ − 4)·(ρ − 2)·ρ∞ / ((ρ∞ − 4)·(ρ∞ − 2)·ρ))");

    public static AverageLength At(double beta2, long step)
    {
        var (limit, power) = ((2 / (1 - beta2)) - 1, Math.Pow(beta2, step));
        return new AverageLength(limit - (2 * step * power / (1 - power)), limit);
    }
}

/// <summary>The rectified direction: r·√(1 − β₂ᵗ)·m̂/(√v + ε) where the divisor is to be trusted, else m̂ or nothing.</summary>
/// <param name="condition">The condition of trust, as the equation prints it.</param>
/// <param name="length">By how much.</param>
/// <param name="trusted">Whether it holds.</param>
/// <param name="c1">1/(1 − β₁ᵗ).</param>
/// <param name="c2">1/(1 − β₂ᵗ).</param>
/// <param name="epsilon">ε.</param>
/// <param name="otherwise">What the steps without trust do.</param>
internal readonly struct Rectified(
    string condition, AverageLength length, bool trusted, double c1, double c2, double epsilon, UnrectifiedUpdate otherwise)
{
    private readonly Constant trust = new(condition, trusted ? 1 : 0);
    private readonly Constant factor = new("r·√(1 − β₂ᵗ)", trusted ? length.Factor / Math.Sqrt(c2) : 0);
    private readonly Constant correction1 = new("1/(1 − β₁ᵗ)", c1);
    private readonly Constant epsilon = new("ε", epsilon);
    private readonly Constant early = otherwise == UnrectifiedUpdate.Momentum ? Constant.One : Constant.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V m, V v)
        where V : struct, ILane<V>
    {
        V mHat = V.Named("m̂", m * correction1);
        return V.Select(trust, factor * mHat / (V.Sqrt(v) + epsilon), early * mHat);
    }
}
