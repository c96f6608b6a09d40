using Descent.Landscapes.Runs;

namespace Descent.Landscapes.Interface;

/// <summary>The functions about points: losses and gradients there, of all examples, of each, and of batches.</summary>
internal static class DataFunctions
{
    /// <summary>The gradient of every example at some points.</summary>
    public static Answer ExampleGradients(ExampleGradientsRequest request)
    {
        var (numbers, course) = (new ColumnWriter(), Course.Of(request.Landscape));
        var gradients = numbers.Add("gradients", Data.ExampleGradients.At(course, request.Points), course.Objective.Dimension, "g");
        return Functions.Reply(new ExampleGradientsReply(course.Objective.Examples, gradients), Json.Default.ExampleGradientsReply, numbers);
    }

    /// <summary>The gradients of many batches at a point, and how they scatter.</summary>
    public static Answer BatchGradients(BatchGradientsRequest request)
    {
        var (numbers, course) = (new ColumnWriter(), Course.Of(request.Landscape));
        var drawn = Data.BatchGradients.Draw(course, request.Point, request.Size, request.Draws, request.WithReplacement, request.Seed);
        var gradients = numbers.Add("gradients", drawn.Gradients, course.Objective.Dimension, "g");
        return Functions.Reply(
            new BatchGradientsReply(course.Objective.Examples, drawn.Full, drawn.Mean, drawn.Covariance, drawn.Expected, gradients),
            Json.Default.BatchGradientsReply,
            numbers);
    }

    /// <summary>Points around a line.</summary>
    public static Answer LinePoints(LinePointsRequest request) => Functions.Reply(
        new LinePointsReply(Data.LinePoints.Of(request.Count, request.Slope, request.Intercept, request.Noise, request.Seed)),
        Json.Default.LinePointsReply);

    /// <summary>Losses and exact gradients at points.</summary>
    public static Answer Evaluate(EvaluateRequest request)
    {
        var (numbers, objective) = (new ColumnWriter(), Course.Of(request.Landscape).Objective);
        var size = objective.Dimension;
        Limits.Check("The number of points", request.Points.Length, Limits.Updates + 1);
        if (Array.Find(request.Points, point => point.Length != size) is { } other)
        {
            throw new DescentException($"Each point must have {size} {(size == 1 ? "number" : "numbers")}, but one was {Words.Point(other, Words.Number)}.");
        }

        var (losses, gradients) = (new double[request.Points.Length], new double[request.Points.Length * size]);
        for (var i = 0; i < losses.Length; i++)
        {
            losses[i] = objective.Gradient(request.Points[i], gradients.AsSpan(i * size, size));
        }

        return Functions.Reply(new EvaluateReply(numbers.Add("loss", losses, symbol: "f"), numbers.Add("gradient", gradients, size, "g")), Json.Default.EvaluateReply, numbers);
    }
}
