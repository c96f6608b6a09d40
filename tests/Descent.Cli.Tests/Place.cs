using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Descent.Numerics;

namespace Descent.Cli.Tests;

/// <summary>Runs set the process's <see cref="Nn.Compute.Workers"/>, so the tests of commands take turns.</summary>
[CollectionDefinition(Name)]
public class OneCommandAtATime
{
    public const string Name = "Commands";
}

/// <summary>What a command said and how it ended; the folder's path is taken out of both texts.</summary>
internal sealed record Answer(int Code, string Output, string Error)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>A folder of its own for one test, and commands run against it.</summary>
internal sealed class Place : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("descent-cli-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] content)
    {
        File.WriteAllBytes(this[name], content);
        return this[name];
    }

    public JsonObject Json(string name) => JsonNode.Parse(File.ReadAllText(this[name]))!.AsObject();

    /// <summary>Runs a command in this process; an argument that begins with <c>@</c> is a name in this folder.</summary>
    public Answer Run(params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        var code = Application.Run([.. arguments.Select(Full)], Terminal.Piped(output, error));
        return new Answer(code, Plain(output.ToString()), Plain(error.ToString()));
    }

    /// <summary>Runs a command that must work and say nothing about mistakes.</summary>
    public Answer Succeed(params string[] arguments)
    {
        var answer = Run(arguments);
        Assert.Equal("", answer.Error);
        Assert.Equal(0, answer.Code);
        return answer;
    }

    /// <summary>Runs a command that must be refused with one sentence and change nothing in this folder.</summary>
    public string Refuse(params string[] arguments)
    {
        var before = Snapshot();
        var answer = Run(arguments);
        Assert.Equal(Application.Mistake, answer.Code);
        Assert.Equal("", answer.Output);
        Assert.Equal(before, Snapshot());
        return Sentence(answer.Error);
    }

    /// <summary>The content of every file in this folder, by name.</summary>
    public Dictionary<string, string> Snapshot() => Directory
        .EnumerateFileSystemEntries(Path, "*", SearchOption.AllDirectories)
        .Where(path => !File.Exists(path) || File.ResolveLinkTarget(path, returnFinalTarget: false) is null)
        .ToDictionary(path => path, path => File.Exists(path) ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))) : "folder");

    /// <summary>Exactly one line that is one sentence.</summary>
    public static string Sentence(string error)
    {
        Assert.EndsWith(".\n", error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error[..^1]);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", error, StringComparison.Ordinal);
        return error[..^1];
    }

    public string Full(string argument) => argument.StartsWith('@') ? this[argument[1..]] : argument;

    public string Plain(string text) => text.Replace(Path + System.IO.Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
}

/// <summary>Small seeded data that are easy to learn.</summary>
internal static class Samples
{
    /// <summary>Three classes with awkward names around different centres; 60 rows, so that an epoch has six batches of 8.</summary>
    public static string Flowers(int rows = 60, ulong seed = 3)
    {
        var random = new SeededRandom(seed);
        string[] names = ["plain", "\"with, comma\"", "\"with \"\"quote\"\"\""];
        return Table("length,width,\"petal, length\",kind", rows, i =>
            $"{Text(random.NextNormal() + (i % 3 == 0 ? 3 : 0))},{Text(random.NextNormal() + (i % 3 == 1 ? 3 : 0))},{Text(random.NextNormal())},{names[i % 3]}");
    }

    /// <summary>A price that is linear in two features, in a unit of its own.</summary>
    public static string Prices(int rows = 60, ulong seed = 4)
    {
        var random = new SeededRandom(seed);
        return Table("area,price,age", rows, _ =>
        {
            var (area, age) = (50 + (20 * random.NextNormal()), 30 + (10 * random.NextNormal()));
            return $"{Text(area)},{Text(1000 + (30 * area) - (10 * age) + (5 * random.NextNormal()))},{Text(age)}";
        });
    }

    /// <summary>The bytes of an IDX file of unsigned bytes.</summary>
    public static byte[] Idx(int[] sizes, byte[] values)
    {
        var content = new byte[4 + (4 * sizes.Length) + values.Length];
        (content[2], content[3]) = (8, (byte)sizes.Length);
        for (var i = 0; i < sizes.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(4 + (4 * i)), sizes[i]);
        }

        values.CopyTo(content, 4 + (4 * sizes.Length));
        return content;
    }

    public static byte[] Gzip(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }

        return stream.ToArray();
    }

    /// <summary>A folder of 40 images of 3×3 whose class is the row that is lit, images compressed.</summary>
    public static string Images(Place place, int labels = 40)
    {
        Directory.CreateDirectory(place["images"]);
        var random = new SeededRandom(5);
        var pixels = Enumerable.Range(0, 40 * 9).Select(i => (byte)(random.NextInt32(100) + (i % 9 / 3 == i / 9 % 3 ? 150 : 0)));
        place.Write("images/a-images-idx3-ubyte.gz", Gzip(Idx([40, 3, 3], [.. pixels])));
        place.Write("images/a-labels-idx1-ubyte", Idx([labels], [.. Enumerable.Range(0, labels).Select(i => (byte)(i % 3))]));
        return place["images"];
    }

    private static string Table(string header, int rows, Func<int, string> row) =>
        string.Concat(Enumerable.Range(0, rows).Select(row).Prepend(header).Select(line => line + "\n"));

    private static string Text(double number) => number.ToString("F4", CultureInfo.InvariantCulture);
}
