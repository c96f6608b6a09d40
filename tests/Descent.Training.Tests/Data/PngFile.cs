using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Descent.Training.Tests.Data;

/// <summary>Writes PNG files of every kind, to read them back.</summary>
internal static class PngFile
{
    /// <summary>A file of samples, row after row.</summary>
    /// <param name="kind">0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha.</param>
    /// <param name="depth">Bits of a sample.</param>
    /// <param name="samples">As many as the kind needs for every pixel.</param>
    /// <param name="palette">Red, green and blue of each entry.</param>
    public static byte[] Write(int width, int height, int kind, int depth, int[] samples, byte[]? palette = null)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = ((byte)depth, (byte)kind);
        using var lines = new MemoryStream();
        foreach (var line in samples.Chunk(samples.Length / height))
        {
            lines.WriteByte(0);
            var (bits, count) = (0, 0);
            foreach (var sample in line)
            {
                (bits, count) = ((bits << depth) | sample, count + depth);
                while (count >= 8)
                {
                    lines.WriteByte((byte)(bits >> (count -= 8)));
                }
            }

            if (count > 0)
            {
                lines.WriteByte((byte)(bits << (8 - count)));
            }
        }

        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(lines.ToArray());
        }

        return
        [
            0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A,
            .. Chunk("IHDR", header), .. palette is null ? [] : Chunk("PLTE", palette), .. Chunk("IDAT", compressed.ToArray()), .. Chunk("IEND", []),
        ];
    }

    /// <summary>A grey image of 8 bits.</summary>
    public static byte[] Grey(int width, int height, params int[] samples) => Write(width, height, 0, 8, samples);

    public static byte[] Chunk(string name, byte[] content)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(name), .. content];
        var chunk = new byte[body.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        body.CopyTo(chunk, 4);
        var crc = uint.MaxValue;
        foreach (var bit in body.SelectMany(value => Enumerable.Range(0, 8).Select(place => (uint)(value >> place) & 1)))
        {
            crc = (crc >> 1) ^ (((crc ^ bit) & 1) == 1 ? 0xEDB88320 : 0);
        }

        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(4 + body.Length), ~crc);
        return chunk;
    }
}
