using Descent.Landscapes.Runs;

namespace Descent.Landscapes.Interface;

/// <summary>What <c>grid</c> is asked for.</summary>
public sealed record GridRequest
{
    /// <summary>What to evaluate.</summary>
    public Place Landscape { get; set; } = new();

    /// <summary>Points along x, 2 to 512.</summary>
    public int Columns { get; set; } = 200;

    /// <summary>Points along y, 2 to 512.</summary>
    public int Rows { get; set; } = 200;

    /// <summary>Whether gradients are wanted too.</summary>
    public bool Gradients { get; set; }

    /// <summary>How many contour levels, 0 to 100.</summary>
    public int Levels { get; set; } = 14;

    /// <summary>Whether to search for stationary points.</summary>
    public bool StationaryPoints { get; set; }
}

/// <summary>What <c>formula</c> is asked for.</summary>
internal sealed record FormulaRequest
{
    /// <summary>The formula.</summary>
    public string Formula { get; set; } = "";

    /// <summary>Constants by name.</summary>
    public Dictionary<string, double>? Constants { get; set; }

    /// <summary>Where to evaluate; as many numbers as the formula has variables; null for nowhere.</summary>
    public double[]? Point { get; set; }

    /// <summary>Where derivatives are compared with differences; [−5, 5] for each variable when not given.</summary>
    public double[]? Box { get; set; }
}

/// <summary>What <c>trace</c> is asked for.</summary>
public sealed record TraceRequest
{
    /// <summary>The run; up to 1 000 000 updates.</summary>
    public RunRequest Run { get; set; } = new();

    /// <summary>About how many rows to keep, at equal factors between updates; 2 to 2000.</summary>
    public int Rows { get; set; } = 400;
}

/// <summary>What <c>example_gradients</c> is asked for.</summary>
internal sealed record ExampleGradientsRequest
{
    /// <summary>A landscape that is a loss on data.</summary>
    public Place Landscape { get; set; } = new() { Id = "data1" };

    /// <summary>Where.</summary>
    public double[][] Points { get; set; } = [];
}

/// <summary>What <c>batch_gradients</c> is asked for.</summary>
internal sealed record BatchGradientsRequest
{
    /// <summary>A landscape that is a loss on data.</summary>
    public Place Landscape { get; set; } = new() { Id = "data2" };

    /// <summary>Where.</summary>
    public double[] Point { get; set; } = [];

    /// <summary>Examples in a batch; from 1 to all.</summary>
    public int Size { get; set; } = 1;

    /// <summary>How many batches; 1 to 2000.</summary>
    public int Draws { get; set; } = 30;

    /// <summary>Whether an example may be in a batch more than once.</summary>
    public bool WithReplacement { get; set; }

    /// <summary>Chooses the batches.</summary>
    public ulong Seed { get; set; }
}

/// <summary>What <c>line_points</c> is asked for: points around a line.</summary>
internal sealed record LinePointsRequest
{
    /// <summary>How many; 2 to 1000.</summary>
    public int Count { get; set; } = 64;

    /// <summary>Of the line.</summary>
    public double Slope { get; set; } = 2;

    /// <summary>Of the line, at x = 0.</summary>
    public double Intercept { get; set; }

    /// <summary>The standard deviation of the noise; at least 0.</summary>
    public double Noise { get; set; } = 1;

    /// <summary>Chooses the points.</summary>
    public ulong Seed { get; set; }
}

/// <summary>What <c>evaluate</c> is asked for.</summary>
internal sealed record EvaluateRequest
{
    /// <summary>What to evaluate.</summary>
    public Place Landscape { get; set; } = new();

    /// <summary>Where; at most 20 001 points.</summary>
    public double[][] Points { get; set; } = [];
}

/// <summary>What <c>statistics</c> is asked for.</summary>
public sealed record StatisticsRequest
{
    /// <summary>What is repeated.</summary>
    public RunRequest Run { get; set; } = new();

    /// <summary>How many repetitions; 1 to 2000.</summary>
    public int Count { get; set; } = 10;

    /// <summary>Whether only the seed changes, and not the start.</summary>
    public bool KeepStart { get; set; }
}

/// <summary>What <c>calculation</c> and <c>method</c> are asked for.</summary>
internal sealed record ItemRequest
{
    /// <summary>A worked example, or a discrepancy that no example shows; a method of the catalogue.</summary>
    public string Id { get; set; } = "";
}

/// <summary>What <c>schedule</c> is asked for.</summary>
internal sealed record ScheduleRequest
{
    /// <summary>As text, 1 to 16.</summary>
    public string[] Schedules { get; set; } = [];

    /// <summary>How many updates, 1 to 1,000,000.</summary>
    public int Steps { get; set; } = 1000;
}
