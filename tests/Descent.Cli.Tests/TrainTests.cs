using System.Globalization;
using System.Text.Json.Nodes;

namespace Descent.Cli.Tests;

[Collection(OneCommandAtATime.Name)]
public sealed class TrainTests : IDisposable
{
    private readonly Place place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void A_classification_leaves_a_run_folder_and_says_what_it_did()
    {
        place.Write("flowers.csv", Samples.Flowers());
        var answer = place.Succeed("train", "@flowers.csv", "--out", "@run", "--epochs", "5", "--batch-size", "8", "--model", "mlp:9", "--learning-rate", "0.02", "--threads", "1");
        Assert.Equal(
            [
                "data:          flowers.csv: 48 rows to train, 12 to validate, 3 features",
                "task:          classification, 3 classes (the target column holds text: 3 different values in 60 rows)",
                "model:         mlp:9, 66 parameters, 1 thread",
                "optimizer:     adamw, weight decay 0.01 (none on biases)",
                "learning rate: warmup(2) then cosine(0.02..0, 28)",
                "length:        5 epochs of 6 updates, 8 rows each",
                "files:         run",
            ],
            answer.Lines[..7]);
        for (var epoch = 1; epoch <= 5; epoch++)
        {
            Assert.Matches(
                $@"^epoch {epoch}/5, step {6 * epoch}/30: training loss [\d.E-]+, validation loss [\d.E-]+, accuracy [\d.]+ %, learning rate [\d.E-]+, [\d,]+ samples/s(, best so far)?$",
                answer.Lines[6 + epoch]);
        }

        Assert.Matches(@"^Best epoch \d: validation loss [\d.]+, accuracy [\d.]+ %$", answer.Lines[12]);
        Assert.Matches(@"^30 updates in [\d.]+ s, [\d,]+ samples/s$", answer.Lines[13]);
        Assert.Equal(14, answer.Lines.Length);
        Assert.Equal(["checkpoint.safetensors", "config.json", "metrics.csv", "model.safetensors", "summary.json"], FilesOf("run"));
        CheckSummary(epochs: 5, steps: 30, "accuracy");
        Assert.True(place.Json("run/summary.json")["validation_accuracy"]!.GetValue<double>() >= 0.75);
    }

    [Fact]
    public void The_batch_size_and_any_option_of_the_method_follow_schedules_whose_percentages_are_of_the_run()
    {
        place.Write("flowers.csv", Samples.Flowers());
        string[] options =
        [
            "train", "@flowers.csv", "--epochs", "4", "--model", "mlp:9", "--batch-size", "constant(4) for 50% then constant(16)",
            "--optimizer", "adamw(beta1=linear(0.85..0.95, 50%), weight_decay=linear(0.1..0))", "--out",
        ];
        var answer = place.Succeed([.. options, "@whole"]);
        Assert.Contains("length:        4 epochs, 20 updates, rows constant(4) for 50% then constant(16)", answer.Lines);
        Assert.Contains("optimizer:     adamw, weight decay linear(0.1..0, 20) (none on biases)", answer.Lines);
        Assert.Equal(20, place.Json("whole/summary.json")["steps"]!.GetValue<int>());
        Assert.Equal("constant(4) for 50% then constant(16)", place.Json("whole/config.json")["batch_size"]!.GetValue<string>());
        place.Succeed([.. options, "@halves", "--max-steps", "11"]);
        place.Succeed("train", "--resume", "@halves");
        Assert.Equal(File.ReadAllBytes(place["whole/model.safetensors"]), File.ReadAllBytes(place["halves/model.safetensors"]));
        Assert.Equal(
            "A resumed run keeps its configuration, but 'batch_size' differs from the one in 'halves/config.json'; leave it out, or start a new run.",
            place.Refuse("train", "--resume", "@halves", "--batch-size", "constant(4) for 60% then constant(16)"));
    }

    [Fact]
    public void What_surrounds_a_step_is_said()
    {
        place.Write("flowers.csv", Samples.Flowers());
        var answer = place.Succeed(
            "train", "@flowers.csv", "--out", "@run", "--epochs", "2", "--batch-size", "4", "--accumulate", "2", "--model", "mlp:9+batch_norm", "--precision", "float16", "--loss-scale", "dynamic(8388608)",
            "--average", "polyak(50%)", "--reestimate-statistics", "--clip", "value(0.5)", "--optimizer", "sgd", "--learning-rate", "0.05");
        Assert.Contains("optimizer:     sgd, gradients clipped by value(0.5)", answer.Lines);
        Assert.Contains("precision:     parameters float16, state float32, loss scale dynamic(8388608, growth=2, backoff=0.5, interval=2000)", answer.Lines);
        Assert.Contains("average:       polyak(6), statistics re-estimated", answer.Lines);
        Assert.Contains("length:        2 epochs of 6 updates, 8 rows each, 4 at once", answer.Lines);
        var shortest = place.Succeed("train", "@flowers.csv", "--out", "@short", "--epochs", "1", "--batch-size", "100");
        Assert.Contains(shortest.Lines, line => line.StartsWith("length:        1 epoch of 1 update, ", StringComparison.Ordinal));
        Assert.Contains(shortest.Lines, line => line.StartsWith("1 update in ", StringComparison.Ordinal));
        Assert.Matches(@"^\d+ updates? (was|were) skipped because a gradient overflowed; the loss scale is \d+\.$", answer.Lines[^1]);
        var help = place.Succeed("train", "--help").Output;
        Assert.All(["--clip", "--accumulate", "--precision", "--state-precision", "--loss-scale", "--average", "--reestimate-statistics"], option => Assert.Contains(option + " ", help, StringComparison.Ordinal));
    }

