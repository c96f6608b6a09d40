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
            at => new NadamWRule(Beta1.At(at.Update), Beta2.At(at.Update), at.Step, Epsilon),
            (rule, along, lambda) => new ProjectedRule<NadamWRule>(rule, along, lambda),
            at => new Constant("λ·ρ", at.Decay),
            "m",
            "v")
        : Projecting(
            at => AdamRule.Corrected(Beta1.At(at.Update), Beta2.At(at.Update), Epsilon, at.Step),
            (rule, along, lambda) => new ProjectedRule<AdamRule>(rule, along, lambda),
            at => new Constant("λ·ρ", at.Decay),
            "m",
            "v");
}
