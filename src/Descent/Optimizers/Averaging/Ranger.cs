using Descent.Engine;

namespace Descent.Optimizers;

/// <summary>Ranger: <see cref="RAdam"/> on centralized gradients, with Lookahead's slow parameters.</summary>
/// <remarks>
/// <para>g ← g − ḡ for tensors of two axes and more; θ by <see cref="RAdam"/> with decoupled decay; every k steps:
/// φ ← φ + α·(θ − φ); θ ← φ.</para>
/// <para>Source: Wright, "Ranger", 2019, with centralization 2020, <see href="https://github.com/lessw2020/Ranger-Deep-Learning-Optimizer"/>; there is no paper.
/// The parts: <see cref="RAdam"/>, <see cref="GradientCentralization"/>, <see cref="Lookahead"/>.</para>
/// <para>Departures: centralization can be switched off (the author's code reads that option and ignores it). Shared with the author's
/// code: synchronization counts the steps of each tensor. The evaluation point is φ.</para>
/// </remarks>
public sealed record Ranger() : Method(learningRate: 1e-3)
{
    /// <summary>The decay β₁ of the mean gradient m, in [0, 1).</summary>
    [Option("decay β₁ of the mean gradient m", "[0, 1)")]
    public Hyperparameter Beta1 { get; init; } = 0.95;

    /// <summary>The decay β₂ of the mean square v, in [0, 1).</summary>
    [Option("decay β₂ of the mean square v", "[0, 1)")]
    public Hyperparameter Beta2 { get; init; } = 0.999;

    /// <summary>What is added to the root, in [0, ∞).</summary>
    [Option("ε added to the root", "[0, ∞)")]
    public double Epsilon { get; init; } = 1e-5;

    /// <summary>The length ρ of the average above which the divisor is trusted, in (4, ∞).</summary>
    [Option("length ρ of the average above which the divisor is trusted", "(4, ∞)")]
    public double RectificationThreshold { get; init; } = 5;

    /// <summary>Whether gradients lose their mean over each row.</summary>
    [Option("take the mean of each row from the gradient")]
    public bool GradientCentralization { get; init; } = true;

    /// <summary>Whether only tensors of four axes and more do.</summary>
    [Option("centralize only tensors of four axes and more")]
    public bool CentralizeConvOnly { get; init; }

    /// <summary>The number k of fast steps between synchronizations, at least 1.</summary>
    [Option("fast steps k between synchronizations", "[1, 2147483647]")]
    public int SynchronizationPeriod { get; init; } = 6;

    /// <summary>How far α the slow parameters move, in (0, 1].</summary>
    [Option("how far α the slow parameters move", "(0, 1]")]
    public double SlowStep { get; init; } = 0.5;

    /// <inheritdoc/>
    public override DecayForm DecayForm => DecayForm.Decoupled;

    /// <inheritdoc/>
    public override RuleBinding Rule
    {
        get
        {
            var rule = new RAdam { Beta1 = Beta1, Beta2 = Beta2, Epsilon = Epsilon, RectificationThreshold = RectificationThreshold }.Rule;
            return (GradientCentralization ? rule.Centralized(CentralizeConvOnly ? 4 : 2) : rule)
                .Synchronized(new Synchronization(SynchronizationPeriod, SlowStep, MomentumOnSynchronization.None));
        }
    }

    /// <inheritdoc/>
    protected override void CheckCombination()
    {
        if (CentralizeConvOnly && !GradientCentralization)
        {
            throw new DescentException("CentralizeConvOnly must have GradientCentralization true, but GradientCentralization was false.");
        }
    }
}
