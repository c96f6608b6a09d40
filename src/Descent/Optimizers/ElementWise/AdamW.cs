namespace Descent.Optimizers;

/// <summary>AdamW: Adam with weight decay beside the direction instead of inside the gradient.</summary>
/// <remarks>
/// <para>m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²; m̂ = m/(1 − β₁ᵗ); v̂ = v/(1 − β₂ᵗ);
/// θ ← θ − η·(m̂/(√(v̂ + εᵣ) + ε) + λ·θ).</para>
/// <para>Paper: Loshchilov, Hutter, "Decoupled Weight Decay Regularization", ICLR 2019, <see href="https://arxiv.org/abs/1711.05101"/>,
/// Algorithm 2.</para>
/// <para>Departures: the decay is scaled by the learning rate, as in the common frameworks; the paper's form, which is not, is
/// <see cref="DecayScaledByLearningRate"/> = false (its schedule multiplier is then a schedule of
/// <see cref="Method.WeightDecay"/>). The default decay is PyTorch's.</para>
/// </remarks>
public sealed record AdamW : AdamMethod
{
    /// <summary>AdamW with its defaults.</summary>
    public AdamW()
        : base(learningRate: 1e-3) => WeightDecay = 0.01;

    /// <summary>Whether the decay is multiplied by the learning rate (common frameworks) or not (the paper).</summary>
    [Option("multiply the decay by the learning rate")]
    public bool DecayScaledByLearningRate { get; init; } = true;

    /// <inheritdoc/>
    public override DecayForm DecayForm => DecayScaledByLearningRate ? DecayForm.Decoupled : DecayForm.Independent;
}
