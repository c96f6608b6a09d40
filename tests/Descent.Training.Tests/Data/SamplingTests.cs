using Descent.Numerics;
using Descent.Text;
using Descent.Training.Data;

namespace Descent.Training.Tests.Data;

public class SamplingTests
{
    [Theory]
    [InlineData(0.2)]
    [InlineData(0.37)]
    [InlineData(0.001)]
    [InlineData(0.999)]
    public void A_split_keeps_the_share_of_every_class(double fraction)
    {
        var labels = Enumerable.Range(0, 1000).Select(i => i % 10 == 0 ? 2 : i % 3 == 0 ? 1 : 0).ToArray();
        var data = Classes(labels);
        var split = DataSplit.Random(data, fraction, seed: 4);
        Assert.Equal(Enumerable.Range(0, 1000), split.Train.Concat(split.Validation).Order());
        Assert.Equal(split.Train.Order(), split.Train);
        foreach (var group in labels.GroupBy(label => label))
        {
            var validation = split.Validation.Count(row => labels[row] == group.Key);
            Assert.InRange(validation, Math.Max(1, (group.Count() * fraction) - 1), Math.Min(group.Count() - 1, (group.Count() * fraction) + 1));
        }

        if (fraction is 0.2 or 0.37)
        {
            Assert.Equal((int)(1000 * fraction), split.Validation.Length);
        }

        var again = DataSplit.Random(data, fraction, seed: 4);
        Assert.Equal(split.Validation, again.Validation);
        Assert.NotEqual(split.Validation, DataSplit.Random(data, fraction, seed: 5).Validation);
    }

    [Fact]
    public void A_split_of_numbers_is_random_and_impossible_ones_are_reported()
    {
        Assert.Equal(20, DataSplit.Random(Numbers(new double[100]), 0.2, 1).Validation.Length);
        Assert.Single(DataSplit.Random(Numbers(new double[2]), 0.01, 1).Validation);
        Says("The data have 1 row, but a split needs at least 2; add rows.", () => DataSplit.Random(Numbers([1]), 0.5, 1));
        Says("The class 'c1' has 1 row, but a split needs at least 2 of each class; add rows of it or remove it.", () => DataSplit.Random(Classes([0, 0, 1]), 0.5, 1));
        Says("ValidationFraction must be in (0, 1), but was 0.", () => DataSplit.Random(Numbers([1, 2]), 0, 1));
        Says("ValidationFraction must be in (0, 1), but was 1.", () => DataSplit.Random(Numbers([1, 2]), 1, 1));
        Says("ValidationFraction must be in (0, 1), but was NaN.", () => DataSplit.Random(Numbers([1, 2]), double.NaN, 1));
    }

    [Fact]
    public void Standardization_uses_the_given_rows_and_the_population_deviation()
    {
        var data = new Dataset(Schema(LearningTask.Regression, 3), [1, 0.1f, 1e8f, 3, 0.1f, 1e8f, 99, 7, 7], targets: [10, 20, 1000]);
        var standardizer = Standardizer.FitFeatures(data, [0, 1]);
        Assert.Equal([2.0, 0.1f, 1e8], standardizer.Mean.ToArray());
        Assert.Equal([1.0, 1.0, 1.0], standardizer.Scale.ToArray());
        float[] rows = [1, 0.1f, 1e8f, 5, 1.1f, 1e8f];
        standardizer.Apply(rows);
        Assert.Equal([-1f, 0f, 0f, 3f, 1f, 0f], rows);
        var targets = Standardizer.FitTargets(data, [0, 1, 2]);
        var standardized = new float[3];
        targets.Apply(data.Targets, standardized);
        Assert.Equal(0, standardized.Sum(), 1e-6f);
        Assert.Equal(3, standardized.Sum(value => value * value), 1e-5f);
        var restored = new double[3];
        targets.Invert(standardized, restored);
        Assert.All(restored.Zip(data.Targets!), pair => Assert.Equal(pair.Second, pair.First, 1e-3));
        Assert.Throws<ArgumentException>(() => standardizer.Apply(new float[4]));
        Says("Standardization needs at least 1 row to fit, but was given none.", () => Standardizer.FitFeatures(data, []));
    }

    [Fact]
    public void A_standardization_comes_back_from_JSON_with_the_same_bits()
    {
        var random = new SeededRandom(3);
        var data = new Dataset(Schema(LearningTask.Regression, 5), [.. Enumerable.Range(0, 100).Select(_ => (float)random.NextNormal())]);
        var standardizer = Standardizer.FitFeatures(data, [.. Enumerable.Range(0, 20)]);
        var again = Standardizer.FromJson(JsonFields.Parse(standardizer.ToJson().ToJsonString(), "standardization"));
        Assert.Equal(standardizer.Mean.ToArray(), again.Mean.ToArray());
        Assert.Equal(standardizer.Scale.ToArray(), again.Scale.ToArray());
    }

