using System.Globalization;
using Descent.Training;
using Descent.Training.Data;

namespace Descent.Cli.Tests;

[Collection(OneCommandAtATime.Name)]
public sealed class PredictTests : IDisposable
{
    private readonly Place place = new();

    public PredictTests()
    {
        place.Write("flowers.csv", Samples.Flowers());
        place.Succeed("train", "@flowers.csv", "--out", "@run", "--epochs", "8", "--learning-rate", "0.01", "--quiet");
    }

    public void Dispose() => place.Dispose();

    [Fact]
    public void Classes_come_with_their_probabilities_and_their_names_are_quoted()
    {
        var answer = place.Succeed("predict", "@run", "@flowers.csv");
        Assert.Equal("prediction,probability_plain,\"probability_with \"\"quote\"\"\",\"probability_with, comma\"", answer.Lines[0]);
        Assert.Equal(61, answer.Lines.Length);
        Assert.DoesNotContain('\r', answer.Output);

        // The output is a CSV file that this project's own reader takes, with the class in the first column.
        var model = TrainedModel.Load(place["run/model.safetensors"]);
        var expected = model.Predict(Dataset.LoadFeatures(place["flowers.csv"], model.Preparation.Schema));
        var read = Dataset.Load(place.Write("predicted.csv", answer.Output), new DataOptions { Target = "prediction" });
        Assert.Equal(model.Preparation.Schema.ClassNames, read.ClassNames);
        for (var row = 0; row < read.Rows; row++)
        {
            var probabilities = read.Row(row).ToArray();
            Assert.Equal(1, probabilities.Sum(), 1e-5);
            Assert.Equal(expected.AsSpan(row * 3, 3).ToArray(), probabilities.Select(number => (double)number), (a, b) => Math.Abs(a - b) <= 5e-6 * Math.Abs(a));
            Assert.Equal(read.Labels![row], Array.IndexOf(probabilities, probabilities.Max()));
        }

        var right = read.Labels!.Zip(Dataset.Load(place["flowers.csv"]).Labels!).Count(pair => pair.First == pair.Second);
        Assert.True(right >= 48, $"{right} of 60 rows are right.");
    }

