using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>LaProp: the gradient is normalized first and averaged then, so that momentum and normalization do not interfere.</summary>
/// <remarks>
/// <para>n ← ν·n + (1 − ν)·g²; n̂ = n/(1 − νᵗ); m ← μ·m + (1 − μ)·g/(√n̂ + ε); d = m/(1 − μᵗ); θ ← θ − η·(d + λ·θ).</para>
/// <para>Paper: Ziyin, Wang, Ueda, "LaProp: Separating Momentum and Adaptivity in Adam", 2020,
/// <see href="https://arxiv.org/abs/2002.04839"/>, Algorithm 1.</para>
/// <para>Departures: none from the paper; the authors' code has the learning rate inside m, which differs where the rate changes.</para>
/// </remarks>
public sealed record LaProp() : Method(learningRate: 4e-4)
{
    /// <summary>The decay μ of the normalized momentum m, in [0, 1).</summary>
    [Option("decay μ of the normalized momentum m", "[0, 1)")]
    public Hyperparameter Beta1 { get; init; } = 0.9;

    /// <summary>The decay ν of the mean square n, in [0, 1); unlike in Adam it may be far below <see cref="Beta1"/>.</summary>
    [Option("decay ν of the mean square n", "[0, 1)")]
    public Hyperparameter Beta2 { get; init; } = 0.999;

    /// <summary>What is added to the root, in [0, ∞).</summary>
    [Option("ε added to the root", "[0, ∞)")]
    public double Epsilon { get; init; } = 1e-15;

    /// <inheritdoc/>
    public override DecayForm DecayForm => DecayForm.Decoupled;

    /// <inheritdoc/>
    public override RuleBinding Rule => RuleBinding.ElementWise(
        at => new LaPropRule(Beta1.At(at.Update), Beta2.At(at.Update), Epsilon, at.Step),
        "m",
        "n");
}

internal readonly struct LaPropRule(double mu, double nu, double epsilon, long step) : IRule
{
    private readonly Constant mu = new("μ", mu);
    private readonly Constant oneMinusMu = new("1 − μ", 1 - mu);
    private readonly Constant nu = new("ν", nu);
    private readonly Constant oneMinusNu = new("1 − ν", 1 - nu);
    private readonly Constant correctionM = new("1/(1 − μᵗ)", BiasCorrection.At(mu, step));
    private readonly Constant correctionN = new("1/(1 − νᵗ)", BiasCorrection.At(nu, step));
    private readonly Constant epsilon = new("ε", epsilon);

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V n, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        n = (nu * n) + (oneMinusNu * (g * g));
        V nHat = V.Named("n̂", n * correctionN);
        m = (mu * m) + (oneMinusMu * (g / (V.Sqrt(nHat) + epsilon)));
        return m * correctionM;
    }
}
