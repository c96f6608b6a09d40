using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Descent.TestSupport;

namespace Descent.Nn.Tests;

/// <summary>The data of a golden run: what a model is given for a row, or for a piece of text, and what it should say.</summary>
internal interface IGoldenData
{
    /// <summary>The shape of one row's features.</summary>
    int[] Shape { get; }

    IEnumerable<double> Features(int row);

    IEnumerable<double> Targets(int row);
}

/// <summary>Reads tables, images and text as the runs' descriptions say.</summary>
internal static class GoldenData
{
    /// <param name="golden">The description.</param>
    /// <param name="paths">Its files, separated by semicolons.</param>
    public static IGoldenData Load(JsonObject golden, string paths)
    {
        var files = paths.Split(';');
        return files[0].Contains("idx", StringComparison.Ordinal) ? new Images(Bytes(files[0])[16..], Bytes(files[1])[8..])
            : files[0].EndsWith(".txt", StringComparison.Ordinal) ? new Text(Bytes(files[0]), golden)
            : Table.Read(golden, System.Text.Encoding.UTF8.GetString(Bytes(files[0])));
    }

    private static byte[] Bytes(string path)
    {
        using Stream raw = File.OpenRead(path);
        using var stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(raw, CompressionMode.Decompress) : raw;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    /// <summary>Digits of 28 × 28 pixels, divided by 255.</summary>
    private sealed class Images(byte[] pixels, byte[] labels) : IGoldenData
    {
        public int[] Shape => [1, 28, 28];

        public IEnumerable<double> Features(int row) => pixels.Skip(row * 784).Take(784).Select(pixel => pixel / 255.0);

        public IEnumerable<double> Targets(int row) => [labels[row]];
    }

    /// <summary>Characters as places in the vocabulary; the target of each is the next one.</summary>
    private sealed class Text(byte[] text, JsonObject golden) : IGoldenData
    {
        private readonly string vocabulary = golden["data"]!["vocabulary"]!.GetValue<string>();

        public int[] Shape { get; } = [golden["sequence_length"]!.GetValue<int>()];

        public IEnumerable<double> Features(int row) => text.Skip(row).Take(Shape[0]).Select(letter => (double)vocabulary.IndexOf((char)letter, StringComparison.Ordinal));

        public IEnumerable<double> Targets(int row) => Features(row + 1);
    }

    /// <summary>Rows of numbers, the last one the target: standardized with the given figures, or divided by 16 or 255.</summary>
    private sealed class Table(double[][] features, double[] targets) : IGoldenData
    {
        public int[] Shape => [features[0].Length];

        public static Table Read(JsonObject golden, string text)
        {
            double[][] rows =
            [
                .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                    .Where(line => char.IsAsciiDigit(line[0]) || line[0] == '-')
                    .Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray()),
            ];
            var data = golden["data"]!;
            if (data["feature_mean"] is { } mean)
            {
                var (means, deviations) = (Golden.Numbers(mean), Golden.Numbers(data["feature_std"]));
                var (targetMean, targetDeviation) = (Golden.Number(data["target_mean"]), Golden.Number(data["target_std"]));
                return new(
                    [.. rows.Select(row => row[..^1].Select((x, i) => (x - means[i]) / deviations[i]).ToArray())],
                    [.. rows.Select(row => (row[^1] - targetMean) / targetDeviation)]);
            }

            var divisor = data["preprocessing"]!.GetValue<string>().Contains("255", StringComparison.Ordinal) ? 255.0 : 16.0;
            return new([.. rows.Select(row => row[..^1].Select(x => x / divisor).ToArray())], [.. rows.Select(row => row[^1])]);
        }

        public IEnumerable<double> Features(int row) => features[row];

        public IEnumerable<double> Targets(int row) => [targets[row]];
    }
}
