using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>Sophia-G as its authors run it: the momentum over ρ times the Gauss-Newton-Bartlett estimate of curvature, clipped.</summary>
/// <remarks>
/// <para>An estimate ĥ, when one is given: h ← β₂·h + (1 − β₂)·B·ĥ. A step: m ← β₁·m + (1 − β₁)·g;
/// d = sign(m)·min(1, |m|/(ρ·h + ε)); θ ← θ − η·(d + λ·θ).</para>
/// <para>Paper: Liu et al., "Sophia: A Scalable Stochastic Second-order Optimizer for Language Model Pre-training", ICLR 2024,
/// <see href="https://arxiv.org/abs/2305.14342"/>, Algorithms 2 and 3, in the form of the authors' code.</para>
/// <para>Departures, shared with the authors' code: ρ·h + ε where the paper has max(γ·h, ε). The authors keep the mean of ĝ², ĝ the
/// gradient of a loss with sampled labels, and multiply by the batch size B at the step: give B·ĝ², or ĝ² and the batch size.
/// Before the first estimate h is 0, so that the direction is the sign of m.</para>
/// </remarks>
public sealed record SophiaG : SophiaMethod
{
    /// <summary>Sophia-G with its defaults.</summary>
    public SophiaG()
        : base(learningRate: 1e-4) => (Beta1, WeightDecay) = (0.965, 0.1);

    /// <summary>The factor ρ of the curvature, in (0, ∞): the smaller, the more coordinates are clipped.</summary>
    [Option("factor ρ of the curvature", "(0, ∞)")]
    public double Rho { get; init; } = 0.04;

    /// <summary>What is added to the divisor, in (0, ∞).</summary>
    [Option("ε added to the divisor", "(0, ∞)")]
    public double Epsilon { get; init; } = 1e-15;

    /// <summary>What B estimates are multiplied by, at least 1: the batch size where they are ĝ², 1 where they have it.</summary>
    [Option("batch size B by which estimates are multiplied; 1 where they have it", "[1, 2147483647]")]
    public int BatchSize { get; init; } = 1;

    private protected override Constant BatchFactor => BatchSize == 1 ? Constant.One : new("B", BatchSize);

    private protected override RuleBinding Unestimated => RuleBinding.ElementWise(at => new SophiaGRule(Beta1.At(at.Update), Rho, Epsilon), "m", "h");
}

internal readonly struct SophiaGRule(double beta1, double rho, double epsilon) : IRule
{
    private readonly Constant one = Constant.One;
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);
    private readonly Constant rho = new("ρ", rho);
    private readonly Constant epsilon = new("ε", epsilon);

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V h, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        m = (beta1 * m) + (oneMinusBeta1 * g);
        return V.Sign(m) * V.Min(V.Abs(m) / ((rho * h) + epsilon), one);
    }
}
