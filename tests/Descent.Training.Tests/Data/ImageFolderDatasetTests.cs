using System.Text;
using Descent.Numerics;
using Descent.Training.Data;

namespace Descent.Training.Tests.Data;

public sealed class ImageFolderDatasetTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_folder_for_each_class_loads_in_the_order_of_names()
    {
        Fill();
        folder.Write("notes.txt", "not data");
        folder.Write("cats/notes.txt", "not data");
        Directory.CreateDirectory(folder.File(".hidden"));
        folder.Write(".hidden/x.png", "not an image");
        var data = Dataset.Load(folder.Path);
        Assert.Equal(["cats", "dogs"], data.ClassNames);
        Assert.Equal([0, 0, 1], data.Labels!);
        Assert.Equal([2, 3], data.Schema.FeatureShape);
        Assert.Equal([0f, 0.2f, 0.4f, 0.6f, 0.8f, 1f], data.Features[..6]);
        Assert.Equal([1f, 0.8f, 0.6f, 0.4f, 0.2f, 0f], data.Features[6..12]);
        Assert.Equal([0.5f, 1f, 0.25f, 0f, 1f, 0.75f], data.Features[12..]);
        Assert.Equal(["cats/a.png", "cats/b.pgm", "dogs/z.PGM"], data.RowNames.Select(name => Path.GetRelativePath(folder.Path, name).Replace('\\', '/')));
        Assert.Equal("a folder for each class: 3 images", data.TaskReason);
    }

    [Fact]
    public void Other_images_are_read_for_a_model()
    {
        Fill();
        var schema = Dataset.Load(folder.Path).Schema;
        Assert.Equal([0, 0, 1], Dataset.LoadLabelled(folder.Path, schema).Labels!);
        Assert.Equal(3, Dataset.LoadFeatures(folder.Path, schema).Rows);
        Assert.Equal(2, Dataset.LoadFeatures(folder.File("cats"), schema).Rows);
        Assert.Equal([1f, 0.8f, 0.6f, 0.4f, 0.2f, 0f], Dataset.LoadFeatures(folder.File("cats/b.pgm"), schema).Features);
        folder.Write("one.png", PngFile.Grey(2, 3, 0, 0, 0, 0, 0, 0));
        Assert.Equal("one.png is an image of 3×2 where the model needs 2×3; use images of that size.", folder.Sentence(() => Dataset.LoadFeatures(folder.File("one.png"), schema)));
        folder.Write("red.png", PngFile.Write(3, 2, 2, 8, [255, 0, 0, .. new int[15]]));
        Assert.Equal("red.png is in colour where the model needs grey images; convert it.", folder.Sentence(() => Dataset.LoadFeatures(folder.File("red.png"), schema)));
        Directory.CreateDirectory(folder.File("birds"));
        folder.Write("birds/c.png", PngFile.Grey(3, 2, 0, 0, 0, 0, 0, 0));
        Assert.Equal("birds: the class 'birds' is none of the classes learned; the nearest are 'cats', 'dogs'.", folder.Sentence(() => Dataset.LoadLabelled(folder.Path, schema)));
        Assert.EndsWith("cats holds no folders of images; sort the images into a folder for each class.", folder.Sentence(() => Dataset.LoadLabelled(folder.File("cats"), schema)), StringComparison.Ordinal);
    }

    [Fact]
    public void One_image_in_colour_makes_all_of_them_three_planes()
    {
        Fill();
        folder.Write("dogs/red.png", PngFile.Write(3, 2, 2, 8, [255, 51, 0, .. new int[15]]));
        var data = Dataset.Load(folder.Path);
        Assert.Equal([3, 2, 3], data.Schema.FeatureShape);
        Assert.Equal(Enumerable.Repeat<float[]>([0f, 0.2f, 0.4f, 0.6f, 0.8f, 1f], 3).SelectMany(plane => plane), data.Row(0).ToArray());
        Assert.Equal([1f, 0, 0, 0, 0, 0, 0.2f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], data.Row(2).ToArray());
        Assert.Equal(18, Dataset.LoadFeatures(folder.File("cats/a.png"), data.Schema).Columns);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    [InlineData(0, 4)]
    [InlineData(0, 8)]
    [InlineData(0, 16)]
    [InlineData(2, 8)]
    [InlineData(2, 16)]
    [InlineData(3, 2)]
    [InlineData(3, 8)]
    [InlineData(4, 8)]
    [InlineData(6, 16)]
    public void Every_kind_of_png_is_read(int kind, int depth)
    {
        const int Width = 11, Height = 5;
        var random = new SeededRandom(3, (ulong)((16 * kind) + depth));
        var samplesPerPixel = kind switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        var samples = Enumerable.Range(0, Width * Height * samplesPerPixel).Select(_ => random.NextInt32(1 << depth)).ToArray();
        var palette = kind == 3 ? Enumerable.Range(0, 3 << depth).Select(_ => (byte)random.NextInt32(256)).ToArray() : null;
        var image = ImageFile.Read(folder.Write("x.png", PngFile.Write(Width, Height, kind, depth, samples, palette)));
        Assert.Equal((Height, Width, kind is 0 or 4), (image.Height, image.Width, image.IsGrey));
        for (var i = 0; i < image.Pixels.Length; i++)
        {
            var (pixel, channel) = (i % (Width * Height), i / (Width * Height));
            double Sample(int place) => depth == 16 ? samples[(pixel * samplesPerPixel) + place] >> 8 : samples[(pixel * samplesPerPixel) + place] * 255 / ((1 << depth) - 1);
            var value = kind == 3 ? palette![(3 * samples[pixel]) + channel] : Sample(channel);
            var alpha = kind is 4 or 6 ? Sample(samplesPerPixel - 1) / 255 : 1;
            Assert.Equal((value / 255 * alpha) + 1 - alpha, image.Pixels[i], 1e-6);
        }
    }

    [Fact]
    public void A_pgm_may_have_comments_and_large_values_and_be_compressed()
    {
        var text = folder.Write("a.pgm", "P2\n# drawn by hand\n2 2 # width, height\n1000\n0 500\n#\n250 1000\n");
        Assert.Equal([0f, 0.5f, 0.25f, 1f], ImageFile.Read(text).Pixels);
        var binary = folder.Write("b.pgm.gz", TempFolder.Gzip([.. Encoding.ASCII.GetBytes("P5 2 1 65535\n"), 0x80, 0, 0xFF, 0xFF]));
        Assert.Equal([0x8000 / 65535f, 1f], ImageFile.Read(binary).Pixels);
    }

    public static TheoryData<string, byte[]> Broken()
    {
        var png = PngFile.Grey(2, 2, 0, 1, 2, 3);
        byte[] flipped = [.. png];
        flipped[^20] ^= 1;
        byte[] Signed(params byte[][] chunks) => [.. png[..8], .. chunks.SelectMany(chunk => chunk)];
        byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
        return new()
        {
            { "x.png is empty where a PNG or PGM image must be; make it again or remove it.", [] },
            { "x.png is not a PNG or PGM image: it begins with 0xFFD8FFE0; convert it or remove it.", [0xFF, 0xD8, 0xFF, 0xE0, 0] },
            { "x.png is a damaged image: it is cut off; make it again or remove it.", png[..^1] },
            { "x.png is a damaged image: it is cut off; make it again or remove it.", png[..30] },
            { "x.png is a damaged image: it is cut off; make it again or remove it.", png[..8] },
            { $"x.png is a damaged image: the checksum at byte {png.Length - 16} is wrong; make it again or remove it.", flipped },
            { "x.png is a damaged image: it has no header; make it again or remove it.", Signed(PngFile.Chunk("IEND", [])) },
            { "x.png is an image of 0×2 pixels, but there must be at least 1 and at most 16777216; make it smaller or remove it.", PngFile.Write(0, 2, 0, 8, [1, 2]) },
            { "x.png is an image of 100000×100000 pixels, but there must be at least 1 and at most 16777216; make it smaller or remove it.", PngFile.Write(100_000, 100_000, 0, 8, new int[100_000]) },
            { "x.png is an image of 70000×70000 pixels, but there must be at least 1 and at most 16777216; make it smaller or remove it.", Ascii("P5 70000 70000 255 ") },
            { "x.png is a damaged image: its largest value must be from 1 to 65535, but is 0; make it again or remove it.", Ascii("P5 1 1 0 x") },
            { "x.png is a damaged image: it is cut off: 2×2 pixels need 4 bytes, but 3 were found; make it again or remove it.", Ascii("P5 2 2 255 abc") },
            { "x.png is a damaged image: it is cut off before its pixel; make it again or remove it.", Ascii("P2 2 2 9 1 2 3") },
            { "x.png is a damaged image: its height is not a number: 'x'; make it again or remove it.", Ascii("P2 2 x") },
            { "x.png is a damaged image: pixel 2 is 10, but its largest value is 9; make it again or remove it.", Ascii("P2 2 1 9 9 10") },
        };
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_image_is_one_sentence(string sentence, byte[] content)
    {
        Fill();
        Directory.CreateDirectory(folder.File("none"));
        folder.Write("x.png", content);
        Assert.Equal(sentence, folder.Sentence(() => ImageFile.Read(folder.File("x.png"))));
        folder.Write("dogs/x.png", content);
        Assert.Equal(sentence, folder.Sentence(() => Dataset.Load(folder.Path)).Replace("dogs" + Path.DirectorySeparatorChar, "", StringComparison.Ordinal));
    }

    [Fact]
    public void An_image_that_its_checksums_do_not_catch_is_refused_by_the_decoder()
    {
        var png = PngFile.Grey(2, 2, 0, 1, 2, 3);
        folder.Write("x.png", [.. png[..33], .. PngFile.Chunk("IDAT", [1, 2, 3]), .. PngFile.Chunk("IEND", [])]);
        Assert.Matches(@"^x\.png is a damaged image: it cannot be decoded \(.+\); make it again or remove it\.$", folder.Sentence(() => ImageFile.Read(folder.File("x.png"))));
    }

    [Fact]
    public void Folders_that_are_no_classes_are_explained()
    {
        Assert.Equal("The folder FOLDER holds no images; name a CSV file, a folder with IDX images and labels, or one with a folder of PNG or PGM images for each class.", folder.Sentence(() => Dataset.Load(folder.Path)));
        Fill();
        folder.Write("dogs/small.pgm", "P2 1 1 1 0");
        Assert.Equal("dogs/small.pgm is an image of 1×1 where cats/a.png has 2×3; all images must have one size.", folder.Sentence(() => Dataset.Load(folder.Path)).Replace('\\', '/'));
        Assert.Equal("FOLDER holds images in folders, which are classes; regression needs a CSV file.", folder.Sentence(() => Dataset.Load(folder.Path, new DataOptions { Task = LearningTask.Regression })));
        Assert.Equal("FOLDER holds images, which have no columns, so the target 'x' does not apply; leave it out.", folder.Sentence(() => Dataset.Load(folder.Path, new DataOptions { Target = "x" })));
        Assert.Equal("FOLDER holds images, which have no columns, so a separator does not apply; leave it out.", folder.Sentence(() => Dataset.Load(folder.Path, new DataOptions { Separator = ';' })));
        Directory.Delete(folder.File("dogs"), recursive: true);
        Assert.Equal("FOLDER must hold a folder of images for each of at least two classes to train on, but holds only 'cats'; sort the images into folders.", folder.Sentence(() => Dataset.Load(folder.Path)));
        Assert.Equal("cats must hold a folder of images for each of at least two classes to train on, but holds none; sort the images into folders.", folder.Sentence(() => Dataset.Load(folder.File("cats"))));
        Assert.Equal("cats/a.png must hold a folder of images for each of at least two classes to train on, but holds none; sort the images into folders.", folder.Sentence(() => Dataset.Load(folder.File("cats/a.png"))).Replace('\\', '/'));
    }

    [Fact]
    public void Damaged_images_never_do_more_than_throw()
    {
        var random = new SeededRandom(7);
        byte[][] images = [PngFile.Grey(4, 4, [.. Enumerable.Range(0, 16)]), PngFile.Write(3, 2, 6, 16, [.. Enumerable.Range(0, 24)]), Encoding.ASCII.GetBytes("P5 3 2 300 aabbccddeeff"), Encoding.ASCII.GetBytes("P2 3 2 9 1 2 3 4 5 6")];
        for (var i = 0; i < (Environment.GetEnvironmentVariable("DESCENT_LONG_TESTS") == "1" ? 20_000 : 500); i++)
        {
            var image = (byte[])images[i % images.Length].Clone();
            for (var changes = random.NextInt32(4); changes >= 0; changes--)
            {
                image[random.NextInt32(image.Length)] = (byte)random.NextInt32(256);
            }

            folder.Write("x.png", image[..(image.Length - (random.NextInt32(3) == 0 ? random.NextInt32(image.Length) : 0))]);
            try
            {
                Assert.All(ImageFile.Read(folder.File("x.png")).Pixels, pixel => Assert.InRange(pixel, 0, 1));
            }
            catch (DescentException refused)
            {
                Assert.EndsWith(".", refused.Message, StringComparison.Ordinal);
            }
        }
    }

    private void Fill()
    {
        Directory.CreateDirectory(folder.File("cats"));
        Directory.CreateDirectory(folder.File("dogs"));
        folder.Write("cats/a.png", PngFile.Grey(3, 2, 0, 51, 102, 153, 204, 255));
        folder.Write("cats/b.pgm", [.. Encoding.ASCII.GetBytes("P5 3 2 5\n"), 5, 4, 3, 2, 1, 0]);
        folder.Write("dogs/z.PGM", "P2 3 2 4\n2 4 1\n0 4 3\n");
    }
}
