namespace Descent.Cli.Tests;

[Collection(OneCommandAtATime.Name)]
public sealed class ResumeTests : IDisposable
{
    private static readonly string[] Options = ["--epochs", "4", "--batch-size", "7", "--model", "mlp:8", "--seed", "7", "--clip-norm", "1"];
    private readonly Place place = new();

    public ResumeTests() => place.Write("flowers.csv", Samples.Flowers());

    public void Dispose() => place.Dispose();

    [Theory]
    [InlineData("adamw", 1)]
    [InlineData("adamw", 7)]
    [InlineData("adamw", 10)]
    [InlineData("sgd(momentum=0.9, nesterov=true)", 17)]
    [InlineData("adagrad", 14)]
    [InlineData("rmsprop(momentum=0.9, centered=true)", 20)]
    [InlineData("adam(ams_grad=true)", 27)]
    [InlineData("lion", 13)]
    public void An_interrupted_run_ends_with_the_same_bytes(string optimizer, int steps)
    {
        Begin("straight", "--optimizer", optimizer);
        var stopped = Begin("run", "--optimizer", optimizer, "--max-steps", $"{steps}");
        Assert.Equal($"Stopped after step {steps} of 28; go on with: descent train --resume run", stopped.Lines[^1]);
        Assert.Equal("interrupted", place.Json("run/summary.json")["end"]!.GetValue<string>());
        var resumed = place.Succeed("train", "--resume", "@run");
        Assert.Equal(4 - (steps / 7), resumed.Lines.Count(line => line.StartsWith("epoch ", StringComparison.Ordinal)));
        AssertSameRun();
    }

    [Theory]
    [InlineData("--precision", "float16", "--average", "swa(50%, 2, rate=0.001)", "--clip", "percentile(50)")]
    [InlineData("--model", "mlp:8+batch_norm", "--average", "lawa(3, 2)", "--reestimate-statistics", "--accumulate", "2")]
    [InlineData("--precision", "bfloat16+stochastic", "--schedule", "plateau(0.01, patience 0, factor 0.5)", "--loss-scale", "hysteretic(64)")]
    public void So_does_one_with_all_that_surrounds_a_step(params string[] options)
    {
        Begin("straight", options);
        Begin("run", [.. options, "--max-steps", "9"]);
        place.Succeed("train", "--resume", "@run", "--quiet");
        AssertSameRun();
    }

    [Fact]
    public void The_folder_may_be_named_in_three_ways_and_stops_may_be_many()
    {
        Begin("straight");
        Begin("run", "--max-steps", "3");
        place.Succeed("train", "--out", "@run", "--resume", "--max-steps", "9", "--quiet");
        place.Succeed("train", "--resume", "--out", "@run", "--max-steps", "16", "--threads", "1");
        place.Succeed(["train", "@flowers.csv", "--resume", "@run", "--out", "@run", .. Options]);
        AssertSameRun();
    }

    [Fact]
    public void Data_that_moved_are_named_again()
    {
        Begin("straight");
        Begin("run", "--max-steps", "3");
        File.Move(place["flowers.csv"], place["moved.csv"]);
        Assert.Equal("flowers.csv does not exist; check the name and the folder.", place.Refuse("train", "--resume", "@run"));
        place.Succeed("train", "@moved.csv", "--resume", "@run");
        AssertSameRun();
    }

