using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>What <see cref="RmsProp"/> and <see cref="RmsPropTensorFlow"/> share: everything but the start and the place of the rate.</summary>
public abstract record RmsPropMethod : Method
{
    /// <summary>Creates a method with its default learning rate.</summary>
    protected RmsPropMethod(double learningRate)
        : base(learningRate)
    {
    }


    /// <summary>The smoothing α of the mean square, in [0, 1).</summary>
    [Option("smoothing α of the mean square", "[0, 1)")]
    public Hyperparameter Smoothing { get; init; } = 0.99;

    /// <summary>What is added to the root, in [0, ∞).</summary>
    [Option("ε added to the root", "[0, ∞)")]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>What is added inside the root, in [0, ∞).</summary>
    [Option("εᵣ added inside the root", "[0, ∞)")]
    public double EpsilonInsideRoot { get; init; }

    /// <summary>The momentum μ on top of the divided gradient, in [0, 1); 0 for none.</summary>
    [Option("momentum μ on the divided gradient", "[0, 1)")]
    public Hyperparameter Momentum { get; init; }

    /// <summary>Whether to subtract the squared mean gradient, so that the root is a standard deviation.</summary>
    [Option("divide by the standard deviation instead of the root mean square")]
    public bool Centered { get; init; }

    /// <inheritdoc/>
    public override RuleBinding Rule => (Centered, Momentum.IsZero) switch
    {
        (false, true) => RuleBinding.ElementWise(Plain, Square),
        (false, false) => RuleBinding.ElementWise(at => new WithMomentum<RmsPropRule>(Plain(at), Mu(at), MomentumWeight(at)), Square, "b"),
        (true, true) => RuleBinding.ElementWise(Standardized, Square, "a"),
        _ => RuleBinding.ElementWise(at => new WithMomentum<CenteredRmsPropRule>(Standardized(at), Mu(at), MomentumWeight(at)), Square, "a", "b"),
    };

    private protected virtual StateSlot Square => "v";

    /// <summary>What the direction is multiplied by as it enters the momentum.</summary>
    private protected virtual Constant MomentumWeight(StepPoint at) => Constant.One;

    private RmsPropRule Plain(StepPoint at) => new(Smoothing.At(at.Update), Epsilon, EpsilonInsideRoot);

    private CenteredRmsPropRule Standardized(StepPoint at) => new(Smoothing.At(at.Update), Epsilon, EpsilonInsideRoot);

    private Constant Mu(StepPoint at) => new("μ", Momentum.At(at.Update));
}

internal readonly struct RmsPropRule(double smoothing, double epsilonOutside, double epsilonInside) : IRule
{
    private readonly Constant alpha = new("α", smoothing);
    private readonly Constant oneMinusAlpha = new("1 − α", 1 - smoothing);
    private readonly Constant epsilon = Constant.Addend("ε", epsilonOutside);
    private readonly Constant epsilonR = Constant.Addend("εᵣ", epsilonInside);

    public static int Slots => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V v, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        v = (alpha * v) + (oneMinusAlpha * (g * g));
        return g / (V.Sqrt(v + epsilonR) + epsilon);
    }
}

internal readonly struct CenteredRmsPropRule(double smoothing, double epsilonOutside, double epsilonInside) : IRule
{
    private readonly Constant zero = new("0", 0);
    private readonly Constant alpha = new("α", smoothing);
    private readonly Constant oneMinusAlpha = new("1 − α", 1 - smoothing);
    private readonly Constant epsilon = Constant.Addend("ε", epsilonOutside);
    private readonly Constant epsilonR = Constant.Addend("εᵣ", epsilonInside);

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V v, ref V a, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        v = (alpha * v) + (oneMinusAlpha * (g * g));
        a = (alpha * a) + (oneMinusAlpha * g);
        V variance = V.Named("σ²", V.Max(v - (a * a), zero));
        return g / (V.Sqrt(variance + epsilonR) + epsilon);
    }
}
