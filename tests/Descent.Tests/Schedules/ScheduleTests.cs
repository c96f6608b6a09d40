using System.Text.Json;
using Descent.Schedules;

namespace Descent.Tests.Schedules;

/// <summary>What every schedule must hold, and what is particular to one.</summary>
public class ScheduleTests
{
    private static readonly string[] Texts =
    [
        "constant(0.3)", "linear(1..0.1, 20)", "cosine(1..0.1, 20)", "cosine(1..0, 20, cycles 2.5, continues)", "cosine(1..0.2, 30, restarts 2)", "step(1, 7, 0.5)",
        "exponential(1, 0.9)", "multi-step(1, 0.1, 3, 7, 7, 12)", "polynomial(1..0.1, 20, power 2)", "geometric(1E-05..1, 20)", "one-minus-sqrt(1..0, 20)",
        "rex(1..0.1, 20)", "warm-restarts(1..0, 5)", "warm-restarts(1..0.1, 5, multiplier 2, decay 0.5)", "warm-restarts(1..0, 3, multiplier 1.5)",
        "inverse-square-root(1, 10)", "inverse-time(1, rate 0.5, power 0.75)", "noam(64, 8, factor 2)", "one-cycle(0.1..1..0.01, 20)",
        "one-cycle(0.1..1..0.01, 21, warmup 0.4, linear, three-phase)", "cyclical(0.1..1, 4)", "cyclical(0.1..1, 4, 6, halving)", "cyclical(0.1..1, 4, factor 0.9)",
        "piecewise(3: 1, 10: 0.5, 12: 0)", "piecewise(0: 1, 10: 0.5, holds)", "plateau(1, factor 0.1, patience 10, threshold 0.0001, best 0.2, waited 2, 5: 0.1, 9: 0.01)",
        "warmup(5) then cosine(1..0, 15)", "warmup(5, from 0.1, one-based) then constant(1)", "constant(1) for 5 then linear(1..0, 5)",
        "(linear(0..1, 4) then cosine(1..0, 6)) repeat 3 then constant(0)", "cosine(1..0, 6) restart 4", "linear(1..0, 20) * cosine(1..0.5, 10) scale 2 clamp 0.2..1.5",
        "(warmup(4) then constant(1)) offset 2",
    ];

    public static TheoryData<string> All() => [.. Texts];

