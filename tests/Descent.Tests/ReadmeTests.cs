using Descent.Engine;
using Descent.Optimizers;
using Descent.Schedules;

namespace Descent.Tests;

public class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(TestSupport.Golden.Root, "README.md"));
    private static readonly string Docs = Path.Combine(TestSupport.Golden.Root, "docs");

    [Fact]
    public void The_six_lines_print_the_number_that_they_say()
    {
        using var output = new StringWriter();
        var console = output;
        double[] theta = [-9, -4], gradient = new double[2];
        var optimizer = Optimizer.For([new Parameter<double>("theta", theta, gradient)], new Adam { LearningRate = 0.6 });
        for (int step = 0; step < 100; step++, optimizer.Step())
            (gradient[0], gradient[1]) = (theta[0], 20 * theta[1]);
        double loss = 0.5 * (theta[0] * theta[0] + 20 * theta[1] * theta[1]);
        console.WriteLine($"{loss:F7}");   // 0.0008006
        Assert.Equal("0.0008006", output.ToString().TrimEnd());
        Assert.Equal(0.000800612139331182, loss, 1e-15);
    }

    [Fact]
    public void The_six_lines_are_those_of_this_test_and_of_the_sample()
    {
        var block = Readme.Split("```csharp\n")[1].Split("```")[0].TrimEnd();
        Assert.Equal(6, block.Split('\n').Length);
        var sample = File.ReadAllText(Path.Combine(TestSupport.Golden.Root, "samples", "bowl.cs"));
        Assert.EndsWith(block, sample.TrimEnd(), StringComparison.Ordinal);
        var test = File.ReadAllText(Path.Combine(TestSupport.Golden.Root, "tests", "Descent.Tests", "ReadmeTests.cs"));
        Assert.All(block.Split('\n'), line => Assert.Contains(line.Replace("Console.", "console.").Trim(), test, StringComparison.Ordinal));
    }

    [Fact]
    public void The_table_of_methods_is_the_catalogue() => Assert.All(
        Catalogue.All,
        entry => Assert.Contains($"| `{entry.Name}` | {entry.Year} | {entry.StatePerParameter} | {entry.Purpose} |\n", File.ReadAllText(Path.Combine(Docs, "methods.md")), StringComparison.Ordinal));

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
