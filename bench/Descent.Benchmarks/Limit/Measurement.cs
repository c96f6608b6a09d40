using System.Diagnostics;
using Descent.Numerics;

namespace Descent.Benchmarks.Limit;

/// <summary>The times of one contender, in the order of the rounds.</summary>
/// <param name="Contender">What was timed.</param>
/// <param name="Seconds">One run each: the time of a batch divided by its repeats.</param>
internal sealed record Measurement(Contender Contender, double[] Seconds)
{
    /// <summary>The middle time and the quartiles around it.</summary>
    public Spread Time { get; } = Spread.Of(Seconds);

    /// <summary>10⁹ bytes per second.</summary>
    public Spread Bandwidth { get; } = Rate(Contender, Seconds, Contender.BytesPerElement);

    /// <summary>10⁹ parameters per second.</summary>
    public Spread Speed { get; } = Rate(Contender, Seconds, 1);

    private static Spread Rate(Contender contender, double[] seconds, int perElement) =>
        Spread.Of(seconds.Select(time => (double)contender.Elements * perElement / time / 1e9));
}

/// <summary>The median and the quartiles of a sample.</summary>
internal readonly record struct Spread(double Lower, double Median, double Upper)
{
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new(At(0.25), At(0.5), At(0.75));

        double At(double quantile)
        {
            var (whole, part) = ((int)(quantile * (sorted.Length - 1)), quantile * (sorted.Length - 1) % 1);
            return sorted[whole] + (part * (sorted[Math.Min(whole + 1, sorted.Length - 1)] - sorted[whole]));
        }
    }

    public string Text(string format) => $"{Median.ToString(format)} ({Lower.ToString(format)}–{Upper.ToString(format)})";
}

/// <summary>
/// Interleaved timing: every contender once per round, in an order that is shuffled anew, so that drift of the machine
/// and what the one before left in the caches fall on all alike.
/// </summary>
internal static class RoundRobin
{
    private const int WarmUpRuns = 3;
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromMilliseconds(400);

    public static Measurement[] Measure(Contender[] contenders, int rounds)
    {
        foreach (var contender in contenders)
        {
            WarmUp(contender);
        }

        var order = Enumerable.Range(0, contenders.Length).ToArray();
        var seconds = Array.ConvertAll(contenders, _ => new double[rounds]);
        var random = new SeededRandom(2);
        GC.Collect();
        for (var round = 0; round < rounds; round++)
        {
            random.Shuffle(order.AsSpan());
            foreach (var i in order)
            {
                var start = Stopwatch.GetTimestamp();
                contenders[i].Batch();
                seconds[i][round] = Stopwatch.GetElapsedTime(start).TotalSeconds / contenders[i].Repeats;
            }
        }

        return [.. contenders.Zip(seconds, (contender, times) => new Measurement(contender, times))];
    }

    // The time lets the runtime compile what it promotes in the background.
    private static void WarmUp(Contender contender)
    {
        var start = Stopwatch.GetTimestamp();
        for (var run = 0; run < WarmUpRuns || Stopwatch.GetElapsedTime(start) < WarmUpTime; run++)
        {
            contender.Batch();
        }
    }
}
