using System.Text;
using Descent.Training.Data;

namespace Descent.Training.Tests.Data;

public sealed class CsvDatasetTests : IDisposable
{
    private const string Flowers = "length,width,species\n5.1,3.5,setosa\n7.0,3.2,versicolor\n6.3,3.3,virginica\n4.9,3.0,setosa\n";
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_header_and_text_labels_are_found()
    {
        var data = Dataset.Load(folder.Write("x.csv", Flowers));
        Assert.Equal(LearningTask.Classification, data.Task);
        Assert.Equal("the target column holds text: 3 different values in 4 rows", data.TaskReason);
        Assert.Equal(["length", "width"], data.Schema.FeatureNames);
        Assert.Equal(("species", 2, true), (data.Schema.TargetName, data.Schema.TargetIndex, data.Schema.HasNames));
        Assert.Equal([2], data.Schema.FeatureShape);
        Assert.Equal(["setosa", "versicolor", "virginica"], data.ClassNames);
        Assert.Equal([0, 1, 2, 0], data.Labels!);
        Assert.Null(data.Targets);
        Assert.Equal([5.1f, 3.5f, 7.0f, 3.2f, 6.3f, 3.3f, 4.9f, 3.0f], data.Features);
        Assert.Equal((4, 2), (data.Rows, data.Columns));
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("inf")]
    public void A_text_among_many_numbers_is_a_slip_and_no_class(string slip)
    {
        var path = folder.Write("x.csv", $"a,b\n{string.Concat(Enumerable.Range(0, 30).Select(i => $"{i},{i}.5\n"))}1,{slip}\n");
        Assert.Equal(
            $"x.csv, column 2 ('b'), line 32: the target is the text '{slip}' where other rows have numbers; correct it, or ask for classification.",
            folder.Sentence(() => Dataset.Load(path)));
        Assert.Equal(31, Dataset.Load(path, new DataOptions { Task = LearningTask.Classification }).ClassNames.Count);
        var grades = Dataset.Load(folder.Write("grades.csv", $"a,b\n{string.Concat(Enumerable.Range(0, 30).Select(i => $"{i},{i % 3}\n"))}1,{slip}\n"));
        Assert.Equal(["0", "1", "2", slip], grades.ClassNames);
    }

    [Fact]
    public void A_gzip_file_is_known_by_its_content_and_loads_the_same()
    {
        var plain = Dataset.Load(folder.Write("x.csv", Flowers));
        var gzip = Dataset.Load(folder.Write("no-hint.csv", TempFolder.Gzip(Encoding.UTF8.GetBytes(Flowers))));
        var named = Dataset.Load(folder.Write("x.csv.gz", Flowers));
        Assert.Equal(plain.Fingerprint, gzip.Fingerprint);
        Assert.Equal(plain.Fingerprint, named.Fingerprint);
    }

    [Fact]
    public void Numbers_without_header_get_column_names_and_equal_numbers_are_one_class()
    {
        var rows = string.Concat(Enumerable.Range(0, 5).Select(_ => "1;0.5;10\n2;0.5;9\n3;0.5;9.0\n4;0.5;-1\n5;0.5;10\n6;0.5;10\n"));
        var data = Dataset.Load(folder.Write("x.csv", rows), new DataOptions { Header = false });
        Assert.Equal(["column1", "column2"], data.Schema.FeatureNames);
        Assert.Equal("column3", data.Schema.TargetName);
        Assert.False(data.Schema.HasNames);
        Assert.Equal(["-1", "9", "10"], data.ClassNames);
        Assert.Equal([2, 1, 1, 0, 2, 2], data.Labels![..6]);
        Assert.Equal(data.Fingerprint, Dataset.Load(folder.File("x.csv")).Fingerprint);
    }

    [Theory]
    [InlineData(40, 4, LearningTask.Classification, "the target column holds few whole numbers: 4 different values in 40 rows")]
    [InlineData(39, 4, LearningTask.Regression, "the target column holds many whole numbers: 4 different values in 39 rows")]
    [InlineData(2000, 20, LearningTask.Classification, "the target column holds few whole numbers: 20 different values in 2000 rows")]
    [InlineData(2100, 21, LearningTask.Regression, "the target column holds many whole numbers: 21 different values in 2100 rows")]
    [InlineData(4, 2, LearningTask.Classification, "the target column holds few whole numbers: 2 different values in 4 rows")]
    public void Whole_numbers_are_classes_when_they_are_few(int rows, int distinct, LearningTask task, string reason)
    {
        var text = string.Concat(Enumerable.Range(0, rows).Select(i => $"{i * 0.1},{i % distinct}\n"));
        var data = Dataset.Load(folder.Write("x.csv", text));
        Assert.Equal(task, data.Task);
        Assert.Equal(reason, data.TaskReason);
        var other = task == LearningTask.Regression ? LearningTask.Classification : LearningTask.Regression;
        var asked = Dataset.Load(folder.File("x.csv"), new DataOptions { Task = other });
        Assert.Equal(other, asked.Task);
        Assert.Equal("asked for; " + reason, asked.TaskReason);
        Assert.Equal(rows, (asked.Labels?.Length ?? 0) + (asked.Targets?.Length ?? 0));
    }

