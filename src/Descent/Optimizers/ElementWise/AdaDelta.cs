using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>AdaDelta: the gradient divided by its running root mean square, times that of the past steps, so that units agree.</summary>
/// <remarks>
/// <para>v ← ρ·v + (1 − ρ)·g²; Δ = √(D + ε)/√(v + ε)·g; D ← ρ·D + (1 − ρ)·Δ²; θ ← θ − η·Δ.</para>
/// <para>Paper: Zeiler, "ADADELTA: An Adaptive Learning Rate Method", 2012, <see href="https://arxiv.org/abs/1212.5701"/>,
/// Algorithm 1; v is E[g²], D is E[Δx²].</para>
/// <para>Departures, shared with PyTorch and Keras: a learning rate, 1 for the paper's form, which D does not see.</para>
/// </remarks>
public sealed record AdaDelta() : Method(learningRate: 1.0)
{
    /// <summary>The decay ρ of both mean squares, in [0, 1).</summary>
    [Option("decay ρ of both mean squares", "[0, 1)")]
    public Hyperparameter Rho { get; init; } = 0.9;

    /// <summary>What is added inside both roots, in (0, ∞); it sets the size of the first steps.</summary>
    [Option("ε added inside both roots", "(0, ∞)")]
    public double Epsilon { get; init; } = 1e-6;

    /// <inheritdoc/>
    public override RuleBinding Rule => RuleBinding.ElementWise(at => new AdaDeltaRule(Rho.At(at.Update), Epsilon), "v", "D");
}

internal readonly struct AdaDeltaRule(double decay, double epsilon) : IRule
{
    private readonly Constant rho = new("ρ", decay);
    private readonly Constant oneMinusRho = new("1 − ρ", 1 - decay);
    private readonly Constant epsilon = new("ε", epsilon);

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V v, ref V D, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        v = (rho * v) + (oneMinusRho * (g * g));
        V delta = V.Named("Δ", V.Sqrt(D + epsilon) / V.Sqrt(v + epsilon) * g);
        D = (rho * D) + (oneMinusRho * (delta * delta));
        return delta;
    }
}
