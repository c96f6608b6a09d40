using System.Text.Json.Nodes;
using Descent.Landscapes.Formulas;
using Descent.Landscapes.Runs;

namespace Descent.Landscapes.Interface;

/// <summary>What <c>catalog</c> gives.</summary>
/// <param name="Optimizers">Everything that the catalogue of methods knows of each, with <c>style</c> and, per option, <c>slider</c>.</param>
/// <param name="Schedules">The kinds of schedules: how each is written, and what it does.</param>
/// <param name="Landscapes">The landscapes.</param>
/// <param name="Statuses">The words for a run's status, by its number in columns.</param>
/// <param name="Limits">What a request may ask for at most, by name.</param>
internal sealed record CatalogReply(
    JsonArray Optimizers,
    IReadOnlyList<ScheduleReply> Schedules,
    IReadOnlyList<LandscapeReply> Landscapes,
    IReadOnlyList<string> Statuses,
    IReadOnlyDictionary<string, int> Limits);

/// <summary>A kind of schedule.</summary>
/// <param name="Text">How it is written.</param>
/// <param name="Meaning">What it does.</param>
internal sealed record ScheduleReply(string Text, string Meaning);

/// <summary>A landscape of the catalogue.</summary>
/// <param name="Id">Its name in requests.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Formula">As text.</param>
/// <param name="Shows">What one sees on it.</param>
/// <param name="Dimension">How many variables.</param>
/// <param name="Box">Low and high edge per variable.</param>
/// <param name="Start">Where runs begin.</param>
/// <param name="Known">Known critical points.</param>
/// <param name="Constants">What may be changed.</param>
internal sealed record LandscapeReply(
    string Id,
    string Title,
    string Formula,
    string Shows,
    int Dimension,
    double[] Box,
    IReadOnlyList<double> Start,
    IReadOnlyList<KnownPoint> Known,
    IReadOnlyList<LandscapeConstant> Constants)
{
    internal static LandscapeReply Of(Landscape landscape) => new(
        landscape.Id,
        landscape.Title,
        landscape.Formula,
        landscape.Shows,
        landscape.Dimension,
        landscape.Box.Edges(landscape.Dimension),
        landscape.Start,
        landscape.Known,
        landscape.Constants);
}

/// <summary>What <c>run</c> gives.</summary>
/// <param name="Title">What was descended on.</param>
/// <param name="Dimension">How many variables.</param>
/// <param name="Box">What is plotted; empty for a stream of gradients.</param>
/// <param name="Start">Where all began.</param>
/// <param name="Known">Known critical points.</param>
/// <param name="Entries">The participants, in the order of the request.</param>
/// <param name="Order">Indices of the participants, the first to arrive first.</param>
/// <param name="Captions">What happened, in sentences made from the run.</param>
internal sealed record RunReply(
    string Title,
    int Dimension,
    double[] Box,
    double[] Start,
    IReadOnlyList<KnownPoint> Known,
    IReadOnlyList<EntryReply> Entries,
    IReadOnlyList<int> Order,
    IReadOnlyList<string> Captions);

/// <summary>A participant.</summary>
/// <param name="Label">Its name in tables.</param>
/// <param name="Optimizer">The method as text.</param>
/// <param name="Form">What the method is called in pictures.</param>
/// <param name="Style">How it is drawn.</param>
/// <param name="Updates">How many updates were made.</param>
/// <param name="Status">After the last one, in words.</param>
/// <param name="FinalLoss">The last loss by which it is judged.</param>
/// <param name="Arrival">The first step at which the threshold was met; null when it never was.</param>
/// <param name="PathLength">The length of the path.</param>
/// <param name="GradientEvaluationsPerUpdate">What an update costs.</param>
/// <param name="ExamplesPerUpdate">How many examples an update uses, at most.</param>
/// <param name="Stability">The learning rate against the limit of stability; null where none is known.</param>
/// <param name="Columns">Where its numbers are; rows are steps, from 0.</param>
internal sealed record EntryReply(
    string Label,
    string Optimizer,
    string Form,
    OptimizerStyle Style,
    int Updates,
    string Status,
    double FinalLoss,
    int? Arrival,
    double PathLength,
    int GradientEvaluationsPerUpdate,
    int ExamplesPerUpdate,
    Stability? Stability,
    IReadOnlyList<Column> Columns);

/// <summary>What <c>trace</c> gives.</summary>
/// <param name="Title">What was descended on.</param>
/// <param name="Dimension">How many variables.</param>
/// <param name="Updates">Which updates are kept: row k is after so many.</param>
/// <param name="Entries">The participants, in the order of the request.</param>
internal sealed record TraceReply(string Title, int Dimension, Column Updates, IReadOnlyList<TraceEntryReply> Entries);

