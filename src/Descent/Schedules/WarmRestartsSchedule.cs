namespace Descent.Schedules;

/// <summary>
/// Half a cosine wave from one value to another, again and again: the n-th takes period·multiplierⁿ updates and starts
/// decayⁿ as high above the lowest value.
/// </summary>
/// <remarks>
/// Source: Loshchilov, Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017,
/// <see href="https://arxiv.org/abs/1608.03983"/>, equation 5. The lowest value itself is not reached, as in the paper: the last
/// update of a period is one before it. The decay of the peak is ours.
/// </remarks>
/// <param name="From">The value at update 0; at least 0.</param>
/// <param name="To">The lowest value; at least 0.</param>
/// <param name="Period">The length of the first period in updates; at least 1.</param>
public sealed record WarmRestartsSchedule(double From, double To, long Period) : Schedule
{
    /// <summary>The value at update 0; at least 0.</summary>
    public double From { get; init; } = Finite(From, "The start of a warm-restarts schedule");

    /// <summary>The lowest value; at least 0.</summary>
    public double To { get; init; } = Finite(To, "The end of a warm-restarts schedule");

    /// <summary>The length of the first period in updates; at least 1.</summary>
    public long Period { get; init; } = AtLeastOne(Period, "The period of a warm-restarts schedule");

    /// <summary>By what each period is longer than the one before; at least 1.</summary>
    public double Multiplier
    {
        get;
        init => field = double.IsFinite(value) && value >= 1
            ? value
            : throw new DescentException($"The multiplier of a warm-restarts schedule must be at least 1, but was {Text(value)}.");
    } = 1;

    /// <summary>What the height of each peak above the lowest value is multiplied by; in (0, 1].</summary>
    public double Decay
    {
        get;
        init => field = value is > 0 and <= 1
            ? value
            : throw new DescentException($"The decay of a warm-restarts schedule must be in (0, 1], but was {Text(value)}.");
    } = 1;

    /// <summary>That of the peaks: their number grows like the logarithm of time where the periods grow, and with time else.</summary>
    public override double? DecayPower =>
        To > 0 || (From > 0 && Decay == 1) ? 0
        : From == 0 || Multiplier == 1 ? double.PositiveInfinity
        : -Math.Log(Decay) / Math.Log(Multiplier);

    /// <inheritdoc/>
    public override double At(long update)
    {
        var (restarts, start, length) = PeriodOf(update);
        var wave = 0.5 * (1 + Math.Cos(Math.PI * ((update - start) / length)));
        return Between(To, From, Math.Pow(Decay, restarts) * wave);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var multiplier = Multiplier == 1 ? "" : $", multiplier {Text(Multiplier)}";
        return $"warm-restarts({Text(From)}..{Text(To)}, {Period}{multiplier}{(Decay == 1 ? "" : $", decay {Text(Decay)}")})";
    }

    private (double Restarts, double Start, double Length) PeriodOf(long update)
    {
        if (Multiplier == 1)
        {
            var whole = update / Period;
            return (whole, whole * Period, Period);
        }

        // The sum of the first n periods is period·(mⁿ − 1)/(m − 1). The logarithm may be off by one at a boundary.
        var n = Math.Floor(double.LogP1(update / (double)Period * (Multiplier - 1)) / Math.Log(Multiplier));
        if (StartOf(n + 1) <= update)
        {
            n++;
        }
        else if (n > 0 && StartOf(n) > update)
        {
            n--;
        }

        return (n, StartOf(n), Period * Math.Pow(Multiplier, n));
    }

    private double StartOf(double period) => Period * ((Math.Pow(Multiplier, period) - 1) / (Multiplier - 1));
}
