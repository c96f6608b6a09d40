using System.Numerics;
using System.Text.Json.Nodes;
using Descent.Engine;
using Descent.Optimizers;
using Descent.TestSupport;
using Xunit.Abstractions;

namespace Descent.Tests.Golden;

/// <summary>The golden ring: every trajectory of a method in the catalogue, in double and in float.</summary>
public class OptimizerTrajectoryTests(ITestOutputHelper output)
{
    private const string NotYet = "the method is not in the catalogue yet";

    public static TheoryData<string, string> Built() => Files(built: true);

    /// <summary>Without the files whose numbers are float32, which double cannot follow.</summary>
    public static TheoryData<string, string> BuiltInDouble() => Files(built: true, where: golden => golden["dtype"]!.GetValue<string>() == "float64");

    public static TheoryData<string, string> Missing() => Files(built: false);

    private static TheoryData<string, string> Files(bool built, Func<JsonObject, bool>? where = null)
    {
        var data = new TheoryData<string, string>();
        foreach (var file in TestSupport.Golden.Files("optimizers"))
        {
            var label = Path.GetFileNameWithoutExtension(file);
            var method = label[..label.IndexOf("__", StringComparison.Ordinal)];
            if (Catalogue.All.Any(entry => entry.Name == GoldenMethods.NameOf(method)) == built && where?.Invoke(TestSupport.Golden.Read(file)) != false)
            {
                data.Add(label, file);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(BuiltInDouble))]
    [MemberData(nameof(Missing), Skip = NotYet)]
    public void Double_follows_the_reference(string label, string file)
    {
        var golden = TestSupport.Golden.Read(file);
        var differ = new Differ(GoldenMethods.Create(golden, golden["hyperparameters"]!["groups"]?[0]?.AsObject()).Rule.IsElementWise ? 1e-12 : 1e-9);
        Follow<double>(golden, differ);
        output.WriteLine($"{label}: largest difference {differ.Largest:E2} over {differ.Count} numbers");
        differ.AssertClose();
    }

    [Theory]
    [MemberData(nameof(Built))]
    [MemberData(nameof(Missing), Skip = NotYet)]
    public void Float_follows_the_reference(string label, string file)
    {
        var golden = TestSupport.Golden.Read(file);
        var differ = new Differ(2e-5);
        Follow<float>(golden, differ);
        output.WriteLine($"{label}: largest difference {differ.Largest:E2} over {differ.Count} numbers");
        differ.AssertClose();
    }

    private static void Follow<T>(JsonObject golden, Differ differ)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Follow<T>(golden, (optimizer, step, parameter, result, number) =>
        {
            if (step["gradient_norm_before_clipping"] is { } norm)
            {
                differ.Compare(TestSupport.Golden.Number(norm), result.GradientNorm, $"step {number} norm");
            }

            Compare("parameters", parameter.Values.Span);
            if (step["base_parameters"] is not null)
            {
                Compare("base_parameters", State("z"));
            }

            if (step["slow_parameters"] is not null)
            {
                Compare("slow_parameters", State("slow"));
            }

            if (step["averaged_parameters"] is not null)
            {
                var training = parameter.Values.ToArray();
                optimizer.MoveTo(ParameterPoint.Evaluation);
                Compare("averaged_parameters", parameter.Values.Span);
                optimizer.MoveTo(ParameterPoint.Training);
                Assert.Equal(training, parameter.Values.ToArray());
            }

            if (step["d"] is { } d)
            {
                differ.Compare(TestSupport.Golden.Number(d), optimizer.GroupNumber("d"), $"step {number} d");
            }

            T[] State(string name)
            {
                var bound = (BoundParameter<T>)optimizer.Bound.Single(item => item.Parameter == parameter);
                return bound.State[bound.Kernels.Binding.State.ToList().FindIndex(slot => slot.Name == name)].ToArray();
            }

            void Compare(string what, ReadOnlySpan<T> values) => differ.Compare(
                TestSupport.Golden.Numbers(step[what]![parameter.Name]),
                [.. values.ToArray().Select(value => double.CreateChecked(value))],
                $"step {number} {what} {parameter.Name}");
        });

    private static void Follow<T>(JsonObject golden, Action<Optimizer, JsonNode, Parameter<T>, StepResult, int> compare)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var parameters = golden["parameters"]!.AsArray().Select(item => new Parameter<T>(
            item!["name"]!.GetValue<string>(),
            Convert<T>(item["initial"]),
            shape: TestSupport.Golden.Integers(item["shape"]))).ToArray();
        var hyperparameters = golden["hyperparameters"]!.AsObject();
        var groups = hyperparameters["groups"] is JsonArray items
            ? items.SelectMany(group => group!["parameters"]!.AsArray().Select(name =>
                new ParameterGroup(GoldenMethods.Create(golden, group.AsObject()), name!.GetValue<string>()))).ToArray()
            : [new ParameterGroup(GoldenMethods.Create(golden, group: null))];
        var optimizer = Optimizer.For(parameters, groups);
        if (hyperparameters["clip_global_norm"] is { } clip)
        {
            optimizer.ClipNorm = TestSupport.Golden.Number(clip);
        }

        foreach (var step in golden["steps"]!.AsArray())
        {
            foreach (var parameter in parameters)
            {
                var gradient = step!["gradients"]![parameter.Name];
                parameter.HasGradient = false;
                if (gradient is not null)
                {
                    parameter.Gradient = Convert<T>(gradient);
                }
            }

            // Estimates of curvature come before the step, or after it where the file says so.
            var after = hyperparameters["hessian_update"]?.GetValue<string>() == "after_step";
            if (!after)
            {
                UpdateCurvature(optimizer, parameters, step!);
            }

            var result = optimizer.Step();
            if (after)
            {
                UpdateCurvature(optimizer, parameters, step!);
            }

            var number = step!["step"]!.GetValue<int>();
            foreach (var parameter in parameters)
            {
                compare(optimizer, step, parameter, result, number);
            }
        }
    }

    private static void UpdateCurvature<T>(Optimizer optimizer, Parameter<T>[] parameters, JsonNode step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (step["hessian_diagonal_estimates"] is { } estimates)
        {
            foreach (var parameter in parameters)
            {
                parameter.CurvatureEstimate = Convert<T>(estimates[parameter.Name]);
            }

            optimizer.UpdateCurvature();
        }
    }

    private static T[] Convert<T>(JsonNode? node)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. TestSupport.Golden.Numbers(node).Select(T.CreateTruncating)];
}
