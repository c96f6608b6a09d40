using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

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
public sealed record Sgd() : Method(learningRate: 0.01)
{
    /// <summary>The momentum μ, in [0, 1); 0 for none.</summary>
    [Option("momentum μ", "[0, 1)")]
    public Hyperparameter Momentum { get; init; }

    /// <summary>The dampening τ of the gradient that enters the buffer, in [0, 1]. Nesterov needs 0.</summary>
    [Option("dampening τ of the gradient that enters the buffer", "[0, 1]")]
    public Hyperparameter Dampening { get; init; }

    /// <summary>Whether to look ahead along the momentum. Needs <see cref="Momentum"/> above 0.</summary>
    [Option("look ahead along the momentum")]
    public bool Nesterov { get; init; }

    /// <inheritdoc/>
    public override RuleBinding Rule => (Momentum.IsZero, Nesterov) switch
    {
        (true, _) => RuleBinding.ElementWise(_ => default(GradientRule)),
        (_, true) => RuleBinding.ElementWise(at => new NesterovRule(Momentum.At(at.Update)), "b"),
        _ => RuleBinding.ElementWise(at => new HeavyBallRule(Momentum.At(at.Update), at.Step == 1 ? 0 : Dampening.At(at.Update)), "b"),
    };

    /// <inheritdoc/>
    protected override void CheckCombination()
    {
        if (Momentum.IsZero && (Nesterov || !Dampening.IsZero))
        {
            throw new DescentException($"{(Nesterov ? "Nesterov" : "Dampening")} must have Momentum above 0, but Momentum was 0.");
        }

        if (Nesterov && !Dampening.IsZero)
        {
            throw new DescentException($"Nesterov must have Dampening 0, but Dampening was {Dampening}.");
        }
    }
}

internal readonly struct GradientRule : IRule
{
    public static int Slots => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V s0, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V> => g;
}

internal readonly struct HeavyBallRule(double momentum, double dampening) : IRule
{
    private readonly Constant mu = new("μ", momentum);
    private readonly Constant oneMinusTau = new("1 − τ", 1 - dampening);

    public static int Slots => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V b, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        b = (mu * b) + (oneMinusTau * g);
        return b;
    }
}

internal readonly struct NesterovRule(double momentum) : IRule
{
    private readonly Constant mu = new("μ", momentum);

    public static int Slots => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V b, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        b = (mu * b) + g;
        return g + (mu * b);
    }
}
