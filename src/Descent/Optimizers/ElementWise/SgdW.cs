namespace Descent.Optimizers;

/// <summary>SGDW: SGD with momentum, and weight decay beside the direction instead of inside the gradient.</summary>
/// <remarks>
/// <para>b ← μ·b + (1 − τ)·g, at the first step b ← g; d = b, or g + μ·b with Nesterov; θ ← θ − η·(d + λ·θ).</para>
/// <para>Paper: Loshchilov, Hutter, "Decoupled Weight Decay Regularization", ICLR 2019, <see href="https://arxiv.org/abs/1711.05101"/>,
/// Algorithm 1.</para>
/// <para>Departures, shared with PyTorch Image Models: the decay is scaled by the learning rate (the paper's form, which is not, is
/// <see cref="DecayScaledByLearningRate"/> = false), the learning rate stands outside the buffer, and the buffer starts as the
/// first, undampened gradient; dampening and Nesterov's look-ahead are options.</para>
/// </remarks>
public sealed record SgdW : SgdMethod
{
    /// <summary>SGDW with its defaults.</summary>
    public SgdW()
        : base(learningRate: 0.01) => (Momentum, WeightDecay) = (0.9, 0.01);

    /// <summary>Whether the decay is multiplied by the learning rate (common frameworks) or not (the paper).</summary>
    [Option("multiply the decay by the learning rate")]
    public bool DecayScaledByLearningRate { get; init; } = true;

    /// <inheritdoc/>
    public override DecayForm DecayForm => DecayScaledByLearningRate ? DecayForm.Decoupled : DecayForm.Independent;
}
