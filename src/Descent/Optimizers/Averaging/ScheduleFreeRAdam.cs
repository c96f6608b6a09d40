using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>Schedule-Free RAdam: Schedule-Free AdamW that needs no warmup, because the rate follows how well the mean square is known.</summary>
/// <remarks>
/// <para>ρ∞ = 2/(1 − β₂) − 1; ρ = ρ∞ − 2·t·β₂ᵗ/(1 − β₂ᵗ); where ρ &gt; 4: η is multiplied by
/// √((ρ − 4)·(ρ − 2)·ρ∞/((ρ∞ − 4)·(ρ∞ − 2)·ρ)) and u = g/(√v̂ + ε) + λ·y; before that u = g + λ·y and η is 0, or whole without the
/// silent phase. y, z and the average as in <see cref="ScheduleFreeAdamW"/>.</para>
/// <para>Papers: Defazio et al., "The Road Less Scheduled", NeurIPS 2024, <see href="https://arxiv.org/abs/2405.15682"/>; Liu et al.,
/// "On the Variance of the Adaptive Learning Rate and Beyond", ICLR 2020, <see href="https://arxiv.org/abs/1908.03265"/>, Algorithm 2.</para>
/// <para>Departures: none from the authors' code (RAdamScheduleFree), without its experimental cautious form; a warmup, which it does
/// not need, can be added; for β₂ ≤ 0.6, where ρ∞ ≤ 4, no step is rectified.</para>
/// </remarks>
public sealed record ScheduleFreeRAdam() : ScheduleFreeMethod(learningRate: 0.0025)
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

    /// <summary>Whether nothing moves while ρ ≤ 4 (the first four steps at β₂ = 0.999); otherwise plain gradients do.</summary>
    [Option("stand still while the mean square is not known yet")]
    public bool SilentSgdPhase { get; init; } = true;

    /// <inheritdoc/>
    public override DecayForm DecayForm => DecayForm.Inside;

    private protected override double Interpolation => Beta1;

    private protected override RuleBinding Unaveraged => RuleBinding.Recurrent(
        (in moment) => new ScheduleFreeRule<Decayed<RectifiedRule>>(
            new(RuleAt(moment.At), new Constant("λ", moment.At.Decay)), new Constant(InterpolationName, Beta1), moment.At.Rate, moment.Scalars[Share]),
        new StateSlot("z") { StartsAtParameter = true },
        "v")
        .Where(AverageLength.Definition, AverageLength.FactorDefinition);

    private protected override string RateEquation => $"{base.RateEquation ?? "learning_rate"}·(ρ > 4 ? r : {(SilentSgdPhase ? 0 : 1)})";

    /// <inheritdoc/>
    public override double RateAt(StepPoint at)
    {
        var length = LengthAt(at);
        var rectification = length.Rho > 4 ? length.Factor : SilentSgdPhase ? 0 : 1;
        return base.RateAt(at) * rectification;
    }

    private RectifiedRule RuleAt(StepPoint at)
    {
        var beta2 = Beta2.At(at.Update);
        return new(new MeanSquareRule(beta2, new Constant("1/(1 − β₂ᵗ)", BiasCorrection.At(beta2, at.Step)), Epsilon), LengthAt(at).Rho - 4);
    }

    private AverageLength LengthAt(StepPoint at) => AverageLength.At(Beta2.At(at.Update), Math.Max(1, at.Step));
}

/// <summary>The divided gradient where the mean square is known well enough, else the plain one.</summary>
internal readonly struct RectifiedRule(MeanSquareRule divided, double excess) : IRule
{
    private readonly Constant excess = new("ρ > 4", excess);

    public static int Slots => MeanSquareRule.Slots;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V v, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V> =>
        V.Select(excess, divided.Direction(g, theta, ref v, ref s1, ref s2, ref s3), g);
}
