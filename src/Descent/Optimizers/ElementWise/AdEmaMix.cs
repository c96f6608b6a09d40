using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>AdEMAMix: AdamW with a second, much slower momentum beside the fast one, so that old gradients still count.</summary>
/// <remarks>
/// <para>m₁ ← β₁·m₁ + (1 − β₁)·g; m₂ ← β₃·m₂ + (1 − β₃)·g; v ← β₂·v + (1 − β₂)·g²; d = (m̂₁ + α·m₂)/(√v̂ + ε);
/// θ ← θ − η·(d + λ·θ). While they warm up, α = α·t/T, and β₃ goes from β₁ linearly in its half-life.</para>
/// <para>Paper: Pagliardini, Ablin, Grangier, "The AdEMAMix Optimizer: Better, Faster, Older", ICLR 2025,
/// <see href="https://arxiv.org/abs/2409.03137"/>, Algorithm 1.</para>
/// <para>Departures, shared with the authors' code: the half-life of β is that of β + 10⁻⁸; the default α is 2 (the paper recommends
/// up to 10).</para>
/// </remarks>
public sealed record AdEmaMix() : Method(learningRate: 1e-3)
{
    /// <summary>The decay β₁ of the fast momentum m₁, in [0, 1).</summary>
    [Option("decay β₁ of the fast momentum", "[0, 1)")]
    public Hyperparameter Beta1 { get; init; } = 0.9;

    /// <summary>The decay β₂ of the mean square v, in [0, 1).</summary>
    [Option("decay β₂ of the mean square v", "[0, 1)")]
    public Hyperparameter Beta2 { get; init; } = 0.999;

    /// <summary>The decay β₃ of the slow momentum m₂, in [0, 1).</summary>
    [Option("decay β₃ of the slow momentum", "[0, 1)")]
    public Hyperparameter Beta3 { get; init; } = 0.9999;

    /// <summary>The weight α of the slow momentum, in [0, ∞).</summary>
    [Option("weight α of the slow momentum", "[0, ∞)")]
    public Hyperparameter Alpha { get; init; } = 2;

    /// <summary>How many steps β₃ rises from β₁, in [1, ∞); null for none. The authors take all of training.</summary>
    [Option("steps in which β₃ rises from β₁", "[1, ∞)")]
    public double? Beta3Warmup { get; init; }

    /// <summary>How many steps α rises from 0, in [1, ∞); null for none. The authors take all of training.</summary>
    [Option("steps in which α rises from 0", "[1, ∞)")]
    public double? AlphaWarmup { get; init; }

    /// <summary>What is added to the root, in [0, ∞).</summary>
    [Option("ε added to the root", "[0, ∞)")]
    public double Epsilon { get; init; } = 1e-8;

    /// <inheritdoc/>
    public override DecayForm DecayForm => DecayForm.Decoupled;

    /// <inheritdoc/>
    public override RuleBinding Rule => RuleBinding.ElementWise(RuleAt, new StateSlot("m1") { Symbol = "m₁" }, new StateSlot("m2") { Symbol = "m₂" }, "v");

    private AdEmaMixRule RuleAt(StepPoint at)
    {
        var (beta1, beta3, alpha) = (Beta1.At(at.Update), Beta3.At(at.Update), Alpha.At(at.Update));
        if (at.Step < Beta3Warmup)
        {
            var share = at.Step / Beta3Warmup.Value;
            beta3 = Math.Pow(0.5, 1 / (((1 - share) * HalfLife(beta1)) + (share * HalfLife(beta3)) + 1));
        }

        if (at.Step < AlphaWarmup)
        {
            alpha *= at.Step / AlphaWarmup.Value;
        }

        return new AdEmaMixRule(beta1, Beta2.At(at.Update), beta3, alpha, Epsilon, at.Step);

        static double HalfLife(double beta) => (Math.Log(0.5) / Math.Log(beta + 1e-8)) - 1;
    }
}

internal readonly struct AdEmaMixRule(double beta1, double beta2, double beta3, double alpha, double epsilon, long step) : IRule
{
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);
    private readonly Constant beta2 = new("β₂", beta2);
    private readonly Constant oneMinusBeta2 = new("1 − β₂", 1 - beta2);
    private readonly Constant beta3 = new("β₃", beta3);
    private readonly Constant oneMinusBeta3 = new("1 − β₃", 1 - beta3);
    private readonly Constant alpha = new("α", alpha);
    private readonly Constant correction1 = new("1/(1 − β₁ᵗ)", BiasCorrection.At(beta1, step));
    private readonly Constant correction2 = new("1/(1 − β₂ᵗ)", BiasCorrection.At(beta2, step));
    private readonly Constant epsilon = new("ε", epsilon);

    public static int Slots => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m1, ref V m2, ref V v, ref V s3)
        where V : struct, ILane<V>
    {
        m1 = (beta1 * m1) + (oneMinusBeta1 * g);
        m2 = (beta3 * m2) + (oneMinusBeta3 * g);
        v = (beta2 * v) + (oneMinusBeta2 * (g * g));
        V m1Hat = V.Named("m̂₁", m1 * correction1);
        V vHat = V.Named("v̂", v * correction2);
        return (m1Hat + (alpha * m2)) / (V.Sqrt(vHat) + epsilon);
    }
}
