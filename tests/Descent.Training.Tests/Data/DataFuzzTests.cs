using System.Text;
using Descent.Numerics;
using Descent.TestSupport;
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
        var inputs = Fuzz.Inputs;
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
            var path = folder.Write("x", Fuzz.Mutate(seeds[random.NextInt32(seeds.Length)], Tokens, random));
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
}
