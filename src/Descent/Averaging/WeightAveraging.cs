using Descent.Schedules;
using Descent.Text;

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

    /// <summary>The schedule of the learning rate that goes with the average: another one than <paramref name="before"/> for stochastic weight averaging alone.</summary>
    /// <param name="before">The schedule without the average.</param>
    public virtual Schedule Phase(Schedule before) => before;

    /// <summary>Reads the text form, which <see cref="object.ToString"/> writes: <c>ema(0.999)</c>, <c>swa(75%, 100, rate=0.01)</c>, <c>lawa(6, 500)</c>, <c>polyak(50%)</c>.</summary>
    /// <param name="text">A name and arguments.</param>
    /// <param name="total">All updates of the run, which percentages refer to; null where there are none.</param>
    /// <exception cref="DescentException">The text is not an average.</exception>
    public static WeightAveraging Parse(string text, long? total = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.TrimStart().StartsWith("lookahead", StringComparison.OrdinalIgnoreCase)
            ? throw new DescentException("Lookahead changes the training itself, so it is not an average but a method: write the optimizer as lookahead(inner=adamw), which is evaluated at its slow weights.")
            : Form<WeightAveraging>.Parse("The average", text, Forms, total);
    }

    /// <summary>What the text form may be, one for each kind.</summary>
    public static IReadOnlyList<string> Usages => [.. Forms.Select(form => form.Usage)];

    private protected static string Write(string name, params ReadOnlySpan<string?> arguments) => $"{name}({string.Join(", ", arguments.ToArray().Where(argument => argument is not null))})";

    private static readonly IReadOnlyList<Form<WeightAveraging>> Forms =
    [
        new("ema", "ema(DECAY, start=initial|first|zero, warmup=none|fraction|power, warmup_start=N, gamma=G, power=P, minimum=M, copied=UPDATES)", ExponentialAverage.Read),
        new("polyak", "polyak(AFTER)", a => new EqualAverage(a.Updates(a.NextOrNull()) ?? 0)),
        new("swa", "swa(AFTER, EVERY, rate=R, anneal=UPDATES, linear=true|false)", a => new StochasticWeightAverage(a.Updates(a.Next("AFTER"))!.Value, a.Updates(a.Next("EVERY"))!.Value)
        {
            Rate = a.Number(a.Named("rate")),
            Anneal = a.Updates(a.Named("anneal")),
            IsLinear = a.Flag(a.Named("linear")),
        }),
        new("lawa", "lawa(COUNT, EVERY)", a => new LatestWeightsAverage(a.Count(a.Next("COUNT")), a.Updates(a.Next("EVERY"))!.Value)),
    ];
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

    /// <inheritdoc/>
    public override string ToString() => Write("polyak", After == 0 ? null : $"{After}");
}

/// <summary>The mean of the weights at the ends of cycles: stochastic weight averaging.</summary>
/// <remarks>
/// Source: Izmailov et al., "Averaging Weights Leads to Wider Optima and Better Generalization", UAI 2018,
/// <see href="https://arxiv.org/abs/1803.05407"/>, algorithm 1. <see cref="Phase"/> is the schedule of
/// its learning rate.
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

    /// <summary>The learning rate that averaging goes on with, at least 0; null to leave the schedule as it is.</summary>
    public double? Rate { get; init => field = value is null ? null : Schedule.Finite(value.Value, "The learning rate of stochastic weight averaging"); }

    /// <summary>How many updates the learning rate takes from the schedule to <see cref="Rate"/>, at least 1; null for one cycle.</summary>
    public long? Anneal { get; init => field = value is null ? null : Schedule.AtLeastOne(value.Value, "The annealing of stochastic weight averaging"); }

    /// <summary>Whether it gets there on a straight line instead of half a cosine wave.</summary>
    public bool IsLinear { get; init; }

    /// <summary>The schedule until averaging begins, then over <see cref="Anneal"/> updates to <see cref="Rate"/>, which stays.</summary>
    /// <param name="before">The schedule until then.</param>
    public override Schedule Phase(Schedule before)
    {
        ArgumentNullException.ThrowIfNull(before);
        if (Rate is not { } rate)
        {
            return before;
        }

        var from = before.At(After);
        var rest = IsLinear ? Schedule.Linear(from, rate, Anneal ?? Every) : Schedule.Cosine(from, rate, Anneal ?? Every);
        return After == 0 ? rest : before.For(After).Then(rest);
    }

    /// <inheritdoc/>
    public override string ToString() => Write(
        "swa", $"{After}", $"{Every}", Rate is { } rate ? $"rate={Schedule.Text(rate)}" : null, Anneal is { } anneal ? $"anneal={anneal}" : null, IsLinear ? "linear=true" : null);
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

    /// <inheritdoc/>
    public override string ToString() => Write("lawa", $"{Count}", $"{Every}");
}
