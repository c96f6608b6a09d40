using System.Numerics;
using Descent.Engine;
using Descent.Numerics;

namespace Descent.Nn;

/// <summary>A table of rows, one for each token: [batch, length] token numbers to [batch, length, size]. Token numbers are the elements of an ordinary tensor.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Embedding<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Above this a float no longer holds every whole number.</summary>
    private const int Most = 1 << 24;

    private readonly int? paddingIndex;

    /// <summary>Creates the table with normal numbers of deviation 1, as PyTorch does.</summary>
    /// <param name="count">How many rows, 1 … 16777216.</param>
    /// <param name="size">Numbers in a row, at least 1.</param>
    /// <param name="random">Draws the rows in order.</param>
    /// <param name="paddingIndex">A row that is zeros and gets no gradient; none when null.</param>
    /// <param name="sparse">Whether a step moves the rows of the batch alone (<see cref="Parameter.GradientRows"/>), at a cost that does not depend on the size of the table.</param>
    /// <exception cref="DescentException">An argument is out of range.</exception>
    public Embedding(int count, int size, SeededRandom random, int? paddingIndex = null, bool sparse = false)
    {
        if (count is < 1 or > Most || size < 1 || paddingIndex is < 0 || paddingIndex >= count)
        {
            throw new DescentException($"An embedding needs 1 to {Most} rows of at least 1 number and a padding index that is one of them, but was given {count} rows of {size} and {paddingIndex?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}.");
        }

        this.paddingIndex = paddingIndex;
        Weight = Tensor<T>.Zeros([count, size], requiresGradient: true);
        Initialization.Normal(Weight, 1, random);
        if (paddingIndex is { } row)
        {
            Weight.Span.Slice(row * size, size).Clear();
        }

        if (sparse)
        {
            Weight.TrackRows();
        }
    }

    /// <summary>The table, of shape [count, size].</summary>
    public Tensor<T> Weight { get; }

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, Tensor<T> Tensor)> OwnTensors => [("weight", Weight)];

    /// <inheritdoc/>
    /// <exception cref="DescentException">An element of the input is no whole number or names no row.</exception>
    public override Tensor<T> Forward(Tensor<T> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var indices = new int[input.Length];
        for (var i = 0; i < indices.Length; i++)
        {
            indices[i] = int.CreateSaturating(input.Span[i]);
            if (T.CreateChecked(indices[i]) != input.Span[i])
            {
                throw new DescentException($"An embedding needs token numbers from 0 to {Weight.Shape[0] - 1}, but element {i} is {input.Span[i]}.");
            }
        }

        return Weight.Embedding(indices, input.Shape, paddingIndex);
    }
}
