using System.Text.Json;
using Descent.Landscapes.Formulas;
using Descent.Landscapes.Grids;
using Descent.Landscapes.Interface.Calculations;
using Descent.Landscapes.Listings;
using Descent.Landscapes.Networks;
using Descent.Landscapes.Runs;
using Descent.Landscapes.Theory;
using Descent.Optimizers;
using Descent.Schedules;
using Descent.Text;

namespace Descent.Landscapes.Interface;

/// <summary>
/// The functions that a page calls, JSON in and JSON out, with long columns beside; tests and the command line call the same. The same
/// request gives the same bytes.
/// </summary>
public static class Functions
{
    private static readonly Dictionary<string, Func<string, Answer>> ByName = new(StringComparer.Ordinal)
    {
        ["catalog"] = _ => Catalog(),
        ["run"] = text => Run(FirstRequests.Run(text) ?? Json.Read("run", text, Json.Default.RunRequest)),
        ["grid"] = text => Grid(FirstRequests.Grid(text) ?? Json.Read("grid", text, Json.Default.GridRequest)),
        ["map"] = text => Map(Json.Read("map", text, Json.Default.MapRequest)),
        ["statistics"] = text => Statistics(Json.Read("statistics", text, Json.Default.StatisticsRequest)),
        ["trace"] = text => Trace(Json.Read("trace", text, Json.Default.TraceRequest)),
        ["train"] = text => TrainFunction.Answer(Json.Read("train", text, Json.Default.TrainRequest)),
        ["netslice"] = text => SliceFunction.Answer(Json.Read("netslice", text, Json.Default.SliceRequest)),
        ["rangetest"] = text => RangeTest(Json.Read("rangetest", text, Json.Default.RangeTestRequest)),
        ["noisefloor"] = text => NoiseFloor.Answer(Json.Read("noisefloor", text, Json.Default.NoiseFloorRequest)),
        ["rates"] = text => MomentumRates.Answer(Json.Read("rates", text, Json.Default.RatesRequest)),
        ["gradientflow"] = text => GradientFlow.Answer(Json.Read("gradientflow", text, Json.Default.GradientFlowRequest)),
        ["scaling"] = text => FeatureScaling.Answer(Json.Read("scaling", text, Json.Default.ScalingRequest)),
        ["swarm"] = text => Swarm.Answer(Json.Read("swarm", text, Json.Default.SwarmRequest)),
        ["worstfunction"] = _ => Reply(new WorstFunctionReply(WorstFunction.Rows()), Json.Default.WorstFunctionReply),
        ["example_gradients"] = text => DataFunctions.ExampleGradients(Json.Read("example_gradients", text, Json.Default.ExampleGradientsRequest)),
        ["batch_gradients"] = text => DataFunctions.BatchGradients(Json.Read("batch_gradients", text, Json.Default.BatchGradientsRequest)),
        ["line_points"] = text => DataFunctions.LinePoints(Json.Read("line_points", text, Json.Default.LinePointsRequest)),
        ["evaluate"] = text => DataFunctions.Evaluate(Json.Read("evaluate", text, Json.Default.EvaluateRequest)),
        ["formula"] = text => FormulaCheck.Answer(Json.Read("formula", text, Json.Default.FormulaRequest)),
        ["examples"] = _ => new Answer(WorkedExamples.Json(), []),
        ["calculations"] = _ => new Answer(HandCalculations.Index().ToJsonString(), []),
        ["calculation"] = text => Reply(HandCalculations.Of(Json.Read("calculation", text, Json.Default.ItemRequest).Id), Json.Default.CalculationReply),
        ["memory"] = text => Reply(Calculators.Memory(Json.Read("memory", text, Json.Default.MemoryRequest)), Json.Default.MemoryReply),
        ["batch_sizes"] = text => Reply(Calculators.BatchSizes(Json.Read("batch_sizes", text, Json.Default.BatchSizesRequest)), Json.Default.BatchSizesReply),
        ["curvature_signs"] = text => Reply(Calculators.CurvatureSigns(Json.Read("curvature_signs", text, Json.Default.CurvatureSignsRequest)), Json.Default.CurvatureSignsReply),
        ["method"] = text => new Answer(FamilyTree.ToJson(Catalogue.Find(Json.Read("method", text, Json.Default.ItemRequest).Id)).ToJsonString(), []),
        ["listings"] = text => Reply(MethodListings.Answer(Json.Read("listings", text, Json.Default.ListingRequest)), Json.Default.ListingReply),
        ["schedule"] = text => ScheduleFunction.Answer(Json.Read("schedule", text, Json.Default.ScheduleRequest)),
        ["code"] = text => Reply(new CodeReply(CodeFunction.Of(Json.Read("code", text, Json.Default.RunRequest))), Json.Default.CodeReply),
        ["tree"] = _ => new Answer(Trees.ToJson().ToJsonString(), []),
    };

