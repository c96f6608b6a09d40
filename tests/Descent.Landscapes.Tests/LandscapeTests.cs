using System.Text.Json.Nodes;
using Descent.Landscapes.Formulas;
using Descent.Landscapes.Grids;
using Descent.Numerics;

namespace Descent.Landscapes.Tests;

public class LandscapeTests
{
    private const double Tolerance = 1e-6;

    public static TheoryData<string> Ids() => [.. LandscapeCatalogue.All.Select(landscape => landscape.Id)];

    public static TheoryData<string> Functions() => [.. LandscapeCatalogue.All.Where(landscape => !landscape.Id.StartsWith("data", StringComparison.Ordinal) && landscape.Id != "netslice").Select(landscape => landscape.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Gradients_and_Hessians_agree_with_central_differences(string id)
    {
        var landscape = LandscapeCatalogue.Find(id);
        Differences.Check(landscape.Objective(), landscape.Box, id, Tolerance);
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_landscape_is_the_formula_that_it_says(string id)
    {
        var landscape = LandscapeCatalogue.Find(id);
        var formula = Formula.Parse(landscape.Formula, landscape.Constants.ToDictionary(constant => constant.Name, constant => constant.Default));
        var objective = landscape.Objective();
        Assert.Equal(landscape.Dimension, formula.Dimension);
        var (size, random) = (landscape.Dimension, new SeededRandom(11));
        double[] ours = new double[size], theirs = new double[size];
        for (var i = 0; i < 100; i++)
        {
            var point = Differences.RandomPoint(landscape.Box, size, random);
            var (value, other) = (objective.Gradient(point, ours), formula.Objective.Gradient(point, theirs));
            Assert.Equal(value, other, 1e-9 * Math.Max(1, Math.Abs(value)));
            Assert.All(ours.Zip(theirs), pair => Assert.Equal(pair.First, pair.Second, 1e-9 * Math.Max(1, Math.Abs(pair.First))));
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Probes_boxes_starts_and_critical_points_are_those_of_the_worked_examples(string id)
    {
        var landscape = LandscapeCatalogue.Find(id);
        var row = WorkedFigures.Landscape(id);
        var objective = landscape.Objective();
        var gradient = new double[landscape.Dimension];
        var value = objective.Gradient(TestSupport.Golden.Numbers(row["probe"]), gradient);
        Close(TestSupport.Golden.Number(row["value"]), value);
        Assert.All(TestSupport.Golden.Numbers(row["gradient"]).Zip(gradient), pair => Close(pair.First, pair.Second));
        Assert.Equal(row["domain"]!.AsArray().SelectMany(TestSupport.Golden.Numbers), landscape.Box.Edges(landscape.Dimension));
        Assert.Equal(TestSupport.Golden.Numbers(row["start"]), landscape.Start);
        Assert.Equal(row["minima"]!.AsArray().Count, landscape.Minima.Count());
        foreach (var (theirs, ours) in row["minima"]!.AsArray().Concat(row["criticalPoints"]!.AsArray()).Zip(landscape.Minima.Concat(landscape.Known.Where(point => point.Kind != "minimum"))))
        {
            Assert.All(TestSupport.Golden.Numbers(theirs!["point"]).Zip(ours.Point), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
            Assert.Equal(TestSupport.Golden.Number(theirs["value"]), ours.Value, 1e-6);
            Assert.Equal(theirs["kind"]?.GetValue<string>() ?? "minimum", ours.Kind);
        }

        static void Close(double expected, double actual) => Assert.Equal(expected, actual, 1e-12 * Math.Max(1, Math.Abs(expected)));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Known_points_have_no_gradient_and_the_search_finds_them(string id)
    {
        var landscape = LandscapeCatalogue.Find(id);
        var objective = landscape.Objective();
        var found = StationaryPoints.Find(objective, landscape.Box);
        foreach (var known in landscape.Known)
        {
            var gradient = new double[landscape.Dimension];
            Assert.Equal(known.Value, objective.Gradient(known.Point, gradient), 1e-5);
            Assert.All(gradient, g => Assert.Equal(0, g, 2e-4));
            if (id == "ackley")
            {
                // The tip of a cone, where there is no Hessian.
                continue;
            }

            var match = found.MinBy(critical => critical.Point.Zip(known.Point).Sum(pair => Math.Abs(pair.First - pair.Second)))!;
            Assert.All(match.Point.Zip(known.Point), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
            Assert.Equal(known.Value, match.Value, 1e-6);
            Assert.Equal(
                known.Kind switch { "minimum" => CriticalKind.Minimum, "saddle" => CriticalKind.Saddle, "maximum" => CriticalKind.Maximum, _ => CriticalKind.Degenerate },
                match.Kind);
        }
    }

    [Theory]
    [InlineData("himmelblau", 4, 4, 1)]
    [InlineData("sixhump", 6, 7, 2)]
    [InlineData("rastrigin", 121, 220, 100)]
    [InlineData("styblinski", 4, 4, 1)]
    public void The_search_finds_every_stationary_point(string id, int minima, int saddles, int maxima)
    {
        var landscape = LandscapeCatalogue.Find(id);
        var found = StationaryPoints.Find(landscape.Objective(), landscape.Box, side: id == "rastrigin" ? 101 : 41);
        Assert.Equal(
            (minima, saddles, maxima),
            (found.Count(point => point.Kind == CriticalKind.Minimum), found.Count(point => point.Kind == CriticalKind.Saddle), found.Count(point => point.Kind == CriticalKind.Maximum)));
    }

    [Fact]
    public void The_sharp_pit_and_the_flat_basin_have_the_curvatures_of_the_worked_examples()
    {
        var landscape = LandscapeCatalogue.Find("sharpflat1d");
        var found = StationaryPoints.Find(landscape.Objective(), landscape.Box).Where(point => point.Kind == CriticalKind.Minimum).ToArray();
        Assert.Equal([48.915, 1.0311], found.OrderBy(point => point.Value).Select(point => Math.Round(point.Eigenvalues[0], point.Eigenvalues[0] > 10 ? 3 : 4)));
    }

    [Fact]
    public void Ackley_has_gradient_0_at_the_origin_by_definition()
    {
        var gradient = new double[2];
        Assert.Equal(0, LandscapeCatalogue.Find("ackley").Objective().Gradient([0, 0], gradient), 1e-14);
        Assert.Equal([0, 0], gradient);
    }

    [Fact]
    public void Constants_change_a_landscape_within_their_range()
    {
        var landscape = LandscapeCatalogue.Find("kappabowl");
        Assert.Equal(0.5 * (3 + (50 * 4)), landscape.Objective(new Dictionary<string, double> { ["a"] = 3, ["b"] = 50 }).Value([1, 2]));
        Assert.Equal("The constant b of kappabowl must be in [1, 1000], but was 1001.", Refused(new() { ["b"] = 1001 }));
        Assert.Equal("The constant b of kappabowl must be in [1, 1000], but was NaN.", Refused(new() { ["b"] = double.NaN }));
        Assert.Equal("'c' is not a constant of kappabowl; its constants are a, b.", Refused(new() { ["c"] = 1 }));
        Assert.Equal(
            "'b' is not a constant of bowl; it has none.",
            Assert.Throws<DescentException>(() => LandscapeCatalogue.Find("bowl").Objective(new Dictionary<string, double> { ["b"] = 1 })).Message);
        Assert.Matches("^There is no landscape 'bow'; the nearest names are .*'bowl'", Assert.Throws<DescentException>(() => LandscapeCatalogue.Find("bow")).Message);

        string Refused(Dictionary<string, double> constants) => Assert.Throws<DescentException>(() => landscape.Objective(constants)).Message;
    }

    [Fact]
    public void Eigenvalues_are_exact_where_cancellation_would_hurt()
    {
        Assert.Equal([2, 5], Curvature.Eigenvalues([5, 0, 0, 2]));
        Assert.Equal([-1, 3], Curvature.Eigenvalues([1, 2, 2, 1]));
        Assert.Equal([0, 0], Curvature.Eigenvalues([0, 0, 0, 0]));
        var small = Curvature.Eigenvalues([1e16, 1, 1, 1e-15]);
        Assert.Equal(9e-16, small[0], 1e-20);
        Assert.True(Curvature.IsPositiveSemidefinite([0, 0, 0, 0]));
        Assert.False(Curvature.IsPositiveSemidefinite([2, 0, 0, -2]));
    }
}

/// <summary>Rows of the worked examples.</summary>
internal static class WorkedFigures
{
    public static JsonObject File { get; } = TestSupport.Golden.Read(Path.Combine(TestSupport.Golden.Folders[0], "worked-examples.json"));

    public static JsonObject Landscape(string id) => File["landscapes"]!.AsArray().Single(row => row!["id"]!.GetValue<string>() == id)!.AsObject();

    public static JsonObject Example(string id) => File["examples"]!.AsArray().Single(row => row!["id"]!.GetValue<string>() == id)!.AsObject();

    public static JsonNode Expected(string id) => Example(id)["expected"]!;
}
