using System.Runtime.InteropServices;
using Descent.Engine;
using Descent.Nn;
using Descent.Numerics;

namespace Descent.Landscapes.Networks;

/// <summary>
/// A multilayer perceptron whose weights are tensors of Descent.Nn, with the backward pass written out: no graph is built, nothing is allocated,
/// and loops are plain, because a browser interprets them. Its loss and gradients are those of <see cref="Loss"/> and <see cref="Autograd"/>.
/// </summary>
public sealed class Perceptron
{
    private readonly int[] sizes;
    private readonly Activation activation;
    private readonly double[][] weights;
    private readonly double[][] biases;
    private readonly double[][] weightGradients;
    private readonly double[][] biasGradients;
    private readonly double[][] units;
    private readonly double[][] deltas;
    private readonly double[] probabilities;

    /// <summary>Creates the network of a request at its start.</summary>
    /// <param name="request">Its layers, activation, start and seed.</param>
    /// <param name="inputs">Numbers per example.</param>
    /// <param name="outputs">One per class, or 1.</param>
    public Perceptron(NetworkRequest request, int inputs, int outputs)
    {
        ArgumentNullException.ThrowIfNull(request);
        (sizes, activation) = ([inputs, .. request.Layers, outputs], request.Activation);
        var random = new SeededRandom(request.Seed, stream: 13);
        Layers = [.. Enumerable.Range(0, sizes.Length - 1).Select(layer => Started(sizes[layer], sizes[layer + 1], request.Start, random))];
        Parameters = [.. Layers.SelectMany((layer, i) => new[] { ParameterOf($"fc{i + 1}.weight", layer.Weight), ParameterOf($"fc{i + 1}.bias", layer.Bias!) })];
        (weights, biases) = ([.. Layers.Select(layer => ArrayOf(layer.Weight.Values))], [.. Layers.Select(layer => ArrayOf(layer.Bias!.Values))]);
        (weightGradients, biasGradients) = ([.. Layers.Select(layer => ArrayOf(layer.Weight.Gradient))], [.. Layers.Select(layer => ArrayOf(layer.Bias!.Gradient))]);
        (units, deltas) = ([.. sizes.Select(size => new double[size])], [.. sizes.Select(size => new double[size])]);
        probabilities = new double[outputs];
        Length = Parameters.Sum(parameter => (int)parameter.Length);
    }

    /// <summary>The layers, from the input on.</summary>
    public IReadOnlyList<Linear<double>> Layers { get; }

    /// <summary>Weights and biases in turn: what an optimizer moves.</summary>
    public IReadOnlyList<Parameter<double>> Parameters { get; }

    /// <summary>How many numbers all parameters have.</summary>
    public int Length { get; }

    /// <summary>How many hidden units there are.</summary>
    public int HiddenUnits => sizes[1..^1].Sum();

    /// <summary>All parameters one after the other, in the order of <see cref="Parameters"/>.</summary>
    public void CopyTo(Span<double> all) => Each(all, static (parameter, part) => parameter.Values.Span.CopyTo(part));

    /// <summary>Sets all parameters from numbers one after the other.</summary>
    public void CopyFrom(ReadOnlySpan<double> all)
    {
        foreach (var parameter in Parameters)
        {
            all[..parameter.Values.Length].CopyTo(parameter.Values.Span);
            all = all[parameter.Values.Length..];
        }
    }

    /// <summary>All gradients one after the other.</summary>
    public void CopyGradientsTo(Span<double> all) => Each(all, static (parameter, part) => parameter.Gradient.Span.CopyTo(part));

    /// <summary>Sets all gradients to 0.</summary>
    public void ZeroGradients()
    {
        foreach (var parameter in Parameters)
        {
            parameter.Gradient.Span.Clear();
        }
    }

    /// <summary>The outputs for one example: a score per class, or the number. The memory is used again by the next call.</summary>
    public ReadOnlySpan<double> Forward(ReadOnlySpan<double> example)
    {
        example.CopyTo(units[0]);
        for (var layer = 0; layer < weights.Length; layer++)
        {
            var (from, to, weight, bias) = (units[layer], units[layer + 1], weights[layer], biases[layer]);
            for (int j = 0, at = 0; j < to.Length; j++)
            {
                var sum = bias[j];
                for (var i = 0; i < from.Length; i++)
                {
                    sum += weight[at++] * from[i];
                }

                to[j] = sum;
            }

            if (layer < weights.Length - 1)
            {
                Activate(to);
            }
        }

        return units[^1];
    }

    /// <summary>The hidden units' values for the example of the last <see cref="Forward"/>, layer by layer.</summary>
    public void CopyHiddenTo(Span<double> hidden)
    {
        for (var layer = 1; layer < units.Length - 1; layer++)
        {
            units[layer].CopyTo(hidden);
            hidden = hidden[units[layer].Length..];
        }
    }

    /// <summary>What is drawn of the last <see cref="Forward"/>: the probability of the second of two classes, or the number.</summary>
    public double Answer() => units[^1].Length == 1 ? units[^1][0] : 1 / (1 + Math.Exp(units[^1][0] - units[^1][1]));

