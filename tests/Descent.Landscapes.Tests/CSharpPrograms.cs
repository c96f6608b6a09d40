using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Descent.Landscapes.Tests;

/// <summary>C# programs of top-level statements, compiled together and run one by one.</summary>
internal static class CSharpPrograms
{
    /// <summary>What is printed is the process's: one program after the other.</summary>
    private static readonly Lock Gate = new();

    /// <summary>What each program prints.</summary>
    public static IReadOnlyList<string> Run(IReadOnlyList<string> programs)
    {
        var trees = programs.Select((text, i) => CSharpSyntaxTree.ParseText(InClass(text, i), path: $"listing{i}.cs"));
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "Descent.dll" or "Descent.Nn.dll" or "Descent.Landscapes.dll" or "netstandard.dll"))
            .Select(path => MetadataReference.CreateFromFile(path));
        using var image = new MemoryStream();
        var result = CSharpCompilation.Create("Listings", trees, references, new(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, warningLevel: 4)).Emit(image);
        var complaints = result.Diagnostics.Where(each => each.Severity >= DiagnosticSeverity.Warning).ToArray();
        Assert.True(complaints.Length == 0, string.Join("\n", complaints.Take(5).Select(each => $"{each}\n{each.Location.SourceTree}")));
        var assembly = System.Reflection.Assembly.Load(image.ToArray());
        return [.. programs.Select((_, i) => Printed(assembly.GetType($"Listing{i}")!.GetMethod("Run")!.CreateDelegate<Action>()))];
    }

    /// <summary>The program as it is, with the statements in a method.</summary>
    private static string InClass(string text, int number)
    {
        var lines = text.Split('\n');
        var isUsing = lines.ToLookup(line => line.StartsWith("using ", StringComparison.Ordinal) && !line.Contains('=') && !line.Contains('('));
        return $"{string.Join('\n', isUsing[true])}\npublic static class Listing{number}\n{{\npublic static void Run()\n{{\n{string.Join('\n', isUsing[false])}\n}}\n}}\n";
    }

    private static string Printed(Action program)
    {
        lock (Gate)
        {
            var console = Console.Out;
            using var output = new StringWriter(CultureInfo.InvariantCulture);
            Console.SetOut(output);
            try
            {
                program();
                return output.ToString();
            }
            finally
            {
                Console.SetOut(console);
            }
        }
    }
}
