using System.Text.Json;
using Descent.Landscapes.Interface;
using Descent.Landscapes.Runs;

namespace Descent.Landscapes.Tests;

/// <summary>The C# that the page offers is code that compiles and runs: what it prints for a request is what stands below.</summary>
public class CodeTests
{
    private const string Request =
        """
        {"landscape":{"id":"data2","points":[[1,2],[2,4.5],[3,5],[4,8]]},"start":[-1,1],"steps":200,"threshold":0.001,"learning_rate":0.02,"seed":7,"noise":{"sigma":0.1},
         "batches":{"size":2,"drop_last":true,"stale_gradients":true},
         "optimizers":[{"optimizer":"adam","label":"Adam","correction":"mean","state":{"v":[4,4]}},{"optimizer":"sgd(momentum=0.9)","learning_rate":0.001,"schedule":"cosine"}]}
        """;

    private static RunRequest Asked => JsonSerializer.Deserialize(Request, Json.Default.RunRequest)!;

    [Fact]
    public void What_is_printed_is_what_compiles_here()
    {
        var lines = File.ReadAllLines(Path.Combine(TestSupport.Golden.Root, "tests", "Descent.Landscapes.Tests", "CodeTests.cs"));
        var from = Array.FindIndex(lines, line => line.Trim() == "// <code>") + 1;
        var to = Array.FindIndex(lines, line => line.Trim() == "// </code>");
        var here = lines[from..to].Select(line => line.Length > 8 ? line[8..] : "");
        var printed = CodeFunction.Of(Asked).ReplaceLineEndings("\n").TrimEnd().Split('\n');
        Assert.Equal("using Descent.Landscapes.Runs;", printed[0]);
        Assert.Equal(here, printed[2..]);
    }

    [Fact]
    public void It_makes_the_run_of_the_request()
    {
        var entries = Printed().Entries;
        var asked = Runner.Run(Asked).Entries;
        Assert.All(entries.Zip(asked), pair => Assert.Equal(pair.Second.Trajectory.Theta, pair.First.Trajectory.Theta));
    }

    private static RunResult Printed()
    {
        // <code>
        var result = Runner.Run(new RunRequest
        {
            Landscape = new Place { Id = "data2", Points = [[1, 2], [2, 4.5], [3, 5], [4, 8]] },
            Start = [-1, 1],
            Optimizers =
            [
                new Entrant { Optimizer = "adam", Label = "Adam", Correction = Correction.Mean, State = new() { ["v"] = [4, 4] } },
                new Entrant { Optimizer = "sgd(momentum=0.9)", LearningRate = 0.001, Schedule = "cosine" },
            ],
            LearningRate = 0.02,
            Noise = new Noise { Sigma = 0.1, Kind = NoiseKind.Normal },
            Batches = new Batches { Size = 2, DropLast = true, StaleGradients = true },
            Seed = 7,
            Steps = 200,
            Threshold = 0.001,
        });

        foreach (var entry in result.Entries)
        {
            Console.WriteLine($"{entry.Label}: loss {entry.FinalLoss} after {entry.Trajectory.Updates} updates, {RunStatusWords.Of(entry.Trajectory.Status)}");
        }
        // </code>

        return result;
    }
}
