using System.CommandLine;
using System.Text;
using Descent.Benchmarks.Limit;
using Descent.Engine;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.State;

namespace Descent.Benchmarks.Methods;

/// <summary>The command <c>methods</c>: every method of the catalogue against the memory limit of its own streams, and many small tensors.</summary>
internal static class MethodsCommand
{
    private const int Rows = 5_000;
    private const int Count = Rows * Rows;
    private const int MaximumStates = 4;

    public static int Run(string[] args)
    {
        var rounds = new Option<int>("--rounds") { Description = "how often every contender is timed", DefaultValueFactory = _ => 15 };
        var only = new Option<string[]>("--only") { Description = "the methods to measure, and small_tensors; all when not given", AllowMultipleArgumentsPerToken = true };
        var output = new Option<FileInfo?>("--output") { Description = "a file for the table, beside standard output" };
        var methods = new Command("methods", "Compares every method with the memory limit of its own streams.") { rounds, only, output };
        methods.SetAction(result =>
        {
            var report = Measure(result.GetValue(rounds), result.GetValue(only) ?? []);
            Console.Out.Write(report);
            if (result.GetValue(output) is { } file)
            {
                file.Directory?.Create();
                AtomicFile.WriteText(file.FullName, report);
            }
        });
        return new RootCommand("The benchmarks of Descent.") { methods }.Parse(args).Invoke();
    }

    private static string Measure(int rounds, string[] only)
    {
        // First, while the heap is not yet in pieces.
        using var two = new Workers(2);
        var small = new StringBuilder();
        if (only.Length == 0 || only.Contains(SmallTensors.Name))
        {
            Console.Error.WriteLine($"{SmallTensors.Name} …");
            SmallTensors.Write(small, two, rounds);
        }

        var text = new StringBuilder();
        text.AppendLine("# Every method against the memory limit of its own bytes").AppendLine();
        Machine.Describe(text);
        text.AppendLine().AppendLine(
            $"One step of {Count:N0} parameters in a {Rows:N0} × {Rows:N0} matrix, `float`, default options. {rounds} rounds; in each the step and the limit once, " +
            "in shuffled order; medians (and quartiles). The limit reads and writes the same number of arrays in the same chunks on the same threads, with next to no " +
            "arithmetic: a pass that only reads for each reading pass of the method, and one that reads and writes for each that writes. Bytes are per parameter and step.");
        text.AppendLine();
        text.AppendLine("| method | family | state bytes | passes | bytes | GB/s, 1 thread | of the limit | GB/s, 2 threads | of the limit |");
        text.AppendLine("|:--|:--|--:|--:|--:|--:|--:|--:|--:|");
        var (theta, gradient, limits) = (Drawn(1, -1, 1), Drawn(2, 0.01, 0.1), new float[MaximumStates + 2][]);
        for (var i = 0; i < limits.Length; i++)
        {
            limits[i] = Drawn(3 + i, 0.01, 0.1);
        }

        foreach (var entry in Catalogue.All.Where(entry => only.Length == 0 || only.Contains(entry.Name)))
        {
            Console.Error.WriteLine($"{entry.Name} …");
            text.AppendLine(Row(entry, theta, gradient, limits, two, rounds));
        }

        return text.Append(small).ToString();
    }

    private static string Row(MethodEntry entry, float[] theta, float[] gradient, float[][] limits, Workers two, int rounds)
    {
        var columns = new List<string>();
        var (passes, bytes, state) = (0, 0, 0.0);
        foreach (var workers in new[] { Workers.Sequential, two })
        {
            // Every optimizer starts from the same place; its state is new, and written by the warm-up.
            Drawn(1, -1, 1).CopyTo(theta, 0);
            var optimizer = Optimizer.For([new Parameter<float>("theta", theta, gradient, [Rows, Rows])], entry.Default, workers);
            var streams = EngineInternals.Streams(optimizer);
            var jobs = streams.Select(IStreamJob (pass) => pass.Written == 0 ? new ReadingStreams(limits[..Math.Min(pass.Read, limits.Length)]) : new WritingStreams(limits[^1], limits[..pass.Written])).ToArray();
            (passes, bytes, state) = (jobs.Length, jobs.Sum(job => job.BytesPerElement), entry.StatePerParameter * sizeof(float));
            var chunks = EngineInternals.ChunksOf(Count);
            var measured = RoundRobin.Measure(
                [
                    new Contender(entry.Name, workers.Count, Count, bytes, 1, () => optimizer.Step()),
                    new Contender("limit", workers.Count, Count, bytes, 1, () =>
                    {
                        foreach (var job in jobs)
                        {
                            workers.Run(job, chunks);
                        }
                    }),
                ],
                rounds);
            var ratio = Spread.Of(measured[1].Seconds.Zip(measured[0].Seconds, (limit, own) => limit / own));
            columns.Add($"{measured[0].Bandwidth.Text("0.0")} | {measured[1].Time.Median / measured[0].Time.Median:P0} ({ratio.Lower:P0}–{ratio.Upper:P0})");
        }

        return $"| `{entry.Name}` | {FamilyTree.NameOf(entry.Family)} | {state:0.##} | {passes} | {bytes} | {string.Join(" | ", columns)} |";
    }

    private static float[] Drawn(int seed, double low, double high)
    {
        var random = new SeededRandom((ulong)seed);
        var values = new float[Count];
        for (var i = 0; i < Count; i++)
        {
            values[i] = (float)(random.NextUniform(low, high) * (low > 0 && random.NextInt32(2) == 0 ? -1 : 1));
        }

        return values;
    }
}
