using System.Numerics;
using Descent.Numerics;

namespace Descent.Nn;

public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Each element 0 with a probability, else divided by what is left of it: x·mask/(1 − p).</summary>
    /// <remarks>Source: Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", JMLR 15, 2014; scaled while training, as all libraries do.</remarks>
    /// <param name="probability">p, in [0, 1); 0 changes nothing and draws nothing.</param>
    /// <param name="random">Draws one number for each element, in order.</param>
    /// <exception cref="DescentException">The probability is out of range.</exception>
    public Tensor<T> Dropout(double probability, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        CheckProbability(probability);
        if (probability == 0)
        {
            return this;
        }

        var mask = Result(shape);
        foreach (ref var kept in mask.Span)
        {
            kept = random.NextDouble() < probability ? T.Zero : T.One;
        }

        return Dropout(probability, mask);
    }

    /// <summary>x·mask/(1 − p) with a given mask.</summary>
    /// <param name="probability">p, in [0, 1).</param>
    /// <param name="mask">1 where an element is kept, else 0; it broadcasts.</param>
    /// <exception cref="DescentException">The probability is out of range, or the shapes do not broadcast.</exception>
    public Tensor<T> Dropout(double probability, Tensor<T> mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        CheckProbability(probability);
        return this * (mask.Detach() * T.CreateChecked(1 / (1 - probability)));
    }

    internal static void CheckProbability(double probability)
    {
        if (probability is not (>= 0 and < 1))
        {
            throw new DescentException($"The probability of a dropout must be in [0, 1), but was {probability:R}.");
        }
    }
}