    [Fact]
    public void The_configuration_holds_all_that_decides_the_result()
    {
        place.Write("flowers.csv", Samples.Flowers());
        place.Succeed(
            "train", "@flowers.csv", "--out", "@run", "--target", "kind", "--task", "classification", "--header", "yes", "--model", "mlp:4,3", "--optimizer", "sgd(momentum=0.5)",
            "--learning-rate", "0.03", "--schedule", "constant", "--weight-decay", "0.001", "--batch-size", "7", "--epochs", "2", "--clip-norm", "1.5", "--seed", "18446744073709551615",
            "--validation", "0.25", "--patience", "9", "--quiet", "--accumulate", "2", "--precision", "bfloat16+compensated", "--state-precision", "8bit", "--loss-scale", "dynamic(64)",
            "--average", "ema(0.9)");
        var expected = JsonNode.Parse("""
            {
              "target": "kind", "task": "classification", "context": null, "tokens": null, "header": true, "separator": null, "model": "mlp:4,3",
              "optimizer": { "method": "sgd", "learning_rate": 0.03, "weight_decay": 0.001, "maximize": false, "momentum": 0.5, "dampening": 0, "nesterov": false },
              "schedule": "constant", "batch_size": 7, "epochs": 2, "augmentation": null, "clipping": "norm(1.5)", "accumulate": 2, "precision": "bfloat16+compensated", "state_precision": "8bit",
              "loss_scale": "dynamic(64, growth=2, backoff=0.5, interval=2000)", "average": "ema(0.9)", "reestimate_statistics": false, "seed": 18446744073709551615, "validation_fraction": 0.25, "patience": 9
            }
            """)!.AsObject();
        expected.Insert(0, "data", place["flowers.csv"]);
        Assert.Equal(expected.ToJsonString(), place.Json("run/config.json").ToJsonString());
    }

    [Fact]
    public void A_regression_on_a_column_in_the_middle_reports_its_own_measures()
    {
        place.Write("prices.csv", Samples.Prices());
        var answer = place.Succeed("train", "@prices.csv", "--target", "price", "--out", "@run", "--epochs", "30", "--model", "linear", "--batch-size", "8", "--learning-rate", "0.05");
        Assert.Equal("task:          regression of price (the target column holds numbers that are not all whole: 60 different values in 60 rows)", answer.Lines[1]);
        Assert.Matches("^Best epoch [0-9]+: validation loss [0-9.E-]+, R² [0-9.]+, root mean squared error [0-9.]+$", answer.Lines[^2]);
        CheckSummary(epochs: 30, steps: 180, "r_squared");
        Assert.True(place.Json("run/summary.json")["validation_r_squared"]!.GetValue<double>() > 0.98);
        Assert.True(place.Json("run/summary.json")["validation_root_mean_squared_error"]!.GetValue<double>() is > 1 and < 100);
    }

    [Fact]
    public void A_folder_of_images_trains_and_is_predicted()
    {
        Samples.Images(place);
        var answer = place.Succeed("train", "@images", "--out", "@run", "--epochs", "20", "--model", "linear", "--batch-size", "8", "--learning-rate", "0.05");
        Assert.Equal("data:          images: 32 rows to train, 8 to validate, images of 3×3", answer.Lines[0]);
        CheckSummary(epochs: 20, steps: 80, "accuracy");
        Assert.Equal(1, place.Json("run/summary.json")["validation_accuracy"]!.GetValue<double>());
        var predicted = place.Succeed("predict", "@run", "@images").Lines;
        Assert.Equal("prediction,probability_0,probability_1,probability_2", predicted[0]);
        Assert.Equal(["0", "1", "2", "0"], predicted[1..5].Select(line => line[..1]));
    }

    [Fact]
    public void Quiet_writes_nothing()
    {
        place.Write("flowers.csv", Samples.Flowers());
        Assert.Equal("", place.Succeed("train", "@flowers.csv", "--out", "@run", "--epochs", "2", "--quiet").Output);
        Assert.Equal("", place.Succeed("train", "@flowers.csv", "--out", "@stopped", "--max-steps", "1", "--quiet").Output);
    }

