using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>Yogi: Adam whose mean square moves by a bounded amount, so that a sudden small gradient does not make the rate jump up.</summary>
/// <remarks>
/// <para>m ← β₁·m + (1 − β₁)·g; v ← v − (1 − β₂)·sign(v − g²)·g²; m̂ = m/(1 − β₁ᵗ); v̂ = v/(1 − β₂ᵗ); θ ← θ − η·m̂/(√v̂ + ε).</para>
/// <para>Paper: Zaheer, Reddi, Sachan, Kale, Kumar, "Adaptive Methods for Nonconvex Optimization", NeurIPS 2018,
/// <see href="https://papers.nips.cc/paper/8186-adaptive-methods-for-nonconvex-optimization"/>, Algorithm 2.</para>
/// <para>Departures: the corrections of the start, which the paper does not have (<see cref="BiasCorrection"/> = false is the paper's
/// form), and a start of m other than 0 as an option, both as in pytorch-optimizer; weight decay is added to the gradient.</para>
/// </remarks>
public sealed record Yogi() : Method(learningRate: 0.01)
{
    /// <summary>The decay β₁ of the mean gradient m, in [0, 1).</summary>
    [Option("decay β₁ of the mean gradient m", "[0, 1)")]
    public Hyperparameter Beta1 { get; init; } = 0.9;

    /// <summary>The decay β₂ of the mean square v, in [0, 1).</summary>
    [Option("decay β₂ of the mean square v", "[0, 1)")]
    public Hyperparameter Beta2 { get; init; } = 0.999;

    /// <summary>What is added to the root, in [0, ∞).</summary>
    [Option("ε added to the root", "[0, ∞)")]
    public double Epsilon { get; init; } = 1e-3;

    /// <summary>The value that v starts from, in [0, ∞).</summary>
    [Option("start of the mean square v", "[0, ∞)")]
    public double InitialAccumulator { get; init; } = 1e-6;

    /// <summary>The value that m starts from, in [0, ∞).</summary>
    [Option("start of the mean gradient m", "[0, ∞)")]
    public double InitialFirstMoment { get; init; }

    /// <summary>Whether to correct m and v as if they had started at 0.</summary>
    [Option("correct m and v as if they had started at 0")]
    public bool BiasCorrection { get; init; } = true;

    /// <inheritdoc/>
    public override RuleBinding Rule =>
        RuleBinding.ElementWise(RuleAt, new StateSlot("m", InitialFirstMoment), new StateSlot("v", InitialAccumulator));

    private YogiRule RuleAt(StepPoint at)
    {
        var (beta1, beta2) = (Beta1.At(at.Update), Beta2.At(at.Update));
        var (c1, c2) = BiasCorrection
            ? (new Constant("1/(1 − β₁ᵗ)", Optimizers.BiasCorrection.At(beta1, at.Step)),
                new Constant("1/(1 − β₂ᵗ)", Optimizers.BiasCorrection.At(beta2, at.Step)))
            : (Constant.One, Constant.One);
        return new YogiRule(beta1, beta2, c1, c2, Epsilon);
    }
}

internal readonly struct YogiRule(double beta1, double beta2, Constant c1, Constant c2, double epsilon) : IRule
{
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);
    private readonly Constant oneMinusBeta2 = new("1 − β₂", 1 - beta2);
    private readonly Constant correction1 = c1;
    private readonly Constant correction2 = c2;
    private readonly Constant epsilon = new("ε", epsilon);

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V v, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        m = (beta1 * m) + (oneMinusBeta1 * g);
        V square = g * g;
        v -= oneMinusBeta2 * (V.Sign(v - square) * square);
        V mHat = V.Named("m̂", m * correction1);
        V vHat = V.Named("v̂", v * correction2);
        return mHat / (V.Sqrt(vHat) + epsilon);
    }
}
