using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>Padam: AMSGrad with a smaller power of the second moment, between momentum SGD (p → 0) and Adam (p = 1/2).</summary>
/// <remarks>
/// <para>m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²; v_max ← max(v_max, v); d = m/(√v_max + ε)²ᵖ; θ ← θ − η·d.</para>
/// <para>Paper: Chen, Zhou, Tang, Yang, Cao, Gu, "Closing the Generalization Gap of Adaptive Gradient Methods in Training Deep
/// Neural Networks", IJCAI 2020, <see href="https://arxiv.org/abs/1806.06763"/>, Algorithm 1.</para>
/// <para>Departures: ε, added to the root inside the power, and AMSGrad and bias correction as options, are of the authors' code.
/// Bias correction, where it is on, divides v_max by 1 − β₂ᵗ inside the power (the authors' code multiplies the step by √(1 − β₂ᵗ)
/// whatever p is).</para>
/// </remarks>
public sealed record Padam() : Method(learningRate: 0.1)
{
    /// <summary>The decay β₁ of the mean gradient m, in [0, 1).</summary>
    [Option("decay β₁ of the mean gradient m", "[0, 1)")]
    public Hyperparameter Beta1 { get; init; } = 0.9;

    /// <summary>The decay β₂ of the mean square v, in [0, 1).</summary>
    [Option("decay β₂ of the mean square v", "[0, 1)")]
    public Hyperparameter Beta2 { get; init; } = 0.999;

    /// <summary>The power p of the second moment, in (0, 0.5]; 1/2, 1/4, 1/8 and 1/16 are computed by square roots, which is faster.</summary>
    [Option("power p of the second moment", "(0, 0.5]")]
    public double Exponent { get; init; } = 0.125;

    /// <summary>What is added to the root, in [0, ∞).</summary>
    [Option("ε added to the root", "[0, ∞)")]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Whether to divide by the largest v so far, as in the paper.</summary>
    [Option("AMSGrad: divide by the largest v so far")]
    public bool AmsGrad { get; init; } = true;

    /// <summary>Whether to correct m and v for their start at 0.</summary>
    [Option("correct m and v for their start at 0")]
    public bool BiasCorrection { get; init; }

    /// <inheritdoc/>
    public override RuleBinding Rule => Exponent switch
    {
        1.0 / 2 => Bind<FirstPower>(),
        1.0 / 4 => Bind<RootOf<FirstPower>>(),
        1.0 / 8 => Bind<RootOf<RootOf<FirstPower>>>(),
        1.0 / 16 => Bind<RootOf<RootOf<RootOf<FirstPower>>>>(),
        _ => Bind<AnyPartialPower>(),
    };

    private RuleBinding Bind<TPower>()
        where TPower : struct, IPartialPower =>
        AmsGrad
            ? RuleBinding.ElementWise(at => new PadamAmsGradRule<TPower>(ConstantsAt(at)), "m", "v", "v_max")
            : RuleBinding.ElementWise(at => new PadamRule<TPower>(ConstantsAt(at)), "m", "v");

    private PadamConstants ConstantsAt(StepPoint at)
    {
        var (beta1, beta2) = (Beta1.At(at.Update), Beta2.At(at.Update));
        return new(
            beta1,
            beta2,
            BiasCorrection ? new Constant("1/(1 − β₁ᵗ)", Optimizers.BiasCorrection.At(beta1, at.Step)) : Constant.One,
            BiasCorrection ? new Constant("1/(1 − β₂ᵗ)", Optimizers.BiasCorrection.At(beta2, at.Step)) : Constant.One,
            Exponent,
            Epsilon);
    }
}

/// <summary>a to the power 2p, for a ≥ 0.</summary>
internal interface IPartialPower
{
    static abstract V Of<V>(V a, in Constant exponent)
        where V : struct, ILane<V>;
}

/// <summary>2p = 1.</summary>
internal readonly struct FirstPower : IPartialPower
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V a, in Constant exponent)
        where V : struct, ILane<V> => a;
}

/// <summary>Half of another power.</summary>
internal readonly struct RootOf<TPower> : IPartialPower
    where TPower : struct, IPartialPower
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V a, in Constant exponent)
        where V : struct, ILane<V> => V.Sqrt(TPower.Of(a, exponent));
}

internal readonly struct AnyPartialPower : IPartialPower
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V a, in Constant exponent)
        where V : struct, ILane<V> => V.Power(a, exponent);
}

internal readonly struct PadamConstants(double beta1, double beta2, Constant c1, Constant c2, double exponent, double epsilon)
{
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);
    private readonly Constant beta2 = new("β₂", beta2);
    private readonly Constant oneMinusBeta2 = new("1 − β₂", 1 - beta2);
    private readonly Constant correction1 = c1;
    private readonly Constant correction2 = c2;
    private readonly Constant twoP = new("2·p", 2 * exponent);
    private readonly Constant epsilon = new("ε", epsilon);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Average<V>(V g, ref V m, ref V v)
        where V : struct, ILane<V>
    {
        m = (beta1 * m) + (oneMinusBeta1 * g);
        v = (beta2 * v) + (oneMinusBeta2 * (g * g));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Divide<TPower, V>(V m, V v)
        where TPower : struct, IPartialPower
        where V : struct, ILane<V> =>
        (m * correction1) / TPower.Of(V.Sqrt(v * correction2) + epsilon, twoP);
}

internal readonly struct PadamRule<TPower>(PadamConstants constants) : IRule
    where TPower : struct, IPartialPower
{
    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V v, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        constants.Average(g, ref m, ref v);
        return constants.Divide<TPower, V>(m, v);
    }
}

internal readonly struct PadamAmsGradRule<TPower>(PadamConstants constants) : IRule
    where TPower : struct, IPartialPower
{
    public static int Slots => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V v, ref V vMax, ref V s3)
        where V : struct, ILane<V>
    {
        constants.Average(g, ref m, ref v);
        vMax = V.Max(vMax, v);
        return constants.Divide<TPower, V>(m, vMax);
    }
}
