using Descent.Nn;
using Descent.Numerics;

namespace Descent.Landscapes.Networks;

/// <summary>
/// Hutchinson's estimate of the Hessian's diagonal, z ∘ Hz with z of random signs, by differentiating the gradient on Descent.Nn's graph: for
/// methods that use curvature. Source: Liu et al., "Sophia", 2023, <see href="https://arxiv.org/abs/2305.14342"/>, algorithm 1, whose interval of 10 updates is kept.
/// </summary>
internal sealed class CurvatureEstimator(Perceptron network, Activation activation, ulong seed)
{
    /// <summary>Updates from one estimate to the next.</summary>
    public const int Interval = 10;

    private readonly SeededRandom random = new(seed, stream: 15);

    /// <summary>Gives every parameter an estimate from a batch.</summary>
    public void Update(ExampleSet set, ReadOnlySpan<int> batch)
    {
        Tensor<double>[] leaves = [.. network.Layers.SelectMany(layer => new[] { layer.Weight, layer.Bias! })];
        var gradients = Autograd.Gradients(LossOf(set, batch), leaves, differentiable: true);
        Tensor<double>[] signs = [.. leaves.Select(Signs)];
        var product = gradients.Zip(signs, (gradient, sign) => (gradient * sign).Sum()).Aggregate((left, right) => left + right);
        var curved = product.RequiresGradient ? Autograd.Gradients(product, leaves) : [.. leaves.Select(leaf => Tensor<double>.Zeros(leaf.Shape))];
        for (var i = 0; i < leaves.Length; i++)
        {
            network.Parameters[i].CurvatureEstimate = (signs[i] * curved[i]).ToArray();
        }
    }

    internal static Tensor<double> Activate(Tensor<double> values, Activation activation) => activation switch
    {
        Activation.Tanh => values.Tanh(),
        Activation.Relu => values.Relu(),
        Activation.Sigmoid => values.Sigmoid(),
        _ => values,
    };

    /// <summary>The mean loss over a batch on the graph.</summary>
    internal Tensor<double> LossOf(ExampleSet set, ReadOnlySpan<int> batch)
    {
        var x = new double[batch.Length * set.Inputs];
        var (labels, targets) = (new int[batch.Length], new double[batch.Length]);
        for (var i = 0; i < batch.Length; i++)
        {
            set.X.AsSpan(batch[i] * set.Inputs, set.Inputs).CopyTo(x.AsSpan(i * set.Inputs));
            labels[i] = set.Labels[batch[i]];
            targets[i] = set.Classes == 0 ? set.Targets[batch[i]] : 0;
        }

        var hidden = new Tensor<double>(x, [batch.Length, set.Inputs]);
        for (var layer = 0; layer < network.Layers.Count; layer++)
        {
            hidden = network.Layers[layer].Forward(hidden);
            hidden = layer == network.Layers.Count - 1 ? hidden : Activate(hidden, activation);
        }

        return set.Classes > 0 ? Loss.CrossEntropy(hidden, labels) : Loss.MeanSquaredError(hidden, new Tensor<double>(targets, [batch.Length, 1]));
    }

    private Tensor<double> Signs(Tensor<double> like)
    {
        var signs = new double[like.Length];
        for (var i = 0; i < signs.Length; i++)
        {
            signs[i] = random.NextInt32(2) == 0 ? -1 : 1;
        }

        return new Tensor<double>(signs, like.Shape);
    }
}
