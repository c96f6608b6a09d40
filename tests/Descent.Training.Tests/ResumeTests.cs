using System.Text.RegularExpressions;
using Descent.Optimizers;
using Descent.Training.Data;

namespace Descent.Training.Tests;

[Collection(OneRunAtATime.Name)]
public class ResumeTests
{
    private const int StepsPerEpoch = 6;
    private const int AllSteps = 3 * StepsPerEpoch;

    public static TheoryData<string, bool> Methods()
    {
        var data = new TheoryData<string, bool>();
        string[] variants =
        [
            .. Catalogue.All.Select(entry => entry.Name),
            "sgd(momentum=0.9, learning_rate=0.05)",
            "sgd(momentum=linear(0.5..0.95, 18), nesterov=true, weight_decay=0.01)",
            "adam(ams_grad=true, weight_decay=0.01)",
            "rmsprop(centered=true, momentum=0.9)",
            "adamw(beta2=linear(0.9..0.99, 12))",
        ];
        foreach (var variant in variants)
        {
            data.Add(variant, true);
            data.Add(variant, false);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_resumed_run_has_the_bits_of_one_that_never_stopped(string optimizer, bool classes)
    {
        using var fixture = RunFixture.Of(classes ? Samples.Classes() : Samples.Numbers(), optimizer);
        var straight = fixture.Begin("straight");
        Assert.Equal((TrainingEnd.Completed, AllSteps), (straight.Summary.End, straight.Summary.Steps));
        Assert.Null(straight.Message);
        var expected = fixture.Result("straight");
        foreach (var stop in new[] { 0, 1, 3, StepsPerEpoch, StepsPerEpoch + 4, AllSteps - 1 })
        {
            var name = $"stopped{stop}";
            var first = fixture.Begin(name, stop);
            Assert.Equal((TrainingEnd.Interrupted, stop), (first.Summary.End, first.Summary.Steps));
            Assert.Equal($"Stopped after step {stop} of {AllSteps}; go on with: descent train --resume {name}", fixture.Plain(first.Message));
            Assert.NotEqual(expected, fixture.Result(name));
            var rest = fixture.Resume(name);
            Assert.Equal(expected, fixture.Result(name));
            Assert.Equal(WithoutTime(straight.Summary), WithoutTime(rest.Summary));
        }
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(4, 1)]
    public void The_halves_may_have_different_numbers_of_threads(int before, int after)
    {
        using var fixture = Large();
        fixture.Begin("straight", threads: 2);
        fixture.Begin("halves", 3, before);
        fixture.Resume("halves", threads: after);
        Assert.Equal(fixture.Result("straight"), fixture.Result("halves"));
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        using var fixture = Large();
        Assert.InRange(fixture.Begin("1").Summary.Parameters, 65_536, int.MaxValue);
        for (var threads = 2; threads <= 4; threads++)
        {
            var outcome = fixture.Begin($"{threads}", threads: threads);
            Assert.Equal(threads, outcome.Summary.Threads);
            Assert.Equal(fixture.Result("1"), fixture.Result($"{threads}"));
        }
    }

    [Fact]
    public void Another_seed_gives_other_bits()
    {
        using var one = RunFixture.Of(Samples.Classes());
        using var two = RunFixture.Of(Samples.Classes(), with: configuration => configuration with { Seed = 12 });
        one.Begin("run");
        two.Begin("run");
        Assert.NotEqual(one.Result("run"), two.Result("run"));
    }

    [Fact]
    public void A_run_may_stop_after_every_step()
    {
        using var fixture = RunFixture.Of(Samples.Numbers());
        fixture.Begin("straight");
        fixture.Begin("pieces", 0);
        for (var step = 1; step < AllSteps; step++)
        {
            Assert.Equal(TrainingEnd.Interrupted, fixture.Resume("pieces", step).Summary.End);
        }

        Assert.Equal(TrainingEnd.Completed, fixture.Resume("pieces", AllSteps).Summary.End);
        Assert.Equal(fixture.Result("straight"), fixture.Result("pieces"));
    }

    [Fact]
    public void The_same_trainer_may_go_on_and_a_completed_run_stays_as_it_is()
    {
        using var fixture = RunFixture.Of(Samples.Classes());
        fixture.Begin("straight");
        var trainer = Trainer.Begin(fixture.Session(), fixture.Run("again"), Engine.Workers.Sequential, overwrite: false);
        Assert.Equal(TrainingEnd.Interrupted, trainer.Run(stopAfter: 8).Summary.End);
        Assert.Equal(TrainingEnd.Completed, trainer.Run().Summary.End);
        Assert.Equal(fixture.Result("straight"), fixture.Result("again"));
        var more = fixture.Resume("again");
        Assert.Equal((TrainingEnd.Completed, AllSteps), (more.Summary.End, more.Summary.Steps));
        Assert.Equal(fixture.Result("straight"), fixture.Result("again"));
    }

    [Fact]
    public void A_request_to_stop_finishes_the_step_under_way()
    {
        using var fixture = RunFixture.Of(Samples.Classes());
        fixture.Begin("straight");
        using var stop = new CancellationTokenSource();
        var listener = new Listener
        {
            OnStep = report =>
            {
                if (report.Step == 7)
                {
                    stop.Cancel();
                }
            },
        };
        var outcome = Trainer
            .Begin(fixture.Session(), fixture.Run("a run"), Engine.Workers.Sequential, overwrite: false)
            .Run(listener, stop: stop.Token);
        Assert.Equal((TrainingEnd.Interrupted, 7), (outcome.Summary.End, outcome.Summary.Steps));
        Assert.Equal(7, listener.Steps.Count);
        Assert.Equal("Stopped after step 7 of 18; go on with: descent train --resume \"a run\"", fixture.Plain(outcome.Message));
        fixture.Resume("a run");
        Assert.Equal(fixture.Result("straight"), fixture.Result("a run"));
    }

    /// <summary>What is drawn in every update: the masks of dropouts go on where they were, the changes of images follow from the epoch and the row.</summary>
    [Theory]
    [InlineData("mlp:16,8+dropout(0.3)", null)]
    [InlineData("mlp:16+batch_norm+dropout(0.5)", "flip")]
    [InlineData("cnn:3", "shift(2), flip, cutout(5)")]
    public void What_is_drawn_at_random_goes_on_with_the_same_bits(string model, string? augmentation)
    {
        using var fixture = RunFixture.Of(DigitGenerator.Generate(60, seed: 2), with: configuration => configuration with
        {
            Model = ModelSpecification.Parse(model),
            Augmentation = augmentation is null ? null : Augmentation.Parse(augmentation),
            Accumulate = 2,
        });
        fixture.Begin("straight");
        foreach (var stop in new[] { 0, 2, 4 })
        {
            fixture.Begin($"stopped{stop}", stop);
            fixture.Resume($"stopped{stop}", stop + 1);
            fixture.Resume($"stopped{stop}", threads: 2);
            Assert.Equal(fixture.Result("straight"), fixture.Result($"stopped{stop}"));
        }

        using var plain = RunFixture.Of(fixture.Data, with: _ => fixture.Configuration with { Model = ModelSpecification.Parse(model.Split("+dropout")[0]), Augmentation = null });
        plain.Begin("plain");
        Assert.NotEqual(Weights(plain, "plain"), Weights(fixture, "straight"));

        static string Weights(RunFixture run, string name) => run.Result(name).Split('\n').Single(line => line.StartsWith("model ", StringComparison.Ordinal));
    }

    [Fact]
    public void Time_goes_on_where_it_stopped()
    {
        using var fixture = RunFixture.Of(Samples.Classes());
        fixture.Begin("run", 10);
        fixture.EditCheckpoint("run", text => Regex.Replace(text, "(\"seconds\":)[^,}]+(?=,\"seed\")", "${1}1000"));
        var rest = fixture.Resume("run").Summary;
        Assert.InRange(rest.Last!.Seconds, 1000, 1060);
        Assert.InRange(rest.Seconds, rest.Last.Seconds, 1060);
    }

    private static RunFixture Large() => RunFixture.Of(
        DigitGenerator.Generate(120, seed: 2),
        with: configuration => configuration with { Model = new ModelSpecification([160, 96]), BatchSize = 32, Epochs = 2 });

    private static TrainingSummary WithoutTime(TrainingSummary summary) => summary with
    {
        Seconds = 0,
        SamplesPerSecond = 0,
        Best = summary.Best! with { Seconds = 0 },
        Last = summary.Last! with { Seconds = 0 },
    };
}
