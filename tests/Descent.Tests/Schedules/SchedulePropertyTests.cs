using System.Reflection;
using System.Text.Json;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.Schedules;
using Descent.TestSupport;
using Descent.Text;

namespace Descent.Tests.Schedules;

/// <summary>Properties of all schedules, on random ones of the whole algebra.</summary>
public class SchedulePropertyTests
{
    private static readonly int Count = Environment.GetEnvironmentVariable("DESCENT_LONG_TESTS") == "1" ? 100_000 : 2_000;

    [Fact]
    public void Text_and_JSON_give_back_an_equal_schedule_that_prints_the_same()
    {
        foreach (var schedule in RandomSchedules.Take(Count, seed: 1))
        {
            var text = schedule.ToString();
            var read = Schedule.Parse(text);
            Assert.Equal(schedule, read);
            Assert.Equal(text, read.ToString());
            Assert.Equal(schedule.GetHashCode(), read.GetHashCode());
            Assert.Equal(schedule, JsonSerializer.Deserialize<Schedule>(JsonSerializer.Serialize(schedule)));
        }
    }

    /// <summary>Inside the record of every method, at every option that may be scheduled, also within a wrapper, on the command line and in JSON.</summary>
    [Fact]
    public void A_method_keeps_the_schedules_of_its_options()
    {
        var random = new SeededRandom(2);
        foreach (var entry in Catalogue.All)
        {
            foreach (var option in entry.Options.Where(option => option.CanBeScheduled))
            {
                // Constant within, so that it is in the range of any option.
                var constant = option.Text(entry.Default);
                var schedule = Schedule.Parse($"(constant({constant}) for {1 + random.NextInt32(9)} then linear({constant}..{constant}, 5)) clamp {constant}..{constant}");
                var companions = option.Name == "dampening" ? "momentum=0.5, " : "";
                var method = Catalogue.Parse($"{entry.Name}({companions}{option.Name}={schedule})");
                Assert.Equal(schedule.ToString(), option.Text(method));
                Assert.NotEqual(entry.Default, method);
                Assert.Equal(method, Catalogue.FromJson(JsonFields.Parse(Catalogue.ToJson(method).ToJsonString(), "method")));
                Assert.Equal(method, Catalogue.Parse(Catalogue.Text(method)));
            }
        }

        foreach (var schedule in RandomSchedules.Take(200, seed: 3))
        {
            Method method = new Lookahead { Inner = new AdamW { LearningRate = schedule } };
            Assert.Equal(method, Catalogue.FromJson(JsonFields.Parse(Catalogue.ToJson(method).ToJsonString(), "method")));
        }
    }

    [Fact]
    public void Closed_forms_equal_step_by_step()
    {
        var differ = new Differ(1e-9);
        foreach (var schedule in RandomSchedules.Take(Count / 4, seed: 4))
        {
            var update = 0L;
            foreach (var value in SteppedSchedule.Values(schedule).Take(120))
            {
                differ.Compare(value, schedule.At(update), $"'{schedule}' at update {update}");
                update++;
            }
        }

        differ.AssertClose();
    }

    /// <summary>At 0, 1, the last, and beyond: finite, not negative, and held after the end.</summary>
    [Fact]
    public void Values_at_every_boundary_are_finite_and_held_after_the_end()
    {
        foreach (var schedule in RandomSchedules.Take(Count, seed: 5))
        {
            var end = schedule.Duration ?? 100;
            foreach (var update in new[] { 0, 1, end - 1, end, end + 1, 1_000_000_007, 1_000_000_000_000_000L, long.MaxValue })
            {
                var value = schedule.At(update);
                Assert.True(double.IsFinite(value) && value >= 0, $"'{schedule}' is {value} at update {update}.");
            }

            if (schedule.Duration is { } duration)
            {
                Assert.True(duration >= 1, $"'{schedule}' lasts {duration}.");
                Assert.All(new[] { 1, 2, 1_000_000_007, long.MaxValue - duration }, more => Assert.Equal(schedule.At(duration), schedule.At(duration + more)));
            }
        }
    }

