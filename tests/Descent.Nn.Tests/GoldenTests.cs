using System.Numerics;
using System.Text.Json.Nodes;
using Descent.TestSupport;
using Xunit.Abstractions;

namespace Descent.Nn.Tests;

/// <summary>Operations and layers against PyTorch's outputs and gradients.</summary>
public sealed class GoldenTests(ITestOutputHelper output)
{
    /// <summary>Cases whose expected numbers a float cannot hold.</summary>
    private static readonly HashSet<string> DoubleOnlyCases = ["exp/large", "log/small_and_large"];

    public static TheoryData<string> Files => [.. Golden.Files("nn")];

    [Theory]
    [MemberData(nameof(Files))]
    public void Double_agrees_within_1e_10(string file) => Compare<double>(file, 1e-10);

    [Theory]
    [MemberData(nameof(Files))]
    public void Float_agrees_within_5e_6(string file) => Compare<float>(file, 5e-6);

    private void Compare<T>(string file, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var golden = Golden.Read(file);
        var operation = (string)golden["op"]!;
        var differ = new Differ(tolerance);
        foreach (var item in golden["cases"]!.AsArray().Select(item => item!.AsObject()))
        {
            var name = $"{operation}/{item["name"]}";
            if (typeof(T) == typeof(float) && (operation == "hvp" || DoubleOnlyCases.Contains(name)))
            {
                continue;
            }

            if (operation == "hvp")
            {
                CompareHessian(item, name, differ);
            }
            else if (operation.StartsWith("batch_norm", StringComparison.Ordinal))
            {
                CompareBatchNorm<T>(item, name, differ);
            }
            else
            {
                CompareCase<T>(operation, item, name, differ);
            }
        }

        output.WriteLine($"{operation}: {differ.Count} numbers, largest difference {differ.Largest:E2}");
        if (typeof(T) == typeof(double) || differ.Count > 0)
        {
            differ.AssertClose();
        }
    }

    private static void CompareCase<T>(string operation, JsonObject item, string name, Differ differ)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var inputs = (item["inputs"]?.AsObject() ?? []).Concat(item["params"]?.AsObject() ?? [])
            .ToDictionary(pair => pair.Key, pair => Read<T>(pair.Value!, requiresGradient: true));
        var results = new GoldenOperation<T>(operation, item, inputs).Run();
        Tensor<T>? sum = null;
        foreach (var (key, expected) in item["outputs"]!.AsObject())
        {
            Assert.True(results.TryGetValue(key, out var actual), $"{name} has no output '{key}'.");
            Assert.Equal(Golden.Integers(expected!["shape"]), actual.Shape.ToArray());
            differ.Compare(Golden.Numbers(expected["data"]), Doubles(actual.Values), $"{name} {key}");
            if (item["grad_outputs"]![key] is { } gradient)
            {
                var share = (actual * Read<T>(gradient)).Sum();
                sum = sum is null ? share : sum + share;
            }
        }

        if (sum!.RequiresGradient)
        {
            sum.Backward();
        }

        foreach (var (key, gradient) in item["grads"]!.AsObject())
        {
            differ.Compare(Golden.Numbers(gradient!["data"]), Doubles(inputs[key].Gradient), $"{name} gradient of {key}");
        }
    }

    /// <summary>Value, gradient, products of Hessian and vector, and the whole Hessian as products with unit vectors.</summary>
    private static void CompareHessian(JsonObject item, string name, Differ differ)
    {
        var parameters = item["params"]!.AsObject().ToDictionary(pair => pair.Key, pair => Read<double>(pair.Value!, requiresGradient: true));
        Tensor<double>[] inputs = [.. parameters.Values];
        var value = GoldenOperation<double>.Scalar(item, parameters);
        differ.Compare(Golden.Number(item["value"] is JsonObject tensor ? tensor["data"]![0] : item["value"]), value.ToScalar(), $"{name} value");
        var gradients = Autograd.Gradients(value, inputs);
        foreach (var (key, gradient) in parameters.Keys.Zip(gradients))
        {
            differ.Compare(Golden.Numbers(item["grads"]![key]!["data"]), Doubles(gradient.Values), $"{name} gradient of {key}");
        }

        foreach (var product in item["hvp"]!.AsArray())
        {
            var vectors = parameters.Keys.Select(key => Read<double>(product!["v"]![key]!)).ToArray();
            foreach (var (key, actual) in parameters.Keys.Zip(Autograd.HessianVectorProduct(value, inputs, vectors)))
            {
                differ.Compare(Golden.Numbers(product!["Hv"]![key]!["data"]), Doubles(actual.Values), $"{name} Hv of {key}");
            }
        }

        var diagonal = parameters.Keys.SelectMany(key => Golden.Numbers(item["hessian_diagonal"]![key]!["data"])).ToArray();
        for (var i = 0; i < diagonal.Length; i++)
        {
            var unit = new double[diagonal.Length];
            unit[i] = 1;
            var start = 0;
            var vectors = inputs.Select(input => new Tensor<double>(unit.AsMemory(start, input.Length), input.Shape) is var part && (start += input.Length) > 0 ? part : null!).ToArray();
            var row = Autograd.HessianVectorProduct(value, inputs, vectors).SelectMany(part => part.ToArray()).ToArray();
            differ.Compare(diagonal[i], row[i], $"{name} diagonal[{i}]");
            if (item["hessian"] is { } hessian)
            {
                differ.Compare(Golden.Numbers(hessian["data"])[(i * unit.Length)..((i + 1) * unit.Length)], row, $"{name} row {i}");
            }
        }
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

    internal static Tensor<T> Read<T>(JsonNode node, bool requiresGradient = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(Golden.Numbers(node["data"]).Select(T.CreateChecked).ToArray(), Golden.Integers(node["shape"]), requiresGradient);

    private static double[] Doubles<T>(Memory<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => [.. values.ToArray().Select(double.CreateChecked)];
}
