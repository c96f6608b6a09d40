using System.Text.Json.Nodes;
using Descent.Averaging;
using Descent.Engine;
using Descent.Gradients;
using Descent.Optimizers;
using Descent.TestSupport;
using Xunit.Abstractions;

namespace Descent.Tests.Golden;

/// <summary>The golden ring for what surrounds a step: clipping, loss scaling, averages.</summary>
public class OtherTests(ITestOutputHelper output)
{
    /// <summary>The kinds that tests know: these here, the sweeps in <see cref="ScheduleTests"/>, initialization in those of Descent.Nn.</summary>
    private static readonly string[] Known =
    [
        "clip_by_global_norm", "clip_by_value", "adaptive_gradient_clipping", "gradient_scaler", "gradient_scaler_hysteresis", "weight_averaging",
        "learning_rate_range_test", "initialisation",
    ];

    public static IEnumerable<object[]> Clippings() => Known[..3].SelectMany(Cases);

    /// <summary>Files of another kind, by name.</summary>
    public static IEnumerable<object[]> Unknown() =>
        from file in TestSupport.Golden.Files("other")
        let kind = TestSupport.Golden.Read(file)["kind"]!.GetValue<string>()
        where !Known.Contains(kind)
        select new object[] { $"{Path.GetFileNameWithoutExtension(file)}: the kind '{kind}' is not known", 0, file };

    public static IEnumerable<object[]> Scalers() => new[] { "gradient_scaler", "gradient_scaler_hysteresis" }.SelectMany(Cases);

