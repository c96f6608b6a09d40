using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>AdaGrad: each coordinate's rate shrinks with the root of its summed squared gradients.</summary>
/// <remarks>
/// <para>G ← G + g²; d = g / (√(G + εᵣ) + ε); θ ← θ − η/(1 + (t − 1)·κ)·d.</para>
/// <para>Paper: Duchi, Hazan, Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", JMLR 2011,
/// <see href="https://jmlr.org/papers/v12/duchi11a.html"/>, the diagonal form.</para>
/// <para>Departures, shared with PyTorch: ε outside the root (the paper's δ; set <see cref="EpsilonInsideRoot"/> for the other
/// placement); an optional decay κ of the learning rate and an optional start of G.</para>
/// </remarks>
public sealed record AdaGrad() : Method(learningRate: 0.01)
{
    /// <summary>What is added to the root, in [0, ∞).</summary>
    [Option("ε added to the root", "[0, ∞)")]
    public double Epsilon { get; init; } = 1e-10;

    /// <summary>What is added inside the root, in [0, ∞).</summary>
    [Option("εᵣ added inside the root", "[0, ∞)")]
    public double EpsilonInsideRoot { get; init; }

    /// <summary>The value that the sum of squares starts from, in [0, ∞).</summary>
    [Option("start of the sum of squares G", "[0, ∞)")]
    public double InitialAccumulator { get; init; }

    /// <summary>The decay κ of the learning rate by 1/(1 + (t − 1)·κ), in [0, ∞).</summary>
    [Option("decay κ of the learning rate by 1/(1 + (t − 1)·κ)", "[0, ∞)")]
    public double LearningRateDecay { get; init; }

    /// <inheritdoc/>
    public override RuleBinding Rule =>
        RuleBinding.ElementWise(_ => new AdaGradRule(Epsilon, EpsilonInsideRoot), new StateSlot("G", InitialAccumulator));

    /// <inheritdoc/>
    public override string RateSymbol => LearningRateDecay == 0 ? base.RateSymbol : "η/(1 + (t − 1)·κ)";

    /// <inheritdoc/>
    public override double RateAt(StepPoint at) => base.RateAt(at) / (1 + ((at.Step - 1) * LearningRateDecay));
}

internal readonly struct AdaGradRule(double epsilonOutside, double epsilonInside) : IRule
{
    private readonly Constant epsilon = Constant.Addend("ε", epsilonOutside);
    private readonly Constant epsilonR = Constant.Addend("εᵣ", epsilonInside);

    public static int Slots => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V G, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        G += g * g;
        return g / (V.Sqrt(G + epsilonR) + epsilon);
    }
}
