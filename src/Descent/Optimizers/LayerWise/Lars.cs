using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>LARS: momentum on gradients that are scaled, for each tensor, in proportion to the tensor's norm.</summary>
/// <remarks>
/// <para>r = κ·‖θ‖/(‖g‖ + λ·‖θ‖ + ε); s = r·(g + λ·θ); b ← μ·b + (1 − τ)·s, at the first step b ← s; d = b, or s + μ·b with Nesterov;
/// θ ← θ − η·d. In the paper's form b starts at 0 and the rate is inside it: s = η·r·(g + λ·θ), θ ← θ − d.</para>
/// <para>Paper: You, Gitman, Ginsburg, "Large Batch Training of Convolutional Networks", 2017,
/// <see href="https://arxiv.org/abs/1708.03888"/>, Algorithm 1.</para>
/// <para>Departures, shared with PyTorch Image Models: the rate stands outside the buffer, which starts as the first scaled gradient
/// (the option <see cref="PaperForm"/> undoes both); ε; r is 1 where either norm is 0, and, outside the paper's form, for tensors without
/// weight decay; r can be clipped at η, as in LARC; dampening and Nesterov are options.</para>
/// </remarks>
public sealed record Lars : Method
{
    private const string Ratio = "κ·‖θ‖/(‖g‖ + λ·‖θ‖ + ε)";
    private const string Clipped = $"min({Ratio}/η, 1)";

    /// <summary>LARS with its defaults.</summary>
    public Lars()
        : base(learningRate: 1) => WeightDecay = 1e-4;

    /// <summary>The momentum μ, in [0, 1); 0 for none.</summary>
    [Option("momentum μ", "[0, 1)")]
    public Hyperparameter Momentum { get; init; } = 0.9;

    /// <summary>The dampening τ of what enters the buffer, in [0, 1]. Nesterov needs 0.</summary>
    [Option("dampening τ of what enters the buffer", "[0, 1]")]
    public Hyperparameter Dampening { get; init; }

    /// <summary>Whether to look ahead along the momentum. Needs <see cref="Momentum"/> above 0.</summary>
    [Option("look ahead along the momentum")]
    public bool Nesterov { get; init; }

    /// <summary>The trust coefficient κ, the paper's η, in (0, ∞).</summary>
    [Option("trust coefficient κ, the size of a step relative to the tensor's norm", "(0, ∞)")]
    public double TrustCoefficient { get; init; } = 1e-3;

    /// <summary>What is added to the norms that r is divided by, in [0, ∞); the paper has 0.</summary>
    [Option("ε added to the norms that r is divided by", "[0, ∞)")]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Whether η·r is at most η: r becomes min(r/η, 1).</summary>
    [Option("use min(r/η, 1) for r, as LARC does")]
    public bool TrustClip { get; init; }

    /// <summary>Whether tensors without weight decay (biases and norms, usually) are adapted too; otherwise their r is 1.</summary>
    [Option("adapt tensors without decay too")]
    public bool AlwaysAdapt { get; init; }

    /// <summary>Whether the rate is inside the buffer, the buffer starts at 0, and every tensor is adapted.</summary>
    [Option("the paper's form: the rate inside the buffer, every tensor adapted")]
    public bool PaperForm { get; init; }

    /// <inheritdoc/>
    public override DecayForm DecayForm => DecayForm.Inside;

    /// <inheritdoc/>
    public override RuleBinding Rule => LarsScaling.Bind(Momentum, at => PaperForm || at.Step > 1 ? Dampening : 0, Nesterov, ScalingAt);

    /// <inheritdoc/>
    public override Constant StepSize(StepPoint at) => PaperForm ? Constant.One : base.StepSize(at);

    private LarsScaling ScalingAt(in Moment moment)
    {
        var (at, theta, g) = (moment.At, Math.Sqrt(moment.Sums[0]), Math.Sqrt(moment.Sums[1]));
        var ratio = 1.0;
        if (PaperForm || AlwaysAdapt || at.Decay != 0)
        {
            ratio = theta > 0 && g > 0 ? TrustCoefficient * theta / (g + (at.Decay * theta) + Epsilon) : 1;
            ratio = TrustClip ? Math.Min(ratio / at.Rate, 1) : ratio;
        }

        return PaperForm
            ? new(TrustClip ? $"η·{Clipped}" : $"η·{Ratio}", at.Rate * ratio, at.Decay)
            : new(TrustClip ? Clipped : Ratio, ratio, at.Decay);
    }

    /// <inheritdoc/>
    protected override void CheckCombination()
    {
        LarsScaling.Check(Momentum, Dampening, Nesterov);
        if (PaperForm && AlwaysAdapt)
        {
            throw new DescentException("AlwaysAdapt must be false with PaperForm, which adapts every tensor, but was true.");
        }
    }
}

/// <summary>s = r·(g + λ·θ), with the norms that r is made of, and the momentum over it.</summary>
internal readonly struct LarsScaling(string name, double ratio, double decay)
{
    private readonly Constant r = new(name, ratio);
    private readonly Constant lambda = new("λ", decay);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Of<V>(V g, V theta)
        where V : struct, ILane<V> =>
        V.Named("s", r * (g + (lambda * theta)));

    public static RuleBinding Bind(Hyperparameter momentum, Func<StepPoint, Hyperparameter> dampening, bool nesterov, AtMoment<LarsScaling> scaling)
    {
        AtMoment<LarsNorms> norms = (in _) => default;
        return (momentum.IsZero, nesterov) switch
        {
            (true, _) => RuleBinding.LayerWise(Scope.Tensor, norms, (in moment) => new LayerScaled<GradientRule>(default, scaling(in moment))),
            (_, true) => RuleBinding.LayerWise(Scope.Tensor, norms, (in moment) => new LayerScaled<NesterovRule>(new(momentum.At(moment.At.Update)), scaling(in moment)), "b"),
            _ => RuleBinding.LayerWise(
                Scope.Tensor,
                norms,
                (in moment) => new LayerScaled<HeavyBallRule>(new(momentum.At(moment.At.Update), dampening(moment.At).At(moment.At.Update)), scaling(in moment)),
                "b"),
        };
    }

    /// <summary>Refuses options of the momentum that would have no effect.</summary>
    public static void Check(Hyperparameter momentum, Hyperparameter dampening, bool nesterov)
    {
        if (momentum.IsZero && (nesterov || !dampening.IsZero))
        {
            throw new DescentException($"{(nesterov ? "Nesterov" : "Dampening")} must have Momentum above 0, but Momentum was 0.");
        }

        if (nesterov && !dampening.IsZero)
        {
            throw new DescentException($"Nesterov must have Dampening 0, but Dampening was {dampening}.");
        }
    }
}

/// <summary>‖θ‖² and ‖g‖², the gradient before decay.</summary>
internal readonly struct LarsNorms : IMeasure
{
    public static int Slots => 0;

    public static int Terms => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Measure<V>(V g, V theta, V s0, V s1, V s2, V s3, ref V t0, ref V t1, ref V t2, ref V t3)
        where V : struct, ILane<V>
    {
        t0 = V.Named("‖θ‖²", theta * theta);
        t1 = V.Named("‖g‖²", g * g);
    }
}

/// <summary>Momentum over scaled gradients.</summary>
internal readonly struct LayerScaled<TRule>(TRule rule, LarsScaling scaling) : IRule
    where TRule : struct, IRule
{
    public static int Slots => TRule.Slots;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V s0, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V> =>
        Unsafe.AsRef(in rule).Direction(scaling.Of(g, theta), theta, ref s0, ref s1, ref s2, ref s3);
}
