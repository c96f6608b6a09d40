using Descent.Text;

namespace Descent.Training.Data;

/// <summary>Turns an IDX file of images and one of labels into a data set; pixels are scaled from 0…255 to [0, 1].</summary>
internal static class IdxDataset
{
    /// <summary>Whether a path is a folder or an IDX file, rather than CSV.</summary>
    public static bool Recognizes(string path) => Directory.Exists(path) || IdxFile.Dimensions(path) > 0;

    /// <summary>Loads images and labels to train on.</summary>
    public static Dataset Load(string path, DataOptions options)
    {
        if (options.Task == LearningTask.Regression)
        {
            throw new DescentException($"{path} holds images with labels, which are classes; regression needs a CSV file.");
        }

        options.RefuseColumns(path);

        var (images, labels) = FindPair(path);
        var file = IdxFile.Read(images);
        var values = ReadLabels(labels, file);
        var present = values.Distinct().Order().ToArray();
        if (present.Length == 1)
        {
            throw new DescentException(
                $"{labels}: every label is {present[0]}, so there is nothing to learn; "
                + "use labels of at least two classes.");
        }

        var shape = file.Sizes[1..];
        var features = Scale(file.Values);
        var schema = new DataSchema
        {
            Task = LearningTask.Classification,
            FeatureShape = shape,
            FeatureNames = new NumberedNames("pixel", features.Length / file.Sizes[0]),
            HasNames = false,
            ClassNames = [.. present.Select(label => label.ToString())],
        };
        return new Dataset(schema, features, [.. values.Select(label => Array.IndexOf(present, label))])
        {
            TaskReason = $"the labels of images are classes: {present.Length} different values in {values.Length} rows",
        };
    }

    /// <summary>Loads images for a trained model.</summary>
    public static Dataset Load(string path, DataSchema schema, bool labelled)
    {
        var (images, labels) = labelled ? FindPair(path) : (FindImages(path), "");
        var file = IdxFile.Read(images);
        var shape = file.Sizes.AsSpan(1);
        if (!shape.SequenceEqual(schema.FeatureShape.ToArray()))
        {
            throw new DescentException(
                $"{images} holds images of {string.Join("×", shape.ToArray())} where the model needs {string.Join("×", schema.FeatureShape)}; use images of that size.");
        }

        var classes = labelled ? ReadLabels(labels, file).Select(label => IndexOf(schema, label, labels)).ToArray() : null;
        return new Dataset(schema, Scale(file.Values), classes);
    }

    private static int IndexOf(DataSchema schema, byte label, string path)
    {
        var name = label.ToString();
        for (var i = 0; i < schema.ClassNames.Count; i++)
        {
            if (schema.ClassNames[i] == name)
            {
                return i;
            }
        }

        throw new DescentException(
            $"{path}: the class '{name}' is none of the classes learned; "
            + $"the nearest are {NearestNames.Of(name, schema.ClassNames)}.");
    }

    private static float[] Scale(byte[] pixels)
    {
        var features = new float[pixels.Length];
        for (var i = 0; i < pixels.Length; i++)
        {
            features[i] = pixels[i] / 255f;
        }

        return features;
    }

    private static byte[] ReadLabels(string path, IdxFile images)
    {
        var labels = IdxFile.Read(path);
        return labels.Values.Length == images.Sizes[0]
            ? labels.Values
            : throw new DescentException(
                $"{path} holds {labels.Values.Length} labels for the {images.Sizes[0]} images of {images.Path}; "
                + "the two must belong together.");
    }

    private static (string Images, string Labels) FindPair(string path)
    {
        var images = FindImages(path);
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        var name = Path.GetFileName(images);
        var twin = name.Replace("images", "labels", StringComparison.OrdinalIgnoreCase).Replace("idx3", "idx1", StringComparison.OrdinalIgnoreCase);
        var bare = twin.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? twin[..^3] : twin;
        var candidates = Directory.Exists(path) ? [] : new[] { twin, bare, bare + ".gz" }
            .Where(candidate => candidate != name)
            .Select(candidate => Path.Combine(Path.GetDirectoryName(path) ?? "", candidate));
        var named = candidates.FirstOrDefault(candidate => File.Exists(candidate) && IdxFile.Dimensions(candidate) == 1);
        return (images, named ?? Single(folder, FilesOf(folder, dimensions => dimensions == 1), "labels", images));
    }

    private static string FindImages(string path)
    {
        if (Directory.Exists(path))
        {
            return Single(path, FilesOf(path, dimensions => dimensions > 1), "images", path);
        }

        return IdxFile.Dimensions(path) > 1
            ? path
            : throw new DescentException($"{path} holds IDX labels without images; name the images file beside it.");
    }

    private static string Single(string folder, string[] files, string what, string asked) => files.Length switch
    {
        1 => files[0],
        0 when what == "labels" => throw new DescentException(
            $"The folder {folder} holds no IDX labels for {asked}; "
            + "put the labels file beside it."),
        0 => throw new DescentException(
            $"The folder {folder} holds no images; "
            + "name a CSV file, a folder with IDX images and labels, or one with a folder of PNG or PGM images for each class."),
        _ => throw new DescentException(
            $"The folder {folder} holds {files.Length} files of IDX {what} ({string.Join(", ", files.Take(4).Select(Path.GetFileName))}{(files.Length > 4 ? ", …" : "")}); "
            + (what == "images" ? "name one images file." : "name the labels file like the images file, with 'labels-idx1' for 'images-idx3'.")),
    };

    private static string[] FilesOf(string folder, Func<int, bool> wanted) => Array.FindAll(ContentFile.InFolder(folder, Directory.EnumerateFiles), file => wanted(IdxFile.Dimensions(file)));
}
