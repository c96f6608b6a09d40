using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>D-Adaptation over Adam: a lower bound d of the distance to the solution, which only grows, takes the place of the learning rate.</summary>
/// <remarks>
/// <para>r ← √β₂·r + (1 − √β₂)·η·d·⟨g, s/(√v + ε)⟩; m ← β₁·m + (1 − β₁)·η·d·g; v ← β₂·v + (1 − β₂)·g²;
/// s ← √β₂·s + (1 − √β₂)·η·d·g; θ ← θ − (m/(√v + ε) + η·d·λ·θ); d ← max(d, r/((1 − √β₂)·‖s‖₁)). r, d and ‖s‖₁ belong to the group.</para>
/// <para>Paper: Defazio, Mishchenko, "Learning-Rate-Free Learning by D-Adaptation", ICML 2023,
/// <see href="https://arxiv.org/abs/2301.07733"/>, the Adam variant.</para>
/// <para>Departures, shared with the authors' code: r divides by the root of v before the present gradient is in it; growth limit and
/// bias correction. Not shared: sums run over the parameters that have a gradient in the step, and at η = 0 the state goes on.</para>
/// </remarks>
public sealed record DAdaptAdam : LearningRateFreeAdam
{
    private const int R = 0, D = 1, K = 2, PaceNow = 3;

    /// <inheritdoc/>
    public override RuleBinding Rule => (Decoupled
            ? RuleBinding.LayerWise(
                Scope.Group,
                MeasureAt,
                (in moment) => new Decayed<DAdaptAdamRule>(RuleAt(in moment), new Constant("pace·λ", moment.Scalars[PaceNow] * moment.At.Decay)),
                "m",
                "v",
                "s")
            : RuleBinding.LayerWise(Scope.Group, MeasureAt, RuleAt, "m", "v", "s"))
        .WithScalars(
            Scope.Group,
            Advance,
            new("r") { Equation = "√β₂·r + (1 − √β₂)·pace·⟨g, s/(√v + ε)⟩" },
            new("d", InitialDistance) { Equation = "max(dₖ, min(d̂, growth·dₖ)), d̂ = r/((1 − √β₂)·‖s‖₁)" },
            new("k") { Equation = "k + 1 where ‖s‖₁ > 0" },
            new("pace"))
        .Where(("dₖ", "d"), ("pace", PaceName + (BiasCorrection ? ", t = k + 1" : "")));

    private DAdaptAdamMeasure MeasureAt(in Moment moment) =>
        new(SumAt(moment.At, Pace(moment.At, moment.Scalars[D], moment.Scalars[K])), Epsilon);

    private DAdaptAdamRule RuleAt(in Moment moment)
    {
        var (at, pace) = (moment.At, moment.Scalars[PaceNow]);
        return new(SumAt(at, pace), Beta1.At(at.Update), Beta2.At(at.Update), new Constant("pace", pace), Epsilon);
    }

    private DAdaptSum SumAt(StepPoint at, double pace) => new(Math.Sqrt(Beta2.At(at.Update)), pace);

    private void Advance(in Moment moment)
    {
        var at = moment.At;
        var state = moment.Scalars;
        var root = Math.Sqrt(Beta2.At(at.Update));
        state[PaceNow] = Pace(at, state[D], state[K]);

        // Until a gradient is not 0, nothing is known and nothing moves.
        if (moment.Sums[1] == 0)
        {
            state[PaceNow] = 0;
            return;
        }

        state[R] = (root * state[R]) + ((1 - root) * state[PaceNow] * moment.Sums[0]);
        state[K]++;
        if (at.Rate > 0)
        {
            state[D] = Math.Max(state[D], Math.Min(state[R] / ((1 - root) * moment.Sums[1]), state[D] * GrowthRate));
        }
    }
}

/// <summary>s: the weighted sum of gradients.</summary>
internal readonly struct DAdaptSum(double root, double pace)
{
    private readonly Constant root = new("√β₂", root);
    private readonly Constant oneMinusRoot = new("1 − √β₂", 1 - root);
    private readonly Constant pace = new("pace", pace);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Next<V>(V g, V s)
        where V : struct, ILane<V> =>
        (root * s) + (oneMinusRoot * (pace * g));
}

internal readonly struct DAdaptAdamMeasure(DAdaptSum sum, double epsilon) : IMeasure
{
    private readonly Constant epsilon = new("ε", epsilon);

    public static int Slots => 3;

    public static int Terms => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Measure<V>(V g, V theta, V m, V v, V s, V s3, ref V t0, ref V t1, ref V t2, ref V t3)
        where V : struct, ILane<V>
    {
        t0 = V.Named("⟨g, s/(√v + ε)⟩", g * (s / (V.Sqrt(v) + epsilon)));
        t1 = V.Named("‖s‖₁", V.Abs(sum.Next(g, s)));
    }
}

internal readonly struct DAdaptAdamRule(DAdaptSum sum, double beta1, double beta2, Constant pace, double epsilon) : IRule
{
    private readonly Constant beta1 = new("β₁", beta1);
    private readonly Constant oneMinusBeta1 = new("1 − β₁", 1 - beta1);
    private readonly Constant beta2 = new("β₂", beta2);
    private readonly Constant oneMinusBeta2 = new("1 − β₂", 1 - beta2);
    private readonly Constant pace = pace;
    private readonly Constant epsilon = new("ε", epsilon);

    public static int Slots => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V m, ref V v, ref V s, ref V s3)
        where V : struct, ILane<V>
    {
        m = (beta1 * m) + (oneMinusBeta1 * (pace * g));
        v = (beta2 * v) + (oneMinusBeta2 * (g * g));
        s = sum.Next(g, s);
        return m / (V.Sqrt(v) + epsilon);
    }
}
