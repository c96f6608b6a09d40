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
        Assert.Equal("constant(32)", BatchSize.Constant(32).ToString());
    }

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
