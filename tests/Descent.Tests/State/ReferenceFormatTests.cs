using System.Buffers.Binary;
using System.Text;
using Descent.Engine;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.State;

namespace Descent.Tests.State;

/// <summary>Files go from Descent to the reference implementation and back, as Python's safetensors package would read and write them.</summary>
public class ReferenceFormatTests
{
    /// <summary>What the reference's own tests say it writes: the header's text is what their bytes spell.</summary>
    [Theory]
    [InlineData("{\"attn.0\":{\"dtype\":\"F32\",\"shape\":[1,2,3],\"data_offsets\":[0,24]}}", 64, "attn.0")]
    [InlineData("{\"attn0\":{\"dtype\":\"F32\",\"shape\":[1,1,2,3],\"data_offsets\":[0,24]}}       ", 72, "attn0")]
    public void The_published_examples_are_read(string header, int length, string name)
    {
        Assert.Equal(length, header.Length);
        float[] numbers = [0, 1, 2, 3, 4, 5], read = new float[6];
        var file = Parse(ReferenceFormat.File(header, [.. numbers.SelectMany(BitConverter.GetBytes)]));
        file[name].CopyTo<float>(read);
        Assert.Equal(numbers, read);
        Assert.False(file.HasChecksum(name));
    }

    [Fact]
    public void Files_without_tensors_or_metadata_are_read()
    {
        Assert.Empty(Parse(ReferenceFormat.File("{}      ")).Tensors);
        var file = Parse(ReferenceFormat.File("{\"__metadata__\":{\"framework\":\"pt\"}}     "));
        Assert.Equal(("framework", "pt"), (Assert.Single(file.Metadata).Key, Assert.Single(file.Metadata).Value));
        Assert.Empty(Parse(ReferenceFormat.File("{\"__metadata__\":null}")).Metadata);
    }

    [Fact]
    public void Random_files_of_every_type_go_both_ways()
    {
        var random = new SeededRandom(5);
        for (var i = 0; i < 300; i++)
        {
            var tensors = Random(random);
            var metadata = new Dictionary<string, string> { ["format"] = "pt", ["ünïcode \"\\\n"] = "{\"a\":[1,2]}" };

            // Theirs, read by ours.
            var theirs = Parse(ReferenceFormat.Write(tensors, random.NextInt32(2) == 0 ? metadata : null));
            AssertSame(tensors, theirs.Tensors.Select(Reference));

            // Ours, read by theirs, and by ours again in the same order.
            var ours = new TensorFile();
            foreach (var tensor in tensors)
            {
                ours.Add(new StoredTensor(tensor.Name, tensor.ElementType, [.. tensor.Shape.Select(size => (int)size)], tensor.Bytes));
            }

            foreach (var (key, value) in metadata)
            {
                ours.Metadata[key] = value;
            }

            var bytes = Write(ours);
            var (readMetadata, read) = ReferenceFormat.Read(bytes);
            AssertSame(tensors, read);
            Assert.Equal(metadata.Keys.Append("descent.checksums").Order(StringComparer.Ordinal), readMetadata.Keys.Order(StringComparer.Ordinal));
            Assert.All(metadata, item => Assert.Equal(item.Value, readMetadata[item.Key]));
            var again = Parse(bytes);
            Assert.Equal(tensors.Select(tensor => tensor.Name), again.Tensors.Select(tensor => tensor.Name));
            Assert.All(again.Tensors, tensor => Assert.True(again.HasChecksum(tensor.Name)));
            Assert.Equal(bytes, Write(again));
        }
    }

    [Fact]
    public void What_is_written_begins_with_a_brace_is_padded_and_is_aligned()
    {
        var file = new TensorFile();
        file.Add<byte>("odd", [3], new byte[] { 1, 2, 3 });
        file.Add<float>("scalar", [], new float[] { 1.5f });
        file.Add<double>("wide", [2], new[] { Math.E, Math.PI });
        file.Add<Half>("half", [1], new[] { (Half)0.5f });
        var bytes = Write(file);
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, length % 8);
        Assert.Equal((byte)'{', bytes[8]);
        Assert.Equal("}", Encoding.UTF8.GetString(bytes, 8, length).TrimEnd(' ')[^1..]);

