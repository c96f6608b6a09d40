using System.Buffers.Binary;
using System.IO.Compression;

namespace Descent.Training.Data;

/// <summary>
/// Tells whether a gzip file is whole. <see cref="GZipStream"/> takes the end of a cut-off file for the end of the data, unless
/// a switch of the whole application is set, which a library has no right to set; half of the data would be lost without a word.
/// </summary>
internal static class GzipEnd
{
    // A gzip member that holds 16 random bytes. Behind a whole file it is a member like any other; behind a cut-off one it is not.
    private static readonly byte[] Content = Convert.FromHexString("8F1DD5A2C07E4B1996E35CF03A7AB4D1");
    private static readonly byte[] Member = Compress(Content);

    /// <summary>Whether <paramref name="file"/>, which was decompressed to <paramref name="length"/> bytes, ends where a gzip member ends.</summary>
    public static bool IsWhole(FileStream file, long length)
    {
        // The usual file is one member, and ends with the length of its content modulo 2³². Others are read once more.
        Span<byte> last = stackalloc byte[4];
        file.Position = Math.Max(0, file.Length - 4);
        return (file.ReadAtLeast(last, 4, throwOnEndOfStream: false) == 4 && BinaryPrimitives.ReadUInt32LittleEndian(last) == (uint)length) || IsFollowed(file);
    }

    private static bool IsFollowed(FileStream file)
    {
        file.Position = 0;
        using var gzip = new GZipStream(new Concatenation(file, new MemoryStream(Member)), CompressionMode.Decompress);
        var buffer = new byte[1 << 16];
        var held = 0;
        while (true)
        {
            var count = gzip.Read(buffer, held, buffer.Length - held);
            if (count == 0)
            {
                return buffer.AsSpan(0, held).SequenceEqual(Content);
            }

            var kept = Math.Min(held + count, Content.Length);
            buffer.AsSpan(held + count - kept, kept).CopyTo(buffer);
            held = kept;
        }
    }

    private static byte[] Compress(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return stream.ToArray();
    }

    /// <summary>One stream after the other, read only.</summary>
    private sealed class Concatenation(Stream first, Stream second) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer) => first.Read(buffer) is > 0 and var count ? count : second.Read(buffer);

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
