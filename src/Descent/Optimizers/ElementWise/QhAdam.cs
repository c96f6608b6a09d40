using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>QHAdam: Adam whose two averages are mixed with the present gradient and its square (quasi-hyperbolic).</summary>
/// <remarks>
/// <para>m, v, m̂, v̂ as in Adam; d = ((1 − ν₁)·g + ν₁·m̂)/(√((1 − ν₂)·g² + ν₂·v̂) + ε); θ ← θ − η·d.</para>
/// <para>Paper: Ma, Yarats, "Quasi-hyperbolic momentum and Adam for deep learning", ICLR 2019,
/// <see href="https://arxiv.org/abs/1810.06801"/>, the QHAdam update.</para>
/// <para>Departures: none. The defaults of β₁ and ν₁ are those that the authors recommend; with ν₁ = ν₂ = 1 it is Adam.</para>
/// </remarks>
public sealed record QhAdam() : Method(learningRate: 1e-3)
{
    /// <summary>The decay β₁ of the mean gradient m, in [0, 1).</summary>
    [Option("decay β₁ of the mean gradient m", "[0, 1)")]
    public Hyperparameter Beta1 { get; init; } = 0.995;

    /// <summary>The decay β₂ of the mean square v, in [0, 1).</summary>
    [Option("decay β₂ of the mean square v", "[0, 1)")]
    public Hyperparameter Beta2 { get; init; } = 0.999;

    /// <summary>The share ν₁ of the mean gradient in the numerator, in [0, 1]; the rest is the present gradient.</summary>
    [Option("share ν₁ of the mean gradient", "[0, 1]")]
    public Hyperparameter Nu1 { get; init; } = 0.7;

    /// <summary>The share ν₂ of the mean square in the root, in [0, 1]; the rest is the present square.</summary>
    [Option("share ν₂ of the mean square", "[0, 1]")]
    public Hyperparameter Nu2 { get; init; } = 1;

    /// <summary>What is added to the root, in [0, ∞).</summary>
    [Option("ε added to the root", "[0, ∞)")]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Whether decay stands beside the direction instead of in the gradient.</summary>
    [Option("weight decay beside the direction instead of in the gradient")]
    public bool Decoupled { get; init; }

    /// <inheritdoc/>
    public override DecayForm DecayForm => Decoupled ? DecayForm.Decoupled : DecayForm.Coupled;

    /// <inheritdoc/>
    public override RuleBinding Rule => RuleBinding.ElementWise(
        at => new QhAdamRule(Beta1.At(at.Update), Beta2.At(at.Update), Nu1.At(at.Update), Nu2.At(at.Update), Epsilon, at.Step),
        "m",
        "v");
}

internal readonly struct QhAdamRule(double beta1, double beta2, double nu1, double nu2, double epsilon, long step) : IRule
{
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);
    private readonly Constant beta2 = new("β₂", beta2);
    private readonly Constant oneMinusBeta2 = new("1 − β₂", 1 - beta2);
    private readonly Constant nu1 = new("ν₁", nu1);
    private readonly Constant oneMinusNu1 = new("1 − ν₁", 1 - nu1);
    private readonly Constant nu2 = new("ν₂", nu2);
    private readonly Constant oneMinusNu2 = new("1 − ν₂", 1 - nu2);
    private readonly Constant correction1 = new("1/(1 − β₁ᵗ)", BiasCorrection.At(beta1, step));
    private readonly Constant correction2 = new("1/(1 − β₂ᵗ)", BiasCorrection.At(beta2, step));
    private readonly Constant epsilon = new("ε", epsilon);

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V v, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        m = (beta1 * m) + (oneMinusBeta1 * g);
        v = (beta2 * v) + (oneMinusBeta2 * (g * g));
        V mHat = V.Named("m̂", m * correction1);
        V vHat = V.Named("v̂", v * correction2);
        return ((oneMinusNu1 * g) + (nu1 * mHat)) / (V.Sqrt((oneMinusNu2 * (g * g)) + (nu2 * vHat)) + epsilon);
    }
}
