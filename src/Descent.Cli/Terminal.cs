using Spectre.Console;

namespace Descent.Cli;

/// <summary>Where a command writes: results and progress to one side, mistakes to the other.</summary>
/// <param name="Output">Standard output: plain text, also when it is a terminal.</param>
/// <param name="Error">Standard error: one sentence for a mistake.</param>
/// <param name="Rich">Standard output with colors and tables, where there is a terminal; plain where it is piped.</param>
/// <param name="IsLive">Whether standard output is a terminal, so that a line may be drawn again.</param>
internal sealed record Terminal(TextWriter Output, TextWriter Error, IAnsiConsole Rich, bool IsLive)
{
    /// <summary>Wide enough that no line is broken: a program reads it.</summary>
    private const int PipedWidth = 1000;

    public static Terminal OfProcess()
    {
        Console.OutputEncoding = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return Console.IsOutputRedirected
            ? Piped(Console.Out, Console.Error)
            : new Terminal(Console.Out, Console.Error, AnsiConsole.Console, AnsiConsole.Profile.Capabilities is { Interactive: true, Ansi: true });
    }

    public static Terminal Piped(TextWriter output, TextWriter error)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = PipedWidth;
        return new Terminal(output, error, console, IsLive: false);
    }
}
