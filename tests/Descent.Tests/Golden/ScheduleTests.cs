using System.Text.Json.Nodes;
using Descent.Schedules;
using Descent.TestSupport;
using Xunit.Abstractions;

namespace Descent.Tests.Golden;

/// <summary>The golden ring for schedules.</summary>
public class ScheduleTests(ITestOutputHelper output)
{
    private const string NotKnown = "the tests cannot make this schedule";

    public static TheoryData<string, string> Rates() => Files(file => file["metrics"] is null);

    /// <summary>Files whose kind or options are not known, with what is not.</summary>
    public static TheoryData<string, string> Unknown() => Files(file => true, known: false);

    public static TheoryData<string, string> Momenta() => Files(file => file["momentum_values"] is not null);

    public static TheoryData<string, string> Plateaus() => Files(file => file["metrics"] is not null);

    [Theory]
    [MemberData(nameof(Rates))]
    [MemberData(nameof(Unknown), Skip = NotKnown)]
    public void Values_are_those_of_the_reference_to_1e_12(string label, string file)
    {
        var golden = TestSupport.Golden.Read(file);
        Compare(label, GoldenSchedules.Create(golden), golden["values"]);
    }

    [Theory]
    [MemberData(nameof(Momenta))]
    public void Momentum_cycles_inversely_as_in_the_reference(string label, string file)
    {
        var golden = TestSupport.Golden.Read(file);
        Compare(label, GoldenSchedules.Momentum(golden), golden["momentum_values"]);
    }

    [Theory]
    [MemberData(nameof(Plateaus))]
    public void A_plateau_is_left_when_the_reference_leaves_it(string label, string file)
    {
        var golden = TestSupport.Golden.Read(file);
        var (before, after) = (TestSupport.Golden.Numbers(golden["values"]), TestSupport.Golden.Numbers(golden["values_after"]));
        var metrics = TestSupport.Golden.Numbers(golden["metrics"]);
        var differ = new Differ(1e-12);
        var schedule = GoldenSchedules.Create(golden);
        for (var i = 0; i < metrics.Length; i++)
        {
            differ.Compare([before[i]], [schedule.At(i)], $"{label}, before metric {i}");

            // Its text holds all that it knows.
            schedule = Schedule.Parse(schedule.Observe(metrics[i], i + 1).ToString());
            differ.Compare([after[i]], [schedule.At(i + 1)], $"{label}, after metric {i}");
        }

        output.WriteLine($"{schedule}: largest difference {differ.Largest:E2}");
        differ.AssertClose();
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void The_text_form_is_read_back_as_the_same_schedule(string label, string file)
    {
        var schedule = GoldenSchedules.Create(TestSupport.Golden.Read(file));
        output.WriteLine($"{label}: {schedule}");
        Assert.Equal(schedule, Schedule.Parse(schedule.ToString()));
        Assert.Equal(schedule.ToString(), Schedule.Parse(schedule.ToString()).ToString());
    }

    public static IEnumerable<object[]> RangeTests() => GoldenSchedules.Cases("learning_rate_range_test").Select(item => new object[] { item.Name, item.Index, item.File });

    [Theory]
    [MemberData(nameof(RangeTests))]
    public void A_range_test_goes_through_the_rates_of_the_reference(string name, int index, string file)
    {
        var golden = TestSupport.Golden.Read(file)["cases"]![index]!;
        var (from, to) = (TestSupport.Golden.Number(golden["start_learning_rate"]), TestSupport.Golden.Number(golden["end_learning_rate"]));
        var steps = golden["iterations"]!.GetValue<long>() - 1;
        var sweep = golden["sweep"]!.GetValue<string>() switch
        {
            "exponential" => Schedule.Geometric(from, to, steps),
            "linear" => Schedule.Linear(from, to, steps),
            var other => throw new InvalidDataException($"The sweep '{other}' is not known."),
        };
        Compare(name, sweep, golden["values"]);
    }

    private void Compare(string label, Schedule schedule, JsonNode? values)
    {
        var expected = TestSupport.Golden.Numbers(values);
        var differ = new Differ(1e-12);
        differ.Compare(expected, [.. Enumerable.Range(0, expected.Length).Select(i => schedule.At(i))], label);
        output.WriteLine($"{schedule}: largest difference {differ.Largest:E2}");
        differ.AssertClose();
    }

    private static TheoryData<string, string> Files(Func<JsonObject, bool> isWanted, bool known = true)
    {
        var data = new TheoryData<string, string>();
        foreach (var file in TestSupport.Golden.Files("schedules"))
        {
            var golden = TestSupport.Golden.Read(file);
            var why = GoldenSchedules.WhyUnknown(golden);
            if (why is null == known && isWanted(golden))
            {
                var label = Path.GetFileNameWithoutExtension(file);
                data.Add(known ? label : $"{label}: {why}", file);
            }
        }

        return data;
    }
}
