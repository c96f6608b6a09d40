using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>SM3: AdaGrad whose accumulators are shared, one for each index of each axis; an element uses the smallest of its own.</summary>
/// <remarks>
/// <para>ν = min over the axes k of μₖ + g²; μₖ ← max of ν over the slice, for each index of each axis; u = g/√(ν + ε); θ ← θ − η·u.
/// With momentum m ← γ·m + (1 − γ)·u and θ ← θ − η·m. Vectors have an accumulator for each element, which is AdaGrad.</para>
/// <para>Paper: Anil, Gupta, Koren, Singer, "Memory-Efficient Adaptive Optimization", NeurIPS 2019,
/// <see href="https://arxiv.org/abs/1901.11150"/>, Algorithm SM3-II.</para>
/// <para>Departures: ε in place of 0/0 = 0, and β, ν = β·min μₖ + (1 − β)·g², both shared with the port to PyTorch
/// (Enealor/PyTorch-SM3); weight decay is scaled by η and stands beside the direction.</para>
/// </remarks>
public sealed record Sm3() : Method(learningRate: 0.1)
{
    /// <summary>The momentum γ, in [0, 1); 0 for none, and no memory for it. The paper has 0.9.</summary>
    [Option("momentum γ", "[0, 1)")]
    public Hyperparameter Momentum { get; init; }

    /// <summary>The decay β of the accumulators, in [0, 1); 0 for sums that only grow, as in the paper.</summary>
    [Option("decay β of the accumulators; 0 for sums that only grow", "[0, 1)")]
    public double Beta { get; init; }

    /// <summary>What is added inside the root, in (0, ∞).</summary>
    [Option("ε added inside the root", "(0, ∞)")]
    public double Epsilon { get; init; } = 1e-30;

    /// <inheritdoc/>
    public override DecayForm DecayForm => DecayForm.Decoupled;

    /// <inheritdoc/>
    public override RuleBinding Rule => (Axes > 1, Momentum.IsZero) switch
    {
        (true, true) => new Sm3Binding(this, [.. Accumulators]),
        (true, false) => new Sm3Binding(this, [.. Accumulators, "m"]),
        (_, true) => RuleBinding.ElementWise(_ => VectorRule, Nu),
        _ => RuleBinding.ElementWise(at => new Sm3Momentum(VectorRule, Momentum.At(at.Update)), Nu, "m"),
    };

    /// <summary>How many axes the tensors have that this method moves; <see cref="MethodFor"/> says.</summary>
    internal int Axes { get; init; } = 2;

    /// <summary>What the old accumulator is multiplied by.</summary>
    internal double Kept => Beta == 0 ? 1 : Beta;

    private static StateSlot Nu => new("nu") { Symbol = "ν" };

    private Sm3VectorRule VectorRule => new(Kept, 1 - Beta, Epsilon);

    private IEnumerable<StateSlot> Accumulators =>
        Enumerable.Range(0, Axes).Select(axis => new StateSlot($"mu{axis}") { Symbol = $"μ{axis}", ShapeFor = shape => [shape[axis]] });

    /// <inheritdoc/>
    public override Method MethodFor(ReadOnlySpan<int> shape) => this with { Axes = FactoredShape.Product(shape) > 0 ? shape.Length : 1 };
}

/// <summary>SM3 of a vector: each element has an accumulator of its own.</summary>
internal readonly struct Sm3VectorRule(double kept, double added, double epsilon) : IRule
{
    private readonly Constant kept = kept == 1 ? Constant.One : new("β", kept);
    private readonly Constant added = added == 1 ? Constant.One : new("1 − β", added);
    private readonly Constant epsilon = new("ε", epsilon);

    public static int Slots => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V nu, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        nu = (kept * nu) + (added * (g * g));
        return g / V.Sqrt(nu + epsilon);
    }
}

/// <summary>m ← γ·m + (1 − γ)·u.</summary>
internal readonly struct Sm3Momentum(Sm3VectorRule rule, double momentum) : IRule
{
    private readonly Constant gamma = new("γ", momentum);
    private readonly Constant oneMinusGamma = new("1 − γ", 1 - momentum);

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V nu, ref V m, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        V u = V.Named("u", rule.Direction(g, theta, ref nu, ref s2, ref s2, ref s3));
        m = (gamma * m) + (oneMinusGamma * u);
        return m;
    }
}
