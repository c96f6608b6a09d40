using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>Schedule-Free AdamW: an average of the iterates in place of a falling learning rate, over gradients divided as in Adam.</summary>
/// <remarks>
/// <para>θ is the training point y, as in <see cref="ScheduleFreeSgd"/>. v ← β₂·v + (1 − β₂)·g²; u = g/(√v̂ + ε) + λ·y; c = w/Σw,
/// w = tʳ·η_maxᵖ; y ← y + c·(z − y) − η·(1 − β₁·(1 − c))·u; z ← z − η·u.</para>
/// <para>Paper: Defazio et al., "The Road Less Scheduled", NeurIPS 2024, <see href="https://arxiv.org/abs/2405.15682"/>,
/// Algorithm 1.</para>
/// <para>Departures, shared with the authors' code: decay is taken at y. Switching to the evaluation point and back restores the
/// very bits (the authors' code recomputes the training point).</para>
/// </remarks>
public sealed record ScheduleFreeAdamW() : ScheduleFreeMethod(learningRate: 0.0025)
{
    /// <summary>The interpolation β₁ between z and the average x, in (0, 1); it takes the place of Adam's momentum.</summary>
    [Option("interpolation β₁ between z and the average", "(0, 1)")]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>The decay β₂ of the mean square v, in [0, 1).</summary>
    [Option("decay β₂ of the mean square v", "[0, 1)")]
    public Hyperparameter Beta2 { get; init; } = 0.999;

    /// <summary>What is added to the root, in [0, ∞).</summary>
    [Option("ε added to the root", "[0, ∞)")]
    public double Epsilon { get; init; } = 1e-8;

    /// <inheritdoc/>
    public override DecayForm DecayForm => DecayForm.Inside;

    private protected override double Interpolation => Beta1;

    private protected override RuleBinding Unaveraged => RuleBinding.Recurrent(
        (in moment) => new ScheduleFreeRule<Decayed<MeanSquareRule>>(
            new(RuleAt(moment.At), new Constant("λ", moment.At.Decay)), new Constant(InterpolationName, Beta1), moment.At.Rate, moment.Scalars[Share]),
        new StateSlot("z") { StartsAtParameter = true },
        "v");

    private MeanSquareRule RuleAt(StepPoint at)
    {
        var beta2 = Beta2.At(at.Update);
        return new(beta2, new Constant("1/(1 − β₂ᵗ)", BiasCorrection.At(beta2, at.Step)), Epsilon);
    }
}

/// <summary>The gradient divided by the root of its corrected mean square.</summary>
internal readonly struct MeanSquareRule(double beta2, Constant correction, double epsilon) : IRule
{
    private readonly Constant beta2 = new("β₂", beta2);
    private readonly Constant oneMinusBeta2 = new("1 − β₂", 1 - beta2);
    private readonly Constant correction = correction;
    private readonly Constant epsilon = new("ε", epsilon);

    public static int Slots => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V v, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        v = (beta2 * v) + (oneMinusBeta2 * (g * g));
        V vHat = V.Named("v̂", v * correction);
        return g / (V.Sqrt(vHat) + epsilon);
    }
}
