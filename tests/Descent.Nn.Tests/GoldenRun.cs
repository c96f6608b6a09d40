using System.Globalization;
using System.IO.Compression;
using System.Numerics;
using System.Text.Json.Nodes;
using Descent.Optimizers;
using Descent.Schedules;
using Descent.State;
using Descent.TestSupport;

namespace Descent.Nn.Tests;

/// <summary>A golden training run: its data, its model with the reference's initial weights, its method and its batches.</summary>
internal sealed class GoldenRun<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double[][] features;
    private readonly double[] targets;

    /// <param name="file">The description of the run.</param>
    /// <param name="initial">Which of its files has the initial weights; a layer of batch norm is put behind every first linear layer that it names.</param>
    public GoldenRun(string file, string initial = "initial")
    {
        Description = Golden.Read(file);
        (features, targets) = Load(Description, DataFile(Description, file)!);
        Model = Build(Description, TensorFile.Read(Path.Combine(Path.GetDirectoryName(file)!, Description["files"]![initial]!.GetValue<string>())));
        foreach (var parameter in Model.Parameters)
        {
            // The reference decays all parameters, biases included.
            parameter.DecayExempt = false;
        }

        Method = MethodOf(Description);
    }

    public JsonObject Description { get; }

    public Sequential<T> Model { get; }

    public Method Method { get; }

    public int Steps => Description["step_count"]!.GetValue<int>();

    public static string? DataFile(JsonObject golden, string file) =>
        golden["data"]?["files"]?[0]?["path"]?.GetValue<string>() is { } path ? Golden.FindData(file, path) : null;

    /// <summary>A purely relative comparison: both numbers are divided by the expected one first.</summary>
    public static void Relative(Differ differ, double expected, double actual, string where) =>
        differ.Compare(0, (actual - expected) / Math.Abs(expected), where);

    public int[] Rows(int step) => Description["batches"] is JsonArray batches
        ? Golden.Integers(batches[step])
        : [.. Enumerable.Range(0, Description["batch_size"]!.GetValue<int>())];

    public Tensor<T> Inputs(int[] rows) => new(rows.SelectMany(row => features[row]).Select(T.CreateTruncating).ToArray(), [rows.Length, features[0].Length]);

    public Tensor<T> LossOf(Tensor<T> output, int[] rows) => Description["loss"]!["type"]!.GetValue<string>() == "mse"
        ? Loss.MeanSquaredError(output, new Tensor<T>(rows.Select(row => T.CreateTruncating(targets[row])).ToArray(), [rows.Length, 1]))
        : Loss.CrossEntropy(output, [.. rows.Select(row => (int)targets[row])]);

    private static Sequential<T> Build(JsonObject golden, TensorFile initial)
    {
        var modules = golden["architecture"]!["layers"]!.AsArray().SelectMany((layer, index) =>
        {
            var name = layer!["name"]?.GetValue<string>() ?? string.Create(CultureInfo.InvariantCulture, $"layer{index}");
            Module<T> module = layer["type"]!.GetValue<string>() switch
            {
                "relu" => new Relu<T>(),
                "tanh" => new Tanh<T>(),
                _ => new Linear<T>(Leaf(initial[$"{name}.weight"]), initial.Find($"{name}.bias") is { } bias ? Leaf(bias) : null),
            };
            return initial.Find($"{name.Replace("fc", "bn", StringComparison.Ordinal)}.running_mean") is { } mean
                ? [(name, module), (name.Replace("fc", "bn", StringComparison.Ordinal), new BatchNorm<T>(mean.Shape[0]))]
                : new[] { (name, module) };
        });
        return new Sequential<T>([.. modules]);
    }

    private static Tensor<T> Leaf(StoredTensor stored)
    {
        var values = new float[stored.Bytes.Length / sizeof(float)];
        stored.CopyTo<float>(values);
        return new Tensor<T>(values.Select(T.CreateTruncating).ToArray(), [.. stored.Shape], requiresGradient: true);
    }

    private static Method MethodOf(JsonObject golden)
    {
        var options = golden["optimizer"]!.AsObject();
        double Number(string name, double otherwise) => options[name] is { } node ? Golden.Number(node) : otherwise;
        bool Flag(string name) => options[name]?.GetValue<bool>() ?? false;
        var betas = options["betas"] is { } pair ? Golden.Numbers(pair) : [0.9, 0.999];
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
        return method with { LearningRate = golden["schedule"] is { } schedule ? new Listed(Golden.Numbers(schedule["lr"])) : Golden.Number(options["lr"]), WeightDecay = Number("weight_decay", 0) };
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
            var (means, deviations) = (Golden.Numbers(mean), Golden.Numbers(data["feature_std"]));
            var (targetMean, targetDeviation) = (Golden.Number(data["target_mean"]), Golden.Number(data["target_std"]));
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
