using System.CommandLine;
using Descent.Cli.Commands;

namespace Descent.Cli;

/// <summary>The command line: its verbs, and what happens to a mistake.</summary>
internal static class Application
{
    /// <summary>The exit code for a mistake of the user's: one sentence on standard error, and nothing lost.</summary>
    public const int Mistake = 2;

    public static int Run(IReadOnlyList<string> arguments, Terminal terminal)
    {
        var root = new RootCommand("Descent: gradient descent and its whole family. Train, predict, and look methods up.")
        {
            TrainCommand.Create(terminal),
            PredictCommand.Create(terminal),
            OptimizersCommand.Create(terminal),
        };
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            return Refuse(terminal, $"{parsed.Errors[0].Message.TrimEnd('.')}; see 'descent {VerbOf(parsed)}--help'.");
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { Output = terminal.Output, Error = terminal.Error, EnableDefaultExceptionHandler = false });
        }
        catch (DescentException mistake)
        {
            return Refuse(terminal, mistake.Message);
        }
    }

    private static int Refuse(Terminal terminal, string sentence)
    {
        terminal.Error.WriteLine(sentence);
        return Mistake;
    }

    private static string VerbOf(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? "" : parsed.CommandResult.Command.Name + " ";
}