/// <summary>A participant of a trace.</summary>
/// <param name="Label">Its name in tables.</param>
/// <param name="Optimizer">The method as text.</param>
/// <param name="Style">How it is drawn.</param>
/// <param name="Columns">Where its numbers are; rows are those that are kept.</param>
internal sealed record TraceEntryReply(string Label, string Optimizer, OptimizerStyle Style, IReadOnlyList<Column> Columns);

/// <summary>What <c>example_gradients</c> gives.</summary>
/// <param name="Examples">How many examples the landscape has.</param>
/// <param name="Gradients">Where the gradients are: point after point, in each the examples in their order.</param>
internal sealed record ExampleGradientsReply(int Examples, Column Gradients);

/// <summary>What <c>batch_gradients</c> gives.</summary>
/// <param name="Examples">How many examples the landscape has.</param>
/// <param name="Full">The gradient over all of them.</param>
/// <param name="Mean">The mean of the batches' gradients.</param>
/// <param name="Covariance">Their sample covariance, by rows.</param>
/// <param name="Expected">What theory says of it.</param>
/// <param name="Gradients">Where the gradients of the batches are.</param>
internal sealed record BatchGradientsReply(int Examples, double[] Full, double[] Mean, double[] Covariance, double[] Expected, Column Gradients);

/// <summary>What <c>line_points</c> gives.</summary>
/// <param name="Points">The points (x, y).</param>
internal sealed record LinePointsReply(double[][] Points);

/// <summary>What <c>evaluate</c> gives.</summary>
/// <param name="Loss">Where the losses are, one per point.</param>
/// <param name="Gradient">Where the gradients are, point after point.</param>
internal sealed record EvaluateReply(Column Loss, Column Gradient);

/// <summary>What <c>grid</c> gives.</summary>
/// <param name="Box">What it covers.</param>
/// <param name="Columns">Points along x.</param>
/// <param name="Rows">Points along y.</param>
/// <param name="Lowest">The smallest finite value.</param>
/// <param name="Highest">The largest finite value.</param>
/// <param name="Levels">Contour levels, from low to high.</param>
/// <param name="StationaryPoints">Found by Newton's method from a grid.</param>
/// <param name="Known">Known critical points.</param>
/// <param name="Values">Where the values are, row by row from low y.</param>
/// <param name="Gradients">Where the gradients are; null when they were not asked for.</param>
internal sealed record GridReply(
    double[] Box,
    int Columns,
    int Rows,
    double Lowest,
    double Highest,
    double[] Levels,
    IReadOnlyList<CriticalPoint> StationaryPoints,
    IReadOnlyList<KnownPoint> Known,
    Column Values,
    Column? Gradients);

/// <summary>What <c>map</c> gives.</summary>
/// <param name="X">The values along a row.</param>
/// <param name="Y">The values of all rows.</param>
/// <param name="FirstRow">The first row that is given.</param>
/// <param name="Rows">How many rows are given.</param>
/// <param name="Values">Where they are, row by row.</param>
internal sealed record MapReply(double[] X, double[] Y, int FirstRow, int Rows, Column Values);

/// <summary>What <c>formula</c> gives.</summary>
/// <param name="Formula">Simplified.</param>
/// <param name="Dimension">How many variables.</param>
/// <param name="Hints">Kinks, and where it is not defined.</param>
/// <param name="Value">At the point; null without one.</param>
/// <param name="Gradient">At the point, exact.</param>
/// <param name="Hessian">At the point, exact, by rows.</param>
/// <param name="LargestDifference">
/// The largest difference between exact gradients and central differences over 50 points of the box, relative to the gradient's size; null where no
/// point has finite values.
/// </param>
internal sealed record FormulaReply(
    string Formula,
    int Dimension,
    IReadOnlyList<FormulaHint> Hints,
    double? Value,
    double[]? Gradient,
    double[]? Hessian,
    double? LargestDifference);

/// <summary>What <c>statistics</c> gives.</summary>
/// <param name="Rows">One per optimizer.</param>
internal sealed record StatisticsReply(IReadOnlyList<RunStatistics> Rows);

/// <summary>What is given instead of an answer when a request is refused.</summary>
/// <param name="Error">The sentence.</param>
/// <param name="Column">Where in a formula; null for other mistakes.</param>
internal sealed record ErrorReply(string Error, int? Column);

/// <summary>What <c>code</c> answers.</summary>
/// <param name="Code">C# that makes the same run.</param>
internal sealed record CodeReply(string Code);
