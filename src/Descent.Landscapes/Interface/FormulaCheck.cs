using Descent.Landscapes.Formulas;
using Descent.Numerics;

namespace Descent.Landscapes.Interface;

/// <summary>Looks at a formula: simplified, evaluated, and its derivatives compared with differences.</summary>
internal static class FormulaCheck
{
    private const int Points = 50;
    private static readonly double[] UnitBox = [-5, 5, -5, 5];

    public static Answer Answer(FormulaRequest request)
    {
        var formula = Formula.Parse(request.Formula, request.Constants);
        var size = formula.Dimension;
        double? value = null;
        double[]? gradient = null, hessian = null;
        if (request.Point is { } point)
        {
            if (point.Length != size)
            {
                throw new DescentException($"The point must have {size} {(size == 1 ? "number" : "numbers")}, one per variable of the formula, but had {point.Length}.");
            }

            (gradient, hessian) = (new double[size], new double[size * size]);
            value = formula.Objective.Hessian(point, gradient, hessian);
        }

        var box = Box.From(request.Box ?? UnitBox[..(2 * size)], size);
        return Functions.Reply(
            new FormulaReply(formula.ToString(), size, formula.Hints, value, gradient, hessian, LargestDifference(formula.Objective, box)),
            Json.Default.FormulaReply);
    }

    private static double? LargestDifference(Objective objective, Box box)
    {
        var (size, random) = (objective.Dimension, new SeededRandom(1));
        double? largest = null;
        var gradient = new double[size];
        for (var n = 0; n < Points; n++)
        {
            double[] point = [.. Enumerable.Range(0, size).Select(i => random.NextUniform(box[i].Low, box[i].High))];
            var value = objective.Gradient(point, gradient);
            for (var i = 0; i < size; i++)
            {
                var (at, h) = (point[i], 1e-5 * Math.Max(1, Math.Abs(point[i])));
                double[] above = [.. point], below = [.. point];
                (above[i], below[i]) = (at + h, at - h);
                var difference = (objective.Value(above) - objective.Value(below)) / (above[i] - below[i]);
                var error = Math.Abs(difference - gradient[i]) / Math.Max(Math.Max(1e-3, 1e-3 * Math.Abs(value)), Math.Abs(gradient[i]));
                if (double.IsFinite(error))
                {
                    largest = Math.Max(largest ?? 0, error);
                }
            }
        }

        return largest;
    }
}
