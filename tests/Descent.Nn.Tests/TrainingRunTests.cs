using System.Globalization;
using System.IO.Compression;
using System.Numerics;
using System.Text.Json.Nodes;
using Descent.Optimizers;
using Descent.Schedules;
using Descent.State;
using Descent.TestSupport;
using Xunit.Abstractions;

namespace Descent.Nn.Tests;

/// <summary>The golden ring for whole runs: the loss of every step, from the reference's initial weights and batches.</summary>
[Collection(nameof(RunsAlone))]
public class TrainingRunTests(ITestOutputHelper output)
{
    private static readonly string[] Layers = ["linear", "relu", "tanh"];
    private static readonly string[] Methods = ["sgd", "adam", "adamw", "rmsprop", "adagrad", "lion"];

    public static TheoryData<string, string> Expressible() => Files(expressible: true);

    public static TheoryData<string, string> Others() => Files(expressible: false);

    [Theory]
    [MemberData(nameof(Expressible))]
    [MemberData(nameof(Others), Skip = "the run needs layers, data or a procedure that are not built yet, or its data file is absent")]
    public void Float_has_the_same_loss_at_every_step_to_1e_5(string label, string file) => Follow<float>(label, file, "float32", 1e-5);

    [Theory]
    [MemberData(nameof(Expressible))]
    [MemberData(nameof(Others), Skip = "the run needs layers, data or a procedure that are not built yet, or its data file is absent")]
    public void Double_has_the_same_loss_at_every_step_to_1e_9(string label, string file) => Follow<double>(label, file, "float64", 1e-9);

    private static TheoryData<string, string> Files(bool expressible)
    {
        var data = new TheoryData<string, string>();
        foreach (var file in TestSupport.Golden.Files("training"))
        {
            var golden = TestSupport.Golden.Read(file);
            if (CanExpress(golden, file) == expressible)
            {
                data.Add(Path.GetFileNameWithoutExtension(file), file);
            }
        }

        return data;
    }

    private static bool CanExpress(JsonObject golden, string file) =>
        golden["architecture"]?["layers"] is JsonArray layers
        && layers.All(layer => Layers.Contains(layer!["type"]?.GetValue<string>()))
        && golden["results"]?["float32"]?["loss"] is JsonArray
        && golden["schedule"]?["lr"] is JsonArray
        && golden["loss"]?["type"]?.GetValue<string>() is "cross_entropy" or "mse"
        && Methods.Contains(golden["optimizer"]?["type"]?.GetValue<string>())
        && DataFile(golden, file)?.Contains("tabular", StringComparison.Ordinal) == true;

    private static string? DataFile(JsonObject golden, string file) =>
        golden["data"]?["files"]?[0]?["path"]?.GetValue<string>() is { } path ? TestSupport.Golden.FindData(file, path) : null;

    private void Follow<T>(string label, string file, string precision, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var golden = TestSupport.Golden.Read(file);
        var (features, targets) = Load(golden, DataFile(golden, file)!);
        var columns = features[0].Length;
        var model = Build<T>(golden, TensorFile.Read(Path.Combine(Path.GetDirectoryName(file)!, golden["files"]!["initial"]!.GetValue<string>())));
        foreach (var parameter in model.Parameters)
        {
            // The reference decays all parameters, biases included.
            parameter.DecayExempt = false;
        }

        var optimizer = Optimizer.For(model.Parameters, Method(golden));
        optimizer.ClipNorm = golden["clipping"] is { } clipping ? clipping["max_norm"]!.GetValue<double>() : 1e300;
        var result = golden["results"]![precision]!;
        var (losses, norms) = (new Differ(tolerance), new Differ(tolerance * 10));
        for (var step = 0; step < golden["step_count"]!.GetValue<int>(); step++)
        {
            var rows = golden["batches"] is JsonArray batches
                ? TestSupport.Golden.Integers(batches[step])
                : [.. Enumerable.Range(0, golden["batch_size"]!.GetValue<int>())];
            var x = new Tensor<T>(rows.SelectMany(row => features[row]).Select(T.CreateTruncating).ToArray(), [rows.Length, columns]);
            optimizer.ZeroGradients();
            var loss = golden["loss"]!["type"]!.GetValue<string>() == "mse"
                ? Loss.MeanSquaredError(model.Forward(x), new Tensor<T>(rows.Select(row => T.CreateTruncating(targets[row])).ToArray(), [rows.Length, 1]))
                : Loss.CrossEntropy(model.Forward(x), [.. rows.Select(row => (int)targets[row])]);
            loss.Backward();
            var taken = optimizer.Step();
            Relative(losses, TestSupport.Golden.Number(result["loss"]![step]), loss.ToScalar(), $"{label} loss of step {step}");
            norms.Compare(TestSupport.Golden.Number(result["grad_norm"]![step]), taken.GradientNorm, $"{label} norm of step {step}");
        }

        output.WriteLine($"{label} {precision}: losses to {losses.Largest:E2}, norms to {norms.Largest:E2}, {losses.Count} steps");
        losses.AssertClose();
        norms.AssertClose();
    }

