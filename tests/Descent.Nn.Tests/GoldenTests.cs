using System.Numerics;
using System.Text.Json.Nodes;
using Descent.TestSupport;
using Xunit.Abstractions;

namespace Descent.Nn.Tests;

/// <summary>Operations against PyTorch's outputs and gradients. What is not supported is named below or in the test's output, never passed over silently.</summary>
public sealed class GoldenTests(ITestOutputHelper output)
{
    private static readonly HashSet<string> UnsupportedCases =
    [
        "matmul/a[2,3,4]_b[2,4,5]", "matmul/a[2,1,3,4]_b[3,4,2]", "matmul/a[4]_b[2,4,3]",
        "cross_entropy/smoothing_mean", "cross_entropy/smoothing_sum", "cross_entropy/smoothing_none",
        "cross_entropy/ignore_mean", "cross_entropy/ignore_sum", "cross_entropy/ignore_none",
        "cross_entropy/weights_mean", "cross_entropy/weights_sum", "cross_entropy/weights_none",
        "cross_entropy/probability_targets_mean", "cross_entropy/probability_targets_sum", "cross_entropy/probability_targets_none",
        "cross_entropy/smoothing_ignore_mean", "cross_entropy/smoothing_weights_mean", "cross_entropy/ignore_positive_index",
        "cross_entropy/sequence_mean", "cross_entropy/sequence_none",
    ];

    private static readonly HashSet<string> SupportedOperations =
    [
        "add", "batch_norm1d", "batch_norm2d", "cross_entropy", "exp", "linear", "log_softmax", "matmul", "mean", "mse_loss", "mul", "neg", "relu", "rsqrt", "softmax", "square", "sub", "sum", "tanh",
    ];

    /// <summary>Cases whose expected numbers a float cannot hold.</summary>
    private static readonly HashSet<string> DoubleOnlyCases = ["exp/large"];

    public static TheoryData<string> Files => [.. Golden.Files("nn")];

    [Theory]
    [MemberData(nameof(Files))]
    public void Double_agrees_within_1e_10(string file) => Compare<double>(file, 1e-10);

    [Theory]
    [MemberData(nameof(Files))]
    public void Float_agrees_within_5e_6(string file) => Compare<float>(file, 5e-6);

    [Fact]
    public void Every_supported_operation_has_a_file_and_every_unsupported_case_exists()
    {
        var folder = Path.Combine(Golden.Root, "tests", "Golden", "nn");
        var cases = new HashSet<string>();
        foreach (var operation in SupportedOperations)
        {
            var golden = Golden.Read(Path.Combine(folder, $"{operation}.json"));
            cases.UnionWith(golden["cases"]!.AsArray().Select(item => $"{operation}/{item!["name"]}"));
        }

        Assert.Empty(UnsupportedCases.Union(DoubleOnlyCases).Except(cases));
    }

    private void Compare<T>(string file, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var golden = Golden.Read(file);
        var operation = (string)golden["op"]!;
        if (!SupportedOperations.Contains(operation))
        {
            output.WriteLine($"skipped: operation '{operation}' is not supported ({file})");
            return;
        }

        var differ = new Differ(tolerance);
        foreach (var item in golden["cases"]!.AsArray().Select(item => item!.AsObject()))
        {
            var name = $"{operation}/{item["name"]}";
            if (operation.StartsWith("batch_norm", StringComparison.Ordinal))
            {
                CompareBatchNorm<T>(item, name, differ);
                continue;
            }

            if (UnsupportedCases.Contains(name) || (typeof(T) == typeof(float) && DoubleOnlyCases.Contains(name)))
            {
                output.WriteLine($"skipped: case '{name}' is not supported for {typeof(T).Name}");
                continue;
            }

            var inputs = item["inputs"]!.AsObject().Concat(item["params"]?.AsObject() ?? [])
                .ToDictionary(pair => pair.Key, pair => Read<T>(pair.Value!, requiresGradient: true));
            var actual = Run(operation, item, inputs);
            var expected = item["outputs"]!["y"]!;
            Assert.Equal(Golden.Integers(expected["shape"]), actual.Shape.ToArray());
            differ.Compare(Golden.Numbers(expected["data"]), Doubles(actual.Values), $"{name} y");
            actual.Backward(Read<T>(item["grad_outputs"]!["y"]!));
            foreach (var (key, gradient) in item["grads"]!.AsObject())
            {
                differ.Compare(Golden.Numbers(gradient!["data"]), Doubles(inputs[key].Gradient), $"{name} gradient of {key}");
            }
        }

        output.WriteLine($"{operation}: {differ.Count} numbers, largest difference {differ.Largest:E2}");
        differ.AssertClose();
    }

