using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>Quasi-hyperbolic momentum: a mixture of the gradient and of its running mean.</summary>
/// <remarks>
/// <para>m ← β·m + (1 − β)·g; d = (1 − ν)·g + ν·m; θ ← θ − η·d. ν = 0 is plain SGD, ν = 1 momentum, ν = β Nesterov's momentum.</para>
/// <para>Paper: Ma, Yarats, "Quasi-hyperbolic momentum and Adam for deep learning", ICLR 2019,
/// <see href="https://arxiv.org/abs/1810.06801"/>, section 3; the defaults are the authors' recommendation.</para>
/// <para>Departures: weight decay may stand beside the direction, as in the authors' code.</para>
/// </remarks>
public sealed record Qhm() : Method(learningRate: 1.0)
{
    /// <summary>The decay β of the mean gradient m, in [0, 1).</summary>
    [Option("decay β of the mean gradient m", "[0, 1)")]
    public Hyperparameter Momentum { get; init; } = 0.999;

    /// <summary>The share ν of the mean gradient in the direction, in [0, 1].</summary>
    [Option("share ν of the mean gradient in the direction", "[0, 1]")]
    public Hyperparameter Nu { get; init; } = 0.7;

    /// <summary>Whether weight decay stands beside the direction instead of inside the gradient.</summary>
    [Option("weight decay beside the direction instead of inside the gradient")]
    public bool Decoupled { get; init; }

    /// <inheritdoc/>
    public override DecayForm DecayForm => Decoupled ? DecayForm.Decoupled : DecayForm.Coupled;

    /// <inheritdoc/>
    public override RuleBinding Rule => RuleBinding.ElementWise(at => new QhmRule(Momentum.At(at.Update), Nu.At(at.Update)), "m");
}

internal readonly struct QhmRule(double momentum, double share) : IRule
{
    private readonly Constant beta = new("β", momentum);
    private readonly Constant oneMinusBeta = new("1 − β", 1 - momentum);
    private readonly Constant nu = new("ν", share);
    private readonly Constant oneMinusNu = new("1 − ν", 1 - share);

    public static int Slots => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        m = (beta * m) + (oneMinusBeta * g);
        return (oneMinusNu * g) + (nu * m);
    }
}
