using System.Buffers.Binary;
using Descent.Numerics;
using Descent.State;
using Descent.Tests.State;
using Descent.TestSupport;
using Xunit.Abstractions;

namespace Descent.Tests.Fuzzing;

/// <summary>
/// Damaged tensor files, as bytes and as headers whose length is right, give tensors or one sentence. What is accepted is also what the
/// reference accepts, and is written and read back the same.
/// </summary>
public sealed class TensorFileFuzzTests(ITestOutputHelper output) : IDisposable
{
    private static readonly string[] Tokens =
    [
        "{", "}", "[", "]", "\"", ",", ":", "0", "1", "4", "8", "-1", "1.0", "1e9", "2147483648", "9223372036854775807", "18446744073709551616", "null", "true", "nul", "[]", "{}", "\"a\"",
        "\"dtype\":\"F32\",", "\"shape\":[2],", "\"data_offsets\":[0,8],", "F64", "BF16", "F4", "BOOL", "U8", "X9", "__metadata__", "descent.checksums", "\\u0061", "\\ud800", "\\n", "\\\"", "\0", "é", " ",
    ];

    private readonly string path = Path.Combine(Directory.CreateTempSubdirectory("descent-fuzz-").FullName, "x");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

    [Fact]
    public void Mutated_files_are_read_or_refused()
    {
        var (random, seeds, used, number) = (new SeededRandom(41), Seeds(), Array.Empty<byte>(), 0);
        var (accepted, summary) = Fuzz.Run(
            i =>
            {
                (used, number) = (seeds[i % seeds.Length], i);
                return random.NextInt32(3) == 0 ? Fuzz.Mutate(used, Tokens, random) : WithHeader(used, Fuzz.Mutate(HeaderOf(used), Tokens, random));
            },
            Read,
            constant: 200_000);
        output.WriteLine(summary);
        Assert.InRange(accepted, Fuzz.Inputs / 50, Fuzz.Inputs);

        void Read(byte[] input)
        {
            var file = TensorFile.Parse(new MemoryStream(input), "x");
            if (number % 16 == 0)
            {
                using (var stream = File.Create(path))
                {
                    stream.Write(input);
                }

                using var opened = TensorFile.Open(path);
                opened.Verify();
                Assert.Equal(Text(file), Text(opened));
            }

            var theirs = ReferenceFormat.Read(input).Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Bytes);
            Assert.Equal(theirs.Count, file.Tensors.Count);
            Assert.All(file.Tensors, tensor => Assert.True(tensor.Bytes.Span.SequenceEqual(theirs[tensor.Name])));
            using var written = new MemoryStream();
            file.WriteTo(written);
            Assert.Equal(Text(file), Text(TensorFile.Parse(new MemoryStream(written.ToArray()), "x")));
        }
    }

    private static string Text(TensorFile file) => string.Join('\n', [
        .. file.Metadata.Select(item => $"{item.Key}={item.Value}"),
        .. file.Tensors.Select(tensor => $"{tensor.Name} {tensor.ElementType} [{string.Join(',', tensor.Shape)}] {Convert.ToHexString(tensor.Bytes.Span)}")]);

    private static byte[][] Seeds()
    {
        var ours = new TensorFile { Metadata = { ["note"] = "η \"quoted\"", ["json"] = "{\"a\":[1,2]}" } };
        ours.Add<float>("w", [2], new float[] { 1, 2 });
        ours.Add<byte>("c", [3], new byte[] { 1, 2, 3 });
        ours.Add<double>("scalar", [], new[] { Math.PI });
        ours.Add<long>("none", [0, 5], Array.Empty<long>());
        using var stream = new MemoryStream();
        ours.WriteTo(stream);
        return
        [
            stream.ToArray(),
            ReferenceFormat.Write([new("a", "F16", [2, 2], new byte[8]), new("b", "BF16", [3], new byte[6]), new("d", "F4", [4], new byte[2])]),
            ReferenceFormat.Write([new("only", "I32", [1], [1, 2, 3, 4])], new Dictionary<string, string> { ["format"] = "pt" }),
            ReferenceFormat.Write([]),
        ];
    }

    private static byte[] HeaderOf(byte[] file) => file[8..(8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file))];

    private static byte[] WithHeader(byte[] file, byte[] header) => ReferenceFormat.File(header, file[(8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file))..]);
}