    [Fact]
    public void A_regression_predicts_in_the_unit_of_the_target()
    {
        place.Write("prices.csv", Samples.Prices());
        place.Succeed("train", "@prices.csv", "--target", "price", "--out", "@prices", "--epochs", "60", "--model", "linear", "--learning-rate", "0.05", "--quiet");
        var lines = place.Succeed("predict", "@prices", "@prices.csv").Lines;
        Assert.Equal("prediction", lines[0]);
        var model = TrainedModel.Load(place["prices/model.safetensors"]);
        var data = Dataset.LoadLabelled(place["prices.csv"], model.Preparation.Schema);
        var predicted = lines[1..].Select(line => double.Parse(line, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(model.Predict(data), predicted);
        Assert.True(predicted.Zip(data.Targets!).Max(pair => Math.Abs(pair.First - pair.Second)) < 300, "The prices are around 2,200.");
    }

    [Fact]
    public void Rows_are_read_with_and_without_the_target_and_in_any_order_of_columns()
    {
        var expected = place.Succeed("predict", "@run", "@flowers.csv").Output;
        string[] rows = [.. File.ReadLines(place["flowers.csv"]).Skip(1)];
        var cells = rows.Select(row => row.Split(',', 4)).ToArray();
        place.Write("without.csv", "length,width,\"petal, length\"\n" + string.Concat(cells.Select(row => $"{row[0]},{row[1]},{row[2]}\n")));
        Assert.Equal(expected, place.Succeed("predict", "@run", "@without.csv").Output);
        place.Write("shuffled.csv", "note;width;kind;\"petal, length\";length\n" + string.Concat(cells.Select(row => $"n/a;{row[1]};;{row[2]};{row[0]}\n")));
        Assert.Equal(expected, place.Succeed("predict", "@run", "@shuffled.csv", "--threads", "1").Output);
        place.Write("nameless.csv", string.Concat(cells.Select(row => $"{row[0]},{row[1]},{row[2]}\n")));
        Assert.Equal(expected, place.Succeed("predict", "@run/model.safetensors", "@nameless.csv").Output);
        place.Write("lacking.csv", "length,petal\n1,2\n");
        Assert.Equal(
            "lacking.csv lacks the feature column 'width' that the model was trained with; the nearest of its columns are 'length', 'petal'.",
            place.Refuse("predict", "@run", "@lacking.csv"));
        place.Write("narrow.csv", "1,2\n3,4\n");
        Assert.Equal(
            "narrow.csv has 2 columns where the model needs 3, or 4 with the target; give the columns of the training file in their order.",
            place.Refuse("predict", "@run", "@narrow.csv"));
        place.Write("text.csv", "length,width,\"petal, length\"\n1,2,three\n");
        Assert.Equal(
            "text.csv, line 2, column 3 ('petal, length'): the text 'three' stands where a number such as 5.1 must be; replace it by a number or remove the column.",
            place.Refuse("predict", "@run", "@text.csv"));
    }

    [Fact]
    public void The_output_file_is_written_whole_and_never_by_accident()
    {
        var expected = place.Succeed("predict", "@run", "@flowers.csv").Output;
        Assert.Equal("", place.Succeed("predict", "@run", "@flowers.csv", "--out", "@out.csv").Output);
        Assert.Equal(expected, File.ReadAllText(place["out.csv"]));
        place.Write("out.csv", "mine");
        Assert.Equal(
            "The output file 'out.csv' already exists; use --overwrite to replace it, or another name.",
            place.Refuse("predict", "@run", "@flowers.csv", "--out", "@out.csv"));
        place.Write("bad.csv", "1,2\n");
        Assert.Contains("bad.csv", place.Refuse("predict", "@run", "@bad.csv", "--out", "@out.csv", "--overwrite"), StringComparison.Ordinal);
        place.Succeed("predict", "@run", "@flowers.csv", "--out", "@out.csv", "--overwrite");
        Assert.Equal(expected, File.ReadAllText(place["out.csv"]));
        Assert.StartsWith("'none/out.csv' could not be written (", place.Refuse("predict", "@run", "@flowers.csv", "--out", "@none/out.csv"), StringComparison.Ordinal);
        Assert.StartsWith("'run' could not be written (", place.Refuse("predict", "@run", "@flowers.csv", "--out", "@run", "--overwrite"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_model_is_refused()
    {
        Assert.Equal("The file 'nowhere' does not exist; check the name and the folder.", place.Refuse("predict", "@nowhere", "@flowers.csv"));
        Assert.Equal("nowhere.csv does not exist; check the name and the folder.", place.Refuse("predict", "@run", "@nowhere.csv"));
        Directory.CreateDirectory(place["none"]);
        Assert.Equal("The file 'none/model.safetensors' does not exist; check the name and the folder.", place.Refuse("predict", "@none", "@flowers.csv"));
        Assert.StartsWith("'flowers.csv' is not a readable safetensors file: ", place.Refuse("predict", "@flowers.csv", "@flowers.csv"), StringComparison.Ordinal);
        Assert.Equal(
            "'run/checkpoint.safetensors' holds weights, but not how to use them; predict needs a model that 'descent train' wrote.",
            place.Refuse("predict", "@run/checkpoint.safetensors", "@flowers.csv"));
        var model = File.ReadAllBytes(place["run/model.safetensors"]);
        place.Write("cut.safetensors", model[..^4]);
        Assert.StartsWith("'cut.safetensors' is not a readable safetensors file: ", place.Refuse("predict", "@cut.safetensors", "@flowers.csv"), StringComparison.Ordinal);
    }
}
