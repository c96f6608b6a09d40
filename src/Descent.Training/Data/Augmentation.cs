using System.Globalization;
using Descent.Numerics;
using Descent.Text;

namespace Descent.Training.Data;

/// <summary>
/// How images that train are changed each time they are seen: shifted, then flipped, then a part of them covered. What happens to a row is a function of
/// (seed, epoch, row) alone, so that a run that stops and resumes sees the same images.
/// </summary>
/// <remarks>Source of cutout: DeVries, Taylor, "Improved Regularization of Convolutional Neural Networks with Cutout", 2017, <see href="https://arxiv.org/abs/1708.04552"/>.</remarks>
/// <param name="Shift">How many pixels an image moves at most along each axis, every whole number from −Shift to Shift equally likely; what comes in repeats the edge. 0 for not at all.</param>
/// <param name="Flip">Whether every second image, on average, is mirrored, left to right.</param>
/// <param name="Cutout">The side of a square that is covered with the mean of all training pixels; its centre is any pixel, so that a part of it may lie outside. 0 for none.</param>
public sealed record Augmentation(int Shift = 0, bool Flip = false, int Cutout = 0)
{
    private const int Most = 10_000;

    /// <summary>Images train as they are.</summary>
    public static Augmentation None { get; } = new();

    /// <summary>What the text form may be.</summary>
    public static string Usage => "shift(PIXELS), flip, cutout(PIXELS), one or several of them, or none";

    /// <summary>Reads the text form, which <see cref="ToString"/> writes: <c>shift(2), flip, cutout(8)</c>, or <c>none</c>.</summary>
    /// <exception cref="DescentException">The text is not an augmentation.</exception>
    public static Augmentation Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text == "none")
        {
            return None;
        }

        var (shift, flip, cutout) = ((int?)null, (bool?)null, (int?)null);
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var isNew = part switch
            {
                "flip" => flip is null && (flip = true) is true,
                _ when Pixels(part, "shift") is { } pixels => shift is null && (shift = pixels) is not null,
                _ when Pixels(part, "cutout") is { } pixels => cutout is null && (cutout = pixels) is not null,
                _ => throw new DescentException($"The augmentation must be {Usage}, with pixels from 1 to {Most}, but '{Shown.Brief(text)}' has '{Shown.Brief(part)}'."),
            };
            if (!isNew)
            {
                throw new DescentException($"The augmentation '{Shown.Brief(text)}' has '{Shown.Brief(part)}' when there is one already; give each once.");
            }
        }

        return new Augmentation(shift ?? 0, flip ?? false, cutout ?? 0);
    }

    /// <summary>Changes one image.</summary>
    /// <param name="image">Standardized pixels, so that the mean is 0; changed in place.</param>
    /// <param name="shape">[height, width] or [channels, height, width].</param>
    /// <param name="seed">Chooses the changes.</param>
    /// <param name="epoch">How many epochs came before, 0 or more.</param>
    /// <param name="row">The number of the image among all data.</param>
    /// <exception cref="DescentException">The shape is not that of the image, or not of an image.</exception>
    public void Apply(Span<float> image, IReadOnlyList<int> shape, ulong seed, int epoch, int row)
    {
        ArgumentNullException.ThrowIfNull(shape);
        CheckShape(shape);
        var (height, width) = (shape[^2], shape[^1]);
        if (image.Length != shape.Aggregate(1, static (product, size) => product * size))
        {
            throw new DescentException($"An image of {string.Join('×', shape)} has {shape.Aggregate(1, static (product, size) => product * size)} pixels, but was given {image.Length}.");
        }

        // All numbers are drawn, whatever is asked for, so that one kind of change does not alter the others.
        var random = new SeededRandom(seed, RandomStreams.Augmentation + ((ulong)epoch << 31) + (ulong)row);
        var (down, right) = (random.NextInt32((2 * Shift) + 1) - Shift, random.NextInt32((2 * Shift) + 1) - Shift);
        var mirrored = random.NextInt32(2) == 1 && Flip;
        var (top, left) = (random.NextInt32(height) - (Cutout / 2), random.NextInt32(width) - (Cutout / 2));
        Span<float> line = width <= 1024 ? stackalloc float[width] : new float[width];
        for (var start = 0; start < image.Length; start += height * width)
        {
            var plane = image.Slice(start, height * width);
            for (var i = 0; i < height && (down != 0 || right != 0 || mirrored); i++)
            {
                // Downwards the last line comes first, so that no line is overwritten before it was moved.
                var y = down > 0 ? height - 1 - i : i;
                plane.Slice(Math.Clamp(y - down, 0, height - 1) * width, width).CopyTo(line);
                var moved = plane.Slice(y * width, width);
                for (var x = 0; x < width; x++)
                {
                    moved[x] = line[Math.Clamp((mirrored ? width - 1 - x : x) - right, 0, width - 1)];
                }
            }

            for (var y = Math.Max(0, top); y < Math.Min(height, top + Cutout); y++)
            {
                var (from, to) = (Math.Max(0, left), Math.Min(width, left + Cutout));
                plane[((y * width) + from)..((y * width) + Math.Max(from, to))].Clear();
            }
        }
    }

    /// <summary>The text form.</summary>
    public override string ToString() => this == None ? "none" : string.Join(", ", new[]
    {
        Shift > 0 ? string.Create(CultureInfo.InvariantCulture, $"shift({Shift})") : "",
        Flip ? "flip" : "",
        Cutout > 0 ? string.Create(CultureInfo.InvariantCulture, $"cutout({Cutout})") : "",
    }.Where(static part => part.Length > 0));

    internal static void CheckShape(IReadOnlyList<int> shape)
    {
        if (shape.Count is not (2 or 3))
        {
            throw new DescentException($"Augmentation is for images, but the data are {(shape.Count == 1 ? "rows" : "arrays")} of {string.Join('×', shape)} numbers; leave it out.");
        }
    }

    private static int? Pixels(string part, string name) =>
        part.StartsWith(name + "(", StringComparison.Ordinal) && part.EndsWith(')')
        && int.TryParse(part.AsSpan()[(name.Length + 1)..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var pixels) && pixels is >= 1 and <= Most ? pixels : null;
}
