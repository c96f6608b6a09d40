using Descent.Training.Data;

namespace Descent.Training.Tests.Data;

public sealed class IdxDatasetTests : IDisposable
{
    private static readonly byte[] Images = TempFolder.Idx([3, 1, 2], 0, 51, 102, 153, 204, 255);
    private static readonly byte[] Labels = TempFolder.Idx([3], 7, 3, 7);
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("train-images-idx3-ubyte", "train-labels-idx1-ubyte", true)]
    [InlineData("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte", true)]
    [InlineData("train-images-idx3-ubyte", "train-labels-idx1-ubyte.gz", true)]
    [InlineData("a.bin", "b.bin", false)]
    public void A_folder_or_an_images_file_loads_with_its_labels(string images, string labels, bool distracted)
    {
        var path = folder.Write(images, images.EndsWith(".gz", StringComparison.Ordinal) ? TempFolder.Gzip(Images) : Images);
        folder.Write(labels, labels.EndsWith(".gz", StringComparison.Ordinal) ? TempFolder.Gzip(Labels) : Labels);
        folder.Write("README.md", "not data");
        var data = Dataset.Load(folder.Path);
        Assert.Equal(["3", "7"], data.ClassNames);
        Assert.Equal([1, 0, 1], data.Labels!);
        Assert.Equal([0f, 0.2f, 0.4f, 0.6f, 0.8f, 1f], data.Features);
        Assert.Equal([1, 2], data.Schema.FeatureShape);
        Assert.Equal(["pixel1", "pixel2"], data.Schema.FeatureNames);
        Assert.Equal("the labels of images are classes: 2 different values in 3 rows", data.TaskReason);
        Assert.Equal(data.Fingerprint, Dataset.Load(path).Fingerprint);
        if (distracted)
        {
            folder.Write("other-labels", TempFolder.Idx([1], 1));
            Assert.Equal(data.Fingerprint, Dataset.Load(path).Fingerprint);
        }
    }

    [Fact]
    public void Other_images_are_read_for_a_model()
    {
        var images = folder.Write("images", Images);
        var labels = folder.Write("labels", Labels);
        var schema = Dataset.Load(images).Schema;
        Assert.Null(Dataset.LoadFeatures(images, schema).Labels);
        Assert.Equal([1, 0, 1], Dataset.LoadLabelled(folder.Path, schema).Labels!);
        File.Delete(labels);
        Assert.Equal(3, Dataset.LoadFeatures(folder.Path, schema).Rows);
        Assert.Equal([0f, 1f], Dataset.LoadFeatures(folder.Write("x.csv", "0,1\n"), schema).Features);
        folder.Write("labels", TempFolder.Idx([3], 7, 8, 7));
        Assert.Equal("labels: the class '8' is none of the classes learned; the nearest are '3', '7'.", folder.Sentence(() => Dataset.LoadLabelled(images, schema)));
        folder.Write("images", TempFolder.Idx([1, 2, 1], 0, 0));
        Assert.Equal("images holds images of 2×1 where the model needs 1×2; use images of that size.", folder.Sentence(() => Dataset.LoadFeatures(images, schema)));
    }

    public static TheoryData<byte[], byte[], string> Broken => new()
    {
        { Images[..^1], Labels, "images is cut off: 3×1×2 values need 6 bytes after the IDX header, but only 5 were found; fetch it again." },
        { [.. Images, 0], Labels, "images is too long: 3×1×2 values need 6 bytes after the IDX header, but more follow; fetch it again." },
        { Images[..9], Labels, "images is cut off: its IDX header must have 16 bytes, but has 9; fetch it again." },
        { [0, 0, 0x0D, .. Images[3..]], Labels, "images is an IDX file of element type 0x0D, but only unsigned bytes (0x08) can be read; convert it." },
        { TempFolder.Idx([0, 1, 2]), Labels, "images is an IDX file of 0×1×2 values, which is none; it must hold at least one." },
        { TempFolder.Idx([3, 0, 2]), Labels, "images is an IDX file of 3×0×2 values, which is none; it must hold at least one." },
        { TempFolder.Idx([2_000_000_000, 65536, 65536]), Labels, "images is an IDX file of 2000000000×65536×65536 values, more than the 2147483591 that fit in memory as one array; use a part of it." },
        { TempFolder.Idx([60000, 28, 28], 1, 2), Labels, "images is cut off: 60000×28×28 values need 47040000 bytes after the IDX header, but only 2 were found; fetch it again." },
        { TempFolder.Gzip(Images)[..^9], Labels, "images is a damaged or cut-off gzip file; make or fetch it again." },
        { Images, TempFolder.Idx([2], 1, 2), "labels holds 2 labels for the 3 images of images; the two must belong together." },
        { Images, TempFolder.Idx([3], 5, 5, 5), "labels: every label is 5, so there is nothing to learn; use labels of at least two classes." },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Broken_files_are_reported(byte[] images, byte[] labels, string message)
    {
        var path = folder.Write("images", images);
        folder.Write("labels", labels);
        Assert.Equal(message, folder.Sentence(() => Dataset.Load(path)));
    }

    [Fact]
    public void Files_that_do_not_make_a_pair_are_reported()
    {
        Assert.Equal("The folder FOLDER holds no images; name a CSV file, a folder with IDX images and labels, or one with a folder of PNG or PGM images for each class.", folder.Sentence(() => Dataset.Load(folder.Path)));
        var images = folder.Write("a-images", Images);
        Assert.Equal("The folder FOLDER holds no IDX labels for a-images; put the labels file beside it.", folder.Sentence(() => Dataset.Load(images)));
        var labels = folder.Write("labels1", Labels);
        Assert.Equal("labels1 holds IDX labels without images; name the images file beside it.", folder.Sentence(() => Dataset.Load(labels)));
        folder.Write("labels2", Labels);
        Assert.Equal(
            "The folder FOLDER holds 2 files of IDX labels (labels1, labels2); name the labels file like the images file, with 'labels-idx1' for 'images-idx3'.",
            folder.Sentence(() => Dataset.Load(images)));
        folder.Write("b-images", Images);
        Assert.Equal("The folder FOLDER holds 2 files of IDX images (a-images, b-images); name one images file.", folder.Sentence(() => Dataset.Load(folder.Path)));
        Assert.Equal("a-images holds images, which have no columns, so the target 'x' does not apply; leave it out.", folder.Sentence(() => Dataset.Load(images, new DataOptions { Target = "x" })));
        Assert.Equal("a-images holds images, which have no columns, so a header does not apply; leave it out.", folder.Sentence(() => Dataset.Load(images, new DataOptions { Header = true })));
        Assert.Equal(
            "a-images holds images with labels, which are classes; regression needs a CSV file.",
            folder.Sentence(() => Dataset.Load(images, new DataOptions { Task = LearningTask.Regression })));
        var text = folder.Write("text", "\0\0x\0");
        Assert.Equal("text is not an IDX file: it begins with 0x00007800 where 0x000008 and the number of dimensions must be.", folder.Sentence(() => IdxFile.Read(text)));
    }
}
