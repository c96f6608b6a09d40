using System.CommandLine;
using Descent.Optimizers;
using Descent.State;

namespace Descent.Cli.Commands;

/// <summary><c>descent state</c>: files of weights and optimizer state, looked at, compared, renamed and converted.</summary>
internal static class StateCommand
{
    public static Command Create(Terminal terminal) => new("state", "Look at, compare, rename and convert saved weights and optimizer state.")
    {
        StateInspection.Create(terminal),
        StateDifference.Create(terminal),
        Rename(terminal),
        ConvertState(terminal),
    };

    public static Argument<string> FileArgument(string name) =>
        new Argument<string>(name) { Description = "A safetensors file: a checkpoint, a model, saved state." }.NotEmpty();

    private static Command Rename(Terminal terminal)
    {
        var (file, output, overwrite) = (FileArgument("FILE"), Output(), Overwrite());
        var map = new Option<string[]>("--map") { Description = "A parameter's name and its new one; '*' stands for any text on both sides. May be given several times.", HelpName = "OLD=NEW", Required = true, AllowMultipleArgumentsPerToken = true };
        var command = new Command("rename", "Give parameters other names.") { file, map, output, overwrite };
        command.SetAction(parsed =>
        {
            var renames = parsed.GetValue(map)!.Select(text => text.Split('=', 2) is [var from, var to]
                ? (from, to)
                : throw new DescentException($"A rename is OLD=NEW, as in 'encoder.*=model.encoder.*', but was '{text}'.")).ToArray();
            Options.CheckOutput(parsed.GetValue(output)!, parsed.GetValue(overwrite));
            using var source = Verified(parsed.GetValue(file)!);
            var renamed = StateNames.Renamed(source, renames);
            renamed.Write(parsed.GetValue(output)!);
            var count = source.Tensors.Zip(renamed.Tensors).Count(pair => pair.First.Name != pair.Second.Name);
            terminal.Output.WriteLine($"{count} of {renamed.Tensors.Count} tensors renamed, written to {parsed.GetValue(output)}");
            return 0;
        });
        return command;
    }

    private static Command ConvertState(Terminal terminal)
    {
        var (file, output, overwrite) = (FileArgument("FILE"), Output(), Overwrite());
        var to = new Option<string>("--to") { Description = $"The method, with options if wanted: {string.Join(", ", StateConversion.Methods)}.", HelpName = "METHOD", Required = true };
        var command = new Command("convert", "Move optimizer state to another method, where it has meaning.") { file, to, output, overwrite };
        command.SetAction(parsed =>
        {
            Options.CheckOutput(parsed.GetValue(output)!, parsed.GetValue(overwrite));
            using var source = Verified(parsed.GetValue(file)!);
            var (converted, report) = StateConversion.Convert(source, Catalogue.Parse(parsed.GetValue(to)!));
            converted.Write(parsed.GetValue(output)!);
            foreach (var line in report)
            {
                terminal.Output.WriteLine(line);
            }

            terminal.Output.WriteLine($"written to {parsed.GetValue(output)}");
            return 0;
        });
        return command;
    }

    private static Option<string?> Output()
    {
        var option = Options.Text("--out", "The file to write.", "FILE");
        option.Required = true;
        return option;
    }

    private static Option<bool> Overwrite() => Options.Flag("--overwrite", "Replace the file that --out names.");

    private static TensorFile Verified(string path)
    {
        var file = TensorFile.Open(path);
        file.Verify();
        return file;
    }
}