        // As torch.frombuffer needs it: the offset of every tensor is a multiple of its elements' size.
        using var header = System.Text.Json.JsonDocument.Parse(bytes.AsMemory(8, length));
        Assert.Equal([24, 16, 0, 20], header.RootElement.EnumerateObject().Skip(1).Select(item => item.Value.GetProperty("data_offsets")[0].GetInt32() is var start && item.Name == "odd" ? start + 2 : start));
        Assert.Equal("[]", header.RootElement.GetProperty("scalar").GetProperty("shape").GetRawText());
    }

    [Fact]
    public void A_checkpoint_is_a_file_of_the_format_and_comes_back_through_the_reference_without_its_checksums()
    {
        var optimizer = New();
        optimizer.Step();
        var file = new TensorFile();
        OptimizerState.Save(optimizer, file);
        var (metadata, tensors) = ReferenceFormat.Read(Write(file));
        metadata.Remove("descent.checksums");
        var loaded = New();
        OptimizerState.Load(loaded, Parse(ReferenceFormat.Write(tensors, metadata)));
        var again = new TensorFile();
        OptimizerState.Save(loaded, again);
        Assert.Equal(Write(file), Write(again));

        static Optimizer New() => Optimizer.For(
            [new Parameter<float>("w", new float[5_000], Enumerable.Range(0, 5_000).Select(i => i * 0.01f).ToArray()), new Parameter<double>("b", new double[2], new[] { 1.0, 2 })],
            [new ParameterGroup(new AdamW(), "w") { Precision = new Precision { State = StateFormat.EightBit } }, new ParameterGroup(new Lion())]);
    }

    /// <summary>Up to six tensors of any type, scalars and empty ones among them, in any order.</summary>
    private static ReferenceTensor[] Random(SeededRandom random) => [.. Enumerable.Range(0, random.NextInt32(7)).Select(i =>
    {
        var (name, bits) = ReferenceFormat.ElementTypes[random.NextInt32(ReferenceFormat.ElementTypes.Count)];
        ulong[] shape = [.. Enumerable.Range(0, random.NextInt32(4)).Select(_ => (ulong)random.NextInt32(4))];
        shape = bits < 8 ? [.. shape, 4] : shape;
        var bytes = new byte[shape.Aggregate((ulong)bits, (product, size) => product * size) / 8];
        for (var j = 0; j < bytes.Length; j++)
        {
            bytes[j] = (byte)random.NextInt32(256);
        }

        return new ReferenceTensor($"{(char)('z' - i)}/é\"{i}", name, shape, bytes);
    })];

    private static ReferenceTensor Reference(StoredTensor tensor) => new(tensor.Name, tensor.ElementType, [.. tensor.Shape.Select(size => (ulong)size)], tensor.Bytes.ToArray());

    private static void AssertSame(IEnumerable<ReferenceTensor> expected, IEnumerable<ReferenceTensor> actual) => Assert.Equal(Text(expected), Text(actual));

    private static IEnumerable<string> Text(IEnumerable<ReferenceTensor> tensors) =>
        tensors.Select(tensor => $"{tensor.Name} {tensor.ElementType} [{string.Join(',', tensor.Shape)}] {Convert.ToHexString(tensor.Bytes)}").Order(StringComparer.Ordinal);

    private static TensorFile Parse(byte[] bytes) => TensorFile.Parse(new MemoryStream(bytes), "x");

    private static byte[] Write(TensorFile file)
    {
        using var stream = new MemoryStream();
        file.WriteTo(stream);
        return stream.ToArray();
    }
}