    /// <summary>The names of the functions.</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>Calls a function by name.</summary>
    /// <param name="function">One of <see cref="Names"/>.</param>
    /// <param name="request">Its request as JSON.</param>
    /// <exception cref="DescentException">There is no such function, or the request is refused; the message says why.</exception>
    public static Answer Call(string function, string request)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(request);
        return ByName.TryGetValue(function, out var called)
            ? called(request)
            : throw new DescentException($"There is no function '{Shown.Brief(function)}'; the functions are {string.Join(", ", Names)}.");
    }

    /// <summary>As <see cref="Call"/>, with a refusal as an <see cref="ErrorReply"/> instead of an exception.</summary>
    public static Answer TryCall(string function, string request)
    {
        try
        {
            return Call(function, request);
        }
        catch (DescentException refused)
        {
            return new Answer(JsonSerializer.Serialize(new ErrorReply(refused.Message, (refused as FormulaException)?.Column), Json.Default.ErrorReply), []);
        }
    }

    /// <summary>Everything there is: optimizers, schedules, landscapes, the words for a status, limits.</summary>
    public static Answer Catalog()
    {
        var optimizers = FamilyTree.ToJson();
        foreach (var (node, entry) in optimizers.Zip(Catalogue.All))
        {
            node!["style"] = JsonSerializer.SerializeToNode(OptimizerStyle.Of(entry.Default), Json.Default.OptimizerStyle);
            foreach (var (option, known) in node["options"]!.AsArray().Zip(entry.Options))
            {
                option!["slider"] = Slider.Of(known)?.ToJson();
            }
        }

        return Reply(new CatalogReply(
            optimizers,
            [.. ScheduleForm.All.Select(form => new ScheduleReply(form.Text, form.Meaning))],
            [.. LandscapeCatalogue.All.Select(LandscapeReply.Of)],
            [.. Enum.GetValues<RunStatus>().Select(RunStatusWords.Of)],
            new Dictionary<string, int>
            {
                ["updates"] = Limits.Updates,
                ["optimizers"] = Limits.Optimizers,
                ["grid_side"] = Limits.GridSide,
                ["map_side"] = Limits.MapSide,
                ["replicates"] = Limits.Replicates,
            }), Json.Default.CatalogReply);
    }

    /// <summary>Runs optimizers: every step of each.</summary>
    /// <exception cref="DescentException">The request is refused; the message says why.</exception>
    public static Answer Run(RunRequest request)
    {
        var result = Runner.Run(request);
        var numbers = new ColumnWriter();
        var course = result.Course;
        var entries = new List<EntryReply>();
        foreach (var entry in result.Entries)
        {
            entries.Add(Entry(entry, course, numbers));
        }

        var size = course.Objective.Dimension;
        return new Answer(
            FirstReplies.Write(new RunReply(
                course.Title,
                size,
                course.Box?.Edges(size) ?? [],
                result.Entries[0].Trajectory.PointAt(0).ToArray(),
                course.Known,
                entries,
                Race.Order(result),
                Race.Captions(result))),
            numbers.ToArray());
    }

    /// <summary>Values, and gradients, over a box; contour levels; stationary points.</summary>
    /// <exception cref="DescentException">The landscape has no box, as a stream of gradients has none, or a limit is passed.</exception>
    public static Answer Grid(GridRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        Limits.Check("The number of levels", request.Levels, 100, least: 0);
        var course = Course.Of(request.Landscape);
        var box = course.Box ?? throw new DescentException("A grid needs a landscape or a formula, but a stream of gradients was given.");
        var grid = LossGrid.Of(course.Objective, box, request.Columns, request.Rows, request.Gradients);
        var numbers = new ColumnWriter();
        var size = course.Objective.Dimension;
        return new Answer(
            FirstReplies.Write(new GridReply(
                box.Edges(size),
                grid.Columns,
                grid.Rows,
                grid.Lowest,
                grid.Highest,
                request.Levels > 0 ? grid.Levels(request.Levels) : [],
                request.StationaryPoints ? StationaryPoints.Find(course.Objective, box) : [],
                course.Known,
                numbers.Add("values", grid.Values),
                request.Gradients ? numbers.Add("gradients", grid.Gradients, size) : null)),
            numbers.ToArray());
    }

    /// <summary>What a run comes to over two parameters: the rows that are asked for.</summary>
    public static Answer Map(MapRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var rows = HyperparameterMap.Rows(request).ToArray();
        var numbers = new ColumnWriter();
        var values = numbers.Add("values", [.. rows.SelectMany(row => row)], request.X.Count);
        return Reply(new MapReply(request.X.Values(), request.Y.Values(), request.FirstRow, rows.Length, values), Json.Default.MapReply, numbers);
    }

    /// <summary>How often optimizers arrive and diverge over random starts and seeds.</summary>
    public static Answer Statistics(StatisticsRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Reply(new StatisticsReply(Runs.Statistics.Of(request.Run, request.Count, request.KeepStart)), Json.Default.StatisticsReply);
    }

    /// <summary>A learning-rate range test.</summary>
    public static Answer RangeTest(RangeTestRequest request) => Reply(Runs.RangeTest.Of(request), Json.Default.RangeTestResult);

    /// <summary>A long run, of which some updates are kept.</summary>
    public static Answer Trace(TraceRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var run = ThinnedRun.Of(request.Run, request.Rows);
        var (numbers, course) = (new ColumnWriter(), Course.Of(request.Run.Landscape));
        var updates = numbers.Add("updates", [.. run.Updates.Select(update => (double)update)]);
        var styles = OptimizerStyle.For(run.Entries.Select(entry => entry.Method));
        return Reply(
            new TraceReply(course.Title, course.Objective.Dimension, updates, [.. run.Entries.Zip(styles, (entry, style) => new TraceEntryReply(
                entry.Label,
                entry.Method.ToString(),
                style,
                [.. Path(entry.Trajectory, numbers), .. State(entry.Trajectory, numbers)]))]),
            Json.Default.TraceReply,
            numbers);
    }

    private static List<Column> Path(Trajectory run, ColumnWriter numbers) =>
    [
        numbers.Add("theta", run.Theta, run.Dimension, "θ"),
        numbers.Add("loss", run.Loss, symbol: "f"),
        numbers.Add("gradient", run.Gradient, run.Dimension, "g"),
        numbers.Add("gradient_norm", run.GradientNorm, symbol: "‖∇f‖"),
        numbers.Add("learning_rate", run.LearningRate, symbol: "η"),
    ];

    private static List<Column> State(Trajectory run, ColumnWriter numbers)
    {
        var columns = new List<Column>();
        foreach (var column in run.State)
        {
            columns.Add(numbers.Add(column.Name, column.Values, run.Dimension, column.Symbol, column.IsDerived ? "derived" : "state"));
        }

        return columns;
    }

    private static EntryReply Entry(RunEntry entry, Course course, ColumnWriter numbers)
    {
        var run = entry.Trajectory;
        var columns = Path(run, numbers);
        columns.Add(numbers.Add("status", Array.ConvertAll(run.Statuses, status => (double)status)));
        if (run.Examples.Length > 0)
        {
            columns.Add(numbers.Add("examples", [.. run.Examples.Select(example => (double)example)], run.Examples.Length / run.Loss.Length));
        }

        if (run.Evaluation.Loss.Length > 0)
        {
            columns.Add(numbers.Add("evaluation_theta", run.Evaluation.Theta, run.Dimension, "x"));
            columns.Add(numbers.Add("evaluation_loss", run.Evaluation.Loss, symbol: "f(x)"));
        }

        columns.AddRange(State(run, numbers));
        return new EntryReply(
            entry.Label,
            entry.Method.ToString(),
            OptimizerStyle.FormOf(entry.Method),
            entry.Style,
            run.Updates,
            RunStatusWords.Of(run.Status),
            entry.FinalLoss,
            entry.Arrival,
            run.PathLength,
            entry.GradientEvaluationsPerUpdate,
            entry.ExamplesPerUpdate,
            Stability.Of(entry.Method, course, run.PointAt(0)),
            columns);
    }

    internal static Answer Reply<TReply>(TReply reply, System.Text.Json.Serialization.Metadata.JsonTypeInfo<TReply> type, ColumnWriter? numbers = null) =>
        new(JsonSerializer.Serialize(reply, type), numbers?.ToArray() ?? []);
}