    [Fact]
    public void The_algebra_is_what_it_says_to_the_last_bit()
    {
        var random = new SeededRandom(6);
        for (var i = 0; i < Count / 2; i++)
        {
            var (a, b) = (RandomSchedules.Next(random, 2, mayFollowMetric: false), RandomSchedules.Next(random, 2, mayFollowMetric: false));
            var cut = random.NextInt32(30) + 1;
            var (first, count) = (a.For(cut), 1 + random.NextInt32(4));
            var (joined, nested) = (first.Then(b), new JoinedSchedule(first, b));
            var warm = Schedule.Warmup(cut, from: 0.25).Then(b);
            for (var update = 0L; update < 150; update += 1 + random.NextInt32(3))
            {
                Assert.Equal(update < cut ? a.At(update) : b.At(update - cut), joined.At(update));
                Assert.Equal(joined.At(update), nested.At(update));
                Assert.Equal(a.At(update + cut), a.Offset(cut).At(update));
                Assert.Equal(a.At(update) * 0.3, a.Scale(0.3).At(update));
                Assert.Equal(a.At(update) * b.At(update), a.Times(b).At(update));
                Assert.Equal(Math.Clamp(a.At(update), 0.2, 0.7), a.Clamp(0.2, 0.7).At(update));
                Assert.Equal(a.At(update % cut), a.Restart(cut).At(update));
                Assert.Equal(update < cut * count ? a.At(update % cut) : a.At(cut - 1), first.Repeat(count).At(update));
                Assert.Equal(update >= cut ? b.At(update - cut) : b.At(0) * (0.25 + (0.75 * update / cut)), warm.At(update), update < cut ? 1e-12 : 0);
            }

            // In which order joins are written does not matter, and no parentheses are needed.
            var three = first.Then(b.For(7)).Then(a);
            Assert.Equal(first.Then(b.For(7).Then(a)), three);
            Assert.Equal(Schedule.Warmup(3).Then(first.Then(b)), Schedule.Warmup(3).Then(first).Then(b));
            Assert.Equal(joined.Duration, b.Duration + cut);
        }
    }

    /// <summary>Where one part ends, the next begins with its very first value, and every part ends at the very value it was told.</summary>
    [Fact]
    public void Both_ends_are_exact()
    {
        var random = new SeededRandom(7);
        double Value() => random.NextInt32(1 << 30) / 1e9;
        for (var i = 0; i < Count; i++)
        {
            var (from, to, steps) = (Value() + 1e-9, Value() + 1e-9, 4 + random.NextInt32(1000));
            Schedule[] ways =
            [
                Schedule.Linear(from, to, steps), Schedule.Cosine(from, to, steps), Schedule.Polynomial(from, to, steps, 0.3 + Value()), Schedule.Geometric(from, to, steps),
                Schedule.OneMinusSqrt(from, to, steps), Schedule.Rex(from, to, steps), Schedule.Piecewise((0, from), (steps, to)),
                new CosineSchedule(from, to, steps) { Restarts = 2 }, new CosineSchedule(from, to, steps) { Cycles = 1.5 },
            ];
            Assert.All(ways, way =>
            {
                Assert.Equal((from, to), (way.At(0), way.At(steps)));
                Assert.Equal(from, Schedule.Warmup(steps).Then(way).At(steps));
            });
            Assert.Equal((from, to), (new OneCycleSchedule(from, 1, to, steps).At(0), new OneCycleSchedule(from, 1, to, steps).At(steps - 1)));
            Assert.Equal(to, new CyclicalSchedule(from, to, steps, 3).At(steps));
            Assert.Equal(from, Schedule.WarmRestarts(from, to, steps).At(steps));
        }
    }

    /// <summary>The ways that go one way go only that way.</summary>
    [Fact]
    public void Ways_are_monotonic()
    {
        foreach (var (from, to) in new[] { (0.1, 0.01), (3e-4, 3e-5), (0.7, 0.1), (1e-7, 10) })
        {
            foreach (var way in new[] { Schedule.Linear(from, to, 997), Schedule.Cosine(from, to, 997), Schedule.Polynomial(from, to, 997, 2), Schedule.OneMinusSqrt(from, to, 997), Schedule.Rex(from, to, 997) })
            {
                for (var update = 1; update <= 1000; update++)
                {
                    var (before, now) = (way.At(update - 1), way.At(update));
                    Assert.True(from < to ? now >= before : now <= before, $"'{way}' goes from {before:R} to {now:R} at update {update}.");
                }
            }
        }
    }