    public static TheoryData<string, string> Averages()
    {
        var data = new TheoryData<string, string>();
        foreach (var file in TestSupport.Golden.Files("other").Where(file => TestSupport.Golden.Read(file)["kind"]!.GetValue<string>() == "weight_averaging"))
        {
            data.Add(Path.GetFileNameWithoutExtension(file), file);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Clippings))]
    [MemberData(nameof(Unknown), Skip = "no test knows this kind")]
    public void Clipped_gradients_are_those_of_the_reference(string name, int index, string file)
    {
        var (golden, item) = Case(file, index);
        var parameters = Parameters(golden, item["gradients"]!);
        var differ = new Differ(1e-12);
        var clipping = Clipping(golden["kind"]!.GetValue<string>(), item);
        if (item["error_if_nonfinite"]?.GetValue<bool>() == true && item["clipped"] is null)
        {
            Assert.Throws<DescentException>(() => clipping.Apply(parameters, NonFiniteGradients.Throw));
            return;
        }

        var result = clipping.Apply(parameters);
        if (item["total_norm"] is { } norm)
        {
            differ.Compare([TestSupport.Golden.Number(norm)], [result.Norm], "norm");
        }

        foreach (var parameter in parameters)
        {
            differ.Compare(TestSupport.Golden.Numbers(item["clipped"]![parameter.Name]), parameter.Gradient.ToArray(), parameter.Name);
        }

        var isFinite = parameters.All(parameter => TestSupport.Golden.Numbers(item["gradients"]![parameter.Name]).All(double.IsFinite));
        Assert.Equal(isFinite, result.NonFiniteParameter is null);
        output.WriteLine($"{name}, {clipping}: largest difference {differ.Largest:E2}");
        differ.AssertClose();
    }

    /// <summary>In an optimizer a step of plain descent by 1 from 0 leaves the clipped gradient behind.</summary>
    [Theory]
    [MemberData(nameof(Clippings))]
    public void An_optimizer_clips_alike(string name, int index, string file)
    {
        var (golden, item) = Case(file, index);
        if (item["clipped"] is null)
        {
            return;
        }

        var parameters = Parameters(golden, item["gradients"]!);
        double[][] before = [.. parameters.Select(parameter => parameter.Values.ToArray())];
        var optimizer = Optimizer.For(parameters, new Sgd { LearningRate = 1 });
        optimizer.Clipping = Clipping(golden["kind"]!.GetValue<string>(), item);
        optimizer.GradientScale = 0.25;
        foreach (var parameter in parameters)
        {
            for (var i = 0; i < parameter.Length; i++)
            {
                parameter.Gradient.Span[i] *= 4;
            }
        }

        Assert.True(optimizer.Step().Applied, name);
        var differ = new Differ(1e-12);
        for (var p = 0; p < parameters.Length; p++)
        {
            var clipped = TestSupport.Golden.Numbers(item["clipped"]![parameters[p].Name]);
            differ.Compare([.. before[p].Zip(clipped, (theta, g) => theta - g)], parameters[p].Values.ToArray(), parameters[p].Name);
        }

        differ.AssertClose();
    }

    [Theory]
    [MemberData(nameof(Scalers))]
    public void Loss_scales_move_as_in_the_reference(string name, int index, string file)
    {
        var (golden, item) = Case(file, index);
        var options = (item["hyperparameters"] ?? item).AsObject();
        double Number(string key) => TestSupport.Golden.Number(options[key]);
        LossScaling scaling = golden["kind"]!.GetValue<string>() == "gradient_scaler"
            ? new DynamicLossScaling
            {
                InitialScale = Number("initial_scale"),
                Growth = Number("growth_factor"),
                Backoff = Number("backoff_factor"),
                Interval = options["growth_interval"]!.GetValue<long>(),
            }
            : new HystereticLossScaling
            {
                InitialScale = Number("initial_scale"),
                Factor = Number("scale_factor"),
                Window = options["scale_window"]!.GetValue<long>(),
                Minimum = Number("minimum_scale"),
                Hysteresis = options["hysteresis"]!.GetValue<long>(),
                IsConsecutive = options["consecutive_hysteresis"]!.GetValue<bool>(),
            };
        var gradient = new double[1];
        var optimizer = Optimizer.For([new Parameter<double>("w", new double[1], gradient)], new Sgd { LearningRate = 1 });
        optimizer.LossScaling = scaling;
        var state = scaling.Start;
        foreach (var record in item["records"]!.AsArray())
        {
            var overflowed = record!["found_inf"]!.GetValue<bool>();
            output.WriteLine($"{name}: {state}");
            Assert.Equal(TestSupport.Golden.Number(record["scale_used"]), optimizer.LossScale);
            gradient[0] = overflowed ? double.PositiveInfinity : optimizer.LossScale;
            var result = optimizer.Step();
            Assert.Equal((!overflowed, overflowed ? "w" : null), (result.Applied, result.NonFiniteParameter));
            Assert.Equal(TestSupport.Golden.Number(record["scale_after"]), optimizer.LossScale);
            state = scaling.Next(state, overflowed);
            if (record["growth_tracker_after"] is { } tracker)
            {
                Assert.Equal(tracker.GetValue<long>(), state.Good);
            }

            if (record["hysteresis_after"] is { } tolerated)
            {
                Assert.Equal(tolerated.GetValue<long>(), state.Tolerated);
            }
        }

        // Only steps that did not overflow moved the parameter, each by the unscaled gradient 1.
        Assert.Equal(-optimizer.Updates, ((Parameter<double>)optimizer.Parameters.Single()).Values.Span[0]);
    }

    [Theory]
    [MemberData(nameof(Averages))]
    public void Averages_are_those_of_the_reference(string label, string file)
    {
        var golden = TestSupport.Golden.Read(file);
        Parameter<double>[] parameters = [.. golden["parameters"]!.AsArray().Select(item => new Parameter<double>(
            item!["name"]!.GetValue<string>(), TestSupport.Golden.Numbers(item["initial"]), default, TestSupport.Golden.Integers(item["shape"])))];
        var averaging = Averaging(golden);
        var average = new WeightAverage(parameters, averaging);
        var differ = new Differ(1e-12);
        foreach (var record in golden["records"]!.AsArray())
        {
            foreach (var parameter in parameters)
            {
                TestSupport.Golden.Numbers(record!["weights"]![parameter.Name]).CopyTo(parameter.Values);
            }

            average.Update();
            average.MoveTo(ParameterPoint.Evaluation);
            foreach (var parameter in parameters)
            {
                differ.Compare(TestSupport.Golden.Numbers(record!["average"]![parameter.Name]), parameter.Values.ToArray(), $"{label}, {parameter.Name} after update {average.Updates}");
            }

            average.MoveTo(ParameterPoint.Training);
            Assert.Equal(TestSupport.Golden.Numbers(record!["weights"]![parameters[0].Name]), parameters[0].Values.ToArray());
            if (record["decay"] is { } decay && averaging is ExponentialAverage exponential && averaging.ShareAt(average.Updates) < 1)
            {
                differ.Compare([TestSupport.Golden.Number(decay)], [exponential.DecayAt(average.Updates)], "decay");
            }
        }

        output.WriteLine($"{averaging}: largest difference {differ.Largest:E2}");
        differ.AssertClose();
    }

    private static WeightAveraging Averaging(JsonObject golden)
    {
        var options = golden["hyperparameters"]!.AsObject();
        var source = golden["source"]!.ToJsonString() + golden["notes"];
        if (options["decay"] is not { } decay)
        {
            return new EqualAverage();
        }

        var average = new ExponentialAverage(TestSupport.Golden.Number(decay));
        return options["warmup_power"] is { } power
            ? average with
            {
                Warmup = DecayWarmup.Power,
                WarmupPower = TestSupport.Golden.Number(power),
                WarmupGamma = TestSupport.Golden.Number(options["warmup_gamma"]),
                MinimumDecay = TestSupport.Golden.Number(options["minimum_decay"]),
                CopiedUpdates = options["update_after_step"]!.GetValue<long>(),
            }
            : source.Contains("num_updates", StringComparison.Ordinal) ? average with { Warmup = DecayWarmup.Fraction }
            : source.Contains("starts at zero", StringComparison.Ordinal) ? average with { Start = AverageStart.ZeroCorrected }
            : source.Contains("first update copies", StringComparison.Ordinal) ? average with { Start = AverageStart.FirstUpdate }
            : average;
    }

    private static GradientClipping Clipping(string kind, JsonNode item) => kind switch
    {
        "clip_by_global_norm" => new ClipByNorm(TestSupport.Golden.Number(item["maximum_norm"]), TestSupport.Golden.Number(item["norm_type"])),
        "clip_by_value" => new ClipByValue(TestSupport.Golden.Number(item["clip_value"])),
        _ => new AdaptiveClipping(TestSupport.Golden.Number(item["clip_factor"]), TestSupport.Golden.Number(item["epsilon"])),
    };

    private static Parameter<double>[] Parameters(JsonNode golden, JsonNode gradients) =>
    [
        .. golden["parameters"]!.AsArray().Select(item =>
        {
            var name = item!["name"]!.GetValue<string>();
            var gradient = TestSupport.Golden.Numbers(gradients[name]);
            var values = item["initial"] is { } initial ? TestSupport.Golden.Numbers(initial) : new double[gradient.Length];
            return new Parameter<double>(name, values, gradient, TestSupport.Golden.Integers(item["shape"]));
        }),
    ];

    private static IEnumerable<object[]> Cases(string kind) => GoldenSchedules.Cases(kind).Select(item => new object[] { item.Name, item.Index, item.File });

    private static (JsonObject Golden, JsonNode Case) Case(string file, int index)
    {
        var golden = TestSupport.Golden.Read(file);
        return (golden, golden["cases"]![index]!);
    }
}
