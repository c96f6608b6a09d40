using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>AdamP: AdamW without the part of its direction that only lets normalized weights grow.</summary>
/// <remarks>
/// <para>u = m̂/(√v̂ + ε) as in Adam; d = u − ⟨θ, u⟩/(‖θ‖ + ε)²·θ + λ·ρ·θ for every row, if |cos(g, θ)| &lt; δ/√N for all rows;
/// or else for the whole tensor, if so for it; or else d = u + λ·θ, as for vectors; θ ← θ − η·d.</para>
/// <para>Paper: Heo et al., "AdamP: Slowing Down the Slowdown for Momentum Optimizers on Scale-invariant Weights", ICLR 2021,
/// <see href="https://arxiv.org/abs/2006.08217"/>, Algorithm 2.</para>
/// <para>Departures, shared with the authors' code: rows first and then the whole tensor, ρ, Nesterov, and ε beside the norms.</para>
/// </remarks>
public sealed record AdamP() : ProjectedMethod(learningRate: 1e-3)
{
    /// <summary>The decay β₁ of the mean gradient m, in [0, 1).</summary>
    [Option("decay β₁ of the mean gradient m", "[0, 1)")]
    public Hyperparameter Beta1 { get; init; } = 0.9;

    /// <summary>The decay β₂ of the mean square v, in [0, 1).</summary>
    [Option("decay β₂ of the mean square v", "[0, 1)")]
    public Hyperparameter Beta2 { get; init; } = 0.999;

    /// <inheritdoc/>
    public override RuleBinding Rule => Nesterov
        ? Projecting(
            at => new NesterovAdamRule(Beta1.At(at.Update), Beta2.At(at.Update), Epsilon, at.Step),
            (rule, along, lambda) => new ProjectedRule<NesterovAdamRule>(rule, along, lambda),
            at => new Constant("λ·ρ", at.Decay),
            "m",
            "v")
        : Projecting(
            at => BareAdamRule.Corrected(Beta1.At(at.Update), Beta2.At(at.Update), Epsilon, at.Step),
            (rule, along, lambda) => new ProjectedRule<BareAdamRule>(rule, along, lambda),
            at => new Constant("λ·ρ", at.Decay),
            "m",
            "v");
}

internal readonly struct NesterovAdamRule(double beta1, double beta2, double epsilon, long step) : IRule
{
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);
    private readonly Constant beta2 = new("β₂", beta2);
    private readonly Constant oneMinusBeta2 = new("1 − β₂", 1 - beta2);
    private readonly Constant correction1 = new("1/(1 − β₁ᵗ)", BiasCorrection.At(beta1, step));
    private readonly Constant correction2 = new("1/(1 − β₂ᵗ)", BiasCorrection.At(beta2, step));
    private readonly Constant epsilon = new("ε", epsilon);

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V v, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        m = (beta1 * m) + (oneMinusBeta1 * g);
        v = (beta2 * v) + (oneMinusBeta2 * (g * g));
        V ahead = V.Named("m′", (beta1 * m) + (oneMinusBeta1 * g));
        V vHat = V.Named("v̂", v * correction2);
        return (ahead * correction1) / (V.Sqrt(vHat) + epsilon);
    }
}
