using Descent.Averaging;
using Descent.Engine;
using Descent.Gradients;
using Descent.Numerics;
using Descent.Schedules;
using Descent.State;
using Descent.Training.Data;

namespace Descent.Training.Tests;

/// <summary>What surrounds a step in a run: precision, loss scaling, accumulation, clipping, averages, batch norm, plateaus.</summary>
[Collection(OneRunAtATime.Name)]
public class PracticeTests
{
    private const int AllSteps = 18;

    private static readonly Func<TrainingConfiguration, TrainingConfiguration>[] Practices =
    [
        c => c with { Precision = ParameterPrecision.Parse("bfloat16") },
        c => c with { Precision = ParameterPrecision.Parse("bfloat16+compensated"), Average = "ema(0.9)" },
        c => c with { Precision = ParameterPrecision.Parse("bfloat16+stochastic"), Clipping = GradientClipping.Parse("value(0.1)") },
        c => c with { Precision = ParameterPrecision.Parse("bfloat16+nearest"), Average = "polyak(50%)" },
        c => c with { Precision = ParameterPrecision.Parse("float16"), LossScale = LossScaling.Parse("dynamic(16777216, interval=3)") },
        c => c with { Precision = ParameterPrecision.Parse("float16+compensated"), LossScale = LossScaling.Parse("hysteretic(131072, window=4)"), BatchSize = 4, Accumulate = 2 },
        c => c with { Precision = ParameterPrecision.Parse("float16+stochastic"), LossScale = LossScaling.Parse("128"), Average = "lawa(3, 2)" },
        c => c with { Accumulate = 3, BatchSize = 3, Clipping = GradientClipping.Parse("percentile(50, history=4)") },
        c => c with { StatePrecision = StateFormat.EightBit, Model = ModelSpecification.Parse("mlp:900,5") },
        c => c with { StatePrecision = StateFormat.BFloat16Stochastic, Model = ModelSpecification.Parse("mlp:900,5"), Precision = ParameterPrecision.Parse("bfloat16") },
        c => c with { Average = "swa(50%, 2, rate=0.001, anneal=3)" },
        c => c with { Model = ModelSpecification.Parse("mlp:7,6+batch_norm") },
        c => c with { Model = ModelSpecification.Parse("mlp:7+batch_norm"), Average = "ema(0.8, warmup=fraction)", ReestimateStatistics = true, Precision = ParameterPrecision.Parse("bfloat16") },
        c => c with { Schedule = "warmup(4) then plateau(0.01, patience 0, factor 0.5, threshold 0.5)" },
        c => c with { Schedule = "plateau(0.01, patience 0, factor 0.5, maximize)" },
        c => c with { BatchSize = BatchSize.Parse("linear(2..12, 100%)") },
        c => c with { BatchSize = BatchSize.Parse("step(2, 3, 2) clamp 2..6, in multiples of 2"), Accumulate = 2 },
        c => c with { Optimizer = Optimizers.Catalogue.Parse("adamw(learning_rate=0.01, beta1=linear(0.5..0.95, 50%), weight_decay=linear(0..1))") },
    ];

