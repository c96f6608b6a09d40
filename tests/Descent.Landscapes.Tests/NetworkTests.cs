using System.Text.Json.Nodes;
using Descent.Landscapes.Interface;
using Descent.Landscapes.Networks;
using Descent.Nn;
using Xunit.Abstractions;

namespace Descent.Landscapes.Tests;

/// <summary>Networks, their training, and the function <c>train</c>.</summary>
public class NetworkTests(ITestOutputHelper output)
{
    private static readonly ulong[] Seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

    public static TheoryData<NetworkData, Activation> Kinds()
    {
        var kinds = new TheoryData<NetworkData, Activation>();
        foreach (var data in Enum.GetValues<NetworkData>())
        {
            foreach (var activation in Enum.GetValues<Activation>())
            {
                kinds.Add(data, activation);
            }
        }

        return kinds;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Loss_and_gradients_are_those_of_the_automatic_differentiation(NetworkData data, Activation activation)
    {
        var request = new NetworkRequest { Data = data, Activation = activation, Layers = [7, 5], Examples = 60, Noise = 0.1 };
        var set = ExampleSet.Of(request);
        var network = new Perceptron(request, set.Inputs, Math.Max(1, set.Classes));
        int[] batch = [0, 3, 7, 11, 12];
        var loss = network.AddGradients(set, batch);
        var ours = network.Layers.SelectMany(layer => new[] { layer.Weight, layer.Bias! }).Select(tensor => tensor.Gradient.ToArray()).ToArray();
        var theirs = new CurvatureEstimator(network, activation, seed: 0).LossOf(set, batch);
        var gradients = Autograd.Gradients(theirs, [.. network.Layers.SelectMany(layer => new[] { layer.Weight, layer.Bias! })]);
        Assert.Equal(theirs.ToScalar(), loss, 1e-12);
        var largest = ours.Zip(gradients).SelectMany(pair => pair.First.Zip(pair.Second.ToArray(), (a, b) => Math.Abs(a - b))).Max();
        Assert.True(largest <= 1e-12, $"The largest difference is {largest}.");
    }

    [Theory]
    [InlineData(NetworkData.Circle)]
    [InlineData(NetworkData.Xor)]
    [InlineData(NetworkData.Moons)]
    public void Eight_and_eight_units_learn_the_easy_shapes_from_every_seed(NetworkData data)
    {
        var accuracies = Seeds.Select(seed => Trained(new() { Data = data, Seed = seed })).ToArray();
        output.WriteLine(string.Join(" ", accuracies));
        Assert.All(accuracies, accuracy => Assert.InRange(accuracy, 0.99, 1));
    }

    [Fact]
    public void Plain_descent_is_behind_Adam_on_the_circle_at_the_same_rate()
    {
        var adam = Seeds.Average(seed => Trained(new() { Seed = seed }));
        var sgd = Seeds.Average(seed => Trained(new() { Seed = seed, Optimizer = "sgd" }));
        output.WriteLine($"Adam {adam}, SGD {sgd}");
        Assert.True(sgd < adam, $"SGD {sgd} against {adam}.");
        Assert.InRange(sgd, 0.9, 1);
    }

    [Fact]
    public void Sixteen_and_sixteen_units_learn_the_spiral()
    {
        var accuracies = Seeds.Select(seed => Trained(new() { Data = NetworkData.Spiral, Layers = [16, 16], Steps = 3000, Seed = seed })).ToArray();
        output.WriteLine(string.Join(" ", accuracies));
        Assert.InRange(accuracies.Average(), 0.9, 1);
    }

    private static double Trained(NetworkRequest request)
    {
        var training = new NetworkTraining(request);
        while (training.Updates < request.Steps)
        {
            training.Step();
        }

        return training.Network.Evaluate(training.Set, 0, training.Set.TrainCount).Accuracy;
    }
}
