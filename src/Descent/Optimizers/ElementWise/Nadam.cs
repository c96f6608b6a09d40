using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>NAdam: Adam with Nesterov's look-ahead, under a momentum that rises from half of β₁ to β₁.</summary>
/// <remarks>
/// <para>μₜ = β₁·(1 − 0.5·0.96^(t·ψ)); m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²; v̂ = v/(1 − β₂ᵗ);
/// m̂ = μₜ₊₁/(1 − Πμ·μₜ₊₁)·m + (1 − μₜ)/(1 − Πμ)·g, Πμ = μ₁·…·μₜ; θ ← θ − η·m̂/(√v̂ + ε).</para>
/// <para>Paper: Dozat, "Incorporating Nesterov Momentum into Adam", ICLR workshop 2016,
/// <see href="https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ"/>, Algorithm 2; the schedule of μ: Sutskever et al. 2013.</para>
/// <para>Departures, shared with PyTorch from 2.0 on: m decays by β₁, not by μₜ. PyTorch 1.13 multiplies one μₜ too many into the
/// second product. Weight decay may stand beside the direction.</para>
/// </remarks>
public sealed record Nadam() : Method(learningRate: 2e-3)
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

    /// <summary>The speed ψ at which the momentum rises, in [0, ∞).</summary>
    [Option("speed ψ at which the momentum rises from β₁/2 to β₁", "[0, ∞)")]
    public double MomentumDecay { get; init; } = 0.004;

    /// <summary>Whether weight decay stands beside the direction instead of inside the gradient.</summary>
    [Option("weight decay beside the direction instead of inside the gradient")]
    public bool Decoupled { get; init; }

    /// <inheritdoc/>
    public override DecayForm DecayForm => Decoupled ? DecayForm.Decoupled : DecayForm.Coupled;

    /// <inheritdoc/>
    public override RuleBinding Rule => RuleBinding
        .Recurrent(RuleAt, "m", "v")
        .WithScalars(Scope.Tensor, Advance, new StateSlot("mu_product", 1) { Symbol = "Πμ", Equation = "Πμ·μₜ" })
        .Where(("μₜ", "β₁·(1 − 0.5·0.96^(t·ψ))"), ("μₜ₊₁", "β₁·(1 − 0.5·0.96^((t + 1)·ψ))"));

    private NadamRule RuleAt(in Moment moment)
    {
        var (at, product) = (moment.At, moment.Scalars[0]);
        var (now, next) = (MomentumAt(at, at.Step), MomentumAt(at, at.Step + 1));
        return new NadamRule(
            Beta1.At(at.Update),
            Beta2.At(at.Update),
            (1 - now) / (1 - product),
            next / (1 - (product * next)),
            BiasCorrection.At(Beta2.At(at.Update), at.Step),
            Epsilon);
    }

    private void Advance(in Moment moment) => moment.Scalars[0] *= MomentumAt(moment.At, moment.At.Step);

    private double MomentumAt(StepPoint at, long step) => Beta1.At(at.Update) * (1 - (0.5 * Math.Pow(0.96, step * MomentumDecay)));
}

internal readonly struct NadamRule(double beta1, double beta2, double gradient, double momentum, double correction2, double epsilon) : IRule
{
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);
    private readonly Constant beta2 = new("β₂", beta2);
    private readonly Constant oneMinusBeta2 = new("1 − β₂", 1 - beta2);
    private readonly Constant gradient = new("(1 − μₜ)/(1 − Πμ)", gradient);
    private readonly Constant momentum = new("μₜ₊₁/(1 − Πμ·μₜ₊₁)", momentum);
    private readonly Constant correction2 = new("1/(1 − β₂ᵗ)", correction2);
    private readonly Constant epsilon = new("ε", epsilon);

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V v, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        m = (beta1 * m) + (oneMinusBeta1 * g);
        v = (beta2 * v) + (oneMinusBeta2 * (g * g));
        V mHat = V.Named("m̂", (momentum * m) + (gradient * g));
        V vHat = V.Named("v̂", v * correction2);
        return mHat / (V.Sqrt(vHat) + epsilon);
    }
}
