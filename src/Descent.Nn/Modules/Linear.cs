using System.Numerics;
using Descent.Numerics;

namespace Descent.Nn;

/// <summary>y = x·Wᵀ + b for each row x of the input. Weight decay leaves the bias alone.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Linear<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates the layer with PyTorch's default start: weight and bias uniform in ±1/√inputs.</summary>
    /// <param name="inputs">The size of the input's last axis, at least 1.</param>
    /// <param name="outputs">The size of the output's last axis, at least 1.</param>
    /// <param name="random">Draws the weight row by row, then the bias.</param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <exception cref="DescentException">A size is below 1.</exception>
    public Linear(int inputs, int outputs, SeededRandom random, bool bias = true)
    {
        if (inputs < 1 || outputs < 1)
        {
            throw new DescentException($"A linear layer needs at least 1 input and 1 output, but was given {inputs} inputs and {outputs} outputs.");
        }

        Weight = Tensor<T>.Zeros([outputs, inputs], requiresGradient: true);
        Initialization.LinearDefault(Weight, inputs, random);
        if (bias)
        {
            Bias = Tensor<T>.Zeros([outputs], requiresGradient: true);
            Bias.DecayExempt = true;
            Initialization.LinearDefault(Bias, inputs, random);
        }
    }

    /// <summary>Creates the layer from tensors that the caller has filled.</summary>
    /// <param name="weight">W, of shape [outputs, inputs].</param>
    /// <param name="bias">b, of shape [outputs]; no bias when null.</param>
    /// <exception cref="DescentException">The shapes do not fit.</exception>
    public Linear(Tensor<T> weight, Tensor<T>? bias)
    {
        ArgumentNullException.ThrowIfNull(weight);
        LinearOperation<T>.CheckWeights(weight, bias);
        Weight = weight;
        Bias = bias;
        if (bias is not null)
        {
            bias.DecayExempt = true;
        }
    }

    /// <summary>W, of shape [outputs, inputs].</summary>
    public Tensor<T> Weight { get; }

    /// <summary>b, of shape [outputs], or null.</summary>
    public Tensor<T>? Bias { get; }

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, Tensor<T> Tensor)> OwnTensors =>
        Bias is null ? [("weight", Weight)] : [("weight", Weight), ("bias", Bias)];

    /// <inheritdoc/>
    /// <exception cref="DescentException">The last axis of the input is not the number of inputs.</exception>
    public override Tensor<T> Forward(Tensor<T> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Linear(Weight, Bias);
    }
}
