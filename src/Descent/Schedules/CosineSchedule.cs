namespace Descent.Schedules;

/// <summary>η(t) = to + (from − to)·(1 + cos(2π·cycles·t/steps))/2.</summary>
/// <remarks>
/// Source: Loshchilov, Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017,
/// <see href="https://arxiv.org/abs/1608.03983"/>, equation 5. After the end the last value is held; the
/// paper does not say, PyTorch's scheduler goes back up (<see cref="Continues"/>).
/// </remarks>
/// <param name="From">The value at update 0; at least 0.</param>
/// <param name="To">The lowest value; at least 0.</param>
/// <param name="Steps">At least 1.</param>
public sealed record CosineSchedule(double From, double To, long Steps) : Schedule
{
    /// <summary>The value at update 0; at least 0.</summary>
    public double From { get; init; } = Finite(From, "The start of a cosine schedule");

    /// <summary>The lowest value; at least 0.</summary>
    public double To { get; init; } = Finite(To, "The end of a cosine schedule");

    /// <summary>At least 1.</summary>
    public long Steps { get; init; } = AtLeastOne(Steps, "The length of a cosine schedule");

    /// <summary>How many whole waves fit into <see cref="Steps"/>; more than 0. One half, the default, goes down once.</summary>
    public double Cycles
    {
        get;
        init => field = double.IsFinite(value) && value > 0
            ? value
            : throw new DescentException($"The cycles of a cosine schedule must be a number above 0, but was {Text(value)}.");
    } = 0.5;

    /// <summary>How often the wave starts again within <see cref="Steps"/>, each time from the top; 0, the default, for not at all.</summary>
    public long Restarts
    {
        get;
        init => field = value >= 0 ? value : throw new DescentException($"The restarts of a cosine schedule must be at least 0, but were {value}.");
    }

    /// <summary>Whether the wave goes on after <see cref="Steps"/> instead of holding its last value.</summary>
    public bool Continues { get; init; }

    /// <inheritdoc/>
    public override long? Duration => Continues ? null : Steps;

    /// <inheritdoc/>
    public override double? DecayPower => !Continues ? base.DecayPower : From > 0 ? 0 : null;

    /// <inheritdoc/>
    public override double At(long update)
    {
        var progress = (Continues ? update : Math.Min(update, Steps)) / (double)Steps;
        if (Restarts > 0)
        {
            // The end is the end of the last wave, not the beginning of another.
            progress = !Continues && update >= Steps ? 1 : progress * (Restarts + 1) % 1;
        }

        return Between(To, From, 0.5 * (1 + Math.Cos(2 * Math.PI * Cycles * progress)));
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var cycles = Cycles == 0.5 ? "" : $", cycles {Text(Cycles)}";
        return $"cosine({Text(From)}..{Text(To)}, {Steps}{cycles}{(Restarts == 0 ? "" : $", restarts {Restarts}")}{(Continues ? ", continues" : "")})";
    }
}
