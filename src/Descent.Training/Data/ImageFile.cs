using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using StbImageSharp;

namespace Descent.Training.Data;

/// <summary>
/// A PNG image (of any depth and kind, read to 8 bits) or a PGM image (P2 and P5, up to 16 bits), plain or gzip. Transparent pixels are laid over white.
/// </summary>
/// <param name="Path">The path as the user wrote it.</param>
/// <param name="Height">In pixels, at least 1.</param>
/// <param name="Width">In pixels, at least 1.</param>
/// <param name="Pixels">From 0 (black) to 1: for a grey image height × width numbers, otherwise three such planes, red, green and blue.</param>
internal sealed record ImageFile(string Path, int Height, int Width, float[] Pixels)
{
    private const int MostPixels = 1 << 24;
    private const int MostBytes = 1 << 28;
    private static readonly byte[] PngSignature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Whether all pixels are grey.</summary>
    public bool IsGrey => Pixels.Length == Height * Width;

    /// <summary>Whether a file is called like an image that can be read.</summary>
    public static bool IsNamedLikeOne(string path)
    {
        var name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        return name.EndsWith(".png", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".pgm", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="DescentException">It is no such image, is damaged, cut off, or too large.</exception>
    public static ImageFile Read(string path)
    {
        var content = ContentFile.ReadAll(path, MostBytes, "too many for an image; remove it or make it smaller").ToArray();
        return content.AsSpan().StartsWith(PngSignature) ? ReadPng(path, content)
            : content is [(byte)'P', (byte)'2' or (byte)'5', ..] ? ReadPgm(path, content)
            : content.Length == 0 ? throw new DescentException($"{path} is empty where a PNG or PGM image must be; make it again or remove it.")
            : throw new DescentException($"{path} is not a PNG or PGM image: it begins with 0x{Convert.ToHexString(content.AsSpan(0, Math.Min(4, content.Length)))}; convert it or remove it.");
    }

    private static ImageFile ReadPng(string path, byte[] content)
    {
        CheckChunks(path, content);
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(content.AsSpan(16)), BinaryPrimitives.ReadUInt32BigEndian(content.AsSpan(20)));
        CheckSize(path, width, height);
        ImageResult image;
        try
        {
            image = ImageResult.FromMemory(content, ColorComponents.RedGreenBlueAlpha);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The decoder says what is wrong with a damaged image by whatever exception it runs into.
            throw new DescentException(Damaged(path, $"it cannot be decoded ({exception.Message.TrimEnd('.')})").Message, exception);
        }

        var count = image.Width * image.Height;
        var planes = new float[3 * count];
        var isGrey = true;
        for (var i = 0; i < count; i++)
        {
            var alpha = image.Data[(4 * i) + 3] / 255f;
            for (var channel = 0; channel < 3; channel++)
            {
                planes[(channel * count) + i] = (image.Data[(4 * i) + channel] / 255f * alpha) + (1 - alpha);
            }

            isGrey &= planes[i] == planes[count + i] && planes[i] == planes[(2 * count) + i];
        }

        return new ImageFile(path, image.Height, image.Width, isGrey ? planes[..count] : planes);
    }

    /// <summary>Whether the chunks of a PNG file fill it and have their checksums: what is damaged never reaches the decoder.</summary>
    private static void CheckChunks(string path, ReadOnlySpan<byte> content)
    {
        var (place, isFirst) = (PngSignature.Length, true);
        while (true)
        {
            var length = content.Length - place < 12 ? uint.MaxValue : BinaryPrimitives.ReadUInt32BigEndian(content[place..]);
            if (length > content.Length - place - 12)
            {
                throw Damaged(path, "it is cut off");
            }

            var chunk = content.Slice(place + 4, 4 + (int)length);
            if (Crc32.HashToUInt32(chunk) != BinaryPrimitives.ReadUInt32BigEndian(content[(place + 8 + (int)length)..]))
            {
                throw Damaged(path, $"the checksum at byte {place + 8 + length} is wrong");
            }

            if (isFirst && (length != 13 || !chunk.StartsWith("IHDR"u8)))
            {
                throw Damaged(path, "it has no header");
            }

            if (chunk.StartsWith("IEND"u8))
            {
                return;
            }

            (place, isFirst) = (place + 12 + (int)length, false);
        }
    }

    private static ImageFile ReadPgm(string path, byte[] content)
    {
        var place = 2;
        var (width, height) = (Number("width"), Number("height"));
        CheckSize(path, width, height);
        var most = Number("largest value");
        if (most is < 1 or > 65535)
        {
            throw Damaged(path, $"its largest value must be from 1 to 65535, but is {most}");
        }

        var pixels = new float[width * height];
        if (content[1] == '5')
        {
            var size = most < 256 ? 1 : 2;
            if (content.Length - ++place < size * pixels.Length)
            {
                throw Damaged(path, $"it is cut off: {width}×{height} pixels need {size * pixels.Length} bytes, but {Math.Max(0, content.Length - place)} were found");
            }
        }

        for (var i = 0; i < pixels.Length; i++)
        {
            var value = content[1] == '2' ? Number("pixel") : most < 256 ? content[place + i] : BinaryPrimitives.ReadUInt16BigEndian(content.AsSpan(place + (2 * i)));
            pixels[i] = value <= most ? value / (float)most : throw Damaged(path, $"pixel {i + 1} is {value}, but its largest value is {most}");
        }

        return new ImageFile(path, (int)height, (int)width, pixels);

        // The next number, after white space and comments, which go from # to the end of the line.
        long Number(string what)
        {
            while (place < content.Length && (content[place] is (byte)' ' or (byte)'#' or (>= 9 and <= 13)))
            {
                place += content[place] == '#' && content.AsSpan(place).IndexOfAny((byte)'\n', (byte)'\r') is > 0 and var line ? line : 1;
            }

            var digits = content.AsSpan(place, Math.Min(10, content.Length - place));
            digits = digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') is >= 0 and var end ? digits[..end] : digits;
            place += digits.Length;
            return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw Damaged(path, place >= content.Length ? $"it is cut off before its {what}" : $"its {what} is not a number: '{Encoding.ASCII.GetString(content, place, 1)}'");
        }
    }

    private static void CheckSize(string path, long width, long height)
    {
        if (width < 1 || height < 1 || width * height > MostPixels || Math.Max(width, height) > MostPixels)
        {
            throw new DescentException($"{path} is an image of {width}×{height} pixels, but there must be at least 1 and at most {MostPixels}; make it smaller or remove it.");
        }
    }

    private static DescentException Damaged(string path, string how) => new($"{path} is a damaged image: {how}; make it again or remove it.");
}
