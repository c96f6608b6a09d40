using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>What MARS does with the mean of its corrected gradients.</summary>
public enum MarsKind
{
    /// <summary>Divided by the root mean square, as AdamW.</summary>
    Adamw,

    /// <summary>Its sign, as Lion.</summary>
    Lion,

    /// <summary>Orthogonalized as a matrix, by Newton–Schulz steps.</summary>
    Shampoo,
}

/// <summary>MARS: gradients are corrected by their change since the last step (variance reduction) before a preconditioned method uses them.</summary>
/// <remarks>
/// <para>c′ = g + γ·β₁/(1 − β₁)·(g − g_prev); c = c′/max(1, ‖c′‖); m ← β₁·m + (1 − β₁)·c; g_prev ← g. Kind adamw:
/// v ← β₂·v + (1 − β₂)·c², d = m̂/(√v̂ + ε). Kind lion: d = sign(m). Kind shampoo: d = √max(1, p/q)·O, O the orthogonalized
/// m/(1 − β₁) of p rows and q columns. θ ← θ − η·(d + λ·θ).</para>
/// <para>Paper: Yuan, Liu, Wu, Zhou, Gu, "MARS: Unleashing the Power of Variance Reduction for Training Large Models", ICML 2025,
/// <see href="https://arxiv.org/abs/2411.10438"/>, Algorithms 2 to 4 in their approximate form.</para>
/// <para>Departures, shared with the authors' code: g_prev is the gradient of the last batch, not this batch's at the last parameters,
/// and 0 at first; tensors that are no matrices go to AdamW with settings of their own; kind shampoo takes Muon's iteration.</para>
/// </remarks>
public sealed record Mars() : Method(learningRate: 3e-3)
{
    /// <summary>What is done with the mean of the corrected gradients.</summary>
    [Option("what is done with the mean of the corrected gradients")]
    public MarsKind Kind { get; init; }

    /// <summary>The decay β₁ of the mean m, in [0, 1).</summary>
    [Option("decay β₁ of the mean m", "[0, 1)")]
    public Hyperparameter Beta1 { get; init; } = 0.95;

    /// <summary>
    /// The decay β₂ of the mean square v of kind adamw, in [0, 1). No effect with kind lion; with kind shampoo only on tensors that are
    /// no matrices, where <see cref="OptimizeVectors"/> is true.
    /// </summary>
    [Option("decay β₂ of the mean square v of kind adamw; the other kinds have none, except for vectors that shampoo leaves to adamw", "[0, 1)")]
    public Hyperparameter Beta2 { get; init; } = 0.99;

    /// <summary>The strength γ of the correction, in [0, ∞).</summary>
    [Option("strength γ of the correction", "[0, ∞)")]
    public Hyperparameter Gamma { get; init; } = 0.025;

    /// <summary>What is added to the root, or to the norm of kind shampoo, in [0, ∞).</summary>
    [Option("ε added to the root or norm", "[0, ∞)")]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Whether to divide by the largest v so far, where there is a v.</summary>
    [Option("AMSGrad: divide by the largest v so far")]
    public bool AmsGrad { get; init; }

    /// <summary>Whether tensors that are no matrices are moved by MARS too, instead of by AdamW; those of kind shampoo by kind adamw.</summary>
    [Option("move tensors that are no matrices by MARS too")]
    public bool OptimizeVectors { get; init; }

    /// <summary>The learning rate of AdamW for tensors that are no matrices, in [0, ∞). No effect with <see cref="OptimizeVectors"/>.</summary>
    [Option("learning rate of AdamW for tensors that are no matrices; no effect with optimize_vectors", "[0, ∞)")]
    public Hyperparameter VectorLearningRate { get; init; } = 3e-3;

    /// <summary>The decay β₁ of AdamW for tensors that are no matrices, in [0, 1). No effect with <see cref="OptimizeVectors"/>.</summary>
    [Option("decay β₁ of AdamW for tensors that are no matrices; no effect with optimize_vectors", "[0, 1)")]
    public Hyperparameter VectorBeta1 { get; init; } = 0.9;

    /// <summary>The decay β₂ of AdamW for tensors that are no matrices, in [0, 1). No effect with <see cref="OptimizeVectors"/>.</summary>
    [Option("decay β₂ of AdamW for tensors that are no matrices; no effect with optimize_vectors", "[0, 1)")]
    public Hyperparameter VectorBeta2 { get; init; } = 0.95;

    /// <summary>The weight decay of AdamW for tensors that are no matrices, in [0, ∞). No effect with <see cref="OptimizeVectors"/>.</summary>
    [Option("weight decay of AdamW for tensors that are no matrices; no effect with optimize_vectors", "[0, ∞)")]
    public Hyperparameter VectorWeightDecay { get; init; } = 0.1;

    /// <inheritdoc/>
    public override DecayForm DecayForm => DecayForm.Decoupled;

