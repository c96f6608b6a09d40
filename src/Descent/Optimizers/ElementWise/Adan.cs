using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>Adan: Adam with Nesterov's look-ahead, estimated from the difference of successive gradients.</summary>
/// <remarks>
/// <para>Δ = g − g_prev, 0 at the first step; m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·Δ; n ← β₃·n + (1 − β₃)·(g + β₂·Δ)²;
/// d = (m̂ + β₂·v̂)/(√n̂ + ε), with hats for division by 1 − βᵗ; θ ← (θ − η·d)/(1 + η·λ).</para>
/// <para>Paper: Xie, Zhou, Li, Lin, Yan, "Adan: Adaptive Nesterov Momentum Algorithm for Faster Optimizing Deep Models", 2022,
/// IEEE TPAMI 2024, <see href="https://arxiv.org/abs/2208.06677"/>, Algorithm 1.</para>
/// <para>Departures, shared with the authors' code: β is the weight of the old average (the paper's is 1 − β); the averages are
/// corrected for their start at 0; decay can stand beside the direction; gradients may be scaled down to a global norm.</para>
/// </remarks>
public sealed record Adan() : Method(learningRate: 1e-3)
{
    /// <summary>The decay β₁ of the mean gradient m, in [0, 1).</summary>
    [Option("decay β₁ of the mean gradient m", "[0, 1)")]
    public Hyperparameter Beta1 { get; init; } = 0.98;

    /// <summary>The decay β₂ of the mean difference v, in [0, 1); it also weighs the look-ahead.</summary>
    [Option("decay β₂ of the mean difference v", "[0, 1)")]
    public Hyperparameter Beta2 { get; init; } = 0.92;

    /// <summary>The decay β₃ of the mean square n, in [0, 1).</summary>
    [Option("decay β₃ of the mean square n", "[0, 1)")]
    public Hyperparameter Beta3 { get; init; } = 0.99;

    /// <summary>What is added to the root, in [0, ∞).</summary>
    [Option("ε added to the root", "[0, ∞)")]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Whether decay is a proximal step, as in the paper, instead of standing beside the direction.</summary>
    [Option("weight decay as a proximal step instead of beside the direction")]
    public bool ProximalDecay { get; init; } = true;

    /// <summary>The global norm above which gradients are scaled down, in (0, ∞); null for no limit.</summary>
    [Option("global norm above which gradients are scaled down", "(0, ∞)")]
    public double? MaximumGradientNorm { get; init; }

    /// <inheritdoc/>
    public override DecayForm DecayForm => ProximalDecay ? DecayForm.Proximal : DecayForm.Decoupled;

    /// <inheritdoc/>
    public override Func<double, double>? GradientFactor =>
        MaximumGradientNorm is { } limit ? norm => Math.Min(1, limit / (norm + Epsilon)) : null;

    /// <inheritdoc/>
    public override RuleBinding Rule => RuleBinding.ElementWise(
        at => new AdanRule(Beta1.At(at.Update), Beta2.At(at.Update), Beta3.At(at.Update), Epsilon, at.Step),
        "m",
        "v",
        "n",
        "g_prev");
}

internal readonly struct AdanRule(double beta1, double beta2, double beta3, double epsilon, long step) : IRule
{
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);
    private readonly Constant beta2 = new("β₂", beta2);
    private readonly Constant oneMinusBeta2 = new("1 − β₂", 1 - beta2);
    private readonly Constant beta3 = new("β₃", beta3);
    private readonly Constant oneMinusBeta3 = new("1 − β₃", 1 - beta3);
    private readonly Constant correction1 = new("1/(1 − β₁ᵗ)", BiasCorrection.At(beta1, step));
    private readonly Constant correction2 = new("1/(1 − β₂ᵗ)", BiasCorrection.At(beta2, step));
    private readonly Constant correction3 = new("1/(1 − β₃ᵗ)", BiasCorrection.At(beta3, step));
    private readonly Constant epsilon = new("ε", epsilon);
    private readonly Constant stepsBefore = new("t > 1", step - 1);
    private readonly Constant zero = new("0", 0);

    public static int Slots => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V v, ref V n, ref V gPrev)
        where V : struct, ILane<V>
    {
        V delta = V.Named("Δ", V.Select(stepsBefore, g - gPrev, zero));
        V ahead = V.Named("g′", g + (beta2 * delta));
        m = (beta1 * m) + (oneMinusBeta1 * g);
        v = (beta2 * v) + (oneMinusBeta2 * delta);
        n = (beta3 * n) + (oneMinusBeta3 * (ahead * ahead));
        gPrev = g;
        V mHat = V.Named("m̂", m * correction1);
        V vHat = V.Named("v̂", v * correction2);
        V nHat = V.Named("n̂", n * correction3);
        return (mHat + (beta2 * vHat)) / (V.Sqrt(nHat) + epsilon);
    }
}