    [Fact]
    public void Every_kind_is_among_the_tested_ones() =>
        Assert.All(
            ScheduleForm.All.Where(form => form.Name != "custom"),
            form => Assert.Contains(Texts, text => text.Contains($"{form.Name}(", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(All))]
    public void Text_and_json_give_the_same_schedule_back(string text)
    {
        var schedule = Schedule.Parse(text);
        Assert.Equal(text, schedule.ToString());
        Assert.Equal(schedule, Schedule.Parse(schedule.ToString()));
        Assert.Equal(schedule.GetHashCode(), Schedule.Parse(text).GetHashCode());
        Assert.Equal(schedule, JsonSerializer.Deserialize<Schedule>(JsonSerializer.Serialize(schedule)));
    }

    /// <summary>After its end a schedule holds what it had at its end; at every update it is finite and not negative, also far away.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void Values_are_finite_and_held_after_the_end(string text)
    {
        var schedule = Schedule.Parse(text);
        foreach (var update in new[] { 0, 1, 2, 19, 20, 21, 1_000, 1_000_000_007, 1_000_000_000_000_000L })
        {
            Assert.True(double.IsFinite(schedule.At(update)) && schedule.At(update) >= 0, $"{schedule.At(update)} at {update}");
        }

        if (schedule.Duration is { } duration)
        {
            Assert.Equal(schedule.At(duration), schedule.At(duration + 1));
            Assert.Equal(schedule.At(duration), schedule.At(duration * 1_000_000));
        }
    }

    /// <summary>A value is a function of the update: asking in another order, or after others, changes nothing.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void Resuming_anywhere_equals_never_stopping(string text)
    {
        var schedule = Schedule.Parse(text);
        double[] straight = [.. Enumerable.Range(0, 60).Select(update => schedule.At(update))];
        for (var stop = 0; stop < 60; stop += 7)
        {
            var resumed = Schedule.Parse(text);
            Assert.Equal(straight[stop..], Enumerable.Range(stop, 60 - stop).Select(update => resumed.At(update)));
            Assert.Equal(straight[stop..], Enumerable.Range(0, 60 - stop).Select(update => schedule.Offset(stop).At(update)));
        }
    }

    /// <summary>Closed forms against the recursions that they solve.</summary>
    [Fact]
    public void Closed_forms_equal_step_by_step()
    {
        Recursive("exponential(1, 0.9)", 1, (value, _) => value * 0.9);
        Recursive("step(1, 7, 0.5)", 1, (value, next) => next % 7 == 0 ? value * 0.5 : value);
        Recursive("multi-step(1, 0.1, 3, 7, 7, 12)", 1, (value, next) => value * (next is 3 or 12 ? 0.1 : next == 7 ? 0.01 : 1));
        Recursive("linear(1..0, 50)", 1, (value, _) => value - (1.0 / 50));
        Recursive("geometric(0.001..1, 50)", 0.001, (value, _) => value * Math.Pow(1000, 1.0 / 50));

        // PyTorch's recursion for the cosine.
        Recursive("cosine(1..0.1, 50)", 1, (value, next) => ((1 + Math.Cos(Math.PI * next / 50)) / (1 + Math.Cos(Math.PI * (next - 1) / 50)) * (value - 0.1)) + 0.1);

        static void Recursive(string text, double start, Func<double, long, double> step)
        {
            var (schedule, value) = (Schedule.Parse(text), start);
            Assert.Equal(value, schedule.At(0));
            for (var update = 1L; update < 50; update++)
            {
                value = step(value, update);
                Assert.Equal(value, schedule.At(update), 1e-12);
            }
        }
    }

    [Fact]
    public void Warm_restarts_begin_where_the_sums_of_their_periods_say()
    {
        foreach (var multiplier in new[] { 1.0, 1.5, 2, 3 })
        {
            var schedule = Schedule.WarmRestarts(1, 0, 7, multiplier, 0.5);
            var start = 0.0;
            for (var n = 0; n < 12; n++)
            {
                var first = (long)Math.Ceiling(start - 1e-9);
                Assert.True(schedule.At(first) > 0.8 * Math.Pow(0.5, n), $"multiplier {multiplier}, restart {n} at {first}: {schedule.At(first)}");
                start += 7 * Math.Pow(multiplier, n);
            }
        }
    }

    [Fact]
    public void Metrics_reach_a_plateau_inside_others_in_its_own_time()
    {
        Schedule schedule = Schedule.Warmup(10).Then(Schedule.ReduceOnPlateau(1, 0.5, patience: 1)).Scale(2);
        Assert.True(schedule.FollowsMetric);
        Assert.Equal(schedule, schedule.Observe(5, 9));
        foreach (var (metric, update) in new[] { (1.0, 12), (1.0, 14), (1.0, 16) })
        {
            schedule = schedule.Observe(metric, update);
        }

        Assert.Equal([1.0, 2, 2, 1, 1], new long[] { 5, 10, 15, 16, 100 }.Select(schedule.At));
        Assert.Equal(schedule, Schedule.Parse(schedule.ToString()));
        Assert.False(Schedule.Parse("cosine(1..0, 5)").FollowsMetric);
    }

    [Fact]
    public void A_metric_that_is_no_number_is_not_better()
    {
        Schedule schedule = Schedule.ReduceOnPlateau(1, 0.5, patience: 0);
        schedule = schedule.Observe(double.NaN, 1);
        Assert.Equal(0.5, schedule.At(1));
        schedule = schedule.Observe(3, 2).Observe(double.PositiveInfinity, 3);
        Assert.Equal(0.25, schedule.At(3));
        Assert.Equal(3, ((PlateauSchedule)schedule).Best);
    }

    [Fact]
    public void Robbins_and_Monro_are_content_with_powers_above_a_half_up_to_one()
    {
        Assert.Equal([false, true, true, false], new[] { 0.5, 0.51, 1, 1.01 }.Select(power => new InverseTimeSchedule(1, 1, power).SatisfiesRobbinsMonro!.Value));
        Assert.False(new InverseTimeSchedule(1, 0).SatisfiesRobbinsMonro);
        Assert.False(new InverseTimeSchedule(0).SatisfiesRobbinsMonro);
    }

    /// <summary>The power that is claimed is the slope of the logarithm far out; 0 where sums grow like time, ∞ where they end.</summary>
    [Theory]
    [InlineData("inverse-time(1, rate 0.5, power 0.75)", 0.75)]
    [InlineData("warmup(10) then constant(1) for 20 then inverse-time(2) scale 3 offset 7", 1.0)]
    [InlineData("inverse-time(1) * cosine(1..0.5, 100)", 1.0)]
    [InlineData("inverse-time(1) * linear(1..0, 100)", double.PositiveInfinity)]
    [InlineData("inverse-square-root(1, 10)", 0.5)]
    [InlineData("noam(64, 8)", 0.5)]
    [InlineData("warm-restarts(1..0, 4, multiplier 2, decay 0.5)", 1.0)]
    [InlineData("warm-restarts(1..0, 4, multiplier 4, decay 0.5)", 0.5)]
    [InlineData("warm-restarts(1..0, 4, decay 0.5)", double.PositiveInfinity)]
    [InlineData("warm-restarts(1..0.1, 4, decay 0.5)", 0.0)]
    [InlineData("constant(1)", 0.0)]
    [InlineData("constant(1) scale 0", double.PositiveInfinity)]
    [InlineData("cosine(1..0, 100)", double.PositiveInfinity)]
    [InlineData("cosine(1..0, 100, continues)", 0.0)]
    [InlineData("exponential(1, 0.99)", double.PositiveInfinity)]
    [InlineData("exponential(1, 1.01)", double.NegativeInfinity)]
    [InlineData("exponential(1, 1.01) clamp 0..5", 0.0)]
    [InlineData("inverse-time(1) clamp 0.1..5", 0.0)]
    [InlineData("inverse-time(1) clamp 0..0.5", 1.0)]
    [InlineData("step(1, 7, 0.5)", double.PositiveInfinity)]
    [InlineData("multi-step(1, 0.5, 3)", 0.0)]
    [InlineData("cyclical(0..1, 4)", 0.0)]
    [InlineData("cyclical(0..1, 4, halving)", double.PositiveInfinity)]
    [InlineData("cosine(1..0, 6) restart 4", 0.0)]
    [InlineData("cyclical(0..1, 4) * cyclical(0..1, 5)", null)]
    [InlineData("plateau(1)", null)]
    public void The_power_that_values_fall_with_is_known(string text, double? expected)
    {
        var schedule = Schedule.Parse(text);
        Assert.Equal(expected, schedule.DecayPower);
        Assert.Equal(expected is { } law ? law is > 0.5 and <= 1 : null, schedule.SatisfiesRobbinsMonro);
        if (expected is { } power && double.IsFinite(power))
        {
            // ∫ t^−p from T to 4T, over the same from T/4 to T, is 4^(1 − p).
            const long T = 1 << 18;
            var ratio = schedule.Area(T, 4 * T) / schedule.Area(T / 4, T);
            Assert.Equal(1 - power, Math.Log(ratio) / Math.Log(4), 0.02);
        }
    }

    [Fact]
    public void Schedules_that_follow_a_metric_have_no_second_time()
    {
        var plateau = Schedule.ReduceOnPlateau(1).For(10);
        foreach (var (make, word) in new (Func<Schedule>, string)[] { (() => plateau.Repeat(2), "repeated"), (() => plateau.Restart(3), "restarted") })
        {
            Assert.Equal(
                $"A schedule that is {word} must not follow a metric, whose history has no second time, but was 'plateau(1, factor 0.1, patience 10, threshold 0.0001) for 10'; repeat what is around its 'plateau' instead.",
                Assert.Throws<DescentException>(make).Message);
        }

        var repeated = (RepeatedSchedule)Schedule.Linear(0, 1, 10).Repeat(2);
        Assert.Equal(0.5, (repeated with { Inner = Schedule.Linear(0, 1, 4) }).At(2));
        Assert.Equal(8, (repeated with { Inner = Schedule.Linear(0, 1, 4) }).Duration);
    }

    [Fact]
    public void Lengths_that_cannot_be_counted_are_as_long_as_can_be()
    {
        var endless = Schedule.Linear(0, 1, long.MaxValue).Repeat(3).Then(Schedule.Linear(1, 0, 5));
        Assert.Equal(long.MaxValue, endless.Duration);
        Assert.Equal(long.MaxValue, Schedule.Warmup(10).Then(endless).Duration);
        Assert.Equal(1, new CyclicalSchedule(0, 1, 2, long.MaxValue).At(2));
        Assert.Equal(endless, Schedule.Parse(endless.ToString()));
        Schedule many = Schedule.Constant(1).For(1);
        for (var i = 0; i < 400; i++)
        {
            many = many.Then(Schedule.Constant(i).For(2));
        }

        Assert.Equal(801, many.Duration);
        Assert.Equal(399, many.At(800));
        Assert.Equal(many, Schedule.Parse(many.ToString()));
    }

    [Fact]
    public void A_warmup_of_no_updates_is_none()
    {
        var schedule = Schedule.Warmup(0).Then(Schedule.Linear(1, 0, 10));
        Assert.Equal([1, 0.5, 0], new long[] { 0, 5, 10 }.Select(schedule.At));
        Assert.Equal(1, Schedule.Warmup(0).FractionAt(0));
        Assert.Equal(Schedule.Warmup(4).Then(Schedule.Linear(1, 0, 3)), Schedule.WarmupStableDecay(1, 4, 0, Schedule.Linear(1, 0, 3)));
        Assert.Equal("warmup(4) then constant(1) for 5 then linear(1..0, 3)", Schedule.WarmupStableDecay(1, 4, 5, Schedule.Linear(1, 0, 3)).ToString());
    }

    [Fact]
    public void Custom_functions_are_read_back_where_they_are_known()
    {
        var known = new ScheduleContext { Functions = new Dictionary<string, Func<long, double>> { ["harmonic"] = update => 1.0 / (update + 1) } };
        var schedule = Schedule.Warmup(3).Then(Schedule.Custom("harmonic", known.Functions["harmonic"])).Scale(2);
        Assert.Equal(schedule, Schedule.Parse(schedule.ToString(), known));
        var options = new JsonSerializerOptions { Converters = { new ScheduleJsonConverter(known) } };
        Assert.Equal(schedule, JsonSerializer.Deserialize<Schedule>(JsonSerializer.Serialize(schedule, options), options));
        Assert.Contains("known only to the program", Assert.Throws<DescentException>(() => Schedule.Parse("custom(other)", known)).Message, StringComparison.Ordinal);
        Assert.Contains("expected a value", Assert.Throws<DescentException>(() => Schedule.Parse("constant", known)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Questions_are_answered()
    {
        var schedule = Schedule.Parse("warmup(100) then cosine(1..0, 900)");
        Assert.Equal(50, schedule.FirstPassing(0.5));
        Assert.Equal(0, schedule.FirstPassing(0));
        Assert.Null(schedule.FirstPassing(1.5));
        Assert.Equal(450, schedule.Offset(100).FirstPassing(0.5));
        Assert.Equal(49.5 + 450 + 0.5, schedule.Area(), 1e-9);
        Assert.Equal(Enumerable.Range(3, 7).Sum(update => schedule.At(update)), schedule.Area(3, 10), 1e-12);
        Assert.Equal(
            "The area of a schedule is a sum over at most 10000000 updates from 0 on, but was asked for from 5 to 1.",
            Assert.Throws<DescentException>(() => schedule.Area(5, 1)).Message);
        Assert.Equal("A schedule is looked at for 1 to 10000000 updates, but was to be for 0.", Assert.Throws<DescentException>(() => schedule.FirstPassing(1, 0)).Message);
    }

    [Fact]
    public void A_custom_function_is_compared_by_its_name_and_itself()
    {
        Func<long, double> function = update => 1.0 / (update + 1);
        var schedule = Schedule.Custom("harmonic", function);
        Assert.Equal(0.5, schedule.At(1));
        Assert.Equal("custom(harmonic)", schedule.ToString());
        Assert.Equal(schedule, Schedule.Custom("harmonic", function));
        Assert.NotEqual(schedule, Schedule.Custom("harmonic", _ => 1));
        Assert.Equal(
            "The custom schedule 'bad' must give a number of at least 0, but gave -1 at update 3.",
            Assert.Throws<DescentException>(() => Schedule.Custom("bad", _ => -1).At(3)).Message);
    }

    [Fact]
    public void Rates_carry_over_to_other_batch_sizes()
    {
        Assert.Equal(0.8, BatchScaling.Linear(0.1, 256, 2048), 1e-15);
        Assert.Equal(0.2, BatchScaling.SquareRoot(0.1, 256, 1024), 1e-15);
        Assert.Equal("Batch sizes must be at least 1, but were 0 and 5.", Assert.Throws<DescentException>(() => BatchScaling.Linear(1, 0, 5)).Message);
    }

    public static TheoryData<string, Func<object>> Refusals() => new()
    {
        { "The start of a multi-step schedule must be a number of at least 0, but was -1.", () => Schedule.MultiStep(-1, 1, 2) },
        { "The milestones of a multi-step schedule must be at least 0 and go from small to large, but were 5, 3.", () => Schedule.MultiStep(1, 1, 5, 3) },
        { "A multi-step schedule needs at least one milestone, but was given none.", () => Schedule.MultiStep(1, 1) },
        { "The power of a polynomial schedule must be a number above 0, but was 0.", () => Schedule.Polynomial(1, 0, 5, 0) },
        { "The start of a geometric schedule must be a number above 0, but was 0.", () => Schedule.Geometric(0, 1, 5) },
        { "The multiplier of a warm-restarts schedule must be at least 1, but was 0.5.", () => Schedule.WarmRestarts(1, 0, 5, 0.5) },
        { "The decay of a warm-restarts schedule must be in (0, 1], but was 2.", () => Schedule.WarmRestarts(1, 0, 5, 1, 2) },
        { "The dimension of a Noam schedule must be at least 1, but was 0.", () => Schedule.Noam(0, 1) },
        { "The length of a one-cycle schedule must be at least 2 updates, but was 1.", () => Schedule.OneCycle(1, 1) },
        { "The warmup of a one-cycle schedule must be in (0, 1), but was 1.", () => Schedule.OneCycle(1, 5) with { WarmupFraction = 1 } },
        { "The factor of a cyclical schedule must be in (0, 1], but was 0.", () => new CyclicalSchedule(0, 1, 5, 5) { Factor = 0 } },
        { "The updates of a piecewise schedule must be at least 0 and go from small to large, but were 3, 3.", () => Schedule.Piecewise((3, 1), (3, 2)) },
        { "A piecewise schedule needs at least one point, but was given none.", () => Schedule.Piecewise() },
        { "The name of a custom schedule must be letters and dashes, a letter first, but was 'a b'.", () => Schedule.Custom("a b", _ => 0) },
        { "The factor of a plateau schedule must be in (0, 1), but was 1.", () => new PlateauSchedule(1) { Factor = 1 } },
        { "The patience of a plateau schedule must be at least 0, but was -1.", () => new PlateauSchedule(1) { Patience = -1 } },
        { "The factor of a scaled schedule must be a number of at least 0, but was -2.", () => Schedule.Constant(1).Scale(-2) },
        { "The upper bound of a clamped schedule must be at least the lower one, 2, but was 1.", () => Schedule.Constant(1).Clamp(2, 1) },
        { "The offset of a schedule must be at least 0 updates, but was -1.", () => Schedule.Constant(1).Offset(-1) },
        { "The repetitions of a schedule must be at least 1, but were 0.", () => Schedule.Linear(1, 0, 5).Repeat(0) },
        { "'constant(1)' has no end, so nothing can follow it: give its length, as in 'constant(1) for 100'.", () => Schedule.Constant(1).Repeat(2) },
        { "The restarts of a cosine schedule must be at least 0, but were -1.", () => new CosineSchedule(1, 0, 5) { Restarts = -1 } },
        { "The length of a warmup must be at least 0 updates, but was -1.", () => Schedule.Warmup(-1) },
        { "The warmup of a one-cycle schedule with three phases must be at most 0.5, but was 0.6.", () => Schedule.OneCycle(1, 10) with { WarmupFraction = 0.6, HasThreePhases = true } },
        { "The warmup of a one-cycle schedule with three phases must be at most 0.5, but was 0.7.", () => Schedule.OneCycle(1, 10) with { HasThreePhases = true, WarmupFraction = 0.7 } },
        { "The upper bound of a clamped schedule must be at least the lower one, 3, but was 2.", () => (ClampedSchedule)Schedule.Constant(1).Clamp(1, 2) with { Least = 3 } },
        { "The name of a custom schedule must be letters and dashes, a letter first, but was '-x'.", () => Schedule.Custom("-x", _ => 1) },
        { "The updates of a plateau schedule must be at least 0 and go from small to large, but were 5, 3.", () => new PlateauSchedule(1) { Reductions = new((5, 0.1), (3, 0.01)) } },
        { "The best metric of a plateau schedule must be finite, but was NaN.", () => new PlateauSchedule(1) { Best = double.NaN } },
        { "Metrics must be observed in the order of updates, but one of update 3 came after the change at update 9.", () => (new PlateauSchedule(1) { Reductions = new((9, 0.1)) }).Observe(1, 3) },
        { "What a batch size is a multiple of must be at least 1, but was 0.", () => new BatchSize(Schedule.Constant(1), 0) },
        { "BatchSize must be at least 1, but was 0.", () => BatchSize.Constant(0) },
        { "A batch must have at most 2147483647 rows, but 'constant(10000000000)' gives 10000000000 at update 0.", () => new BatchSize(Schedule.Constant(1e10)).At(0) },
        { "A micro-batch must have at least 1 row, but was to have at most 0.", () => BatchSize.Constant(5).MicroBatches(0, 0) },
        { "A plot needs at least 1 update, but was asked for 0.", () => SchedulePlot.Svg(Schedule.Constant(1), 0) },
        { "The interval of a restarted schedule must be at least 1 update, but was 0.", () => Schedule.Constant(1).Restart(0) },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void What_is_out_of_range_is_refused_with_a_sentence(string message, Func<object> make) =>
        Assert.Equal(message, Assert.Throws<DescentException>(make).Message);
}