    public static TheoryData<int> Kinds => [.. Enumerable.Range(0, Practices.Length)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_resumed_run_has_the_bits_of_one_that_never_stopped(int practice)
    {
        using var fixture = RunFixture.Of(practice % 2 == 0 ? Samples.Classes() : Samples.Numbers(), with: Practices[practice]);
        var straight = fixture.Begin("straight");
        Assert.Equal(TrainingEnd.Completed, straight.Summary.End);
        Assert.NotNull(straight.Summary.Best);
        var expected = fixture.Result("straight");
        foreach (var stop in new[] { 1, 5, 8 })
        {
            Assert.Equal(TrainingEnd.Interrupted, fixture.Begin($"stopped{stop}", stop).Summary.End);
            Assert.NotEqual(expected, fixture.Result($"stopped{stop}"));
            fixture.Resume($"stopped{stop}", threads: 2);
            Assert.Equal(expected, fixture.Result($"stopped{stop}"));
        }

        using var plain = RunFixture.Of(practice % 2 == 0 ? Samples.Classes() : Samples.Numbers());
        plain.Begin("plain");
        Assert.NotEqual(plain.Result("plain"), expected);
    }

    [Fact]
    public void Accumulated_batches_are_one_batch_also_when_the_last_is_smaller()
    {
        foreach (var (size, count, rows) in new[] { (3, 3, new[] { 9, 9, 9, 9, 6 }), (5, 2, [10, 10, 10, 10, 2]), (4, 2, [8, 8, 8, 8, 8, 2]), (5, 3, [15, 15, 12]) })
        {
            using var whole = RunFixture.Of(Samples.Classes(), with: c => c with { BatchSize = size * count });
            using var pieces = RunFixture.Of(Samples.Classes(), with: c => c with { BatchSize = size, Accumulate = count });
            var (one, other) = (whole.Session(), pieces.Session());
            Assert.Equal((size, size * count, rows.Length), (other.MicroBatchSize, other.Sampler.BatchSize, other.Sampler.BatchesInEpoch));
            for (var i = 0; i < 2 * rows.Length; i++)
            {
                var (expected, actual) = (one.Step(), other.Step());
                Assert.Equal((rows[i % rows.Length], rows[i % rows.Length]), (expected.Rows, actual.Rows));
                Assert.Equal(expected.Loss, actual.Loss, 5e-6);
                Assert.Equal(expected.Result.GradientNorm, actual.Result.GradientNorm, 5e-6);
            }
        }
    }

    [Theory]
    [InlineData("6", 1, new[] { 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6 })]
    [InlineData("step(4, 3, 2)", 1, new[] { 4, 4, 4, 8, 8, 8, 6, 16, 16, 10 })]
    [InlineData("step(4, 3, 2), in multiples of 7", 1, new[] { 7, 7, 7, 7, 7, 7, 14, 14, 14 })]
    [InlineData("step(4, 3, 2)", 2, new[] { 8, 8, 8, 16, 2, 16, 26 })]
    [InlineData("constant(5) for 50% then constant(20)", 1, new[] { 5, 5, 5, 5, 20, 2, 20, 20, 2 })]
    [InlineData("linear(30..3)", 1, new[] { 30, 12, 21, 17, 4 })]
    [InlineData("linear(0..1e6, 100%)", 1, new[] { 1, 41, 42 })]
    public void Batches_follow_their_schedule_and_an_epoch_has_every_row_once(string size, int accumulate, int[] rows)
    {
        using var fixture = RunFixture.Of(Samples.Classes(), with: c => c with { BatchSize = BatchSize.Parse(size), Accumulate = accumulate, Epochs = 2 });
        var session = fixture.Session();
        List<int> taken = [];
        while (session.Sampler.Position.Epoch < session.Epochs)
        {
            taken.Add(session.Step().Rows);
        }

        Assert.Equal(rows, taken);
        Assert.Equal(rows.Length, session.TotalSteps);
        Assert.Equal(2 * session.TrainingRows.Length, rows.Sum());
    }

    [Fact]
    public void Shares_are_those_of_the_run_that_they_make()
    {
        foreach (var text in new[] { "constant(5) for 50% then constant(20)", "constant(20) for 50% then constant(5)", "linear(32..8)", "linear(1..32, 80%)", "cosine(3..40, 30%)" })
        {
            foreach (var epochs in new int?[] { 1, 7, 300, null })
            {
                var configuration = new TrainingConfiguration { BatchSize = BatchSize.Parse(text), Epochs = epochs };
                var plan = BatchPlan.Of(configuration, rows: 1_003);

                // The shares are those of a run that is hardly longer, and those of a run of one update less would make a longer one than that.
                long UpdatesFor(long length) => BatchPlan.Of(configuration with { BatchSize = configuration.BatchSize.ForRun(length) }, rows: 1_003).Updates;
                var length = Enumerable.Range(0, 20).Select(more => plan.Updates + more).FirstOrDefault(length => UpdatesFor(length) == plan.Updates && UpdatesFor(length - 1) > length - 1);
                Assert.True(length > 0, $"{text}: {plan.Updates} updates, whose shares make {UpdatesFor(plan.Updates)}.");
                Assert.True(epochs is not null || plan.Updates >= 5_000 || plan.Epochs == 400, $"{text}: {plan.Epochs} epochs of {plan.Updates} updates.");
            }
        }
    }

    [Fact]
    public void A_batch_size_that_cannot_be_planned_is_refused()
    {
        Says($"BatchSize must be known from the start, but '{Schedule.Parse("plateau(8, factor 0.5)")}' follows a metric; choose another schedule.", "plateau(8, factor 0.5)");
        Says("A batch must have at most 2147483647 rows, but 'linear(1..10000000000, 2)' gives 5000000000.5 at update 1.", "linear(1..10000000000, 2)");
        Says(
            "Batch norm needs at least 2 rows in every batch, but of 42 training rows in batches of step(41, 100, 0.5) one has 1; choose another batch size.",
            "step(41, 100, 0.5)", c => c with { Model = ModelSpecification.Parse("mlp:7+batch_norm"), BatchSize = BatchSize.Parse("step(41, 100, 0.5)") });

        static void Says(string sentence, string size, Func<TrainingConfiguration, TrainingConfiguration>? with = null)
        {
            using var fixture = RunFixture.Of(Samples.Classes(), with: c => with is null ? c with { BatchSize = BatchSize.Parse(size) } : with(c));
            Assert.Equal(sentence, Assert.Throws<DescentException>(() => fixture.Session()).Message);
        }
    }

    [Fact]
    public void Weights_and_gradients_are_numbers_of_the_format()
    {
        foreach (var text in new[] { "bfloat16", "float16", "bfloat16+compensated", "float16+stochastic" })
        {
            using var fixture = RunFixture.Of(Samples.Classes(), with: c => c with { Precision = ParameterPrecision.Parse(text), LossScale = LossScaling.Parse("64") });
            var session = fixture.Session();
            for (var i = 0; i < 4; i++)
            {
                session.Step();
                Assert.All(session.Model.Parameters, parameter => Assert.All(parameter.Values.ToArray(), value => Assert.Equal(value, Rounded(value))));
            }

            // The network's own gradient has more bits: with the loss scale in it, it is what was rounded.
            foreach (var (full, narrow) in session.Model.Parameters.Zip(session.Optimizer.Parameters))
            {
                Assert.Contains(full.Gradient.ToArray(), g => g != Rounded(g));
                var taken = narrow is Parameter<Half> half ? half.Gradient.ToArray().Select(g => (float)g) : ((Parameter<BFloat16>)narrow).Gradient.ToArray().Select(g => (float)g);
                Assert.Equal(full.Gradient.ToArray().Select(Rounded), taken);
            }

            float Rounded(float value) => text[0] == 'f' ? (float)(Half)value : (float)(BFloat16)value;
        }
    }

    [Fact]
    public void Small_gradients_vanish_in_16_bits_unless_the_loss_is_scaled()
    {
        // Targets whose differences are so small that gradients are below 6e-8 without a scale.
        float[][] After(string scale)
        {
            using var fixture = RunFixture.Of(Samples.Numbers(), "sgd(learning_rate=1e5)", c => c with { Precision = ParameterPrecision.Parse("float16"), LossScale = LossScaling.Parse(scale), Clipping = GradientClipping.None, Schedule = "constant", Model = new([]) });
            var session = fixture.Session();
            var before = session.CopyTensors();
            session.Step();
            return [.. session.CopyTensors().Zip(before, (now, then) => now.Zip(then, (a, b) => a - b).ToArray())];
        }

        Assert.All(After("1e-9"), changes => Assert.All(changes, change => Assert.Equal(0, change)));
        Assert.Contains(After("0.01")[0], change => change != 0);
    }

    [Fact]
    public void An_update_that_overflows_is_skipped_and_the_scale_falls()
    {
        using var fixture = RunFixture.Of(Samples.Classes(), with: c => c with { Precision = ParameterPrecision.Parse("float16"), LossScale = new DynamicLossScaling { InitialScale = Math.Pow(2, 22) } });
        var listener = new Listener();
        var summary = fixture.Begin("run", observer: listener).Summary;
        Assert.Equal(TrainingEnd.Completed, summary.End);
        Assert.InRange(summary.SkippedSteps, 1, 10);
        Assert.Equal(AllSteps, summary.Steps + summary.SkippedSteps);
        Assert.Equal(summary.Steps, listener.Steps.Count);
        Assert.Equal(Math.Pow(2, 22 - summary.SkippedSteps), summary.LossScale);

        // The schedule counts what was applied.
        var schedule = Schedule.Parse("warmup(2) then cosine(0.01..0, 16)");
        Assert.Equal(Enumerable.Range(0, (int)summary.Steps).Select(i => schedule.At(i)), listener.Steps.Select(report => report.LearningRate));
        var json = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(fixture.Run("run").Summary))!;
        Assert.Equal((summary.SkippedSteps, summary.LossScale), (json["skipped_steps"]!.GetValue<long>(), json["loss_scale"]!.GetValue<double>()));
    }

