using Descent.Optimizers;
using Descent.Schedules;

namespace Descent.Tests;

public class ReadmeTests
{
    private static readonly string Docs = Path.Combine(TestSupport.Golden.Root, "docs");

    [Fact]
    public void The_table_of_methods_is_the_catalogue() => Assert.All(
        Catalogue.All,
        entry => Assert.Contains($"| `{entry.Name}` | {entry.Year} | {entry.StatePerParameter} | {entry.Purpose} |\n", File.ReadAllText(Path.Combine(Docs, "methods.md")), StringComparison.Ordinal));

    [Fact]
    public void The_methods_are_counted() => Assert.Contains($"\n{Catalogue.All.Count} methods. ", File.ReadAllText(Path.Combine(Docs, "methods.md")), StringComparison.Ordinal);

    [Fact]
    public void The_scheduled_example_is_what_it_says()
    {
        var schedule = Schedule.Warmup(500).Then(Schedule.Cosine(from: 3e-4, to: 3e-5, steps: 9_500));
        Assert.Equal("warmup(500) then cosine(0.0003..3E-05, 9500)", schedule.ToString());
        Assert.Equal(3e-4, schedule.At(500));
    }

    /// <summary>Every written form is a schedule, and every kind has a row with its meaning.</summary>
    [Fact]
    public void The_table_of_schedules_is_what_the_parser_reads()
    {
        string[] rows = [.. File.ReadLines(Path.Combine(Docs, "schedules.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal))];
        Assert.All(rows, row => Assert.NotNull(Schedule.Parse(row.Split('`')[1], new ScheduleContext(0.1, 1000))));
        Assert.All(
            ScheduleForm.All.Where(form => form.Name != "custom"),
            form => Assert.Contains(rows, row => row.StartsWith($"| `{form.Name}(", StringComparison.Ordinal)));
    }
}
