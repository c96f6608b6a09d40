using Descent.Engine;
using Descent.Optimizers;

namespace Descent.Landscapes.Listings;

/// <summary>C# that has the library do it.</summary>
internal static class LibraryListing
{
    public static string Of(ListingRequest request, Method method, ScheduleListing schedule, double[] shifts) =>
        $"// {MethodListings.About(request, method, schedule, "by the library")}\n" + (request.RangeTest ? RangeTest(request, method) : Steps(request, method, schedule, shifts));

    private static string RangeTest(ListingRequest request, Method method) => Join(
        "using System;",
        "using Descent.Landscapes.Runs;",
        "",
        "RangeTestResult test = RangeTest.Of(new RangeTestRequest",
        "{",
        "    Run = new RunRequest",
        "    {",
        "        Landscape = new Place { Id = \"kappabowl\", Constants = new() { [\"b\"] = 2 } },",
        "        Start = [3, -2],",
        $"        Optimizers = [new Entrant {{ Optimizer = \"{Catalogue.Text(method)}\" }}],",
        request.Clip switch { ListedClipping.Norm => "        ClipNorm = 1,", ListedClipping.Value => "        ClipValue = 1,", _ => null },
        "    },",
        "    Low = 1e-4,",
        "    High = 10,",
        "    Count = 200,",
        "});",
        "",
        "Console.WriteLine($\"suggestion = {test.Suggestion}, blow-up = {test.BlowUp ?? 10}\");");

    private static string Steps(ListingRequest request, Method method, ScheduleListing schedule, double[] shifts)
    {
        var hasCurvature = Optimizer.For([new Parameter<double>("theta", new double[2], new double[2])], method).UsesCurvature;
        string[] gradient = request.Accumulate
            ?
            [
                "    optimizer.ZeroGradients();",
                "    foreach (var part in parts)",
                "    {",
                "        g[0] += theta[0] + part;",
                "        g[1] += 2 * (theta[1] + part);",
                "    }",
                "",
            ]
            : ["    (g[0], g[1]) = (theta[0], 2 * theta[1]);"];
        return Join(
        [
            "using System;",
            "using Descent;",
            "using Descent.Engine;",
            request.Clip == ListedClipping.Value ? "using Descent.Gradients;" : null,
            "using Descent.Optimizers;",
            schedule.Text is null ? null : "using Descent.Schedules;",
            "",
            "double[] theta = [3, -2];",
            "double[] g = [0, 0];",
            request.Accumulate ? $"double[] parts = [{string.Join(", ", shifts.Select(MethodListings.Text))}];" : null,
            "var parameter = new Parameter<double>(\"theta\", theta, g);",
            $"var optimizer = Optimizer.For([parameter], {Constructed(method, schedule)});",
            request.Clip switch { ListedClipping.Norm => "optimizer.ClipNorm = 1;", ListedClipping.Value => "optimizer.Clipping = new ClipByValue(1);", _ => null },
            request.Accumulate ? $"optimizer.GradientScale = 1.0 / {shifts.Length};" : null,
            hasCurvature ? "parameter.CurvatureEstimate = new double[] { 1, 2 };" : null,
            "",
            $"for (var t = 1; t <= {MethodListings.Steps}; t++)",
            "{",
            .. gradient,
            hasCurvature ? "    optimizer.UpdateCurvature();" : null,
            "    optimizer.Step();",
            "}",
            "",
            "double loss = (theta[0] * theta[0] + 2 * theta[1] * theta[1]) / 2;",
            "Console.WriteLine($\"x = {theta[0]}, y = {theta[1]}, loss = {loss}\");",
        ]);
    }

    /// <summary>The record with its options, where they are numbers or yes and no; else as text.</summary>
    private static string Constructed(Method method, ScheduleListing schedule)
    {
        var entry = Catalogue.Find(method);
        var rate = schedule.Call.Replace("PEAK", MethodListings.Text(method.LearningRate.At(0)), StringComparison.Ordinal);
        MethodOption[] options = [.. entry.Options.Where(option => option.Name != "learning_rate" && option.Text(method) != option.Text(entry.Default))];
        return Array.TrueForAll(options, option => bool.TryParse(option.Text(method), out _) || (double.TryParse(option.Text(method), out var number) && double.IsFinite(number)))
            ? $"new {entry.TypeName} {{ LearningRate = {rate}{string.Concat(options.Select(option => $", {option.PropertyName} = {option.Text(method)}"))} }}"
            : $"Catalogue.Parse(\"{Catalogue.Text(method)}\") with {{ LearningRate = {rate} }}";
    }

    private static string Join(params string?[] lines) => string.Concat(lines.Where(line => line is not null).Select(line => $"{line}\n"));
}
