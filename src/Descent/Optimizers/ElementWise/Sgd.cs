namespace Descent.Optimizers;

/// <summary>Stochastic gradient descent, with momentum (heavy ball), dampening, and Nesterov's look-ahead.</summary>
/// <remarks>
/// <para>b ← μ·b + (1 − τ)·g, at the first step b ← g; d = b, or g + μ·b with Nesterov, or g without momentum; θ ← θ − η·d.</para>
/// <para>Papers: Robbins, Monro, "A Stochastic Approximation Method", 1951, <see href="https://doi.org/10.1214/aoms/1177729586"/>;
/// Polyak, "Some methods of speeding up the convergence of iteration methods", 1964,
/// <see href="https://doi.org/10.1016/0041-5553(64)90137-5"/>; Sutskever, Martens, Dahl, Hinton, "On the importance of
/// initialization and momentum in deep learning", ICML 2013, <see href="https://proceedings.mlr.press/v28/sutskever13.html"/>.</para>
/// <para>Departures, shared with PyTorch: the learning rate stands outside the buffer (Polyak and Sutskever put it inside; the
/// same for a constant rate); the buffer starts as the first gradient, undampened; Nesterov's gradient is taken at θ, with
/// the look-ahead folded into the direction.</para>
/// </remarks>
public sealed record Sgd() : SgdMethod(learningRate: 0.01);
