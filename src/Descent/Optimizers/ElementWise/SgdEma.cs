using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>SGD with momentum as a running mean of the gradient, whose scale is that of one gradient whatever the momentum.</summary>
/// <remarks>
/// <para>m ← β·m + (1 − β)·g; d = m, corrected: d = m/(1 − βᵗ); θ ← θ − η·d.</para>
/// <para>Paper: Ma, Yarats, "Quasi-hyperbolic momentum and Adam for deep learning", ICLR 2019,
/// <see href="https://arxiv.org/abs/1810.06801"/>, section 2, which writes momentum so.</para>
/// <para>Departures: the correction of the start at 0 is Adam's, as an option. For a constant rate the uncorrected form is the
/// heavy ball with a learning rate 1 − β times as large.</para>
/// </remarks>
public sealed record SgdEma() : Method(learningRate: 0.1)
{
    /// <summary>The decay β of the mean gradient m, in [0, 1).</summary>
    [Option("decay β of the mean gradient m", "[0, 1)")]
    public Hyperparameter Momentum { get; init; } = 0.9;

    /// <summary>Whether to correct m for its start at 0.</summary>
    [Option("correct m for its start at 0")]
    public bool BiasCorrection { get; init; }

    /// <inheritdoc/>
    public override RuleBinding Rule => RuleBinding.ElementWise(
        at =>
        {
            var beta = Momentum.At(at.Update);
            return new SgdEmaRule(beta, BiasCorrection ? new("1/(1 − βᵗ)", Optimizers.BiasCorrection.At(beta, at.Step)) : Constant.One);
        },
        "m");
}

internal readonly struct SgdEmaRule(double momentum, Constant correction) : IRule
{
    private readonly Constant beta = new("β", momentum);
    private readonly Constant oneMinusBeta = new("1 − β", 1 - momentum);

    public static int Slots => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        m = (beta * m) + (oneMinusBeta * g);
        return m * correction;
    }
}
