using Descent.Engine;
using Descent.Nn;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Benchmarks.Networks;

/// <summary>A network that is trained on one batch, again and again, by AdamW under a cross-entropy.</summary>
/// <param name="Name">What the other process calls it.</param>
/// <param name="Title">As the table shows it.</param>
/// <param name="Unit">What is counted: samples or tokens.</param>
/// <param name="PerStep">How many of them a step has.</param>
/// <param name="Classes">Classes, or tokens there are.</param>
/// <param name="Shape">Of the batch.</param>
/// <param name="Repeats">Steps that are timed together: at least some 50 ms.</param>
/// <param name="Create">Makes the model.</param>
internal sealed record Network(string Name, string Title, string Unit, int PerStep, int Classes, int[] Shape, int Repeats, Func<SeededRandom, Module<float>> Create)
{
    private const int Vocabulary = 65;

    /// <summary>What is compared.</summary>
    public static IReadOnlyList<Network> All { get; } =
    [
        new("mlp", "MLP 784-512-512-10, batch 128", "samples", 128, 10, [128, 784], 16, random => Models.Mlp<float>(784, [512, 512], 10, random)),
        new("cnn", "CNN 16, 32 with batch norm, 28×28, batch 128", "samples", 128, 10, [128, 1, 28, 28], 4, random => Models.Cnn<float>(1, 28, 28, [16, 32], 10, random)),
        new("lstm", "LSTM 128, 65 tokens, batch 32 × 64", "tokens", 32 * 64, Vocabulary, [32, 64], 4, random => Models.RecurrentLanguageModel(Vocabulary, 128, new Lstm<float>(128, 128, random), random)),
        new("transformer", "Transformer d = 128, 4 heads, 4 layers, batch 16 × 128", "tokens", 16 * 128, Vocabulary, [16, 128], 1, random => new Transformer<float>(Vocabulary, 128, 128, 4, 4, random)),
    ];

    /// <summary>Whether the batch is numbers of tokens.</summary>
    public bool IsForText => Unit == "tokens";

    /// <summary>Pictures of normal numbers, or tokens.</summary>
    public float[] Input()
    {
        var random = new SeededRandom(1);
        var values = new float[Shape.Aggregate(1, static (product, size) => product * size)];
        foreach (ref var value in values.AsSpan())
        {
            value = IsForText ? Drawn(random) : (float)random.NextNormal();
        }

        return values;
    }

    /// <summary>The class of each sample, or the next token of each.</summary>
    public int[] Labels()
    {
        var random = new SeededRandom(2);
        var labels = new int[PerStep];
        foreach (ref var label in labels.AsSpan())
        {
            label = Drawn(random);
        }

        return labels;
    }

    private int Drawn(SeededRandom random) => (int)(random.NextDouble() * Classes);
}

/// <summary>A network in training by Descent.</summary>
internal sealed class NetworkRun
{
    private readonly Network network;
    private readonly Workers workers;
    private readonly Module<float> model;
    private readonly Optimizer optimizer;
    private readonly Tensor<float> input;
    private readonly int[] labels;

    public NetworkRun(Network network, Workers workers)
    {
        (this.network, this.workers) = (network, workers);
        model = network.Create(new SeededRandom(3));
        optimizer = Optimizer.For(model.Parameters, new AdamW { LearningRate = 1e-3, WeightDecay = 0.01 }, workers);
        (input, labels) = (new Tensor<float>(network.Input(), network.Shape), network.Labels());
    }

    /// <summary>Writes the start of the model and the batch for the other process.</summary>
    public void Save(string path)
    {
        var file = model.ToTensorFile();
        if (network.IsForText)
        {
            file.Add<long>("input", network.Shape, Array.ConvertAll(network.Input(), static token => (long)token));
        }
        else
        {
            file.Add<float>("input", network.Shape, network.Input());
        }

        file.Add<long>("labels", [labels.Length], Array.ConvertAll(labels, static label => (long)label));
        file.Write(path);
    }

    /// <summary>Takes training steps; the last one's loss.</summary>
    public double Step(int count)
    {
        Compute.Workers = workers;
        var last = 0.0;
        for (var i = 0; i < count; i++)
        {
            using var scope = TensorScope.Begin();
            var logits = model.Forward(input);
            var loss = Loss.CrossEntropy(logits.Reshape(-1, network.Classes), labels);
            model.ZeroGradient();
            loss.Backward();
            optimizer.Step();
            last = loss.ToScalar();
        }

        return last;
    }
}
