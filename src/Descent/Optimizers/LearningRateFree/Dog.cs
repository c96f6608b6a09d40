using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>DoG: SGD whose step is the largest distance from the start so far over the root of the summed squared gradient norms.</summary>
/// <remarks>
/// <para>r̄ ← max(r̄, ‖θ − x₀‖), at first ρ·(1 + ‖x₀‖); G ← G + ‖g‖², at first ε; θ ← θ − η·r̄/√G·g. r̄ and G belong to the group.</para>
/// <para>Paper: Ivgi, Hinder, Carmon, "DoG is SGD's Best Friend: A Parameter-Free Dynamic Step Size Schedule", ICML 2023,
/// <see href="https://arxiv.org/abs/2302.12022"/>, equation DoG; per tensor, L-DoG.</para>
/// <para>Departures: the polynomial averaging that the authors evaluate with is left to an average of your own; norms run over the
/// parameters that have a gradient in the step. Shared with the authors' code: coupled weight decay.</para>
/// </remarks>
public sealed record Dog : DistanceOverGradients
{
    private protected override string PaceName => "r̄/√G";

    private protected override StateSlot Sum => new("G", Epsilon) { Equation = "G + ‖g‖²" };

    private protected override double Weight(double distance) => 1;

    private protected override double Pace(double distance, double sum) => distance / Math.Sqrt(sum);
}

/// <summary>What <see cref="Dog"/> and <see cref="Dowg"/> share: the largest distance from the start, and its two options.</summary>
public abstract record DistanceOverGradients() : Method(learningRate: 1)
{
    private const int Distance = 0, Gradients = 1;

    /// <summary>The initial distance ρ, relative to 1 + ‖x₀‖, in (0, ∞): small enough that the first step does no harm.</summary>
    [Option("initial distance ρ, relative to 1 + ‖x₀‖", "(0, ∞)")]
    public double RelativeInitialDistance { get; init; } = 1e-6;

    /// <summary>What keeps the divisor above 0, in (0, ∞).</summary>
    [Option("ε that keeps the divisor above 0", "(0, ∞)")]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Whether every tensor has a distance and a sum of its own, instead of the group.</summary>
    [Option("a distance and a sum for every tensor instead of the group")]
    public bool PerTensor { get; init; }

    /// <inheritdoc/>
    public override RuleBinding Rule => RuleBinding.LayerWise(
            Over,
            (in _) => default(DistanceMeasure),
            (in moment) => new DistanceRule(new Constant(PaceName, Pace(moment.Scalars[Distance], moment.Scalars[Gradients]))),
            new StateSlot("x0") { StartsAtParameter = true })
        .WithScalars(Over, Advance, new("distance") { Symbol = "r̄", Equation = "r̄ = 0 ? ρ·(1 + ‖x₀‖) : max(r̄, ‖θ − x₀‖)" }, Sum);

    private protected abstract string PaceName { get; }

    private protected abstract StateSlot Sum { get; }

    private Scope Over => PerTensor ? Scope.Tensor : Scope.Group;

    private protected abstract double Weight(double distance);

    private protected abstract double Pace(double distance, double sum);

    private void Advance(in Moment moment)
    {
        var state = moment.Scalars;
        var sums = moment.Sums;
        state[Distance] = state[Distance] == 0 ? RelativeInitialDistance * (1 + Math.Sqrt(sums[0])) : Math.Max(state[Distance], Math.Sqrt(sums[1]));
        state[Gradients] += Weight(state[Distance]) * sums[2];
    }
}

internal readonly struct DistanceMeasure : IMeasure
{
    public static int Slots => 1;

    public static int Terms => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Measure<V>(V g, V theta, V x0, V s1, V s2, V s3, ref V t0, ref V t1, ref V t2, ref V t3)
        where V : struct, ILane<V>
    {
        t0 = V.Named("‖x₀‖²", x0 * x0);
        V distance = theta - x0;
        t1 = V.Named("‖θ − x₀‖²", distance * distance);
        t2 = V.Named("‖g‖²", g * g);
    }
}

internal readonly struct DistanceRule(Constant pace) : IRule
{
    private readonly Constant pace = pace;

    // The start x₀ is read by the measure and never moves.
    public static int Slots => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V x0, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V> =>
        pace * g;
}
