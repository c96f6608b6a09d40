using Descent.Landscapes.Interface;
using Descent.Landscapes.Runs;
using Descent.Nn;
using Descent.Numerics;

namespace Descent.Landscapes.Networks;

/// <summary>What <c>gradientflow</c> is asked for: a deep network of equal layers before its first update.</summary>
public sealed record GradientFlowRequest
{
    /// <summary>How many layers, 1 to 50.</summary>
    public int Depth { get; set; } = 20;

    /// <summary>Units of each layer, and of the input, 1 to 128.</summary>
    public int Width { get; set; } = 64;

    /// <summary>What follows each layer.</summary>
    public Activation Activation { get; set; } = Activation.Sigmoid;

    /// <summary>Where the weights begin.</summary>
    public WeightStart Start { get; set; }

    /// <summary>Whether each layer is added to its input.</summary>
    public bool Residual { get; set; }

    /// <summary>Whether each layer is normalized over the batch before its activation.</summary>
    public bool BatchNorm { get; set; }

    /// <summary>Chooses weights, inputs and targets.</summary>
    public ulong Seed { get; set; } = 1;
}

/// <summary>What <c>gradientflow</c> gives.</summary>
/// <param name="Gradients">The norm of the gradient by the weights of each layer, from the first on.</param>
/// <param name="Signals">The root mean square of each layer's output.</param>
/// <param name="Ratio">The first layer's gradient over the last one's.</param>
public sealed record GradientFlowReply(double[] Gradients, double[] Signals, double Ratio);

/// <summary>How large gradients are through the depth of a network: one forward and one backward pass on Descent.Nn's graph, from normal inputs to normal targets.</summary>
public static class GradientFlow
{
    private const int Deepest = 50;
    private const int Widest = 128;
    private const int Batch = 16;

    /// <summary>Passes once.</summary>
    /// <exception cref="DescentException">A number is out of its range.</exception>
    public static GradientFlowReply Of(GradientFlowRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        Limits.Check("The depth", request.Depth, Deepest);
        Limits.Check("The width", request.Width, Widest);
        var random = new SeededRandom(request.Seed, stream: 17);
        var (signal, target) = (Normal(request.Width, random), Normal(request.Width, random));
        var (weights, signals) = (new List<Tensor<double>>(), new List<double>());
        for (var layer = 0; layer < request.Depth; layer++)
        {
            var linear = Perceptron.Started(request.Width, request.Width, request.Start, random);
            weights.Add(linear.Weight);
            var next = linear.Forward(signal);
            next = CurvatureEstimator.Activate(request.BatchNorm ? new BatchNorm<double>(request.Width).Forward(next) : next, request.Activation);
            signal = request.Residual ? signal + next : next;
            signals.Add(Math.Sqrt(signal.ToArray().Average(value => value * value)));
        }

        var gradients = Autograd.Gradients(Loss.MeanSquaredError(signal, target), [.. weights]);
        double[] norms = [.. gradients.Select(gradient => Math.Sqrt(gradient.ToArray().Sum(value => value * value)))];
        return new GradientFlowReply(norms, [.. signals], norms[0] / norms[^1]);
    }

    internal static Answer Answer(GradientFlowRequest request) => Functions.Reply(Of(request), Json.Default.GradientFlowReply);

    private static Tensor<double> Normal(int width, SeededRandom random) =>
        new(Enumerable.Range(0, Batch * width).Select(_ => random.NextNormal()).ToArray(), [Batch, width]);
}
