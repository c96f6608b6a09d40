using System.Text;
using Descent.Benchmarks.Limit;
using Descent.Engine;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Benchmarks.Methods;

/// <summary>A step on 10,000 tensors of 100 parameters beside one on a single tensor of as many.</summary>
internal static class SmallTensors
{
    public const string Name = "small_tensors";

    private const int Tensors = 10_000;
    private const int Length = 100;
    private const int Repeats = 10;

    public static void Write(StringBuilder text, Workers two, int rounds)
    {
        text.AppendLine().AppendLine("## Many small tensors").AppendLine();
        text.AppendLine($"A step of AdamW on {Tensors:N0} tensors of {Length} parameters beside one tensor of {Tensors * Length:N0}, interleaved.").AppendLine();
        text.AppendLine("The arrays of the small tensors are allocated all parameters first and then all gradients (*in a row*), or each gradient right after its parameter (*in turns*), which the processor's prefetching follows less well.").AppendLine();
        text.AppendLine("| threads | arrays | many tensors | one tensor | ratio |");
        text.AppendLine("|--:|:--|--:|--:|--:|");
        foreach (var workers in new[] { Workers.Sequential, two })
        {
            foreach (var inTurns in new[] { false, true })
            {
                var measured = RoundRobin.Measure([Contender("many", Tensors, Length, workers, inTurns), Contender("one", 1, Tensors * Length, workers, inTurns)], Math.Max(rounds, 31));
                var ratio = Spread.Of(measured[0].Seconds.Zip(measured[1].Seconds, (many, one) => many / one));
                text.AppendLine($"| {workers.Count} | {(inTurns ? "in turns" : "in a row")} | {measured[0].Time.Median * 1e6:0} µs | {measured[1].Time.Median * 1e6:0} µs | {measured[0].Time.Median / measured[1].Time.Median:0.00} ({ratio.Lower:0.00}–{ratio.Upper:0.00}) |");
            }
        }
    }

    private static Contender Contender(string name, int tensors, int length, Workers workers, bool inTurns)
    {
        var random = new SeededRandom(1);
        var (values, gradients) = (new float[tensors][], new float[tensors][]);
        for (var i = 0; i < tensors; i++)
        {
            values[i] = Drawn(length);
            gradients[i] = inTurns ? Drawn(length) : [];
        }

        for (var i = 0; i < tensors && !inTurns; i++)
        {
            gradients[i] = Drawn(length);
        }

        var parameters = Enumerable.Range(0, tensors).Select(i => new Parameter<float>($"p{i}", values[i], gradients[i])).ToArray();
        var optimizer = Optimizer.For(parameters, new AdamW(), workers);
        return new(name, workers.Count, tensors * length, 28, Repeats, () =>
        {
            for (var i = 0; i < Repeats; i++)
            {
                optimizer.Step();
            }
        });

        // Allocates nothing else, which would lie between the arrays.
        float[] Drawn(int count)
        {
            var drawn = new float[count];
            foreach (ref var value in drawn.AsSpan())
            {
                value = (float)random.NextUniform(0.01, 0.1);
            }

            return drawn;
        }
    }
}
