using System.Text;

namespace Descent.Benchmarks.Limit;

/// <summary>What a step costs at one size, in the order engine on 1 and 2 threads, hand-written, naive, copy.</summary>
internal sealed record SizeRow(int Count, Measurement[] Measurements, double Allocated1, double Allocated2);

/// <summary>The tables, in Markdown.</summary>
internal static class LimitReport
{
    public static string Write(int rounds, Measurement[] limit, IReadOnlyList<SizeRow> sizes)
    {
        var text = new StringBuilder();
        text.AppendLine("# An AdamW step against the memory limit").AppendLine();
        Machine.Describe(text);
        text.AppendLine();
        text.AppendLine(
            $"`float`, weight decay 0.01. {rounds} rounds; in each every contender once, in shuffled order, on the same arrays. " +
            "Numbers are medians (and quartiles).");
        text.AppendLine();
        WriteLimit(text, limit);
        WriteSizes(text, sizes);
        return text.ToString();
    }

    private static void WriteLimit(StringBuilder text, Measurement[] limit)
    {
        text.AppendLine($"## {limit[0].Contender.Elements:N0} parameters").AppendLine();
        text.AppendLine("| threads | loop | bytes per element | GB/s | G parameters/s |");
        text.AppendLine("|--:|:--|--:|--:|--:|");
        foreach (var item in limit.OrderBy(item => item.Contender.Threads))
        {
            var speed = item.Contender.IsStep ? item.Speed.Text("0.000") : "";
            var (loop, bandwidth) = (item.Contender, item.Bandwidth.Text("0.0"));
            text.AppendLine($"| {loop.Threads} | {loop.Name} | {loop.BytesPerElement} | {bandwidth} | {speed} |");
        }

        text.AppendLine();
        foreach (var group in limit.GroupBy(item => item.Contender.Threads))
        {
            var engine = group.First();
            var best = group.Where(item => item.Contender.IsLimit).MaxBy(item => item.Bandwidth.Median)!;
            var (ours, theirs) = (engine.Bandwidth.Median, best.Bandwidth.Median);
            var perRound = Spread.Of(engine.Seconds.Zip(best.Seconds, (own, other) => Ratio(engine, own, best, other)));
            text.AppendLine(
                $"- **{Threads(group.Key)}: the engine reaches {ours / theirs:P0} of the best read-modify-write loop** " +
                $"({ours:0.0} of {theirs:0.0} GB/s, *{best.Contender.Name}*; round by round {perRound.Text("P0")}).");
        }

        text.AppendLine();
    }

    private static double Ratio(Measurement a, double secondsOfA, Measurement b, double secondsOfB) =>
        a.Contender.BytesPerElement / secondsOfA / (b.Contender.BytesPerElement / secondsOfB);

    private static void WriteSizes(StringBuilder text, IReadOnlyList<SizeRow> sizes)
    {
        text.AppendLine("## One step at every size").AppendLine();
        text.AppendLine(
            "| parameters | engine, 1 thread | engine, 2 threads | hand-written, 1 thread | naive scalar loop " +
            "| copy of the same bytes, 1 thread | bytes allocated per step, 1 and 2 threads |");
        text.AppendLine("|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var row in sizes)
        {
            var times = string.Join(" | ", row.Measurements.Select(item => Time(item.Time)));
            text.AppendLine($"| {row.Count:N0} | {times} | {row.Allocated1:0.##} and {row.Allocated2:0.##} |");
        }

        var smallest = sizes[0].Measurements[0];
        text.AppendLine().AppendLine(
            $"At {sizes[0].Count} parameters a step takes {smallest.Time.Median * 1e9:0.0} ns: the median of {smallest.Seconds.Length} " +
            $"batches of {smallest.Contender.Repeats:N0} steps. Bytes allocated are those of the calling thread, over 1,000 steps. " +
            "The engine leaves small problems on one thread whatever it is given.");
    }

    private static string Time(Spread seconds)
    {
        var (scale, unit) = seconds.Median switch
        {
            < 1e-6 => (1e9, "ns"),
            < 1e-3 => (1e6, "µs"),
            _ => (1e3, "ms"),
        };
        return $"{new Spread(seconds.Lower * scale, seconds.Median * scale, seconds.Upper * scale).Text("0.0")} {unit}";
    }

    private static string Threads(int count) => count == 1 ? "1 thread" : $"{count} threads";
}
