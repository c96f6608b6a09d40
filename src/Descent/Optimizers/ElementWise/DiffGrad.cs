using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>diffGrad: Adam with a friction that slows coordinates down whose gradient hardly changes.</summary>
/// <remarks>
/// <para>u = m̂/(√v̂ + ε) as in Adam; ξ = 1/(1 + exp(−|g_prev − g|)), between 1/2 and 1; d = ξ·u; g_prev ← g; θ ← θ − η·d.</para>
/// <para>Paper: Dubey, Chakraborty, Roy, Mukherjee, Singh, Chaudhuri, "diffGrad: An Optimization Method for Convolutional Neural
/// Networks", IEEE Transactions on Neural Networks and Learning Systems 2020, <see href="https://arxiv.org/abs/1909.11015"/>, Algorithm 1.</para>
/// <para>Departures: g_prev is 0 before the first step, shared with the authors' code; ε is added to the corrected root, as the
/// paper has it (the authors' code adds it to the uncorrected one).</para>
/// </remarks>
public sealed record DiffGrad() : Method(learningRate: 1e-3)
{
    /// <summary>The decay β₁ of the mean gradient m, in [0, 1).</summary>
    [Option("decay β₁ of the mean gradient m", "[0, 1)")]
    public Hyperparameter Beta1 { get; init; } = 0.9;

    /// <summary>The decay β₂ of the mean square v, in [0, 1).</summary>
    [Option("decay β₂ of the mean square v", "[0, 1)")]
    public Hyperparameter Beta2 { get; init; } = 0.999;

    /// <summary>What is added to the root, in [0, ∞).</summary>
    [Option("ε added to the root", "[0, ∞)")]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Whether decay stands beside the direction instead of in the gradient.</summary>
    [Option("weight decay beside the direction instead of in the gradient")]
    public bool Decoupled { get; init; }

    /// <inheritdoc/>
    public override DecayForm DecayForm => Decoupled ? DecayForm.Decoupled : DecayForm.Coupled;

    /// <inheritdoc/>
    public override RuleBinding Rule => RuleBinding.ElementWise(
        at => new DiffGradRule(AdamRule.Corrected(Beta1.At(at.Update), Beta2.At(at.Update), Epsilon, at.Step)),
        "m",
        "v",
        "g_prev");
}

internal readonly struct DiffGradRule(AdamRule adam) : IRule
{
    private readonly Constant one = Constant.One;

    public static int Slots => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V v, ref V gPrev, ref V s3)
        where V : struct, ILane<V>
    {
        V u = V.Named("u", adam.Direction(g, theta, ref m, ref v, ref gPrev, ref s3));
        V xi = V.Named("ξ", one / (one + V.Exp(-V.Abs(gPrev - g))));
        gPrev = g;
        return xi * u;
    }
}
