using Descent.Schedules;

namespace Descent.Tests.Schedules;

public class BatchSizeTests
{
    [Fact]
    public void Sizes_are_whole_and_at_least_one_multiple()
    {
        var size = new BatchSize(Schedule.Linear(0, 100, 10), MultipleOf: 8);
        Assert.Equal([8, 8, 24, 32, 40, 48, 64, 72, 80, 88, 104, 104], Enumerable.Range(0, 12).Select(update => size.At(update)));
        Assert.Equal([1, 3, 3], new[] { 0.2, 2.5, 3.4 }.Select(rows => new BatchSize(Schedule.Constant(rows)).At(0)));
        Assert.Equal(size, new BatchSize(Schedule.Parse("linear(0..100, 10)"), 8));
        Assert.Equal("linear(0..100, 10), in multiples of 8", size.ToString());
        Assert.Equal("32", BatchSize.Constant(32).ToString());
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2147483647")]
    [InlineData("constant(2.5)")]
    [InlineData("constant(0)")]
    [InlineData("constant(3000000000)")]
    [InlineData("64, in multiples of 8")]
    [InlineData("step(16, 5, 2)")]
    [InlineData("linear(32..256, 50%), in multiples of 32")]
    [InlineData("linear(32..256)")]
    public void Texts_come_back(string text)
    {
        var size = BatchSize.Parse(text);
        Assert.Equal(size, BatchSize.Parse(size.ToString()));
        Assert.Equal(text.Contains("3000000000") ? "constant(3000000000)" : text, size.ToString().Replace("E+09", "000000000", StringComparison.Ordinal));
    }

    [Fact]
    public void Shares_of_a_run_wait_for_its_length()
    {
        var size = BatchSize.Parse("linear(32..256, 50%), in multiples of 32");
        Assert.Equal(new BatchSize(Schedule.Linear(32, 256, 100), 32), size.ForRun(200));
        Assert.Equal(BatchSize.Parse("linear(1..9, 40)"), BatchSize.Parse("linear(1..9)").ForRun(40));
        Assert.Equal(
            "A value depends on the length of the run in 'linear(32..256, 50%)', which is not known here; give it to Method.ForRun, or write lengths in updates.",
            Assert.Throws<DescentException>(() => size.At(0)).Message);
    }

    [Theory]
    [InlineData("0", "BatchSize must be at least 1, but was 0.")]
    [InlineData("-3", "BatchSize must be at least 1, but was -3.")]
    [InlineData("2.5", "BatchSize must be a whole number of at least 1, or a schedule as in linear(32..256, 50%), but was '2.5'.")]
    [InlineData("99999999999", "BatchSize must be a whole number of at least 1, or a schedule as in linear(32..256, 50%), but was '99999999999'.")]
    [InlineData("8, in multiples of x", "BatchSize must be a whole number of at least 1, or a schedule as in linear(32..256, 50%), but was '8, in multiples of x'.")]
    [InlineData("8, in multiples of 0", "What a batch size is a multiple of must be at least 1, but was 0.")]
    [InlineData("linear(8..9, 120%)", "The schedule 'linear(8..9, 120%)' is not understood at character 14: expected a percentage from 0 to 100, but found '120'.")]
    [InlineData("liner(8..9, 10)", "The schedule 'liner(8..9, 10)' is not understood at character 1: there is no schedule 'liner'; the nearest are 'linear', 'cosine', 'rex' ('descent schedule --list' shows all).")]
    public void Other_texts_are_refused(string text, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<DescentException>(() => BatchSize.Parse(text)).Message);

    [Fact]
    public void An_epoch_takes_as_many_updates_as_its_batches_fill()
    {
        var doubling = new BatchSize(Schedule.Step(16, every: 5, factor: 2));
        Assert.Equal(5, doubling.UpdatesFor(80));
        Assert.Equal(6, doubling.UpdatesFor(81));
        Assert.Equal(3, doubling.UpdatesFor(80, from: 5));
        Assert.Equal(0, doubling.UpdatesFor(0));
    }

    [Fact]
    public void Micro_batches_are_as_equal_as_can_be_and_all_rows()
    {
        Assert.Equal([25, 25, 25, 25], BatchSize.Constant(100).MicroBatches(0, 32));
        Assert.Equal([4, 3, 3], BatchSize.Constant(10).MicroBatches(0, 4));
        Assert.Equal([7], BatchSize.Constant(7).MicroBatches(0, 7));
        foreach (var most in Enumerable.Range(1, 40))
        {
            var parts = BatchSize.Constant(37).MicroBatches(0, most);
            Assert.Equal(37, parts.Sum());
            Assert.True(parts.Max() <= most && parts.Max() - parts.Min() <= 1, $"{string.Join(", ", parts)} for at most {most}");
        }
    }
}
