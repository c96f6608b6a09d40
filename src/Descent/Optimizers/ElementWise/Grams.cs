using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>Grams: the size of Adam's step with the sign of the present gradient.</summary>
/// <remarks>
/// <para>u = m̂/(√v̂ + ε/√(1 − β₂ᵗ)) as in Adam; d = sign(g)·|u|; θ ← θ − η·(d + λ·θ).</para>
/// <para>Paper: Cao, Li, Song, "Grams: Gradient Descent with Adaptive Momentum Scaling", 2024,
/// <see href="https://arxiv.org/abs/2412.17107"/>, Algorithm 1.</para>
/// <para>Departures, shared with the authors' code: ε is added to the root of the uncorrected v. sign(0) = 0: a coordinate without
/// gradient does not move.</para>
/// </remarks>
public sealed record Grams() : Method(learningRate: 1e-3)
{
    /// <summary>The decay β₁ of the mean gradient m, in [0, 1).</summary>
    [Option("decay β₁ of the mean gradient m", "[0, 1)")]
    public Hyperparameter Beta1 { get; init; } = 0.9;

    /// <summary>The decay β₂ of the mean square v, in [0, 1).</summary>
    [Option("decay β₂ of the mean square v", "[0, 1)")]
    public Hyperparameter Beta2 { get; init; } = 0.999;

    /// <summary>What is added to the root of the uncorrected v, in [0, ∞).</summary>
    [Option("ε added to the root of the uncorrected v", "[0, ∞)")]
    public double Epsilon { get; init; } = 1e-6;

    /// <summary>Whether to correct m and v for their start at 0.</summary>
    [Option("correct m and v for their start at 0")]
    public bool BiasCorrection { get; init; } = true;

    /// <inheritdoc/>
    public override DecayForm DecayForm => DecayForm.Decoupled;

    /// <inheritdoc/>
    public override RuleBinding Rule => RuleBinding.ElementWise(at => new GramsRule(AdamAt(at)), "m", "v");

    private AdamRule AdamAt(StepPoint at)
    {
        var (beta1, beta2) = (Beta1.At(at.Update), Beta2.At(at.Update));
        if (!BiasCorrection)
        {
            return AdamRule.Uncorrected(beta1, beta2, Epsilon);
        }

        var correction2 = Optimizers.BiasCorrection.At(beta2, at.Step);
        return new(
            beta1,
            beta2,
            new Constant("1/(1 − β₁ᵗ)", Optimizers.BiasCorrection.At(beta1, at.Step)),
            new Constant("1/(1 − β₂ᵗ)", correction2),
            new Constant("ε/√(1 − β₂ᵗ)", Epsilon * Math.Sqrt(correction2)),
            epsilonInside: 0);
    }
}

internal readonly struct GramsRule(AdamRule adam) : IRule
{
    public static int Slots => AdamRule.Slots;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V v, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        V u = V.Named("u", adam.Direction(g, theta, ref m, ref v, ref s2, ref s3));
        return V.Sign(g) * V.Abs(u);
    }
}
