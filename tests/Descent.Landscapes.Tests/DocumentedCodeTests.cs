using System.Text.RegularExpressions;

namespace Descent.Landscapes.Tests;

/// <summary>The C# of README, docs and samples: compiled, run, and held to the numbers that its comments say are printed.</summary>
public sealed partial class DocumentedCodeTests : IDisposable
{
    /// <summary>What a program of one file has without saying so.</summary>
    private const string Implicit = "using System;\nusing System.Collections.Generic;\nusing System.Linq;\n";

    private const string Usings = """
        using Descent;
        using Descent.Averaging;
        using Descent.Engine;
        using Descent.Gradients;
        using Descent.Nn;
        using Descent.Numerics;
        using Descent.Optimizers;
        using Descent.Schedules;
        using Descent.State;

        """;

    /// <summary>What the text around a block speaks of; a block that declares such a name itself goes without.</summary>
    private static readonly (string Name, string Declaration)[] Given =
    [
        ("model", "var model = Models.Cnn<float>(channels: 1, height: 28, width: 28, hidden: [2], outputs: 10, new SeededRandom(2));"),
        ("images", "var images = Tensor<float>.Zeros([2, 1, 28, 28]);"),
        ("labels", "int[] labels = [3, 4];"),
        ("parameters", "Parameter[] parameters = [new Parameter<float>(\"weight\", new float[8], new float[8])];"),
        ("optimizer", "var optimizer = Optimizer.For([new Parameter<float>(\"encoder.weight\", new float[8], new float[8])], new AdamW());"),
    ];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("descent-docs-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void All_code_in_README_docs_and_samples_compiles_runs_and_prints_what_it_says()
    {
        var root = TestSupport.Golden.Root;
        string[] pages = [Path.Combine(root, "README.md"), .. Directory.EnumerateFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        var blocks = pages.SelectMany(page => Block().Matches(File.ReadAllText(page)).Select(match => match.Groups["code"].Value)).ToArray();
        var samples = Directory.EnumerateFiles(Path.Combine(root, "samples"), "*.cs").Order(StringComparer.Ordinal).Select(File.ReadAllText).ToArray();
        Assert.InRange(blocks.Length, 7, 100);
        Assert.EndsWith(blocks[0], samples[0], StringComparison.Ordinal);
        new Descent.State.TensorFile().Write(Path.Combine(folder.FullName, "model.safetensors"));

        var printed = CSharpPrograms.Run([.. blocks.Select(Program), .. samples.Select(sample => Implicit + Directive().Replace(sample, ""))]);
        Assert.All(blocks.Concat(samples).Zip(printed), pair => Assert.Equal(
            Said().Matches(pair.First).Select(match => match.Groups["number"].Value),
            Said().Count(pair.First) == 0 ? [] : pair.Second.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));
        Assert.Matches(@"^accuracy 9\d\.\d % with weights of 16 bits", printed[^1].Split('\n')[^2]);
    }

    [Fact]
    public void README_counts_the_landscapes() => Assert.Contains($"# {LandscapeCatalogue.All.Count} landscapes\n", File.ReadAllText(Path.Combine(TestSupport.Golden.Root, "README.md")), StringComparison.Ordinal);

    private string Program(string block)
    {
        var missing = Given.Where(given => Regex.IsMatch(block, $@"\b{given.Name}\b") && !Regex.IsMatch(block, $@"\b(var|\w+\[?\]?) {given.Name} = ")).Select(given => given.Declaration);
        var inFolder = FileName().Replace(block, match => $"@\"{Path.Combine(folder.FullName, match.Groups[1].Value)}\"");
        return $"{Implicit}{Usings}{string.Join('\n', missing)}\n{inFolder}";
    }

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^#:.*\n", RegexOptions.Multiline)]
    private static partial Regex Directive();

    /// <summary>A printed line whose comment is a number.</summary>
    [GeneratedRegex(@"Console\.WriteLine\(.*\);\s*// (?<number>\d\S*)$", RegexOptions.Multiline)]
    private static partial Regex Said();

    [GeneratedRegex("\"(\\w+\\.safetensors)\"")]
    private static partial Regex FileName();
}
