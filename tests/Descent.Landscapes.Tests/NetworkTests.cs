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

    [Fact]
    public void Every_method_of_the_catalogue_trains_a_network()
    {
        foreach (var entry in Optimizers.Catalogue.All)
        {
            var training = new NetworkTraining(new() { Optimizer = entry.Name, LearningRate = null, Layers = [5], Examples = 40 });
            var before = training.Network.Evaluate(training.Set, 0, training.Set.TrainCount).Loss;
            for (var step = 0; step < 11; step++)
            {
                training.Step(Observation.Norms);
            }

            Assert.False(training.IsLost, entry.Name);
            Assert.NotEqual(before, training.Network.Evaluate(training.Set, 0, training.Set.TrainCount).Loss);
            Assert.All(training.GradientNorms, norm => Assert.True(norm >= 0, entry.Name));
        }
    }

    [Fact]
    public void Small_batches_that_are_accumulated_are_one_large_batch()
    {
        var (large, small) = (new NetworkTraining(new() { BatchSize = 40 }), new NetworkTraining(new() { BatchSize = 5, Accumulation = 8 }));
        for (var step = 0; step < 50; step++)
        {
            large.Step();
            small.Step();
            Assert.Equal(large.BatchLoss, small.BatchLoss, 1e-12);
        }
    }

    [Fact]
    public void A_network_that_starts_from_zero_keeps_its_units_alike()
    {
        var training = new NetworkTraining(new() { Start = WeightStart.Zero, Data = NetworkData.Xor });
        for (var step = 0; step < 200; step++)
        {
            training.Step();
        }

        foreach (var layer in training.Network.Layers.SkipLast(1))
        {
            Assert.All(layer.Weight.ToArray().Chunk(layer.Weight.Shape[1]), row => Assert.Equal(layer.Weight.ToArray()[..row.Length], row));
        }
    }

    [Theory]
    [InlineData("""{"network":{"steps":100,"examples":50,"layers":[4]}}""")]
    [InlineData("""{"network":{"data":"digits","steps":37,"examples":80,"layers":[6],"optimizer":"schedulefree_adamw","clip_norm":1,"schedule":"warmup(10%) then cosine","weight_decay":0.1}}""")]
    [InlineData("""{"network":{"data":"plane","steps":50,"examples":60,"layers":[],"optimizer":"sgd","learning_rate":50}}""")]
    public void Slices_are_parts_of_the_whole(string request)
    {
        var whole = Functions.Call("train", request);
        var (total, parts) = (JsonNode.Parse(whole.Json)!["frames"]!.GetValue<int>(), new Dictionary<string, List<double>>());
        foreach (var skips in (bool[])[false, true])
        {
            parts.Clear();
            for (var first = 0; first < total; first += 7)
            {
                if (skips)
                {
                    // Somebody else's frames between, from which nothing is kept.
                    Functions.Call("train", $$"""{"network":{"steps":9,"examples":50,"seed":{{first}}},"frame_count":1}""");
                }

                var part = Functions.Call("train", request[..^1] + $$""","first_frame":{{first}},"frame_count":7}""");
                foreach (var column in JsonNode.Parse(part.Json)!["columns"]!.AsArray())
                {
                    var name = column!["name"]!.GetValue<string>();
                    parts.TryAdd(name, []);
                    parts[name].AddRange(part.Numbers.AsSpan(column["offset"]!.GetValue<int>(), column["length"]!.GetValue<int>()));
                }
            }

            Assert.All(parts, pair => Assert.Equal(TheoryTests.Column(whole, pair.Key).Select(BitConverter.DoubleToInt64Bits), pair.Value.Select(BitConverter.DoubleToInt64Bits)));
        }
    }

    [Fact]
    public void Frames_say_what_a_direct_call_says()
    {
        var request = new NetworkRequest { Data = NetworkData.Moons, Noise = 0.05, Steps = 300, Optimizer = "adam(beta2=0.99)", ClipNorm = 0.5 };
        var answer = Functions.Call("train", """{"network":{"data":"moons","noise":0.05,"steps":300,"optimizer":"adam(beta2=0.99)","clip_norm":0.5}}""");
        var training = new NetworkTraining(request);
        while (training.Updates < 300)
        {
            training.Step(Observation.Everything);
        }

        var (train, validation) = (training.Network.Evaluate(training.Set, 0, training.Set.TrainCount), training.Network.Evaluate(training.Set, training.Set.TrainCount, training.Set.Count - training.Set.TrainCount));
        Assert.Equal((train.Loss, train.Accuracy), (TheoryTests.Column(answer, "train_loss")[^1], TheoryTests.Column(answer, "train_accuracy")[^1]));
        Assert.Equal((validation.Loss, validation.Accuracy), (TheoryTests.Column(answer, "validation_loss")[^1], TheoryTests.Column(answer, "validation_accuracy")[^1]));
        Assert.Equal(300, TheoryTests.Column(answer, "batch_loss").Length);
        Assert.Equal(training.BatchLoss, TheoryTests.Column(answer, "batch_loss")[^1]);
        var weights = new double[training.Network.Length];
        training.Network.CopyTo(weights);
        Assert.Equal(weights, TheoryTests.Column(answer, "weights")[^weights.Length..]);
        Assert.Equal(training.GradientNorms, TheoryTests.Column(answer, "gradient_norm")[^training.GradientNorms.Length..]);
        var ratios = TheoryTests.Column(answer, "ratio")[^weights.Length..];
        Assert.Equal(training.Ratios, ratios);
        Assert.All(ratios, ratio => Assert.InRange(ratio, -10, 10));
        Assert.Contains(ratios, ratio => Math.Abs(ratio) > 0.01);
    }

    [Fact]
    public void A_slice_has_the_trained_network_at_its_centre_and_the_path_in_its_plane()
    {
        var network = new NetworkRequest { Examples = 60, Layers = [5], Steps = 200 };
        var loss = new NetworkTraining(network);
        while (loss.Updates < 200)
        {
            loss.Step();
        }

        foreach (var (directions, least) in (ReadOnlySpan<(SliceDirections, double)>)[(SliceDirections.Random, 0.001), (SliceDirections.Path, 0.8)])
        {
            var slice = NetworkSlice.Of(new() { Network = network, Directions = directions, Seed = 3 });
            Assert.Equal(loss.Network.Evaluate(loss.Set, 0, loss.Set.TrainCount).Loss, slice.Value([0, 0]), 1e-12);
            Assert.Equal([0, 0], slice.Path[^2..]);
            Assert.InRange(slice.PathShare, least, 1);
            if (directions == SliceDirections.Path)
            {
                Assert.Equal(0.85, slice.Path.Where((_, i) => i % 2 == 0).Max(Math.Abs), 1e-9);
            }
        }
    }

    [Theory]
    [InlineData("""{"steps":2000,"batch_size":128}""", "A network sees at most 200000 examples (examples × epochs), but 2000 steps of 1 × 128 are 256000; take fewer steps or smaller batches.")]
    [InlineData("""{"layers":[8,33]}""", "The number of units of a hidden layer must be from 1 to 32, but was 33.")]
    [InlineData("""{"layers":[1,1,1,1,1,1,1]}""", "The number of hidden layers must be from 0 to 6, but was 7.")]
    [InlineData("""{"steps":100,"batch_size":250}""", "The batch size must be from 1 to 200, but was 250.")]
    [InlineData("""{"noise":-1}""", "The noise must be from 0 to 1, but was -1.")]
    [InlineData("""{"train_share":0.95}""", "The train share must be from 0.1 to 0.9, but was 0.95.")]
    [InlineData("""{"weight_decay":-1}""", "The weight decay must be a number of at least 0, but was -1.")]
    [InlineData("""{"examples":5}""", "The number of examples must be from 20 to 2000, but was 5.")]
    public void Refusals_are_sentences(string network, string sentence) =>
        Assert.Equal(sentence, JsonNode.Parse(Functions.TryCall("train", $$"""{"network":{{network}}}""").Json)!["error"]!.GetValue<string>());

    [Theory]
    [InlineData(Activation.Sigmoid, WeightStart.Xavier, false, 0, 1e-9)]
    [InlineData(Activation.Relu, WeightStart.He, false, 0.3, 5)]
    [InlineData(Activation.Relu, WeightStart.He, true, 0.1, 10)]
    [InlineData(Activation.Tanh, WeightStart.Xavier, true, 0.1, 10)]
    public void Gradients_vanish_or_pass_through_the_depth(Activation activation, WeightStart start, bool residual, double low, double high)
    {
        foreach (var seed in Seeds)
        {
            var flow = GradientFlow.Of(new() { Activation = activation, Start = start, Residual = residual, Seed = seed });
            output.WriteLine($"{seed}: {flow.Ratio}");
            Assert.InRange(flow.Ratio, low, high);
            Assert.Equal(20, flow.Gradients.Length);
        }
    }

    [Fact]
    public void A_training_that_diverged_has_no_slice() => Assert.StartsWith(
        "The training diverged after ",
        JsonNode.Parse(Functions.TryCall("netslice", """{"plane":{"network":{"data":"plane","optimizer":"sgd","learning_rate":50}}}""").Json)!["error"]!.GetValue<string>(),
        StringComparison.Ordinal);

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
