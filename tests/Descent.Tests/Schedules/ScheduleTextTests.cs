using Descent.Schedules;

namespace Descent.Tests.Schedules;

public class ScheduleTextTests
{
    private static readonly ScheduleContext Context = new(0.1, 1000);

    [Theory]
    [InlineData("constant", "constant(0.1)")]
    [InlineData("cosine", "cosine(0.1..0, 1000)")]
    [InlineData("warmup(5%) then cosine", "warmup(50) then cosine(0.1..0, 950)")]
    [InlineData("warmup(100, from 0.1) then linear(0.2..0.02)", "warmup(100, from 0.1) then linear(0.2..0.02, 900)")]
    [InlineData("warmup(10, one-based)", "warmup(10, one-based) then constant(0.1)")]
    [InlineData("step(30%, 0.5)", "step(0.1, 300, 0.5)")]
    [InlineData("step", "step(0.1, 333, 0.1)")]
    [InlineData("exponential(0.999)", "exponential(0.1, 0.999)")]
    [InlineData("constant(0.3) for 10% then cosine(0.3..0.03)", "constant(0.3) for 100 then cosine(0.3..0.03, 900)")]
    [InlineData("(step(1, 5, 0.5) for 10 then constant(0.1)) for 20 then constant(0)", "(step(1, 5, 0.5) for 10 then constant(0.1)) for 20 then constant(0)")]
    [InlineData(" cosine ( 3e-4 .. 3e-5 , 9500 ) ", "cosine(0.0003..3E-05, 9500)")]
    [InlineData("cosine(1..0, 10, cycles 1.5, continues)", "cosine(1..0, 10, cycles 1.5, continues)")]
    public void Omitted_parts_come_from_the_context(string text, string full)
    {
        Assert.Equal(full, Schedule.Parse(text, Context).ToString());
        Assert.Equal(full, Schedule.Parse(full).ToString());
    }

    [Theory]
    [InlineData("", "expected constant, linear, cosine, step, exponential or warmup, but found the end of the text")]
    [InlineData("cosin", "at character 1: expected constant, linear, cosine, step, exponential or warmup, but found 'c'")]
    [InlineData("cosine(0.1..0, 10", "at character 18: expected ',' or ')', but found the end of the text")]
    [InlineData("cosine(0.1..0, 10) linear", "at character 20: expected 'then' or the end, but found 'l'")]
    [InlineData("warmup then cosine", "at character 7: expected the length of the warmup, as in warmup(500) or warmup(5%), but found ' '")]
    [InlineData("cosine(0.1..0, 1.5)", "at character 16: expected a whole number of updates, but found '1'")]
    [InlineData("constant(5%)", "at character 10: expected a value, not a percentage, but found '5'")]
    [InlineData("cosine(1..0, 5, continues 0)", "at character 26: expected ',' or ')', but found ' '")]
    [InlineData("cosine(1..0, 5, cycles)", "at character 23: expected a number of cycles, but found ')'")]
    [InlineData("cosine(1..0, 2..0, 5)", "at character 14: expected only one range, but found '2'")]
    [InlineData("warmup(5, from 0, from 1)", "at character 19: expected 'from' only once, but found 'f'")]
    [InlineData("cosine then constant(1) then constant(2)", "has no end, so nothing can follow it")]
    public void Errors_point_at_the_character(string text, string part)
    {
        var error = Assert.Throws<DescentException>(() => Schedule.Parse(text, Context));
        Assert.StartsWith($"The schedule '{text}' is not understood at character ", error.Message, StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_context_everything_must_be_given()
    {
        Assert.Contains("expected a value", Assert.Throws<DescentException>(() => Schedule.Parse("constant")).Message, StringComparison.Ordinal);
        Assert.Contains("a percentage needs a known total", Assert.Throws<DescentException>(() => Schedule.Parse("linear(1..0, 5%)")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_nested_too_deep_is_a_sentence()
    {
        foreach (var text in new[] { new string('(', 200_000), string.Concat(Enumerable.Repeat("constant(1) for 1 then ", 50_000)) })
        {
            Assert.Contains("expected no more than 100 parts", Assert.Throws<DescentException>(() => Schedule.Parse(text)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_changed_part_changes_the_whole_and_a_cut_holds_its_last_value()
    {
        var joined = new JoinedSchedule(Schedule.Constant(1).For(10), Schedule.Constant(5)) with { First = Schedule.Linear(0, 1, 100) };
        Assert.Equal(0.5, joined.At(50));
        Assert.Equal(joined, Schedule.Parse(joined.ToString()));
        var warmup = new WarmupSchedule(Schedule.Warmup(10), Schedule.Constant(1)) with { Next = Schedule.Constant(2) };
        Assert.Equal(1, warmup.At(5));
        Assert.Equal([0.1, 0.1, 0.1], new[] { 9, 10, 50 }.Select(update => Schedule.Step(0.1, 10).For(10).At(update)));
        var nested = Schedule.Constant(1).For(2).Then(Schedule.Constant(2)).For(5).Then(Schedule.Constant(3)).For(9).Then(Schedule.Constant(4));
        Assert.Equal(nested, Schedule.Parse(nested.ToString()));
    }

    [Fact]
    public void Joins_are_exact_at_every_boundary()
    {
        var schedule = Schedule.Warmup(4).Then(Schedule.Cosine(1, 0.5, 6)).Then(Schedule.Constant(0.25));
        Assert.Equal([0, 0.25, 0.5, 0.75, 1], Enumerable.Range(0, 5).Select(i => schedule.At(i)));
        Assert.Equal(0.75, schedule.At(7), 1e-15);
        Assert.Equal(0.25, schedule.At(10));
        Assert.Equal(0.25, schedule.At(1_000_000_000_000));
        Assert.Null(schedule.Duration);
    }
}
