using System.Numerics;
using Descent.Numerics;

namespace Descent.Nn;

/// <summary>Small models that are ready to train.</summary>
public static class Models
{
    /// <summary>
    /// One linear layer named <c>fc</c>: linear regression, or logistic regression under a cross-entropy. PyTorch's default start.
    /// </summary>
    /// <param name="inputs">Features of an example, at least 1.</param>
    /// <param name="outputs">Numbers to predict, at least 1.</param>
    /// <param name="random">Draws the start.</param>
    /// <exception cref="DescentException">A size is below 1.</exception>
    public static Sequential<T> Linear<T>(int inputs, int outputs, SeededRandom random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(("fc", new Linear<T>(inputs, outputs, random)));

    /// <summary>
    /// A multi-layer perceptron: linear layers <c>fc1</c>, <c>fc2</c>, … with ReLU between them (<c>relu1</c>, …), and on request
    /// with batch norm before each ReLU (<c>bn1</c>, …).
    /// Weights start normal after He (gain √2 before a ReLU, 1 at the output), biases at 0.
    /// </summary>
    /// <param name="inputs">Features of an example, at least 1.</param>
    /// <param name="hidden">
    /// The sizes of the hidden layers, each at least 1; none makes a linear model whose layer is called <c>fc1</c>.
    /// </param>
    /// <param name="outputs">Numbers to predict, at least 1.</param>
    /// <param name="random">Draws the weights, layer by layer.</param>
    /// <param name="batchNorm">Whether hidden layers are normalized.</param>
    /// <exception cref="DescentException">A size is below 1.</exception>
    public static Sequential<T> Mlp<T>(int inputs, ReadOnlySpan<int> hidden, int outputs, SeededRandom random, bool batchNorm = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var modules = new List<(string, Module<T>)>();
        for (var i = 0; i <= hidden.Length; i++)
        {
            var isOutput = i == hidden.Length;
            var (fanIn, fanOut) = (i == 0 ? inputs : hidden[i - 1], isOutput ? outputs : hidden[i]);
            var weight = Tensor<T>.Zeros([fanOut, fanIn], requiresGradient: true);
            Initialization.HeNormal(weight, random, gain: isOutput ? Gain.Linear : Gain.Relu);
            var layer = new Linear<T>(weight, Tensor<T>.Zeros([fanOut], requiresGradient: true));
            modules.Add(($"fc{i + 1}", layer));
            if (!isOutput && batchNorm)
            {
                modules.Add(($"bn{i + 1}", new BatchNorm<T>(fanOut)));
            }

            if (!isOutput)
            {
                modules.Add(($"relu{i + 1}", new Relu<T>()));
            }
        }

        return new Sequential<T>([.. modules]);
    }
}
