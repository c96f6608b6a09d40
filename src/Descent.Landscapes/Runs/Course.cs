using Descent.Landscapes.Data;
using Descent.Landscapes.Formulas;
using Descent.Landscapes.Networks;

namespace Descent.Landscapes.Runs;

/// <summary>What a <see cref="Place"/> stands for, once it is resolved.</summary>
/// <param name="Objective">What is minimized.</param>
/// <param name="Box">What is plotted; null for a stream of gradients.</param>
/// <param name="Start">Where runs begin when nothing else is said.</param>
/// <param name="Title">For captions.</param>
/// <param name="Known">What is known about critical points; none for a formula, a stream, and other constants than the defaults.</param>
public sealed record Course(Objective Objective, Box? Box, double[] Start, string Title, IReadOnlyList<KnownPoint> Known)
{
    /// <summary>The edges of the box of a formula when none are given.</summary>
    private static readonly double[] UnitBox = [-5, 5, -5, 5];

    /// <summary>Resolves a place.</summary>
    /// <exception cref="DescentException">The landscape, a constant, the formula or the box is not known or not allowed.</exception>
    public static Course Of(Place place)
    {
        ArgumentNullException.ThrowIfNull(place);
        if (place.Stream is { } stream)
        {
            var gradients = new GradientStream(stream);
            return new Course(gradients, null, new double[gradients.Dimension], "a stream of gradients", []);
        }

        if (place.Formula is { } text)
        {
            var formula = Formula.Parse(text, place.Constants);
            return new Course(
                formula.Objective,
                Box.From(place.Box ?? UnitBox[..(2 * formula.Dimension)], formula.Dimension),
                [.. Enumerable.Repeat(1.0, formula.Dimension)],
                formula.ToString(),
                []);
        }

        var landscape = LandscapeCatalogue.Find(place.Id);
        var objective = place.Plane switch
        {
            null => landscape.Objective(place.Constants),
            { } plane when landscape.Id == "netslice" => NetworkSlice.Of(plane),
            _ => throw new DescentException($"A plane is for the landscape netslice, but was given for {landscape.Id}."),
        };
        if (place.Points is { } points)
        {
            objective = objective is LineObjective line
                ? line.On(points)
                : throw new DescentException($"Points are for landscapes that are losses on data, data1 and data2, but were given for {landscape.Id}.");
        }

        var isChanged = place.Points is not null || place.Constants is { Count: > 0 };
        return new Course(
            objective,
            place.Box is { } edges ? Box.From(edges, landscape.Dimension) : landscape.Box,
            [.. landscape.Start],
            landscape.Title,
            isChanged ? [] : landscape.Known);
    }
}