    /// <inheritdoc/>
    public override RuleBinding Rule => (Kind, AmsGrad) switch
    {
        (MarsKind.Adamw, false) => Corrected(AdamAt, "g_prev", "m", "v"),
        (MarsKind.Adamw, true) => Corrected(AmsGradAt, "g_prev", "m", "v", "v_max"),
        (MarsKind.Lion, _) => Corrected(at => new MarsSignRule(Beta1.At(at.Update)), "g_prev", "m"),
        _ => new OrthogonalizedBinding<MarsMeasure, MarsRule<MarsMomentumRule>>(
            MeasureAt,
            (in moment) => new(new(Beta1.At(moment.At.Update)), CorrectionAt(moment.At), moment.Sums[0]),
            Epsilon,
            (rows, columns) => new Constant("√max(1, p/q)", Math.Sqrt(Math.Max(1, (double)rows / columns))),
            ["g_prev", "m"]),
    };

    /// <inheritdoc/>
    public override Method MethodFor(ReadOnlySpan<int> shape) =>
        shape.Length == 2 ? this
        : OptimizeVectors ? this with { Kind = Kind == MarsKind.Shampoo ? MarsKind.Adamw : Kind }
        : new AdamW
        {
            LearningRate = VectorLearningRate,
            Beta1 = VectorBeta1,
            Beta2 = VectorBeta2,
            Epsilon = Epsilon,
            WeightDecay = VectorWeightDecay,
            AmsGrad = AmsGrad,
            Maximize = Maximize,
        };

    /// <inheritdoc/>
    protected override void CheckCombination()
    {
        if (AmsGrad && Kind == MarsKind.Lion && OptimizeVectors)
        {
            throw new DescentException("AmsGrad must be false where Kind is lion and OptimizeVectors is true, because nothing is divided, but was true.");
        }
    }

    private RuleBinding Corrected<TRule>(Func<StepPoint, TRule> ruleAt, params StateSlot[] state)
        where TRule : struct, IRule =>
        RuleBinding.LayerWise<MarsMeasure, MarsRule<TRule>>(
            Scope.Tensor,
            MeasureAt,
            (in moment) => new(ruleAt(moment.At), CorrectionAt(moment.At), moment.Sums[0]),
            state);

    private MarsMeasure MeasureAt(in Moment moment) => new(CorrectionAt(moment.At));

    private MarsCorrection CorrectionAt(StepPoint at) => new(Gamma.At(at.Update), Beta1.At(at.Update));

    private AdamRule AdamAt(StepPoint at) =>
        AdamRule.Corrected(Beta1.At(at.Update), Beta2.At(at.Update), Epsilon, at.Step);

    private AmsGradRule AmsGradAt(StepPoint at) =>
        AmsGradRule.Corrected(Beta1.At(at.Update), Beta2.At(at.Update), Epsilon, at.Step);
}

/// <summary>c before it is divided by its norm.</summary>
internal readonly struct MarsCorrection(double gamma, double beta1)
{
    private readonly Constant strength = new("γ·β₁/(1 − β₁)", gamma * (beta1 / (1 - beta1)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Of<V>(V g, V gPrev)
        where V : struct, ILane<V> => g + (strength * (g - gPrev));
}

internal readonly struct MarsMeasure(MarsCorrection correction) : IMeasure
{
    public static int Slots => 1;

    public static int Terms => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Measure<V>(V g, V theta, V gPrev, V s1, V s2, V s3, ref V t0, ref V t1, ref V t2, ref V t3)
        where V : struct, ILane<V>
    {
        V c = correction.Of(g, gPrev);
        t0 = V.Named("‖c′‖²", c * c);
    }
}

/// <summary>Gives the corrected gradient to another rule, whose state comes after g_prev.</summary>
internal readonly struct MarsRule<TRule>(TRule rule, MarsCorrection correction, double squaredNorm) : IRule
    where TRule : struct, IRule
{
    private readonly Constant scale = new("1/max(1, ‖c′‖)", 1 / Math.Max(1, Math.Sqrt(squaredNorm)));

    public static int Slots => TRule.Slots + 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V gPrev, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        V c = V.Named("c", scale * correction.Of(g, gPrev));
        gPrev = g;
        return Unsafe.AsRef(in rule).Direction(c, theta, ref s1, ref s2, ref s3, ref gPrev);
    }
}

/// <summary>m/(1 − β₁).</summary>
internal readonly struct MarsMomentumRule(double beta1) : IRule
{
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);
    private readonly Constant reciprocal = new("1/(1 − β₁)", 1 / (1 - beta1));

    public static int Slots => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        m = (beta1 * m) + (oneMinusBeta1 * g);
        return m * reciprocal;
    }
}

/// <summary>sign(m).</summary>
internal readonly struct MarsSignRule(double beta1) : IRule
{
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);

    public static int Slots => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        m = (beta1 * m) + (oneMinusBeta1 * g);
        return V.Sign(m);
    }
}
