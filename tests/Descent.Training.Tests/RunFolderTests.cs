using Descent.Engine;

namespace Descent.Training.Tests;

[Collection(OneRunAtATime.Name)]
public class RunFolderTests
{
    [Fact]
    public void An_old_run_is_refused_and_left_as_it_is()
    {
        using var fixture = RunFixture.Of(Samples.Classes());
        fixture.Begin("run");
        var before = fixture.Snapshot();
        Assert.Equal(
            "The output folder 'run' already holds a run; use --resume to go on with it, --overwrite to replace it, or another folder.",
            fixture.Sentence(() => fixture.Begin("run")));
        Assert.Equal(before, fixture.Snapshot());
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("metrics.csv")]
    [InlineData("summary.json")]
    [InlineData("model.safetensors")]
    [InlineData("checkpoint.safetensors")]
    public void Any_file_of_a_run_makes_an_old_run(string file)
    {
        using var fixture = RunFixture.Of(Samples.Classes());
        Directory.CreateDirectory(fixture.Run("run").Path);
        fixture.Folder.Write("run/" + file, "mine");
        Assert.True(fixture.Run("run").HoldsRun);
        Assert.Throws<DescentException>(() => fixture.Run("run").RefuseOldRun(overwrite: false));
        Assert.Throws<DescentException>(() => fixture.Run("run").Begin(overwrite: false, fixture.Configuration, new Descent.State.TensorFile()));
        Assert.Equal("mine", File.ReadAllText(fixture.Folder.File("run/" + file)));
    }

    [Fact]
    public void Overwriting_replaces_the_whole_run_and_nothing_else()
    {
        using var fixture = RunFixture.Of(Samples.Classes());
        fixture.Begin("run");
        fixture.Folder.Write("run/notes.txt", "mine");
        fixture.Run("run").RefuseOldRun(overwrite: true);
        fixture.Begin("fresh", 3);
        using var workers = new Workers(1);
        Trainer.Begin(fixture.Session(), fixture.Run("run"), workers, overwrite: true).Run(stopAfter: 3);
        Assert.Equal(fixture.Result("fresh"), fixture.Result("run"));
        Assert.False(File.Exists(fixture.Run("run").Model));
        Assert.Equal("mine", File.ReadAllText(fixture.Folder.File("run/notes.txt")));
    }

    [Fact]
    public void A_folder_in_the_place_of_a_file_leaves_the_rest_of_the_old_run()
    {
        using var fixture = RunFixture.Of(Samples.Classes());
        fixture.Begin("run");
        File.Delete(fixture.Run("run").Summary);
        Directory.CreateDirectory(fixture.Run("run").Summary);
        var before = fixture.Snapshot();
        using var workers = new Workers(1);
        Assert.Equal(
            "The output folder 'run' cannot be used ('run/summary.json' is a folder); choose another.",
            fixture.Sentence(() => Trainer.Begin(fixture.Session(), fixture.Run("run"), workers, overwrite: true)));
        Assert.Equal(before, fixture.Snapshot());
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("metrics.csv")]
    [InlineData("checkpoint.safetensors")]
    public void A_full_disk_at_the_beginning_leaves_the_old_run(string file)
    {
        if (!File.Exists("/dev/full"))
        {
            return;
        }

        using var fixture = RunFixture.Of(Samples.Classes());
        fixture.Begin("run");
        var before = fixture.Snapshot();
        var path = Path.Combine(fixture.Run("run").Path, file);
        File.CreateSymbolicLink(path + State.AtomicFile.TemporarySuffix, "/dev/full");
        using var workers = new Workers(1);
        Assert.Equal(
            $"'run/{file}' could not be written (No space left on device : '{path}.partial'), and what was there is unchanged; make room or choose another folder."
                .Replace(fixture.Folder.Path + "/", "", StringComparison.Ordinal),
            fixture.Sentence(() => Trainer.Begin(fixture.Session(), fixture.Run("run"), workers, overwrite: true)));
        Assert.Equal(before, fixture.Snapshot());
    }

