using System.Text;
using Descent.Numerics;
using Descent.Training.Data;

namespace Descent.Training.Tests.Data;

/// <summary>Damaged files of every kind give a data set or one sentence, never another exception, and never hang.</summary>
public sealed class DataFuzzTests : IDisposable
{
    private static readonly string[] Tokens = ["\"", ",", ";", "\t", "\n", "\r\n", "NaN", "1e400", "-", "é", "\0", "\uFEFF", "?", "1.5", "0x1F", " ", "\"\""];
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Mutated_files_load_or_are_reported()
    {
        var inputs = Environment.GetEnvironmentVariable("DESCENT_LONG_TESTS") == "1" ? 200_000 : 2_000;
        var text = "a,b,\"c, d\"\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"{i * 0.5},-{i}e-1,\"{"xyz"[i % 3]}\"\r\n"));
        var csv = Encoding.UTF8.GetBytes(text);
        var images = TempFolder.Idx([4, 2, 2], 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
        byte[][] seeds = [csv, csv, TempFolder.Gzip(csv), images, TempFolder.Gzip(images), Encoding.UTF8.GetBytes("1;2\n3;4\n5;4.5\n")];
        var labels = folder.Write("labels", TempFolder.Idx([4], 1, 2, 1, 2));
        var models = new[] { Dataset.Load(folder.Write("x", csv)).Schema, Dataset.Load(folder.Write("x", images)).Schema };
        var random = new SeededRandom(2026);
        var loaded = 0;
        for (var i = 0; i < inputs; i++)
        {
            var path = folder.Write("x", Mutate(seeds[random.NextInt32(seeds.Length)], random));
            loaded += Try(() => Dataset.Load(path));
            loaded += Try(() => Dataset.LoadFeatures(path, models[random.NextInt32(2)]));
            loaded += Try(() => Dataset.LoadLabelled(path, models[random.NextInt32(2)]));
        }

        Assert.True(File.Exists(labels));
        Assert.InRange(loaded, inputs / 10, 3 * inputs);
    }

    private static int Try(Func<Dataset> load)
    {
        try
        {
            var data = load();
            Assert.All(data.Features, number => Assert.True(float.IsFinite(number)));
            Assert.Equal(data.Features.Length, data.Rows * data.Columns);
            return 1;
        }
        catch (DescentException exception)
        {
            Assert.EndsWith(".", exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', exception.Message);
            return 0;
        }
    }

    private static byte[] Mutate(byte[] seed, SeededRandom random)
    {
        var content = seed.ToList();
        for (var changes = random.NextInt32(4); changes >= 0 && content.Count > 0; changes--)
        {
            var at = random.NextInt32(content.Count);
            switch (random.NextInt32(6))
            {
                case 0: content[at] = (byte)random.NextInt32(256); break;
                case 1: content.RemoveAt(at); break;
                case 2: content.RemoveRange(at, Math.Min(random.NextInt32(20), content.Count - at)); break;
                case 3: content.InsertRange(at, Encoding.UTF8.GetBytes(Tokens[random.NextInt32(Tokens.Length)])); break;
                case 4: content.InsertRange(at, content.GetRange(at, Math.Min(random.NextInt32(30), content.Count - at))); break;
                default: content[at] ^= (byte)(1 << random.NextInt32(8)); break;
            }
        }

        return [.. content];
    }
}
