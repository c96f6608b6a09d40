using System.Text.RegularExpressions;

namespace Descent.Cli.Tests;

/// <summary>Every command that README and docs print has words that the command line knows.</summary>
public partial class DocumentedCommandsTests
{
    public static TheoryData<string> Commands()
    {
        var root = TestSupport.Golden.Root;
        string[] pages = [Path.Combine(root, "README.md"), .. Directory.EnumerateFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        return [.. pages.SelectMany(page => Command().Matches(File.ReadAllText(page).Replace("\\\n", " ")).Select(match => match.Groups["command"].Value)).Distinct(StringComparer.Ordinal)];
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_printed_command_is_understood(string command)
    {
        using var output = new StringWriter();
        string[] words = [.. Word().Matches(command).Select(match => match.Value.Replace("\"", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal))];
        Assert.Null(Application.MistakeIn(words.TakeWhile(word => word != "#").ToArray(), Terminal.Piped(output, output)));
    }

    [Fact]
    public void They_are_found() => Assert.InRange(Commands().Count, 25, 200);

    /// <summary>A line of a block of commands.</summary>
    [GeneratedRegex(@"^descent (?!.*\|)(?<command>.+)$", RegexOptions.Multiline)]
    private static partial Regex Command();

    /// <summary>What a shell takes for one word.</summary>
    [GeneratedRegex("""(?:[^\s"']|"[^"]*"|'[^']*')+""")]
    private static partial Regex Word();
}