    [Fact]
    public void Fractions_are_regression_targets_in_double()
    {
        var data = Dataset.Load(folder.Write("x.csv", "a,y\n1,0.1\n2,0.2\n3,1e300\n"));
        Assert.Equal(LearningTask.Regression, data.Task);
        Assert.Equal([0.1, 0.2, 1e300], data.Targets!);
        Assert.Equal("the target column holds numbers that are not all whole: 3 different values in 3 rows", data.TaskReason);
    }

    [Fact]
    public void A_target_of_very_many_numbers_is_kept_as_numbers()
    {
        const int Rows = 70_000;
        var data = Dataset.Load(folder.Write("x.csv", string.Concat(Enumerable.Range(0, Rows).Select(i => $"1,{i}\n"))));
        Assert.Equal(Enumerable.Range(0, Rows).Select(i => (double)i), data.Targets!);
        Assert.Equal("the target column holds many numbers: more than 65536 different values", data.TaskReason);
    }

    [Theory]
    [InlineData("b", 1)]
    [InlineData("1", 0)]
    [InlineData("3", 2)]
    [InlineData("last", 2)]
    [InlineData("LAST", 2)]
    public void The_target_is_a_name_a_number_or_the_last_column(string target, int index)
    {
        var data = Dataset.Load(folder.Write("x.csv", "a,b,c\n0,1,0.5\n1,0,1.5\n"), new DataOptions { Target = target });
        Assert.Equal(index, data.Schema.TargetIndex);
        string[] names = ["a", "b", "c"];
        Assert.Equal(names[index], data.Schema.TargetName);
        Assert.Equal(names.Where((_, i) => i != index), data.Schema.FeatureNames);
        float[] first = [0, 1, 0.5f];
        Assert.Equal(first.Where((_, i) => i != index), data.Row(0).ToArray());
    }

    [Fact]
    public void A_name_wins_over_a_number_and_a_header_can_be_insisted_on()
    {
        var path = folder.Write("x.csv", "2,1,last\n0,5,0\n1,6,1\n");
        Assert.Equal(1, Dataset.Load(path, new DataOptions { Header = true, Target = "1" }).Schema.TargetIndex);
        Assert.Equal(["2", "1"], Dataset.Load(path, new DataOptions { Header = true }).Schema.FeatureNames);
    }

    [Fact]
    public void A_column_without_name_is_named_by_its_position() =>
        Assert.Equal(["column1", "a"], Dataset.Load(folder.Write("x.csv", ",a,y\n0,1,p\n1,2,q\n")).Schema.FeatureNames);

    [Theory]
    [InlineData("", "x.csv is empty; it must hold rows of numbers and a target.")]
    [InlineData("\n \r\n", "x.csv is empty; it must hold rows of numbers and a target.")]
    [InlineData("a,b,c\n", "x.csv holds a header but no rows; add rows of numbers below it.")]
    [InlineData("a\n1\n2\n", "x.csv has a single column where at least one feature and the target must be; check that the separator is ',', ';' or a tab.")]
    [InlineData("a,b,a\n1,2,3\n", "x.csv, line 1: the columns 1 and 3 have the same name 'a'; give every column its own name.")]
    [InlineData("a,b\n1,2\n1,2,3\n", "x.csv, line 3: the row has 3 fields where 2 must be, as in the first line; check its separators and quotes.")]
    [InlineData("1,2\n\n1\n", "x.csv, line 3: the row has 1 fields where 2 must be, as in the first line; check its separators and quotes.")]
    [InlineData("a,b\n1,x\n?,y\n", "x.csv, line 3, column 1 ('a'): the value is missing ('?'); fill it in or remove the row.")]
    [InlineData("a,b\n1,x\n,y\n", "x.csv, line 3, column 1 ('a'): the value is missing (''); fill it in or remove the row.")]
    [InlineData("a,b\n1,x\n2,NaN\n", "x.csv, line 3, column 2 ('b'): the value is missing ('NaN'); fill it in or remove the row.")]
    [InlineData("1,x\nna,y\n", "x.csv, line 2, column 1: the value is missing ('na'); fill it in or remove the row.")]
    [InlineData("1,x\nNull,y\n", "x.csv, line 2, column 1: the value is missing ('Null'); fill it in or remove the row.")]
    [InlineData("1,x\n-Infinity,y\n", "x.csv, line 2, column 1: '-Infinity' is not a finite number within ±3.4E+38; correct it or remove the row.")]
    [InlineData("1,x\n1e39,y\n", "x.csv, line 2, column 1: '1e39' is not a finite number within ±3.4E+38; correct it or remove the row.")]
    [InlineData("1,2\n1,Infinity\n", "x.csv, line 2, column 2: 'Infinity' is not a finite number within ±1.8E+308; correct it or remove the row.")]
    [InlineData("a,b\n1,x\nred\u0007,y\n", "x.csv, line 3, column 1 ('a'): the text 'red ' stands where a number such as 5.1 must be; replace it by a number or remove the column.")]
    [InlineData("1,a,x\n2,3,y\n", "x.csv, line 1, column 2: the text 'a' stands where a number such as 5.1 must be; say that there is a header if this line names the columns.")]
    [InlineData("a,b\n1,x\n2,x\n", "x.csv, column 2 ('b'): every row has the same value 'x', so there is nothing to learn; choose another target column or add rows.")]
    [InlineData("a,b\n1,7\n2,7.0\n", "x.csv, column 2 ('b'): every row has the same value '7', so there is nothing to learn; choose another target column or add rows.")]
    public void Unusable_files_are_reported(string text, string message)
    {
        var path = folder.Write("x.csv", text);
        Assert.Equal(message, folder.Sentence(() => Dataset.Load(path)));
    }

