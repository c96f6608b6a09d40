using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Descent.Cli.Commands;
using Descent.Text;

namespace Descent.Cli;

/// <summary>The command line: its verbs, and what happens to a mistake.</summary>
internal static class Application
{
    /// <summary>The exit code for a mistake of the user's: one sentence on standard error, and nothing lost.</summary>
    public const int Mistake = 2;

    private static readonly ParserConfiguration Parser = new() { ResponseFileTokenReplacer = null };

    public static int Run(IReadOnlyList<string> arguments, Terminal terminal)
    {
        var parsed = Parse(arguments, terminal);
        if (MistakeIn(parsed) is { } mistake)
        {
            return Refuse(terminal, $"{mistake.TrimEnd('.')}; see '{PathOf(parsed.CommandResult)} --help'.");
        }

        try
        {
            // Signals are the commands' own: two handlers of one signal would end each other's sources.
            return parsed.Invoke(new InvocationConfiguration { Output = terminal.Output, Error = terminal.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (DescentException refused)
        {
            return Refuse(terminal, refused.Message);
        }
    }

    /// <summary>What is wrong with the words of a command line, before anything is done; null for nothing.</summary>
    internal static string? MistakeIn(IReadOnlyList<string> arguments, Terminal terminal) => MistakeIn(Parse(arguments, terminal));

    private static ParseResult Parse(IReadOnlyList<string> arguments, Terminal terminal)
    {
        // Not a RootCommand, which takes its name in the help from the file that happens to be executed.
        var root = new Command("descent", "Descent: gradient descent and its whole family. Train, predict, and look methods up.")
        {
            TrainCommand.Create(terminal),
            PredictCommand.Create(terminal),
            SampleCommand.Create(terminal),
            OptimizersCommand.Create(terminal),
            ScheduleCommand.Create(terminal),
            RaceCommand.Create(terminal),
            StateCommand.Create(terminal),
            PlayCommand.Create(terminal),
            new HelpOption(),
            new VersionOption(),
        };
        return root.Parse(arguments, Parser);
    }

    private static int Refuse(Terminal terminal, string sentence)
    {
        terminal.Error.WriteLine(sentence);
        return Mistake;
    }

    private static string? MistakeIn(ParseResult parsed)
    {
        if (parsed.Errors.Count == 0 && parsed.Action is HelpAction)
        {
            return null;
        }

        var command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0 && parsed.UnmatchedTokens is [var verb, ..] && !LooksLikeOption(verb))
        {
            return $"There is no command '{Shown.Brief(verb)}'; the nearest are {NearestNames.Of(verb, command.Subcommands.Select(known => known.Name))}";
        }

        // An unknown option is first of all an unknown option, also where the parser takes it for a file or a value.
        var words = parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash);
        if (words.FirstOrDefault(token => token.Type == TokenType.Argument && LooksLikeOption(token.Value)) is { } option)
        {
            return $"There is no option '{Shown.Brief(option.Value)}'; the nearest are {NearestNames.Of(option.Value, OptionsOf(parsed).Select(known => known.Name))}";
        }

        if (parsed.Errors is [var error, ..])
        {
            return command.Action is null && command.Subcommands.Count > 0
                ? $"A command must be given: {string.Join(", ", command.Subcommands.Select(known => known.Name))}"
                : error.Message;
        }

        return null;
    }

    private static bool LooksLikeOption(string word) =>
        (word.Length > 2 && word.StartsWith("--", StringComparison.Ordinal)) || (word is ['-', var letter] && char.IsAsciiLetter(letter));

    private static IEnumerable<Option> OptionsOf(ParseResult parsed)
    {
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult command; result = result.Parent)
        {
            foreach (var option in command.Command.Options.Where(option => result == parsed.CommandResult || option.Recursive))
            {
                yield return option;
            }
        }
    }

    private static string PathOf(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : result.Command.Name;
}
