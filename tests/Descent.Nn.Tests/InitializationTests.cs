using System.Text.Json.Nodes;
using Descent.Numerics;
using Descent.TestSupport;

namespace Descent.Nn.Tests;

public sealed class InitializationTests
{
    private static readonly JsonObject GoldenFile = Golden.Read(Path.Combine(Golden.Root, "tests", "Golden", "other", "initialisation.json"));

    [Fact]
    public void Gains_are_those_of_PyTorch()
    {
        var differ = new Differ(1e-15);
        foreach (var item in GoldenFile["gains"]!.AsArray())
        {
            differ.Compare(Golden.Number(item!["gain"]), GainOf((string)item["nonlinearity"]!, item["parameter"]), $"gain of {item["nonlinearity"]}");
        }

        differ.AssertClose();
    }

    [Fact]
    public void Bounds_deviations_and_fans_are_those_of_PyTorch()
    {
        var differ = new Differ(1e-14);
        foreach (var item in GoldenFile["cases"]!.AsArray().Select(item => item!.AsObject()))
        {
            var shape = Golden.Integers(item["shape"]);
            Assert.Equal(((int)item["fan_in"]!, (int)item["fan_out"]!), Initialization.Fans(shape));
            var scheme = (string)item["scheme"]!;
            var deviation = scheme switch
            {
                "xavier_uniform" or "xavier_normal" => Initialization.XavierDeviation(shape, Golden.Number(item["gain"])),
                "kaiming_uniform" or "kaiming_normal" => Initialization.HeDeviation(
                    shape, (string)item["mode"]! == "fan_in" ? FanMode.FanIn : FanMode.FanOut, GainOf((string)item["nonlinearity"]!, item["negative_slope"])),
                "lecun_normal" => Initialization.HeDeviation(shape, FanMode.FanIn, Gain.Linear),
                _ => throw new InvalidDataException($"The scheme '{scheme}' is not known."),
            };
            differ.Compare(
                Golden.Number(item["bound"] ?? item["std"]),
                item.ContainsKey("bound") ? Initialization.UniformBound(deviation) : deviation,
                item.ToJsonString());
        }

        differ.AssertClose();
    }

    [Fact]
    public void Draws_have_the_deviation_and_stay_within_the_bound()
    {
        Check((weight, random) => Initialization.XavierUniform(weight, random), Math.Sqrt(2.0 / 500), bounded: true);
        Check((weight, random) => Initialization.XavierNormal(weight, random, Gain.Tanh), 5.0 / 3 * Math.Sqrt(2.0 / 500), bounded: false);
        Check((weight, random) => Initialization.HeUniform(weight, random), Math.Sqrt(2.0 / 300), bounded: true);
        Check((weight, random) => Initialization.HeNormal(weight, random, FanMode.FanOut), Math.Sqrt(2.0 / 200), bounded: false);
        Check((weight, random) => Initialization.LeCunNormal(weight, random), Math.Sqrt(1.0 / 300), bounded: false);
        Check((weight, random) => Initialization.LinearDefault(weight, 300, random), Math.Sqrt(1.0 / 900), bounded: true);
    }

    [Fact]
    public void The_same_seed_draws_the_same_weights_and_biases_of_a_perceptron_are_zero()
    {
        var first = Models.Mlp<float>(10, [20], 5, new SeededRandom(9));
        var second = Models.Mlp<float>(10, [20], 5, new SeededRandom(9));
        var other = Models.Mlp<float>(10, [20], 5, new SeededRandom(10));
        Assert.Equal(first.Parameters[0].Values.ToArray(), second.Parameters[0].Values.ToArray());
        Assert.NotEqual(first.Parameters[0].Values.ToArray(), other.Parameters[0].Values.ToArray());
        Assert.All(first.Parameters[1].Values.ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Mistakes_are_explained_in_one_sentence()
    {
        Assert.Equal(
            "Initialization by fan needs a weight of shape [outputs, inputs, …] without empty axes, but the shape was [3]; start it with Zeros, Uniform or Normal.",
            Assert.Throws<DescentException>(() => Initialization.Fans([3])).Message);
        Assert.Equal(
            "The gain of an initialization must be positive and finite, but was 0.",
            Assert.Throws<DescentException>(() => Initialization.HeDeviation([3, 4], gain: 0)).Message);
        Assert.Equal(
            "The slope of a leaky ReLU must be finite, but was NaN.",
            Assert.Throws<DescentException>(() => Gain.LeakyRelu(double.NaN)).Message);
        Assert.Equal(
            "The default start of a linear layer needs at least 1 input, but was given 0.",
            Assert.Throws<DescentException>(() => Initialization.LinearDefault(Tensor<float>.Zeros([1]), 0, new SeededRandom(1))).Message);
    }

    private static void Check(Action<Tensor<double>, SeededRandom> fill, double deviation, bool bounded)
    {
        var weight = Tensor<double>.Zeros([200, 300]);
        fill(weight, new SeededRandom(11));
        var values = weight.ToArray();
        Assert.InRange(Math.Sqrt(values.Average(value => value * value)) / deviation, 0.99, 1.01);
        Assert.InRange(values.Average() / deviation, -0.02, 0.02);
        if (bounded)
        {
            var bound = Initialization.UniformBound(deviation);
            Assert.InRange(values.Max(Math.Abs) / bound, 0.999, 1);
        }
    }

    private static double GainOf(string nonlinearity, JsonNode? parameter) => nonlinearity switch
    {
        "linear" => Gain.Linear,
        "sigmoid" => Gain.Sigmoid,
        "tanh" => Gain.Tanh,
        "relu" => Gain.Relu,
        "selu" => Gain.Selu,
        "leaky_relu" => parameter is null ? Gain.LeakyRelu() : Gain.LeakyRelu(Golden.Number(parameter)),
        _ => throw new InvalidDataException($"The nonlinearity '{nonlinearity}' is not known."),
    };
}
