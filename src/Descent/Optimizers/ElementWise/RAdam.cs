using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>RAdam: Adam whose first steps are not divided, until the variance of the divisor is small enough to be corrected for.</summary>
/// <remarks>
/// <para>m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²; m̂ = m/(1 − β₁ᵗ); ρ = ρ∞ − 2·t·β₂ᵗ/(1 − β₂ᵗ), ρ∞ = 2/(1 − β₂) − 1;
/// d = r·√(1 − β₂ᵗ)·m̂/(√v + ε) where ρ &gt; 5, r = √((ρ − 4)·(ρ − 2)·ρ∞ / ((ρ∞ − 4)·(ρ∞ − 2)·ρ)), else d = m̂; θ ← θ − η·d.</para>
/// <para>Paper: Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond", ICLR 2020,
/// <see href="https://arxiv.org/abs/1908.03265"/>, Algorithm 2.</para>
/// <para>Departures, shared with PyTorch and the authors' code: ε added to the uncorrected root, and a threshold of 5 where the paper
/// has 4. The authors' code has ρ ≥ 5 (<see cref="ThresholdInclusive"/>), decoupled decay, and the choice of no first steps
/// (<see cref="UnrectifiedUpdate"/>), which then have no decoupled decay either.</para>
/// </remarks>
public sealed record RAdam() : Method(learningRate: 1e-3)
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

    /// <summary>The length ρ of the average above which the divisor is trusted, in (4, ∞).</summary>
    [Option("length ρ of the average above which the divisor is trusted", "(4, ∞)")]
    public double RectificationThreshold { get; init; } = 5;

    /// <summary>Whether a length equal to the threshold is trusted; it matters only where the two are equal, to the last bit.</summary>
    [Option("trust a length that is equal to the threshold; matters only there")]
    public bool ThresholdInclusive { get; init; }

    /// <summary>What becomes of the first steps, whose divisor is not trusted.</summary>
    [Option("what becomes of the first steps, whose divisor is not trusted")]
    public UnrectifiedUpdate UnrectifiedUpdate { get; init; }

    /// <summary>Whether weight decay stands beside the direction instead of inside the gradient.</summary>
    [Option("weight decay beside the direction instead of inside the gradient")]
    public bool Decoupled { get; init; }

    /// <inheritdoc/>
    public override DecayForm DecayForm => Decoupled ? DecayForm.Decoupled : DecayForm.Coupled;

    /// <inheritdoc/>
    public override RuleBinding Rule => RuleBinding.ElementWise(RuleAt, "m", "v")
        .Where(("ρ₀", "rectification_threshold"), AverageLength.Definition, AverageLength.FactorDefinition);

    /// <inheritdoc/>
    public override double DecayAt(StepPoint at) =>
        Decoupled && UnrectifiedUpdate == UnrectifiedUpdate.None && !IsTrusted(LengthAt(at)) ? 0 : base.DecayAt(at);

    private AverageLength LengthAt(StepPoint at) => AverageLength.At(Beta2.At(at.Update), at.Step);

    private bool IsTrusted(AverageLength length) =>
        ThresholdInclusive ? length.Rho >= RectificationThreshold : length.Rho > RectificationThreshold;

    private RAdamRule RuleAt(StepPoint at)
    {
        var (beta1, beta2, length) = (Beta1.At(at.Update), Beta2.At(at.Update), LengthAt(at));
        var (c1, c2) = (BiasCorrection.At(beta1, at.Step), BiasCorrection.At(beta2, at.Step));
        var condition = ThresholdInclusive ? "ρ ≥ ρ₀" : "ρ > ρ₀";
        return new RAdamRule(beta1, beta2, new Rectified(condition, length, IsTrusted(length), c1, c2, Epsilon, UnrectifiedUpdate));
    }
}

internal readonly struct RAdamRule(double beta1, double beta2, Rectified rectified) : IRule
{
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);
    private readonly Constant beta2 = new("β₂", beta2);
    private readonly Constant oneMinusBeta2 = new("1 − β₂", 1 - beta2);

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V v, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        m = (beta1 * m) + (oneMinusBeta1 * g);
        v = (beta2 * v) + (oneMinusBeta2 * (g * g));
        return rectified.Direction(m, v);
    }
}
