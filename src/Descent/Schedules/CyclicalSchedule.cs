namespace Descent.Schedules;

/// <summary>
/// Straight lines from one value to another and back, again and again. The momentum cycles inversely: <see cref="InverseMomentum"/>.
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

    /// <summary>Whether the height halves from cycle to cycle (<c>triangular2</c>).</summary>
    public bool IsHalving { get; init; }

    /// <summary>What the height is multiplied by at every update (<c>exp_range</c>); in (0, 1], and 1 to stay.</summary>
    public double Factor
    {
        get;
        init => field = value is > 0 and <= 1
            ? value
            : throw new DescentException($"The factor of a cyclical schedule must be in (0, 1], but was {Text(value)}.");
    } = 1;

    /// <summary>The schedule of the momentum, which is largest where the rate is smallest.</summary>
    /// <param name="least">The momentum at the turn; at least 0.</param>
    /// <param name="most">The momentum at update 0; at least 0.</param>
    public CyclicalSchedule InverseMomentum(double least, double most) => this with { From = most, To = least };

    /// <inheritdoc/>
    public override double? DecayPower =>
        From > 0 || (To > 0 && !IsHalving && Factor == 1) ? 0 : double.PositiveInfinity;

    /// <inheritdoc/>
    public override double At(long update)
    {
        var length = Sum(Up, Down);
        var (cycle, t) = Math.DivRem(update, length);
        var way = t <= Up ? t / (double)Up : (length - t) / (double)Down;
        var height = (IsHalving ? Math.Pow(0.5, cycle) : 1) * Math.Pow(Factor, update);
        return Between(From, To, way * height);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"cyclical({Text(From)}..{Text(To)}, {Up}{(Down == Up ? "" : $", {Down}")}{(IsHalving ? ", halving" : "")}{(Factor == 1 ? "" : $", factor {Text(Factor)}")})";
}
