using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>What <see cref="Sgd"/> and <see cref="SgdW"/> share: everything but the place of weight decay.</summary>
public abstract record SgdMethod : Method
{
    /// <summary>Creates a method with its default learning rate.</summary>
    protected SgdMethod(double learningRate)
        : base(learningRate)
    {
    }

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
