using Descent.Numerics;
using Descent.Schedules;
using Descent.Text;

namespace Descent.Tests.Schedules;

/// <summary>Random schedules of the whole algebra, for properties that all must have.</summary>
internal static class RandomSchedules
{
    private const int Kinds = 19;
    private const int Combinations = 9;

    public static IEnumerable<Schedule> Take(int count, ulong seed, int depth = 3)
    {
        var random = new SeededRandom(seed);
        for (var i = 0; i < count; i++)
        {
            yield return Next(random, depth);
        }
    }

    public static Schedule Next(SeededRandom random, int depth, bool mayFollowMetric = true)
    {
        if (depth == 0 || random.NextInt32(4) == 0)
        {
            return Leaf(random, mayFollowMetric);
        }

        Schedule Inner(bool metric = true) => Next(random, depth - 1, mayFollowMetric && metric);
        Schedule Ending(bool metric = true) => Inner(metric) is { Duration: not null } ended ? ended : Inner(metric).For(Steps(random));
        return random.NextInt32(Combinations) switch
        {
            0 => Ending().Then(Inner()),
            1 => new JoinedSchedule(Ending(), Inner()),
            2 => Schedule.Warmup(random.NextInt32(12), Share(random), random.NextInt32(2) == 0).Then(Inner()),
            3 => Inner().Scale(Value(random)),
            4 => Clamped(random, Inner()),
            5 => Inner().Offset(random.NextInt32(20)),
            6 => Ending(metric: false).Repeat(Steps(random)),
            7 => Inner(metric: false).Restart(Steps(random)),
            _ => random.NextInt32(2) == 0 ? Inner().Times(Inner()) : Inner().For(Steps(random)),
        };
    }

    private static Schedule Leaf(SeededRandom random, bool mayFollowMetric)
    {
        var (a, b, n) = (Value(random), Value(random), Steps(random));
        bool Coin() => random.NextInt32(2) == 0;
        return random.NextInt32(mayFollowMetric ? Kinds : Kinds - 1) switch
        {
            0 => Schedule.Constant(a),
            1 => Schedule.Linear(a, b, n),
            2 => Schedule.Cosine(a, b, n),
            3 => new CosineSchedule(a, b, n) { Cycles = 0.1 + (3 * Share(random)), Restarts = random.NextInt32(3), Continues = Coin() },
            4 => Schedule.Step(a, n, Share(random)),
            5 => Schedule.Exponential(a, 0.5 + (0.5 * Share(random))),
            6 => Schedule.MultiStep(a, Share(random), n, n, n + Steps(random)),
            7 => Schedule.Polynomial(a, b, n, 0.2 + (3 * Share(random))),
            8 => Schedule.Geometric(a + 1e-6, b + 1e-6, n),
            9 => Schedule.OneMinusSqrt(a, b, n),
            10 => Schedule.Rex(a, b, n),
            11 => Schedule.WarmRestarts(a, b, n, Coin() ? 1 + random.NextInt32(3) : 1 + (2 * Share(random)), Coin() ? 1 : 0.1 + (0.8 * Share(random))),
            12 => Schedule.InverseSquareRoot(a, n),
            13 => Schedule.InverseTime(a, b, 0.1 + (2 * Share(random))),
            14 => new NoamSchedule(Steps(random), n) { Factor = a },
            15 => new OneCycleSchedule(a, b, Value(random), n + 3) { WarmupFraction = 0.05 + (0.45 * Share(random)), IsLinear = Coin(), HasThreePhases = Coin() },
            16 => new CyclicalSchedule(a, b, n, Steps(random)) { IsHalving = Coin(), Factor = Coin() ? 1 : 0.9 + (0.1 * Share(random)) },
            17 => new PiecewiseSchedule(new((random.NextInt32(3), a), (n + 3, b), (n + 3 + Steps(random), Value(random)))) { Holds = Coin() },
            _ => new PlateauSchedule(a)
            {
                Factor = 0.1 + (0.8 * Share(random)),
                Patience = random.NextInt32(3),
                Threshold = Coin() ? 1e-4 : Value(random),
                IsAbsolute = Coin(),
                IsMaximized = Coin(),
                Cooldown = random.NextInt32(3),
                Minimum = Coin() ? 0 : a / 10,
                MinimumChange = Coin() ? 1e-8 : 0,
                Best = Coin() ? null : Value(random) - 1,
                Waited = random.NextInt32(2),
                Cooling = random.NextInt32(2),
                Reductions = Coin() ? new ValueList<(long, double)>() : new((n, a / 2), (n + 5, a / 4)),
            },
        };
    }

    private static ClampedSchedule Clamped(SeededRandom random, Schedule inner)
    {
        var (x, y) = (Value(random), Value(random));
        return new ClampedSchedule(inner, Math.Min(x, y), Math.Max(x, y));
    }

    /// <summary>Numbers of all lengths: few digits, all digits, 0, small and large.</summary>
    private static double Value(SeededRandom random) => random.NextInt32(6) switch
    {
        0 => 0,
        1 => random.NextInt32(10),
        2 => random.NextInt32(1000) / 1000.0,
        3 => Math.Pow(10, -9 * Share(random)),
        _ => Share(random),
    };

    private static double Share(SeededRandom random) => (random.NextInt32(1 << 30) + 0.5) / (1 << 30);

    private static long Steps(SeededRandom random) => 1 + random.NextInt32(30);
}
