using System.Text.Json.Serialization;
using Descent.Landscapes.Interface;
using Descent.Optimizers;
using Descent.Text;

namespace Descent.Landscapes.Runs;

/// <summary>What a cell of a map says.</summary>
[JsonConverter(typeof(SnakeCase<MapMeasure>))]
public enum MapMeasure
{
    /// <summary>The last judged loss; ∞ where the run was lost.</summary>
    FinalLoss,

    /// <summary>The first step at which the threshold of the run was met; ∞ where it never was.</summary>
    StepsToThreshold,
}

/// <summary>A parameter that a map varies.</summary>
public sealed record MapAxis
{
    /// <summary>An option of the optimizer by name, e.g. <c>learning_rate</c> or <c>momentum</c>; or <c>batch_size</c>; or <c>warmup</c>, in updates.</summary>
    public string Option { get; set; } = "learning_rate";

    /// <summary>The first value.</summary>
    public double Low { get; set; }

    /// <summary>The last value, above the first.</summary>
    public double High { get; set; }

    /// <summary>How many values; 2 to 64.</summary>
    public int Count { get; set; } = 32;

    /// <summary>Whether values are spaced by equal factors.</summary>
    public bool IsLogarithmic { get; set; }

    /// <summary>The values.</summary>
    /// <exception cref="DescentException">The ends are not in order, or there are too many values.</exception>
    public double[] Values()
    {
        Limits.Check($"The number of values of {Shown.Brief(Option)}", Count, Limits.MapSide, least: 2);
        if (!(Low < High) || !double.IsFinite(Low) || !double.IsFinite(High) || (IsLogarithmic && Low <= 0))
        {
            throw new DescentException($"The values of {Shown.Brief(Option)} must go from a low end to a higher one{(IsLogarithmic ? ", both above 0" : "")}, but were to go from {Words.Number(Low)} to {Words.Number(High)}.");
        }

        return [.. Enumerable.Range(0, Count).Select(i => (double)i / (Count - 1)).Select((share, i) =>
            i == Count - 1 ? High : IsLogarithmic ? Low * Math.Pow(High / Low, share) : Low + (share * (High - Low)))];
    }
}

/// <summary>A run, and two parameters to vary.</summary>
public sealed record MapRequest
{
    /// <summary>The run; its one optimizer is varied.</summary>
    public RunRequest Run { get; set; } = new();

    /// <summary>The parameter along a row.</summary>
    public MapAxis X { get; set; } = new() { Low = 1e-3, High = 1, IsLogarithmic = true };

    /// <summary>The parameter from row to row.</summary>
    public MapAxis Y { get; set; } = new() { Option = "momentum", Low = 0, High = 0.99 };

    /// <summary>What cells say.</summary>
    public MapMeasure Measure { get; set; }

    /// <summary>The first row that is wanted, from 0: a page asks for a few at a time, shows them, and may stop asking.</summary>
    public int FirstRow { get; set; }

    /// <summary>How many rows are wanted; null for all that follow.</summary>
    public int? RowCount { get; set; }
}

/// <summary>What a run comes to over two of its parameters.</summary>
public static class HyperparameterMap
{
    private const string BatchSize = "batch_size";
    private const string Warmup = "warmup";

    /// <summary>The rows that a request wants, one after the other: stop enumerating, or cancel, to stop computing.</summary>
    /// <exception cref="DescentException">A parameter, a range or the run is refused.</exception>
    public static IEnumerable<double[]> Rows(MapRequest request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Run.Optimizers is not [var entrant])
        {
            throw new DescentException($"A map is of one optimizer, but {request.Run.Optimizers.Length} were given.");
        }

        if (request.Measure == MapMeasure.StepsToThreshold && request.Run.Threshold is null)
        {
            throw new DescentException("A map of steps to the threshold needs a threshold in its run, but there was none.");
        }

        var (xs, ys, course) = (request.X.Values(), request.Y.Values(), Course.Of(request.Run.Landscape));
        var last = request.RowCount is { } count ? request.FirstRow + count : ys.Length;
        if (request.FirstRow < 0 || request.FirstRow > last || last > ys.Length)
        {
            throw new DescentException($"The rows of the map must be from 0 to {ys.Length - 1}, but were to be from {request.FirstRow} to {last - 1}.");
        }

        return Cells();

        IEnumerable<double[]> Cells()
        {
            for (var row = request.FirstRow; row < last; row++)
            {
                yield return [.. xs.Select(x => Cell(course, request, entrant, x, ys[row], cancellation))];
            }
        }
    }

    private static double Cell(Course course, MapRequest request, Entrant entrant, double x, double y, CancellationToken cancellation)
    {
        var (run, varied) = Vary(request.Run with { Internals = false }, entrant, request.Y.Option, y);
        (run, varied) = Vary(run, varied, request.X.Option, x);
        var trajectory = Runner.RunOne(course, run, varied, cancellation);
        var value = request.Measure == MapMeasure.FinalLoss
            ? trajectory.Updates < run.Steps && trajectory.Status == RunStatus.Diverged && StatusRules.IsLost(trajectory, trajectory.Updates) ? double.PositiveInfinity : trajectory.JudgedLoss[^1]
            : trajectory.StepsTo(run.Threshold!.Value) ?? double.PositiveInfinity;
        return double.IsNaN(value) ? double.PositiveInfinity : value;
    }

    private static (RunRequest Run, Entrant Entrant) Vary(RunRequest run, Entrant entrant, string option, double value)
    {
        switch (option)
        {
            case "learning_rate":
                return (run, entrant with { LearningRate = value });
            case BatchSize:
                return (run with { Batches = (run.Batches ?? new Batches()) with { Size = (int)Math.Round(value) } }, entrant);
            case Warmup:
                return (run, entrant with { Schedule = Math.Round(value) is var updates && updates >= 1 ? $"warmup({Words.Number(updates)}) then constant" : null });
            default:
                var method = Catalogue.Parse(entrant.Optimizer);
                var known = Catalogue.Find(method);
                var options = known.Options.Select(other => (other.Name, other.Text(method))).Append((option, Words.Number(value)));
                return (run, entrant with { Optimizer = Catalogue.Text(known.With(options)) });
        }
    }
}
