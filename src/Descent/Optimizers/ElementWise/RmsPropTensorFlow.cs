using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>RMSProp as TensorFlow has it: the mean square starts at 1, ε stands inside the root, the learning rate inside the momentum.</summary>
/// <remarks>
/// <para>v ← α·v + (1 − α)·g², v₀ = 1; u = g / √(v + εᵣ), centered: √(v − a² + εᵣ) with a ← α·a + (1 − α)·g; θ ← θ − η·u, with
/// momentum b ← μ·b + η·u; θ ← θ − b.</para>
/// <para>Source: Tieleman, Hinton, "Lecture 6.5", Neural Networks for Machine Learning, 2012,
/// <see href="https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf"/>; the placements: Graves, "Generating
/// Sequences With Recurrent Neural Networks", 2013, <see href="https://arxiv.org/abs/1308.0850"/>, equations 38–45.</para>
/// <para>Departures, shared with TensorFlow and PyTorch Image Models: v starts at 1, so the first steps are small instead of
/// large; v − a² is kept from falling below 0 by rounding.</para>
/// </remarks>
public sealed record RmsPropTensorFlow : RmsPropMethod
{
    /// <summary>RMSProp of TensorFlow with its defaults.</summary>
    public RmsPropTensorFlow()
        : base(learningRate: 0.01) => (Smoothing, Epsilon, EpsilonInsideRoot) = (0.9, 0, 1e-10);

    /// <summary>The value that the mean square starts from, in [0, ∞).</summary>
    [Option("start of the mean square v", "[0, ∞)")]
    public double InitialAccumulator { get; init; } = 1;

    /// <summary>Whether the learning rate stands inside the momentum, so that its changes come in smoothed.</summary>
    [Option("multiply by the learning rate before the momentum instead of after it")]
    public bool LearningRateInMomentum { get; init; } = true;

    private protected override StateSlot Square => new("v", InitialAccumulator);

    /// <inheritdoc/>
    public override Constant StepSize(StepPoint at) => LearningRateInMomentum && !Momentum.IsZero ? Constant.One : base.StepSize(at);

    private protected override Constant MomentumWeight(StepPoint at) => LearningRateInMomentum ? new("η", at.Rate) : Constant.One;
}
