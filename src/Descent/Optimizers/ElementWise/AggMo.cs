using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>Aggregated momentum: the mean of several velocities of different damping, so that none oscillates for long.</summary>
/// <remarks>
/// <para>vᵢ ← βᵢ·vᵢ + g with βᵢ = 1 − aⁱ, i = 0 … K − 1; d = Σvᵢ; θ ← θ − η/K·d. β₀ = 0, so v₀ is the gradient.</para>
/// <para>Paper: Lucas, Sun, Zemel, Grosse, "Aggregated Momentum: Stability Through Passive Damping", ICLR 2019,
/// <see href="https://arxiv.org/abs/1804.00325"/>, section 3, with its exponential damping.</para>
/// <para>Departures: none; the velocities have the sign of the gradient, the paper's the opposite one.</para>
/// </remarks>
public sealed record AggMo() : Method(learningRate: 0.1)
{
    private static readonly string[] Names = ["β₀", "β₁", "β₂", "β₃", "β₄"];

    private static readonly StateSlot V1 = new("v1") { Symbol = "v₁" }, V2 = new("v2") { Symbol = "v₂" }, V3 = new("v3") { Symbol = "v₃" }, V4 = new("v4") { Symbol = "v₄" };

    /// <summary>How many velocities K there are, 1 to 5; all but the first are a number of state per parameter.</summary>
    [Option("number K of velocities", "[1, 5]")]
    public int Velocities { get; init; } = 3;

    /// <summary>The base a of the damping, βᵢ = 1 − aⁱ, in (0, 1).</summary>
    [Option("base a of the damping, βᵢ = 1 − aⁱ", "(0, 1)")]
    public double Base { get; init; } = 0.1;

    /// <inheritdoc/>
    public override RuleBinding Rule => Together.Where([.. Enumerable.Range(1, Velocities - 1).Select(i => (Names[i], i == 1 ? "1 − a" : $"1 − a^{i}"))]);

    private RuleBinding Together => Velocities switch
    {
        1 => RuleBinding.ElementWise(_ => default(GradientRule)),
        2 => RuleBinding.ElementWise(_ => Velocity(1, default(GradientRule)), V1),
        3 => RuleBinding.ElementWise(_ => Velocity(1, Velocity(2, default(GradientRule))), V1, V2),
        4 => RuleBinding.ElementWise(_ => Velocity(1, Velocity(2, Velocity(3, default(GradientRule)))), V1, V2, V3),
        _ => RuleBinding.ElementWise(_ => Velocity(1, Velocity(2, Velocity(3, Velocity(4, default(GradientRule))))), V1, V2, V3, V4),
    };

    /// <inheritdoc/>
    public override Constant StepSize(StepPoint at) => new("η/K", at.Rate / Velocities);

    private VelocityRule<TRule> Velocity<TRule>(int i, TRule others)
        where TRule : struct, IRule =>
        new(others, new Constant(Names[i], 1 - Math.Pow(Base, i)));
}

/// <summary>A velocity, in the first slot, added to the direction of another rule, whose state is in the next ones.</summary>
internal readonly struct VelocityRule<TRule>(TRule others, Constant beta) : IRule
    where TRule : struct, IRule
{
    public static int Slots => TRule.Slots + 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V v, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        v = (beta * v) + g;
        return Unsafe.AsRef(in others).Direction(g, theta, ref s1, ref s2, ref s3, ref v) + v;
    }
}
