using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>LAMB: Adam's direction with decay, scaled for each tensor so that its step is in proportion to the tensor's norm.</summary>
/// <remarks>
/// <para>m, v, m̂, v̂ as in Adam; u = m̂/(√v̂ + ε) + λ·θ; r = ‖θ‖/‖u‖; θ ← θ − η·r·u.</para>
/// <para>Paper: You et al., "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes", ICLR 2020,
/// <see href="https://arxiv.org/abs/1904.00962"/>, Algorithm 2.</para>
/// <para>Departures, shared with PyTorch Image Models: r is 1 where either norm is 0; bias correction can be switched off (the
/// paper's version 3); gradients may be divided by their global norm first, as in NVIDIA's form.</para>
/// </remarks>
public sealed record Lamb : Method
{
    /// <summary>LAMB with its defaults.</summary>
    public Lamb()
        : base(learningRate: 1e-3) => WeightDecay = 0.01;

    /// <summary>The decay β₁ of the mean gradient m, in [0, 1).</summary>
    [Option("decay β₁ of the mean gradient m", "[0, 1)")]
    public Hyperparameter Beta1 { get; init; } = 0.9;

    /// <summary>The decay β₂ of the mean square v, in [0, 1).</summary>
    [Option("decay β₂ of the mean square v", "[0, 1)")]
    public Hyperparameter Beta2 { get; init; } = 0.999;

    /// <summary>What is added to the root, in [0, ∞).</summary>
    [Option("ε added to the root", "[0, ∞)")]
    public double Epsilon { get; init; } = 1e-6;

    /// <summary>Whether to correct m and v for their start at 0.</summary>
    [Option("correct m and v for their start at 0")]
    public bool BiasCorrection { get; init; } = true;

    /// <summary>The norm above which all gradients of the group are scaled down together, in (0, ∞); null for no limit.</summary>
    [Option("global norm above which gradients are scaled down", "(0, ∞)")]
    public double? MaximumGradientNorm { get; init; }

    /// <summary>Whether r is at most 1.</summary>
    [Option("keep the ratio r at most 1")]
    public bool TrustClip { get; init; }

    /// <summary>Whether tensors without weight decay (biases and norms, usually) have a ratio too; otherwise theirs is 1.</summary>
    [Option("give tensors without decay a ratio too")]
    public bool AlwaysAdapt { get; init; }

    /// <summary>The largest ‖θ‖ that counts (the paper's φ), in (0, ∞); null for no limit.</summary>
    [Option("largest norm of the parameters that counts", "(0, ∞)")]
    public double? MaximumWeightNorm { get; init; }

    /// <inheritdoc/>
    public override DecayForm DecayForm => DecayForm.Inside;

    /// <inheritdoc/>
    public override Func<double, double>? GradientFactor =>
        MaximumGradientNorm is { } limit ? norm => 1 / Math.Max(1, norm / limit) : null;

    /// <inheritdoc/>
    public override RuleBinding Rule => RuleBinding.LayerWise(
        Scope.Tensor,
        (in moment) => new LambNorms(DirectionAt(moment.At)),
        (in moment) => new LambRule(DirectionAt(moment.At), Ratio(moment.At, moment.Sums)),
        "m",
        "v");

    private LambDirection DirectionAt(StepPoint at)
    {
        var (beta1, beta2) = (Beta1.At(at.Update), Beta2.At(at.Update));
        return new(
            BiasCorrection ? AdamRule.Corrected(beta1, beta2, Epsilon, at.Step) : AdamRule.Uncorrected(beta1, beta2, Epsilon),
            at.Decay);
    }

    private double Ratio(StepPoint at, ReadOnlySpan<double> sums)
    {
        var (theta, u) = (Math.Min(Math.Sqrt(sums[0]), MaximumWeightNorm ?? double.PositiveInfinity), Math.Sqrt(sums[1]));
        var ratio = theta > 0 && u > 0 && (AlwaysAdapt || at.Decay != 0) ? theta / u : 1;
        return TrustClip ? Math.Min(ratio, 1) : ratio;
    }
}

/// <summary>u: Adam's direction and decay.</summary>
internal readonly struct LambDirection(AdamRule adam, double decay) : IRule
{
    private readonly Constant lambda = new("λ", decay);

    public static int Slots => AdamRule.Slots;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V v, ref V s2, ref V s3)
        where V : struct, ILane<V> =>
        adam.Direction(g, theta, ref m, ref v, ref s2, ref s3) + (lambda * theta);
}

internal readonly struct LambNorms(LambDirection direction) : IMeasure
{
    public static int Slots => LambDirection.Slots;

    public static int Terms => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Measure<V>(V g, V theta, V m, V v, V s2, V s3, ref V t0, ref V t1, ref V t2, ref V t3)
        where V : struct, ILane<V>
    {
        t0 = V.Named("‖θ‖²", theta * theta);
        V u = V.Named("u", direction.Direction(g, theta, ref m, ref v, ref s2, ref s3));
        t1 = V.Named("‖u‖²", u * u);
    }
}

internal readonly struct LambRule(LambDirection direction, double ratio) : IRule
{
    private readonly Constant r = new("‖θ‖/‖u‖", ratio);

    public static int Slots => LambDirection.Slots;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V v, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        V u = V.Named("u", direction.Direction(g, theta, ref m, ref v, ref s2, ref s3));
        return r * u;
    }
}