    /// <summary>A purely relative comparison: both numbers are divided by the expected one first.</summary>
    private static void Relative(Differ differ, double expected, double actual, string where) =>
        differ.Compare(0, (actual - expected) / Math.Abs(expected), where);

    private static Sequential<T> Build<T>(JsonObject golden, TensorFile initial)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var modules = golden["architecture"]!["layers"]!.AsArray().Select((layer, index) =>
        {
            var name = layer!["name"]?.GetValue<string>() ?? string.Create(CultureInfo.InvariantCulture, $"layer{index}");
            Module<T> module = layer["type"]!.GetValue<string>() switch
            {
                "relu" => new Relu<T>(),
                "tanh" => new Tanh<T>(),
                _ => new Linear<T>(Leaf<T>(initial[$"{name}.weight"]), initial.Find($"{name}.bias") is { } bias ? Leaf<T>(bias) : null),
            };
            return (name, module);
        });
        return new Sequential<T>([.. modules]);
    }

    private static Tensor<T> Leaf<T>(StoredTensor stored)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = new float[stored.Bytes.Length / sizeof(float)];
        stored.CopyTo<float>(values);
        return new Tensor<T>(values.Select(T.CreateTruncating).ToArray(), [.. stored.Shape], requiresGradient: true);
    }

    private static Method Method(JsonObject golden)
    {
        var options = golden["optimizer"]!.AsObject();
        double Number(string name, double otherwise) => options[name] is { } node ? TestSupport.Golden.Number(node) : otherwise;
        bool Flag(string name) => options[name]?.GetValue<bool>() ?? false;
        var betas = options["betas"] is { } pair ? TestSupport.Golden.Numbers(pair) : [0.9, 0.999];
        Method method = options["type"]!.GetValue<string>() switch
        {
            "sgd" => new Sgd { Momentum = Number("momentum", 0), Dampening = Number("dampening", 0), Nesterov = Flag("nesterov") },
            "adam" => new Adam { Beta1 = betas[0], Beta2 = betas[1], Epsilon = Number("eps", 1e-8), AmsGrad = Flag("amsgrad") },
            "adamw" => new AdamW { Beta1 = betas[0], Beta2 = betas[1], Epsilon = Number("eps", 1e-8), AmsGrad = Flag("amsgrad") },
            "rmsprop" => new RmsProp { Smoothing = Number("alpha", 0.99), Epsilon = Number("eps", 1e-8), Momentum = Number("momentum", 0), Centered = Flag("centered") },
            "adagrad" => new AdaGrad { Epsilon = Number("eps", 1e-10), InitialAccumulator = Number("initial_accumulator_value", 0), LearningRateDecay = Number("lr_decay", 0) },
            "lion" => new Lion { Beta1 = betas[0], Beta2 = options["betas"] is null ? 0.99 : betas[1] },
            var other => throw new InvalidDataException($"'{other}' is not expected here."),
        };
        return method with { LearningRate = new Listed(TestSupport.Golden.Numbers(golden["schedule"]!["lr"])), WeightDecay = Number("weight_decay", 0) };
    }

    /// <summary>Reads the table and prepares it as the file says: standardized with the given figures, or divided by 16 or 255.</summary>
    private static (double[][] Features, double[] Targets) Load(JsonObject golden, string path)
    {
        using Stream raw = File.OpenRead(path);
        using var text = new StreamReader(path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(raw, CompressionMode.Decompress) : raw);
        double[][] rows =
        [
            .. text.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Where(line => char.IsAsciiDigit(line[0]) || line[0] == '-')
                .Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray()),
        ];
        var data = golden["data"]!;
        if (data["feature_mean"] is { } mean)
        {
            var (means, deviations) = (TestSupport.Golden.Numbers(mean), TestSupport.Golden.Numbers(data["feature_std"]));
            var (targetMean, targetDeviation) = (TestSupport.Golden.Number(data["target_mean"]), TestSupport.Golden.Number(data["target_std"]));
            return (
                [.. rows.Select(row => row[..^1].Select((x, i) => (x - means[i]) / deviations[i]).ToArray())],
                [.. rows.Select(row => (row[^1] - targetMean) / targetDeviation)]);
        }

        var divisor = data["preprocessing"]!.GetValue<string>().Contains("255", StringComparison.Ordinal) ? 255.0 : 16.0;
        return ([.. rows.Select(row => row[..^1].Select(x => x / divisor).ToArray())], [.. rows.Select(row => row[^1])]);
    }

    private sealed record Listed(double[] Values) : Schedule
    {
        public override double At(long update) => Values[Math.Min(update, Values.Length - 1)];
    }
}
