using System.Text;
using Descent.Training.Data;

namespace Descent.Training.Tests.Data;

public sealed class CsvReaderTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("a,b\nc,d\n", "a|b/c|d")]
    [InlineData("a,b\nc,d", "a|b/c|d")]
    [InlineData("a,b\r\nc,d\r\n\r\n\n", "a|b/c|d")]
    [InlineData("\n\na,b\n\n  \nc,d", "a|b/c|d")]
    [InlineData(" a , b\t\n", "a|b")]
    [InlineData("a;b;c,d", "a|b|c,d")]
    [InlineData("a\tb\t c,d\n", "a|b|c,d")]
    [InlineData("a\t\tb", "a||b")]
    [InlineData("a,,\n,,", "a||/||")]
    [InlineData("\"a,b\",\"c\"\"d\"\n\"\",\"\"\"\"\n", "a,b|c\"d/|\"")]
    [InlineData("\"line 1\nline 2\",b\nc,d", "line 1\nline 2|b/c|d")]
    [InlineData("\"a\" , \"b\"\r\n", "a|b")]
    [InlineData("\" a \",b", " a |b")]
    [InlineData("a\"b,5\" disk\n", "a\"b|5\" disk")]
    [InlineData("\uFEFFä,ö\n", "ä|ö")]
    [InlineData("\"x;y;z\",b\n", "x;y;z|b")]
    public void Records_and_fields_are_split(string text, string expected)
    {
        using var reader = CsvReader.Open(folder.Write("x.csv", text));
        Assert.Equal(expected, string.Join('/', Records(reader).Select(record => string.Join('|', record))));
    }

    [Fact]
    public void Lines_are_counted_through_quoted_line_breaks_and_empty_lines()
    {
        using var reader = CsvReader.Open(folder.Write("x.csv", "a,\"1\n2\n3\"\n\nb,c\n"));
        Assert.True(reader.ReadRecord());
        Assert.Equal(1, reader.Line);
        Assert.True(reader.ReadRecord());
        Assert.Equal(5, reader.Line);
        Assert.False(reader.ReadRecord());
    }

    [Fact]
    public void Records_across_and_beyond_the_buffer_come_whole()
    {
        var text = new StringBuilder();
        var expected = new List<string[]>();
        for (var i = 0; i < 40; i++)
        {
            string[] record = [new string('a', i * 997), $"q\"{new string('b', i * 1499)},\n", i.ToString()];
            expected.Add(record);
            text.Append(record[0]).Append(",\"").Append(record[1].Replace("\"", "\"\"", StringComparison.Ordinal)).Append("\",").Append(i).Append(i % 2 == 0 ? "\r\n" : "\n");
        }

        expected.Add([new string('c', 300_000), "\"", "end"]);
        text.Append(expected[^1][0]).Append(",\"\"\"\",end");
        using var reader = CsvReader.Open(folder.Write("x.csv", TempFolder.Gzip(Encoding.UTF8.GetBytes(text.ToString()))));
        Assert.Equal(expected, Records(reader));
    }

    [Fact]
    public void A_quoted_field_may_end_exactly_with_the_buffer()
    {
        for (var length = (1 << 16) - 8; length <= (1 << 16) + 2; length++)
        {
            using var reader = CsvReader.Open(folder.Write("x.csv", "first\n\"" + new string('a', length - 8) + "\"\"\""));
            Assert.Equal([["first"], [new string('a', length - 8) + "\""]], Records(reader));
        }
    }

    [Fact]
    public void The_separator_can_be_given()
    {
        using var reader = CsvReader.Open(folder.Write("x.csv", "1,5;2,5\n"), ';');
        Assert.Equal([["1,5", "2,5"]], Records(reader));
    }

    [Theory]
    [InlineData("a,b\nc,\"d\n\ne,f\n", "x.csv, line 2: the quote that opens a field here is never closed; close it or remove it.")]
    [InlineData("a,\"b\" c\n", "x.csv, line 1: text follows the closing quote of a field; write a quote inside a quoted field twice.")]
    [InlineData("a,b\n\"1\n2\"x,3", "x.csv, line 3: text follows the closing quote of a field; write a quote inside a quoted field twice.")]
    [InlineData("a,b\0c\n", "x.csv is neither CSV text nor an IDX file: it holds a zero byte; name a CSV file or IDX images.")]
    public void Damaged_text_is_reported(string text, string message)
    {
        var path = folder.Write("x.csv", text);
        Assert.Equal(message, folder.Sentence(() =>
        {
            using var reader = CsvReader.Open(path);
            Records(reader);
        }));
    }

    [Fact]
    public void Other_encodings_and_separators_are_reported()
    {
        var path = folder.Write("x.csv", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("a,b")]);
        Assert.Equal("x.csv is UTF-16 text; save it as UTF-8.", folder.Sentence(() => CsvReader.Open(path).Dispose()));
        var latin = folder.Write("latin.csv", "a,b\n1,x\n2,"u8.ToArray().Append((byte)0xE9).ToArray());
        Assert.Equal("latin.csv, column 2 ('b'), line 3: the bytes are not UTF-8 text; save the file as UTF-8.", folder.Sentence(() => Dataset.Load(latin)));
        folder.Write("latin.csv", [0xE9, .. ",b\n1,x\n2,y"u8]);
        Assert.Equal("latin.csv, line 1, column 1: the bytes are not UTF-8 text; save the file as UTF-8.", folder.Sentence(() => Dataset.Load(latin)));
        Assert.Equal("Separator must be ',', ';' or a tab, but was '|'.", folder.Sentence(() => CsvReader.Open(path, '|').Dispose()));
    }

    [Fact]
    public void A_record_without_end_is_reported_before_memory_runs_out()
    {
        var text = new byte[(1 << 26) + 1000];
        Array.Fill(text, (byte)'a');
        "a,b\n\""u8.CopyTo(text);
        var path = folder.Write("x.csv", TempFolder.Gzip(text));
        Assert.Equal("x.csv, line 2: the record is longer than 64 MiB; look for a quote that is never closed.", folder.Sentence(() =>
        {
            using var reader = CsvReader.Open(path);
            Records(reader);
        }));
    }

    private static List<string[]> Records(CsvReader reader)
    {
        var records = new List<string[]>();
        while (reader.ReadRecord())
        {
            records.Add([.. Enumerable.Range(0, reader.FieldCount).Select(reader.Text)]);
        }

        return records;
    }
}
