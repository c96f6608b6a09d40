using System.Text.Json.Nodes;
using Descent.Text;
using Descent.Training.Data;

namespace Descent.Training.Tests.Data;

public sealed class DatasetTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly DataSchema named;
    private readonly DataSchema unnamed;

    public DatasetTests()
    {
        named = Dataset.Load(folder.Write("train.csv", "width,kind,length\n1,a,10\n2,b,20\n"), new DataOptions { Target = "kind" }).Schema;
        unnamed = Dataset.Load(folder.Write("bare.csv", "1,0.5,10\n2,1.5,20\n"), new DataOptions { Target = "2" }).Schema;
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("width,length\n1,2\n", "")]
    [InlineData("length,width\n2,1\n", "")]
    [InlineData("length,kind,width\n2,?,1\n", "")]
    [InlineData("id,length,note,width\nx,2,y,1\n", "id,note")]
    [InlineData("1,2\n", "")]
    [InlineData("1,a,2\n", "")]
    public void Features_are_found_by_name_or_by_position(string text, string ignored)
    {
        var data = Dataset.LoadFeatures(folder.Write("x.csv", text), named);
        Assert.Equal([1f, 2f], data.Features);
        Assert.Equal(ignored, string.Join(',', data.IgnoredColumns));
        Assert.Null(data.Labels);
    }

    [Theory]
    [InlineData("1,2\n")]
    [InlineData("1,0.5,2\n")]
    [InlineData("a,b\n1,2\n")]
    [InlineData("a,b,c\n1,?,2\n")]
    public void Features_of_unnamed_columns_are_found_by_position(string text) =>
        Assert.Equal([1f, 2f], Dataset.LoadFeatures(folder.Write("x.csv", text), unnamed).Features);

    [Theory]
    [InlineData("widht,length\n1,2\n", "x.csv lacks the feature column 'width' that the model was trained with; the nearest of its columns are 'widht', 'length'.")]
    [InlineData("1\n2\n", "x.csv has 1 columns where the model needs 2, or 3 with the target; give the columns of the training file in their order.")]
    [InlineData("1,2,3,4\n", "x.csv has 4 columns where the model needs 2, or 3 with the target; give the columns of the training file in their order.")]
    [InlineData("width,length\n1,x\n", "x.csv, line 2, column 2 ('length'): the text 'x' stands where a number such as 5.1 must be; replace it by a number or remove the column.")]
    public void Features_that_are_not_there_are_reported(string text, string message)
    {
        var path = folder.Write("x.csv", text);
        Assert.Equal(message, folder.Sentence(() => Dataset.LoadFeatures(path, named)));
    }

    [Fact]
    public void A_header_that_is_shorter_than_the_rows_is_reported()
    {
        var path = folder.Write("x.csv", "a,b\n1,2,x\n");
        Assert.Equal(
            "x.csv, line 2: the row has 3 fields where 2 must be, as in the first line; check its separators and quotes.",
            folder.Sentence(() => Dataset.LoadFeatures(path, unnamed)));
    }

    [Fact]
    public void Labelled_rows_keep_the_classes_of_the_model()
    {
        Assert.Equal([1, 1, 0], Dataset.LoadLabelled(folder.Write("x.csv", "kind,width,length\nb,1,2\nb,3,4\na,5,6\n"), named).Labels!);
        Assert.Equal([7.5, 7.5], Dataset.LoadLabelled(folder.Write("y.csv", "1,7.5,2\n1,7.5,2\n"), unnamed).Targets!);
        var path = folder.Write("x.csv", "kind,width,length\nc,1,2\n");
        Assert.Equal("x.csv, column 1 ('kind'): the class 'c' is none of the classes learned; the nearest are 'a', 'b'.", folder.Sentence(() => Dataset.LoadLabelled(path, named)));
        folder.Write("x.csv", "width,length\n1,2\n");
        Assert.Equal(
            "x.csv lacks the target column 'kind' that the model was trained with; the nearest of its columns are 'width', 'length'.",
            folder.Sentence(() => Dataset.LoadLabelled(path, named)));
        folder.Write("x.csv", "1,2\n");
        Assert.Equal(
            "x.csv has 2 columns where the model needs 3 with the target; give the columns of the training file in their order.",
            folder.Sentence(() => Dataset.LoadLabelled(path, named)));
        folder.Write("x.csv", "1,b2,3\n");
        Assert.Equal(
            "x.csv, column 2, line 1: the target is the text 'b2' where regression needs a number; choose another column or classification.",
            folder.Sentence(() => Dataset.LoadLabelled(path, unnamed)));
    }

    [Fact]
    public void The_schema_comes_back_from_JSON()
    {
        foreach (var schema in new[] { named, unnamed, DigitGenerator.Generate(10, 1).Schema, Dataset.Load(folder.Write("sparse", "1 1:0.5 3:2\n2 1:1\n")).Schema, Dataset.Load(folder.Write("t.txt", "abcabcabc"), new DataOptions { Context = 4 }).Schema })
        {
            var text = schema.ToJson().ToJsonString();
            var again = DataSchema.FromJson(JsonFields.Parse(text, "data schema"));
            Assert.Equal(text, again.ToJson().ToJsonString());
            Assert.Equal(schema.FeatureNames, again.FeatureNames);
            Assert.Equal((schema.Task, schema.HasNames, schema.TargetName, schema.TargetIndex), (again.Task, again.HasNames, again.TargetName, again.TargetIndex));
        }
    }

    [Theory]
    [InlineData("task", "\"x\"", "The saved data schema is damaged: its field 'task' must be 'classification', 'regression' or 'text', but was \"x\".")]
    [InlineData("task", "3", "The saved data schema is damaged: its field 'task' must be a text, but was 3.")]
    [InlineData("feature_shape", "[0]", "The saved data schema is damaged: its field 'feature_shape' must be an array of sizes of at least 1, but was [0].")]
    [InlineData("feature_shape", "null", "The saved data schema is damaged: its field 'feature_shape' must be an array of integers, but was absent.")]
    [InlineData("feature_names", "[\"a\"]", "The saved data schema is damaged: its field 'feature_names' must be an array of 2 texts, but was [\"a\"].")]
    [InlineData("class_names", "[1]", "The saved data schema is damaged: its field 'class_names' must be an array of texts, but was [1].")]
    [InlineData("target_index", "1.5", "The saved data schema is damaged: its field 'target_index' must be an integer, but was 1.5.")]
    [InlineData("sparse_features", "0", "The saved data schema is damaged: its field 'sparse_features' must be an integer of at least 1, for pairs of places and values, but was 0.")]
    [InlineData("merges", "[97, 98]", "The saved data schema is damaged: its field 'merges' must be two tokens for each class after the first 256, but was [97,98].")]
    public void A_damaged_schema_is_reported(string field, string value, string message)
    {
        var json = named.ToJson();
        json[field] = JsonNode.Parse(value);
        Assert.Equal(message, Assert.Throws<DescentException>(() => DataSchema.FromJson(new JsonFields(json, "data schema"))).Message);
    }

    [Fact]
    public void Numbers_to_restore_where_classes_are_predicted_are_reported()
    {
        var numbers = Dataset.Load(folder.Write("n.csv", "1,0.5\n2,1.5\n"), new DataOptions { Target = "2", Task = LearningTask.Regression });
        var json = Preparation.Fit(numbers, [0, 1]).ToJson();
        json.Remove("target");
        Assert.Equal(
            "The saved model is damaged: its field 'target' must be there for regression, and only there, but was absent.",
            Assert.Throws<DescentException>(() => Preparation.FromJson(new JsonFields(json, "model"))).Message);
    }

    [Fact]
    public void A_file_that_is_a_pipe_or_locked_is_reported()
    {
        using (new FileStream(folder.Write("locked.csv", "1,2\n"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.StartsWith("The folder nowhere cannot be read: ", folder.Sentence(() => ContentFile.InFolder(folder.File("nowhere"), Directory.EnumerateFiles)), StringComparison.Ordinal);
            Assert.StartsWith("locked.csv cannot be read: ", folder.Sentence(() => Dataset.Load(folder.File("locked.csv"))), StringComparison.Ordinal);
        }

        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.Out);
        var path = $"/proc/self/fd/{pipe.GetClientHandleAsString()}";
        Assert.Equal($"{path} is a pipe or device where a regular file must be; write the data to a file first.", folder.Sentence(() => Dataset.Load(path)));
    }

    [Fact]
    public void The_fingerprint_sees_every_change()
    {
        var texts = new[] { "a,b\n1,x\n2,y\n", "a,b\n1,x\n3,y\n", "a,b\n1,y\n2,x\n", "a,b\n1,x\n2,z\n", "c,b\n1,x\n2,y\n", "a,b\n1,0.5\n2,1.5\n", "a,b\n1,0.5\n2,2.5\n" };
        var prints = texts.Select(text => Dataset.Load(folder.Write("x.csv", text)).Fingerprint).ToArray();
        Assert.Equal(prints.Length, prints.Distinct().Count());
        Assert.All(prints, print => Assert.Matches("^[0-9a-f]{64}$", print));
    }

    [Fact]
    public void Labels_are_gathered()
    {
        var data = new Dataset(named, [1, 2, 3, 4, 5, 6], labels: [0, 1, 0]);
        var labels = new int[2];
        data.GatherLabels([1, 2], labels);
        Assert.Equal([1, 0], labels);
        Assert.Throws<InvalidOperationException>(() => new Dataset(named, [1, 2]).GatherLabels([0], labels));
    }

    [Fact]
    public void Arrays_that_do_not_fit_are_reported()
    {
        Says("Features must hold whole rows of 2 numbers and at least one, but holds 3 numbers.", () => _ = new Dataset(named, [1, 2, 3]));
        Says("Features must hold whole rows of 2 numbers and at least one, but holds 0 numbers.", () => _ = new Dataset(named, []));
        Says("Labels must hold one value for each of the 1 rows, but holds 2.", () => _ = new Dataset(named, [1, 2], labels: [0, 1]));
        Says("Labels must be in [0, 2), but label 2 was found in row 0.", () => _ = new Dataset(named, [1, 2], labels: [2]));
        Says("Targets must be absent, because the task is classification.", () => _ = new Dataset(named, [1, 2], targets: [2]));
        Says("FeatureShape must describe the 2 feature names, but [3, 1] describes 3.", () => _ = new Dataset(named with { FeatureShape = [3, 1] }, [1, 2]));
    }

    private static void Says(string message, Action action) => Assert.Equal(message, Assert.Throws<DescentException>(action).Message);
}
