using System.Runtime.CompilerServices;
using Descent.Engine;
using Descent.Lanes;

namespace Descent.Optimizers;

/// <summary>Schedule-Free SGD: an average of the iterates in place of a falling learning rate; gradients are taken between the two.</summary>
/// <remarks>
/// <para>θ is the training point y = (1 − β)·z + β·x, x the evaluation point, never stored. c = w/Σw, w = tʳ·η_maxᵖ;
/// y ← y + c·(z − y) − η·(1 − β·(1 − c))·g; z ← z − η·g, g with λ·y added.</para>
/// <para>Paper: Defazio et al., "The Road Less Scheduled", NeurIPS 2024, <see href="https://arxiv.org/abs/2405.15682"/>, Algorithm 1.</para>
/// <para>Departures, shared with the authors' code: the warmup and the weights of the average are part of the method. Switching to
/// the evaluation point and back restores the very bits (the authors' code recomputes the training point).</para>
/// </remarks>
public sealed record ScheduleFreeSgd() : ScheduleFreeMethod(learningRate: 1.0)
{
    /// <summary>The interpolation β between z and the average x, in (0, 1).</summary>
    [Option("interpolation β between z and the average", "(0, 1)")]
    public double Momentum { get; init; } = 0.9;

    private protected override double Interpolation => Momentum;

    private protected override string InterpolationName => "β";

    private protected override RuleBinding Unaveraged => RuleBinding.Recurrent(
        (in moment) => new ScheduleFreeRule<GradientRule>(default, new Constant(InterpolationName, Momentum), moment.At.Rate, moment.Scalars[Share]),
        new StateSlot("z") { StartsAtParameter = true });
}

/// <summary>What the schedule-free methods share: warmup, the weights of the average, and the evaluation point.</summary>
public abstract record ScheduleFreeMethod : Method
{
    /// <summary>Creates a method with its default learning rate.</summary>
    protected ScheduleFreeMethod(double learningRate)
        : base(learningRate)
    {
    }

    private protected const int LargestRate = 0, Weights = 1, Share = 2;

    /// <summary>How many updates the learning rate rises linearly; 0 for none.</summary>
    [Option("updates of linear warmup", "[0, 2147483647]")]
    public int WarmupSteps { get; init; }

    /// <summary>The power r of the step in the weight of an iterate, in [0, ∞).</summary>
    [Option("power r of the step in the weights of the average", "[0, ∞)")]
    public double StepPower { get; init; }

    /// <summary>The power p of the largest learning rate so far in the weight of an iterate, in [0, ∞).</summary>
    [Option("power p of the largest learning rate in the weights of the average", "[0, ∞)")]
    public double LearningRatePower { get; init; } = 2;

    /// <inheritdoc/>
    public override RuleBinding Rule => Unaveraged
        .WithScalars(
            Scope.Tensor,
            Advance,
            new("largest_rate") { Symbol = "η_max", Equation = "max(η_max, η)" },
            new("weight_sum") { Symbol = "Σw", Equation = "Σw + w, w = t^step_power·η_max^learning_rate_power" },
            new("c") { Equation = "Σw > 0 ? w/Σw : 0" })
        .Where(RateEquation is { } rate ? [("η", rate)] : [])
        .EvaluatedAt(new ComputedPoint<AveragePoint>(_ => new AveragePoint(Interpolation, InterpolationName)));

    private protected abstract double Interpolation { get; }

    private protected virtual string InterpolationName => "β₁";

    /// <summary>How η follows from the learning rate; null where it is that.</summary>
    private protected virtual string? RateEquation => WarmupSteps > 1 ? "learning_rate·min(1, t/warmup_steps)" : null;

    private protected abstract RuleBinding Unaveraged { get; }

    /// <inheritdoc/>
    public override Constant StepSize(StepPoint at) => Constant.One;

    /// <inheritdoc/>
    public override double RateAt(StepPoint at) => base.RateAt(at) * (at.Step < WarmupSteps ? (double)at.Step / WarmupSteps : 1);

    private void Advance(in Moment moment)
    {
        var state = moment.Scalars;
        state[LargestRate] = Math.Max(state[LargestRate], moment.At.Rate);
        var weight = Math.Pow(moment.At.Step, StepPower) * Math.Pow(state[LargestRate], LearningRatePower);
        state[Weights] += weight;
        state[Share] = state[Weights] == 0 ? 0 : weight / state[Weights];
    }
}

/// <summary>Moves y and z by the direction u of another rule; z is in the first slot, that rule's state in the next ones.</summary>
internal readonly struct ScheduleFreeRule<TRule>(TRule rule, Constant beta, double rate, double share) : IRule
    where TRule : struct, IRule
{
    private readonly Constant c = new("c", share);
    private readonly Constant eta = new("η", rate);
    private readonly Constant pull = new(beta.Name == "β" ? "η·(1 − β·(1 − c))" : "η·(1 − β₁·(1 − c))", rate * (1 - (beta.AsDouble * (1 - share))));

    public static int Slots => TRule.Slots + 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Direction<V>(V g, V theta, ref V z, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V>
    {
        V u = V.Named("u", Unsafe.AsRef(in rule).Direction(g, theta, ref s1, ref s2, ref s3, ref z));
        V d = (pull * u) - (c * (z - theta));
        z -= eta * u;
        return d;
    }
}

/// <summary>x = y + (1 − 1/β)·(z − y); z is the first slot.</summary>
internal readonly struct AveragePoint(double beta, string name) : IUpdate
{
    private readonly Constant weight = new($"1 − 1/{name}", 1 - (1 / beta));

    public static int Slots => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Next<V>(V g, V theta, ref V z, ref V s1, ref V s2, ref V s3)
        where V : struct, ILane<V> => theta + (weight * (z - theta));
}
