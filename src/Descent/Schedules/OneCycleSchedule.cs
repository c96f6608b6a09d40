namespace Descent.Schedules;

/// <summary>
/// One rise and one fall: from a start to a peak, and on to an end; with three phases back to the start first. The momentum
/// cycles inversely: <see cref="InverseMomentum"/>.
/// </summary>
/// <remarks>
/// Source: Smith, Topin, "Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates", 2018,
/// <see href="https://arxiv.org/abs/1708.07120"/>, and L. Smith, <see href="https://arxiv.org/abs/1803.09820"/>. As in PyTorch the
/// rise ends at warmup·steps − 1, and with three phases the fall at 2·warmup·steps − 2, as real numbers, and the
/// end is reached at the last update. Momentum with three phases stays at its end in the third.
/// </remarks>
/// <param name="From">The value at update 0; at least 0.</param>
/// <param name="Peak">The value at the end of the rise; at least 0.</param>
/// <param name="To">The value at the last update; at least 0.</param>
/// <param name="Steps">At least 2.</param>
public sealed record OneCycleSchedule(double From, double Peak, double To, long Steps) : Schedule
{
    /// <summary>The value at update 0; at least 0.</summary>
    public double From { get; init; } = Finite(From, "The start of a one-cycle schedule");

    /// <summary>The value at the end of the rise; at least 0.</summary>
    public double Peak { get; init; } = Finite(Peak, "The peak of a one-cycle schedule");

    /// <summary>The value at the last update; at least 0.</summary>
    public double To { get; init; } = Finite(To, "The end of a one-cycle schedule");

    /// <summary>At least 2.</summary>
    public long Steps { get; init; } = Steps >= 2 ? Steps : throw new DescentException($"The length of a one-cycle schedule must be at least 2 updates, but was {Steps}.");

    /// <summary>The share of the updates that rise; in (0, 1), and at most ½ with three phases.</summary>
    public double WarmupFraction
    {
        get;
        init => field = value is > 0 and < 1
            ? Checked(value, HasThreePhases)
            : throw new DescentException($"The warmup of a one-cycle schedule must be in (0, 1), but was {Text(value)}.");
    } = 0.3;

    /// <summary>Whether the ways are straight lines instead of half cosine waves.</summary>
    public bool IsLinear { get; init; }

    /// <summary>Whether the way down goes to the start first, as long as the rise, and to the end after that.</summary>
    public bool HasThreePhases
    {
        get;
        init
        {
            Checked(WarmupFraction, value);
            field = value;
        }
    }

    /// <inheritdoc/>
    public override long? Duration => Steps;

    /// <summary>The schedule of the momentum, which is smallest at the peak of the rate.</summary>
    /// <param name="least">The momentum at the peak; at least 0.</param>
    /// <param name="most">The momentum at the start and at the end; at least 0.</param>
    public OneCycleSchedule InverseMomentum(double least, double most) => this with { From = most, Peak = least, To = most };

    /// <inheritdoc/>
    public override double At(long update)
    {
        var t = Math.Min(update, Steps - 1);
        var rise = Math.Max(0, (WarmupFraction * Steps) - 1);
        if (t <= rise)
        {
            return Way(From, Peak, rise == 0 ? 1 : t / rise);
        }

        if (!HasThreePhases)
        {
            return Way(Peak, To, (t - rise) / (Steps - 1 - rise));
        }

        var fall = Math.Min((2 * WarmupFraction * Steps) - 2, Steps - 1);
        return t <= fall ? Way(Peak, From, (t - rise) / (fall - rise)) : Way(From, To, (t - fall) / (Steps - 1 - fall));
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var warmup = WarmupFraction == 0.3 ? "" : $", warmup {Text(WarmupFraction)}";
        return $"one-cycle({Text(From)}..{Text(Peak)}..{Text(To)}, {Steps}{warmup}{(IsLinear ? ", linear" : "")}{(HasThreePhases ? ", three-phase" : "")})";
    }

    private static double Checked(double warmup, bool hasThreePhases) => hasThreePhases && warmup > 0.5
        ? throw new DescentException($"The warmup of a one-cycle schedule with three phases must be at most 0.5, but was {Text(warmup)}.")
        : warmup;

    private double Way(double start, double end, double progress) => IsLinear
        ? Between(start, end, progress)
        : Between(end, start, 0.5 * (1 + Math.Cos(Math.PI * progress)));
}
