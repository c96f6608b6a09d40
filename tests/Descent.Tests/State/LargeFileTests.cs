using System.Buffers;
using System.Runtime.InteropServices;
using Descent.State;
using Descent.TestSupport;

namespace Descent.Tests.State;

/// <summary>Files that are larger than an array can be; on the disk they are holes, and take no room.</summary>
public sealed class LargeFileTests : IDisposable
{
    private const long Billion = 1_000_000_000;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("descent-large-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Of_a_large_file_only_the_header_and_what_is_looked_at_is_read()
    {
        var header = "{" + string.Join(',', Enumerable.Range(0, 5).Select(i => $"\"t{i}\":{{\"dtype\":\"F32\",\"shape\":[1000,250000],\"data_offsets\":[{i * Billion},{(i + 1) * Billion}]}}")) + "}";
        var path = Write(header, 5 * Billion, (8 + header.Length + (4 * Billion) - 4, 2.5f), (8 + header.Length + (5 * Billion) - 4, -7f));
        var (last, before) = (0f, 0f);
        var allocated = Allocation.Of(() =>
        {
            using var file = TensorFile.Open(path);
            Assert.Equal(5, file.Tensors.Count);
            file.Verify();
            (before, last) = (MemoryMarshal.Cast<byte, float>(file["t3"].Bytes.Span)[^1], MemoryMarshal.Cast<byte, float>(file["t4"].Bytes.Span)[^1]);
        });
        Assert.Equal((2.5f, -7f), (before, last));
        Assert.InRange(allocated, 0, 400_000);
    }

    [Fact]
    public void A_tensor_that_no_array_can_hold_is_refused_with_a_sentence()
    {
        var path = Write("{\"t\":{\"dtype\":\"F32\",\"shape\":[750000000],\"data_offsets\":[0,3000000000]}}", 3 * Billion);
        foreach (var read in new Func<string, TensorFile>[] { TensorFile.Read, TensorFile.Open })
        {
            Assert.EndsWith("tensor 't' has 3000000000 bytes, and at most 2147483591 can be read as one; split it.", Assert.Throws<DescentException>(() => read(path)).Message, StringComparison.Ordinal);
        }

        using var memory = new Pretended(300_000_000);
        Assert.Equal(
            "Tensor 't' has 2400000000 bytes, and at most 2147483591 can be saved as one; split the parameter.",
            Assert.Throws<DescentException>(() => new TensorFile().Add<double>("t", [300_000_000], memory.Memory)).Message);
    }

    [Fact]
    public void A_mapped_file_can_be_replaced_while_it_is_open_and_its_tensors_end_with_it()
    {
        var path = Path.Combine(folder.FullName, "small");
        var old = new TensorFile { Metadata = { ["which"] = "old" } };
        old.Add<float>("w", [2], new float[] { 1, 2 });
        old.Write(path);
        var opened = TensorFile.Open(path);
        var w = opened["w"];
        if (!OperatingSystem.IsWindows())
        {
            new TensorFile { Metadata = { ["which"] = "new" } }.Write(path);
            Assert.Equal("new", TensorFile.Read(path).Metadata["which"]);
        }

        var values = new float[2];
        w.CopyTo<float>(values);
        Assert.Equal([1, 2], values);
        opened.Dispose();
        opened.Dispose();
        Assert.Contains("was opened and closed again", Assert.Throws<ObjectDisposedException>(() => w.Bytes.Span.Length).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Opening_refuses_what_reading_refuses()
    {
        foreach (var content in new[] { "", "1234567", "\u0002\0\0\0\0\0\0\0{]" })
        {
            var path = Path.Combine(folder.FullName, "bad");
            using (var stream = File.Create(path))
            {
                stream.Write(System.Text.Encoding.Latin1.GetBytes(content));
            }

            Assert.Equal(Assert.Throws<DescentException>(() => TensorFile.Read(path)).Message, Assert.Throws<DescentException>(() => TensorFile.Open(path)).Message);
        }

        Assert.Equal($"'{folder.FullName}' is a folder; name the file in it.", Assert.Throws<DescentException>(() => TensorFile.Open(folder.FullName)).Message);
        Assert.Equal("The file 'nowhere' does not exist; check the name and the folder.", Assert.Throws<DescentException>(() => TensorFile.Open("nowhere")).Message);
    }

    private string Write(string header, long length, params (long At, float Number)[] numbers)
    {
        var path = Path.Combine(folder.FullName, "large");
        using var stream = File.Create(path);
        stream.Write(BitConverter.GetBytes((long)header.Length));
        stream.Write(System.Text.Encoding.ASCII.GetBytes(header));
        stream.SetLength(8 + header.Length + length);
        foreach (var (at, number) in numbers)
        {
            stream.Position = at;
            stream.Write(BitConverter.GetBytes(number));
        }

        return path;
    }

    /// <summary>Memory of a length that it does not have.</summary>
    private sealed class Pretended(int length) : MemoryManager<double>
    {
        public override Memory<double> Memory => CreateMemory(length);

        public override Span<double> GetSpan() => throw new InvalidOperationException("It was looked at.");

        public override MemoryHandle Pin(int elementIndex = 0) => throw new InvalidOperationException("It was looked at.");

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
