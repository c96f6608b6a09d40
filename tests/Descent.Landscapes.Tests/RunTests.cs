using Descent.Landscapes.Runs;

namespace Descent.Landscapes.Tests;

public class RunTests
{
    [Theory]
    [InlineData("sgd", 0.04, "SGD")]
    [InlineData("sgd(momentum=0.9)", 0.018, "Momentum")]
    [InlineData("adam", 0.6, "Adam")]
    public void The_race_of_text_000_is_reproduced(string optimizer, double rate, string name)
    {
        var run = One("kappabowl", optimizer, rate, 100, [-9, -4]);
        var expected = WorkedExamples.Expected("ill-conditioned-race");
        Close(TestSupport.Golden.Numbers(expected["finalLoss"]![name]!["exact"])[0], run.Loss[^1]);
        var steps = TestSupport.Golden.Integers(expected["lossAt"]!["step"]);
        Assert.All(steps.Zip(TestSupport.Golden.Numbers(expected["lossAt"]![name])), pair => Close(pair.Second, run.Loss[pair.First]));
        Assert.All(TestSupport.Golden.Numbers(expected["finalPoint"]![name]!["exact"]).Zip(run.PointAt(100).ToArray()), pair => Close(pair.First, pair.Second, 1e-9));
    }

    internal static Trajectory One(string landscape, string optimizer, double rate, int steps, double[]? start = null) =>
        Runner.Run(new RunRequest
        {
            Landscape = new Place { Id = landscape },
            Start = start,
            Optimizers = [new Entrant { Optimizer = optimizer }],
            LearningRate = rate,
            Steps = steps,
        }).Entries[0].Trajectory;

    internal static void Close(double expected, double actual, double tolerance = 1e-10) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance * Math.Abs(expected), $"expected {expected:R}, but was {actual:R}");
}
