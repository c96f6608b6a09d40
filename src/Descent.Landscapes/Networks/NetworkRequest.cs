using System.Text.Json.Serialization;
using Descent.Landscapes.Interface;

namespace Descent.Landscapes.Networks;

/// <summary>What a network learns; all of it is made from a seed.</summary>
[JsonConverter(typeof(SnakeCase<NetworkData>))]
public enum NetworkData
{
    /// <summary>A disc inside a ring; two classes.</summary>
    Circle,

    /// <summary>Four squares, opposite ones of one class.</summary>
    Xor,

    /// <summary>Two half circles that reach into each other.</summary>
    Moons,

    /// <summary>Two arms that wind around each other.</summary>
    Spiral,

    /// <summary>Ten digits of 8 × 8 pixels, drawn for this project; ten classes.</summary>
    Digits,

    /// <summary>A number that rises along a slanting direction of the plane.</summary>
    Plane,
}

/// <summary>What follows each hidden layer.</summary>
[JsonConverter(typeof(SnakeCase<Activation>))]
public enum Activation
{
    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>1/(1 + e⁻ˣ).</summary>
    Sigmoid,

    /// <summary>Nothing: layers without it make one linear map.</summary>
    Linear,
}

/// <summary>Where the weights of a network begin; biases begin at 0.</summary>
[JsonConverter(typeof(SnakeCase<WeightStart>))]
public enum WeightStart
{
    /// <summary>Xavier (Glorot and Bengio 2010), uniform.</summary>
    Xavier,

    /// <summary>He (He et al. 2015), uniform.</summary>
    He,

    /// <summary>All 0: units of a layer never come to differ.</summary>
    Zero,

    /// <summary>Xavier, ten times as large: units are saturated or explode.</summary>
    TooLarge,
}

/// <summary>A multilayer perceptron, what it learns, and how.</summary>
/// <remarks>Properties are set, not initialized only: generated JSON code would overwrite the defaults of those that a request leaves out.</remarks>
public sealed record NetworkRequest
{
    /// <summary>What is learnt.</summary>
    public NetworkData Data { get; set; }

    /// <summary>How many examples there are, 20 to 2000.</summary>
    public int Examples { get; set; } = 400;

    /// <summary>The standard deviation of what is added to inputs, as a share of the picture's half width (of a pixel's range, for digits), 0 to 1.</summary>
    public double Noise { get; set; }

    /// <summary>The share of the examples that is trained on, 0.1 to 0.9; the others validate.</summary>
    public double TrainShare { get; set; } = 0.5;

    /// <summary>The sizes of the hidden layers: none to 6 of 1 to 32 units.</summary>
    public int[] Layers { get; set; } = [8, 8];

    /// <summary>What follows each hidden layer.</summary>
    public Activation Activation { get; set; }

    /// <summary>Where the weights begin.</summary>
    public WeightStart Start { get; set; }

    /// <summary>The method as text with options, as for a race.</summary>
    public string Optimizer { get; set; } = "adam";

    /// <summary>The learning rate; null for the method's own.</summary>
    public double? LearningRate { get; set; } = 0.03;

    /// <summary>The schedule as text, as for a race; null for a constant rate.</summary>
    public string? Schedule { get; set; }

    /// <summary>The largest norm of the whole gradient; null for none.</summary>
    public double? ClipNorm { get; set; }

    /// <summary>The weight decay λ of weights, not of biases; null for the method's own.</summary>
    public double? WeightDecay { get; set; }

    /// <summary>Examples of a batch, 1 to 256 and at most those that are trained on.</summary>
    public int BatchSize { get; set; } = 16;

    /// <summary>How many batches make an update, 1 to 32.</summary>
    public int Accumulation { get; set; } = 1;

    /// <summary>Updates, 1 to 20 000; updates · batch size · accumulation is at most 200 000.</summary>
    public int Steps { get; set; } = 1000;

    /// <summary>Chooses data, start and batches.</summary>
    public ulong Seed { get; set; } = 1;
}
