using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>What <see cref="Prodigy"/> and <see cref="DAdaptAdam"/> share: Adam's options, and a distance d estimated once for the whole group.</summary>
public abstract record LearningRateFreeAdam() : Method(learningRate: 1)
{
    /// <summary>The decay β₁ of the mean gradient m, in [0, 1).</summary>
    [Option("decay β₁ of the mean gradient m", "[0, 1)")]
    public Hyperparameter Beta1 { get; init; } = 0.9;

    /// <summary>The decay β₂ of the mean square v, in [0, 1).</summary>
    [Option("decay β₂ of the mean square v", "[0, 1)")]
    public Hyperparameter Beta2 { get; init; } = 0.999;

    /// <summary>What is added to the root, in (0, ∞).</summary>
    [Option("ε added to the root", "(0, ∞)")]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>The first estimate d₀ of the distance, in (0, ∞).</summary>
    [Option("first estimate d₀ of the distance", "(0, ∞)")]
    public double InitialDistance { get; init; } = 1e-6;

    /// <summary>How much the estimate may grow in a step, in (1, ∞]; a value such as 1.02 acts as a warmup.</summary>
    [Option("largest growth of the estimate in a step", "(1, ∞]")]
    public double GrowthRate { get; init; } = double.PositiveInfinity;

    /// <summary>Whether weight decay stands beside the direction (AdamW); otherwise it is added to the gradient.</summary>
    [Option("weight decay beside the direction instead of in the gradient")]
    public bool Decoupled { get; init; }

    /// <summary>Whether the step is multiplied by Adam's correction √(1 − β₂ᵗ)/(1 − β₁ᵗ), t the steps of the group.</summary>
    [Option("multiply the step by Adam's correction for the start at 0")]
    public bool BiasCorrection { get; init; }

    /// <inheritdoc/>
    public override DecayForm DecayForm => Decoupled ? DecayForm.Inside : DecayForm.Coupled;

    /// <inheritdoc/>
    public override Constant StepSize(StepPoint at) => Constant.One;

    private protected string PaceName => BiasCorrection ? "η·dₖ·√(1 − β₂ᵗ)/(1 − β₁ᵗ)" : "η·dₖ";

    /// <summary>The size of the coming step, given the estimate before it and how many the group took.</summary>
    private protected double Pace(StepPoint at, double d, double steps)
    {
        if (!BiasCorrection)
        {
            return d * at.Rate;
        }

        var t = (long)steps + 1;
        var (mHat, vHat) = (Optimizers.BiasCorrection.At(Beta1.At(at.Update), t), Optimizers.BiasCorrection.At(Beta2.At(at.Update), t));
        return d * at.Rate * (mHat / Math.Sqrt(vHat));
    }
}

/// <summary>The direction of another rule times a number that the whole group shares.</summary>
internal readonly struct Paced<TRule>(TRule rule, Constant pace) : IRule
    where TRule : struct, IRule
{
    public static int Slots => TRule.Slots;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V s0, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V> =>
        pace * Unsafe.AsRef(in rule).Direction(g, theta, ref s0, ref s1, ref s2, ref s3);
}

/// <summary>The direction of another rule, and decay beside it.</summary>
internal readonly struct Decayed<TRule>(TRule rule, Constant lambda) : IRule
    where TRule : struct, IRule
{
    public static int Slots => TRule.Slots;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V s0, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V> =>
        Unsafe.AsRef(in rule).Direction(g, theta, ref s0, ref s1, ref s2, ref s3) + (lambda * theta);
}
