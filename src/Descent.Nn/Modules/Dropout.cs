using System.Numerics;
using Descent.Numerics;

namespace Descent.Nn;

/// <summary>Dropout while training, and nothing while evaluating. See <see cref="Tensor{T}.Dropout(double, SeededRandom)"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Dropout<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates the layer.</summary>
    /// <param name="probability">The share of elements that become 0, in [0, 1).</param>
    /// <param name="random">Draws the masks; it may be shared by layers.</param>
    /// <exception cref="DescentException">The probability is out of range.</exception>
    public Dropout(double probability, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Tensor<T>.CheckProbability(probability);
        (Probability, Random) = (probability, random);
    }

    /// <summary>The share of elements that become 0.</summary>
    public double Probability { get; }

    /// <summary>Draws the masks; its position is all the state there is, and belongs into a checkpoint.</summary>
    public SeededRandom Random { get; set; }

    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return IsTraining ? input.Dropout(Probability, Random) : input;
    }
}
