namespace Descent.Schedules;

/// <summary>What becomes of the height of the cycles.</summary>
public enum CycleHeight
{
    /// <summary>It stays.</summary>
    Constant,

    /// <summary>It halves from cycle to cycle (<c>triangular2</c>).</summary>
    Halving,

    /// <summary>It is multiplied by a factor at every update (<c>exp_range</c>).</summary>
    Exponential,
}

/// <summary>
/// Straight lines from one value to another and back, again and again. From the largest momentum to the smallest it is the
/// momentum that cycles inversely.
/// </summary>
/// <remarks>
/// Source: Smith, "Cyclical Learning Rates for Training Neural Networks", WACV 2017,
/// <see href="https://arxiv.org/abs/1506.01186"/>, section 3.
/// </remarks>
/// <param name="From">The value at update 0; at least 0.</param>
/// <param name="To">The value after <paramref name="Up"/> updates; at least 0.</param>
/// <param name="Up">The updates of the way to it; at least 1.</param>
/// <param name="Down">The updates of the way back; at least 1.</param>
public sealed record CyclicalSchedule(double From, double To, long Up, long Down) : Schedule
{
    /// <summary>The value at update 0; at least 0.</summary>
    public double From { get; init; } = Finite(From, "The start of a cyclical schedule");

    /// <summary>The value at the turn; at least 0.</summary>
    public double To { get; init; } = Finite(To, "The turn of a cyclical schedule");

    /// <summary>The updates of the way to the turn; at least 1.</summary>
    public long Up { get; init; } = AtLeastOne(Up, "The way up of a cyclical schedule");

    /// <summary>The updates of the way back; at least 1.</summary>
    public long Down { get; init; } = AtLeastOne(Down, "The way down of a cyclical schedule");

    /// <summary>What becomes of the height.</summary>
    public CycleHeight Height { get; init; }

    /// <summary>What the height is multiplied by at every update, when it is <see cref="CycleHeight.Exponential"/>; in (0, 1].</summary>
    public double Factor
    {
        get;
        init => field = value is > 0 and <= 1
            ? value
            : throw new DescentException($"The factor of a cyclical schedule must be in (0, 1], but was {Text(value)}.");
    } = 1;

    /// <inheritdoc/>
    public override double At(long update)
    {
        var (cycle, t) = Math.DivRem(update, Up + Down);
        var way = t <= Up ? t / (double)Up : (Up + Down - t) / (double)Down;
        var height = Height switch
        {
            CycleHeight.Halving => Math.Pow(0.5, cycle),
            CycleHeight.Exponential => Math.Pow(Factor, update),
            _ => 1,
        };
        return From + ((To - From) * way * height);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var height = Height switch
        {
            CycleHeight.Halving => ", halving",
            CycleHeight.Exponential => $", factor {Text(Factor)}",
            _ => "",
        };
        return $"cyclical({Text(From)}..{Text(To)}, {Up}{(Down == Up ? "" : $", {Down}")}{height})";
    }
}
