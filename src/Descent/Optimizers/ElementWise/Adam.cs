namespace Descent.Optimizers;

/// <summary>Adam: momentum divided by the root of a running mean of squares, both corrected for their start at 0; decay is L2.</summary>
/// <remarks>
/// <para>m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²; m̂ = m/(1 − β₁ᵗ); v̂ = v/(1 − β₂ᵗ); θ ← θ − η·m̂/(√(v̂ + εᵣ) + ε).</para>
/// <para>Paper: Kingma, Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, <see href="https://arxiv.org/abs/1412.6980"/>,
/// Algorithm 1.</para>
/// <para>Departures: weight decay, which the paper does not have, is added to the gradient, as in PyTorch; a schedule of β changes
/// the correction as if the value in force had been used from the start.</para>
/// </remarks>
public sealed record Adam() : AdamMethod(learningRate: 1e-3);
