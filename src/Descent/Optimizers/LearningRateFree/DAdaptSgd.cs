using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>D-Adaptation over SGD: dual averaging whose step is in proportion to a lower bound d of the distance to the solution.</summary>
/// <remarks>
/// <para>η_d = η·d/‖g₀‖; r ← r + η_d·⟨g, s⟩; s ← s + η_d·g; d ← max(d, 2·r/‖s‖); z = x₀ − s; θ ← θ − (1 − μ)·(θ − z).
/// r, d, ‖g₀‖ and ‖s‖ belong to the group.</para>
/// <para>Paper: Defazio, Mishchenko, "Learning-Rate-Free Learning by D-Adaptation", ICML 2023,
/// <see href="https://arxiv.org/abs/2301.07733"/>, the SGD variant.</para>
/// <para>Departures, shared with the authors' code: the growth limit. Not shared: ‖s‖² and ‖g₀‖² run over the parameters that have
/// a gradient in the step, and ‖g₀‖ is the first norm that is not 0, before which nothing moves.</para>
/// </remarks>
public sealed record DAdaptSgd() : Method(learningRate: 1)
{
    private const int R = 0, D = 1, G0 = 2, PaceNow = 3;

    /// <summary>The momentum μ, in [0, 1): how much of the iterate stays where it is when it moves towards z.</summary>
    [Option("momentum μ, as averaging of iterates", "[0, 1)")]
    public Hyperparameter Momentum { get; init; }

    /// <summary>The first estimate d₀ of the distance, in (0, ∞).</summary>
    [Option("first estimate d₀ of the distance", "(0, ∞)")]
    public double InitialDistance { get; init; } = 1e-6;

    /// <summary>How much the estimate may grow in a step, in (1, ∞].</summary>
    [Option("largest growth of the estimate in a step", "(1, ∞]")]
    public double GrowthRate { get; init; } = double.PositiveInfinity;

    /// <inheritdoc/>
    public override RuleBinding Rule => RuleBinding.LayerWise(
            Scope.Group,
            (in _) => default(DAdaptSgdMeasure),
            (in moment) => new DAdaptSgdRule(moment.Scalars[PaceNow], Momentum.At(moment.At.Update)),
            "s",
            new StateSlot("x0") { StartsAtParameter = true })
        .WithScalars(
            Scope.Group,
            Advance,
            new("r") { Equation = "r + pace·⟨g, s⟩" },
            new("d", InitialDistance) { Equation = "max(dₖ, min(d̂, growth·dₖ)), d̂ = 2·r/‖s + pace·g‖" },
            new("g0"),
            new("pace"))
        .Where(("dₖ", "d"), ("g₀", "the first ‖g‖ that is not 0"), ("pace", "η·dₖ/g₀"));

    /// <inheritdoc/>
    public override Constant StepSize(StepPoint at) => Constant.One;

    private void Advance(in Moment moment)
    {
        var state = moment.Scalars;
        var sums = moment.Sums;
        if (state[G0] == 0)
        {
            state[G0] = Math.Sqrt(sums[2]);
        }

        var pace = state[PaceNow] = state[G0] == 0 ? 0 : state[D] * moment.At.Rate / state[G0];
        state[R] += pace * sums[1];

        // ‖s + η_d·g‖², from what was measured before s moves.
        var squared = sums[0] + (2 * pace * sums[1]) + (pace * pace * sums[2]);
        if (squared > 0)
        {
            state[D] = Math.Max(state[D], Math.Min(2 * state[R] / Math.Sqrt(squared), state[D] * GrowthRate));
        }
    }
}

internal readonly struct DAdaptSgdMeasure : IMeasure
{
    public static int Slots => 1;

    public static int Terms => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Measure<V>(V g, V theta, V s, V s1, V s2, V s3, ref V t0, ref V t1, ref V t2, ref V t3)
        where V : struct, ILane<V>
    {
        t0 = V.Named("‖s‖²", s * s);
        t1 = V.Named("⟨g, s⟩", g * s);
        t2 = V.Named("‖g‖²", g * g);
    }
}

internal readonly struct DAdaptSgdRule(double pace, double momentum) : IRule
{
    private readonly Constant pace = new("pace", pace);
    private readonly Constant oneMinusMu = new("1 − μ", 1 - momentum);

    public static int Slots => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V s, ref V x0, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        s = s + (pace * g);
        V z = V.Named("z", x0 - s);
        return oneMinusMu * (theta - z);
    }
}
