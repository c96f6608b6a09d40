using System.CommandLine;
using System.Text;
using Descent.Benchmarks.Limit;
using Descent.Engine;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.State;

namespace Descent.Benchmarks.Formats;

/// <summary>The command <c>precision</c>: a step of AdamW with parameters and state in every format, beside one in full.</summary>
internal static class PrecisionCommand
{
    private const int Count = 25_000_000;

    private static readonly (string Name, bool IsNarrow, Precision Precision)[] Rows =
    [
        ("`float`, state in full", false, new Precision()),
        ("`float`, state in bfloat16", false, new Precision { State = StateFormat.BFloat16 }),
        ("`float`, state in bfloat16, stochastic", false, new Precision { State = StateFormat.BFloat16Stochastic }),
        ("`float`, state in 8 bits", false, new Precision { State = StateFormat.EightBit }),
        ("bfloat16 with master weights, state in full", true, new Precision()),
        ("bfloat16 with master weights, state in 8 bits", true, new Precision { State = StateFormat.EightBit }),
        ("bfloat16, compensated, state in full", true, new Precision { Weights = WeightFormat.Compensated }),
        ("bfloat16, stochastic, state in full", true, new Precision { Weights = WeightFormat.Stochastic }),
        ("bfloat16, stochastic, state in 8 bits", true, new Precision { Weights = WeightFormat.Stochastic, State = StateFormat.EightBit }),
    ];

    public static int Run(string[] args)
    {
        var rounds = new Option<int>("--rounds") { Description = "how often every contender is timed", DefaultValueFactory = _ => 31 };
        var output = new Option<FileInfo?>("--output") { Description = "a file for the table, beside standard output" };
        var precision = new Command("precision", "Compares the formats that parameters and state can be kept in.") { rounds, output };
        precision.SetAction(result =>
        {
            var report = Measure(result.GetValue(rounds));
            Console.Out.Write(report);
            if (result.GetValue(output) is { } file)
            {
                file.Directory?.Create();
                AtomicFile.WriteText(file.FullName, report);
            }
        });
        return new RootCommand("The benchmarks of Descent.") { precision }.Parse(args).Invoke();
    }

    private static string Measure(int rounds)
    {
        var text = new StringBuilder();
        text.AppendLine("# AdamW in every format").AppendLine();
        Machine.Describe(text);
        text.AppendLine().AppendLine(
            $"One step of {Count:N0} parameters in one tensor. {rounds} rounds; in each every row once, in shuffled order; medians (and quartiles) of the time, and of the " +
            "ratio to the first row of the same round. Bytes of state are what creating the optimizer allocated, and what saving its state writes, per parameter.");
        text.AppendLine();
        text.AppendLine("| parameters | bytes of state | saved | ms, 1 thread | of the first | ms, 2 threads | of the first |");
        text.AppendLine("|:--|--:|--:|--:|--:|--:|--:|");
        using var two = new Workers(2);
        var columns = Rows.Select(_ => new List<string>()).ToArray();
        foreach (var workers in new[] { Workers.Sequential, two })
        {
            Console.Error.WriteLine($"{workers.Count} threads …");
            var measured = Measure(workers, rounds, columns);
            for (var i = 0; i < Rows.Length; i++)
            {
                var ratio = Spread.Of(measured[i].Seconds.Zip(measured[0].Seconds, (own, full) => own / full));
                var time = measured[i].Time;
                columns[i].Add($"{time.Median * 1e3:0.0} ({time.Lower * 1e3:0.0}–{time.Upper * 1e3:0.0}) | {ratio.Text("0.00")}");
            }
        }

        for (var i = 0; i < Rows.Length; i++)
        {
            text.AppendLine($"| {Rows[i].Name} | {string.Join(" | ", columns[i])} |");
        }

        return text.ToString();
    }

    private static Measurement[] Measure(Workers workers, int rounds, List<string>[] columns)
    {
        // All rows of a type move the same parameters by the same gradients; the state is each one's own.
        var (singles, narrow) = (new Parameter<float>("w", Drawn(1), Drawn(2)), new Parameter<BFloat16>("w", Narrow(Drawn(1)), Narrow(Drawn(2))));
        return RoundRobin.Measure(
            [
                .. Rows.Select((row, i) =>
                {
                    var before = GC.GetTotalAllocatedBytes(precise: true);
                    var optimizer = Optimizer.For([row.IsNarrow ? narrow : singles], [new ParameterGroup(new AdamW()) { Precision = row.Precision }], workers);
                    var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
                    if (columns[i].Count == 0)
                    {
                        columns[i].Add($"{(double)allocated / Count:0.000} | {(double)Saved(optimizer) / Count:0.000}");
                    }

                    return new Contender(row.Name, workers.Count, Count, 1, 1, () => optimizer.Step());
                }),
            ],
            rounds);
    }

    private static long Saved(Optimizer optimizer)
    {
        using var file = new TensorFile();
        OptimizerState.Save(optimizer, file);
        return file.Tensors.Sum(tensor => (long)tensor.Bytes.Length);
    }

    private static BFloat16[] Narrow(float[] values) => Array.ConvertAll(values, value => (BFloat16)value);

    private static float[] Drawn(int seed)
    {
        var random = new SeededRandom((ulong)seed);
        var values = new float[Count];
        for (var i = 0; i < Count; i++)
        {
            values[i] = (float)random.NextNormal() * 0.1f;
        }

        return values;
    }
}
