using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>MADGRAD: dual averaging from the starting point, divided by the cube root of summed squares, and averaged as momentum.</summary>
/// <remarks>
/// <para>s ← s + η·√t·g; v ← v + η·√t·g²; z = x0 − s/(∛v + ε); d = c·(θ − z), c = 1 − momentum; θ ← θ − d.</para>
/// <para>Paper: Defazio, Jelassi, "Adaptivity without Compromise: A Momentumized, Adaptive, Dual Averaged Gradient Method for
/// Stochastic Optimization", JMLR 2022, <see href="https://arxiv.org/abs/2101.11075"/>, Algorithm 1.</para>
/// <para>Departures: ε is added to the cube root, shared with the authors' code, which also adds it to the learning rate; Descent
/// does not. Where momentum is 0 the authors' code recomputes x0; Descent keeps it.</para>
/// </remarks>
public sealed record Madgrad() : Method(learningRate: 0.01)
{
    /// <summary>The share 1 − c of the present point in the next, in [0, 1); 0 for plain dual averaging.</summary>
    [Option("momentum 1 − c: the share of the present point in the next", "[0, 1)")]
    public Hyperparameter Momentum { get; init; } = 0.9;

    /// <summary>What is added to the cube root, in [0, ∞).</summary>
    [Option("ε added to the cube root", "[0, ∞)")]
    public double Epsilon { get; init; } = 1e-6;

    /// <inheritdoc/>
    public override RuleBinding Rule => RuleBinding.ElementWise(
        at => new MadgradRule(at.Rate * Math.Sqrt(at.Step), 1 - Momentum.At(at.Update), Epsilon),
        "s",
        "v",
        new StateSlot("x0") { StartsAtParameter = true })
        .Where(("c", "1 − momentum"));

    /// <inheritdoc/>
    public override Constant StepSize(StepPoint at) => Constant.One;
}

internal readonly struct MadgradRule(double weight, double share, double epsilon) : IRule
{
    private readonly Constant weight = new("η·√t", weight);
    private readonly Constant c = new("c", share);
    private readonly Constant epsilon = new("ε", epsilon);

    public static int Slots => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V s, ref V v, ref V x0, ref V s3)
        where V : struct, ILane<V>
    {
        s += weight * g;
        v += weight * (g * g);
        V z = V.Named("z", x0 - (s / (V.CubeRoot(v) + epsilon)));
        return c * (theta - z);
    }
}