    [Fact]
    public void A_scale_that_always_overflows_ends_the_run()
    {
        using var fixture = RunFixture.Of(Samples.Classes(), with: c => c with { Precision = ParameterPrecision.Parse("float16"), LossScale = new StaticLossScaling(1e9), Epochs = 30 });
        var outcome = fixture.Begin("run");
        Assert.Equal((TrainingEnd.Diverged, 0), (outcome.Summary.End, outcome.Summary.Steps));
        Assert.StartsWith(
            "Training diverged: the gradient of 'fc1.weight' overflowed 100 times in a row, lastly with a loss scale of 1000000000, at step 1 (epoch 17), most likely because the loss scale is too high; start again with --loss-scale dynamic",
            fixture.Plain(outcome.Message),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_float16_run_scales_its_loss_unless_told_otherwise()
    {
        Assert.Equal(new DynamicLossScaling(), new TrainingConfiguration { Precision = ParameterPrecision.Parse("float16") }.LossScaleInForce);
        Assert.Null(new TrainingConfiguration { Precision = ParameterPrecision.Parse("bfloat16") }.LossScaleInForce);
        Assert.Equal(new StaticLossScaling(8), new TrainingConfiguration { LossScale = LossScaling.Parse("8") }.LossScaleInForce);
    }

    [Fact]
    public void What_is_measured_and_kept_is_the_average()
    {
        using var fixture = RunFixture.Of(Samples.Classes(), with: c => c with { Average = "ema(0.8)" });
        var listener = new Listener();
        fixture.Begin("run", observer: listener);
        using var plain = RunFixture.Of(Samples.Classes());
        var session = plain.Session();
        var average = new WeightAverage(session.Model.Parameters, new ExponentialAverage(0.8));
        foreach (var (record, isBest) in listener.Epochs)
        {
            for (var i = 0; i < 6; i++)
            {
                session.Step();
                average.Update();
            }

            average.MoveTo(ParameterPoint.Evaluation);
            Assert.Equal(session.Evaluate(session.ValidationRows), record.Validation);
            if (record.Epoch == 3)
            {
                Assert.True(isBest);
                var model = TensorFile.Read(fixture.Run("run").Model);
                Assert.All(session.Model.Parameters, parameter => Assert.Equal(System.Runtime.InteropServices.MemoryMarshal.AsBytes(parameter.Values.Span).ToArray(), model[parameter.Name].Bytes.ToArray()));
            }

            average.MoveTo(ParameterPoint.Training);
        }
    }

    [Fact]
    public void Re_estimated_statistics_are_those_of_the_average_and_training_does_not_notice()
    {
        TrainingSession Trained(bool reestimate, out Metrics metrics, out float[][] tensors)
        {
            using var fixture = RunFixture.Of(Samples.Classes(), with: c => c with { Model = ModelSpecification.Parse("mlp:7+batch_norm"), Average = "polyak", ReestimateStatistics = reestimate });
            var session = fixture.Session();
            for (var i = 0; i < 9; i++)
            {
                session.Step();
                session.Evaluate(session.ValidationRows);
            }

            (metrics, tensors) = (session.Evaluate(session.ValidationRows), session.AtEvaluation(session.CopyTensors));
            return session;
        }

        var (with, without) = (Trained(true, out var anew, out var published), Trained(false, out var running, out var old));
        Assert.Equal(with.CopyTensors(), without.CopyTensors());
        Assert.True(with.Model.IsTraining);
        Assert.NotEqual(anew, running);
        Assert.Equal(old[..^3], published[..^3]);
        Assert.NotEqual(old[^3], published[^3]);
        Assert.NotEqual(with.Model.NamedBuffers[0].Tensor.ToArray(), published[^3]);

        // By hand: the first layer's mean over five batches of 8 or 9 of the 42 training rows.
        with.Optimizer.MoveTo(ParameterPoint.Evaluation);
        var features = (float[])with.Data.Features.Clone();
        with.Preparation.Features.Apply(features);
        var weight = with.Model.Parameters[0].Values.ToArray();
        var bias = with.Model.Parameters[1].Values.ToArray()[2];
        double[] outputs = [.. with.TrainingRows.ToArray().Select(row => bias + Enumerable.Range(0, 5).Sum(j => (double)features[(row * 5) + j] * weight[(2 * 5) + j]))];
        int[] ends = [0, 8, 16, 25, 33, 42];
        Assert.Equal(Enumerable.Range(0, 5).Average(i => outputs[ends[i]..ends[i + 1]].Average()), published[^3][2], 1e-5);
    }

    [Fact]
    public void A_model_with_batch_norm_predicts_as_it_was_evaluated()
    {
        using var fixture = RunFixture.Of(Samples.Classes(), with: c => c with { Model = ModelSpecification.Parse("mlp:7,6+batch_norm"), Epochs = 12 });
        var summary = fixture.Begin("run").Summary;
        Assert.InRange(summary.Best!.Validation.Accuracy!.Value, 0.7, 1);
        var validation = Samples.Part(fixture.Data, fixture.Session().ValidationRows);
        var probabilities = TrainedModel.Load(fixture.Run("run").Model).Predict(validation);
        var loss = validation.Labels!.Select((label, row) => -Math.Log(probabilities[(row * 3) + label])).Average();
        Assert.Equal(summary.Best.Validation.Loss, loss, 1e-6);
    }

    [Fact]
    public void A_plateau_follows_the_validation_loss_or_what_shall_grow()
    {
        foreach (var (text, metric) in new (string, Func<Metrics, double>)[]
        {
            ("plateau(0.01, factor 0.5, patience 1, threshold 0.05)", metrics => metrics.Loss),
            ("plateau(0.01, factor 0.5, patience 1, threshold 0.05, maximize)", metrics => metrics.Accuracy!.Value),
        })
        {
            using var fixture = RunFixture.Of(Samples.Classes(), with: c => c with { Schedule = text, Epochs = 14 });
            var listener = new Listener();
            fixture.Begin("run", observer: listener);
            var schedule = Schedule.Parse(text);
            foreach (var (record, _) in listener.Epochs)
            {
                Assert.Equal(schedule.At(record.Step - 1), record.LearningRate);
                schedule = schedule.Observe(metric(record.Validation), record.Step);
            }

            Assert.InRange(listener.Epochs[^1].Record.LearningRate, 0, 0.005);
        }
    }

    [Fact]
    public void Batch_norm_refuses_a_last_batch_of_one_row()
    {
        using var fixture = RunFixture.Of(Samples.Classes(), with: c => c with { Model = ModelSpecification.Parse("mlp:7+batch_norm"), BatchSize = 41 });
        Assert.Equal(
            "Batch norm needs at least 2 rows in every batch, but of 42 training rows in batches of 41 the last has 1; choose another batch size.",
            Assert.Throws<DescentException>(() => fixture.Session()).Message);
    }
}
