using System.CommandLine;
using Descent.Engine;
using Descent.Nn;
using Descent.Training;

namespace Descent.Cli.Commands;

/// <summary><c>descent sample</c>.</summary>
internal static class SampleCommand
{
    public static Command Create(Terminal terminal)
    {
        var run = new Argument<string>("RUN") { Description = "The folder of a run on a text, or a model file." }.NotEmpty();
        var prompt = Options.Text("--prompt", "What the text starts with. Default: a new line.", "TEXT");
        var length = Options.Whole("--length", "How many tokens to write: characters, unless the model was trained with --tokens. Default: 500.", least: 1);
        var temperature = Options.Number("--temperature", "How daring: 1 draws as the model says, less keeps to what is likely, 0 takes the likeliest. Default: 1.");
        var topK = Options.Whole("--top-k", "How many of the likeliest tokens may be drawn. Default: all.", least: 1);
        var seed = Options.Seed("--seed", "Chooses the text. Default: 0.");
        var threads = Options.Whole("--threads", "Threads to use; the text does not depend on it. Default: one per processor.", least: 1, most: 256);
        var command = new Command("sample", "Write text with a model that was trained on one.")
        {
            run, prompt, length, temperature, topK, seed, threads,
        };
        command.SetAction(parsed =>
        {
            var place = parsed.GetValue(run)!;
            var model = TrainedModel.Load(Directory.Exists(place) ? new RunFolder(place).Model : place);
            using var workers = new Workers(parsed.GetValue(threads) ?? Environment.ProcessorCount);
            Compute.Workers = workers;
            var start = parsed.GetValue(prompt) ?? "";
            var sampling = new Sampling(parsed.GetValue(temperature) ?? 1, parsed.GetValue(topK));
            var text = model.Continue(start, parsed.GetValue(length) ?? 500, sampling, parsed.GetValue(seed) ?? 0);
            terminal.Output.Write(start);
            foreach (var character in text)
            {
                terminal.Output.Write(character);
            }

            terminal.Output.WriteLine();
            return 0;
        });
        return command;
    }
}
