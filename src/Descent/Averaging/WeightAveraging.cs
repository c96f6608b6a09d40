using Descent.Schedules;

namespace Descent.Averaging;

/// <summary>
/// Which average of the weights is kept, as a value. The family: after the n-th update the average moves towards the weights by a
/// share, <c>a ← a + share·(θ − a)</c>; <see cref="LatestWeightsAverage"/> alone keeps the weights themselves. Given to
/// <see cref="Optimizer.Averaging"/>, or kept by hand in a <see cref="WeightAverage"/>.
/// </summary>
/// <remarks>
/// Lookahead, Schedule-Free and averaged SGD belong to the family too, but change the training itself: they are methods
/// (<see cref="Descent.Optimizers.Lookahead"/>), with the same swap for evaluation.
/// </remarks>
public abstract record WeightAveraging
{
    /// <summary>The share by which the average moves after an update; 0 for not at all, 1 to copy the weights.</summary>
    /// <param name="update">1 after the first one.</param>
    public abstract double ShareAt(long update);

    /// <summary>How many of the latest weights are kept as they are; 0 for an average that moves.</summary>
    internal virtual int Kept => 0;
}

/// <summary>What an exponential average starts from.</summary>
public enum AverageStart
{
    /// <summary>The weights at the time it is set.</summary>
    InitialWeights,

    /// <summary>The weights after the first update, which are copied.</summary>
    FirstUpdate,

    /// <summary>Zero, divided by 1 − decayⁿ as Adam's moments are (Kingma, Ba, 2015, section 7.2).</summary>
    ZeroCorrected,
}

/// <summary>How the decay of an exponential average grows in the beginning, so that it forgets the first weights soon.</summary>
public enum DecayWarmup
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>min(decay, (1 + n)/(10 + n)): TensorFlow's.</summary>
    Fraction,

    /// <summary>1 − (1 + s/γ)⁻ᵖ of the s updates since the first ones, within [minimum, decay]: timm's.</summary>
    Power,
}

/// <summary>An exponential moving average: a ← decay·a + (1 − decay)·θ.</summary>
/// <param name="Decay">In [0, 1): the average covers about 1/(1 − decay) updates.</param>
public sealed record ExponentialAverage(double Decay = 0.999) : WeightAveraging
{
    /// <summary>In [0, 1).</summary>
    public double Decay { get; init; } = InUnit(Decay, "The decay of an exponential average");

    /// <summary>What it starts from.</summary>
    public AverageStart Start { get; init; }

    /// <summary>How the decay grows in the beginning.</summary>
    public DecayWarmup Warmup { get; init; }

    /// <summary>γ of <see cref="DecayWarmup.Power"/>; above 0.</summary>
    public double WarmupGamma { get; init => field = Schedule.Positive(value, "The gamma of the decay's warmup"); } = 1;

    /// <summary>p of <see cref="DecayWarmup.Power"/>; above 0.</summary>
    public double WarmupPower { get; init => field = Schedule.Positive(value, "The power of the decay's warmup"); } = 2.0 / 3;

    /// <summary>The smallest decay of <see cref="DecayWarmup.Power"/>; in [0, 1).</summary>
    public double MinimumDecay { get; init => field = InUnit(value, "The smallest decay of an exponential average"); }

    /// <summary>During how many updates, and one more, the weights are copied; at least 0.</summary>
    public long CopiedUpdates { get; init => field = value >= 0 ? value : throw new DescentException($"The updates that are copied must be at least 0, but were {value}."); }

    /// <inheritdoc/>
    public override double ShareAt(long update)
    {
        var since = update - CopiedUpdates - 1;
        if (since <= 0 && (CopiedUpdates > 0 || Warmup == DecayWarmup.Power))
        {
            return 1;
        }

        var decay = DecayAt(update);
        return Start switch
        {
            AverageStart.FirstUpdate when update == 1 => 1,
            AverageStart.ZeroCorrected => (1 - decay) / (1 - Math.Pow(decay, update)),
            _ => 1 - decay,
        };
    }

    /// <summary>The decay in force after the n-th update.</summary>
    /// <param name="update">1 after the first one.</param>
    public double DecayAt(long update) => Warmup switch
    {
        DecayWarmup.Fraction => Math.Min(Decay, (1.0 + update) / (10 + update)),
        DecayWarmup.Power => Math.Max(Math.Min(1 - Math.Pow(1 + (Math.Max(0, update - CopiedUpdates - 1) / WarmupGamma), -WarmupPower), Decay), MinimumDecay),
        _ => Decay,
    };

