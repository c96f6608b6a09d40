using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>NAdamW: AdamW with Nesterov's look-ahead and no schedule of the momentum.</summary>
/// <remarks>
/// <para>m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²; m̂ = (β₁·m + (1 − β₁)·g)/(1 − β₁ᵗ); v̂ = v/(1 − β₂ᵗ);
/// θ ← θ − η·(m̂/(√v̂ + ε) + λ·θ).</para>
/// <para>Paper: Dahl et al., "Benchmarking Neural Network Training Algorithms", 2023, <see href="https://arxiv.org/abs/2306.07179"/>,
/// whose baseline it is; after Dozat, "Incorporating Nesterov Momentum into Adam", 2016.</para>
/// <para>Departures: none from that baseline, whose code PyTorch Image Models has. It is not <see cref="Nadam"/> with decoupled
/// decay: the momentum is constant.</para>
/// </remarks>
public sealed record NadamW : Method
{
    /// <summary>NAdamW with its defaults.</summary>
    public NadamW()
        : base(learningRate: 1e-3) => WeightDecay = 0.01;

    /// <summary>The decay β₁ of the mean gradient m, in [0, 1).</summary>
    [Option("decay β₁ of the mean gradient m", "[0, 1)")]
    public Hyperparameter Beta1 { get; init; } = 0.9;

    /// <summary>The decay β₂ of the mean square v, in [0, 1).</summary>
    [Option("decay β₂ of the mean square v", "[0, 1)")]
    public Hyperparameter Beta2 { get; init; } = 0.999;

    /// <summary>What is added to the root, in [0, ∞).</summary>
    [Option("ε added to the root", "[0, ∞)")]
    public double Epsilon { get; init; } = 1e-8;

    /// <inheritdoc/>
    public override DecayForm DecayForm => DecayForm.Decoupled;

    /// <inheritdoc/>
    public override RuleBinding Rule =>
        RuleBinding.ElementWise(at => new NadamWRule(Beta1.At(at.Update), Beta2.At(at.Update), at.Step, Epsilon), "m", "v");
}

internal readonly struct NadamWRule(double beta1, double beta2, long step, double epsilon) : IRule
{
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);
    private readonly Constant beta2 = new("β₂", beta2);
    private readonly Constant oneMinusBeta2 = new("1 − β₂", 1 - beta2);
    private readonly Constant correction1 = new("1/(1 − β₁ᵗ)", BiasCorrection.At(beta1, step));
    private readonly Constant correction2 = new("1/(1 − β₂ᵗ)", BiasCorrection.At(beta2, step));
    private readonly Constant epsilon = new("ε", epsilon);

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V v, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        m = (beta1 * m) + (oneMinusBeta1 * g);
        v = (beta2 * v) + (oneMinusBeta2 * (g * g));
        V mHat = V.Named("m̂", ((beta1 * m) + (oneMinusBeta1 * g)) * correction1);
        V vHat = V.Named("v̂", v * correction2);
        return mHat / (V.Sqrt(vHat) + epsilon);
    }
}
