using System.Numerics;
using Descent.Engine;
using Descent.Numerics;

namespace Descent.Nn;

/// <summary>
/// y = x·W + b for rows x of which few numbers are other than 0. A row is given as pairs: first the places of its numbers (from 0; −1 where there is none), then
/// as many numbers. A step moves the rows of W that the batch uses (<see cref="Parameter.GradientRows"/>), so that its cost does not depend on how many features there are.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class SparseLinear<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Above this a float no longer holds every whole number.</summary>
    private const int Most = 1 << 24;

    /// <summary>Creates the layer with weights uniform in ±1/√inputs, as <see cref="Linear{T}"/>, and a bias of 0.</summary>
    /// <param name="inputs">How many features there are, 1 … 16777216.</param>
    /// <param name="outputs">The size of the output's last axis, at least 1.</param>
    /// <param name="random">Draws the weights row by row.</param>
    /// <exception cref="DescentException">A size is out of range.</exception>
    public SparseLinear(int inputs, int outputs, SeededRandom random)
    {
        if (inputs is < 1 or > Most || outputs < 1)
        {
            throw new DescentException($"A sparse linear layer needs 1 to {Most} inputs and at least 1 output, but was given {inputs} inputs and {outputs} outputs.");
        }

        Weight = Tensor<T>.Zeros([inputs, outputs], requiresGradient: true);
        Initialization.LinearDefault(Weight, inputs, random);
        Weight.TrackRows();
        Bias = Tensor<T>.Zeros([outputs], requiresGradient: true);
        Bias.DecayExempt = true;
    }

    /// <summary>W, of shape [inputs, outputs]: a row for each feature.</summary>
    public Tensor<T> Weight { get; }

    /// <summary>b, of shape [outputs].</summary>
    public Tensor<T> Bias { get; }

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, Tensor<T> Tensor)> OwnTensors => [("weight", Weight), ("bias", Bias)];

    /// <summary>The outputs of rows of pairs: [batch, 2·pairs] to [batch, outputs].</summary>
    /// <exception cref="DescentException">The input's shape does not fit, or a place is no whole number or names no feature.</exception>
    public override Tensor<T> Forward(Tensor<T> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Rank != 2 || input.Shape[1] % 2 != 0)
        {
            throw new DescentException($"A sparse linear layer needs an input of shape [batch, places and as many numbers], but its shape is {Shapes.Describe(input.Shape)}.");
        }

        var (batch, pairs, outputs) = (input.Shape[0], input.Shape[1] / 2, Weight.Shape[1]);
        var map = new int[batch * pairs];
        for (var i = 0; i < map.Length; i++)
        {
            var place = input.Span[(i / pairs * 2 * pairs) + (i % pairs)];
            map[i] = int.CreateSaturating(place);
            if (T.CreateChecked(map[i]) != place || map[i] < -1 || map[i] >= Weight.Shape[0])
            {
                throw new DescentException($"A sparse linear layer needs places from 0 to {Weight.Shape[0] - 1}, or −1 for none, but place {i % pairs} of row {i / pairs} is {place}.");
            }
        }

        var rows = TakeOperation<T>.Apply(Weight, map, outputs, [batch, pairs, outputs], "SparseLinear");
        return (rows * input.Narrow(1, pairs, pairs).Reshape(batch, pairs, 1)).Sum([1]) + Bias;
    }
}
