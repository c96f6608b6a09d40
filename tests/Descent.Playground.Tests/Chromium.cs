namespace Descent.Playground.Tests;

/// <summary>The browser of this machine.</summary>
internal static class Chromium
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

    /// <summary>Where it is; null when there is none.</summary>
    public static string? Path { get; } = Find();

    /// <summary>Why browser tests are skipped here; null when they run. In CI they always run, and fail without a browser.</summary>
    public static string? Reason { get; } = Path is not null || IsSet("CI") || IsSet("DESCENT_BROWSER_TESTS")
        ? null
        : "These tests need Chromium: install it (apt-get install chromium, or any Chrome) or name it in DESCENT_BROWSER.";

    private static bool IsSet(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value && value is not ("0" or "false");

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("DESCENT_BROWSER") is { Length: > 0 } named)
        {
            return named;
        }

        var suffixes = OperatingSystem.IsWindows() ? new[] { ".exe" } : [""];
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => Names.SelectMany(name => suffixes.Select(suffix => System.IO.Path.Combine(folder, name + suffix))))
            .FirstOrDefault(File.Exists);
    }
}

/// <summary>A test in the browser.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserFactAttribute : FactAttribute
{
    /// <param name="language">A language whose programs it runs.</param>
    public BrowserFactAttribute(string? language = null) => Skip = Chromium.Reason ?? (language is null ? null : TestSupport.OtherLanguages.Missing(language));
}

/// <inheritdoc cref="BrowserFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = Chromium.Reason;
}
