namespace Descent.Optimizers;

/// <summary>RMSProp: the gradient divided by a running root mean square of its recent values; optionally centered, with momentum.</summary>
/// <remarks>
/// <para>v ← α·v + (1 − α)·g²; u = g / (√(v + εᵣ) + ε), centered: √(v − a² + εᵣ) with a ← α·a + (1 − α)·g; d = u, with
/// momentum b ← μ·b + u, d = b; θ ← θ − η·d.</para>
/// <para>Source: Tieleman, Hinton, "Lecture 6.5", Neural Networks for Machine Learning, 2012,
/// <see href="https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf"/>; the centered form: Graves,
/// "Generating Sequences With Recurrent Neural Networks", 2013, <see href="https://arxiv.org/abs/1308.0850"/>, equations 38–45.</para>
/// <para>Departures: ε outside the root and the learning rate outside the momentum buffer, shared with PyTorch (Graves puts both
/// inside); v − a² is kept from falling below 0 by rounding, which in PyTorch gives NaN.</para>
/// </remarks>
public sealed record RmsProp() : RmsPropMethod(learningRate: 0.01);