    [Theory]
    [InlineData("{}", "mean' must be an array of numbers, but was absent.")]
    [InlineData("{\"mean\":[],\"scale\":[]}", "mean' must be an array of at least one number, but was [].")]
    [InlineData("{\"mean\":[1],\"scale\":[1,2]}", "scale' must be an array of 1 numbers above 0, but was [1,2].")]
    [InlineData("{\"mean\":[1],\"scale\":[0]}", "scale' must be an array of 1 numbers above 0, but was [0].")]
    [InlineData("{\"mean\":[1e999],\"scale\":[1]}", "mean' must be an array of finite numbers, but was [1e999].")]
    public void A_damaged_standardization_is_reported(string json, string message) =>
        Says("The saved standardization is damaged: its field '" + message, () => Standardizer.FromJson(JsonFields.Parse(json, "standardization")));

    [Theory]
    [InlineData(10, 3, 4)]
    [InlineData(10, 5, 2)]
    [InlineData(10, 100, 1)]
    [InlineData(1, 1, 1)]
    public void Every_epoch_has_every_row_once(int count, int batchSize, int batches)
    {
        var rows = Enumerable.Range(100, count).ToArray();
        var sampler = new BatchSampler(rows, batchSize, seed: 1);
        Assert.Equal(batches, sampler.BatchesInEpoch);
        for (var epoch = 0; epoch < 3; epoch++)
        {
            var seen = new List<int>();
            for (var batch = 0; batch < batches; batch++)
            {
                Assert.Equal(new BatchPosition(epoch, batch), sampler.Position);
                var next = sampler.Next().ToArray();
                Assert.Equal(Math.Min(sampler.BatchSize, count - (batch * sampler.BatchSize)), next.Length);
                seen.AddRange(next);
            }

            Assert.Equal(rows, seen.Order());
        }
    }

    [Fact]
    public void Batches_resume_from_any_position_and_epochs_and_seeds_differ()
    {
        var rows = Enumerable.Range(0, 25).ToArray();
        var sampler = new BatchSampler(rows, 4, seed: 9);
        var all = Enumerable.Range(0, 35).Select(_ => (sampler.Position, Rows: sampler.Next().ToArray())).ToArray();
        foreach (var (position, expected) in all.Reverse())
        {
            sampler.Position = position;
            Assert.Equal(expected, sampler.Next());
            Assert.Equal(expected, new BatchSampler(rows, 4, seed: 9) { Position = position }.Next());
        }

        Assert.NotEqual(all[0].Rows, all[7].Rows);
        Assert.NotEqual(all[0].Rows, new BatchSampler(rows, 4, seed: 10).Next().ToArray());
        Assert.Equal([0, 1, 2, 3], new BatchSampler(rows, 4, seed: 9, shuffle: false).Next());
    }

    [Fact]
    public void Batches_inside_an_epoch_allocate_nothing()
    {
        var sampler = new BatchSampler(Enumerable.Range(0, 1000).ToArray(), 10, seed: 1);
        sampler.Next();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1; i < 100; i++)
        {
            sampler.Next();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Impossible_batches_are_reported()
    {
        Says("Batches need at least 1 row, but there are none.", () => _ = new BatchSampler([], 1, 1));
        Says("BatchSize must be at least 1, but was 0.", () => _ = new BatchSampler([1], 0, 1));
        Says("Position must have an epoch of at least 0 and a batch in [0, 2), but was epoch 0, batch 2.", () => new BatchSampler([1, 2], 1, 1).Position = new BatchPosition(0, 2));
        Says("Position must have an epoch of at least 0 and a batch in [0, 2), but was epoch -1, batch 0.", () => new BatchSampler([1, 2], 1, 1).Position = new BatchPosition(-1, 0));
    }

    private static DataSchema Schema(LearningTask task, int columns, int classes = 0) => new()
    {
        Task = task,
        FeatureNames = new NumberedNames("column", columns),
        FeatureShape = [columns],
        HasNames = false,
        ClassNames = [.. Enumerable.Range(0, classes).Select(i => $"c{i}")],
    };

    private static Dataset Classes(int[] labels) => new(Schema(LearningTask.Classification, 1, labels.Max() + 1), new float[labels.Length], labels);

    private static Dataset Numbers(double[] targets) => new(Schema(LearningTask.Regression, 1), new float[targets.Length], targets: targets);

    [Fact]
    public void Numbers_too_large_to_standardize_and_rows_without_targets_are_reported()
    {
        var huge = new Dataset(Schema(LearningTask.Regression, 1), [1, 2, 3], targets: [1e200, -1e200, 0]);
        Says(
            "The values of column 1 to standardize are too large: their spread is not a finite number; rescale the column.",
            () => Standardizer.FitTargets(huge, [0, 1, 2]));
        var unlabelled = new Dataset(Schema(LearningTask.Regression, 1), [1, 2, 3]);
        Says(
            "The data have no labels and no targets, so there is nothing to learn; load them with their target column.",
            () => _ = new TrainingSession(new TrainingConfiguration(), unlabelled, Descent.Engine.Workers.Sequential));
    }

    private static void Says(string message, Action action) => Assert.Equal(message, Assert.Throws<DescentException>(action).Message);
}
