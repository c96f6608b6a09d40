using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>ADOPT: the gradient is divided by the second moment of the gradients before it, then averaged; converges with any β₂.</summary>
/// <remarks>
/// <para>u = g/max(√v, ε), kept within ±c, c = (t − 1)ᵖ; m ← β₁·m + (1 − β₁)·u; v ← β₂·v + (1 − β₂)·g²; d = m; θ ← θ − η·d.
/// The first step only sets v ← g².</para>
/// <para>Paper: Taniguchi et al., "ADOPT: Modified Adam Can Converge with Any β₂ with the Optimal Rate", NeurIPS 2024,
/// <see href="https://arxiv.org/abs/2411.02853"/>, Algorithm 2.</para>
/// <para>Departures: none from the authors' code; decay, which the algorithm does not have, is theirs.</para>
/// </remarks>
public sealed record Adopt() : Method(learningRate: 1e-3)
{
    /// <summary>The decay β₁ of the momentum m, in [0, 1).</summary>
    [Option("decay β₁ of the momentum m", "[0, 1)")]
    public Hyperparameter Beta1 { get; init; } = 0.9;

    /// <summary>The decay β₂ of the mean square v, in [0, 1).</summary>
    [Option("decay β₂ of the mean square v", "[0, 1)")]
    public Hyperparameter Beta2 { get; init; } = 0.9999;

    /// <summary>The least root that is divided by, in [0, ∞).</summary>
    [Option("ε: the least root that is divided by", "[0, ∞)")]
    public double Epsilon { get; init; } = 1e-6;

    /// <summary>The power p in the limit c = (t − 1)ᵖ of the normalized gradient, in [0, ∞); null for no limit.</summary>
    [Option("power p in the limit (t − 1)ᵖ of the normalized gradient", "[0, ∞)")]
    public double? ClipExponent { get; init; } = 0.25;

    /// <summary>Whether decay stands beside the direction instead of in the gradient.</summary>
    [Option("weight decay beside the direction instead of in the gradient")]
    public bool Decoupled { get; init; }

    /// <inheritdoc/>
    public override DecayForm DecayForm => Decoupled ? DecayForm.Decoupled : DecayForm.Coupled;

    /// <inheritdoc/>
    public override RuleBinding Rule => ClipExponent is { } power
        ? RuleBinding.ElementWise(at => RuleAt(at, new SymmetricLimit(at.Step == 1 ? 0 : Math.Pow(at.Step - 1, power))), "m", "v").Where(SquareDecay, ("c", "(t − 1)ᵖ"))
        : RuleBinding.ElementWise(at => RuleAt(at, new AfterFirst(at.Step)), "m", "v").Where(SquareDecay);

    /// <inheritdoc/>
    public override double DecayAt(StepPoint at) => Decoupled && at.Step == 1 ? 0 : base.DecayAt(at);

    private static (string Name, string Meaning) SquareDecay => ("β₂ₜ", "t > 1 ? β₂ : 0");

    private AdoptRule<TLimit> RuleAt<TLimit>(StepPoint at, TLimit limit)
        where TLimit : struct, ILimit =>
        new(Beta1.At(at.Update), at.Step == 1 ? 0 : Beta2.At(at.Update), Epsilon, limit);
}

/// <summary>What becomes of the normalized gradient: 0 at the first step.</summary>
internal interface ILimit
{
    V Of<V>(V u)
        where V : struct, ILane<V>;
}

/// <summary>u within ±c.</summary>
internal readonly struct SymmetricLimit(double limit) : ILimit
{
    private readonly Constant c = new("c", limit);
    private readonly Constant minusC = new("−c", -limit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Of<V>(V u)
        where V : struct, ILane<V> => V.Max(V.Min(u, c), minusC);
}

/// <summary>u, from the second step on.</summary>
internal readonly struct AfterFirst(long step) : ILimit
{
    private readonly Constant stepsBefore = new("t > 1", step - 1);
    private readonly Constant zero = new("0", 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Of<V>(V u)
        where V : struct, ILane<V> => V.Select(stepsBefore, u, zero);
}

internal readonly struct AdoptRule<TLimit>(double beta1, double beta2, double epsilon, TLimit limit) : IRule
    where TLimit : struct, ILimit
{
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);
    private readonly Constant beta2 = new("β₂ₜ", beta2);
    private readonly Constant oneMinusBeta2 = new("1 − β₂ₜ", 1 - beta2);
    private readonly Constant epsilon = new("ε", epsilon);

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V v, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        V u = V.Named("u", Unsafe.AsRef(in limit).Of(g / V.Max(V.Sqrt(v), epsilon)));
        m = (beta1 * m) + (oneMinusBeta1 * u);
        v = (beta2 * v) + (oneMinusBeta2 * (g * g));
        return m;
    }
}
