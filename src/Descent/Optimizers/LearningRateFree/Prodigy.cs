using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>Prodigy: Adam whose step is in proportion to an estimate d of the distance from the start to the solution.</summary>
/// <remarks>
/// <para>r ← β₃·r + (d/d₀)·η·d·⟨g, p⟩, p = x₀ − θ; s ← β₃·s + (d/d₀)·η·d·g; d̂ = c·r/‖s‖₁; u = d·g; m ← β₁·m + (1 − β₁)·u;
/// v ← β₂·v + (1 − β₂)·u²; d⁺ = max(d, d̂); θ ← θ − η·d·(m/(√v + d⁺·ε) + λ·θ); d ← d⁺. r, d and ‖s‖₁ belong to the group.</para>
/// <para>Paper: Mishchenko, Defazio, "Prodigy: An Expeditiously Adaptive Parameter-Free Learner", ICML 2024,
/// <see href="https://arxiv.org/abs/2306.06101"/>, the Adam version.</para>
/// <para>Departures, shared with the authors' code: d⁺ with ε (the paper has d); η and d/d₀ in both sums; growth limit, safeguard
/// and bias correction. Not shared: x₀ − θ is kept as the sum p of all steps, which has its digits in float too, where d₀ is
/// below those of θ; sums run over the parameters that have a gradient in the step, and at η = 0 m and v go on.</para>
/// </remarks>
public sealed record Prodigy : LearningRateFreeAdam
{
    private const int R = 0, Largest = 1, D = 2, K = 3, Before = 4, PaceNow = 5;

    /// <summary>Prodigy with its defaults.</summary>
    public Prodigy() => Decoupled = true;

    /// <summary>The decay β₃ of the sums that estimate the distance, in [0, 1); null for √β₂.</summary>
    [Option("decay β₃ of the sums that estimate the distance; none for √β₂", "[0, 1)")]
    public double? Beta3 { get; init; }

    /// <summary>The factor c of the estimate, in (0, ∞): the preferred way to tune the method.</summary>
    [Option("factor c of the estimate", "(0, ∞)")]
    public double DistanceCoefficient { get; init; } = 1;

    /// <summary>Whether s leaves out the learning rate, so that a warmup does not raise the estimate.</summary>
    [Option("leave the learning rate out of s, for a warmup")]
    public bool SafeguardWarmup { get; init; }

    /// <inheritdoc/>
    public override RuleBinding Rule => (Decoupled
            ? RuleBinding.LayerWise(
                Scope.Group,
                MeasureAt,
                (in moment) => new Travelled<Paced<Decayed<ProdigyRule>>>(new(new(RuleAt(in moment), new Constant("λ", moment.At.Decay)), new Constant("pace", moment.Scalars[PaceNow]))),
                "m",
                "v",
                "s",
                "p")
            : RuleBinding.LayerWise(
                Scope.Group,
                MeasureAt,
                (in moment) => new Travelled<Paced<ProdigyRule>>(new(RuleAt(in moment), new Constant("pace", moment.Scalars[PaceNow]))),
                "m",
                "v",
                "s",
                "p"))
        .WithScalars(
            Scope.Group,
            Advance,
            new("r") { Equation = "β₃·r + (dₖ/d₀)·pace·⟨g, p⟩" },
            new("d_max", InitialDistance) { Equation = "max(d_max, d̂), d̂ = c·r/‖s‖₁" },
            new("d", InitialDistance) { Equation = double.IsFinite(GrowthRate) ? "min(d_max, growth·dₖ), while dₖ is d₀ min(d_max, growth·max(d₀, d̂))" : "d_max" },
            new("k") { Equation = "k + 1 where ‖s‖₁ > 0" },
            new("d_before", InitialDistance) { Symbol = "dₖ" },
            new("pace"))
        .Where(("dₖ", "d, and dₖ₊₁ what becomes of it in this step"), ("pace", PaceName + (BiasCorrection ? ", t = k + 1" : "")));

    private ProdigyMeasure MeasureAt(in Moment moment) =>
        new(SumAt(moment.At, moment.Scalars[D], Pace(moment.At, moment.Scalars[D], moment.Scalars[K])));

    private ProdigyRule RuleAt(in Moment moment)
    {
        var at = moment.At;
        var state = moment.Scalars;
        return new(SumAt(at, state[Before], state[PaceNow]), Beta1.At(at.Update), Beta2.At(at.Update), state[Before], state[D] * Epsilon);
    }

    private ProdigySum SumAt(StepPoint at, double d, double pace) => new(Beta3At(at), new Constant(SafeguardWarmup ? "dₖ²/d₀" : "dₖ/d₀·pace", d / InitialDistance * (SafeguardWarmup ? d : pace)));

    private double Beta3At(StepPoint at) => Beta3 ?? Math.Sqrt(Beta2.At(at.Update));

    private void Advance(in Moment moment)
    {
        var at = moment.At;
        var state = moment.Scalars;
        var (d, pace) = (state[D], Pace(moment.At, state[D], state[K]));
        (state[Before], state[PaceNow]) = (d, pace);

        // Until a gradient is not 0, nothing is known and nothing moves.
        if (moment.Sums[1] == 0)
        {
            state[PaceNow] = 0;
            return;
        }

        state[R] = (Beta3At(at) * state[R]) + (d / InitialDistance * pace * moment.Sums[0]);
        state[K]++;
        if (at.Rate == 0)
        {
            return;
        }

        var estimate = DistanceCoefficient * state[R] / moment.Sums[1];
        state[Largest] = Math.Max(state[Largest], estimate);
        state[D] = Math.Min(state[Largest], (d == InitialDistance ? Math.Max(d, estimate) : d) * GrowthRate);
    }
}
