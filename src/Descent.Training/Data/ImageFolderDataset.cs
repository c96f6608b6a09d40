using Descent.Text;

namespace Descent.Training.Data;

/// <summary>
/// Turns a folder of folders of PNG or PGM images into a data set: each inner folder is a class, called like it. Images that are all grey have the shape
/// [height, width], others [3, height, width].
/// </summary>
internal static class ImageFolderDataset
{
    /// <summary>Whether a path is an image, a folder with images, or a folder whose folders have images.</summary>
    public static bool Recognizes(string path) =>
        Directory.Exists(path) ? ImagesIn(path).Any() || FoldersIn(path).Any(static folder => ImagesIn(folder).Any()) : ImageFile.IsNamedLikeOne(path) && File.Exists(path);

    /// <summary>Loads classes of images to train on.</summary>
    public static Dataset Load(string path, DataOptions options)
    {
        if (options.Task is LearningTask.Regression)
        {
            throw new DescentException($"{path} holds images in folders, which are classes; regression needs a CSV file.");
        }

        options.RefuseColumns(path);

        var classes = Directory.Exists(path) ? ClassesIn(path) : [];
        if (classes.Length < 2)
        {
            throw new DescentException($"{path} must hold a folder of images for each of at least two classes to train on, but holds {(classes.Length == 0 ? "none" : $"only '{Path.GetFileName(classes[0].Folder)}'")}; sort the images into folders.");
        }

        string[] files = [.. classes.SelectMany(static item => item.Files)];
        var (features, shape) = Read(files, null);
        var schema = new DataSchema
        {
            Task = LearningTask.Classification,
            FeatureShape = shape,
            FeatureNames = new NumberedNames("pixel", features.Length / files.Length),
            HasNames = false,
            ClassNames = [.. classes.Select(static item => Path.GetFileName(item.Folder))],
        };
        return new Dataset(schema, features, [.. classes.Index().SelectMany(static item => Enumerable.Repeat(item.Index, item.Item.Files.Length))])
        {
            TaskReason = $"a folder for each class: {files.Length} images",
            RowNames = files,
        };
    }

    /// <summary>Loads images for a trained model: one, those of a folder, or those of its folders.</summary>
    public static Dataset Load(string path, DataSchema schema, bool labelled)
    {
        if (schema.FeatureShape.Count == 1)
        {
            throw new DescentException($"{path} holds images, but the model was trained on {schema.Rows}; give rows like those of the training file.");
        }

        string[] plain = Directory.Exists(path) ? [.. ImagesIn(path)] : [path];
        var classes = labelled || plain.Length == 0 ? ClassesIn(path) : [];
        string[] files = classes.Length == 0 && !labelled ? plain : [.. classes.SelectMany(static item => item.Files)];
        int[]? labels = labelled ? [.. classes.SelectMany(item => Enumerable.Repeat(IndexOf(schema, item.Folder), item.Files.Length))] : null;
        return files.Length == 0
            ? throw new DescentException($"{path} holds no folders of images; sort the images into a folder for each class.")
            : new Dataset(schema, Read(files, schema.FeatureShape).Features, labels) { RowNames = files };
    }

    /// <summary>Reads images of one size: that of the first, or the one that is needed.</summary>
    private static (float[] Features, int[] Shape) Read(string[] files, IReadOnlyList<int>? needed)
    {
        var images = new List<ImageFile>(files.Length);
        foreach (var file in files)
        {
            var image = ImageFile.Read(file);
            if (needed is not null && (needed.Count is not (2 or 3) || image.Height != needed[^2] || image.Width != needed[^1] || (needed.Count == 3 && needed[0] != 3)))
            {
                throw new DescentException($"{file} is an image of {image.Height}×{image.Width} where the model needs {string.Join('×', needed)}; use images of that size.");
            }

            if (needed?.Count == 2 && !image.IsGrey)
            {
                throw new DescentException($"{file} is in colour where the model needs grey images; convert it.");
            }

            if (images.Count > 0 && (image.Height, image.Width) != (images[0].Height, images[0].Width))
            {
                throw new DescentException($"{file} is an image of {image.Height}×{image.Width} where {files[0]} has {images[0].Height}×{images[0].Width}; all images must have one size.");
            }

            images.Add(image);
            if (3L * images[0].Height * images[0].Width * images.Count > Array.MaxLength)
            {
                throw new DescentException($"{files.Length} images of {image.Height}×{image.Width} are more than fit in memory as one array; use fewer or smaller ones.");
            }
        }

        var (size, isGrey) = (images[0].Height * images[0].Width, needed is null ? images.TrueForAll(static image => image.IsGrey) : needed.Count == 2);
        var row = isGrey ? size : 3 * size;
        var features = new float[row * images.Count];
        for (var i = 0; i < images.Count; i++)
        {
            for (var start = 0; start < row; start += images[i].Pixels.Length)
            {
                images[i].Pixels.CopyTo(features.AsSpan((i * row) + start));
            }
        }

        return (features, isGrey ? [images[0].Height, images[0].Width] : [3, images[0].Height, images[0].Width]);
    }

    private static int IndexOf(DataSchema schema, string folder)
    {
        var name = Path.GetFileName(folder);
        return schema.ClassNames.ToList().IndexOf(name) is >= 0 and var index
            ? index
            : throw new DescentException($"{folder}: the class '{Shown.Brief(name)}' is none of the classes learned; the nearest are {NearestNames.Of(name, schema.ClassNames)}.");
    }

    private static (string Folder, string[] Files)[] ClassesIn(string path) =>
        [.. FoldersIn(path).Select(static folder => (folder, ImagesIn(folder).ToArray())).Where(static item => item.Item2.Length > 0)];

    private static string[] FoldersIn(string path) => [.. ContentFile.InFolder(path, Directory.EnumerateDirectories).Where(IsSeen)];

    private static IEnumerable<string> ImagesIn(string path) => ContentFile.InFolder(path, Directory.EnumerateFiles).Where(IsSeen).Where(ImageFile.IsNamedLikeOne);

    private static bool IsSeen(string path) => !Path.GetFileName(path).StartsWith('.');
}
