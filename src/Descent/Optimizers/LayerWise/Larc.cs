using Descent.Engine;

namespace Descent.Optimizers;

/// <summary>LARC: LARS whose local rate is clipped at the global one, around stochastic gradient descent with momentum.</summary>
/// <remarks>
/// <para>l = κ·‖θ‖/(‖g‖ + λ·‖θ‖ + ε); r = min(l/η, 1) when clipping, else l; s = r·(g + λ·θ), or g where either norm is 0;
/// b ← μ·b + (1 − τ)·s, at the first step b ← s; d = b, or s + μ·b with Nesterov; θ ← θ − η·d.</para>
/// <para>Source: NVIDIA apex, <c>apex.parallel.LARC</c>, <see href="https://github.com/NVIDIA/apex/blob/master/apex/parallel/LARC.py"/>;
/// it has no paper of its own: the ratio is that of You, Gitman, Ginsburg, 2017, <see href="https://arxiv.org/abs/1708.03888"/>.</para>
/// <para>Departures: none. As in apex, a tensor that is all 0, or whose gradient is, has no weight decay in that step.</para>
/// </remarks>
public sealed record Larc() : Method(learningRate: 0.1)
{
    /// <summary>The momentum μ, in [0, 1); 0 for none.</summary>
    [Option("momentum μ", "[0, 1)")]
    public Hyperparameter Momentum { get; init; } = 0.9;

    /// <summary>The dampening τ of what enters the buffer, in [0, 1]. Nesterov needs 0.</summary>
    [Option("dampening τ of what enters the buffer", "[0, 1]")]
    public Hyperparameter Dampening { get; init; }

    /// <summary>Whether to look ahead along the momentum. Needs <see cref="Momentum"/> above 0.</summary>
    [Option("look ahead along the momentum")]
    public bool Nesterov { get; init; }

    /// <summary>The trust coefficient κ, in (0, ∞).</summary>
    [Option("trust coefficient κ, the size of a step relative to the tensor's norm", "(0, ∞)")]
    public double TrustCoefficient { get; init; } = 0.02;

    /// <summary>What is added to the norms that the local rate is divided by, in [0, ∞).</summary>
    [Option("ε added to the norms that the local rate is divided by", "[0, ∞)")]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Whether the local rate is clipped at η; otherwise η is multiplied by it.</summary>
    [Option("clip the local rate at η instead of multiplying η by it")]
    public bool Clip { get; init; } = true;

    /// <inheritdoc/>
    public override DecayForm DecayForm => DecayForm.Inside;

    /// <inheritdoc/>
    public override RuleBinding Rule => LarsScaling.Bind(Momentum, at => at.Step > 1 ? Dampening : 0, Nesterov, ScalingAt);

    private LarsScaling ScalingAt(in Moment moment)
    {
        var (at, theta, g) = (moment.At, Math.Sqrt(moment.Sums[0]), Math.Sqrt(moment.Sums[1]));
        var name = Clip ? "(η > 0 ? min(κ·‖θ‖/(‖g‖ + λ·‖θ‖ + ε)/η, 1) : 1)" : "κ·‖θ‖/(‖g‖ + λ·‖θ‖ + ε)";
        if (theta == 0 || g == 0)
        {
            return new(name, 1, 0);
        }

        var local = TrustCoefficient * theta / (g + (at.Decay * theta) + Epsilon);
        return new(name, Clip ? Math.Min(local / at.Rate, 1) : local, at.Decay);
    }

    /// <inheritdoc/>
    protected override void CheckCombination() => LarsScaling.Check(Momentum, Dampening, Nesterov);
}