    private static double InUnit(double value, string what) =>
        value is >= 0 and < 1 ? value : throw new DescentException($"{what} must be in [0, 1), but was {Schedule.Text(value)}.");
}

/// <summary>The mean of all weights from an update on: Polyak's and Ruppert's average.</summary>
/// <remarks>Source: Polyak, Juditsky, "Acceleration of Stochastic Approximation by Averaging", SIAM J. Control Optim. 30(4), 1992.</remarks>
/// <param name="After">How many updates are left out at the beginning; at least 0.</param>
public sealed record EqualAverage(long After = 0) : WeightAveraging
{
    /// <summary>How many updates are left out at the beginning; at least 0. Until then the average is the weights.</summary>
    public long After { get; init; } = After >= 0 ? After : throw new DescentException($"The updates before averaging must be at least 0, but were {After}.");

    /// <inheritdoc/>
    public override double ShareAt(long update) => update <= After ? 1 : 1.0 / (update - After);
}

/// <summary>The mean of the weights at the ends of cycles: stochastic weight averaging.</summary>
/// <remarks>
/// Source: Izmailov et al., "Averaging Weights Leads to Wider Optima and Better Generalization", UAI 2018,
/// <see href="https://arxiv.org/abs/1803.05407"/>, algorithm 1. <see cref="Phase"/> gives its learning rate.
/// </remarks>
/// <param name="After">How many updates come before the first cycle; at least 0.</param>
/// <param name="Every">The length of a cycle; at least 1.</param>
public sealed record StochasticWeightAverage(long After, long Every) : WeightAveraging
{
    /// <summary>How many updates come before the first cycle; at least 0. Until its end the average is the weights.</summary>
    public long After { get; init; } = After >= 0 ? After : throw new DescentException($"The updates before averaging must be at least 0, but were {After}.");

    /// <summary>The length of a cycle; at least 1.</summary>
    public long Every { get; init; } = Schedule.AtLeastOne(Every, "The cycle of stochastic weight averaging");

    /// <inheritdoc/>
    public override double ShareAt(long update)
    {
        var (cycles, rest) = Math.DivRem(update - After, Every);
        return update < After + Every ? 1 : rest == 0 ? 1.0 / cycles : 0;
    }

    /// <summary>A schedule until averaging begins, then over some updates to the rate that averaging goes on with.</summary>
    /// <param name="before">The schedule until then.</param>
    /// <param name="rate">The learning rate of the averaging phase; at least 0.</param>
    /// <param name="anneal">The updates from one to the other; at least 1.</param>
    /// <param name="isLinear">A straight line instead of half a cosine wave.</param>
    public Schedule Phase(Schedule before, double rate, long anneal, bool isLinear = false)
    {
        ArgumentNullException.ThrowIfNull(before);
        var from = before.At(After);
        var rest = isLinear ? Schedule.Linear(from, rate, anneal) : Schedule.Cosine(from, rate, anneal);
        return After == 0 ? rest : before.For(After).Then(rest);
    }
}

/// <summary>The mean of the latest weights, taken every so many updates.</summary>
/// <remarks>
/// Source: Kaddour, "Stop Wasting My Time! Saving Days of ImageNet and BERT Training with Latest Weight Averaging", 2022,
/// <see href="https://arxiv.org/abs/2209.14981"/>. It costs the memory of <paramref name="Count"/> copies of the weights.
/// </remarks>
/// <param name="Count">How many are kept; at least 1.</param>
/// <param name="Every">How many updates are between two; at least 1.</param>
public sealed record LatestWeightsAverage(int Count, long Every) : WeightAveraging
{
    /// <summary>How many are kept; at least 1.</summary>
    public int Count { get; init; } = Count >= 1 ? Count : throw new DescentException($"The weights that are kept must be at least 1, but were {Count}.");

    /// <summary>How many updates are between two; at least 1. Until the first the average is the weights.</summary>
    public long Every { get; init; } = Schedule.AtLeastOne(Every, "The distance between kept weights");

    /// <inheritdoc/>
    public override double ShareAt(long update) => update % Every == 0 ? 1 : 0;

    internal override int Kept => Count;
}
