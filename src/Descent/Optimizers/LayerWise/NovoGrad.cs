using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>NovoGrad: the gradient of each tensor is divided by a running mean of its norm, then momentum; one number of second moment per tensor.</summary>
/// <remarks>
/// <para>v ← β₂·v + (1 − β₂)·‖g‖², at the first step v ← ‖g‖²; m ← β₁·m + (g/(√v + ε) + λ·θ); θ ← θ − η·m.</para>
/// <para>Paper: Ginsburg et al., "Stochastic Gradient Methods with Layer-wise Adaptive Moments for Training of Deep Networks", 2019,
/// <see href="https://arxiv.org/abs/1905.11286"/>, Algorithm 1.</para>
/// <para>Departures, shared with NVIDIA's code: v starts again wherever it is exactly 0; AMSGrad and gradient averaging are options.</para>
/// </remarks>
public sealed record NovoGrad() : Method(learningRate: 1e-3)
{
    /// <summary>The decay β₁ of the momentum, in [0, 1).</summary>
    [Option("decay β₁ of the momentum m", "[0, 1)")]
    public Hyperparameter Beta1 { get; init; } = 0.95;

    /// <summary>The decay β₂ of the squared norm v, in [0, 1).</summary>
    [Option("decay β₂ of the squared norm v", "[0, 1)")]
    public Hyperparameter Beta2 { get; init; } = 0.98;

    /// <summary>What is added to the root, in [0, ∞).</summary>
    [Option("ε added to the root", "[0, ∞)")]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Whether what enters the momentum is multiplied by 1 − β₁.</summary>
    [Option("multiply what enters the momentum by 1 − β₁")]
    public bool GradientAveraging { get; init; }

    /// <summary>Whether to divide by the largest v so far.</summary>
    [Option("AMSGrad: divide by the largest v so far")]
    public bool AmsGrad { get; init; }

    /// <inheritdoc/>
    public override DecayForm DecayForm => DecayForm.Inside;

    /// <inheritdoc/>
    public override RuleBinding Rule => RuleBinding.LayerWise(
            Scope.Tensor,
            (in _) => default(SquaredGradient),
            (in moment) => new NovoGradRule(
                Beta1.At(moment.At.Update),
                GradientAveraging,
                1 / (Math.Sqrt(moment.Scalars[AmsGrad ? 1 : 0]) + Epsilon),
                moment.At.Decay),
            "m")
        .WithScalars(
            Scope.Tensor,
            Advance,
            AmsGrad
                ? [new("v") { Equation = "v = 0 ? ‖g‖² : β₂·v + (1 − β₂)·‖g‖²" }, new("v_max") { Equation = "max(v_max, v)" }]
                : [new("v") { Equation = "v = 0 ? ‖g‖² : β₂·v + (1 − β₂)·‖g‖²" }]);

    private void Advance(in Moment moment)
    {
        var (beta2, norm) = (Beta2.At(moment.At.Update), moment.Sums[0]);
        ref var v = ref moment.Scalars[0];
        v = v == 0 ? norm : (beta2 * v) + ((1 - beta2) * norm);
        if (AmsGrad)
        {
            moment.Scalars[1] = Math.Max(moment.Scalars[1], v);
        }
    }
}

/// <summary>‖g‖².</summary>
internal readonly struct SquaredGradient : IMeasure
{
    public static int Slots => 0;

    public static int Terms => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Measure<V>(V g, V theta, V s0, V s1, V s2, V s3, ref V t0, ref V t1, ref V t2, ref V t3)
        where V : struct, ILane<V> => t0 = V.Named("‖g‖²", g * g);
}

internal readonly struct NovoGradRule(double beta1, bool averaging, double reciprocal, double decay) : IRule
{
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant weight = averaging ? new("1 − β₁", 1 - beta1) : Constant.One;
    private readonly Constant reciprocal = new("1/(√v + ε)", reciprocal);
    private readonly Constant lambda = new("λ", decay);

    public static int Slots => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        m = (beta1 * m) + (((g * reciprocal) + (lambda * theta)) * weight);
        return m;
    }
}
