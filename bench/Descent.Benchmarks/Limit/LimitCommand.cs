using System.CommandLine;
using System.Runtime.Intrinsics;
using Descent.Benchmarks.Loops;
using Descent.Engine;
using Descent.State;

namespace Descent.Benchmarks.Limit;

/// <summary>The command <c>limit</c>: how near an AdamW step is to what the memory allows, and what it costs at every size.</summary>
internal static class LimitCommand
{
    private const int LargeCount = 25_000_000;
    private const int AllocationSteps = 1_000;
    private static readonly int[] SmallerCounts = [2, 1_000, 100_000, 1_000_000];

    public static int Run(string[] args)
    {
        var rounds = new Option<int>("--rounds")
        {
            Description = "how often every contender is timed",
            DefaultValueFactory = _ => 31,
        };
        rounds.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var value) && value < 1)
            {
                result.AddError($"--rounds must be at least 1, but was {value}.");
            }
        });
        var output = new Option<FileInfo?>("--output") { Description = "a file for the table, beside standard output" };
        var limit = new Command("limit", "Compares the engine with the memory limit.") { rounds, output };
        limit.SetAction(result =>
        {
            var report = Measure(result.GetValue(rounds));
            Console.Out.Write(report);
            if (result.GetValue(output) is { } file)
            {
                file.Directory?.Create();
                AtomicFile.WriteText(file.FullName, report);
            }
        });
        return new RootCommand("The benchmarks of Descent.") { limit }.Parse(args).Invoke();
    }

    private static string Measure(int rounds)
    {
        if (!Vector256.IsHardwareAccelerated)
        {
            throw new DescentException("The hand-written loops must have vectors of 256 bits or more, but this processor has none.");
        }

        SameArithmetic.Check();
        using var two = new Workers(2);
        var sizes = new List<SizeRow>();
        foreach (var count in SmallerCounts)
        {
            var small = new AdamWArrays(count);
            sizes.Add(AtSize(small, two, rounds));
            small.Check();
        }

        var arrays = new AdamWArrays(LargeCount);
        Progress($"{LargeCount:N0} parameters, against the memory limit");
        var limit = RoundRobin.Measure(
            [.. AgainstTheLimit(arrays, Workers.Sequential), .. AgainstTheLimit(arrays, two), Contender.Naive(arrays)], rounds);
        sizes.Add(AtSize(arrays, two, rounds));
        arrays.Check();
        return LimitReport.Write(rounds, limit, sizes);
    }

    private static Contender[] AgainstTheLimit(AdamWArrays arrays, Workers workers) =>
    [
        Contender.Engine(arrays, workers),
        Contender.Limit("four streams, θ m v ← …, g", arrays, workers, new FourStreams(arrays)),
        Contender.Limit("one stream, θ ← a·θ + b", arrays, workers, new OneStream(arrays)),
        Contender.Limit("two streams, θ ← a·θ + g", arrays, workers, new TwoStreams(arrays)),
        Contender.FusedAdamW(arrays, workers),
        Contender.Copy(arrays, workers),
    ];

    private static SizeRow AtSize(AdamWArrays arrays, Workers two, int rounds)
    {
        Progress($"{arrays.Count:N0} parameters, every kind of step");

        // A batch is long enough for the clock, and 100,000 steps where a step is shortest.
        var repeats = Math.Clamp(4_000_000 / arrays.Count, 1, 100_000);
        var measurements = RoundRobin.Measure(
            [
                Contender.Engine(arrays, Workers.Sequential, repeats),
                Contender.Engine(arrays, two, repeats),
                Contender.FusedAdamW(arrays, Workers.Sequential, repeats),
                Contender.Naive(arrays, repeats),
                Contender.Copy(arrays, Workers.Sequential, repeats),
            ],
            rounds);
        return new(arrays.Count, measurements, AllocatedPerStep(arrays, Workers.Sequential), AllocatedPerStep(arrays, two));
    }

    /// <summary>Bytes that the calling thread allocates per step.</summary>
    private static double AllocatedPerStep(AdamWArrays arrays, Workers workers)
    {
        var optimizer = arrays.CreateOptimizer(workers);
        optimizer.Step();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < AllocationSteps; i++)
        {
            optimizer.Step();
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)AllocationSteps;
    }

    private static void Progress(string what) => Console.Error.WriteLine($"{what} …");
}
