using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>Sophia: momentum divided by a running estimate of the Hessian's diagonal, each coordinate clipped to [−1, 1].</summary>
/// <remarks>
/// <para>An estimate ĥ, when one is given: h ← β₂·h + (1 − β₂)·ĥ. A step: m ← β₁·m + (1 − β₁)·g; d = clip(m/max(γ·h, ε), −1, 1);
/// θ ← θ − η·(d + λ·θ).</para>
/// <para>Paper: Liu et al., "Sophia: A Scalable Stochastic Second-order Optimizer for Language Model Pre-training", ICLR 2024,
/// <see href="https://arxiv.org/abs/2305.14342"/>, Algorithm 3.</para>
/// <para>Departures: none. How ĥ is estimated (Hutchinson, Gauss-Newton-Bartlett) and how often is yours:
/// <see cref="Parameter{T}.CurvatureEstimate"/>, then <see cref="Optimizer.UpdateCurvature"/>. Before the first estimate h is 0,
/// so that the direction is the sign of m.</para>
/// </remarks>
public sealed record Sophia() : SophiaMethod(learningRate: 1e-3)
{
    /// <summary>The factor γ of the curvature, in (0, ∞): the smaller, the more coordinates are clipped.</summary>
    [Option("factor γ of the curvature", "(0, ∞)")]
    public double Gamma { get; init; } = 0.01;

    /// <summary>The least divisor ε, in (0, ∞).</summary>
    [Option("least divisor ε", "(0, ∞)")]
    public double Epsilon { get; init; } = 1e-12;

    private protected override RuleBinding Unestimated => RuleBinding.ElementWise(at => new SophiaRule(Beta1.At(at.Update), Gamma, Epsilon), "m", "h");
}

/// <summary>What <see cref="Sophia"/> and <see cref="SophiaG"/> share: the two running means and the place of weight decay.</summary>
public abstract record SophiaMethod : Method
{
    private protected SophiaMethod(double learningRate)
        : base(learningRate)
    {
    }

    /// <summary>The decay β₁ of the mean gradient m, in [0, 1).</summary>
    [Option("decay β₁ of the mean gradient m", "[0, 1)")]
    public Hyperparameter Beta1 { get; init; } = 0.96;

    /// <summary>The decay β₂ of the mean h of the estimates, in [0, 1).</summary>
    [Option("decay β₂ of the mean h of the estimates", "[0, 1)")]
    public Hyperparameter Beta2 { get; init; } = 0.99;

    /// <inheritdoc/>
    public override DecayForm DecayForm => DecayForm.Decoupled;

    /// <inheritdoc/>
    public override RuleBinding Rule => Unestimated.WithCurvature(new CurvatureUpdate<MeanOfEstimates>(at => new(Beta2.At(at.Update), BatchFactor)));

    private protected virtual Constant BatchFactor => Constant.One;

    private protected abstract RuleBinding Unestimated { get; }
}

/// <summary>h ← β₂·h + (1 − β₂)·B·ĥ, with the estimate in the place of the gradient; h is the second slot.</summary>
internal readonly struct MeanOfEstimates(double beta2, Constant batch) : IUpdate
{
    private readonly Constant beta2 = new("β₂", beta2);
    private readonly Constant oneMinusBeta2 = new("1 − β₂", 1 - beta2);
    private readonly Constant batch = batch;

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Next<V>(V estimate, V theta, ref V m, ref V h, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        h = (beta2 * h) + (oneMinusBeta2 * (batch * estimate));
        return theta;
    }
}

internal readonly struct SophiaRule(double beta1, double gamma, double epsilon) : IRule
{
    private readonly Constant one = Constant.One;
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);
    private readonly Constant gamma = new("γ", gamma);
    private readonly Constant epsilon = new("ε", epsilon);

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V h, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        m = (beta1 * m) + (oneMinusBeta1 * g);
        return V.Max(-(V)one, V.Min(m / V.Max(gamma * h, epsilon), one));
    }
}
