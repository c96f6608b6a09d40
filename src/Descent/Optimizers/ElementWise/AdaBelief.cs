using Descent.Engine;

namespace Descent.Optimizers;

/// <summary>AdaBelief: Adam that divides by how far gradients are from their mean, not by how large they are.</summary>
/// <remarks>
/// <para>m ← β₁·m + (1 − β₁)·g; s ← β₂·s + (1 − β₂)·(g − m)² + ε; m̂ = m/(1 − β₁ᵗ); ŝ = s/(1 − β₂ᵗ); d = m̂/(√ŝ + ε);
/// rectified as <see cref="RAdam"/>: d = r·√(1 − β₂ᵗ)·m̂/(√s + ε) where ρ ≥ 5, else m̂; θ ← θ − η·(d + λ·θ).</para>
/// <para>Paper: Zhuang et al., "AdaBelief Optimizer: Adapting Stepsizes by the Belief in Observed Gradients", NeurIPS 2020,
/// <see href="https://arxiv.org/abs/2010.07468"/>, Algorithm 2.</para>
/// <para>Departures, shared with the authors' code (0.2.1): rectification (the paper's form is <see cref="Rectify"/> = false),
/// AMSGrad, and decay beside the direction are options, and the defaults are the code's. ε accumulates in s, as in the paper.</para>
/// </remarks>
public sealed record AdaBelief() : Method(learningRate: 1e-3)
{
    private const double Threshold = 5;

    /// <summary>The decay β₁ of the mean gradient m, in [0, 1).</summary>
    [Option("decay β₁ of the mean gradient m", "[0, 1)")]
    public Hyperparameter Beta1 { get; init; } = 0.9;

    /// <summary>The decay β₂ of the mean squared deviation s, in [0, 1).</summary>
    [Option("decay β₂ of the mean squared deviation s", "[0, 1)")]
    public Hyperparameter Beta2 { get; init; } = 0.999;

    /// <summary>What is added to s at every step, and to the root, in (0, ∞).</summary>
    [Option("ε added to s at every step, and to the root", "(0, ∞)")]
    public double Epsilon { get; init; } = 1e-16;

    /// <summary>Whether to rectify the first steps as RAdam does.</summary>
    [Option("rectify the first steps as RAdam does")]
    public bool Rectify { get; init; } = true;

    /// <summary>What becomes of the first steps, whose divisor is not trusted. Needs <see cref="Rectify"/>.</summary>
    [Option("what becomes of the first steps, whose divisor is not trusted")]
    public UnrectifiedUpdate UnrectifiedUpdate { get; init; }

    /// <summary>Whether to divide by the largest s so far. Needs <see cref="Rectify"/> to be false.</summary>
    [Option("AMSGrad: divide by the largest s so far")]
    public bool AmsGrad { get; init; }

    /// <summary>Whether weight decay stands beside the direction instead of inside the gradient.</summary>
    [Option("weight decay beside the direction instead of inside the gradient")]
    public bool Decoupled { get; init; } = true;

    /// <summary>Whether the decay is not multiplied by the learning rate. Needs <see cref="Decoupled"/>.</summary>
    [Option("do not multiply the decay by the learning rate")]
    public bool FixedDecay { get; init; }

    /// <inheritdoc/>
    public override DecayForm DecayForm => !Decoupled ? DecayForm.Coupled : FixedDecay ? DecayForm.Independent : DecayForm.Decoupled;

    /// <inheritdoc/>
    public override RuleBinding Rule =>
        Rectify ? RuleBinding.ElementWise(at => new RectifiedAdaBeliefRule(Deviation(at), RectifiedAt(at)), "m", "s").Where(AverageLength.Definition, AverageLength.FactorDefinition)
        : AmsGrad ? RuleBinding.ElementWise(at => new AmsGradAdaBeliefRule(Deviation(at), Corrections(at)), "m", "s", "s_max")
        : RuleBinding.ElementWise(at => new AdaBeliefRule(Deviation(at), Corrections(at)), "m", "s");

    /// <inheritdoc/>
    protected override void CheckCombination()
    {
        var sentence =
            FixedDecay && !Decoupled ? "FixedDecay must have Decoupled true, but Decoupled was false."
            : AmsGrad && Rectify ? "AmsGrad must have Rectify false, but Rectify was true."
            : UnrectifiedUpdate != UnrectifiedUpdate.Momentum && !Rectify ? "UnrectifiedUpdate must be momentum where Rectify is false, but was none."
            : null;
        if (sentence is not null)
        {
            throw new DescentException(sentence);
        }
    }

    private (double First, double Second) Corrections(StepPoint at) =>
        (BiasCorrection.At(Beta1.At(at.Update), at.Step), BiasCorrection.At(Beta2.At(at.Update), at.Step));

    private DeviationMoments Deviation(StepPoint at) => new(Beta1.At(at.Update), Beta2.At(at.Update), Epsilon);

    private Rectified RectifiedAt(StepPoint at)
    {
        var length = AverageLength.At(Beta2.At(at.Update), at.Step);
        var (c1, c2) = Corrections(at);
        return new Rectified("ρ ≥ 5", length, length.Rho >= Threshold, c1, c2, Epsilon, UnrectifiedUpdate);
    }
}
