using System.CommandLine;
using System.Globalization;
using System.Numerics.Tensors;
using System.Text;
using Descent.Engine;
using Descent.Nn;
using Descent.State;
using Descent.Training;
using Descent.Training.Data;

namespace Descent.Cli.Commands;

/// <summary><c>descent predict</c>.</summary>
internal static class PredictCommand
{
    public static Command Create(Terminal terminal)
    {
        var run = new Argument<string>("RUN") { Description = "The folder of a run, or a model file." }.NotEmpty();
        var data = new Argument<string>("DATA") { Description = "Rows like those of the training file, with or without the target column; or a PNG or PGM image, or a folder of them." }.NotEmpty();
        var output = Options.Text("--out", "The CSV file to write. Default: standard output.", "FILE");
        var overwrite = Options.Flag("--overwrite", "Replace the file that --out names.");
        var threads = Options.Whole("--threads", "Threads to use. Default: one per processor.", least: 1, most: 256);
        var command = new Command("predict", "Predict with a trained model and write CSV: the class and its probabilities, or the number.")
        {
            run, data, output, overwrite, threads,
        };
        command.SetAction(parsed =>
        {
            var file = parsed.GetValue(output);
            Options.CheckOutput(file, parsed.GetValue(overwrite));
            var place = parsed.GetValue(run)!;
            var model = TrainedModel.Load(Directory.Exists(place) ? new RunFolder(place).Model : place);
            using var workers = new Workers(parsed.GetValue(threads) ?? Environment.ProcessorCount);
            Compute.Workers = workers;
            var rows = model.LoadFeatures(parsed.GetValue(data)!);
            var text = Csv(model, model.Predict(rows), rows.RowNames);
            if (file is null)
            {
                terminal.Output.Write(text);
            }
            else
            {
                AtomicFile.WriteText(file, text);
            }

            return 0;
        });
        return command;
    }

    private static string Csv(TrainedModel model, double[] predictions, IReadOnlyList<string> names)
    {
        var csv = new StringBuilder();
        if (model.Preparation.Schema.Task == LearningTask.Regression)
        {
            csv.Append("prediction\n");
            foreach (var number in predictions)
            {
                csv.Append(CultureInfo.InvariantCulture, $"{number:R}\n");
            }

            return csv.ToString();
        }

        var classes = model.Preparation.Schema.ClassNames;
        csv.Append(names.Count > 0 ? "file,prediction" : "prediction").AppendJoin("", classes.Select(name => "," + Field($"probability_{name}"))).Append('\n');
        for (var start = 0; start < predictions.Length; start += classes.Count)
        {
            var probabilities = predictions.AsSpan(start, classes.Count);
            csv.Append(names.Count > 0 ? Field(names[start / classes.Count]) + "," : "").Append(Field(classes[TensorPrimitives.IndexOfMax<double>(probabilities)]));
            foreach (var probability in probabilities)
            {
                csv.Append(CultureInfo.InvariantCulture, $",{probability:G6}");
            }

            csv.Append('\n');
        }

        return csv.ToString();
    }

    private static string Field(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"")}\"";
}
