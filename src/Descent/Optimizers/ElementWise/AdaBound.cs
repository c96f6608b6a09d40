using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>AdaBound: Adam whose rates are clipped between bounds that close in on one rate, so that it ends as SGD with momentum.</summary>
/// <remarks>
/// <para>m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²; r = η·√(1 − β₂ᵗ)/(1 − β₁ᵗ)/(√v + ε); r̄ = min(max(r, η_l), η_u),
/// η_l = η*·(1 − 1/(γ·t + 1)), η_u = η*·(1 + 1/(γ·t)); θ ← θ − r̄·m.</para>
/// <para>Paper: Luo, Xiong, Liu, Sun, "Adaptive Gradient Methods with Dynamic Bound of Learning Rate", ICLR 2019,
/// <see href="https://arxiv.org/abs/1902.09843"/>, Algorithm 2.</para>
/// <para>Departures, shared with the authors' code: no further factor 1/√t, the corrections for the start at 0, ε, and bounds that
/// follow a schedule: η* is the final rate times η/η₀, η₀ the learning rate of the first update (where η₀ is 0, the final rate
/// itself).</para>
/// </remarks>
public sealed record AdaBound() : Method(learningRate: 1e-3)
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

    /// <summary>The rate that the bounds close in on, in (0, ∞): that of SGD with momentum as a running mean.</summary>
    [Option("rate that the bounds close in on", "(0, ∞)")]
    public double FinalLearningRate { get; init; } = 0.1;

    /// <summary>The speed γ at which the bounds close in, in (0, ∞).</summary>
    [Option("speed γ at which the bounds close in", "(0, ∞)")]
    public double Gamma { get; init; } = 1e-3;

    /// <summary>Whether to divide by the largest v so far, as AMSGrad (the paper's AMSBound).</summary>
    [Option("AMSBound: divide by the largest v so far")]
    public bool AmsBound { get; init; }

    /// <inheritdoc/>
    public override RuleBinding Rule => (AmsBound
            ? RuleBinding.ElementWise(at => new AmsBoundRule(Beta1.At(at.Update), Beta2.At(at.Update), BoundedAt(at)), "m", "v", "v_max")
            : RuleBinding.ElementWise(at => new AdaBoundRule(Beta1.At(at.Update), Beta2.At(at.Update), BoundedAt(at)), "m", "v"))
        .Where(
            ("η*", "η₀ > 0 ? final_learning_rate·η/η₀ : final_learning_rate"),
            ("η_l", "η*·(1 − 1/(γ·t + 1))"),
            ("η_u", "η*·(1 + 1/(γ·t))"));

    /// <inheritdoc/>
    public override Constant StepSize(StepPoint at) => Constant.One;

    private BoundedRate BoundedAt(StepPoint at)
    {
        var (c1, c2) = (BiasCorrection.At(Beta1.At(at.Update), at.Step), BiasCorrection.At(Beta2.At(at.Update), at.Step));
        var first = LearningRate.At(0);
        var final = first == 0 ? FinalLearningRate : FinalLearningRate * at.Rate / first;
        return new BoundedRate(
            at.Rate * c1 / Math.Sqrt(c2), Epsilon, final * (1 - (1 / ((Gamma * at.Step) + 1))), final * (1 + (1 / (Gamma * at.Step))));
    }
}

/// <summary>The rate of a coordinate, between its bounds.</summary>
internal readonly struct BoundedRate(double rate, double epsilon, double lower, double upper)
{
    private readonly Constant rate = new("η·√(1 − β₂ᵗ)/(1 − β₁ᵗ)", rate);
    private readonly Constant epsilon = new("ε", epsilon);
    private readonly Constant lower = new("η_l", lower);
    private readonly Constant upper = new("η_u", upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Of<V>(V v)
        where V : struct, ILane<V>
    {
        V r = V.Named("r", rate / (V.Sqrt(v) + epsilon));
        return V.Named("r̄", V.Min(V.Max(r, lower), upper));
    }
}

internal readonly struct AdaBoundRule(double beta1, double beta2, BoundedRate rate) : IRule
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
        return rate.Of(v) * m;
    }
}

internal readonly struct AmsBoundRule(double beta1, double beta2, BoundedRate rate) : IRule
{
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);
    private readonly Constant beta2 = new("β₂", beta2);
    private readonly Constant oneMinusBeta2 = new("1 − β₂", 1 - beta2);

    public static int Slots => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V v, ref V vMax, ref V s3)
        where V : struct, ILane<V>
    {
        m = (beta1 * m) + (oneMinusBeta1 * g);
        v = (beta2 * v) + (oneMinusBeta2 * (g * g));
        vMax = V.Max(vMax, v);
        return rate.Of(vMax) * m;
    }
}