    [Fact]
    public void Overwriting_leaves_the_same_run_as_a_new_folder_and_foreign_files()
    {
        place.Write("flowers.csv", Samples.Flowers());
        place.Write("prices.csv", Samples.Prices());
        place.Succeed("train", "@prices.csv", "--out", "@run", "--epochs", "3");
        place.Write("run/notes.txt", "mine");
        place.Succeed("train", "@flowers.csv", "--out", "@fresh", "--epochs", "2");
        place.Succeed("train", "@flowers.csv", "--out", "@run", "--epochs", "2", "--overwrite");
        Assert.Equal(File.ReadAllBytes(place["fresh/model.safetensors"]), File.ReadAllBytes(place["run/model.safetensors"]));
        Assert.Equal(File.ReadAllBytes(place["fresh/config.json"]), File.ReadAllBytes(place["run/config.json"]));
        Assert.Equal("mine", File.ReadAllText(place["run/notes.txt"]));
        Assert.Equal(["checkpoint.safetensors", "config.json", "metrics.csv", "model.safetensors", "notes.txt", "summary.json"], FilesOf("run"));
    }

    [Fact]
    public void Threads_and_the_form_of_the_file_do_not_change_the_model()
    {
        var path = place.Write("flowers.csv", Samples.Flowers());
        place.Write("flowers.gz", Samples.Gzip(File.ReadAllBytes(path)));
        place.Succeed("train", "@flowers.csv", "--out", "@one", "--epochs", "2", "--threads", "1");
        place.Succeed("train", "@flowers.gz", "--out", "@two", "--epochs", "2", "--threads", "2");
        Assert.Equal(File.ReadAllBytes(place["one/model.safetensors"]), File.ReadAllBytes(place["two/model.safetensors"]));
    }

    [Fact]
    public void A_schedule_may_be_an_option_of_the_method()
    {
        place.Write("flowers.csv", Samples.Flowers());
        var answer = place.Succeed("train", "@flowers.csv", "--out", "@run", "--epochs", "2", "--optimizer", "adamw(learning_rate=linear(0.01..0.001, 4))");
        Assert.Equal("learning rate: linear(0.01..0.001, 4)", answer.Lines[4]);
        Assert.Equal(
            "The learning rate is given twice, as an option of --optimizer and by --learning-rate or --schedule; give it once.",
            place.Refuse("train", "@flowers.csv", "--out", "@other", "--optimizer", "adamw(learning_rate=linear(0.01..0.001, 4))", "--learning-rate", "1"));
        Assert.Equal(
            "--learning-rate 0.1 would do nothing, because the schedule 'linear(0.01..0.001, 4)' gives all its values; leave one of the two out.",
            place.Refuse("train", "@flowers.csv", "--out", "@other", "--schedule", "linear(0.01..0.001, 4)", "--learning-rate", "0.1"));
    }

    private IEnumerable<string> FilesOf(string folder) =>
        Directory.EnumerateFileSystemEntries(place[folder]).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    private void CheckSummary(int epochs, int steps, string measure)
    {
        var summary = place.Json("run/summary.json");
        Assert.Equal(
            [
                "end", "final_training_loss", "final_validation_loss", "validation_accuracy", "validation_r_squared", "validation_root_mean_squared_error", "best_epoch",
                "best_validation_loss", "final_validation_accuracy", "final_validation_r_squared", "epochs", "steps", "total_steps", "seconds", "samples_per_second",
                "parameters", "training_rows", "validation_rows", "data_fingerprint", "threads", "skipped_steps", "loss_scale", "step_memory_bytes",
            ],
            summary.Select(field => field.Key));
        Assert.Equal("completed", summary["end"]!.GetValue<string>());
        Assert.Equal((epochs, steps, steps), (summary["epochs"]!.GetValue<int>(), summary["steps"]!.GetValue<int>(), summary["total_steps"]!.GetValue<int>()));
        Assert.True(summary["seconds"]!.GetValue<double>() > 0 && summary["samples_per_second"]!.GetValue<double>() > 0);
        Assert.Equal(measure == "accuracy", summary["validation_accuracy"] is not null);
        Assert.Equal(measure == "r_squared", summary["validation_r_squared"] is not null);

        var lines = File.ReadAllLines(place["run/metrics.csv"]);
        Assert.Equal("epoch,step,training_loss,validation_loss,validation_accuracy,validation_r_squared,validation_root_mean_squared_error,learning_rate,seconds", lines[0]);
        Assert.Equal(Enumerable.Range(1, epochs).Select(epoch => $"{epoch},{epoch * steps / epochs}"), lines[1..].Select(line => string.Join(',', line.Split(',')[..2])));
        Assert.All(lines, line => Assert.Equal(9, line.Split(',').Length));
        Assert.Equal(summary["final_validation_loss"]!.GetValue<double>(), double.Parse(lines[^1].Split(',')[3], CultureInfo.InvariantCulture));
        Assert.Equal(
            summary["best_validation_loss"]!.GetValue<double>(),
            double.Parse(lines[summary["best_epoch"]!.GetValue<int>()].Split(',')[3], CultureInfo.InvariantCulture));
    }
}