    [Fact]
    public void A_new_folder_is_made_with_its_parents_and_foreign_files_are_no_run()
    {
        using var fixture = RunFixture.Of(Samples.Classes());
        fixture.Begin("some/where/run", 0);
        Assert.True(fixture.Run("some/where/run").HoldsRun);
        Assert.False(fixture.Run("some/where").HoldsRun);
        fixture.Folder.Write("some/where/notes.txt", "mine");
        fixture.Begin("some/where", 0);
        Assert.Equal("mine", File.ReadAllText(fixture.Folder.File("some/where/notes.txt")));
    }

    [Fact]
    public void A_folder_that_cannot_be_used_is_reported()
    {
        using var fixture = RunFixture.Of(Samples.Classes());
        var file = fixture.Folder.Write("file", "mine");
        Assert.Equal("The output folder 'file' is a file; choose another.", fixture.Sentence(() => fixture.Begin("file")));
        var sentence = fixture.Sentence(() => fixture.Begin("file/run"));
        Assert.StartsWith("The output folder 'file/run' cannot be used (", sentence, StringComparison.Ordinal);
        Assert.EndsWith("); choose another.", sentence, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(file));
        Directory.CreateDirectory(fixture.Folder.File("run/metrics.csv"));
        sentence = fixture.Sentence(() => fixture.Begin("run"));
        Assert.StartsWith("The output folder 'run' cannot be used (", sentence, StringComparison.Ordinal);
        Assert.True(Directory.Exists(fixture.Folder.File("run/metrics.csv")));
    }

    [Fact]
    public void The_configuration_of_a_run_is_read_back()
    {
        using var fixture = RunFixture.Of(
            Samples.Classes(),
            "sgd(momentum=linear(0.5..0.9, 10))",
            configuration => configuration with { Data = "über \"alles\".csv", Seed = ulong.MaxValue, Patience = 3 });
        fixture.Begin("run", 0);
        Assert.Equal(fixture.Configuration, fixture.Run("run").ReadConfiguration());
        var text = File.ReadAllText(fixture.Run("run").Configuration);
        Assert.Contains("  \"seed\": 18446744073709551615,\n", text, StringComparison.Ordinal);
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_that_is_missing_or_damaged_is_reported()
    {
        using var fixture = RunFixture.Of(Samples.Classes());
        Assert.Equal("'run' holds no run to resume: 'run/config.json' does not exist.", fixture.Sentence(() => fixture.Run("run").ReadConfiguration()));
        fixture.Begin("run", 0);
        var text = File.ReadAllText(fixture.Run("run").Configuration);
        fixture.Folder.Write("run/config.json", text[..(text.Length / 2)]);
        Assert.StartsWith(
            "The saved configuration 'run/config.json' is damaged: it is not readable JSON (", fixture.Sentence(() => fixture.Run("run").ReadConfiguration()), StringComparison.Ordinal);
        fixture.Folder.Write("run/config.json", text.Replace("\"seed\": 11", "\"seed\": \"x\"", StringComparison.Ordinal));
        Assert.Equal(
            "The saved configuration 'run/config.json' is damaged: its field 'seed' must be an integer of at least 0, but was \"x\".",
            fixture.Sentence(() => fixture.Run("run").ReadConfiguration()));
    }

    [Fact]
    public void The_metrics_are_a_line_for_each_epoch()
    {
        using var fixture = RunFixture.Of(Samples.Classes());
        var listener = new Listener();
        fixture.Begin("run", observer: listener);
        var lines = File.ReadAllLines(fixture.Run("run").Metrics);
        Assert.Equal("epoch,step,training_loss,validation_loss,validation_accuracy,validation_r_squared,validation_root_mean_squared_error,learning_rate,seconds", lines[0]);
        Assert.Equal(listener.Epochs.Select(ended => ended.Record.ToCsv()), lines[1..]);
        var fields = lines[3].Split(',');
        var last = listener.Epochs[^1].Record;
        Assert.Equal(["3", "18", "", ""], [fields[0], fields[1], fields[5], fields[6]]);
        Assert.Equal([last.TrainingLoss, last.Validation.Loss, last.Validation.Accuracy!.Value, last.LearningRate], [.. new[] { 2, 3, 4, 7 }.Select(i => double.Parse(fields[i]))]);
    }
}
