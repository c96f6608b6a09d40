using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>AdaHessian: Adam with the mean square of the Hessian's diagonal in the place of that of the gradient.</summary>
/// <remarks>
/// <para>An estimate ĥ, when one is given: v ← β₂·v + (1 − β₂)·ĥ²; c ← β₂·c + (1 − β₂), so that c = 1 − β₂ⁿ after n of them.
/// A step: m ← β₁·m + (1 − β₁)·g; m̂ = m/(1 − β₁ᵗ); v̂ = v/c; θ ← θ − η·(m̂/(√v̂ᵏ + ε) + λ·θ).</para>
/// <para>Paper: Yao et al., "ADAHESSIAN: An Adaptive Second Order Optimizer for Machine Learning", AAAI 2021,
/// <see href="https://arxiv.org/abs/2006.00719"/>, Algorithm 1.</para>
/// <para>Departures: v is corrected by how many estimates there were, which is the paper's number where every step has one; the
/// estimate (Hutchinson's) and its spatial averaging are yours, as is how often one is given (<see cref="Optimizer.UpdateCurvature"/>).
/// Before the first estimate v is 0, so that the direction is m̂/ε: give one before the first step.</para>
/// </remarks>
public sealed record AdaHessian() : Method(learningRate: 0.15)
{
    /// <summary>The decay β₁ of the mean gradient m, in [0, 1).</summary>
    [Option("decay β₁ of the mean gradient m", "[0, 1)")]
    public Hyperparameter Beta1 { get; init; } = 0.9;

    /// <summary>The decay β₂ of the mean square v of the estimates, in [0, 1).</summary>
    [Option("decay β₂ of the mean square v of the estimates", "[0, 1)")]
    public Hyperparameter Beta2 { get; init; } = 0.999;

    /// <summary>What is added to the divisor, in (0, ∞).</summary>
    [Option("ε added to the divisor", "(0, ∞)")]
    public double Epsilon { get; init; } = 1e-4;

    /// <summary>The power k of the curvature, in (0, 1]: 1 for a Newton step, towards 0 for momentum.</summary>
    [Option("power k of the curvature", "(0, 1]")]
    public double HessianPower { get; init; } = 1;

    /// <inheritdoc/>
    public override DecayForm DecayForm => DecayForm.Decoupled;

    /// <inheritdoc/>
    public override RuleBinding Rule => (HessianPower == 1
            ? RuleBinding.Recurrent((in moment) => new AdaHessianRule(Beta1.At(moment.At.Update), Correction1(moment.At), Weight(in moment), Epsilon), "m", "v")
            : RuleBinding.Recurrent((in moment) => new AdaHessianPowerRule(Beta1.At(moment.At.Update), Correction1(moment.At), Weight(in moment), Epsilon, HessianPower), "m", "v"))
        .WithScalars(Scope.Tensor, (in _) => { }, new StateSlot("c") { Equation = "β₂·c + (1 − β₂) with an estimate" })
        .WithCurvature(new CurvatureUpdate<MeanSquareOfEstimates>(
            at => new(Beta2.At(at.Update)),
            (in moment) => moment.Scalars[0] += (1 - Beta2.At(moment.At.Update)) * (1 - moment.Scalars[0])));

    private double Correction1(StepPoint at) => BiasCorrection.At(Beta1.At(at.Update), at.Step);

    private static double Weight(in Moment moment) => moment.Scalars[0] == 0 ? 1 : moment.Scalars[0];
}

/// <summary>v ← β₂·v + (1 − β₂)·ĥ², with the estimate in the place of the gradient; v is the second slot.</summary>
internal readonly struct MeanSquareOfEstimates(double beta2) : IUpdate
{
    private readonly Constant beta2 = new("β₂", beta2);
    private readonly Constant oneMinusBeta2 = new("1 − β₂", 1 - beta2);

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Next<V>(V estimate, V theta, ref V m, ref V v, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        v = (beta2 * v) + (oneMinusBeta2 * (estimate * estimate));
        return theta;
    }
}

internal readonly struct AdaHessianRule(double beta1, double c1, double weight, double epsilon) : IRule
{
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);
    private readonly Constant correction1 = new("1/(1 − β₁ᵗ)", c1);
    private readonly Constant weight = new("c", weight);
    private readonly Constant epsilon = new("ε", epsilon);

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V v, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        m = (beta1 * m) + (oneMinusBeta1 * g);
        V mHat = V.Named("m̂", m * correction1);
        V vHat = V.Named("v̂", v / weight);
        return mHat / (V.Sqrt(vHat) + epsilon);
    }
}

internal readonly struct AdaHessianPowerRule(double beta1, double c1, double weight, double epsilon, double power) : IRule
{
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);
    private readonly Constant correction1 = new("1/(1 − β₁ᵗ)", c1);
    private readonly Constant weight = new("c", weight);
    private readonly Constant epsilon = new("ε", epsilon);
    private readonly Constant power = new("k", power);

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V v, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        m = (beta1 * m) + (oneMinusBeta1 * g);
        V mHat = V.Named("m̂", m * correction1);
        V vHat = V.Named("v̂", v / weight);
        return mHat / (V.Power(V.Sqrt(vHat), power) + epsilon);
    }
}