    /// <summary>The cost of a value does not depend on the update: neither recursions nor memory.</summary>
    [Fact]
    public void A_value_allocates_nothing()
    {
        foreach (var schedule in RandomSchedules.Take(300, seed: 8).Where(schedule => !schedule.FollowsMetric))
        {
            schedule.At(5);
            var before = GC.GetAllocatedBytesForCurrentThread();
            schedule.At(3);
            schedule.At(1_000_000_000_000);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    /// <summary>The sensitivity rule: changing any one value of any schedule's record moves its values.</summary>
    [Fact]
    public void Changing_any_part_of_a_schedule_moves_its_values()
    {
        Schedule[] all =
        [
            new ConstantSchedule(1), new LinearSchedule(1, 0.5, 20), new CosineSchedule(1, 0.5, 20), new CosineSchedule(1, 0.5, 20) { Restarts = 2, Continues = true },
            new StepSchedule(1, 7, 0.5), new ExponentialSchedule(1, 0.9), new MultiStepSchedule(1, 0.5, new(3, 9)), new PolynomialSchedule(1, 0.5, 20, 2),
            new GeometricSchedule(1, 0.5, 20), new RootSchedule(1, 0.5, 20), new RexSchedule(1, 0.5, 20), new WarmRestartsSchedule(1, 0.5, 10) { Multiplier = 2, Decay = 0.8 },
            new InverseSquareRootSchedule(1, 10), new InverseTimeSchedule(1, 0.5, 0.8), new NoamSchedule(64, 8), new OneCycleSchedule(0.1, 1, 0.05, 20),
            new OneCycleSchedule(0.1, 1, 0.05, 21) { HasThreePhases = true }, new CyclicalSchedule(0.1, 1, 4, 5) { Factor = 0.9 },
            new PiecewiseSchedule(new((0, 1), (10, 0.5))), new JoinedSchedule(new LinearSchedule(1, 0.5, 5), new ConstantSchedule(0.3)), new CutSchedule(new ExponentialSchedule(1, 0.9), 10),
            new ScaledSchedule(new LinearSchedule(1, 0.5, 20), 0.5), new ClampedSchedule(new LinearSchedule(1, 0.1, 20), 0.3, 0.8), new OffsetSchedule(new LinearSchedule(1, 0.5, 20), 3),
            new RepeatedSchedule(new LinearSchedule(1, 0.5, 5), 3), new RestartedSchedule(new LinearSchedule(1, 0.5, 20), 5), new ProductSchedule(new LinearSchedule(1, 0.5, 20), new ExponentialSchedule(1, 0.9)),
            new WarmupSchedule(new Warmup(8, 0.2), new LinearSchedule(1, 0.5, 20)), new PlateauSchedule(1) { Reductions = new((5, 0.5)) },
        ];
        var kinds = typeof(Schedule).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Schedule)) && type != typeof(CustomSchedule) && type != typeof(RelativeSchedule));
        Assert.Empty(kinds.Except(all.Select(schedule => schedule.GetType())));
        foreach (var schedule in all)
        {
            var properties = schedule.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(property => property.SetMethod is not null);

            // The dynamics of a plateau have a test of their own: they change what metrics do.
            foreach (var property in properties.Where(property => schedule is not PlateauSchedule || property.Name is "Value" or "Reductions"))
            {
                var changed = (Schedule)schedule.GetType().GetMethod("<Clone>$")!.Invoke(schedule, null)!;
                property.SetValue(changed, Changed(property.GetValue(schedule)));
                var moved = new Differ(0);
                for (var update = 0; update < 40; update++)
                {
                    moved.Compare(schedule.At(update), changed.At(update), property.Name);
                }

                Assert.True(moved.Largest > 1e-11, $"{property.Name} of '{schedule}' moved its values by only {moved.Largest:E2}.");
                Assert.NotEqual(schedule, changed);
                Assert.Equal(changed, Schedule.Parse(changed.ToString()));
            }
        }

        static object Changed(object? value) => value switch
        {
            double number => number * 0.9,
            long whole => whole + 1,
            bool flag => !flag,
            Warmup rise => rise with { From = 0.3 },
            ValueList<long> list => new ValueList<long>(list.Select(item => item + 1)),
            ValueList<(long, double)> list => new ValueList<(long, double)>(list.Select(item => (item.Item1 + 1, item.Item2))),
            Schedule inner => inner.Scale(0.9) is var scaled && inner.Duration is { } duration ? scaled.For(duration) : inner.Scale(0.9),
            _ => throw new InvalidDataException($"{value} is of no known type."),
        };
    }

    [Fact]
    public void Changing_any_option_of_a_plateau_changes_what_metrics_do()
    {
        double[] metrics = [1, 0.95, 0.9, 0.85, .. Enumerable.Repeat(0.8, 14)];
        var before = new PlateauSchedule(1) { Factor = 0.5, Patience = 1, Threshold = 1e-3, Cooldown = 1, Minimum = 0.2, MinimumChange = 0.04, Best = 0.97 };
        PlateauSchedule[] changes =
        [
            before with { Value = 0.9 }, before with { Factor = 0.6 }, before with { Patience = 2 }, before with { Threshold = 0.2 }, before with { IsMaximized = true },
            before with { Cooldown = 3 }, before with { Minimum = 0.1 }, before with { MinimumChange = 0.3 }, before with { Best = 0.1 }, before with { Waited = 1 }, before with { Cooling = 9 },
            before with { Reductions = new((2, 0.7)) },
        ];
        Assert.All(changes, changed => Assert.NotEqual(Rates(before), Rates(changed)));
        Assert.NotEqual(Rates(before with { Threshold = 0.05, Patience = 0 }), Rates(before with { Threshold = 0.05, Patience = 0, IsAbsolute = true }));

        double[] Rates(Schedule schedule) =>
        [
            .. metrics.Index().Select(item =>
            {
                schedule = schedule.Observe(item.Item, item.Index + 3);
                return schedule.At(item.Index + 3);
            }),
        ];
    }
}