    [Fact]
    public void A_completed_run_ends_at_once_with_the_same_model()
    {
        Begin("run");
        var before = place.Snapshot();
        var answer = place.Succeed("train", "--resume", "@run");
        Assert.DoesNotContain(answer.Lines, line => line.StartsWith("epoch ", StringComparison.Ordinal));
        var after = place.Snapshot();
        Assert.All(["model.safetensors", "config.json", "metrics.csv"], file => Assert.Equal(before[place["run/" + file]], after[place["run/" + file]]));
        Assert.Equal("completed", place.Json("run/summary.json")["end"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("target", "--target", "length")]
    [InlineData("task", "--task", "classification")]
    [InlineData("header", "--header", "yes")]
    [InlineData("model", "--model", "mlp:9")]
    [InlineData("optimizer", "--optimizer", "lion")]
    [InlineData("optimizer", "--learning-rate", "0.5")]
    [InlineData("optimizer", "--weight-decay", "0.5")]
    [InlineData("schedule", "--schedule", "constant")]
    [InlineData("batch_size", "--batch-size", "8")]
    [InlineData("epochs", "--epochs", "5")]
    [InlineData("clipping", "--clip-norm", "2")]
    [InlineData("clipping", "--clip", "value(1)")]
    [InlineData("accumulate", "--accumulate", "2")]
    [InlineData("precision", "--precision", "bfloat16")]
    [InlineData("state_precision", "--state-precision", "8bit")]
    [InlineData("loss_scale", "--loss-scale", "dynamic")]
    [InlineData("average", "--average", "ema")]
    [InlineData("reestimate_statistics", "--reestimate-statistics", "true")]
    [InlineData("seed", "--seed", "8")]
    [InlineData("validation_fraction", "--validation", "0.3")]
    [InlineData("patience", "--patience", "3")]
    public void A_changed_option_is_refused_by_name(string field, string option, string value)
    {
        Begin("run", "--max-steps", "3");
        Assert.Equal(
            $"A resumed run keeps its configuration, but '{field}' differs from the one in 'run/config.json'; leave it out, or start a new run.",
            place.Refuse("train", "--resume", "@run", option, value));
    }

    [Fact]
    public void Other_data_are_refused()
    {
        Begin("run", "--max-steps", "3");
        place.Write("other.csv", Samples.Flowers(seed: 9));
        const string Sentence = "The data are not those that 'run/checkpoint.safetensors' was trained on; resume with the same data, or start a new run.";
        Assert.Equal(Sentence, place.Refuse("train", "@other.csv", "--resume", "@run"));
        File.AppendAllText(place["flowers.csv"], "1,2,3,plain\n");
        Assert.Equal(Sentence, place.Refuse("train", "--resume", "@run"));
    }

    [Fact]
    public void A_folder_without_a_run_is_refused()
    {
        Directory.CreateDirectory(place["none"]);
        Assert.Equal("'none' holds no run to resume: 'none/config.json' does not exist.", place.Refuse("train", "--resume", "@none"));
        Assert.Equal("'nowhere' holds no run to resume: 'nowhere/config.json' does not exist.", place.Refuse("train", "--out", "@nowhere", "--resume"));
        Assert.Equal("--resume needs the folder of a run, as in --resume runs/digits-adamw-1.", place.Refuse("train", "--resume"));
        Assert.Equal("--resume names the run 'a', but --out names 'b'; give one of them.", place.Refuse("train", "--resume", "@a", "--out", "@b"));
        Assert.Equal(
            "--resume goes on with a run and --overwrite replaces it; give only one of them.",
            place.Refuse("train", "--resume", "@a", "--overwrite"));
    }

    [Fact]
    public void A_damaged_run_is_refused_and_left_as_it_is()
    {
        Begin("run", "--max-steps", "3");
        place.Succeed("train", "@flowers.csv", "--out", "@other", "--epochs", "4", "--batch-size", "7", "--model", "mlp:5", "--seed", "7", "--max-steps", "3");
        var checkpoint = File.ReadAllBytes(place["run/checkpoint.safetensors"]);
        var length = BitConverter.ToInt64(checkpoint);
        place.Write("run/checkpoint.safetensors", checkpoint[..40]);
        Assert.Equal(
            $"'run/checkpoint.safetensors' is not a readable safetensors file: its header of {length} bytes does not fit into the file's 40.",
            place.Refuse("train", "--resume", "@run"));
        place.Write("run/checkpoint.safetensors", checkpoint[..^10]);
        Assert.StartsWith("'run/checkpoint.safetensors' is not a readable safetensors file: ", place.Refuse("train", "--resume", "@run"), StringComparison.Ordinal);
        File.Copy(place["other/checkpoint.safetensors"], place["run/checkpoint.safetensors"], overwrite: true);
        Assert.Equal(
            "'run/checkpoint.safetensors' was saved for another architecture: it has fc1.weight [5, 3], fc1.bias [5], fc2.weight [3, 5], fc2.bias [3], "
            + "but the model has fc1.weight [8, 3], fc1.bias [8], fc2.weight [3, 8], fc2.bias [3].",
            place.Refuse("train", "--resume", "@run"));
        place.Succeed("train", "@flowers.csv", "--out", "@done", "--epochs", "1");
        File.Copy(place["done/model.safetensors"], place["run/checkpoint.safetensors"], overwrite: true);
        Assert.Equal("'run/checkpoint.safetensors' is not a checkpoint of a training run.", place.Refuse("train", "--resume", "@run"));
        File.Delete(place["run/checkpoint.safetensors"]);
        Assert.Equal("The file 'run/checkpoint.safetensors' does not exist; check the name and the folder.", place.Refuse("train", "--resume", "@run"));
        place.Write("run/config.json", "{}");
        Assert.Equal(
            "The saved configuration 'run/config.json' is damaged: its field 'optimizer' must be an object, but was absent.",
            place.Refuse("train", "--resume", "@run"));
        place.Write("run/config.json", "{");
        Assert.StartsWith("The saved configuration 'run/config.json' is damaged: it is not readable JSON (", place.Refuse("train", "--resume", "@run"), StringComparison.Ordinal);
    }

    private Answer Begin(string run, params string[] more) => place.Succeed(["train", "@flowers.csv", "--out", "@" + run, .. Options.Chunk(2).Where(pair => !more.Contains(pair[0]) && !(pair[0] == "--clip-norm" && more.Contains("--clip"))).SelectMany(pair => pair), .. more]);

    /// <summary>The model is equal byte for byte, and all epochs are, but for the seconds they took.</summary>
    private void AssertSameRun()
    {
        Assert.Equal(File.ReadAllBytes(place["straight/model.safetensors"]), File.ReadAllBytes(place["run/model.safetensors"]));
        Assert.Equal(Epochs("straight"), Epochs("run"));
        Assert.Equal("completed", place.Json("run/summary.json")["end"]!.GetValue<string>());

        IEnumerable<string> Epochs(string run) => File.ReadLines(place[$"{run}/metrics.csv"]).Select(line => line[..line.LastIndexOf(',')]);
    }
}