    private static Tensor<T> Run<T>(string operation, JsonObject item, Dictionary<string, Tensor<T>> inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var attributes = item["attrs"]!;
        var a = inputs.GetValueOrDefault("a")!;
        var b = inputs.GetValueOrDefault("b", a);
        var x = inputs.GetValueOrDefault("x")!;
        T? scalar = attributes["scalar"] is { } number ? T.CreateChecked(Golden.Number(number)) : null;
        return operation switch
        {
            "add" => scalar is { } value ? a + value : a + b,
            "sub" => scalar is { } value ? a - value : a - b,
            "mul" => scalar is { } value ? a * value : a * b,
            "neg" => -x,
            "exp" => x.Exp(),
            "square" => x.Square(),
            "relu" => x.Relu(),
            "rsqrt" => x.ReciprocalSqrt(),
            "tanh" => x.Tanh(),
            "linear" => x.Linear(inputs["weight"], inputs.GetValueOrDefault("bias")),
            "matmul" when attributes["expression"] is { } expression => (string)expression! == "transpose(a) @ transpose(b)"
                ? a.MatrixMultiply(b, transposeLeft: true, transposeRight: true)
                : throw new InvalidDataException($"The expression '{expression}' is not known."),
            "matmul" => a.MatrixMultiply(b),
            "softmax" => x.Softmax((int)attributes["axis"]!),
            "log_softmax" => x.LogSoftmax((int)attributes["axis"]!),
            "sum" => attributes["axes"] is null ? x.Sum() : x.Sum(Golden.Integers(attributes["axes"]), (bool)attributes["keepdim"]!),
            "mean" => attributes["axes"] is null ? x.Mean() : x.Mean(Golden.Integers(attributes["axes"]), (bool)attributes["keepdim"]!),
            "mse_loss" => Loss.MeanSquaredError(x, inputs["target"], Reduce(attributes)),
            "cross_entropy" => Loss.CrossEntropy(x, Golden.Integers(item["const"]!["target"]!["data"]), Reduce(attributes)),
            _ => throw new InvalidDataException($"The operation '{operation}' has no translation."),
        };
    }

    /// <summary>A layer with statistics that one forward pass changes; or, in the last case, several passes of a new layer.</summary>
    private static void CompareBatchNorm<T>(JsonObject item, string name, Differ differ)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var attributes = item["attrs"]!;
        var steps = item["steps"]?.AsArray();
        var x = Read<T>(steps?[0]!["x"] ?? item["inputs"]!["x"]!, requiresGradient: true);
        var layer = new BatchNorm<T>(
            x.Shape[1], Golden.Number(attributes["eps"]), attributes["momentum"] is { } momentum ? Golden.Number(momentum) : null, (bool)attributes["affine"]!);
        if (steps is not null)
        {
            foreach (var step in steps)
            {
                differ.Compare(Golden.Numbers(step!["y"]!["data"]), Doubles(layer.Forward(Read<T>(step["x"]!)).Values), $"{name} y");
                differ.Compare(Golden.Numbers(step["running_mean"]!["data"]), Doubles(layer.RunningMean.Values), $"{name} running mean");
                differ.Compare(Golden.Numbers(step["running_var"]!["data"]), Doubles(layer.RunningVariance.Values), $"{name} running variance");
            }

            layer.IsTraining = false;
            differ.Compare(Golden.Numbers(item["eval"]!["y"]!["data"]), Doubles(layer.Forward(Read<T>(item["eval"]!["x"]!)).Values), $"{name} evaluation");
            return;
        }

        foreach (var (key, tensor) in layer.NamedTensors)
        {
            Read<T>(item["params"]![key]!).Values.CopyTo(tensor.Values);
        }

        foreach (var (key, tensor) in layer.NamedBuffers)
        {
            Read<T>(item["buffers_before"]![key]!).Values.CopyTo(tensor.Values);
        }

        layer.IsTraining = (bool)attributes["training"]!;
        var y = layer.Forward(x);
        differ.Compare(Golden.Numbers(item["outputs"]!["y"]!["data"]), Doubles(y.Values), $"{name} y");
        y.Backward(Read<T>(item["grad_outputs"]!["y"]!));
        var gradients = layer.NamedTensors.ToDictionary(pair => pair.Name, pair => pair.Tensor);
        gradients["x"] = x;
        foreach (var (key, gradient) in item["grads"]!.AsObject())
        {
            differ.Compare(Golden.Numbers(gradient!["data"]), Doubles(gradients[key].Gradient), $"{name} gradient of {key}");
        }

        foreach (var (key, tensor) in layer.NamedBuffers)
        {
            differ.Compare(Golden.Numbers(item["buffers_after"]![key]!["data"]), Doubles(tensor.Values), $"{name} {key}");
        }
    }

    private static Reduction Reduce(JsonNode attributes) => Enum.Parse<Reduction>((string)attributes["reduction"]!, ignoreCase: true);

    private static Tensor<T> Read<T>(JsonNode node, bool requiresGradient = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(Golden.Numbers(node["data"]).Select(T.CreateChecked).ToArray(), Golden.Integers(node["shape"]), requiresGradient);

    private static double[] Doubles<T>(Memory<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => [.. values.ToArray().Select(double.CreateChecked)];
}
