using System.Text.Json;
using System.Text.Json.Nodes;

namespace Descent.TestSupport;

/// <summary>Finds and reads golden files: those of the repository and those of the folders in DESCENT_GOLDEN.</summary>
internal static class Golden
{
    /// <summary>The repository's root: the folder that holds Descent.slnx.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>All golden folders: the repository's, then those named by the environment, separated by the path separator.</summary>
    public static IReadOnlyList<string> Folders { get; } =
    [
        Path.Combine(Root, "tests", "Golden"),
        .. (Environment.GetEnvironmentVariable("DESCENT_GOLDEN") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
    ];

    /// <summary>The JSON files in <paramref name="subfolder"/> of every golden folder, in a stable order.</summary>
    public static IEnumerable<string> Files(string subfolder) =>
        from folder in Folders
        let path = Path.Combine(folder, subfolder)
        where Directory.Exists(path)
        from file in Directory.EnumerateFiles(path, "*.json").Order(StringComparer.Ordinal)
        select file;

    /// <summary>Where the data file that a training run names lies, or null: beside the golden folder, in it, or beside the repository in shared.</summary>
    public static string? FindData(string goldenFile, string dataPath)
    {
        var folder = Path.GetDirectoryName(Path.GetDirectoryName(Path.GetFullPath(goldenFile)))!;
        string[] candidates = [Path.GetDirectoryName(folder)!, folder, Path.Combine(Root, "..", "shared"), Path.Combine(Root, "tests", "Golden")];
        return candidates.Select(candidate => Path.Combine(candidate, dataPath)).FirstOrDefault(File.Exists);
    }

    /// <summary>Reads a file as a JSON object.</summary>
    public static JsonObject Read(string file) => JsonNode.Parse(File.ReadAllText(file))!.AsObject();

    /// <summary>A number, also when it is written as "NaN", "Infinity" or "-Infinity".</summary>
    public static double Number(JsonNode? node) => node!.GetValueKind() == JsonValueKind.String
        ? node.GetValue<string>() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            var text => throw new InvalidDataException($"'{text}' is not a number."),
        }
        : node.GetValue<double>();

    /// <summary>An array of numbers.</summary>
    public static double[] Numbers(JsonNode? node) => [.. node!.AsArray().Select(Number)];

    /// <summary>An array of integers.</summary>
    public static int[] Integers(JsonNode? node) => [.. node!.AsArray().Select(item => item!.GetValue<int>())];

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Descent.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("The tests must run from inside the repository, the folder that holds Descent.slnx.");
    }
}
