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
    [InlineData("warmup(5%) then constant for 75% then one-minus-sqrt", "warmup(50) then constant(0.1) for 750 then one-minus-sqrt(0.1..0, 200)")]
    [InlineData("warmup(10%) then inverse-square-root", "warmup(100) then inverse-square-root(0.1, 100)")]
    [InlineData("one-cycle", "one-cycle(0.004..0.1..4E-07, 1000)")]
    [InlineData("one-cycle(0.1..0.5..0, 20%, warmup 0.4, linear, three-phase)", "one-cycle(0.1..0.5..0, 200, warmup 0.4, linear, three-phase)")]
    [InlineData("cyclical(0..1, 5, 7, factor 0.9)", "cyclical(0..1, 5, 7, factor 0.9)")]
    [InlineData("cyclical(0..1, 5, 5, halving)", "cyclical(0..1, 5, halving)")]
    [InlineData("multi-step(1, 0.1, 10%, 50%)", "multi-step(1, 0.1, 100, 500)")]
    [InlineData("piecewise(0: 1, 100: 0.5, holds)", "piecewise(0: 1, 100: 0.5, holds)")]
    [InlineData("plateau", "plateau(0.1, factor 0.1, patience 10, threshold 0.0001)")]
    [InlineData("plateau(1, maximize, absolute, 5: 0.5, best 0.1)", "plateau(1, factor 0.1, patience 10, threshold 0.0001, absolute, maximize, best 0.1, 5: 0.5)")]
    [InlineData("noam(512, 4000, factor 2)", "noam(512, 4000, factor 2)")]
    [InlineData("rex*cosine(1..0.5,10%)scale 2 clamp 1e-5..1", "rex(0.1..0, 1000) * cosine(1..0.5, 100) scale 2 clamp 1E-05..1")]
    [InlineData("(linear(1..0, 5) then constant(1) for 3) repeat 4 then constant", "(linear(1..0, 5) then constant(1) for 3) repeat 4 then constant(0.1)")]
    [InlineData("cosine(1..0, 5) restart 7 offset 3", "cosine(1..0, 5) restart 7 offset 3")]
    [InlineData("geometric(1e-7..10, 99)", "geometric(1E-07..10, 99)")]
    [InlineData("warm-restarts(1..0, 10, multiplier 2, decay 0.5)", "warm-restarts(1..0, 10, multiplier 2, decay 0.5)")]
    [InlineData("inverse-time(1, rate 2)", "inverse-time(1, rate 2, power 1)")]
    public void Omitted_parts_come_from_the_context(string text, string full)
    {
        Assert.Equal(full, Schedule.Parse(text, Context).ToString());
        Assert.Equal(full, Schedule.Parse(full).ToString());
    }

    [Theory]
    [InlineData("", "at character 1: expected a schedule, as in cosine(3e-4..3e-5, 9500), but found the end of the text")]
    [InlineData("cosin", "at character 1: there is no schedule 'cosin'; the nearest are 'cosine', 'constant', 'custom' ('descent schedule --list' shows all)")]
    [InlineData("warmup(5) then liner(1..0, 5)", "at character 16: there is no schedule 'liner'; the nearest are 'linear', ")]
    [InlineData("warmpu(5) then linear", "at character 1: there is no schedule 'warmpu'; the nearest are 'warmup', ")]
    [InlineData("cosine(1..0, 0)", "at character 1: the length of a cosine schedule must be at least 1 update, but was 0.")]
    [InlineData("warmup(-5) then cosine", "at character 7: the length of a warmup must be at least 0 updates, but was -5.")]
    [InlineData("linear(1..0, 5) clamp 3..1", "at character 17: the upper bound of a clamped schedule must be at least the lower one, 3, but was 1.")]
    [InlineData("linear(1..0, 5) repeat 0", "at character 17: the repetitions of a schedule must be at least 1, but were 0.")]
    [InlineData("plateau for 9 restart 3", "at character 15: a schedule that is restarted must not follow a metric")]
    [InlineData("cosine(1..0, 5, cycle 2)", "at character 17: expected cosine(FROM..TO, STEPS, cycles N, restarts N, continues), but found 'cycle'")]
    [InlineData("?", "at character 1: expected a schedule, as in cosine(3e-4..3e-5, 9500), but found '?'")]
    [InlineData("constant(1) for 1e300", "at character 17: expected a whole number of updates, but found '1e300'")]
    [InlineData("constant(1) for 99999999999999999999", "at character 17: expected a whole number of updates, but found '99999999999999999999'")]
    [InlineData("cosine(0.1..0, 10", "at character 18: expected ',' or ')', but found the end of the text")]
    [InlineData("cosine(0.1..0, 10) linear", "at character 20: expected 'then', '*', 'for', 'scale', 'clamp', 'offset', 'repeat', 'restart' or the end, but found 'linear'")]
    [InlineData("warmup then cosine", "at character 7: expected the length of the warmup, as in warmup(500) or warmup(5%), but found ' '")]
    [InlineData("cosine(0.1..0, 1.5)", "at character 16: expected a whole number of updates, but found '1.5'")]
    [InlineData("constant(5%)", "at character 10: expected a value, not a percentage, but found '5'")]
    [InlineData("cosine(1..0, 5, continues 0)", "at character 26: expected ',' or ')', but found ' '")]
    [InlineData("cosine(1..0, 5, cycles)", "at character 23: expected a number after 'cycles', but found ')'")]
    [InlineData("cosine(1..0, 2..0, 5)", "at character 14: expected only one range, but found '2'")]
    [InlineData("warmup(150%)", "at character 8: expected a percentage from 0 to 100, but found '150'")]
    [InlineData("custom(mine)", "expected a schedule that text can say (a custom function is known only to the program that made it), but found '('")]
    [InlineData("constant repeat 3", "at character 10: expected a schedule with an end before 'repeat', but found 'repeat'")]
    [InlineData("cosine clamp 1", "at character 15: expected '..' and the upper bound, but found the end of the text")]
    [InlineData("cosine(1..0..2, 5)", "at character 8: expected cosine(FROM..TO, STEPS, cycles N, restarts N, continues), but found '1'")]
    [InlineData("rex(1: 2)", "at character 5: expected rex(FROM..TO, STEPS), but found '1'")]
    [InlineData("inverse-square-root", "at character 20: expected a length in updates, but found the end of the text")]
    [InlineData("noam(512)", "at character 5: expected noam(DIMENSION, WARMUP, factor F), but found '('")]
    [InlineData("warmup(5, from 0, from 1)", "at character 19: expected 'from' only once, but found 'from'")]
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
        Refuse(new string('(', 200_000), "expected no more than 100 parentheses within each other, but found '('");
        Refuse(string.Concat(Enumerable.Repeat("constant(1) for 1 then ", 50_000)), "expected no more than 1000 parts, but found ");
        Refuse("constant(1)" + string.Concat(Enumerable.Repeat(" scale 1", 50_000)), "expected no more than 1000 parts, but found 'scale'");

        static void Refuse(string text, string part) => Assert.Contains(part, Assert.Throws<DescentException>(() => Schedule.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_text_is_shown_around_the_mistake()
    {
        var error = Assert.Throws<DescentException>(() => Schedule.Parse("warmup(500) then constant(1) for 20 then cosine(3e-4..3e-5, 9500) scael 2"));
        Assert.StartsWith("The schedule '…20 then cosine(3e-4..3e-5, 9500) scael 2' is not understood at character 67: expected 'then'", error.Message, StringComparison.Ordinal);
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
