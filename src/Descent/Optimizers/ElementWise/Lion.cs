using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>Lion: the sign of an interpolation between momentum and gradient; every coordinate moves by exactly η.</summary>
/// <remarks>
/// <para>c = β₁·m + (1 − β₁)·g; d = sign(c); m ← β₂·m + (1 − β₂)·g; θ ← θ − η·(d + λ·θ).</para>
/// <para>Paper: Chen et al., "Symbolic Discovery of Optimization Algorithms", NeurIPS 2023,
/// <see href="https://arxiv.org/abs/2302.06675"/>, Algorithm 2.</para>
/// <para>Departures: none. sign(0) = 0. The authors advise a learning rate 3 to 10 times smaller than AdamW's, and a decay as
/// many times larger.</para>
/// </remarks>
public sealed record Lion() : Method(learningRate: 1e-4)
{
    /// <summary>The share β₁ of the momentum in the direction, in [0, 1).</summary>
    [Option("share β₁ of the momentum in the direction", "[0, 1)")]
    public Hyperparameter Beta1 { get; init; } = 0.9;

    /// <summary>The decay β₂ of the momentum, in [0, 1).</summary>
    [Option("decay β₂ of the momentum", "[0, 1)")]
    public Hyperparameter Beta2 { get; init; } = 0.99;

    /// <inheritdoc/>
    public override DecayForm DecayForm => DecayForm.Decoupled;

    /// <inheritdoc/>
    public override RuleBinding Rule => RuleBinding.ElementWise(at => new LionRule(Beta1.At(at.Update), Beta2.At(at.Update)), "m");
}

internal readonly struct LionRule(double beta1, double beta2) : IRule
{
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);
    private readonly Constant beta2 = new("β₂", beta2);
    private readonly Constant oneMinusBeta2 = new("1 − β₂", 1 - beta2);

    public static int Slots => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        V c = V.Named("c", (beta1 * m) + (oneMinusBeta1 * g));
        m = (beta2 * m) + (oneMinusBeta2 * g);
        return V.Sign(c);
    }
}