    /// <summary>The mean loss over some examples, and the share that is right; for numbers, the share of their variance that is explained.</summary>
    public (double Loss, double Accuracy) Evaluate(ExampleSet set, int first, int count)
    {
        ArgumentNullException.ThrowIfNull(set);
        var (sum, right, mean, spread) = (0.0, 0, 0.0, 0.0);
        for (var row = first; row < first + count; row++)
        {
            var outputs = Forward(set.X.AsSpan(row * set.Inputs, set.Inputs));
            sum += LossOf(set, row);
            right += set.Classes > 0 && Largest(outputs) == set.Labels[row] ? 1 : 0;
            mean += set.Classes == 0 ? set.Targets[row] / count : 0;
        }

        for (var row = first; set.Classes == 0 && row < first + count; row++)
        {
            spread += (set.Targets[row] - mean) * (set.Targets[row] - mean);
        }

        return (sum / count, set.Classes > 0 ? (double)right / count : 1 - (sum / spread));
    }

    /// <summary>Adds the gradient of the mean loss over a batch, times a factor, to the gradients.</summary>
    /// <returns>The mean loss.</returns>
    public double AddGradients(ExampleSet set, ReadOnlySpan<int> batch, double factor = 1)
    {
        ArgumentNullException.ThrowIfNull(set);
        var (sum, share) = (0.0, factor / batch.Length);
        foreach (var row in batch)
        {
            Forward(set.X.AsSpan(row * set.Inputs, set.Inputs));
            sum += LossOf(set, row);
            Backward(set, row, share);
        }

        return sum / batch.Length;
    }

    /// <summary>The class with the highest score.</summary>
    internal static int Largest(ReadOnlySpan<double> outputs)
    {
        var best = 0;
        for (var i = 1; i < outputs.Length; i++)
        {
            best = outputs[i] > outputs[best] ? i : best;
        }

        return best;
    }

    /// <summary>The loss of the example that was passed forward last: −log softmax of its class, or the squared difference.</summary>
    private double LossOf(ExampleSet set, int row)
    {
        var outputs = units[^1];
        if (set.Classes == 0)
        {
            return (outputs[0] - set.Targets[row]) * (outputs[0] - set.Targets[row]);
        }

        var (highest, sum) = (outputs[Largest(outputs)], 0.0);
        for (var i = 0; i < outputs.Length; i++)
        {
            sum += probabilities[i] = Math.Exp(outputs[i] - highest);
        }

        for (var i = 0; i < outputs.Length; i++)
        {
            probabilities[i] /= sum;
        }

        return Math.Log(sum) + highest - outputs[set.Labels[row]];
    }

    private void Backward(ExampleSet set, int row, double share)
    {
        var last = deltas[^1];
        for (var i = 0; i < last.Length; i++)
        {
            last[i] = share * (set.Classes == 0 ? 2 * (units[^1][0] - set.Targets[row]) : probabilities[i] - (i == set.Labels[row] ? 1 : 0));
        }

        for (var layer = weights.Length - 1; layer >= 0; layer--)
        {
            var (from, delta, below) = (units[layer], deltas[layer + 1], deltas[layer]);
            var (weight, gradient, biasGradient) = (weights[layer], weightGradients[layer], biasGradients[layer]);
            Array.Clear(below);
            for (int j = 0, at = 0; j < delta.Length; j++)
            {
                var d = delta[j];
                biasGradient[j] += d;
                for (var i = 0; i < from.Length; i++, at++)
                {
                    gradient[at] += d * from[i];
                    below[i] += d * weight[at];
                }
            }

            if (layer > 0)
            {
                Slope(from, below);
            }
        }
    }

    private void Activate(double[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = activation switch
            {
                Activation.Tanh => Math.Tanh(values[i]),
                Activation.Relu => Math.Max(values[i], 0),
                Activation.Sigmoid => 1 / (1 + Math.Exp(-values[i])),
                _ => values[i],
            };
        }
    }

    /// <summary>Multiplies deltas by the activation's slope, which follows from its value.</summary>
    private void Slope(double[] values, double[] delta)
    {
        for (var i = 0; i < values.Length; i++)
        {
            delta[i] *= activation switch
            {
                Activation.Tanh => 1 - (values[i] * values[i]),
                Activation.Relu => values[i] > 0 ? 1 : 0,
                Activation.Sigmoid => values[i] * (1 - values[i]),
                _ => 1,
            };
        }
    }

    private void Each(Span<double> all, Action<Parameter<double>, Span<double>> act)
    {
        foreach (var parameter in Parameters)
        {
            act(parameter, all[..parameter.Values.Length]);
            all = all[parameter.Values.Length..];
        }
    }

    /// <summary>A layer at its start.</summary>
    internal static Linear<double> Started(int inputs, int outputs, WeightStart start, SeededRandom random)
    {
        var weight = Tensor<double>.Zeros([outputs, inputs], requiresGradient: true);
        switch (start)
        {
            case WeightStart.Xavier:
                Initialization.XavierUniform(weight, random);
                break;
            case WeightStart.He:
                Initialization.HeUniform(weight, random);
                break;
            case WeightStart.TooLarge:
                Initialization.XavierUniform(weight, random, gain: 10);
                break;
            default:
                Initialization.Zeros(weight);
                break;
        }

        return new Linear<double>(weight, Tensor<double>.Zeros([outputs], requiresGradient: true));
    }

    private static Parameter<double> ParameterOf(string name, Tensor<double> tensor) => new(name, tensor.Values, tensor.Gradient, tensor.Shape) { DecayExempt = tensor.DecayExempt };

    private static double[] ArrayOf(Memory<double> memory) => MemoryMarshal.TryGetArray<double>(memory, out var segment) && segment is { Offset: 0, Array: { } array } && array.Length == memory.Length
        ? array
        : throw new InvalidOperationException("A tensor that was made here has an array of its own.");
}
