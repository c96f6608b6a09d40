using System.Text;
using Descent.State;
using Descent.TestSupport;

namespace Descent.Tests.State;

/// <summary>Files that are made to mislead: each is refused with its reason, and costs no more memory than the file has bytes, and a constant.</summary>
public sealed class HostileFileTests : IDisposable
{
    private const long Constant = 100_000;
    private const int Large = 8_000_000;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("descent-hostile-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", "the shape of tensor 'a' must be whole numbers from 0 to 2147483647, but was -1")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-0],"data_offsets":[0,4]}}""", "the shape of tensor 'a' must be whole numbers from 0 to 2147483647, but was -0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}""", "the shape of tensor 'a' must be whole numbers from 0 to 2147483647, but was 1.0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}}""", "the shape of tensor 'a' must be whole numbers from 0 to 2147483647, but was 1e0")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3000000000],"data_offsets":[0,4]}}""", "the shape of tensor 'a' must be whole numbers from 0 to 2147483647, but was 3000000000")]
    [InlineData("""{"a":{"dtype":"F32","shape":[MANY],"data_offsets":[0,4]}}""", "the shape of tensor 'a' must have at most 255 numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", "the shape of tensor 'a' must be whole numbers from 0 to 2147483647, but was 1")]
    [InlineData("""{"a":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}}""", "the shape of tensor 'a' must be whole numbers from 0 to 2147483647, but was an array")]
    [InlineData("""{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", "the shape of tensor 'a' must be an array, but was 1")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", "the offsets of tensor 'a' must be whole numbers from 0 to 9223372036854775807, but was -4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,18446744073709551620]}}""", "the offsets of tensor 'a' must be whole numbers from 0 to 9223372036854775807, but was 18446744073709551620")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775807]}}""", "the data of tensor 'a' reach from 0 to 9223372036854775807, but there are 4 bytes of data")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", "the data of tensor 'a' reach from 4 to 0, but there are 4 bytes of data")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4.0]}}""", "the offsets of tensor 'a' must be whole numbers from 0 to 9223372036854775807, but was 4.0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,2,4]}}""", "tensor 'a' must have 2 data offsets, but has 3")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647,0],"data_offsets":[0,0]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "tensor 'a' of shape [2147483647, 2147483647, 2147483647, 0] and type F32 does not have 0 bytes")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}""", "its tensors leave a gap or overlap at byte 1 of the data, where 'b' begins")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", "its tensors leave a gap or overlap at byte 0 of the data, where 'b' begins")]
    [InlineData("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}""", "its tensors leave a gap or overlap at byte 1 of the data, where 'a' begins")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}}""", "its tensors leave a gap or overlap at byte 3 of the data, where 'b' begins")]
    [InlineData("""{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}""", "the type of tensor 'a' must be one of BOOL, F4,")]
    [InlineData("""{"a":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}""", "but was f32")]
    [InlineData("""{"a":{"dtype":null,"shape":[1],"data_offsets":[0,4]}}""", "but was null")]
    [InlineData("""{"a":{"dtype":"F4","shape":[9],"data_offsets":[0,4]}}""", "tensor 'a' of shape [9] and type F4 does not have 4 bytes")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "tensor 'a' has 'dtype' twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"shape":[1]}}""", "tensor 'a' has 'shape' twice")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,4]}}""", "tensor 'a' has no shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", "tensor 'a' has no data_offsets")]
    [InlineData("""{"a":[1]}""", "tensor 'a' must be an object, but was an array")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}""", "'a' occurs twice in its header")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\u0061":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}""", "'a' occurs twice in its header")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", "'__metadata__' occurs twice in its header")]
    [InlineData("""{"__metadata__":{"k":"a","k":"b"}}""", "'k' occurs twice in its metadata")]
    [InlineData("""{"__metadata__":{"k":1}}""", "its metadata 'k' must be a text, but was 1")]
    [InlineData("""{"__metadata__":{"k":null}}""", "its metadata 'k' must be a text, but was null")]
    [InlineData("""{"__metadata__":["k"]}""", "its metadata must be an object, but was an array")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "its header is not the expected JSON (")]
    [InlineData("""{"__metadata__":{"k":"\udc00"}}""", "its header is not the expected JSON (")]
    [InlineData("""["a"]""", "its header does not start with '{'")]
    [InlineData(""" {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "its header does not start with '{'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} x""", "its header is not the expected JSON (")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1,],"data_offsets":[0,4]}}""", "its header is not the expected JSON (")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}/**/}""", "its header is not the expected JSON (")]
    [InlineData("""{"__metadata__":{"descent.checksums":"[]"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "the list of checksums must be an object, but was an array")]
    [InlineData("""{"__metadata__":{"descent.checksums":"{"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "its header is not the expected JSON (")]
    [InlineData("""{"__metadata__":{"descent.checksums":"{\"b\":\"00000000\"}"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "it has a checksum of tensor 'b', but not the tensor")]
    [InlineData("""{"__metadata__":{"descent.checksums":"{\"__metadata__\":\"00000000\"}"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "it has a checksum of tensor '__metadata__', but not the tensor")]
    [InlineData("""{"__metadata__":{"descent.checksums":"{\"a\":\"48674bc7\",\"a\":\"48674bc7\"}"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "or two checksums of it")]
    [InlineData("""{"__metadata__":{"descent.checksums":"{\"a\":\"00000000\"}"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "the bytes of tensor 'a' do not have the checksum they were saved with")]
    [InlineData("""{"__metadata__":{"descent.checksums":"{\"a\":\"1\"}"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "the checksum of tensor 'a' must be 8 hexadecimal digits, but was 1")]
    [InlineData("""{"__metadata__":{"descent.checksums":"{\"a\":12345678}"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "the checksum of tensor 'a' must be 8 hexadecimal digits, but was 12345678")]
    public void A_hostile_header_is_refused_with_its_reason(string header, string reason)
    {
        header = header.Replace("MANY", string.Join(',', Enumerable.Repeat("1", 256)), StringComparison.Ordinal);
        var file = ReferenceFormat.File(header, 0, 0, 0, 0);
        AssertRefused(file, reason);

        // What the reference refuses is refused; what is refused here alone is a checksum, a size that is no array's, a shape of very many axes, or a first space.
        if (!reason.Contains("checksum", StringComparison.Ordinal) && !reason.Contains("at most 255", StringComparison.Ordinal) && !header.StartsWith(' ') && !header.Contains("descent", StringComparison.Ordinal))
        {
            Assert.Throws<InvalidDataException>(() => ReferenceFormat.Read(file));
        }
    }

    [Fact]
    public void A_right_checksum_is_accepted_and_a_tensor_without_one_too()
    {
        var file = TensorFile.Parse(
            new MemoryStream(ReferenceFormat.File("""{"__metadata__":{"descent.checksums":"{\"a\":\"48674bc7\"}"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}""", 0, 0, 0, 0)), "x");
        Assert.True(file.HasChecksum("a"));
        Assert.False(file.HasChecksum("b"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    public void Every_beginning_of_a_file_is_refused(int most)
    {
        var file = new TensorFile();
        file.Add<float>("w", [2, 2], new float[4]);
        using var stream = new MemoryStream();
        file.WriteTo(stream);
        var whole = stream.ToArray();
        for (var length = most == 9 ? 9 : most; length < (most == 9 ? whole.Length : most + 1); length++)
        {
            AssertRefused(whole[..length], "");
        }

        AssertRefused([.. whole, 0], "its tensors end at byte 16 of the data, but there are 17");
    }

    [Fact]
    public void Invalid_UTF8_is_refused() =>
        AssertRefused(ReferenceFormat.File([.. "{\"__metadata__\":{\"k\":\""u8, 0xC3, 0x28, .. "\"}}"u8]), "its header is not UTF-8");

    [Theory]
    [InlineData(ulong.MaxValue, "its header of 18446744073709551615 bytes does not fit into the file's")]
    [InlineData(1UL << 63, "its header of 9223372036854775808 bytes does not fit into the file's")]
    [InlineData(100_000_001, "its header of 100000001 bytes does not fit into the file's")]
    [InlineData(0, "its header of 0 bytes does not fit into the file's")]
    public void A_header_of_gigabytes_is_refused(ulong length, string reason) => AssertRefused([.. BitConverter.GetBytes(length), .. "{}"u8], reason);

    [Fact]
    public void A_header_of_more_than_the_format_allows_is_refused_also_where_the_file_has_it()
    {
        var path = Path.Combine(folder.FullName, "sparse");
        using (var stream = File.Create(path))
        {
            stream.Write(BitConverter.GetBytes(3_000_000_000L));
            stream.SetLength(4_000_000_000);
        }

        foreach (var read in new Func<string, TensorFile>[] { TensorFile.Read, TensorFile.Open })
        {
            var allocated = Allocation.Of(() => Assert.EndsWith(
                "its header has 3000000000 bytes, and the format allows 100000000.", Assert.Throws<DescentException>(() => read(path)).Message, StringComparison.Ordinal));
            Assert.InRange(allocated, 0, Constant + (1 << 17));
        }
    }

    public static TheoryData<string, string, string> LargeHeaders() => new()
    {
        { "nested arrays", "{\"a\":{\"x\":", "[" },
        { "nested objects", "{\"a\":{\"x\":", "{\"x\":" },
        { "a field of many numbers", "{\"a\":{\"x\":[", "1," },
        { "a shape of many sizes", "{\"a\":{\"shape\":[", "1," },
        { "offsets without end", "{\"a\":{\"data_offsets\":[", "0," },
        { "one long number", "{\"a\":{\"shape\":[", "1" },
        { "one long literal", "{\"a\":{\"x\":t", "r" },
        { "a long rest after a wrong literal", "{\"a\":{\"x\":nul,", "1," },
        { "one long type", "{\"a\":{\"dtype\":\"", "F" },
        { "spaces", "{", " " },
        { "zeros", "{", "\0" },
        { "numbers as metadata", "{\"__metadata__\":[", "1," },
        { "a name that does not end", "{\"", "a" },
    };

    [Theory]
    [MemberData(nameof(LargeHeaders))]
    public void A_large_header_costs_no_more_than_itself(string what, string start, string repeated)
    {
        var header = Encoding.ASCII.GetBytes(start + string.Concat(Enumerable.Repeat(repeated, Large / repeated.Length)));
        var file = ReferenceFormat.File(header);
        var path = Path.Combine(folder.FullName, "large");
        using (var stream = File.Create(path))
        {
            stream.Write(file);
        }

        var (parsed, opened) = (Allocation.Of(() => Refused(() => TensorFile.Parse(new MemoryStream(file), "x"))), Allocation.Of(() => Refused(() => TensorFile.Open(path))));
        Assert.True(parsed <= file.Length + Constant, $"{what}: {parsed} bytes were allocated for {file.Length}.");
        Assert.True(opened <= Constant + (1 << 17), $"{what}: {opened} bytes were allocated to open a file of {file.Length}.");
    }

    public static TheoryData<string, string> HeadersInGoodOrder() => new()
    {
        { "empty tensors", Tensors(50_000, i => $"\"{i}\"", "F32", "[0]", _ => "0,0") },
        { "tensors of a byte", Tensors(50_000, i => $"\"{i}\"", "U8", "[]", i => $"{i},{i + 1}") },
        { "short names", Tensors(26 * 26, i => $"\"{(char)('a' + (i / 26))}{(char)('a' + (i % 26))}\"", "U8", "[]", i => $"{i},{i + 1}") },
        { "escaped names", Tensors(20_000, i => $"\"\\u00e4\\ud83d\\ude00\\n{i}\"", "F32", "[0,1]", _ => "0,0") },
        { "many axes", Tensors(1_000, i => $"\"{i}\"", "I8", $"[{string.Join(',', Enumerable.Repeat("1", 254))},0]", _ => "0,0") },
        { "one long text", "{\"__metadata__\":{\"k\":\"" + new string('x', Large) + "\"}}" },
        { "one long escaped text", "{\"__metadata__\":{\"k\":\"" + string.Concat(Enumerable.Repeat("\\u00e4", Large / 6)) + "\"}}" },
        { "many texts", "{\"__metadata__\":{" + string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"{i}\":\"\"")) + "}}" },
        { "checksums", "{\"__metadata__\":{\"descent.checksums\":\"{" + string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"\\\"{i}\\\":\\\"00000000\\\"")) + "}\"}," + Tensors(50_000, i => $"\"{i}\"", "F32", "[0]", _ => "0,0")[1..] },
    };

    /// <summary>What a header says in good order is kept in its own bytes, and the data are kept once; texts become letters of 16 bits when they are asked for.</summary>
    [Theory]
    [MemberData(nameof(HeadersInGoodOrder), DisableDiscoveryEnumeration = true)]
    public void A_large_header_in_good_order_costs_no_more_than_itself(string what, string header)
    {
        var length = what is "tensors of a byte" ? 50_000 : what is "short names" ? 26 * 26 : 0;
        var file = ReferenceFormat.File(header, new byte[length]);
        var path = Path.Combine(folder.FullName, "good");
        File.WriteAllBytes(path, file);
        TensorFile? read = null;
        var parsed = Allocation.Of(() => read = TensorFile.Parse(new MemoryStream(file), "x"));
        var opened = Allocation.Of(() => TensorFile.Open(path).Dispose());
        Assert.True(parsed <= file.Length + Constant, $"{what}: {parsed} bytes were allocated for {file.Length}.");
        Assert.True(opened <= file.Length + Constant + (1 << 17), $"{what}: {opened} bytes were allocated to open a file of {file.Length}.");
        Assert.Equal(ReferenceFormat.Read(file).Tensors.Count, read!.Tensors.Count);
        Assert.All(read.Tensors.Take(1_000), tensor => Assert.Equal(tensor.Bytes.ToArray(), read[tensor.Name].Bytes.ToArray()));
    }

    private static string Tensors(int count, Func<int, string> name, string type, string shape, Func<int, string> offsets) =>
        "{" + string.Join(',', Enumerable.Range(0, count).Select(i => $"{name(i)}:{{\"dtype\":\"{type}\",\"shape\":{shape},\"data_offsets\":[{offsets(i)}]}}")) + "}";

    private static void AssertRefused(byte[] file, string reason)
    {
        var message = "";
        var allocated = Allocation.Of(() => message = Refused(() => TensorFile.Parse(new MemoryStream(file), "x")));
        Assert.StartsWith("'x' is not a readable safetensors file: ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
        Assert.True(allocated <= file.Length + Constant, $"{allocated} bytes were allocated for {file.Length}.");
    }

    private static string Refused(Func<TensorFile> read) => Assert.Throws<DescentException>(read).Message;
}
