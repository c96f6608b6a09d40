using Descent.Numerics;
using Descent.Optimizers;
using Descent.State;
using Descent.TestSupport;
using Xunit.Abstractions;
using static Descent.Tests.State.StateSamples;

namespace Descent.Tests.Fuzzing;

/// <summary>
/// Damaged checkpoints of an optimizer that has all that can be saved, with right checksums and lengths, so that the loader itself is what meets
/// the damage: it loads or refuses with one sentence, and a refusal changes nothing.
/// </summary>
public class OptimizerStateFuzzTests(ITestOutputHelper output)
{
    private static readonly string[] Tokens =
    [
        "{", "}", "[", "]", "\"", ",", ":", "0", "1", "-1", "3", "1e999", "1e-999", "0.5", "2147483648", "9223372036854775807", "18446744073709551616", "null", "true", "false", "nul", "[]", "{}", "\"\"", "\"a\"",
        "\\ud800", "\\u0000", "\\n", "é", "updates", "steps", "parts", "methods", "point", "evaluation", "training", "average", "clipping", "loss_scale", "schedules", "learning_rates", "kind", "count", "scale",
        "adam", "adamw", "lion", "prodigy", "lookahead", "cautious", "\"inner\":{\"method\":\"adam\"},", "method", "learning_rate", "plateau(0.1)", "constant(1)", "b.bias", "b.weight", "format_version",
    ];

    private static readonly string[] ElementTypes = ["F32", "F64", "U8", "BF16", "F16", "I64"];

    [Fact]
    public void Mutated_checkpoints_are_loaded_or_refused()
    {
        var random = new SeededRandom(43);
        byte[][] seeds = [Bytes(Everything()), Bytes(Everything(Descent.Engine.ParameterPoint.Evaluation)), Bytes(New(new Adam(), "a", "b.weight", "b.bias"))];
        var (optimizer, plain) = (Everything(), New(new AdamW(), "a", "b.weight", "b.bias"));
        var (number, before) = (0, Bytes(optimizer));
        var (accepted, summary) = Fuzz.Run(
            i =>
            {
                number = i;
                return Mutated(seeds[i % seeds.Length], random);
            },
            Read,
            constant: 400_000);
        output.WriteLine(summary);
        Assert.InRange(accepted, Fuzz.Inputs / 50, Fuzz.Inputs);

        void Read(byte[] input)
        {
            var file = TensorFile.Parse(new MemoryStream(input), "x");
            switch (number % 8)
            {
                case 0: OptimizerState.Load(optimizer, file, options: new LoadOptions { IsPartial = true }); break;
                case 1: OptimizerState.Load(optimizer, file, options: new LoadOptions { Rename = [("b.*", "b.*")] }); break;
                case 2: StateNames.Renamed(file, [("b.*", "c.*")]); break;
                case 3: OptimizerState.Load(plain, StateConversion.Convert(file, new AdamW()).File, options: new LoadOptions { IsPartial = true }); break;
                default: LoadStrictly(file); break;
            }
        }

        void LoadStrictly(TensorFile file)
        {
            if (number % 16 != 15)
            {
                OptimizerState.Load(optimizer, file);
                return;
            }

            // Now and then: a refusal has changed nothing.
            before = Bytes(optimizer);
            try
            {
                OptimizerState.Load(optimizer, file);
            }
            catch (DescentException)
            {
                Assert.Equal(before, Bytes(optimizer));
                throw;
            }
        }
    }

    [Fact]
    public void Methods_within_methods_do_not_overflow_the_stack()
    {
        var text = string.Concat(Enumerable.Repeat("cautious(inner=", 100_000));
        Assert.Throws<DescentException>(() => Catalogue.Parse(text + new string(')', 100_000)));
        var file = Saved(New(new Adam(), "w"));
        foreach (var method in new[] { $"\"cautious\",\"inner\":\"{text}\"", string.Concat(Enumerable.Repeat("\"cautious\",\"inner\":{\"method\":", 100_000)) })
        {
            var changed = Changed(file, tensor => tensor, header => header.Replace("\"adam\"", method, StringComparison.Ordinal));
            Assert.Throws<DescentException>(() => StateConversion.Convert(changed, new AdamW()));
            Assert.Throws<DescentException>(() => OptimizerState.Load(New(new Adam(), "w"), changed));
        }
    }

    /// <summary>Damage to the header's JSON, to tensors, or to any byte.</summary>
    private static byte[] Mutated(byte[] seed, SeededRandom random)
    {
        if (random.NextInt32(8) == 0)
        {
            return Fuzz.Mutate(seed, Tokens, random);
        }

        var file = TensorFile.Parse(new MemoryStream(seed), "x");
        var damaged = random.NextInt32(2) == 0 ? -1 : random.NextInt32(file.Tensors.Count);
        var (index, names) = (0, new HashSet<string>(StringComparer.Ordinal));
        var changed = Changed(file, Change, header => damaged >= 0 && random.NextInt32(2) == 0 ? header : Fuzz.Mutate(header, Tokens, random));
        return Bytes(changed);

        StoredTensor? Change(StoredTensor tensor)
        {
            var other = index++ != damaged ? tensor : random.NextInt32(5) switch
            {
                0 => null,
                1 => tensor with { Name = Fuzz.Mutate(tensor.Name, Tokens, random) },
                2 => new StoredTensor(tensor.Name, "U8", [tensor.Bytes.Length], tensor.Bytes),
                3 => new StoredTensor(tensor.Name, ElementTypes[random.NextInt32(ElementTypes.Length)], [0, 7], Array.Empty<byte>()),
                _ => tensor with { Shape = [1, .. tensor.Shape] },
            };
            return other is not null && names.Add(other.Name) && other.Name != "__metadata__" ? other : null;
        }
    }
}
