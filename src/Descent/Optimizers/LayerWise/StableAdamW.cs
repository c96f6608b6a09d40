using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>StableAdamW: AdamW whose step shrinks, tensor by tensor, where the second moment lags behind the gradients (update clipping).</summary>
/// <remarks>
/// <para>β̂ = β·(1 − βᵗ⁻¹)/(1 − βᵗ); v ← β̂₁·v + (1 − β̂₁)·g; u ← β̂₂·u + (1 − β̂₂)·g²; RMS = √(mean of g²/max(u, ε²));
/// d = (v/(√u + ε) + λ·θ)/max(1, RMS); θ ← θ − η·d.</para>
/// <para>Paper: Wortsman et al., "Stable and low-precision training for large-scale vision-language models", NeurIPS 2023,
/// <see href="https://arxiv.org/abs/2304.13013"/>, Algorithm 2.</para>
/// <para>Departures: none.</para>
/// </remarks>
public sealed record StableAdamW() : Method(learningRate: 1e-3)
{
    /// <summary>The decay β₁ of the mean gradient v, in [0, 1).</summary>
    [Option("decay β₁ of the mean gradient v", "[0, 1)")]
    public Hyperparameter Beta1 { get; init; } = 0.9;

    /// <summary>The decay β₂ of the mean square u, in [0, 1).</summary>
    [Option("decay β₂ of the mean square u", "[0, 1)")]
    public Hyperparameter Beta2 { get; init; } = 0.99;

    /// <summary>What is added to the root, in [0, ∞); its square is the least mean square that the clipping divides by.</summary>
    [Option("ε added to the root", "[0, ∞)")]
    public double Epsilon { get; init; } = 1e-6;

    /// <inheritdoc/>
    public override DecayForm DecayForm => DecayForm.Inside;

    /// <inheritdoc/>
    public override RuleBinding Rule => RuleBinding.LayerWise(
        Scope.Tensor,
        (in moment) => new StableAdamWMeasure(DirectionAt(moment.At), Epsilon),
        (in moment) => new StableAdamWRule(
            DirectionAt(moment.At),
            1 / Math.Max(1, Math.Sqrt(moment.Sums[0] / moment.Length)),
            moment.At.Decay),
        "v",
        "u");

    private StableAdamWDirection DirectionAt(StepPoint at) => new(
        Debiased(Beta1.At(at.Update), at.Step),
        Debiased(Beta2.At(at.Update), at.Step),
        Epsilon);

    private static double Debiased(double beta, long step) =>
        beta * (1 - Math.Pow(beta, step - 1)) * BiasCorrection.At(beta, step);
}

internal readonly struct StableAdamWDirection(double beta1, double beta2, double epsilon) : IRule
{
    private readonly Constant beta1 = new("β̂₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β̂₁", 1 - beta1);
    private readonly Constant beta2 = new("β̂₂", beta2);
    private readonly Constant oneMinusBeta2 = new("1 − β̂₂", 1 - beta2);
    private readonly Constant epsilon = new("ε", epsilon);

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V v, ref V u, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        v = (beta1 * v) + (oneMinusBeta1 * g);
        u = (beta2 * u) + (oneMinusBeta2 * (g * g));
        return v / (V.Sqrt(u) + epsilon);
    }
}

/// <summary>N·RMS².</summary>
internal readonly struct StableAdamWMeasure(StableAdamWDirection direction, double epsilon) : IMeasure
{
    private readonly Constant epsilonSquared = new("ε²", epsilon * epsilon);

    public static int Slots => StableAdamWDirection.Slots;

    public static int Terms => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Measure<V>(V g, V theta, V v, V u, V s2, V s3, ref V t0, ref V t1, ref V t2, ref V t3)
        where V : struct, ILane<V>
    {
        direction.Direction(g, theta, ref v, ref u, ref s2, ref s3);
        t0 = V.Named("N·RMS²", g * g / V.Max(u, epsilonSquared));
    }
}

internal readonly struct StableAdamWRule(StableAdamWDirection direction, double scale, double decay) : IRule
{
    private readonly Constant scale = new("1/max(1, RMS)", scale);
    private readonly Constant lambda = new("λ", decay);

    public static int Slots => StableAdamWDirection.Slots;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V v, ref V u, ref V s2, ref V s3)
        where V : struct, ILane<V> =>
        scale * (direction.Direction(g, theta, ref v, ref u, ref s2, ref s3) + (lambda * theta));
}
