using System.Text.Json.Nodes;
using Descent.Schedules;
using Descent.TestSupport;
using Xunit.Abstractions;

namespace Descent.Tests.Golden;

/// <summary>The golden ring for schedules.</summary>
public class ScheduleTests(ITestOutputHelper output)
{
    public static TheoryData<string, string> Built() => Files(built: true);

    public static TheoryData<string, string> Missing() => Files(built: false);

    [Theory]
    [MemberData(nameof(Built))]
    [MemberData(nameof(Missing), Skip = "the schedule is not built yet")]
    public void Values_are_those_of_the_reference_to_1e_12(string label, string file)
    {
        var golden = TestSupport.Golden.Read(file);
        var schedule = Create(golden)!;
        var expected = TestSupport.Golden.Numbers(golden["values"]);
        var differ = new Differ(1e-12);
        differ.Compare(expected, [.. Enumerable.Range(0, expected.Length).Select(i => schedule.At(i))], label);
        output.WriteLine($"{schedule}: largest difference {differ.Largest:E2}");
        differ.AssertClose();
    }

    [Theory]
    [MemberData(nameof(Built))]
    public void The_text_form_is_read_back_as_the_same_schedule(string label, string file)
    {
        var schedule = Create(TestSupport.Golden.Read(file))!;
        output.WriteLine($"{label}: {schedule}");
        Assert.Equal(schedule, Schedule.Parse(schedule.ToString()));
        Assert.Equal(schedule.ToString(), Schedule.Parse(schedule.ToString()).ToString());
    }

    private static TheoryData<string, string> Files(bool built)
    {
        var data = new TheoryData<string, string>();
        foreach (var file in TestSupport.Golden.Files("schedules"))
        {
            if (Create(TestSupport.Golden.Read(file)) is not null == built)
            {
                data.Add(Path.GetFileNameWithoutExtension(file), file);
            }
        }

        return data;
    }

    private static Schedule? Create(JsonObject golden) => Create(
        golden["schedule"]!.GetValue<string>(),
        golden["hyperparameters"]!.AsObject(),
        golden["base_learning_rate"] is { } rate ? TestSupport.Golden.Number(rate) : double.NaN);

    private static Schedule? Create(string kind, JsonObject options, double rate)
    {
        long Steps(string name) => options[name]!.GetValue<long>();
        double Number(string name, double otherwise = double.NaN) => options[name] is { } node ? TestSupport.Golden.Number(node) : otherwise;
        return kind switch
        {
            "constant" when options["factor"] is null => Schedule.Constant(rate),
            "constant" => Schedule.Constant(rate * Number("factor")).For(Steps("total_steps")).Then(Schedule.Constant(rate)),
            "linear" or "linear_decay" =>
                Schedule.Linear(rate * Number("start_factor"), rate * Number("end_factor"), Steps("total_steps")),
            "linear_warmup" => Schedule.Warmup(Steps("warmup_steps"), Number("start_factor", 0), Number("offset", 0) == 1).To(rate),
            "cosine_annealing" => new CosineSchedule(rate, Number("minimum_learning_rate"), Steps("total_steps"))
            {
                Continues = options["after_end"]?.GetValue<string>().StartsWith("rises", StringComparison.Ordinal) == true,
            },
            "exponential" => Schedule.Exponential(rate, Number("gamma")),
            "step" => Schedule.Step(rate, Steps("step_size"), Number("gamma")),
            "warmup_linear" => Schedule.Warmup(Steps("warmup_steps")).Then(Schedule.Linear(rate, 0, Steps("total_steps") - Steps("warmup_steps"))),
            "warmup_cosine" => Schedule.Warmup(Steps("warmup_steps")).Then(
                new CosineSchedule(rate, rate * Number("minimum_ratio", 0), Steps("total_steps") - Steps("warmup_steps"))
                {
                    Cycles = Number("cycles", 0.5),
                    Continues = true,
                }),
            "sequential" => Sequence(options, rate),
            _ => null,
        };
    }

    private static Schedule? Sequence(JsonObject options, double rate)
    {
        var milestones = TestSupport.Golden.Integers(options["milestones"]);
        Schedule? joined = null;
        var parts = options["schedules"]!.AsArray();
        for (var i = parts.Count - 1; i >= 0; i--)
        {
            if (Create(parts[i]!["kind"]!.GetValue<string>(), parts[i]!.AsObject(), rate) is not { } part)
            {
                return null;
            }

            joined = joined is null ? part : part.For(milestones[i] - (i > 0 ? milestones[i - 1] : 0)).Then(joined);
        }

        return joined;
    }
}
