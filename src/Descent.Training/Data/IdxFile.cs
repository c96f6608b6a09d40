using System.Buffers.Binary;

namespace Descent.Training.Data;

/// <summary>
/// The IDX format of MNIST (LeCun, Cortes, Burges): two zero bytes, the element type, the number of dimensions, the sizes as
/// big-endian 32-bit integers, and the elements, row-major. Only unsigned bytes (type 8) are read; plain or gzip.
/// </summary>
internal sealed class IdxFile
{
    private const int UnsignedByte = 8;

    private IdxFile(string path, int[] sizes, byte[] values)
    {
        Path = path;
        Sizes = sizes;
        Values = values;
    }

    /// <summary>The path as the user wrote it.</summary>
    public string Path { get; }

    /// <summary>The sizes of the dimensions; the first counts the images or labels.</summary>
    public int[] Sizes { get; }

    /// <summary>The elements, row-major.</summary>
    public byte[] Values { get; }

    /// <summary>The number of dimensions that the magic number of a file says, or 0 when the file is not IDX.</summary>
    public static int Dimensions(string path)
    {
        using var file = ContentFile.Open(path);
        Span<byte> magic = stackalloc byte[4];
        return file.Read(magic) == 4 && magic is [0, 0, 0x08 or 0x09 or (>= 0x0B and <= 0x0E), > 0, ..] ? magic[3] : 0;
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="DescentException">It is not IDX of unsigned bytes, is cut off or too long, or has an empty dimension.</exception>
    public static IdxFile Read(string path)
    {
        using var file = ContentFile.Open(path);
        Span<byte> magic = stackalloc byte[4];
        if (file.Read(magic) < 4 || magic[0] != 0 || magic[1] != 0 || magic[3] == 0)
        {
            throw new DescentException(
                $"{path} is not an IDX file: "
                + $"it begins with 0x{Convert.ToHexString(magic)} where 0x000008 and the number of dimensions must be.");
        }

        if (magic[2] != UnsignedByte)
        {
            throw new DescentException(
                $"{path} is an IDX file of element type 0x{magic[2]:X2}, "
                + "but only unsigned bytes (0x08) can be read; convert it.");
        }

        Span<byte> header = stackalloc byte[4 * magic[3]];
        var headerFound = file.Read(header);
        if (headerFound < header.Length)
        {
            throw new DescentException(
                $"{path} is cut off: its IDX header must have {4 + header.Length} bytes, "
                + $"but has {4 + headerFound}; fetch it again.");
        }

        var sizes = new int[magic[3]];
        var expected = 1L;
        for (var i = 0; i < sizes.Length; i++)
        {
            var size = BinaryPrimitives.ReadUInt32BigEndian(header[(4 * i)..]);
            expected = Math.Min(expected * size, 1L + Array.MaxLength);
            sizes[i] = (int)Math.Min(size, int.MaxValue);
        }

        var shape = string.Join("×", sizes);
        if (expected is 0)
        {
            throw new DescentException($"{path} is an IDX file of {shape} values, which is none; it must hold at least one.");
        }

        return expected <= Array.MaxLength
            ? new IdxFile(path, sizes, ReadValues(file, (int)expected, shape))
            : throw new DescentException(
                $"{path} is an IDX file of {shape} values, "
                + $"more than the {Array.MaxLength} that fit in memory as one array; use a part of it.");
    }

    // The header may promise far more than the file holds, so the array grows with what is really there.
    private static byte[] ReadValues(ContentFile file, int expected, string shape)
    {
        var values = new byte[Math.Min(expected, 1 << 20)];
        var found = 0;
        while (true)
        {
            found += file.Read(values.AsSpan(found));
            if (found < values.Length)
            {
                throw new DescentException(
                    $"{file.Path} is cut off: {shape} values need {expected} bytes after the IDX header, "
                    + $"but only {found} were found; fetch it again.");
            }

            if (found == expected)
            {
                break;
            }

            Array.Resize(ref values, (int)Math.Min(2L * values.Length, expected));
        }

        Span<byte> more = stackalloc byte[1];
        return file.Read(more) == 0
            ? values
            : throw new DescentException(
                $"{file.Path} is too long: {shape} values need {expected} bytes after the IDX header, "
                + "but more follow; fetch it again.");
    }
}
