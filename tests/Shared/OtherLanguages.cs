using System.Diagnostics;

namespace Descent.TestSupport;

/// <summary>Runs programs in the other languages that pages list, where this machine has them.</summary>
internal static class OtherLanguages
{
    private const string End = "-- end of listing --";

    /// <summary>Where the program is that runs or compiles a language; null when it is not on the path.</summary>
    public static string? Find(string language)
    {
        var name = language switch { "python" => "python3", "rust" => "rustc", _ => language };
        string[] names = OperatingSystem.IsWindows() ? [$"{name}.exe", $"{language}.exe"] : [name];
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => names.Select(each => Path.Combine(folder, each)))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>Why tests of a language are skipped here; null when they run.</summary>
    public static string? Missing(string language) => Find(language) is null ? $"This test runs programs in {language}, which is not on the path of this machine." : null;

    /// <summary>What each program prints.</summary>
    /// <exception cref="InvalidOperationException">One of them does not compile, or fails.</exception>
    public static IReadOnlyList<string> Run(string language, IReadOnlyList<string> programs)
    {
        var folder = Directory.CreateTempSubdirectory("descent-listings-");
        try
        {
            var files = programs.Select((text, i) =>
            {
                var file = Path.Combine(folder.FullName, $"listing{i}.{language switch { "python" => "py", "julia" => "jl", _ => "rs" }}");
                File.WriteAllText(file, text);
                return file;
            }).ToArray();
            var program = Find(language)!;
            if (language == "rust")
            {
                return [.. files.AsParallel().AsOrdered().Select(file => Start(program, "--edition", "2021", "-o", $"{file}.out", file) + Start($"{file}.out"))];
            }

            // One process for all: starting it takes longer than the programs do.
            var all = Path.Combine(folder.FullName, "all");
            File.WriteAllText(all, string.Concat(files.Select(file => language == "python" ? $"import runpy; runpy.run_path({Quoted(file)}); print({Quoted(End)})\n" : $"include({Quoted(file)}); println({Quoted(End)})\n")));
            return Start(program, all).ReplaceLineEndings("\n").Split($"{End}\n")[..^1];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal)}\"";

    private static string Start(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{Path.GetFileName(program)} {string.Join(' ', arguments)} ended with {process.ExitCode}: {errors.Result}");
    }
}

/// <summary>A test that runs programs of a language; skipped where the language is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RunsLanguageAttribute : FactAttribute
{
    public RunsLanguageAttribute(string language) => Skip = OtherLanguages.Missing(language);
}
