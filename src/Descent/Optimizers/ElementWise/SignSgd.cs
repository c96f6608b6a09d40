using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>SignSGD: every coordinate moves by η against the sign of its gradient; with momentum, of its mean gradient (Signum).</summary>
/// <remarks>
/// <para>d = sign(g), with momentum m ← β·m + (1 − β)·g, d = sign(m); θ ← θ − η·(d + λ·θ).</para>
/// <para>Paper: Bernstein, Wang, Azizzadenesheli, Anandkumar, "signSGD: Compressed Optimisation for Non-Convex Problems", ICML 2018,
/// <see href="https://arxiv.org/abs/1802.04434"/>, Algorithms 1 and 2.</para>
/// <para>Departures: weight decay stands beside the direction, as wd_lh of MXNet's Signum. sign(0) = 0.</para>
/// </remarks>
public sealed record SignSgd() : Method(learningRate: 1e-3)
{
    /// <summary>The decay β of the mean gradient m, in [0, 1); 0 for the sign of the gradient itself.</summary>
    [Option("decay β of the mean gradient m", "[0, 1)")]
    public Hyperparameter Momentum { get; init; }

    /// <inheritdoc/>
    public override DecayForm DecayForm => DecayForm.Decoupled;

    /// <inheritdoc/>
    public override RuleBinding Rule => Momentum.IsZero
        ? RuleBinding.ElementWise(_ => default(SignRule<GradientRule>))
        : RuleBinding.ElementWise(at => new SignRule<SgdEmaRule>(new(Momentum.At(at.Update), Constant.One)), "m");
}

/// <summary>The sign of another rule's direction.</summary>
internal readonly struct SignRule<TRule>(TRule rule) : IRule
    where TRule : struct, IRule
{
    public static int Slots => TRule.Slots;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V s0, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V> =>
        V.Sign(Unsafe.AsRef(in rule).Direction(g, theta, ref s0, ref s1, ref s2, ref s3));
}