    [Theory]
    [InlineData("widht", null, "x.csv has no column 'widht'; the nearest of its 3 columns are 'width', 'length', 'species', and a number or 'last' is allowed too.")]
    [InlineData("0", null, "x.csv: the target column number must be in [1, 3], but was 0.")]
    [InlineData("4", null, "x.csv: the target column number must be in [1, 3], but was 4.")]
    [InlineData(null, LearningTask.Regression, "x.csv, column 3 ('species'), line 2: the target is the text 'setosa' where regression needs a number; choose another column or classification.")]
    public void Options_that_do_not_fit_are_reported(string? target, LearningTask? task, string message)
    {
        var path = folder.Write("x.csv", Flowers);
        Assert.Equal(message, folder.Sentence(() => Dataset.Load(path, new DataOptions { Target = target, Task = task })));
    }

    [Fact]
    public void Too_many_classes_are_reported()
    {
        var numbers = folder.Write("n.csv", string.Concat(Enumerable.Range(0, 70_000).Select(i => $"1,{i}\n")));
        Assert.Equal(
            "n.csv, column 2: the target has more than 65536 different values, too many for classes; choose another column or regression.",
            folder.Sentence(() => Dataset.Load(numbers, new DataOptions { Task = LearningTask.Classification })));
        var texts = folder.Write("t.csv", string.Concat(Enumerable.Range(0, 70_000).Select(i => $"1,id{i}\n")));
        Assert.Equal(
            "t.csv, column 2: the target has more than 65536 different values, among them the text 'id0' on line 1, too many for classes; choose another column.",
            folder.Sentence(() => Dataset.Load(texts)));
    }

    [Fact]
    public void Files_that_cannot_be_read_are_reported()
    {
        Assert.Equal("none.csv does not exist; check the name and the folder.", folder.Sentence(() => Dataset.Load(folder.File("none.csv"))));
        Assert.Equal("FOLDER is a folder where a file must be; name the file.", folder.Sentence(() => CsvReader.Open(folder.Path).Dispose()));
        var whole = TempFolder.Gzip(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 5000).Select(i => $"{i * i % 7919},{i % 2}\n"))));
        byte[] two = [.. whole, .. TempFolder.Gzip("7,1\n"u8.ToArray())];
        Assert.Equal(5001, Dataset.Load(folder.Write("two.csv", two)).Rows);
        foreach (var content in new[] { whole, two })
        {
            for (var missing = 1; missing < content.Length - 2; missing += 1 + (missing / 5))
            {
                var cut = content.Length - missing;
                if (cut != whole.Length)
                {
                    var path = folder.Write("cut.csv", content[..cut]);
                    Assert.Equal("cut.csv is a damaged or cut-off gzip file; make or fetch it again.", folder.Sentence(() => Dataset.Load(path)));
                }
            }
        }

        whole[whole.Length / 2] ^= 0x55;
        var damaged = folder.Write("damaged.csv", whole);
        Assert.Equal("damaged.csv is a damaged or cut-off gzip file; make or fetch it again.", folder.Sentence(() => Dataset.Load(damaged)));
    }
}
