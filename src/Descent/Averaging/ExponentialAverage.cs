using Descent.Schedules;
using Descent.Text;

namespace Descent.Averaging;

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

    /// <summary>min(decay, (1 + n)/(10 + n)): TensorFlow's; <see cref="ExponentialAverage.WarmupStart"/> says what n is at first.</summary>
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

    /// <summary>What it starts from. <see cref="AverageStart.ZeroCorrected"/> is for a decay that stays the same from the first update on.</summary>
    public AverageStart Start { get; init => field = value != AverageStart.ZeroCorrected || (Warmup == DecayWarmup.None && CopiedUpdates == 0) ? value : throw Twice(); }

    /// <summary>How the decay grows in the beginning.</summary>
    public DecayWarmup Warmup { get; init => field = value == DecayWarmup.None || Start != AverageStart.ZeroCorrected ? value : throw Twice(); }

    /// <summary>n of <see cref="DecayWarmup.Fraction"/> at the first update: 1, or 0 where steps are counted from 0; at least 0.</summary>
    public long WarmupStart { get; init => field = value >= 0 ? value : throw new DescentException($"The start of the decay's warmup must be at least 0, but was {value}."); } = 1;

    /// <summary>γ of <see cref="DecayWarmup.Power"/>; above 0.</summary>
    public double WarmupGamma { get; init => field = Schedule.Positive(value, "The gamma of the decay's warmup"); } = 1;

    /// <summary>p of <see cref="DecayWarmup.Power"/>; above 0.</summary>
    public double WarmupPower { get; init => field = Schedule.Positive(value, "The power of the decay's warmup"); } = 2.0 / 3;

    /// <summary>The smallest decay of <see cref="DecayWarmup.Power"/>; in [0, 1).</summary>
    public double MinimumDecay { get; init => field = InUnit(value, "The smallest decay of an exponential average"); }

    /// <summary>During how many updates, and one more, the weights are copied; at least 0.</summary>
    public long CopiedUpdates
    {
        get;
        init => field = value < 0 ? throw new DescentException($"The updates that are copied must be at least 0, but were {value}.")
            : value == 0 || Start != AverageStart.ZeroCorrected ? value
            : throw Twice();
    }

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
        DecayWarmup.Fraction => Math.Min(Decay, (double)(WarmupStart + update) / (WarmupStart + 9 + update)),
        DecayWarmup.Power => Math.Max(Math.Min(1 - Math.Pow(1 + (Math.Max(0, update - CopiedUpdates - 1) / WarmupGamma), -WarmupPower), Decay), MinimumDecay),
        _ => Decay,
    };

    /// <inheritdoc/>
    public override string ToString() => Write(
        "ema",
        Schedule.Text(Decay),
        Start switch { AverageStart.FirstUpdate => "start=first", AverageStart.ZeroCorrected => "start=zero", _ => null },
        Warmup switch { DecayWarmup.Fraction => "warmup=fraction", DecayWarmup.Power => "warmup=power", _ => null },
        WarmupStart == 1 ? null : $"warmup_start={WarmupStart}",
        WarmupGamma == 1 ? null : $"gamma={Schedule.Text(WarmupGamma)}",
        WarmupPower == 2.0 / 3 ? null : $"power={Schedule.Text(WarmupPower)}",
        MinimumDecay == 0 ? null : $"minimum={Schedule.Text(MinimumDecay)}",
        CopiedUpdates == 0 ? null : $"copied={CopiedUpdates}");

    internal static ExponentialAverage Read(FormArguments a) => new(a.Number(a.NextOrNull()) ?? 0.999)
    {
        Start = a.Choice(a.Named("start"), ("initial", AverageStart.InitialWeights), ("first", AverageStart.FirstUpdate), ("zero", AverageStart.ZeroCorrected)),
        Warmup = a.Choice(a.Named("warmup"), ("none", DecayWarmup.None), ("fraction", DecayWarmup.Fraction), ("power", DecayWarmup.Power)),
        WarmupStart = a.Whole(a.Named("warmup_start")) ?? 1,
        WarmupGamma = a.Number(a.Named("gamma")) ?? 1,
        WarmupPower = a.Number(a.Named("power")) ?? 2.0 / 3,
        MinimumDecay = a.Number(a.Named("minimum")) ?? 0,
        CopiedUpdates = a.Updates(a.Named("copied")) ?? 0,
    };

    private static DescentException Twice() =>
        new("An exponential average that starts at zero corrects its start itself, so it takes neither a warmup nor copied updates; use one of both.");

    private static double InUnit(double value, string what) =>
        value is >= 0 and < 1 ? value : throw new DescentException($"{what} must be in [0, 1), but was {Schedule.Text(value)}.");
}
