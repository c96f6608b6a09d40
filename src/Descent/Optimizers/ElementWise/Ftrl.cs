using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>FTRL-Proximal: the minimizer of all past linearized losses with L1 and L2; L1 makes coordinates exactly 0.</summary>
/// <remarks>
/// <para>σ = ((n + g²)^p − n^p)/η; z ← z + g − σ·θ; n ← n + g²; θ ← 0 where |z| ≤ λ₁, else
/// (sign(z)·λ₁ − z)/((n^p + β)/η + 2·λ₂). −p is the learning-rate power.</para>
/// <para>Paper: McMahan et al., "Ad Click Prediction: a View from the Trenches", KDD 2013,
/// <see href="https://research.google.com/pubs/archive/41159.pdf"/>, Algorithm 1, where p is 1/2.</para>
/// <para>Departures: the power, the start of n and the factor 2 of λ₂ are those of TensorFlow and Keras. Where the learning rate
/// has changed, σ = (n + g²)^p/η − n^p/η₋ with the rate η₋ of the step before, so that the σ add up to n^p/η, as in the paper's
/// analysis (in TensorFlow a falling rate pulls θ to 0). At a rate of 0 nothing changes.</para>
/// </remarks>
public sealed record Ftrl() : Method(learningRate: 1e-3)
{
    private const int Previous = 1;

    /// <summary>The power −p of n in the rate of a coordinate, in (-∞, 0).</summary>
    [Option("power of the sum of squares n in the rate of a coordinate", "(-∞, 0)")]
    public double LearningRatePower { get; init; } = -0.5;

    /// <summary>The strength λ₁ of L1, in [0, ∞).</summary>
    [Option("strength λ₁ of L1, which makes coordinates exactly 0", "[0, ∞)")]
    public double L1 { get; init; }

    /// <summary>The strength λ₂ of L2, in [0, ∞).</summary>
    [Option("strength λ₂ of L2", "[0, ∞)")]
    public double L2 { get; init; }

    /// <summary>The smoothing β of the rate of a coordinate, in [0, ∞).</summary>
    [Option("β added to the power of n", "[0, ∞)")]
    public double Beta { get; init; }

    /// <summary>The value that the sum of squares starts from, in [0, ∞).</summary>
    [Option("start of the sum of squares n", "[0, ∞)")]
    public double InitialAccumulator { get; init; } = 0.1;

    /// <inheritdoc/>
    public override RuleBinding Rule => (LearningRatePower == -0.5
            ? RuleBinding.Recurrent((in moment) => RuleAt(default(RootPower), in moment), "z", new("n", InitialAccumulator))
            : RuleBinding.Recurrent((in moment) => RuleAt(new AnyPower(-LearningRatePower), in moment), "z", new("n", InitialAccumulator)))
        .WithScalars(Scope.Tensor, Advance, new StateSlot("rate") { Symbol = "η" }, new StateSlot("previous_rate") { Symbol = "η₋", Equation = "the η of the step before" });

    /// <inheritdoc/>
    public override Constant StepSize(StepPoint at) => Constant.One;

    private static void Advance(in Moment moment)
    {
        if (moment.At.Rate > 0)
        {
            var state = moment.Scalars;
            state[Previous] = state[0] > 0 ? state[0] : moment.At.Rate;
            state[0] = moment.At.Rate;
        }
    }

    private FtrlRule<TPower> RuleAt<TPower>(TPower power, in Moment moment)
        where TPower : struct, IPower =>
        new(power, moment.At.Rate, moment.Scalars[Previous], L1, L2, Beta);
}

/// <summary>n^p.</summary>
internal interface IPower
{
    V Of<V>(V n)
        where V : struct, ILane<V>;
}

internal readonly struct RootPower : IPower
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Of<V>(V n)
        where V : struct, ILane<V> => V.Sqrt(n);
}

internal readonly struct AnyPower(double exponent) : IPower
{
    private readonly Constant p = new("p", exponent);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Of<V>(V n)
        where V : struct, ILane<V> => V.Power(n, p);
}

internal readonly struct FtrlRule<TPower>(TPower power, double rate, double previousRate, double l1, double l2, double beta) : IRule
    where TPower : struct, IPower
{
    private readonly Constant zero = new("0", 0);
    private readonly Constant eta = new("η", rate);
    private readonly Constant oneOverEta = new("1/η", 1 / rate);
    private readonly Constant oneOverEtaBefore = new("1/η₋", 1 / previousRate);
    private readonly Constant lambda1 = new("λ₁", l1);
    private readonly Constant twoLambda2 = new("2·λ₂", 2 * l2);
    private readonly Constant beta = new("β", beta);

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V z, ref V n, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        V before = V.Named("r₋", Unsafe.AsRef(in power).Of(n));
        n = V.Select(eta, n + (g * g), n);
        V after = V.Named("r", Unsafe.AsRef(in power).Of(n));
        V sigma = V.Named("σ", (after * oneOverEta) - (before * oneOverEtaBefore));
        z = V.Select(eta, z + g - (sigma * theta), z);
        V next = V.Select(V.Abs(z) - lambda1, ((V.Sign(z) * lambda1) - z) / (((after + beta) * oneOverEta) + twoLambda2), zero);
        return V.Select(eta, theta - next, zero);
    }
}
