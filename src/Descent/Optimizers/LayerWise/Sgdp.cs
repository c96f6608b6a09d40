using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>SGDP: momentum SGD without the part of its direction that only lets normalized weights grow.</summary>
/// <remarks>
/// <para>u = μ·b + (1 − τ)·g; b ← u − ⟨θ, u⟩/(‖θ‖ + ε)²·θ where |cos(g, θ)| &lt; δ/√N as in <see cref="AdamP"/>, else b ← u;
/// d = b + λ·ρ/(1 − μ)·θ, else with ρ = 1; θ ← θ − η·d. With Nesterov b ← μ·b + (1 − τ)·g and u = g + μ·b, projected in d only.</para>
/// <para>Paper: Heo et al., "AdamP: Slowing Down the Slowdown for Momentum Optimizers on Scale-invariant Weights", ICLR 2021,
/// <see href="https://arxiv.org/abs/2006.08217"/>, Algorithm 1.</para>
/// <para>Departures, shared with the authors' code: rows first and then the whole tensor, ρ, decay beside the direction divided by
/// 1 − μ, ε beside the norms, and, unless Nesterov looks ahead, the momentum itself is projected, not only the step. The momentum starts at 0, so dampening τ applies to the first gradient too.</para>
/// </remarks>
public sealed record Sgdp() : ProjectedMethod(learningRate: 0.1)
{
    /// <summary>The momentum μ, in [0, 1).</summary>
    [Option("momentum μ", "[0, 1)")]
    public Hyperparameter Momentum { get; init; } = 0.9;

    /// <summary>The dampening τ of what enters the momentum, in [0, 1].</summary>
    [Option("dampening τ of what enters the momentum", "[0, 1]")]
    public Hyperparameter Dampening { get; init; }

    /// <inheritdoc/>
    public override RuleBinding Rule => Nesterov
        ? Projecting(
            at => new NesterovHeavyBallRule(MomentumAt(at), Momentum.At(at.Update)),
            (rule, along, lambda) => new ProjectedRule<NesterovHeavyBallRule>(rule, along, lambda),
            DecayBeside,
            "b")
        : Projecting(
            MomentumAt,
            (rule, along, lambda) => new ProjectedMomentumRule(rule, along, lambda),
            DecayBeside,
            "b");

    private HeavyBallRule MomentumAt(StepPoint at) => new(Momentum.At(at.Update), Dampening.At(at.Update));

    private Constant DecayBeside(StepPoint at) => new("λ·ρ/(1 − μ)", at.Decay / (1 - Momentum.At(at.Update)));
}

internal readonly struct NesterovHeavyBallRule(HeavyBallRule rule, double momentum) : IRule
{
    private readonly Constant mu = new("μ", momentum);

    public static int Slots => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V b, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V> =>
        g + (mu * rule.Direction(g, theta, ref b, ref s1, ref s2, ref s3));
}

/// <summary>Projects the momentum itself, as the authors' code does.</summary>
internal readonly struct ProjectedMomentumRule(HeavyBallRule rule, Constant along, Constant lambda) : IRule
{
    public static int Slots => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V b, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        V u = V.Named("u", rule.Direction(g, theta, ref b, ref s1, ref s2, ref s3));
        b = u - (along * theta);
        return b + (lambda * theta);
    }
}
