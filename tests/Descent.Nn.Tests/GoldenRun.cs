using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.Schedules;
using Descent.State;
using Descent.TestSupport;

namespace Descent.Nn.Tests;

/// <summary>A golden training run: its data, its model with the reference's initial weights, its method and its batches.</summary>
internal sealed class GoldenRun<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IGoldenData data;

    /// <param name="file">The description of the run.</param>
    /// <param name="initial">Which of its files has the initial weights; a layer of batch norm is put behind every first linear layer that it names.</param>
    /// <param name="start">Draws other weights than these; null for these.</param>
    public GoldenRun(string file, string initial = "initial", SeededRandom? start = null)
    {
        Description = Golden.Read(file);
        data = GoldenData.Load(Description, DataFile(Description, file)!);
        var weights = TensorFile.Read(Path.Combine(Path.GetDirectoryName(file)!, Description["files"]![initial]!.GetValue<string>()));
        Model = Build(Description, weights, start ?? new SeededRandom(1));
        if (start is null)
        {
            Model.Load(weights, Renamed);
        }

        foreach (var parameter in Model.Parameters)
        {
            // The reference decays all parameters, biases included, unless it says otherwise.
            parameter.DecayExempt = parameter.Shape.Length < 2 && Description["optimizer"]!["decay_applies_to"]?.GetValue<string>().StartsWith("parameters with two", StringComparison.Ordinal) == true;
        }

        Method = MethodOf(Description);
    }

    public JsonObject Description { get; }

    public Module<T> Model { get; }

    public Method Method { get; }

    public int Steps => Description["step_count"]!.GetValue<int>();

    public static string? DataFile(JsonObject golden, string file)
    {
        var paths = golden["data"]?["files"]?.AsArray().Select(data => Golden.FindData(file, data!["path"]!.GetValue<string>())).ToArray();
        return paths is null || paths.Contains(null) ? null : string.Join(';', paths);
    }

    /// <summary>A purely relative comparison: both numbers are divided by the expected one first.</summary>
    public static void Relative(Differ differ, double expected, double actual, string where) =>
        differ.Compare(0, (actual - expected) / Math.Abs(expected), where);

    /// <summary>The rows of a step's batch, or where its pieces of text start.</summary>
    public int[] Rows(int step) => Description["batches"] is JsonArray batches
        ? Golden.Integers(batches[step])
        : [.. Enumerable.Range(0, Description["batch_size"]!.GetValue<int>())];

    public Tensor<T> Inputs(int[] rows) => new(rows.SelectMany(row => data.Features(row)).Select(T.CreateTruncating).ToArray(), [rows.Length, .. data.Shape]);

    public Tensor<T> LossOf(Tensor<T> output, int[] rows) => Description["loss"]!["type"]!.GetValue<string>() == "mse"
        ? Loss.MeanSquaredError(output, new Tensor<T>(rows.SelectMany(row => data.Targets(row)).Select(T.CreateTruncating).ToArray(), [rows.Length, 1]))
        : Loss.CrossEntropy(output.Reshape(-1, output.Shape[^1]), Classes(rows));

    /// <summary>The rows that the final figures are of, or where its pieces of text start.</summary>
    public int[] Evaluated(string which)
    {
        if (Description["evaluation"]?["spans"]?[which] is { } span)
        {
            var (from, to, length) = ((int)span[0]!, (int)span[1]!, data.Shape[0]);
            return [.. Enumerable.Range(0, (to - from - 1) / length).Select(piece => from + (piece * length))];
        }

        var ends = Description["data"]![$"{which}_rows"]!.GetValue<string>().Split("..").Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToArray();
        return [.. Enumerable.Range(ends[0], ends[1] - ends[0] + 1)];
    }

    /// <summary>The classes of rows.</summary>
    public int[] Classes(int[] rows) => [.. rows.SelectMany(row => data.Targets(row)).Select(target => (int)target)];

    /// <summary>The names of the reference's Transformer for those of this one.</summary>
    private static string Renamed(string name) => !name.StartsWith("blocks", StringComparison.Ordinal) ? name : name
        .Replace("self_attn", "attn", StringComparison.Ordinal).Replace("linear", "fc", StringComparison.Ordinal).Replace("norm", "ln", StringComparison.Ordinal);

    private static Module<T> Build(JsonObject golden, TensorFile initial, SeededRandom random)
    {
        var layers = golden["architecture"]!["layers"]!.AsArray();
        if (layers.FirstOrDefault(layer => layer!["type"]!.GetValue<string>() == "causal_self_attention") is { } attention)
        {
            var blocks = layers.Count(layer => layer!["type"]!.GetValue<string>() == "causal_self_attention");
            return new Transformer<T>((int)layers[0]!["count"]!, (int)layers[1]!["count"]!, (int)attention["dim"]!, (int)attention["heads"]!, blocks, random);
        }

        return new Sequential<T>([.. layers.SelectMany((layer, index) =>
        {
            var name = layer!["name"]?.GetValue<string>() ?? string.Create(CultureInfo.InvariantCulture, $"layer{index}");
            int Of(string option) => (int?)layer[option] ?? 0;
            Module<T> module = layer["type"]!.GetValue<string>() switch
            {
                "relu" => new Relu<T>(),
                "tanh" => new Tanh<T>(),
                "flatten" => Layers.Flatten<T>(),
                "max_pool2d" => Layers.MaxPool2d<T>(Of("kernel")),
                "conv2d" => new Conv2d<T>(Of("in"), Of("out"), (Of("kernel"), Of("kernel")), random, padding: (Of("padding"), Of("padding"))),
                "batch_norm2d" => new BatchNorm<T>(Of("channels"), Golden.Number(layer["eps"]), Golden.Number(layer["momentum"])),
                "embedding" => new Embedding<T>(Of("count"), Of("dim"), random),
                "lstm" => new Lstm<T>(Of("in"), Of("hidden"), random),
                "linear" => new Linear<T>(initial[$"{name}.weight"].Shape[1], initial[$"{name}.weight"].Shape[0], random, initial.Find($"{name}.bias") is not null),
                var other => throw new InvalidDataException($"The layer '{other}' is not known."),
            };
            var norm = name.Replace("fc", "bn", StringComparison.Ordinal);
            return norm != name && initial.Find($"{norm}.running_mean") is { } mean
                ? [(name, module), (norm, new BatchNorm<T>(mean.Shape[0]))]
                : new[] { (name, module) };
        })]);
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

}

/// <summary>Rates one by one.</summary>
internal sealed record Listed(double[] Values) : Schedule
{
    public override double At(long update) => Values[Math.Min(update, Values.Length - 1)];
}
