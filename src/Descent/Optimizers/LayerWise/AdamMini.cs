using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>Adam-mini: AdamW with one second moment per row of a matrix, or per vector: half the state.</summary>
/// <remarks>
/// <para>v ← β₂·v + (1 − β₂)·mean(g²) for each row; m ← β₁·m + (1 − β₁)·g; d = m̂/(√v̂ + ε); θ ← θ − η·(d + λ·θ).</para>
/// <para>Paper: Zhang et al., "Adam-mini: Use Fewer Learning Rates To Gain More", ICLR 2025,
/// <see href="https://arxiv.org/abs/2406.16793"/>, Algorithm 1.</para>
/// <para>Departures: the authors cut a Transformer by the names of its parameters: query and key by heads, embedding and output by
/// tokens, the others by output neurons. Descent knows shapes only: a block is a slice along the first axis, which is an output
/// neuron or a token; query and key have more blocks than theirs, and a vector, as in the paper, is one block.</para>
/// </remarks>
public sealed record AdamMini() : Method(learningRate: 1e-3)
{
    /// <summary>The decay β₁ of the mean gradient m, in [0, 1).</summary>
    [Option("decay β₁ of the mean gradient m", "[0, 1)")]
    public Hyperparameter Beta1 { get; init; } = 0.9;

    /// <summary>The decay β₂ of the mean square v of a row, in [0, 1).</summary>
    [Option("decay β₂ of the mean square v of a row", "[0, 1)")]
    public Hyperparameter Beta2 { get; init; } = 0.999;

    /// <summary>What is added to the root, in [0, ∞).</summary>
    [Option("ε added to the root", "[0, ∞)")]
    public double Epsilon { get; init; } = 1e-8;

    /// <inheritdoc/>
    public override DecayForm DecayForm => DecayForm.Decoupled;

    /// <inheritdoc/>
    public override RuleBinding Rule => RuleBinding.LayerWise(
            Scope.Row,
            (in _) => default(SquaredGradient),
            (in moment) => new AdamMiniRule(Beta1.At(moment.At.Update), moment.At.Step, Reciprocal(moment.At, moment.Scalars[0])),
            "m")
        .WithScalars(Scope.Row, Advance, new StateSlot("v") { Equation = "β₂·v + (1 − β₂)·‖g‖²/N; v̂ = v·(1/(1 − β₂ᵗ))" });

    private double Reciprocal(StepPoint at, double v) =>
        1 / (Math.Sqrt(v * BiasCorrection.At(Beta2.At(at.Update), at.Step)) + Epsilon);

    private void Advance(in Moment moment)
    {
        var beta2 = Beta2.At(moment.At.Update);
        ref var v = ref moment.Scalars[0];
        v = (beta2 * v) + ((1 - beta2) * moment.Sums[0] / moment.Length);
    }
}

internal readonly struct AdamMiniRule(double beta1, long step, double reciprocal) : IRule
{
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);
    private readonly Constant correction1 = new("1/(1 − β₁ᵗ)", BiasCorrection.At(beta1, step));
    private readonly Constant reciprocal = new("1/(√v̂ + ε)", reciprocal);

    public static int Slots => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        m = (beta1 * m) + (oneMinusBeta1 * g);
        V mHat = V.Named("m̂", m * correction1);
        return mHat * reciprocal;
    }
}
