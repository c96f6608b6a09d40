using System.Globalization;
using Descent.Nn;
using Descent.Numerics;
using Descent.Text;

namespace Descent.Training;

/// <summary>
/// Which model to train, as text: <c>linear</c>, or <c>mlp:128,64</c> for hidden layers of those sizes with ReLU between, or
/// <c>mlp:128,64+batch_norm</c> with batch norm before each ReLU.
/// </summary>
/// <param name="Hidden">The sizes of the hidden layers; empty for a linear model.</param>
/// <param name="BatchNorm">Whether hidden layers are normalized.</param>
public sealed record ModelSpecification(IReadOnlyList<int> Hidden, bool BatchNorm = false)
{
    private const string Normalized = "+batch_norm";
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
            throw new DescentException($"The model must be 'linear' or 'mlp:' with the sizes of its hidden layers, as in mlp:128,64, but was '{Shown.Brief(text)}'.");
        }

        var batchNorm = text.EndsWith(Normalized, StringComparison.Ordinal);
        if (!batchNorm && text.Contains('+'))
        {
            throw new DescentException($"The model may end with '{Normalized}' after its sizes, as in mlp:128,64{Normalized}, but was '{Shown.Brief(text)}'.");
        }

        var sizes = batchNorm ? text["mlp:".Length..^Normalized.Length] : text["mlp:".Length..];
        return new ModelSpecification([.. sizes.Split(',').Select(Size)], batchNorm);

        int Size(string part) =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is >= 1 and <= LargestLayer
                ? size
                : throw new DescentException(
                    $"The sizes of hidden layers must be whole numbers from 1 to {LargestLayer}, as in mlp:128,64, but '{Shown.Brief(text)}' has '{Shown.Brief(part)}'.");
    }

    /// <summary>Makes the model with seeded initial weights.</summary>
    /// <param name="inputs">Features of a row.</param>
    /// <param name="outputs">Classes, or 1 for regression.</param>
    /// <param name="random">Draws the weights.</param>
    public Sequential<float> Create(int inputs, int outputs, SeededRandom random) => Hidden.Count == 0
        ? Models.Linear<float>(inputs, outputs, random)
        : Models.Mlp<float>(inputs, [.. Hidden], outputs, random, BatchNorm);

    /// <summary>How many weights and biases the model has.</summary>
    internal double Count(int inputs, int outputs)
    {
        var (count, width) = (0.0, inputs);
        foreach (var size in Hidden.Append(outputs))
        {
            count += (width + 1.0) * size;
            width = size;
        }

        return count;
    }

    /// <summary>The text form.</summary>
    public override string ToString() => Hidden.Count == 0 ? "linear" : $"mlp:{string.Join(',', Hidden)}{(BatchNorm ? Normalized : "")}";

    /// <inheritdoc/>
    public bool Equals(ModelSpecification? other) => other is not null && BatchNorm == other.BatchNorm && Hidden.SequenceEqual(other.Hidden);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);
}
