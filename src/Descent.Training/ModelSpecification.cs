using System.Globalization;
using Descent.Nn;
using Descent.Numerics;

namespace Descent.Training;

/// <summary>Which model to train, as text: <c>linear</c>, or <c>mlp:128,64</c> for hidden layers of those sizes with ReLU between.</summary>
/// <param name="Hidden">The sizes of the hidden layers; empty for a linear model.</param>
public sealed record ModelSpecification(IReadOnlyList<int> Hidden)
{
    private const int LargestLayer = 1_000_000;

    /// <summary>Reads the text form.</summary>
    /// <exception cref="DescentException">The text is not a model.</exception>
    public static ModelSpecification Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text == "linear")
        {
            return new ModelSpecification([]);
        }

        if (!text.StartsWith("mlp:", StringComparison.Ordinal))
        {
            throw new DescentException($"The model must be 'linear' or 'mlp:' with the sizes of its hidden layers, as in mlp:128,64, but was '{text}'.");
        }

        return new ModelSpecification([.. text["mlp:".Length..].Split(',').Select(Size)]);

        int Size(string part) =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is >= 1 and <= LargestLayer
                ? size
                : throw new DescentException(
                    $"The sizes of hidden layers must be whole numbers from 1 to {LargestLayer}, as in mlp:128,64, but '{text}' has '{part}'.");
    }

    /// <summary>Makes the model with seeded initial weights.</summary>
    /// <param name="inputs">Features of a row.</param>
    /// <param name="outputs">Classes, or 1 for regression.</param>
    /// <param name="random">Draws the weights.</param>
    public Sequential<float> Create(int inputs, int outputs, SeededRandom random) => Hidden.Count == 0
        ? Models.Linear<float>(inputs, outputs, random)
        : Models.Mlp<float>(inputs, [.. Hidden], outputs, random);

    /// <summary>The text form.</summary>
    public override string ToString() => Hidden.Count == 0 ? "linear" : $"mlp:{string.Join(',', Hidden)}";

    /// <inheritdoc/>
    public bool Equals(ModelSpecification? other) => other is not null && Hidden.SequenceEqual(other.Hidden);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);
}
