using System.Text.RegularExpressions;
using Spectre.Console;

namespace Descent.Cli.Tests;

[Collection(OneCommandAtATime.Name)]
public sealed partial class DisplayTests : IDisposable
{
    private readonly Place place = new();

    public void Dispose() => place.Dispose();

    [Theory]
    [InlineData(30, "loss accuracy")]
    [InlineData(60, "loss accuracy samples/s")]
    [InlineData(80, "loss accuracy samples/s rate")]
    [InlineData(100, "loss accuracy samples/s rate validation")]
    [InlineData(160, "loss accuracy samples/s rate validation")]
    public void The_live_lines_fit_the_terminal_and_lose_the_least_needed_figures_first(int width, string figures)
    {
        var (code, drawn, output, _) = Train(width, "--epochs", "3");
        Assert.Equal(0, code);
        var lines = Ansi().Replace(drawn, "").Split('\n', '\r');
        Assert.All(lines, line => Assert.True(line.Length <= width, $"{line.Length} characters: {line}"));
        var bar = Assert.Single(lines.Select(line => line.Trim()).Where(line => line.Contains("100 %", StringComparison.Ordinal)).Distinct());
        Assert.EndsWith("100 %  epoch 3/3", bar, StringComparison.Ordinal);
        if (width >= 60)
        {
            Assert.Contains(new string('━', 20), bar, StringComparison.Ordinal);
        }

        var last = lines.Last(line => line.StartsWith("loss ", StringComparison.Ordinal));
        foreach (var figure in "loss accuracy samples/s rate validation".Split(' '))
        {
            Assert.Equal(figures.Split(' ').Contains(figure), last.Contains(figure, StringComparison.Ordinal));
        }

        Assert.StartsWith("Best epoch ", output, StringComparison.Ordinal);
        Assert.True(drawn.LastIndexOf("\u001b[?25h", StringComparison.Ordinal) > drawn.LastIndexOf("\u001b[?25l", StringComparison.Ordinal), "The cursor is shown again.");
    }

    [Fact]
    public void The_command_to_resume_is_one_line_however_narrow_the_terminal_is()
    {
        var (code, _, output, _) = Train(40, "--epochs", "3", "--max-steps", "4");
        Assert.Equal(0, code);
        Assert.Equal("Stopped after step 4 of 6; go on with: descent train --resume a-run-with-a-rather-long-name", output.TrimEnd().Split('\n')[^1]);
    }

    [Fact]
    public void A_diverged_run_shows_the_cursor_again_and_ends_with_its_sentence()
    {
        var (code, drawn, _, error) = Train(80, "--optimizer", "sgd", "--learning-rate", "1e30", "--schedule", "constant");
        Assert.Equal(2, code);
        Assert.StartsWith("Training diverged: ", Place.Sentence(error), StringComparison.Ordinal);
        Assert.True(drawn.LastIndexOf("\u001b[?25h", StringComparison.Ordinal) > drawn.LastIndexOf("\u001b[?25l", StringComparison.Ordinal), "The cursor is shown again.");
    }

    [GeneratedRegex(@"\u001b\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Ansi();

    private (int Code, string Drawn, string Output, string Error) Train(int width, params string[] more)
    {
        place.Write("flowers.csv", Samples.Flowers());
        using StringWriter drawn = new() { NewLine = "\n" }, output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.TrueColor,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(drawn),
        });
        console.Profile.Width = width;
        string[] arguments = ["train", place["flowers.csv"], "--out", place["a-run-with-a-rather-long-name"], .. more];
        var code = Application.Run(arguments, new Terminal(output, error, console, IsLive: true));
        return (code, drawn.ToString(), place.Plain(output.ToString()), error.ToString());
    }
}
