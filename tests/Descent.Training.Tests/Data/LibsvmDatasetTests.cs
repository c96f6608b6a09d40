using Descent.Numerics;
using Descent.Optimizers;
using Descent.Training.Data;

namespace Descent.Training.Tests.Data;

[Collection(OneRunAtATime.Name)]
public sealed class LibsvmDatasetTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Rows_become_pairs()
    {
        var data = Dataset.Load(folder.Write("a", "# made by hand\n\n+1 1:0.5 4:-2 # the first\n-1\r\n+1\t0:1e-3\n"));
        Assert.Equal([4], data.Schema.FeatureShape);
        Assert.Equal(5, data.Schema.SparseFeatures);
        Assert.Equal(["feature0", "feature1", "feature2", "feature3", "feature4"], data.Schema.FeatureNames);
        Assert.Equal([1, 4, 0.5f, -2, -1, -1, 0, 0, 0, -1, 0.001f, 0], data.Features);
        Assert.Equal(["-1", "+1"], data.ClassNames);
        Assert.Equal([1, 0, 1], data.Labels!);
        Assert.Equal(data.Fingerprint, Dataset.Load(folder.Write("b.gz", TempFolder.Gzip(File.ReadAllBytes(folder.File("a"))))).Fingerprint);
        var numbers = Dataset.Load(folder.Write("c", "0.5 1:1\n2.25 2:1\n"));
        Assert.Equal([0.5, 2.25], numbers.Targets!);
    }

    [Fact]
    public void Other_rows_are_read_for_a_model_and_unknown_features_left_out()
    {
        var schema = Dataset.Load(folder.Write("a", "1 1:0.5 3:2\n2 1:1\n")).Schema;
        var other = Dataset.LoadFeatures(folder.Write("b", "9 0:1 1:2 2:3 7:4\n9 9:1\n"), schema);
        Assert.Equal([0, 1, 2, 1, 2, 3, -1, -1, -1, 0, 0, 0], other.Features);
        Assert.Equal([1, 0], Dataset.LoadLabelled(folder.Write("c", "2 1:1\n1 1:1\n"), schema).Labels!);
        Assert.Equal("d is empty; it must hold rows such as '1 3:0.5 7:1'.", folder.Sentence(() => Dataset.LoadFeatures(folder.Write("d", "# nothing\n"), schema)));
        Assert.Equal([-1, 0, -1, 0], Dataset.LoadFeatures(folder.Write("e", "1\n2 # no feature\n"), schema).Features);
        Assert.Equal("f.csv, line 1: the label must be a finite number, but was '1,2,3,4'; correct it.", folder.Sentence(() => Dataset.LoadFeatures(folder.Write("f.csv", "1,2,3,4\n"), schema)));
        var many = Dataset.Load(folder.Write("many", "1 16777215:1\n2 3:1\n")).Schema.FeatureNames;
        Assert.Equal((1 << 24, "feature16777215"), (many.Count, many[^1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => many[1 << 24]);
        var table = Dataset.Load(folder.Write("t.csv", "1,2,x\n2,3,y\n")).Schema;
        folder.Write("one.pgm", "P2 1 1 1 0");
        Assert.Equal("one.pgm holds images, but the model was trained on sparse rows; give rows like those of the training file.", folder.Sentence(() => Dataset.LoadFeatures(folder.File("one.pgm"), schema)));
        Assert.Equal("one.pgm holds images, but the model was trained on a table with columns; give rows like those of the training file.", folder.Sentence(() => Dataset.LoadFeatures(folder.File("one.pgm"), table)));
        Assert.Equal("b holds sparse rows, but the model was trained on a table with columns; give rows like those of the training file.", folder.Sentence(() => Dataset.LoadFeatures(folder.File("b"), table)));
    }

    [Theory]
    [InlineData("a: every row has the same value '1', so there is nothing to learn; choose another target column or add rows.", "1 1:2\n1 2:3\n")]
    [InlineData("a, line 2: the label must be a finite number, but was 'cat'; correct it.", "1 1:2\ncat 2:3\n")]
    [InlineData("a, line 2: the label must be a finite number, but was 'nan'; correct it.", "1 1:2\nnan 2:3\n")]
    [InlineData("a, line 2: indices must ascend, but 3 follows 3; sort the pairs of the line.", "1 1:2\n2 3:3 3:4\n")]
    [InlineData("a, line 2: '7' stands where an index, a colon and a finite number must be, as in 3:0.5; correct it.", "1 1:2\n2 3:3 7\n")]
    [InlineData("a, line 2: '7:x' stands where an index, a colon and a finite number must be, as in 3:0.5; correct it.", "1 1:2\n2 3:3 7:x\n")]
    [InlineData("a, line 2: '7:inf' stands where an index, a colon and a finite number must be, as in 3:0.5; correct it.", "1 1:2\n2 3:3 7:inf\n")]
    [InlineData("a, line 2: an index must be a whole number from 0 to 16777215, but was '16777216'; correct it.", "1 1:2\n2 16777216:3\n")]
    [InlineData("a, line 2: an index must be a whole number from 0 to 16777215, but was 'qid'; correct it.", "1 1:2\n2 qid:3\n")]
    public void A_file_that_is_wrong_is_explained(string sentence, string text) => Assert.Equal(sentence, folder.Sentence(() => Dataset.Load(folder.Write("a", text))));

    [Fact]
    public void What_does_not_go_together_is_explained()
    {
        var path = folder.Write("a", "1 1:2\n2 2:1\n");
        Assert.Equal("a holds sparse rows, whose target is their first word; leave out the target, the header and the separator.", folder.Sentence(() => Dataset.Load(path, new DataOptions { Target = "x" })));
        using var images = new RunFixture(Dataset.Load(folder.Write("b", Rows(40))), new TrainingConfiguration { Model = ModelSpecification.Parse("cnn:3") });
        Assert.Equal("The model 'cnn:3' is for images, but the data are a table; choose another model.", images.Sentence(() => images.Session()));
        using var lamb = new RunFixture(images.Data, new TrainingConfiguration { Optimizer = Catalogue.Parse("lamb") });
        Assert.Equal("Parameter 'fc1.weight' is to be stepped row by row, which lamb cannot, because it looks at whole tensors or keeps numbers for them; choose a method such as adagrad, adam or sgd, or give it a dense gradient (GradientRows = null).", lamb.Sentence(() => lamb.Session()));
    }

    [Theory]
    [InlineData("linear", "adagrad(learning_rate=0.5)", 1)]
    [InlineData("mlp:8", "adam(learning_rate=0.05)", 2)]
    public void Sparse_rows_are_learned_predicted_and_resumed_with_the_same_bits(string model, string optimizer, int accumulate)
    {
        using var fixture = RunFixture.Of(Dataset.Load(folder.Write("a", Rows(300))), optimizer, configuration => configuration with { Model = ModelSpecification.Parse(model), Epochs = 8, Accumulate = accumulate });
        var summary = fixture.Begin("straight").Summary;
        Assert.True(summary.Best!.Validation.Accuracy >= 0.95, $"The accuracy is {summary.Best.Validation.Accuracy}.");
        fixture.Begin("stopped", 5);
        fixture.Resume("stopped", threads: 2);
        Assert.Equal(fixture.Result("straight"), fixture.Result("stopped"));
        var trained = TrainedModel.Load(fixture.Run("straight").Model);
        var predictions = trained.Predict(trained.LoadFeatures(folder.Write("new", "0 0:1 1:1 2:1 30:1 31:1 32:1 99:1\n0 3:1 50:1\n")));
        Assert.Equal(
            "The model predicts rows and continues no text; use 'descent predict', or train one on a text.",
            Assert.Throws<DescentException>(() => trained.Continue("", 1, new Nn.Sampling(), seed: 1)).Message);
        Assert.Equal([true, false], predictions.Chunk(2).Select(probabilities => probabilities[0] > 0.5));
    }

    /// <summary>Two classes: even and odd rows use the first or the second half of 60 features.</summary>
    private static string Rows(int count)
    {
        var random = new SeededRandom(8);
        return string.Concat(Enumerable.Range(0, count).Select(row =>
            $"{row % 2} {string.Join(' ', Enumerable.Range(0, 1 + random.NextInt32(5)).Select(_ => (30 * (row % 2)) + random.NextInt32(30)).Distinct().Order().Select(index => $"{index}:1"))}\n"));
    }
}
