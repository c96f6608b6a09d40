using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>AdaMax: Adam with the largest recent gradient in place of the root mean square.</summary>
/// <remarks>
/// <para>m ← β₁·m + (1 − β₁)·g; u ← max(β₂·u, |g| + ε); m̂ = m/(1 − β₁ᵗ); θ ← θ − η·m̂/u.</para>
/// <para>Paper: Kingma, Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, <see href="https://arxiv.org/abs/1412.6980"/>,
/// Algorithm 2.</para>
/// <para>Departures, shared with PyTorch: ε, which the paper does not have, stands inside the maximum; weight decay is added to the
/// gradient.</para>
/// </remarks>
public sealed record AdaMax() : Method(learningRate: 2e-3)
{
    /// <summary>The decay β₁ of the mean gradient m, in [0, 1).</summary>
    [Option("decay β₁ of the mean gradient m", "[0, 1)")]
    public Hyperparameter Beta1 { get; init; } = 0.9;

    /// <summary>The decay β₂ of the largest gradient u, in [0, 1).</summary>
    [Option("decay β₂ of the largest gradient u", "[0, 1)")]
    public Hyperparameter Beta2 { get; init; } = 0.999;

    /// <summary>What is added to |g| inside the maximum, in (0, ∞).</summary>
    [Option("ε added to |g| inside the maximum", "(0, ∞)")]
    public double Epsilon { get; init; } = 1e-8;

    /// <inheritdoc/>
    public override RuleBinding Rule =>
        RuleBinding.ElementWise(at => new AdaMaxRule(Beta1.At(at.Update), Beta2.At(at.Update), at.Step, Epsilon), "m", "u");
}

internal readonly struct AdaMaxRule(double beta1, double beta2, long step, double epsilon) : IRule
{
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);
    private readonly Constant beta2 = new("β₂", beta2);
    private readonly Constant correction1 = new("1/(1 − β₁ᵗ)", BiasCorrection.At(beta1, step));
    private readonly Constant epsilon = new("ε", epsilon);

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V u, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        m = (beta1 * m) + (oneMinusBeta1 * g);
        u = V.Max(beta2 * u, V.Abs(g) + epsilon);
        V mHat = V.Named("m̂", m * correction1);
        return mHat / u;
    }
}
